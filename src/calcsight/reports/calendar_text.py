"""All-day events as an iCalendar file (RFC 5545) that any calendar can import."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from calcsight.reports.visible_text import visible
from calcsight.terms.version import VERSION

# Names of events are made in it, so that no other program's can be the same.
_OURS = UUID("5d0f0c58-3f0b-5c53-9c2e-8b5f0e6a7d11")
_LONGEST_LINE = 75
_CONTINUED = 74


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One day in a calendar.

    Parameters
    ----------
    key : str
        What the event is about; the same key gives the same UID, so that a calendar that imports
        a later file moves the event instead of showing two.
    on : datetime.date
    summary, description : str
        Plain text, no person's name; line ends are kept.
    category : str
        One word.
    """

    key: str
    on: date
    summary: str
    description: str
    category: str


def calendar_text(events: Iterable[CalendarEvent], stamped: datetime) -> str:
    """Return the file: CRLF line ends, lines folded at 75 octets, texts escaped.

    Parameters
    ----------
    events : iterable of CalendarEvent
        In the order in which they are written.
    stamped : datetime.datetime
        With its zone; when the events were made, for every DTSTAMP.

    Raises
    ------
    ValueError
        When `stamped` has no zone: a DTSTAMP is in UTC.
    """
    if stamped.tzinfo is None:
        raise ValueError("a time without its zone cannot be written as UTC")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//calcsight//calcsight {VERSION}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for event in events for line in _event(event, stamped)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: CalendarEvent, stamped: datetime) -> Iterator[str]:
    """Yield the lines of one event, not yet folded; without an end it lasts its day."""
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(_OURS, event.key)}"
    yield f"DTSTAMP:{stamped.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "DTSTART;VALUE=DATE:" + event.on.isoformat().replace("-", "")
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"CATEGORIES:{escaped(event.category)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Write a TEXT value: backslash, semicolon, comma and line ends by a backslash.

    Other control characters, and those that turn the direction, become visible first.
    """
    lines = ["".join(map(_letter, line)) for line in text.splitlines()]
    return "\\n".join(lines)


def _letter(letter: str) -> str:
    """Escape one letter; one that cannot be seen is spelt out with its own backslash escaped."""
    return "".join(f"\\{one}" if one in "\\;," else one for one in visible(letter))


def folded(line: str) -> str:
    """Break a line so that none exceeds 75 octets; no letter is broken in its UTF-8."""
    pieces, piece, room = [], "", _LONGEST_LINE
    for letter in line:
        octets = len(letter.encode())
        if octets > room:
            pieces.append(piece)
            piece, room = "", _CONTINUED
        piece, room = piece + letter, room - octets
    return "\r\n ".join([*pieces, piece])
