"""The header of a result: patient and study of the exam, and UIDs that depend on the input alone.

Sources: DICOM PS3.3 C.7.1.1 (patient), C.7.2.1 (general study), C.7.2.2 (patient study),
C.7.1.3 and C.7.2.3 (clinical trial), C.7.5.1 (general equipment), C.12.1 (SOP common).
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256

from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.config import RAISE
from pydicom.datadict import dictionary_has_tag, dictionary_VM
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue
from pydicom.valuerep import validate_value

from calcsight.dicom.header import plain_header
from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.exam_result import EarlierResult, ExamResult, SourceImage
from calcsight.terms.version import VERSION

MANUFACTURER = "calcsight"
MODEL_NAME = "calcsight"
DEVICE_SERIAL_NUMBER = "0"

_PATIENT = (
    "PatientName PatientID IssuerOfPatientID IssuerOfPatientIDQualifiersSequence TypeOfPatientID "
    "PatientBirthDate PatientBirthTime PatientBirthDateInAlternativeCalendar "
    "PatientAlternativeCalendar PatientSex QualityControlSubject OtherPatientNames "
    "OtherPatientIDsSequence EthnicGroup PatientComments PatientIdentityRemoved "
    "DeidentificationMethod DeidentificationMethodCodeSequence "
    "ClinicalTrialSponsorName ClinicalTrialProtocolID ClinicalTrialProtocolName "
    "ClinicalTrialSiteID ClinicalTrialSiteName ClinicalTrialSubjectID "
    "ClinicalTrialSubjectReadingID"
).split()
_STUDY = (
    "StudyInstanceUID StudyDate StudyTime StudyID AccessionNumber "
    "IssuerOfAccessionNumberSequence ReferringPhysicianName "
    "ReferringPhysicianIdentificationSequence StudyDescription ProcedureCodeSequence "
    "PhysiciansOfRecord NameOfPhysiciansReadingStudy ReferencedStudySequence "
    "AdmittingDiagnosesDescription PatientAge PatientSize PatientWeight AdditionalPatientHistory "
    "ClinicalTrialTimePointID ClinicalTrialTimePointDescription TimezoneOffsetFromUTC"
).split()
# Kept as they stand, whatever they look like: these say whose and which exam it is.
_IDENTITY = frozenset(
    "PatientName PatientID IssuerOfPatientID StudyInstanceUID StudyID AccessionNumber "
    "ReferringPhysicianName".split()
)
_SEXES = frozenset({"", "M", "F", "O"})
# Present, though empty, in every object (type 2).
_TYPE_2 = (
    "PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime StudyID "
    "AccessionNumber ReferringPhysicianName"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultUids:
    """Series and instance of one result."""

    series: str
    instance: str


def result_uids(exam: ExamResult, kind: str, *parts: str) -> ResultUids:
    """Return UIDs that depend on input, settings, model, software and time of creation alone.

    Parameters
    ----------
    exam : ExamResult
    kind : str
        What is written; one series for each kind.
    parts : str
        What tells one instance of the kind from another, such as the UID of a view.
    """
    made = exam.made_by
    inputs = [
        f"{one.source.sop_uid} {one.refused_code or _pixels(one.reading)}" for one in exam.views
    ]
    inputs += sorted(image.sop_uid for image in exam.images)
    # Corrected numbers make another series, too: no series is of two patients or two studies.
    inputs += [exam.first.study_uid, repr(plain_header(exam.first.header, "").patient_key)]
    inputs += sorted(one.prior_source.sop_uid for one in exam.changes)
    inputs += [repr(one) for one in exam.finals]
    inputs += [one.sop_uid for one in exam.predecessors]
    inputs += [f"suggestion {exam.suggestion}"]
    whole = (
        *inputs,
        made.software,
        made.judge_digest,
        made.settings_digest,
        made.interpreted_by_digest,
        exam.created_at.isoformat(),
        kind,
    )
    return ResultUids(
        series=hashed_uid("series", *whole), instance=hashed_uid("instance", *whole, *parts)
    )


def _pixels(reading: object) -> str:
    made = getattr(reading, "provenance", None)
    return made.pixel_digest if made else ""


def copied_patient_and_study(source: Dataset) -> Dataset:
    """Return the patient and study modules of an image, in its character set.

    What says whose and which exam it is is repeated as it stands. Of the rest a value that its
    value representation does not allow (PS3.5 6.2), such as a birth date 00000000, is no value:
    what must be there is then empty, what may be there is left out.
    """
    made = Dataset()
    for keyword in ("SpecificCharacterSet", *_PATIENT, *_STUDY):
        if keyword in source and (keyword in _IDENTITY or _is_allowed(source[keyword])):
            made.add(_without_empty_versions(deepcopy(source[keyword])))
    for keyword in _TYPE_2:
        if keyword not in made:
            setattr(made, keyword, "")
    return made


def _is_allowed(element: DataElement) -> bool:
    """Tell whether all values, those within a sequence too, are of their representation."""
    if element.VR == "SQ":
        return all(_is_allowed(one) for item in element.value for one in item)
    value = element.value
    if element.keyword == "PatientSex" and str(value or "") not in _SEXES:
        return False
    if element.keyword == "TimezoneOffsetFromUTC" and _zone(str(value or "")) is None:
        return False
    values = value if isinstance(value, MultiValue) else [value]
    if len(values) > 1 and dictionary_has_tag(element.tag) and dictionary_VM(element.tag) == "1":
        return False
    try:
        for one in values:
            validate_value(element.VR, one, RAISE)
    except ValueError:
        return False
    return True


def _without_empty_versions(element: DataElement) -> DataElement:
    """Take empty versions of coding schemes out: they are absent where there is none (8.8)."""
    for item in element.value if element.VR == "SQ" else ():
        if "CodingSchemeVersion" in item and not item.CodingSchemeVersion:
            del item.CodingSchemeVersion
    return element


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSeries:
    """What tells one kind of result from another in its header.

    Parameters
    ----------
    kind : str
        As in `result_uids`.
    sop_class_uid, modality, description : str
    number : int
        Series Number.
    """

    kind: str
    sop_class_uid: str
    modality: str
    description: str
    number: int


def result_header(exam: ExamResult, series: ResultSeries, *parts: str) -> Dataset:
    """Return a data set with all but the content of a result.

    Parameters
    ----------
    exam : ExamResult
    series : ResultSeries
    parts : str
        As in `result_uids`.
    """
    uids = result_uids(exam, series.kind, *parts)
    made = copied_patient_and_study(exam.first.header)
    made.SOPClassUID = series.sop_class_uid
    made.SOPInstanceUID = uids.instance
    made.SeriesInstanceUID = uids.series
    made.SeriesNumber = series.number
    made.SeriesDescription = series.description
    made.Modality = series.modality
    made.InstanceNumber = 1
    created = created_in_zone(exam)
    for event in ("InstanceCreation", "Content", "Series"):
        setattr(made, f"{event}Date", created.strftime("%Y%m%d"))
        setattr(made, f"{event}Time", created.strftime("%H%M%S"))
    made.Manufacturer = MANUFACTURER
    made.ManufacturerModelName = MODEL_NAME
    made.DeviceSerialNumber = DEVICE_SERIAL_NUMBER
    made.SoftwareVersions = VERSION
    return made


def created_in_zone(exam: ExamResult) -> datetime:
    """Return the time of creation in the zone that the study states, as all times of an object are.

    Without a stated zone it is kept as it was given (PS3.3 C.12.1.1.8).
    """
    zone = _zone(str(exam.first.header.get("TimezoneOffsetFromUTC") or ""))
    return exam.created_at if zone is None else exam.created_at.astimezone(zone)


def _zone(stated: str) -> tzinfo | None:
    """Return the zone of an offset, +HHMM; None where it is none."""
    try:
        return datetime.strptime(stated.strip(), "%z").tzinfo
    except ValueError:
        return None


def settled(made: Dataset) -> Dataset:
    """Give a whole object the instance UID of its content, and return it.

    Nobody can list all that a result depends on: what a user stated of an image, a header that
    was corrected, a prior that was sent again. So two objects that differ anywhere have two UIDs.

    Parameters
    ----------
    made : Dataset
        Complete; its SOP Instance UID, by `result_uids`, is replaced.
    """
    made.SOPInstanceUID = content_uid(str(made.SOPInstanceUID), file_bytes(made))
    return made


def content_uid(uid: str, content: bytes) -> str:
    """Return a UID of the inputs of a result (`result_uids`) and of its content."""
    return hashed_uid("content", uid, sha256(content).hexdigest())


def plain_ascii(words: str) -> str:
    """Return words in ASCII, so that they can be written in any character set."""
    typed = words.translate({0x2013: "-", 0x2014: "-", 0x2019: "'", 0xB2: "2", 0xB1: "+/-"})
    return re.sub(r"[^\x20-\x7e\n]", "?", typed)


def evidence(images: Iterable[SourceImage]) -> DicomSequence:
    """Return the images as studies and series, as reports list what they rest on.

    Source: PS3.3 C.17.2.1 (hierarchical SOP instance reference macro).

    Parameters
    ----------
    images : iterable of SourceImage
        In the order in which they are to be listed; each once.
    """
    studies: dict[str, dict[str, list[SourceImage]]] = {}
    for one in images:
        studies.setdefault(one.study_uid, {}).setdefault(one.series_uid, []).append(one)
    return DicomSequence(
        _study(uid, [_series(key, map(_instance, of)) for key, of in series.items()])
        for uid, series in studies.items()
    )


def _study(uid: str, series: Iterable[Dataset]) -> Dataset:
    made = Dataset()
    made.StudyInstanceUID = uid
    made.ReferencedSeriesSequence = DicomSequence(series)
    return made


def _series(uid: str, instances: Iterable[Dataset]) -> Dataset:
    made = Dataset()
    made.SeriesInstanceUID = uid
    made.ReferencedSOPSequence = DicomSequence(instances)
    return made


def _instance(one: SourceImage | EarlierResult) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = one.sop_class_uid, one.sop_uid
    return made


def report_header(exam: ExamResult, series: ResultSeries, *parts: str) -> Dataset:
    """Return the header of a structured report: complete, and verified by nobody.

    Sources: PS3.3 C.17.1 (SR document series), C.17.2 (SR document general). The images of the
    exam are current evidence, those of priors other evidence; an earlier version of the same kind
    of document is named as its predecessor.
    """
    made = result_header(exam, series, *parts)
    made.ReferencedPerformedProcedureStepSequence = DicomSequence()
    made.PerformedProcedureCodeSequence = DicomSequence()
    made.CompletionFlag = "COMPLETE"
    made.VerificationFlag = "UNVERIFIED"
    made.CurrentRequestedProcedureEvidenceSequence = evidence(exam.images)
    if exam.prior_images:
        made.PertinentOtherEvidenceSequence = evidence(exam.prior_images)
    earlier = [one for one in exam.predecessors if one.sop_class_uid == series.sop_class_uid]
    if earlier:
        made.PredecessorDocumentsSequence = DicomSequence(
            _study(one.study_uid, [_series(one.series_uid, [_instance(one)])]) for one in earlier
        )
    return made
