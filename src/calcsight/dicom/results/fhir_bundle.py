"""An exam as a FHIR R4B bundle: a preliminary report of the software, a final one of a person.

The software's DiagnosticReport is `preliminary`, names no interpreter and holds no assessment; what
a person finally said makes a second one, `final`, with the reader as interpreter. The bundle is a
`collection`: nothing in it changes a server by itself. Sources: HL7 FHIR R4B, DiagnosticReport
(10.2), Observation (10.1), ImagingStudy (10.4), Device, Provenance, Bundle. No profile is claimed.
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.results.breast_report_procedure import BOTH_BREASTS, exam_side
from calcsight.dicom.results.breast_report_refusals import refuse_other_records
from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.fhir_assessments import (
    assessment_provenances,
    assessment_sentences,
    assessments,
    practitioner,
)
from calcsight.dicom.results.fhir_elements import Element, concept, hl7_concept, instant
from calcsight.dicom.results.fhir_exam import FhirExam
from calcsight.dicom.results.fhir_findings import observations
from calcsight.dicom.results.fhir_study import device, imaging_study, provenance
from calcsight.dicom.results.view_wording import limitations_of, view_sentence
from calcsight.terms.errors import OutputError, UsageError
from calcsight.terms.mammogram import Laterality
from calcsight.terms.reading import INTENDED_USE

_CATEGORY = hl7_concept("v2-0074", "IMG", "Diagnostic Imaging")
# LOINC's words for the side; both are in DICOM's CID 6050.
_MAMMOGRAPHY: Mapping[Code, Code] = MappingProxyType(
    {
        BOTH_BREASTS: codes.cid6050.BreastBilateralMammogram,
        BREASTS[Laterality.LEFT]: codes.cid6050.BreastLeftMammogram,
        BREASTS[Laterality.RIGHT]: codes.cid6050.BreastRightMammogram,
    }
)
_SIDE_UNKNOWN: Code = codes.cid6058.Mammography
_NO_ASSESSMENT = "The software makes no assessment and recommends nothing: a person does."


def fhir_bundle(exam: ExamResult) -> bytes:
    """Write an exam as a bundle of FHIR R4B resources.

    Parameters
    ----------
    exam : ExamResult

    Returns
    -------
    bytes
        JSON in UTF-8, keys sorted: the same input gives the same bytes.

    Raises
    ------
    UsageError
        Where the package fhir.resources is not installed.
    OutputError
        When a header holds what FHIR has no form for; its value is not told.
    FinalRecordError, ContradictionError
        When a final record is not of the exam, or contradicts the images.
    """
    require_fhir()
    if exam.finals:
        refuse_other_records(exam)
    text = _text(_document(FhirExam(exam=exam)))
    document = _document(FhirExam(exam=exam, content=text))
    _validate(document)
    return _text(document)


def _document(bundled: FhirExam) -> Element:
    """Return the bundle."""
    found, said = list(observations(bundled)), list(assessments(bundled))
    report = _report_of_software(bundled, found)
    resources = [
        report,
        *([_report_of_person(bundled, said)] if said else []),
        *found,
        *said,
        imaging_study(bundled),
        device(bundled),
        provenance(bundled, [report["id"], *(one["id"] for one in found)]),
        *assessment_provenances(bundled),
    ]
    return {
        "resourceType": "Bundle",
        "id": bundled.id_of("bundle"),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{bundled.uid}"},
        "type": "collection",
        "timestamp": instant(bundled.exam.created_at),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def _text(document: Element) -> bytes:
    """Return the bundle as it is written."""
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def require_fhir() -> None:
    """Refuse early when fhir.resources is not installed.

    Raises
    ------
    UsageError
    """
    try:
        import fhir.resources.R4B  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        raise UsageError(
            "a FHIR bundle without the fhir.resources package",
            "fhir.resources",
            'pip install "calcsight[hospital]", or leave fhir out of --dicom-out',
        ) from None


def _validate(document: Element) -> None:
    """Hold the bundle against the definitions of R4B.

    What does not fit comes from a header; it is told by its place, since the value may be a
    patient's number.
    """
    from fhir.resources.R4B.bundle import Bundle  # noqa: PLC0415

    try:
        Bundle.model_validate(document)
    except ValueError as problem:  # that of pydantic, which lists the places
        raise OutputError(
            f"a FHIR bundle that is none at {min(_places(problem), default='a place unknown')}",
            "values in the form of FHIR R4B",
            "correct the header of the images, or leave fhir out",
        ) from None


def _places(problem: Any) -> list[str]:
    """Return where a document departs from its definition; no value is taken over."""
    found: list[dict[str, Any]] = getattr(problem, "errors", list)()
    return [".".join(str(part) for part in one["loc"]) for one in found]


def _report(bundled: FhirExam, results: list[Element], *what: str) -> Element:
    """Return what both reports have."""
    side = exam_side(bundled.exam)
    return {
        **bundled.resource("DiagnosticReport", *what),
        **bundled.common,
        "category": [_CATEGORY],
        "code": concept(_MAMMOGRAPHY.get(side, _SIDE_UNKNOWN)),
        "imagingStudy": [bundled.study],
        "result": [{"reference": f"urn:uuid:{one['id']}"} for one in results],
    }


def _report_of_software(bundled: FhirExam, found: list[Element]) -> Element:
    """Return the preliminary report: what was looked for, what was found, what was not."""
    said = [*map(view_sentence, bundled.exam.views), *_limited(bundled), _NO_ASSESSMENT]
    return {
        **_report(bundled, found, "report"),
        "status": "preliminary",
        "conclusion": "\n".join((*said, INTENDED_USE)),
    }


def _limited(bundled: FhirExam) -> Iterator[str]:
    """Yield what was not looked for, or not surely, and in which views."""
    for one, views in limitations_of(bundled.exam):
        yield f"{', '.join(views)}: {one.text}" if views else one.text


def _report_of_person(bundled: FhirExam, said: list[Element]) -> Element:
    """Return the final report: the words of the records."""
    finals = bundled.exam.finals
    readers = {one.reader_id: practitioner(one) for one in finals}
    return {
        **_report(bundled, said, "report", "person"),
        "status": "final",
        "issued": instant(max(one.read_at for one in finals)),
        "performer": list(readers.values()),
        "resultsInterpreter": list(readers.values()),
        "conclusion": "\n".join(assessment_sentences(bundled)),
    }
