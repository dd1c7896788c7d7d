"""Several findings that are one: two views of a lesion, by a program's match or a person's word."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from calcsight.pathway.appearances import with_appearances
from calcsight.pathway.following import standing
from calcsight.pathway.moving import overruled, refuse_overruled
from calcsight.terms.comparison import GroupKey
from calcsight.terms.errors import TimelineError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance
from calcsight.terms.timeline import OtherName, SeenChange, Timeline

Named = TypeVar("Named", SeenChange, OtherName)


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
    signed = [one for one in found if is_signed(one)]
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
        stays, other = known_finding(timeline, names[0]), known_finding(timeline, name)
        if stays != other:
            timeline = _one_of_two(timeline, stays, other)
    return with_latest_changes(timeline)


def known_finding(timeline: Timeline, name: str) -> Finding:
    """Return the finding of an id or tracking UID.

    Raises
    ------
    TimelineError
        When no finding has that name.
    """
    found = timeline.finding(name)
    if found is None:
        raise TimelineError(
            f"the finding {name[:60]!r}, which is not in the timeline of {timeline.woman}",
            f"one of {', '.join(one.id for one in timeline.findings) or 'none: it is empty'}",
        )
    return found


def is_signed(finding: Finding) -> bool:
    """Tell whether people have recorded anything of a finding."""
    return bool(finding.assessments or finding.biopsies or finding.endings)


def with_latest_changes(timeline: Timeline) -> Timeline:
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

    return mapped(timeline, told)


def mapped(timeline: Timeline, told: Callable[[Finding, Appearance], Appearance]) -> Timeline:
    """Return a timeline with every appearance told anew."""
    findings = tuple(
        replace(one, appearances=tuple(told(one, seen) for seen in one.appearances))
        for one in timeline.findings
    )
    return replace(timeline, findings=findings)


def exchanged(timeline: Timeline, old: Finding, new: Finding) -> Timeline:
    """Return a timeline with one finding in the place of another."""
    findings = tuple(new if one.id == old.id else one for one in timeline.findings)
    return replace(timeline, findings=findings)


def _one_of_two(timeline: Timeline, stays: Finding, other: Finding) -> Timeline:
    """Return a timeline in which one finding has gone into another."""
    taken = tuple(replace(one, finding_id=stays.id) for one in other.biopsies)
    grown = replace(
        stays,
        assessments=(*stays.assessments, *other.assessments),
        biopsies=(*stays.biopsies, *taken),
        endings=(*stays.endings, *other.endings),
    )
    grown = with_appearances(grown, other.appearances, measured=True)
    standing(grown, date.max)
    refuse_overruled(grown, (*overruled(stays), *overruled(other)))
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
    return exchanged(left, stays, grown)


def _renamed(one: Named, old: str, new: str) -> Named:
    """Return a record of the finding that an earlier one went into."""
    return replace(one, finding_id=new) if one.finding_id == old else one
