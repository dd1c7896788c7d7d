"""Who is due, overdue or lost: one row for each finding that is still open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from calcsight.reports.columns import Cell, Column, Kind
from calcsight.reports.timeline_rows import outcome_words, side_words
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Assessment
from calcsight.terms.finding_standing import FindingStanding
from calcsight.terms.finding_state import Advisory, FindingState
from calcsight.terms.follow_up import DueStanding, DueStep

# What a nurse looks at first; what waits for a person, and for no day, comes after what has one.
_URGENCY = (
    DueStanding.LOST,
    DueStanding.OVERDUE,
    DueStanding.DUE,
    None,
    DueStanding.NOT_DUE,
)
_OVER = frozenset({FindingState.CLOSED, FindingState.ENDED})
# These put a finding on the list, whatever its state and its next day.
_LOOKED_AT = frozenset({Advisory.CHANGED_SINCE_ASSESSED, Advisory.RESULT_AFTER_ENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEntry:
    """What a row of the list is made from.

    Parameters
    ----------
    woman : str
        Pseudonym.
    finding : Finding
    standing : FindingStanding
    """

    woman: str
    finding: Finding
    standing: FindingStanding

    @property
    def step(self) -> DueStep | None:
        """What is waited for; None = nothing has a day."""
        return self.standing.next_step

    @property
    def due(self) -> DueStanding | None:
        """Where that stands; None = nothing has a day."""
        return self.step.standing if self.step else None

    @property
    def to_look_at(self) -> tuple[Advisory, ...]:
        """What came and nobody has looked at yet: it grew, or a result came after its ending."""
        return tuple(one for one in self.standing.advisories if one in _LOOKED_AT)

    @property
    def urgency(self) -> DueStanding | None:
        """Where its next day stands; None = it waits for a person, whether it has a day or not."""
        seen = self.standing.state is FindingState.TO_ASSESS or bool(self.to_look_at)
        return None if seen and self.due is DueStanding.NOT_DUE else self.due

    @property
    def is_open(self) -> bool:
        """Neither closed nor ended, or something is still waited for, or has to be looked at."""
        over = self.standing.state in _OVER
        return not over or self.step is not None or bool(self.to_look_at)

    @property
    def assessment(self) -> Assessment | None:
        """What a person said last, by the day that is asked about; None = nobody has."""
        known = [one for one in self.finding.assessments if one.at.date() <= self.standing.on]
        return known[-1] if known else None

    @property
    def last_seen(self) -> date | None:
        """Day of the last mammogram by the day that is asked about; None = none."""
        days = [one.acquired_on for one in self.finding.appearances]
        return max((day for day in days if day <= self.standing.on), default=None)

    @property
    def state_since(self) -> date | None:
        """Day on which the finding came to where it stands; None = nothing has moved it."""
        moved = [one.on for one in self.standing.moves if one.before is not one.after]
        first = [one.on for one in self.standing.moves]
        return max(moved, default=min(first, default=None))

    @property
    def days_over(self) -> int | None:
        """Days since the day on which it was due; fewer than 0 = still to come."""
        return None if self.step is None else (self.standing.on - self.step.due_on).days


def by_urgency(entries: Sequence[DueEntry]) -> list[DueEntry]:
    """Return entries in the order in which somebody has to look at them."""
    return sorted(
        entries,
        key=lambda one: (
            _URGENCY.index(one.urgency),
            one.state_since or date.max if one.urgency is None or not one.step else one.step.due_on,
            one.woman,
            one.finding.id,
        ),
    )


def _text(name: str, meaning: str, value: Callable[[DueEntry], Cell]) -> Column[DueEntry]:
    """Return a column of text."""
    return Column(name=name, kind=Kind.TEXT, unit="", meaning=meaning, value=value)


def _day(day: date | None) -> str | None:
    """Write a day; None = unknown."""
    return day.isoformat() if day else None


def _of_step(step: DueStep | None, name: str) -> str | None:
    """Write a day of a step; None = nothing that is waited for has one."""
    return _day(getattr(step, name)) if step else None


DUE_COLUMNS: tuple[Column[DueEntry], ...] = (
    _text("woman", "Pseudonym, as the timeline has it.", lambda e: e.woman),
    _text("finding", "Id of the finding.", lambda e: e.finding.id),
    _text("laterality", "L, R or unknown.", lambda e: e.finding.laterality.value),
    _text(
        "standing",
        "not_due, due, overdue or lost; empty = nothing that is waited for has a day.",
        lambda e: e.due.value if e.due else None,
    ),
    _text("due_on", "Day on which it is due.", lambda e: _of_step(e.step, "due_on")),
    Column(
        name="days_over",
        kind=Kind.WHOLE,
        unit="days",
        meaning="Days since then on the day that was asked about; fewer than 0 = still to come.",
        value=lambda e: e.days_over,
    ),
    _text("opens_on", "Not due before this day.", lambda e: _of_step(e.step, "opens_on")),
    _text("overdue_from", "Overdue from here on.", lambda e: _of_step(e.step, "overdue_from")),
    _text("lost_from", "Lost from here on.", lambda e: _of_step(e.step, "lost_from")),
    Column(
        name="months",
        kind=Kind.WHOLE,
        unit="months",
        meaning="Counted so many from `counted_from`; empty = the reader named the day.",
        value=lambda e: e.step.months if e.step else None,
    ),
    _text("counted_from", "Day it counts from.", lambda e: _of_step(e.step, "counted_from")),
    _text("state", "Where the finding stands.", lambda e: e.standing.state.value),
    _text(
        "state_since",
        "Day on which it came to stand there; empty = nothing has moved it.",
        lambda e: _day(e.state_since),
    ),
    _text(
        "recommendation",
        "What a person recommended last; empty = nobody has assessed it.",
        lambda e: e.assessment.recommendation.value if e.assessment else None,
    ),
    _text("reader_id", "Who did.", lambda e: e.assessment.reader_id if e.assessment else None),
    _text("read_at", "And when.", lambda e: e.assessment.at.isoformat() if e.assessment else None),
    _text(
        "category",
        "As the scheme prints it.",
        lambda e: e.assessment.category if e.assessment else None,
    ),
    _text(
        "scheme",
        "Scheme of categories and its version.",
        lambda e: f"{e.assessment.scheme} {e.assessment.scheme_version}" if e.assessment else None,
    ),
    _text(
        "to_look_at",
        "Codes of what nobody has looked at yet: it changed, or a result came after its ending.",
        lambda e: " ".join(e.to_look_at) or None,
    ),
    _text("last_seen_on", "Day of the last mammogram of it.", lambda e: _day(e.last_seen)),
    _text(
        "outcome",
        "What its tissue came to; empty = none was taken.",
        lambda e: outcome_words(e.standing.outcome) or None,
    ),
    _text("tracking_uid", "UID of the finding over all exams.", lambda e: e.finding.tracking_uid),
)


def _since(step: DueStep) -> str:
    """Say since when it is overdue or lost; "" = it is neither."""
    since = {DueStanding.OVERDUE: step.overdue_from, DueStanding.LOST: step.lost_from}
    return f", {step.standing.text} since {since[step.standing]}" if step.standing in since else ""


def due_line(entry: DueEntry) -> str:
    """Say one row in one line."""
    step, person = entry.step, entry.assessment
    said = [f"{entry.woman}: {side_words(entry.finding.laterality.value)}, {entry.finding.id}"]
    if step is not None and entry.days_over is not None:
        days = entry.days_over
        when = f"{days} days ago" if days > 0 else "today" if days == 0 else f"in {-days} days"
        said.append(f"due {step.due_on} ({when}){_since(step)}")
    since = f" (since {entry.state_since})" if step is None and entry.state_since else ""
    said.append(f"{entry.standing.state.text.rstrip('.')}{since}")
    said += [one.text.rstrip(".") for one in entry.to_look_at]
    if person is not None:
        said.append(
            f"recommended: {person.recommendation.text}, by {person.reader_id} on "
            f"{person.at.date()}"
        )
    if entry.last_seen is not None:
        said.append(f"last seen {entry.last_seen}")
    return "; ".join(said)
