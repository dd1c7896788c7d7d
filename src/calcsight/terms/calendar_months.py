"""Calendar months: the same day some months later, or the last one of a shorter month."""

from calendar import monthrange
from datetime import date

from calcsight.terms.errors import FollowUpError

_MONTHS_OF_A_YEAR = 12


def months_later(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it has no such day.

    Parameters
    ----------
    day : date
    months : int
        Calendar months; fewer than 0 = earlier.

    Raises
    ------
    FollowUpError
        When the calendar has no such year.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS_OF_A_YEAR)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise FollowUpError(f"a day {months} months from {day}", "a day within the calendar")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
