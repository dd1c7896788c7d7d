"""A finding through time: where it stands on a day, and what may be recorded of it next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from calcsight.pathway.advice import advisories
from calcsight.pathway.happenings import Happening, happenings
from calcsight.pathway.moves import move
from calcsight.pathway.moving import moved, overruled, refuse_overruled
from calcsight.pathway.outcome import outcome_of
from calcsight.pathway.planning import planned_steps, visits_of
from calcsight.pathway.schedule import due_steps, next_step
from calcsight.terms.biopsy import Answer, Biopsy, BiopsyMethod, GuidedBy
from calcsight.terms.errors import FollowUpError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance, Assessment, Ending
from calcsight.terms.finding_standing import FindingStanding, Move
from calcsight.terms.finding_state import Event, FindingState
from calcsight.terms.follow_up import DueStanding, FollowUpSettings
from calcsight.terms.mammogram import Laterality

Record = Appearance | Assessment | Biopsy | Ending | FinalRecord
_WAITED_FOR = frozenset({FindingState.FOLLOW_UP, FindingState.MORE_VIEWS})

_UNKNOWN: Mapping[str, object] = MappingProxyType(
    {
        "method": BiopsyMethod.UNKNOWN,
        "guided_by": GuidedBy.UNKNOWN,
        "cores": None,
        "calcification_in_specimen": Answer.UNKNOWN,
        "calcification_under_microscope": Answer.UNKNOWN,
    }
)


def standing(
    finding: Finding, on: date, settings: FollowUpSettings | None = None
) -> FindingStanding:
    """Return where a finding stands on a day, from its records alone.

    Records of later days do not count. The order in which records came never does. What a person
    said before tissue of an earlier day was known, and what that tissue speaks against, moves
    nothing: what tissue says counts.

    Parameters
    ----------
    finding : Finding
    on : date
    settings : FollowUpSettings or None
        None = the defaults.

    Raises
    ------
    IllegalMoveError
        When the records tell of what cannot happen.
    FollowUpError
        When a day that is due lies beyond the calendar.
    """
    chosen = settings or FollowUpSettings()
    told = happenings(finding, on)
    happened, moves, problems = moved(finding, told)
    steps = due_steps(planned_steps(happened, moves, chosen), visits_of(finding, on), on, chosen)
    waiting = next_step(steps)
    state = moves[-1].after if moves else FindingState.FOUND
    if state in _WAITED_FOR and waiting is not None and waiting.standing is DueStanding.LOST:
        after = move(state, Event.NOT_SEEN_AGAIN)
        moves = (
            *moves,
            Move(on=waiting.lost_from, event=Event.NOT_SEEN_AGAIN, before=state, after=after),
        )
        state = after
    known = _known_on(finding, told, on)
    outcome = outcome_of(known.biopsies)
    return FindingStanding(
        on=on,
        state=state,
        moves=moves,
        outcome=outcome,
        steps=steps,
        next_step=waiting,
        end=known.endings[-1].end if state is FindingState.ENDED else None,
        advisories=advisories(known, moves, outcome, overruled=bool(problems)),
    )


def recorded(finding: Finding, record: Record) -> Finding:
    """Return a finding with one more record, or refuse what cannot be.

    A record of a mammogram or biopsy that is there already takes its place; earlier reports of
    pathology and earlier statements of concordance are kept beside the new ones. Tissue is a fact:
    it is taken although a person, who did not know of it, has said what it speaks against.

    Parameters
    ----------
    finding : Finding
    record : Appearance, Assessment, Biopsy, Ending or FinalRecord

    Raises
    ------
    IllegalMoveError
        When the records would tell of what cannot happen.
    FollowUpError
        When the record is of another finding or of the other side, or what would be due lies
        beyond the calendar.
    """
    if isinstance(record, FinalRecord):
        finding = _with_tissue(finding, record)
        record = record.assessment
    extended = _with_record(finding, record)
    standing(extended, date.max)
    if not isinstance(record, Biopsy):
        refuse_overruled(extended, overruled(finding))
    for one in extended.endings:
        if one.taken_back_on is not None:
            before = one.taken_back_on - timedelta(days=1)
            known = overruled(finding if one == record else extended, before)
            refuse_overruled(extended, known, before)
    return extended


def _with_record(finding: Finding, record: Appearance | Assessment | Biopsy | Ending) -> Finding:
    """Return a finding with one more record, whether that can be or not."""
    if isinstance(record, Appearance):
        others = [one for one in finding.appearances if not _same_place(one, record)]
        return replace(finding, appearances=(*others, record))
    if isinstance(record, Assessment):
        return replace(finding, assessments=(*finding.assessments, record))
    if isinstance(record, Ending):
        kept = [
            one
            for one in finding.endings
            if (one.end, one.reader_id, one.at) != (record.end, record.reader_id, record.at)
        ]
        return replace(finding, endings=(*kept, record))
    earlier = [one for one in finding.biopsies if one.id == record.id]
    others_taken = [one for one in finding.biopsies if one.id != record.id]
    told = _told_anew(earlier[0], record) if earlier else record
    return replace(finding, biopsies=(*others_taken, told))


def _with_tissue(finding: Finding, record: FinalRecord) -> Finding:
    """Return a finding with the side and the biopsies of a person's final record of it."""
    same = (finding.id, finding.tracking_uid) == (record.finding_id, record.tracking_uid)
    if record.laterality is None:
        raise FollowUpError("a final record of an exam with no finding", "one of the finding")
    sides = {finding.laterality, record.laterality} - {Laterality.UNKNOWN}
    if not same or len(sides) > 1:
        raise FollowUpError(
            f"a final record of {record.finding_id}, {record.tracking_uid}, side "
            f"{record.laterality}, for {finding.id}, {finding.tracking_uid}, side "
            f"{finding.laterality}",
            "the record of the same finding",
        )
    finding = replace(finding, laterality=max(sides, default=Laterality.UNKNOWN))
    for biopsy in record.biopsies:
        finding = _with_record(finding, biopsy)
    return finding


def _told_anew(earlier: Biopsy, later: Biopsy) -> Biopsy:
    """Return a biopsy as told later, with every report and statement that was known before.

    What the later record leaves unknown stays as it was.
    """
    same = (earlier.performed_on, earlier.laterality) == (later.performed_on, later.laterality)
    if not same:
        raise FollowUpError(
            f"the biopsy {later.id} of {later.performed_on}, side {later.laterality}, that was "
            f"of {earlier.performed_on}, side {earlier.laterality}",
            "another id for another biopsy",
        )
    kept: dict[str, Any] = {
        name: getattr(earlier, name)
        for name, unknown in _UNKNOWN.items()
        if getattr(later, name) is unknown
    }
    return replace(
        later,
        **kept,
        pathology=(*earlier.pathology, *later.pathology),
        concordances=(*earlier.concordances, *later.concordances),
    )


def _same_place(one: Appearance, other: Appearance) -> bool:
    """Tell whether two appearances are of one group of one mammogram."""
    return (one.mammogram_uid, one.group) == (other.mammogram_uid, other.group)


def _known_on(finding: Finding, happened: Sequence[Happening], on: date) -> Finding:
    """Return the finding as it was known on a day."""
    return replace(
        finding,
        appearances=tuple(one for one in finding.appearances if one.acquired_on <= on),
        assessments=tuple(one for one in finding.assessments if one.at.date() <= on),
        biopsies=happened[-1].biopsies if happened else (),
        endings=tuple(
            one
            for one in finding.endings
            if one.at.date() <= on and (one.taken_back_on is None or one.taken_back_on > on)
        ),
    )
