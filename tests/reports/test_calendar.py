"""Due dates as a calendar file, by the letter of RFC 5545."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.reports.calendar_text import CalendarEvent, calendar_text, escaped, folded

STAMPED = datetime(2026, 3, 5, tzinfo=UTC)


def event(key: str = "W-1/F1/2026-01-05/6", **changed: object) -> CalendarEvent:
    values = {
        "key": key,
        "on": date(2026, 7, 5),
        "summary": "W-1: right breast, finding F1",
        "description": "Due 2026-07-05",
        "category": "due",
    }
    return CalendarEvent(**{**values, **changed})  # type: ignore[arg-type]


def unfolded(text: str) -> list[str]:
    """Return the content lines, as a reader by the standard takes them."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def told(value: str) -> str:
    """Take the escapes of a TEXT value off, as a reader by the standard does."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def value_of(text: str, name: str) -> str:
    [value] = [line.partition(":")[2] for line in unfolded(text) if line.startswith(name)]
    return value


def test_the_whole_file() -> None:
    lines = unfolded(calendar_text([event()], STAMPED))
    assert [line for line in lines if not line.startswith("UID:")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calcsight//calcsight 0.1.0//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "DTSTAMP:20260305T000000Z",
        "DTSTART;VALUE=DATE:20260705",
        "SUMMARY:W-1: right breast\\, finding F1",
        "DESCRIPTION:Due 2026-07-05",
        "CATEGORIES:due",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_every_line_ends_with_carriage_return_and_line_feed_and_no_other() -> None:
    text = calendar_text([event(description="one\ntwo\r\nthree\rfour")], STAMPED)
    assert not re.findall(r"(?<!\r)\n|\r(?!\n)", text)
    assert value_of(text, "DESCRIPTION") == "one\\ntwo\\nthree\\nfour"


def test_the_name_of_an_event_is_that_of_its_key_alone() -> None:
    first = calendar_text([event()], STAMPED)
    moved = calendar_text([event(on=date(2026, 8, 1), summary="other")], datetime.now(UTC))
    other = calendar_text([event("W-1/F2/2026-01-05/6")], STAMPED)
    assert value_of(first, "UID") == value_of(moved, "UID") != value_of(other, "UID")


def test_the_stamp_is_in_utc_and_never_of_no_zone() -> None:
    east = timezone(timedelta(hours=2))
    text = calendar_text([event()], datetime(2026, 3, 5, 1, 30, tzinfo=east))
    assert value_of(text, "DTSTAMP") == "20260304T233000Z"
    with pytest.raises(ValueError, match="zone"):
        calendar_text([event()], datetime(2026, 3, 5))


def test_a_year_keeps_its_four_digits() -> None:
    text = calendar_text([event(on=date(987, 1, 2))], STAMPED)
    assert value_of(text, "DTSTART") == "09870102"


def test_what_steers_or_turns_is_spelt_out() -> None:
    said = told(escaped("a\x1b[2Jb\u202ec; d, e\\f"))
    assert said == "a\\x1b[2Jb\\u202ec; d, e\\f"


def test_no_event_gives_a_calendar_without_any() -> None:
    assert "VEVENT" not in calendar_text([], STAMPED)


@given(st.text(max_size=400))
def test_folding_breaks_no_letter_and_loses_nothing(text: str) -> None:
    line = "DESCRIPTION:" + escaped(text)
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


@given(
    st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=200)
)
def test_a_reader_gets_the_text_back(text: str) -> None:
    assert value_of(calendar_text([event(summary=text)], STAMPED), "SUMMARY") == escaped(text)
    assert told(escaped(text)) == text


def test_75_octets_stay_one_line_and_76_do_not() -> None:
    assert folded("x" * 75) == "x" * 75
    assert folded("x" * 76) == "x" * 75 + "\r\n x"
    assert folded("x" * 74 + "é") == "x" * 74 + "\r\n é"
