"""Records of findings, to follow: short ways to write them down."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from calcsight.pathway.following import recorded
from calcsight.terms.biopsy import (
    Answer,
    Biopsy,
    BiopsyMethod,
    Concordance,
    GuidedBy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import (
    Appearance,
    Assessment,
    AssociatedFinding,
    End,
    Ending,
    Recommendation,
)
from calcsight.terms.mammogram import ExamKind, Laterality

UID = "2.25.7"
ID = "F-TEST"
START = date(2024, 1, 15)
CATEGORY = {
    Recommendation.ROUTINE: "2",
    Recommendation.SHORT_INTERVAL: "3",
    Recommendation.MORE_VIEWS: "0",
    Recommendation.BIOPSY: "4B",
    Recommendation.CONSULTATION: "4A",
    Recommendation.TREATMENT: "6",
}


def day(number: int) -> date:
    """Return a day counted from the first exam."""
    return START + timedelta(days=number)


def at(on: date, hour: int = 12) -> datetime:
    return datetime.combine(on, time(hour), UTC)


def seen(on: date, **more: Any) -> Appearance:
    stated: dict[str, Any] = {
        "mammogram_uid": f"view of {on}",
        "exam_uid": f"exam of {on}",
        "exam_kind": ExamKind.DIAGNOSTIC,
        "laterality": Laterality.LEFT,
        "group": 1,
        "row": 100.0,
        "column": 50.0,
        "count": 7,
    }
    return Appearance(acquired_on=on, **{**stated, **more})


def assessed(on: date, says: Recommendation, **more: Any) -> Assessment:
    stated = {
        "reader_id": "reader-1",
        "at": at(on),
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": CATEGORY[says],
        "associated": AssociatedFinding.NONE,
    }
    return Assessment(recommendation=says, **{**stated, **more})


def report(on: date | None, kind: PathologyKind, **more: Any) -> Pathology:
    stated: dict[str, Any] = {"specimen": Specimen.NEEDLE}
    if kind is PathologyKind.MALIGNANT:
        stated["subtype"] = MalignantSubtype.DCIS
    if kind is not PathologyKind.PENDING:
        stated |= {"reported_on": on, "record_id": f"report of {on}"}
    return Pathology(kind=kind, **{**stated, **more})


def agreed(on: date, answer: Answer = Answer.YES, hour: int = 11) -> Concordance:
    return Concordance(concordant=answer, reader_id="reader-1", at=at(on, hour))


def biopsy(on: date, *pathology: Pathology, **more: Any) -> Biopsy:
    stated = {
        "id": f"biopsy of {on}",
        "finding_id": ID,
        "laterality": Laterality.LEFT,
        "method": BiopsyMethod.VACUUM_ASSISTED,
        "guided_by": GuidedBy.STEREOTACTIC,
        "calcification_in_specimen": Answer.YES,
        "calcification_under_microscope": Answer.YES,
    }
    return Biopsy(performed_on=on, pathology=pathology, **{**stated, **more})


def settled(on: date, reported: date, **more: Any) -> Biopsy:
    """Return a biopsy that is benign and concordant on the day of its report."""
    benign = report(reported, PathologyKind.BENIGN)
    return biopsy(on, benign, **{"concordances": (agreed(reported),), **more})


def ended(on: date, end: End, **more: Any) -> Ending:
    return Ending(end=end, reader_id="reader-1", at=at(on, 18), **more)


def followed(*records: Any) -> Finding:
    """Return a finding of the left breast with records, added one by one."""
    finding = Finding(id=ID, tracking_uid=UID, laterality=Laterality.LEFT)
    for record in records:
        finding = recorded(finding, record)
    return finding
