"""What is checked of every record that a person made, or that came from outside."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from calcsight.terms.errors import FollowUpError

T = TypeVar("T")
_LONGEST = 128
_UID = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+")
_LONGEST_UID = 64
# No finding has so much tissue; a file that says so would keep everybody waiting.
_MOST = 20


def refuse_unsigned(
    reader_id: str, at: datetime, what: str, error: type[FollowUpError] = FollowUpError
) -> None:
    """Refuse a record without the person who made it, or without its time and time zone.

    Raises
    ------
    FollowUpError
        Of the class `error`.
    """
    refuse_blank(reader_id, f"{what} without the reader's id", error)
    if at.tzinfo is None or at.utcoffset() is None:
        raise error(
            f"{what} at {at.isoformat()}, with no time zone", "a time with its offset from UTC"
        )


def refuse_blank(text: str, found: str, error: type[FollowUpError] = FollowUpError) -> None:
    """Refuse what is empty, too long, or cannot be printed on one line.

    Raises
    ------
    FollowUpError
        Of the class `error`, with `found` as what was found.
    """
    if not text.strip():
        raise error(found, "a text that is not empty")
    if len(text) > _LONGEST or not text.isprintable():
        raise error(found, f"at most {_LONGEST} letters that can be printed, on one line")


def refuse_no_uid(uid: str, what: str, error: type[FollowUpError] = FollowUpError) -> None:
    """Refuse what is no DICOM UID: numbers without leading zeros, dots between, at most 64 signs.

    Raises
    ------
    FollowUpError
        Of the class `error`.
    """
    if len(uid) > _LONGEST_UID or not _UID.fullmatch(uid):
        raise error(
            f"{what} {uid[: _LONGEST_UID + 1]!r}",
            "a DICOM UID: numbers with dots between, at most 64 signs",
        )


def refuse_too_many(records: Sequence[object], what: str) -> None:
    """Refuse more records of one kind than any finding has.

    Raises
    ------
    FollowUpError
    """
    if len(records) > _MOST:
        raise FollowUpError(f"{len(records)} {what}", f"at most {_MOST}")


def each_once(records: Iterable[T], key: Callable[[T], Any]) -> tuple[T, ...]:
    """Return records in one order, each once: the order in which they came says nothing."""
    return tuple(dict.fromkeys(sorted(records, key=key)))
