"""What mammograms show of a finding: which groups are one, and what a later document adds."""

from collections.abc import Sequence
from dataclasses import fields, replace
from math import hypot

from calcsight.pathway.following import recorded
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance
from calcsight.terms.mammogram import ExamKind, Laterality, View

# Groups of one mammogram by different readings of it, with their centres so near: one group
# whatever its number, and one of the same number whose members differ.
_SAME_PLACE_PX = 40.0
_SAME_NUMBER_PX = 200.0
_UNKNOWN = (None, "", Laterality.UNKNOWN, View.UNKNOWN, ExamKind.SCREENING)


def same_group(one: Appearance, other: Appearance) -> bool:
    """Tell whether two appearances are one group of one mammogram.

    By number where a place is unknown; else by place, wider apart where the number agrees.
    """
    if one.mammogram_uid != other.mammogram_uid or None in (one.group, other.group):
        return False
    numbers_agree = one.group == other.group
    if one.row is None or one.column is None or other.row is None or other.column is None:
        return numbers_agree
    apart_px = hypot(one.row - other.row, one.column - other.column)
    return apart_px <= (_SAME_NUMBER_PX if numbers_agree else _SAME_PLACE_PX)


def with_appearances(finding: Finding, added: Sequence[Appearance], *, measured: bool) -> Finding:
    """Return a finding with appearances, each in the place of an earlier one of its group.

    Parameters
    ----------
    finding : Finding
    added : sequence of Appearance
    measured : bool
        They are of a reading, whose numbers are those of its groups and replace what was known. A
        comparison counts what both dates can show: it adds only what was not known.

    Raises
    ------
    TimelineError
        When a mammogram has two days.
    FollowUpError
        When one is of the other side, or the finding could not have come to where it is.
    """
    for one in added:
        _refuse_two_days(finding, one)
        of_view = [a for a in finding.appearances if a.mammogram_uid == one.mammogram_uid]
        if one.group is None and any(a.group is not None for a in of_view):
            continue
        replaced = [a for a in of_view if a.group is None or same_group(a, one)]
        told = one
        for earlier in replaced:
            told = _completed(told, earlier) if measured else _completed(earlier, told)
        others = tuple(a for a in finding.appearances if a not in replaced)
        finding = recorded(replace(finding, appearances=others), told)
    return finding


def _refuse_two_days(finding: Finding, one: Appearance) -> None:
    """Refuse a mammogram that two documents give different days."""
    for other in finding.appearances:
        if other.mammogram_uid == one.mammogram_uid and other.acquired_on != one.acquired_on:
            raise TimelineError(
                f"the mammogram {one.mammogram_uid} of {one.acquired_on}, which {finding.id} "
                f"knows to be of {other.acquired_on}",
                "one day for each mammogram",
                "state the right day in both, or mend the timeline",
            )


def _completed(one: Appearance, other: Appearance) -> Appearance:
    """Return an appearance with what only another one of the same group knows."""
    known = {
        name: getattr(other, name)
        for name in (held.name for held in fields(Appearance))
        if getattr(one, name) in _UNKNOWN
    }
    return replace(one, **known)
