"""What a person finally said, as Observations and a report (FHIR R4B): status final.

The reader is a Practitioner under the id of the record, and no more is known of her or him.
"""

from collections.abc import Iterator

from pydicom.sr.codedict import codes

from calcsight.dicom.assessment_codes import assessment_code, follow_up_code
from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.results.breast_report_procedure import BOTH_BREASTS
from calcsight.dicom.results.breast_report_wording import (
    assessment_words,
    finding_words,
    recommendation_words,
    tissue_words,
)
from calcsight.dicom.results.fhir_elements import (
    Element,
    concept,
    hl7_concept,
    instant,
)
from calcsight.dicom.results.fhir_exam import FhirExam
from calcsight.dicom.results.fhir_findings import IMAGING, group_reference, tracking_part
from calcsight.dicom.results.measured_groups import seen_of
from calcsight.terms.final_record import FinalRecord


def assessments(bundled: FhirExam) -> Iterator[Element]:
    """Yield what each record says."""
    for place, record in enumerate(bundled.exam.finals):
        yield _assessment(bundled, record, place)


def practitioner(record: FinalRecord) -> Element:
    """Return the reader as a logical reference."""
    return {"type": "Practitioner", "identifier": {"value": record.reader_id}}


def _assessment(bundled: FhirExam, record: FinalRecord, place: int) -> Element:
    """Return one assessment: its category, what is recommended, of which finding it is."""
    printed = f"{record.category} ({record.scheme} {record.scheme_version})"
    category = assessment_code(record.scheme, record.category)
    site = BOTH_BREASTS if record.laterality is None else BREASTS.get(record.laterality)
    made: Element = {
        **bundled.resource("Observation", "assessment", str(place)),
        **bundled.common,
        "issued": instant(record.read_at),
        "status": "final",
        "category": [IMAGING],
        "code": concept(codes.DCM.AssessmentCategory),
        "performer": [practitioner(record)],
        "valueCodeableConcept": concept(category, printed),
        "derivedFrom": [bundled.study],
        "component": list(_components(record)),
        "note": [{"text": assessment_words(record)}],
    }
    if site is not None:
        made["bodySite"] = concept(site)
    if record.tracking_uid is not None:
        made["component"].append(tracking_part(record.tracking_uid))
        seen = seen_of(bundled.exam, record.tracking_uid)
        if seen:
            made["focus"] = [group_reference(bundled, one) for one in seen]
    return made


def _components(record: FinalRecord) -> Iterator[Element]:
    """Yield what is recommended and when it is due."""
    said = concept(follow_up_code(record), record.recommendation.text)
    yield {"code": concept(codes.DCM.RecommendedFollowUp), "valueCodeableConcept": said}
    if record.due_on is not None:
        due = record.due_on.isoformat()
        yield {"code": concept(codes.DCM.RecommendedFollowUpDate), "valueDateTime": due}


def assessment_sentences(bundled: FhirExam) -> Iterator[str]:
    """Yield what the records say in words."""
    for record in bundled.exam.finals:
        yield finding_words(record)
        yield assessment_words(record)
        yield recommendation_words(record)
        yield from tissue_words(record)


def assessment_provenances(bundled: FhirExam) -> Iterator[Element]:
    """Yield who said what, and that this software wrote it down."""
    for place, record in enumerate(bundled.exam.finals):
        yield {
            **bundled.resource("Provenance", "provenance", "assessment", str(place)),
            "target": [bundled.reference("assessment", str(place))],
            "recorded": instant(bundled.exam.created_at),
            "agent": [
                {"type": _participant("author", "Author"), "who": practitioner(record)},
                {
                    "type": _participant("assembler", "Assembler"),
                    "who": bundled.reference("device"),
                },
            ],
        }


def _participant(code: str, display: str) -> Element:
    return hl7_concept("provenance-participant-type", code, display)
