"""What is due as events of a calendar, under the pseudonym alone."""

from collections.abc import Iterator, Sequence

from calcsight.reports.calendar_text import CalendarEvent
from calcsight.reports.due_columns import DueEntry
from calcsight.reports.timeline_rows import assessment_words, side_words, step_words
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.follow_up import DueStanding, DueStep
from calcsight.terms.reading import INTENDED_USE

_OVER = frozenset({DueStanding.KEPT, DueStanding.MISSED})


def due_events(entries: Sequence[DueEntry]) -> Iterator[CalendarEvent]:
    """Yield one event for each step that is neither kept nor missed, of findings still open.

    An event is named after the woman's pseudonym, the finding and what the step counts from, so
    that a later file moves it instead of showing it twice.
    """
    for entry in entries:
        if entry.is_open:
            yield from (_event(entry, one) for one in entry.standing.steps if _waits(one))


def _waits(step: DueStep) -> bool:
    """Tell whether a step is still to come, or still missing."""
    return step.standing not in _OVER


def _event(entry: DueEntry, step: DueStep) -> CalendarEvent:
    """Return the event of one step."""
    finding, person = entry.finding, entry.assessment
    advised = person is not None and person.recommendation is Recommendation.BIOPSY
    what = "biopsy" if advised and step.months is None else "mammogram"
    side = side_words(finding.laterality.value)
    lines = [
        f"{step.due_on}: {step_words(step)}",
        f"State on {entry.standing.on}: {entry.standing.state.text}",
    ]
    if person is not None:
        lines.append(f"Recommended: {assessment_words(person)}")
    if entry.last_seen is not None:
        lines.append(f"Last seen: {entry.last_seen}")
    return CalendarEvent(
        key=f"{entry.woman} {finding.tracking_uid} {step.counted_from} {step.months or 'named'}",
        on=step.due_on,
        summary=f"{entry.woman}: {what} due, {side}, finding {finding.id}",
        description="\n".join([*lines, INTENDED_USE]),
        category=f"calcsight {step.standing.text}",
    )
