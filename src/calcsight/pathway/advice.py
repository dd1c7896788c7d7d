"""What a person should know of how a finding was followed: said, never ordered."""

from collections.abc import Sequence

from calcsight.terms.biopsy import GuidedBy, MalignantSubtype, Specimen
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.finding_standing import Move, Outcome
from calcsight.terms.finding_state import Advisory, Event, FindingState
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind

_LOWER_THAN_BIOPSY = frozenset(
    {
        FindingState.FOLLOW_UP,
        FindingState.MORE_VIEWS,
        FindingState.TO_ASSESS,
        FindingState.LOST,
        FindingState.CLOSED,
    }
)
_ADVISED_OR_TAKEN = frozenset({Event.ASSESSED_BIOPSY, Event.TISSUE_TAKEN})
_WATCHED = frozenset({FindingState.FOLLOW_UP, FindingState.LOST})


def advisories(
    finding: Finding, moves: Sequence[Move], outcome: Outcome | None, *, overruled: bool
) -> tuple[Advisory, ...]:
    """Return what applies, in the order of `Advisory`.

    Parameters
    ----------
    finding : Finding
        As far as it is known.
    moves : sequence of Move
        All moves of it.
    outcome : Outcome or None
        What its tissue came to.
    overruled : bool
        Something that a person said moves nothing, because of tissue.
    """
    state = moves[-1].after if moves else FindingState.FOUND
    applies = {
        Advisory.ULTRASOUND_FOR_CALCIFICATIONS: _ultrasound_alone(finding),
        Advisory.FOLLOW_UP_FROM_SCREENING: state in _WATCHED and _screening_alone(finding),
        Advisory.CHANGED_SINCE_ASSESSED: state is not FindingState.ENDED and _changed(finding),
        Advisory.STABLE_IS_NOT_BENIGN: state in _LOWER_THAN_BIOPSY and _advised_not_taken(moves),
        Advisory.CLOSED_UNSEEN: state is FindingState.CLOSED and _closed_unseen(finding, moves),
        Advisory.OVERRULED_BY_TISSUE: overruled,
        Advisory.UPGRADED: outcome is not None and bool(outcome.upgrades),
        Advisory.SURGERY_MAY_UPGRADE: outcome is not None and _needle_alone(finding, outcome),
        Advisory.ENDED_WHILE_PENDING: (
            state is FindingState.ENDED and outcome is not None and bool(outcome.pending)
        ),
        Advisory.RESULT_AFTER_ENDING: state is FindingState.ENDED and _told_after_end(moves),
    }
    return tuple(one for one in Advisory if applies[one])


def _ultrasound_alone(finding: Finding) -> bool:
    """Tell whether ultrasound led a needle and no reader stated anything beside calcifications."""
    stated = [one.associated for one in finding.assessments if one.associated is not None]
    alone = not stated or stated[-1] is AssociatedFinding.NONE
    return alone and any(one.guided_by is GuidedBy.ULTRASOUND for one in finding.biopsies)


def _screening_alone(finding: Finding) -> bool:
    """Tell whether all exams were screens, as far as they are recorded, and no tissue was taken."""
    kinds = {one.exam_kind for one in finding.appearances}
    kinds |= {one.exam_kind for one in finding.assessments if one.exam_kind is not None}
    return kinds == {ExamKind.SCREENING} and not finding.biopsies


def _changed(finding: Finding) -> bool:
    """Tell whether the last exam shows it new or increased, and nobody assessed that exam."""
    if not finding.appearances:
        return False
    last = finding.appearances[-1].acquired_on
    assessed = max((one.assessed_day for one in finding.assessments), default=None)
    if assessed is not None and assessed >= last:
        return False
    changes = {one.change for one in finding.appearances if one.acquired_on == last}
    return bool(changes & {Change.NEW, Change.INCREASED})


def _advised_not_taken(moves: Sequence[Move]) -> bool:
    """Tell whether a biopsy was advised, and no tissue was taken after that."""
    told = [one.event for one in moves if one.event in _ADVISED_OR_TAKEN]
    return bool(told) and told[-1] is Event.ASSESSED_BIOPSY


def _closed_unseen(finding: Finding, moves: Sequence[Move]) -> bool:
    """Tell whether it went from watched to closed on an assessment of no later exam."""
    closing = next(one for one in reversed(moves) if one.before is not one.after)
    routine = [o for o in finding.assessments if o.recommendation is Recommendation.ROUTINE]
    others = [o for o in finding.assessments if o.recommendation is not Recommendation.ROUTINE]
    if closing.before not in _WATCHED or not others or not routine:
        return False
    seen_then = routine[-1].exam_on
    return seen_then is None or seen_then <= others[-1].assessed_day


def _needle_alone(finding: Finding, outcome: Outcome) -> bool:
    """Tell whether the result is DCIS, and no surgical specimen was reported."""
    specimens = {
        one.specimen
        for biopsy in finding.biopsies
        for one in biopsy.pathology
        if one.reported_on is not None
    }
    return outcome.subtype is MalignantSubtype.DCIS and Specimen.SURGERY not in specimens


def _told_after_end(moves: Sequence[Move]) -> bool:
    """Tell whether tissue or a result came after it was ended, and nobody has ended it since."""
    since: list[Event] = []
    for one in moves:
        if one.event.name.startswith("ENDED"):
            since = []
        elif one.before is FindingState.ENDED:
            since.append(one.event)
    return any(one.name.startswith(("RESULT", "TISSUE")) for one in since)
