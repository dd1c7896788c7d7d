"""Where each finding of a timeline stands on a day, as plain data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from calcsight.reports.noun_json import plain
from calcsight.reports.timeline_rows import outcome_words, rows_of, state_words
from calcsight.terms.finding import Finding
from calcsight.terms.finding_standing import FindingStanding
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.timeline import Timeline


def standing_document(
    timeline: Timeline, standings: Sequence[FindingStanding], on: date
) -> dict[str, Any]:
    """Return what follows from the records on a day; the records themselves are in the timeline.

    Parameters
    ----------
    timeline : Timeline
    standings : sequence of FindingStanding
        One for each finding, in their order.
    on : datetime.date
    """
    return {
        "document": "calcsight.timeline_standing",
        "intended_use": INTENDED_USE,
        "woman": timeline.woman,
        "on": on.isoformat(),
        "findings": [
            _finding(timeline, *one) for one in zip(timeline.findings, standings, strict=True)
        ],
    }


def _finding(timeline: Timeline, finding: Finding, standing: FindingStanding) -> dict[str, Any]:
    """Return one finding: its state, what moved it, what is due, its outcome, its lines."""
    outcome = standing.outcome
    return {
        "id": finding.id,
        "tracking_uid": finding.tracking_uid,
        "laterality": finding.laterality.value,
        "state": standing.state.value if standing.moves else None,
        "state_text": state_words(standing),
        "end": standing.end.value if standing.end else None,
        "next_step": plain(standing.next_step),
        "steps": plain(standing.steps),
        "outcome": None
        if outcome is None
        else {
            "kind": outcome.kind.value,
            "subtype": outcome.subtype.value if outcome.subtype else None,
            "stage": outcome.stage,
            "words": outcome_words(outcome),
            "upgrades": plain(outcome.upgrades),
            "pending": list(outcome.pending),
            "review": [{"code": one.value, "text": one.text} for one in outcome.review],
        },
        "moves": [{**plain(one), "text": one.event.text} for one in standing.moves],
        "advisories": [{"code": one.value, "text": one.text} for one in standing.advisories],
        "rows": plain(tuple(rows_of(finding, standing, timeline.changes))),
    }
