"""When a finding is due to be seen again: the settings, the steps, and where each stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from calcsight.terms.errors import SettingsError

_LONGEST_MONTHS = 120
_LONGEST_DAYS = 366
_SHORTEST_MONTH_DAYS = 28


class DueStanding(StrEnum):
    """Where one step of a follow-up stands on a given day; `text` says it in words."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    LOST = "lost"
    KEPT = "kept"
    MISSED = "missed"

    @property
    def text(self) -> str:
        """The words a reader sees."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSettings:
    """The intervals of a short-interval follow-up, in calendar months and days.

    Parameters
    ----------
    months : tuple of int
        When each step is due, counted from the exam, rising.
    opens_before_months : int
        A step is not due until so long before its day.
    overdue_after_days : int
        It is due until so long after its day, that day included; then overdue.
    lost_after_months : int
        From so long after its day it is lost.

    Raises
    ------
    SettingsError
        When the months do not rise, a number is no whole number within its limits, or what is
        lost would be so before it is overdue.
    """

    months: tuple[int, ...] = (6, 12, 24)
    opens_before_months: int = 2
    overdue_after_days: int = 30
    lost_after_months: int = 3

    def __post_init__(self) -> None:
        if not self.months:
            raise SettingsError("follow_up.months without any", "at least one")
        for month in self.months:
            _refuse_outside("months", month, 1, _LONGEST_MONTHS)
        if any(early >= late for early, late in pairwise(self.months)):
            raise SettingsError(f"follow_up.months = {list(self.months)}", "rising numbers")
        _refuse_outside("opens_before_months", self.opens_before_months, 0, _LONGEST_MONTHS)
        _refuse_outside("overdue_after_days", self.overdue_after_days, 0, _LONGEST_DAYS)
        _refuse_outside("lost_after_months", self.lost_after_months, 1, _LONGEST_MONTHS)
        if self.lost_after_months * _SHORTEST_MONTH_DAYS <= self.overdue_after_days:
            raise SettingsError(
                f"follow_up.lost_after_months = {self.lost_after_months} with "
                f"follow_up.overdue_after_days = {self.overdue_after_days}",
                "overdue before it is lost, in every month of the year",
            )


def _refuse_outside(name: str, value: object, low: int, high: int) -> None:
    """Refuse what is no whole number from `low` to `high`."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise SettingsError(f"follow_up.{name} = {value!r}", f"a whole number, {low} to {high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """One exam of a follow-up, and where it stands on the day it was asked for.

    Parameters
    ----------
    number : int
        1, 2, ... by its day.
    counted_from : date
        The exam, or the biopsy, from which the months count.
    months : int or None
        So many; None = the reader named the day.
    due_on : date
    opens_on : date
        Not due before this day.
    overdue_from : date
        First day on which it is overdue.
    lost_from : date
        First day on which it is lost.
    standing : DueStanding
    kept_on : date or None
        Day of the exam that kept it, None = none did.
    kept_by : str
        That exam; "" = none did.
    """

    number: int
    counted_from: date
    months: int | None
    due_on: date
    opens_on: date
    overdue_from: date
    lost_from: date
    standing: DueStanding
    kept_on: date | None = None
    kept_by: str = ""
