"""Which finding a group of a reading or of a comparison belongs to, and what it adds to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from calcsight.pathway.appearances import same_group, with_appearances
from calcsight.pathway.joining import exchanged, is_signed, joined, mapped, with_latest_changes
from calcsight.pathway.tracking import finding_id, tracking_uid
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance
from calcsight.terms.mammogram import Laterality
from calcsight.terms.timeline import OtherName, SeenChange, Sighting, Timeline


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
    return with_latest_changes(timeline)


def with_exam(timeline: Timeline, exam_uid: str, mammogram_uids: Sequence[str]) -> Timeline:
    """Return a timeline that knows of which exam mammograms are, where that was unknown."""

    def told(one: Appearance) -> Appearance:
        unknown = one.mammogram_uid in mammogram_uids and not one.exam_uid
        return replace(one, exam_uid=exam_uid) if unknown else one

    return mapped(timeline, lambda _, one: told(one))


def _with_linked(timeline: Timeline, sighting: Sighting) -> tuple[Timeline, list[str]]:
    """Return a timeline with the appearances of a sighting, and the ids they belong to."""
    timeline = _with_one_course(timeline, sighting)
    known = timeline.finding(sighting.tracking_uid) if sighting.tracking_uid else None
    linked = _linked(timeline, sighting)
    if not linked:
        linked = [_new_finding(sighting)]
        timeline = replace(timeline, findings=(*timeline.findings, *linked))
    elif not known and sighting.tracking_uid:
        name = OtherName(name=sighting.tracking_uid, finding_id=linked[0].id)
        timeline = replace(timeline, names=(*timeline.names, name))
    for one in linked:
        timeline = exchanged(
            timeline,
            one,
            with_appearances(one, sighting.appearances, measured=not sighting.changes),
        )
    return timeline, [one.id for one in linked]


def _linked(timeline: Timeline, sighting: Sighting) -> list[Finding]:
    """Return the findings that a sighting belongs to; by place where no name or number does."""
    known = timeline.finding(sighting.tracking_uid) if sighting.tracking_uid else None
    seen = sighting.appearances
    numbered = [one for one in timeline.findings if one == known or _shares(one, seen)]
    return numbered or [one for one in timeline.findings if _shares(one, seen, near=True)]


def _with_one_course(timeline: Timeline, sighting: Sighting) -> Timeline:
    """Return a timeline in which what one comparison links over time and views is one finding.

    A reading alone makes its groups findings of their own; the comparison then says whose course
    they go on. Groups of the prior that merged stay findings of their own, and so do those that
    people have recorded apart.
    """
    for change in sighting.changes:
        uid = change.mammogram_uid
        before = [one for one in sighting.appearances if one.mammogram_uid != uid]
        merged = len({one.group for one in before}) > 1
        linked = sorted(_linked(timeline, sighting), key=_first_day)
        apart = [one for one in linked if merged and _shares(one, before)]
        for one in linked:
            stays = timeline.finding((apart or linked)[0].id)
            signed_apart = stays is not None and is_signed(stays) and is_signed(one)
            if stays is not None and one not in apart and not signed_apart:
                timeline = joined(timeline, [stays.id, one.id])
    return timeline


def _first_day(finding: Finding) -> date:
    """Return the day on which a finding was first seen."""
    return min((one.acquired_on for one in finding.appearances), default=date.max)


def _shares(finding: Finding, seen: Sequence[Appearance], *, near: bool = False) -> bool:
    """Tell whether a finding is known of one of the groups, by number or by place as well."""
    return any(
        same_group(one, other) and (near or one.group == other.group)
        for one in finding.appearances
        for other in seen
    )


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


def _pair(one: SeenChange) -> tuple[str, str, str]:
    """Name the two mammograms that a change was told of, and whose change."""
    return (one.finding_id, one.mammogram_uid, one.prior_uid)
