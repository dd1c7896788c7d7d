"""The table of moves: every pair of state and event, and what no path through it allows."""

from collections.abc import Iterable
from itertools import product

import pytest

from calcsight.pathway.moves import MOVES, move
from calcsight.terms.errors import IllegalMoveError
from calcsight.terms.finding_state import Event, FindingState

S, E = FindingState, Event
ENDINGS = {one for one in Event if one.name.startswith("ENDED")}
RESULTS = {one for one in Event if one.name.startswith("RESULT")}
ASSESSED = {one for one in Event if one.name.startswith("ASSESSED")}
AFTER_TISSUE = {S.PATHOLOGY_PENDING, S.REVIEW, S.CONSULTATION, S.TREATMENT}


@pytest.mark.parametrize(("state", "event"), list(product(FindingState, Event)))
def test_every_pair_is_a_move_or_is_refused(state: FindingState, event: Event) -> None:
    if event in MOVES[state]:
        assert move(state, event) is MOVES[state][event]
    else:
        with pytest.raises(IllegalMoveError) as refused:
            move(state, event)
        assert state.value in refused.value.found
        assert event.value in refused.value.found
        assert all(one.value in refused.value.needed for one in MOVES[state])


def test_every_state_has_its_row_and_can_be_reached() -> None:
    assert set(MOVES) == set(FindingState)
    assert reached({S.FOUND}, set(Event)) == set(FindingState)


def test_every_event_moves_some_state() -> None:
    assert {event for row in MOVES.values() for event in row} == set(Event)


def reached(start: set[FindingState], events: Iterable[Event]) -> set[FindingState]:
    """Return every state that a path of these events leads to."""
    allowed, found, new = set(events), set(start), set(start)
    while new:
        new = {MOVES[s][e] for s in new for e in allowed & set(MOVES[s])} - found
        found |= new
    return found


def test_nothing_closes_after_tissue_but_benign_and_concordant() -> None:
    others = set(Event) - {E.RESULT_BENIGN_CONCORDANT}
    for state in AFTER_TISSUE:
        found = reached({state}, others)
        assert not found & {S.CLOSED, S.FOLLOW_UP, S.TO_ASSESS, S.LOST, S.FOUND, S.BIOPSY_ADVISED}
        assert found <= AFTER_TISSUE | {S.ENDED}


def test_benign_and_concordant_leads_to_follow_up_and_never_straight_to_closed() -> None:
    assert {MOVES[s].get(E.RESULT_BENIGN_CONCORDANT) for s in AFTER_TISSUE} == {
        S.FOLLOW_UP,
        S.CONSULTATION,
        None,
    }
    closing = {(s, e) for s, row in MOVES.items() for e, after in row.items() if after is S.CLOSED}
    assert {e for s, e in closing if s is not S.CLOSED} == {E.ASSESSED_ROUTINE}


def test_no_assessment_leads_out_of_what_tissue_decides() -> None:
    for state in AFTER_TISSUE:
        assert {MOVES[state][one] for one in ASSESSED & set(MOVES[state])} == {state}


def test_treatment_has_no_way_back() -> None:
    assert reached({S.TREATMENT}, Event) == {S.TREATMENT, S.ENDED}


def test_what_is_ended_stays_so() -> None:
    assert reached({S.ENDED}, Event) == {S.ENDED}
    assert not ASSESSED & set(MOVES[S.ENDED])


def test_a_pending_report_is_ended_only_by_what_ends_everything() -> None:
    ends = ENDINGS & set(MOVES[S.PATHOLOGY_PENDING])
    assert ends == {E.ENDED_TRANSFERRED, E.ENDED_DIED, E.ENDED_ENTERED_IN_ERROR}


def test_seeing_it_again_lowers_nothing() -> None:
    for state in (S.BIOPSY_ADVISED, *AFTER_TISSUE):
        assert MOVES[state][E.SEEN] is state


def test_a_biopsy_that_was_advised_is_not_taken_back_without_new_views() -> None:
    row = MOVES[S.BIOPSY_ADVISED]
    assert E.ASSESSED_ROUTINE not in row
    assert E.ASSESSED_SHORT_INTERVAL not in row
    without = set(Event) - {E.ASSESSED_MORE_VIEWS, E.TISSUE_TAKEN} - RESULTS
    assert S.CLOSED not in reached({S.BIOPSY_ADVISED}, without)


def test_tissue_is_a_fact_in_every_state() -> None:
    after = {state: MOVES[state][E.TISSUE_TAKEN] for state in FindingState}
    assert {s for s, then in after.items() if then is not S.PATHOLOGY_PENDING} == {
        S.TREATMENT,
        S.ENDED,
    }


def test_treatment_is_recommended_only_where_pathology_found_cancer() -> None:
    assert {s for s in MOVES if E.ASSESSED_TREATMENT in MOVES[s]} == {S.TREATMENT}
    assert {s for s in MOVES if E.ENDED_TREATED in MOVES[s]} == {S.TREATMENT, S.ENDED}


def test_lost_is_left_as_what_is_watched_is() -> None:
    watched: dict[Event, FindingState] = {
        e: s for e, s in MOVES[S.FOLLOW_UP].items() if e is not E.NOT_SEEN_AGAIN
    }
    stays = E.RESULT_BENIGN_CONCORDANT
    watched[stays] = S.LOST
    assert watched == MOVES[S.LOST]


@pytest.mark.parametrize("noun", [FindingState, Event])
def test_every_word_has_its_own_text(noun: type[FindingState] | type[Event]) -> None:
    texts = [one.text for one in noun]
    assert len(set(texts)) == len(texts)
