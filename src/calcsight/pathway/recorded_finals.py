"""What a person says of a finding, put down with it: a final record, or an ending."""

from dataclasses import replace

from calcsight.pathway.following import recorded
from calcsight.pathway.joining import exchanged, known_finding
from calcsight.terms.errors import TimelineError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Ending
from calcsight.terms.timeline import Timeline


def with_final(timeline: Timeline, record: FinalRecord, *, may_be_new: bool = False) -> Timeline:
    """Return a timeline with a final record; the same record again adds nothing.

    Parameters
    ----------
    timeline : Timeline
    record : FinalRecord
        Names its finding by id and tracking UID: both have to lead to the same one.
    may_be_new : bool
        Take the record of a finding that is not known here as one that a person found.

    Raises
    ------
    TimelineError
        When its id and its UID lead to different findings, or to none; when it is of an exam
        without a finding, which no timeline follows.
    FollowUpError
        When it is of the other side, or tells of what cannot happen to the finding.
    """
    if record.finding_id is None or record.tracking_uid is None or record.laterality is None:
        raise TimelineError(
            f"a final record of the exam {record.exam_uid[:64]!r} with no finding",
            "one of a finding: a timeline follows findings",
            "keep the file beside the timeline, for letters, reports and the audit",
        )
    found = _finding_of(timeline, record.finding_id, record.tracking_uid)
    if found is None:
        if not may_be_new:
            known = ", ".join(f"{one.id} ({one.laterality})" for one in timeline.findings)
            raise TimelineError(
                f"a final record of the finding {record.finding_id[:60]!r}, which is not in the "
                f"timeline of {timeline.woman}",
                f"one of {known}" if known else "a finding that is known: none is yet",
                "check that it is of the same woman; for what a person alone found, say "
                "--new-finding",
            )
        found = Finding(
            id=record.finding_id, tracking_uid=record.tracking_uid, laterality=record.laterality
        )
        timeline = replace(timeline, findings=(*timeline.findings, found))
    named = replace(
        record,
        finding_id=found.id,
        tracking_uid=found.tracking_uid,
        biopsies=tuple(replace(one, finding_id=found.id) for one in record.biopsies),
    )
    return exchanged(timeline, found, recorded(found, named))


def with_ending(timeline: Timeline, name: str, ending: Ending) -> Timeline:
    """Return a timeline with the ending of one finding; the same again adds nothing.

    Parameters
    ----------
    timeline : Timeline
    name : str
        Id or tracking UID.
    ending : Ending

    Raises
    ------
    TimelineError
        When no finding has that name.
    FollowUpError
        When the finding cannot end like this.
    """
    found = known_finding(timeline, name)
    return exchanged(timeline, found, recorded(found, ending))


def _finding_of(timeline: Timeline, name: str, uid: str) -> Finding | None:
    """Return the finding that both names of a record lead to; None = neither leads anywhere."""
    by_id = timeline.finding(name)
    by_uid = timeline.finding(uid)
    if by_id != by_uid:
        raise TimelineError(
            f"a final record whose id {name[:60]!r} is "
            f"{by_id.id if by_id else 'no finding'} and whose tracking UID is "
            f"{by_uid.id if by_uid else 'no finding'} of the timeline of {timeline.woman}",
            "both of one finding",
            "take id and tracking UID from calcsight timeline show, and check the woman",
        )
    return by_id
