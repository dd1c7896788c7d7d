"""When what a record recommends is due, and whether that has passed."""

from datetime import date, timedelta

from calcsight.terms.calendar_months import months_later
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.letter import LetterOrder


def due_on(record: FinalRecord, order: LetterOrder) -> date | None:
    """Return when what is recommended is due.

    The day that the reader named; of a short interval without one, the exam, or the last biopsy
    where that is later, and the first interval of the settings in calendar months, as in
    `pathway.planning`; None = no day is known.
    """
    if record.due_on is not None:
        return record.due_on
    if record.recommendation is Recommendation.SHORT_INTERVAL:
        days = [record.assessment.assessed_day, *(one.performed_on for one in record.biopsies)]
        return months_later(max(days), order.settings.months[0])
    return None


def is_overdue(record: FinalRecord, order: LetterOrder) -> bool:
    """Tell whether the day and the grace after it have passed on the day of the letter."""
    due = due_on(record, order)
    grace = timedelta(days=order.settings.overdue_after_days)
    return due is not None and order.on - due > grace
