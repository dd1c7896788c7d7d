"""The tables of docs/following-a-finding.md, made from the nouns and the rules themselves.

`python -m docs.following_tables` writes them into the page; a test fails when they differ.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from docs.made_tables import table, write_tables

from calcsight.pathway.moves import MOVES
from calcsight.pathway.schedule import due_steps, planned_by_rule
from calcsight.terms.finding_records import End, Recommendation
from calcsight.terms.finding_state import Advisory, Event, FindingState, ReviewReason
from calcsight.terms.follow_up import FollowUpSettings

PAGE = Path(__file__).parent / "following-a-finding.md"
EXAMS = (date(2024, 1, 15), date(2024, 8, 31), date(2023, 8, 31))


def states() -> str:
    """Return every state with its sentence."""
    return table(("state", "what it means"), [(f"`{one}`", one.text) for one in FindingState])


def events() -> str:
    """Return every event with its words."""
    return table(("event", "what happened"), [(f"`{one}`", one.text) for one in Event])


def moves() -> str:
    """Return where every event brings every state; a dot where it is refused."""
    rows = []
    for event in Event:
        cells = [MOVES[state].get(event) for state in FindingState]
        told = [
            "." if after is None else "stays" if after is state else after.value.replace("_", " ")
            for state, after in zip(FindingState, cells, strict=True)
        ]
        rows.append((f"`{event}`", *told))
    return table(("event", *(one.value.replace("_", " ") for one in FindingState)), rows)


def schedule() -> str:
    """Return the days of each step by the usual settings, for a few exams."""
    settings = FollowUpSettings()
    rows = []
    for exam in EXAMS:
        for step in due_steps(planned_by_rule(exam, settings), (), exam, settings):
            days = (step.opens_on, step.due_on, step.overdue_from, step.lost_from)
            rows.append((str(exam), str(step.months), *(str(one) for one in days)))
    return table(("exam", "months", "due from", "its day", "overdue from", "lost from"), rows)


def reviews() -> str:
    """Return every reason for a review."""
    return table(("reason", "sentence"), [(f"`{one}`", one.text) for one in ReviewReason])


def advisories() -> str:
    """Return every advisory."""
    return table(("advisory", "sentence"), [(f"`{one}`", one.text) for one in Advisory])


def recommendations() -> str:
    """Return every recommendation."""
    return table(
        ("recommendation", "what it means"), [(f"`{one}`", one.text) for one in Recommendation]
    )


def ends() -> str:
    """Return every stated end, and the states in which it can be stated."""
    rows = []
    for end in End:
        event = Event(f"ended_{end.value}")
        legal = [
            one.value.replace("_", " ")
            for one in FindingState
            if event in MOVES[one] and one is not FindingState.ENDED
        ]
        every = len(legal) == len(FindingState) - 1
        rows.append((f"`{end}`", end.text, "every state" if every else ", ".join(legal)))
    return table(("end", "what it means", "can be stated in"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "states": states,
    "events": events,
    "moves": moves,
    "schedule": schedule,
    "reviews": reviews,
    "advisories": advisories,
    "recommendations": recommendations,
    "ends": ends,
}


def main() -> None:
    """Write the tables into the page."""
    write_tables(PAGE, TABLES)


if __name__ == "__main__":
    main()
