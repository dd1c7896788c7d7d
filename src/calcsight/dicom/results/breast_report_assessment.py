"""What a person recommends and assessed, as codes (DICOM PS3.16 TID 4203)."""

from collections.abc import Iterator
from datetime import date

from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.assessment_codes import assessment_code, follow_up_code
from calcsight.dicom.results.content import Relation, code, day, number, with_items
from calcsight.terms.calendar_months import months_later
from calcsight.terms.final_record import FinalRecord

_MONTHS = codes.cid6046.Month
_DAYS = codes.cid6046.Day


def assessment_items(
    record: FinalRecord, side: Code | None, relation: Relation
) -> Iterator[Dataset]:
    """Yield the category and what is recommended; nothing where the scheme has no codes.

    Parameters
    ----------
    record : FinalRecord
    side : Code or None
        The breast that it is of; None = not stated.
    relation : Relation
        To the item that holds them.
    """
    category = assessment_code(record.scheme, record.category)
    if category is None:
        return
    yield code(codes.DCM.AssessmentCategory, category, relation)
    follow_up = follow_up_code(record)
    if follow_up is None:
        return
    made = code(codes.DCM.RecommendedFollowUp, follow_up, relation)
    laterality = (
        None if side is None else code(codes.SCT.Laterality, side, Relation.HAS_CONCEPT_MOD)
    )
    yield with_items(made, (laterality, *_due(record)))


def _due(record: FinalRecord) -> Iterator[Dataset]:
    """Yield when it is due, where the reader named a day."""
    if record.due_on is None:
        return
    if record.exam_on is not None:
        months = whole_months(record.exam_on, record.due_on)
        value, unit = (
            ((record.due_on - record.exam_on).days, _DAYS) if months is None else (months, _MONTHS)
        )
        name = codes.DCM.RecommendedFollowUpInterval
        yield number(name, value, unit, Relation.HAS_PROPERTIES)
    yield day(codes.DCM.RecommendedFollowUpDate, record.due_on, Relation.HAS_PROPERTIES)


def whole_months(start: date, end: date) -> int | None:
    """Return how many calendar months lie between two days; None = not a whole number."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months > 0 and months_later(start, months) == end else None
