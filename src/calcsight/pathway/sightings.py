"""Which finding a group of a reading or of a comparison belongs to, and what it adds to it."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from math import hypot
from typing import TypeVar

from calcsight.pathway.following import recorded
from calcsight.pathway.tracking import finding_id, tracking_uid
from calcsight.terms.comparison import GroupKey
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Appearance, Finding
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.timeline import OtherName, SeenChange, Sighting, Timeline

Named = TypeVar("Named", SeenChange, OtherName)

# Groups of one mammogram by different readings of it, with their centres so near: one group
# whatever its number, and one of the same number whose members differ.
_SAME_PLACE_PX = 40.0
_SAME_NUMBER_PX = 200.0
# What a later document may leave unknown without taking back what an earlier one knew.
_UNKNOWN = (None, "", Laterality.UNKNOWN, View.UNKNOWN, ExamKind.SCREENING)


def with_sightings(timeline: Timeline, sightings: Sequence[Sighting]) -> Timeline:
    """Return a timeline with what one document says of its groups; saying it again adds nothing.

    A sighting belongs to the finding of its tracking UID, and to each finding that one of its
    groups is known of: where two merged, both were seen. Groups are known by their numbers, and by
    their places where a reading numbered them otherwise. What belongs to none is a new finding. A
    document that speaks of
    a mammogram again takes the place of an earlier one where it says anything, and so does a
    comparison of the same two mammograms.

    Parameters
    ----------
    timeline : Timeline
    sightings : sequence of Sighting
        All of one document.

    Raises
    ------
    TimelineError
        When a mammogram has two days.
    FollowUpError
        When a finding would have both sides, or could not have come to where it is.
    """
    changes: list[SeenChange] = []
    for one in sightings:
        timeline, linked = _with_linked(timeline, one)
        for own in linked:
            changes += [replace(change, finding_id=own) for change in one.changes]
    told_anew = {_pair(one) for one in changes}
    kept = [one for one in timeline.changes if _pair(one) not in told_anew]
    timeline = replace(timeline, changes=(*kept, *changes))
    return _with_latest_changes(timeline)


def matched(timeline: Timeline, groups: Sequence[GroupKey]) -> Timeline:
    """Return a timeline in which groups of two views that a program matched are one finding.

    Parameters
    ----------
    timeline : Timeline
    groups : sequence of (str, int)
        Mammogram UID and number of the group; what no finding is known of is left out.

    Raises
    ------
    TimelineError
        When people have recorded anything of more than one of them: a person joins those.
    FollowUpError
        When they are of both sides.
    """
    found = [
        one
        for one in timeline.findings
        if any((seen.mammogram_uid, seen.group) in groups for seen in one.appearances)
    ]
    signed = [one for one in found if one.assessments or one.biopsies or one.endings]
    if len(signed) > 1:
        raise TimelineError(
            f"{signed[0].id} and {signed[1].id} matched by a program, and people have recorded "
            "something of both",
            "at most one of them with a record by a person",
            "a person says whether they are one: calcsight timeline join",
        )
    ordered = [*signed, *(one for one in found if one not in signed)]
    return joined(timeline, [one.id for one in ordered])


def joined(timeline: Timeline, names: Sequence[str]) -> Timeline:
    """Return a timeline in which several findings are one.

    The first stays, with all records of the others, whose ids become further names of it.

    Parameters
    ----------
    timeline : Timeline
    names : sequence of str
        Ids or tracking UIDs; of one finding alone, or of none, nothing changes.

    Raises
    ------
    TimelineError
        When a name is that of no finding.
    FollowUpError
        When they are of both sides, or their records cannot be true together.
    """
    for name in names:
        if timeline.finding(name) is None:
            raise TimelineError(
                f"the finding {name[:60]!r}, which is not in the timeline of {timeline.woman}",
                f"one of {', '.join(one.id for one in timeline.findings) or 'none: it is empty'}",
            )
    for name in names[1:]:
        stays, other = timeline.finding(names[0]), timeline.finding(name)
        if stays is not None and other is not None and stays != other:
            timeline = _one_of_two(timeline, stays, other)
    return _with_latest_changes(timeline)


def with_exam(timeline: Timeline, exam_uid: str, mammogram_uids: Sequence[str]) -> Timeline:
    """Return a timeline that knows of which exam mammograms are, where that was unknown."""

    def told(one: Appearance) -> Appearance:
        unknown = one.mammogram_uid in mammogram_uids and not one.exam_uid
        return replace(one, exam_uid=exam_uid) if unknown else one

    return _mapped(timeline, lambda _, one: told(one))


def _with_linked(timeline: Timeline, sighting: Sighting) -> tuple[Timeline, list[str]]:
    """Return a timeline with the appearances of a sighting, and the ids they belong to."""
    known = timeline.finding(sighting.tracking_uid) if sighting.tracking_uid else None
    numbered = [one for one in timeline.findings if one == known or _shares(one, sighting)]
    linked = numbered or [one for one in timeline.findings if _shares(one, sighting, near=True)]
    if not linked:
        linked = [_new_finding(sighting)]
        timeline = replace(timeline, findings=(*timeline.findings, *linked))
    elif not known and sighting.tracking_uid:
        name = OtherName(name=sighting.tracking_uid, finding_id=linked[0].id)
        timeline = replace(timeline, names=(*timeline.names, name))
    for one in linked:
        timeline = _exchanged(timeline, one, _with_appearances(one, sighting.appearances))
    return timeline, [one.id for one in linked]


def _shares(finding: Finding, sighting: Sighting, *, near: bool = False) -> bool:
    """Tell whether a finding is known of one of the groups, by number or by place as well."""
    return any(
        same_group(one, other) and (near or one.group == other.group)
        for one in finding.appearances
        for other in sighting.appearances
    )


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


def _new_finding(sighting: Sighting) -> Finding:
    """Return a finding with nothing in it: its names come from its first appearance."""
    grouped = [one for one in sighting.appearances if one.group is not None]
    first = min(grouped or sighting.appearances, key=lambda one: (one.acquired_on, one.group or 0))
    sides = {one.laterality for one in sighting.appearances} - {Laterality.UNKNOWN}
    uid = sighting.tracking_uid or tracking_uid(first)
    return Finding(
        id=finding_id(uid),
        tracking_uid=uid,
        laterality=min(sides) if sides else Laterality.UNKNOWN,
    )


def _with_appearances(finding: Finding, added: Sequence[Appearance]) -> Finding:
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
        one.name: getattr(earlier, one.name)
        for one in fields(Appearance)
        if getattr(later, one.name) in _UNKNOWN
    }
    return replace(later, **kept)


def _one_of_two(timeline: Timeline, stays: Finding, other: Finding) -> Timeline:
    """Return a timeline in which one finding has gone into another."""
    taken = tuple(replace(one, finding_id=stays.id) for one in other.biopsies)
    grown = replace(
        stays,
        assessments=(*stays.assessments, *other.assessments),
        biopsies=(*stays.biopsies, *taken),
        endings=(*stays.endings, *other.endings),
    )
    grown = _with_appearances(grown, other.appearances)
    for one in grown.assessments[-1:]:
        grown = recorded(grown, one)
    left = replace(
        timeline,
        findings=tuple(one for one in timeline.findings if one != other),
        changes=tuple(_renamed(one, other.id, stays.id) for one in timeline.changes),
        names=(
            *(_renamed(one, other.id, stays.id) for one in timeline.names),
            OtherName(name=other.id, finding_id=stays.id),
            OtherName(name=other.tracking_uid, finding_id=stays.id),
        ),
    )
    return _exchanged(left, stays, grown)


def _renamed(one: Named, old: str, new: str) -> Named:
    """Return a record of the finding that an earlier one went into."""
    return replace(one, finding_id=new) if one.finding_id == old else one


def _pair(one: SeenChange) -> tuple[str, str, str]:
    """Name the two mammograms that a change was told of, and whose change."""
    return (one.finding_id, one.mammogram_uid, one.prior_uid)


def _with_latest_changes(timeline: Timeline) -> Timeline:
    """Return a timeline whose appearances say what changed since the latest prior."""

    def told(finding: Finding, one: Appearance) -> Appearance:
        seen = [
            change
            for change in timeline.changes
            if (change.finding_id, change.mammogram_uid) == (finding.id, one.mammogram_uid)
            and change.change is not None
        ]
        if not seen:
            return one
        latest = max(seen, key=lambda c: (c.prior_on or date.min, c.prior_uid, -c.group))
        return replace(one, change=latest.change)

    return _mapped(timeline, told)


def _mapped(timeline: Timeline, told: Callable[[Finding, Appearance], Appearance]) -> Timeline:
    """Return a timeline with every appearance told anew."""
    findings = tuple(
        replace(one, appearances=tuple(told(one, seen) for seen in one.appearances))
        for one in timeline.findings
    )
    return replace(timeline, findings=findings)


def _exchanged(timeline: Timeline, old: Finding, new: Finding) -> Timeline:
    """Return a timeline with one finding in the place of another."""
    findings = tuple(new if one.id == old.id else one for one in timeline.findings)
    return replace(timeline, findings=findings)
