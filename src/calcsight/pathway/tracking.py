"""One name for one finding at every date: made from its first appearance, and carried on."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

from calcsight.terms.comparison import Comparison, Frame, GroupChange, GroupKey
from calcsight.terms.errors import FollowUpError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance
from calcsight.terms.group import Group
from calcsight.terms.reading import Reading

_UUID_ROOT = "2.25"  # PS3.5 B.2: UIDs made from a UUID
_ID_BYTES = 5


def tracking_uid(first: Appearance) -> str:
    """Return the UID of a finding that first appears here: the same input, the same UID.

    It is made by hashing the mammogram's UID, the number of the group and its place, rounded to
    a pixel (UUID version 5 under 2.25, PS3.5 B.2), so that it says nothing of the woman.

    Parameters
    ----------
    first : Appearance
        The earliest; of one exam the first in the order of a `Finding`.

    Raises
    ------
    FollowUpError
        When it has neither a place nor a number.
    """
    if first.group is None and first.row is None:
        raise FollowUpError(
            f"a first appearance on {first.mammogram_uid} with neither a place nor a number",
            "the mammogram on which the finding was first seen",
        )
    return _named(first.mammogram_uid, first.group, first.row, first.column)


def finding_id(uid: str) -> str:
    """Return the short id that goes with a tracking UID: F- and eight letters or digits."""
    digest = hashlib.sha256(uid.encode()).digest()[:_ID_BYTES]
    return f"F-{base64.b32encode(digest).decode()}"


def known_groups(findings: Iterable[Finding]) -> dict[GroupKey, str]:
    """Return the tracking UID of every group that is an appearance of a known finding."""
    return {
        (one.mammogram_uid, one.group): finding.tracking_uid
        for finding in findings
        for one in finding.appearances
        if one.group is not None
    }


def tracked(
    comparison: Comparison, known: Mapping[GroupKey, str]
) -> tuple[Comparison, dict[GroupKey, str]]:
    """Return a comparison whose every group has its tracking UID, and what is known after it.

    A group that was known, in the current mammogram or in the prior one, goes on under its UID;
    where several known findings merged, under that of the largest in the prior, and the others
    keep theirs at the earlier dates alone. What was not known is named after its earliest
    appearance of these two. Give what is known after one comparison to the next one of a series,
    oldest prior first, and one finding has one UID at all dates.

    Parameters
    ----------
    comparison : Comparison
    known : mapping of (str, int) to str
        Tracking UIDs by mammogram and group.

    Returns
    -------
    tuple of Comparison and dict
    """
    told = dict(known)
    groups = []
    for one in comparison.groups:
        uid = _uid_of(one, comparison, told)
        groups.append(replace(one, tracking_uid=uid))
        for reading, numbers in ((comparison.prior, one.prior), (comparison.current, one.current)):
            for number in numbers:
                told.setdefault((reading.mammogram.uid, number), uid)
    return replace(comparison, groups=tuple(groups)), told


def followed_now(
    comparisons: Iterable[Comparison], known: Mapping[GroupKey, str]
) -> dict[GroupKey, str]:
    """Let groups of the current mammogram that go on from findings that are followed be known.

    Before a series is tracked from its oldest prior on: else a finding that is followed from a
    later date would be named anew after an earlier prior that shows it, too, and be lost.

    Parameters
    ----------
    comparisons : iterable of Comparison
        Of one current mammogram, oldest prior first; where several findings lay claim to one
        group, the first is heard.
    known : mapping of (str, int) to str
        Tracking UIDs by mammogram and group.

    Returns
    -------
    dict
    """
    told = dict(known)
    for comparison in comparisons:
        for change in comparison.groups:
            uid = _known_uid(change, comparison, known)
            for number in change.current if uid else ():
                told.setdefault((comparison.current.mammogram.uid, number), uid or "")
    return told


def _uid_of(change: GroupChange, comparison: Comparison, known: Mapping[GroupKey, str]) -> str:
    """Return the UID under which a group goes on, or its first one."""
    return _known_uid(change, comparison, known) or _first_uid(change, comparison)


def _known_uid(
    change: GroupChange, comparison: Comparison, known: Mapping[GroupKey, str]
) -> str | None:
    """Return the UID of the finding that a group is known to be of; None = it was not known."""
    for reading, numbers in (
        (comparison.current, change.current),
        (comparison.prior, change.prior),
    ):
        for group in _by_size(reading, numbers):
            uid = known.get((reading.mammogram.uid, group.number))
            if uid is not None:
                return uid
    return None


def _first_uid(change: GroupChange, comparison: Comparison) -> str:
    """Return the UID of a group that was not known: of its earliest appearance of the two."""
    for reading, numbers in (
        (comparison.prior, change.prior),
        (comparison.current, change.current),
    ):
        groups = _by_size(reading, numbers)
        if groups:
            return _named(reading.mammogram.uid, groups[0].number, groups[0].row, groups[0].column)
    reading = comparison.current if change.frame is Frame.CURRENT else comparison.prior
    return _named(reading.mammogram.uid, None, change.row, change.column)


def _named(mammogram_uid: str, group: int | None, row: float | None, column: float | None) -> str:
    """Return the UID of what stands at a place of a mammogram."""
    place = "" if row is None or column is None else f"{round(row)} {round(column)}"
    name = f"calcsight finding|{mammogram_uid}|{group or ''}|{place}"
    return f"{_UUID_ROOT}.{uuid5(NAMESPACE_OID, name).int}"


def _by_size(reading: Reading, numbers: Sequence[int]) -> list[Group]:
    """Return the groups of a reading that have these numbers, the largest first."""
    found = [one for one in reading.groups if one.number in numbers]
    return sorted(found, key=lambda one: (-one.count, one.number))
