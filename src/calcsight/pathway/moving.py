"""How what happened moves a finding, and what tissue overrules of what people said."""

from collections.abc import Sequence
from datetime import date

from calcsight.pathway.happenings import ENDED, Happening, happenings
from calcsight.pathway.moves import move
from calcsight.pathway.outcome import outcome_of
from calcsight.terms.errors import IllegalMoveError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_standing import Move
from calcsight.terms.finding_state import Event, FindingState

_TISSUE_DECIDES = frozenset(
    {
        FindingState.PATHOLOGY_PENDING,
        FindingState.REVIEW,
        FindingState.CONSULTATION,
        FindingState.TREATMENT,
    }
)


def moved(
    finding: Finding, told: Sequence[Happening]
) -> tuple[tuple[Happening, ...], tuple[Move, ...], tuple[IllegalMoveError, ...]]:
    """Return what happened, the move that each of it makes, and what tissue overruled.

    Raises
    ------
    IllegalMoveError
        At the first that cannot be and that no tissue explains.
    """
    state = FindingState.FOUND
    happened, moves, problems = [], [], []
    for one in told:
        try:
            after = _state_after(finding, one, state)
        except IllegalMoveError as problem:
            if state not in _TISSUE_DECIDES or not one.biopsies or not _is_said(one):
                raise
            problems.append(problem)
            continue
        happened.append(one)
        moves.append(Move(on=one.on, event=one.event, before=state, after=after))
        state = after
    return tuple(happened), tuple(moves), tuple(problems)


def overruled(finding: Finding, on: date = date.max) -> tuple[IllegalMoveError, ...]:
    """Return why each thing that a person said of a finding moves nothing, beside its tissue."""
    return moved(finding, happenings(finding, on))[2]


def refuse_overruled(
    finding: Finding, known: Sequence[IllegalMoveError], on: date = date.max
) -> None:
    """Refuse a finding of which something is overruled by tissue that was not so before.

    Raises
    ------
    IllegalMoveError
    """
    left = [problem.found for problem in known]
    for problem in overruled(finding, on):
        if problem.found not in left:
            raise problem
        left.remove(problem.found)


def _is_said(one: Happening) -> bool:
    """Tell whether a person said it; all else is a fact."""
    return one.assessment is not None or one.event in ENDED.values()


def _state_after(finding: Finding, one: Happening, state: FindingState) -> FindingState:
    """Return the state to which a happening brings a finding.

    Raises
    ------
    IllegalMoveError
        When it cannot be, and when treatment would be complete with a report awaited.
    """
    outcome = outcome_of(one.biopsies)
    if one.event is Event.ENDED_TREATED and outcome and outcome.pending:
        raise IllegalMoveError(
            f"treatment of {finding.id} complete on {one.on}, with no report of the biopsy "
            f"{outcome.pending[0]}",
            "every report of pathology first",
        )
    try:
        return move(state, one.event)
    except IllegalMoveError as problem:
        raise IllegalMoveError(
            f"on {one.on} of the finding {finding.id}: {problem.found}",
            problem.needed,
            problem.advice,
        ) from problem
