"""Final records to test with."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

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
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind, Laterality

READ_AT = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
DCIS = Pathology(
    kind=PathologyKind.MALIGNANT,
    specimen=Specimen.NEEDLE,
    subtype=MalignantSubtype.DCIS,
    reported_on=date(2026, 3, 20),
    record_id="P-77",
)
BENIGN = Pathology(
    kind=PathologyKind.BENIGN,
    specimen=Specimen.NEEDLE,
    reported_on=date(2026, 3, 20),
    record_id="P-78",
)


def biopsy(**changed: Any) -> Biopsy:
    """Return a biopsy of F1 with a concordant report of DCIS."""
    values: dict[str, Any] = {
        "id": "B1",
        "finding_id": "F1",
        "laterality": Laterality.RIGHT,
        "performed_on": date(2026, 3, 16),
        "method": BiopsyMethod.VACUUM_ASSISTED,
        "guided_by": GuidedBy.STEREOTACTIC,
        "cores": 8,
        "calcification_in_specimen": Answer.YES,
        "calcification_under_microscope": Answer.YES,
        "pathology": (DCIS,),
        "concordances": (
            Concordance(
                concordant=Answer.YES,
                reader_id="reader-2",
                at=datetime(2026, 3, 23, 8, tzinfo=UTC),
            ),
        ),
    }
    return Biopsy(**{**values, **changed})


def final(**changed: Any) -> FinalRecord:
    """Return a final record of F1, right breast."""
    values: dict[str, Any] = {
        "finding_id": "F1",
        "tracking_uid": "2.25.1",
        "laterality": Laterality.RIGHT,
        "scheme": "bi-rads-2013-like",
        "scheme_version": "1",
        "category": "3",
        "reader_id": "reader-1",
        "read_at": READ_AT,
        "recommendation": Recommendation.SHORT_INTERVAL,
        "associated": AssociatedFinding.NONE,
        "exam_uid": "1.2.3",
        "exam_on": date(2026, 3, 1),
    }
    return FinalRecord(**{**values, **changed})


def of_exam(**changed: Any) -> FinalRecord:
    """Return a final record of an exam in which there is no finding to follow."""
    return final(
        **{
            "finding_id": None,
            "tracking_uid": None,
            "laterality": None,
            "category": "1",
            "recommendation": Recommendation.ROUTINE,
            "exam_kind": ExamKind.SCREENING,
            **changed,
        }
    )
