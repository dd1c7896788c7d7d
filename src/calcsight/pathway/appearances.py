"""What mammograms show of a finding: which groups are one, and what a later document adds."""

from collections.abc import Sequence
from dataclasses import fields, replace
from math import hypot
from typing import Any

from calcsight.pathway.following import recorded
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Appearance, Finding
from calcsight.terms.mammogram import ExamKind, Laterality, View

# Groups of one mammogram by different readings of it, with their centres so near: one group
# whatever its number, and one of the same number whose members differ.
_SAME_PLACE_PX = 40.0
_SAME_NUMBER_PX = 200.0
# Documents round otherwise, and a comparison measures its groups anew.
_AS_GOOD_AS_EQUAL = {"row": 0.5, "column": 0.5, "extent_mm": 0.05}
# What a later document may leave unknown without taking back what an earlier one knew.
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


def with_appearances(finding: Finding, added: Sequence[Appearance]) -> Finding:
    """Return a finding with appearances, each in the place of an earlier one of its group."""
    for one in added:
        _refuse_two_days(finding, one)
        of_view = [a for a in finding.appearances if a.mammogram_uid == one.mammogram_uid]
        if one.group is None and any(a.group is not None for a in of_view):
            continue
        replaced = [a for a in of_view if a.group is None or same_group(a, one)]
        for earlier in replaced:
            one = _told_anew(earlier, one)  # noqa: PLW2901 - grows by what was known
        others = tuple(a for a in finding.appearances if a not in replaced)
        finding = replace(finding, appearances=others)
        finding = recorded(finding, one)
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


def _told_anew(earlier: Appearance, later: Appearance) -> Appearance:
    """Return an appearance as told later, with what only the earlier one knew."""
    kept = {
        name: known
        for name in (one.name for one in fields(Appearance))
        if (known := getattr(earlier, name)) is not None
        and _says_no_more(name, known, getattr(later, name))
    }
    return replace(later, **kept)


def _says_no_more(name: str, known: Any, said: Any) -> bool:
    """Tell whether what is said later is unknown, or as good as what was known."""
    if said in _UNKNOWN:
        return True
    return name in _AS_GOOD_AS_EQUAL and abs(said - known) <= _AS_GOOD_AS_EQUAL[name]
