"""What the FHIR resources of one exam share: whose they are, of which day, and their ids."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.multival import MultiValue

from calcsight.dicom.results.breast_report_procedure import day_of
from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.fhir_elements import Element, hl7_concept, instant, uid_identifier
from calcsight.dicom.results.header import content_uid, result_uids
from calcsight.dicom.results.lesions import Lesion, lesions_of
from calcsight.terms.errors import OutputError

KIND = "fhir"
_UNIVERSAL = {"ISO": "urn:oid:", "UUID": "urn:uuid:", "URI": "", "URL": ""}


@dataclass(frozen=True, kw_only=True, eq=False)
class FhirExam:
    """One exam, and what all of its resources say in the same way.

    Parameters
    ----------
    exam : ExamResult
    content : bytes
        What the bundle says, under ids that depend on the inputs alone; see `content_uid`.
    """

    exam: ExamResult
    content: bytes = b""

    @cached_property
    def lesions(self) -> tuple[Lesion, ...]:
        """What the software found."""
        return lesions_of(self.exam)

    @cached_property
    def uid(self) -> str:
        """UID of this version of the bundle; it depends on what goes in alone."""
        said = [repr(one) for one in self.exam.finals]
        return content_uid(result_uids(self.exam, KIND, *said).instance, self.content)

    def id_of(self, *what: str) -> str:
        """Return the id of a resource by what it is."""
        return str(uuid5(NAMESPACE_OID, "|".join((self.uid, *what))))

    def reference(self, *what: str) -> Element:
        """Return a reference to a resource of the bundle."""
        return {"reference": f"urn:uuid:{self.id_of(*what)}"}

    def resource(self, kind: str, *what: str) -> Element:
        """Return a resource with its type and id."""
        return {"resourceType": kind, "id": self.id_of(*what)}

    @cached_property
    def subject(self) -> Element:
        """The woman, by the number and issuer of the header alone; no name, no birth date.

        A server finds her record by that number, as a DICOM archive does; a copy of her name
        would go stale there, and is one more place from which it can leak.
        """
        return subject_of(self.exam.first.header)

    @cached_property
    def study(self) -> Element:
        """The study as it is referred to."""
        return self.reference("study")

    @property
    def common(self) -> Element:
        """What every statement on the exam has: of whom, of which day, when it was written."""
        day = day_of(self.exam.first)
        effective = {} if day is None else {"effectiveDateTime": day.isoformat()}
        return {"subject": self.subject, "issued": instant(self.exam.created_at), **effective}


def subject_of(header: Dataset) -> Element:
    """Return the patient of an image as a logical reference (FHIR R4B 2.3.0.3).

    Raises
    ------
    OutputError
        When the number cannot be written as it is; it is not told.
    """
    number = text_of(header.get("PatientID"))
    if not number.isprintable():
        raise OutputError(
            "a patient number with signs that cannot be printed",
            "one that FHIR can hold",
            "correct the header of the images, or leave fhir out",
        )
    if not number.strip():
        return {"type": "Patient", "display": "the images state no patient number"}
    identifier: dict[str, Any] = {
        "type": hl7_concept("v2-0203", "MR", "Medical record number"),
        "value": number,
    }
    identifier |= issuer_of(
        header.get("IssuerOfPatientID"), header.get("IssuerOfPatientIDQualifiersSequence")
    )
    return {"type": "Patient", "identifier": identifier}


def issuer_of(name: object, qualifiers: Any) -> Element:
    """Return who issued a number, as the header says it: a system where it has a universal name."""
    made: Element = {}
    for one in qualifiers if isinstance(qualifiers, DicomSequence) else ():
        start = _UNIVERSAL.get(str(one.get("UniversalEntityIDType", "")))
        named = str(one.get("UniversalEntityID") or "").split()
        if start is not None and len(named) == 1:
            made["system"] = f"{start}{named[0]}"
    said = text_of(name).strip()
    return {**made, "assigner": {"display": said}} if said else made


def text_of(value: object) -> str:
    """Return a text of a header as it stands there: a backslash does not part a number in two."""
    return "\\".join(map(str, value)) if isinstance(value, MultiValue) else str(value or "")


def image_reference(uid: str, display: str) -> Element:
    """Return one image, which is no resource of its own."""
    return {"identifier": uid_identifier(uid), "display": display}
