"""Whatever stands in a file: it is taken as it is meant, or refused with a typed error."""

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports.final_records import biopsy, final
from tests.reports.timelines import timeline

from calcsight.pathway.following import standing
from calcsight.reports.due_calendar import due_events
from calcsight.reports.due_columns import DUE_COLUMNS, DueEntry, by_urgency, due_line
from calcsight.reports.final_document import final_document
from calcsight.reports.final_file import final_of
from calcsight.reports.json_text import json_text
from calcsight.reports.timeline_document import timeline_document
from calcsight.reports.timeline_file import timeline_of
from calcsight.reports.timeline_page import timeline_page
from calcsight.reports.timeline_standing import standing_document
from calcsight.terms.errors import FollowUpError, TimelineError
from calcsight.terms.timeline import Timeline

Place = tuple[str | int, ...]
FINAL = json.loads(json_text(final_document(final(biopsies=(biopsy(),)))))
TIMELINE = json.loads(json_text(timeline_document(timeline())))


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Yield every place of a document."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield (*here, key)
        yield from places(inner, (*here, key))


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["", " ", "F1", "F2", "B1", "R", "L", "2.25.1", "routine", "benign"]),
    st.sampled_from(["2025-01-03", "0001-01-01", "9999-12-31", "2026-01-06T00:00:00Z"]),
    st.sampled_from(["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]),
    st.just([]),
    st.just({}),
    st.just([[[]]]),
)


def put(document: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """Return the document with something else at one place."""
    changed = deepcopy(document)
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


@settings(max_examples=400)
@given(st.sampled_from(list(places(FINAL))), STRANGE)
def test_a_final_record_is_read_exactly_or_refused(place: Place, value: Any) -> None:
    changed = put(FINAL, place, value)
    with suppress(FollowUpError):
        record = final_of(changed)
        again = final_of(json.loads(json_text(final_document(record))))
        assert again == record


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(places(TIMELINE))), STRANGE, st.dates())
def test_a_timeline_is_shown_or_refused(place: Place, value: Any, on: date) -> None:
    try:
        held = timeline_of(put(TIMELINE, place, value))
    except TimelineError:
        return
    assert timeline_of(json.loads(json_text(timeline_document(held)))) == held
    with suppress(FollowUpError):
        shown(held, on)


def shown(held: Timeline, on: date) -> None:
    """Make everything that is made of a timeline."""
    standings = [standing(one, on) for one in held.findings]
    page = timeline_page(held, standings, on)
    assert page.count("<svg") == len(held.findings)
    json_text(standing_document(held, standings, on))
    entries = [
        DueEntry(woman=held.woman, finding=one, standing=told)
        for one, told in zip(held.findings, standings, strict=True)
    ]
    for entry in by_urgency(entries):
        assert due_line(entry)
        assert all(column.cell(entry) != "" or column.name for column in DUE_COLUMNS)
    assert len({one.key for one in due_events(entries)}) == len(list(due_events(entries)))
