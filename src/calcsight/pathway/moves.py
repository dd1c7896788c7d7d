"""Every legal move of a finding from found to closed, in one table."""

from collections.abc import Mapping
from types import MappingProxyType

from calcsight.terms.errors import IllegalMoveError
from calcsight.terms.finding_state import Event, FindingState

_S = FindingState
Row = Mapping[Event, FindingState]

_ASSESSED: Row = {
    Event.ASSESSED_ROUTINE: _S.CLOSED,
    Event.ASSESSED_SHORT_INTERVAL: _S.FOLLOW_UP,
    Event.ASSESSED_MORE_VIEWS: _S.MORE_VIEWS,
    Event.ASSESSED_BIOPSY: _S.BIOPSY_ADVISED,
    Event.ASSESSED_CONSULTATION: _S.CONSULTATION,
}
_TISSUE: Row = {Event.TISSUE_TAKEN: _S.PATHOLOGY_PENDING}
# What pathology may say, late reports and second looks at old specimens included.
_WORSE_RESULTS: Row = {
    Event.RESULT_PENDING: _S.PATHOLOGY_PENDING,
    Event.RESULT_TO_REVIEW: _S.REVIEW,
    Event.RESULT_HIGH_RISK: _S.CONSULTATION,
    Event.RESULT_MALIGNANT: _S.TREATMENT,
}
_RESULTS: Row = {**_WORSE_RESULTS, Event.RESULT_BENIGN_CONCORDANT: _S.FOLLOW_UP}
_AWAY: Row = {
    Event.ENDED_TRANSFERRED: _S.ENDED,
    Event.ENDED_DIED: _S.ENDED,
    Event.ENDED_ENTERED_IN_ERROR: _S.ENDED,
}
_AWAY_OR_DECLINED: Row = {**_AWAY, Event.ENDED_DECLINED: _S.ENDED}
_TIED_TO_TISSUE = (
    Event.SEEN,
    Event.ASSESSED_MORE_VIEWS,
    Event.ASSESSED_BIOPSY,
    Event.ASSESSED_CONSULTATION,
)


def _staying(state: FindingState, *events: Event) -> Row:
    """Return the moves that leave a finding where it is."""
    return dict.fromkeys(events, state)


def _watched(state: FindingState) -> Row:
    """Return the moves of what is waited for: the next mammogram brings it to a reader."""
    return {
        **_ASSESSED,
        **_TISSUE,
        **_WORSE_RESULTS,
        **_AWAY_OR_DECLINED,
        **_staying(state, Event.RESULT_BENIGN_CONCORDANT),
        Event.SEEN: _S.TO_ASSESS,
    }


MOVES: Mapping[FindingState, Row] = MappingProxyType(
    {
        _S.FOUND: {**_ASSESSED, **_TISSUE, **_AWAY, **_staying(_S.FOUND, Event.SEEN)},
        _S.MORE_VIEWS: {**_watched(_S.MORE_VIEWS), Event.NOT_SEEN_AGAIN: _S.LOST},
        _S.FOLLOW_UP: {**_watched(_S.FOLLOW_UP), Event.NOT_SEEN_AGAIN: _S.LOST},
        _S.LOST: _watched(_S.LOST),
        _S.TO_ASSESS: {
            **_ASSESSED,
            **_TISSUE,
            **_WORSE_RESULTS,
            **_AWAY,
            **_staying(_S.TO_ASSESS, Event.SEEN, Event.RESULT_BENIGN_CONCORDANT),
        },
        # Staying the same lowers nothing: from here only new views or tissue lead on.
        _S.BIOPSY_ADVISED: {
            **_TISSUE,
            **_WORSE_RESULTS,
            **_AWAY_OR_DECLINED,
            **_staying(
                _S.BIOPSY_ADVISED,
                Event.SEEN,
                Event.ASSESSED_BIOPSY,
                Event.RESULT_BENIGN_CONCORDANT,
            ),
            Event.ASSESSED_MORE_VIEWS: _S.MORE_VIEWS,
            Event.ASSESSED_CONSULTATION: _S.CONSULTATION,
        },
        _S.PATHOLOGY_PENDING: {
            **_TISSUE,
            **_RESULTS,
            **_AWAY,
            **_staying(_S.PATHOLOGY_PENDING, *_TIED_TO_TISSUE),
        },
        _S.REVIEW: {
            **_TISSUE,
            **_RESULTS,
            **_AWAY_OR_DECLINED,
            **_staying(_S.REVIEW, *_TIED_TO_TISSUE),
        },
        _S.CONSULTATION: {
            **_TISSUE,
            **_WORSE_RESULTS,
            **_AWAY_OR_DECLINED,
            **_staying(_S.CONSULTATION, Event.RESULT_BENIGN_CONCORDANT, *_TIED_TO_TISSUE),
            Event.ENDED_CONSULTED: _S.ENDED,
        },
        # Once malignant, nothing that pathology says later makes it less.
        _S.TREATMENT: {
            **_AWAY_OR_DECLINED,
            **_staying(
                _S.TREATMENT,
                *_TIED_TO_TISSUE,
                Event.ASSESSED_TREATMENT,
                Event.TISSUE_TAKEN,
                Event.RESULT_MALIGNANT,
            ),
            Event.ENDED_TREATED: _S.ENDED,
        },
        _S.CLOSED: {
            **_ASSESSED,
            **_TISSUE,
            **_WORSE_RESULTS,
            **_AWAY,
            **_staying(_S.CLOSED, Event.SEEN, Event.RESULT_BENIGN_CONCORDANT),
        },
        # Facts are still recorded; a person who assesses it again takes the ending back first.
        _S.ENDED: _staying(
            _S.ENDED,
            Event.SEEN,
            Event.TISSUE_TAKEN,
            *_RESULTS,
            *_AWAY_OR_DECLINED,
            Event.ENDED_TREATED,
            Event.ENDED_CONSULTED,
        ),
    }
)


def move(state: FindingState, event: Event) -> FindingState:
    """Return the state to which an event brings a finding.

    Raises
    ------
    IllegalMoveError
        When that cannot happen in this state.
    """
    legal = MOVES[state]
    if event not in legal:
        raise IllegalMoveError(
            f"{event.text} ({event.value}) for a finding in the state {state.value}",
            f"one of: {', '.join(one.value for one in Event if one in legal)}",
            "record first what comes before it",
        )
    return legal[event]
