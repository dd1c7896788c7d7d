"""The pool of members' opinions: what one more member can and cannot do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from calcsight.analysis.group_shape import OpinionPool, suspicion_rank
from calcsight.terms.errors import SettingsError
from calcsight.terms.morphology import Morphology

WORDS = list(Morphology)
SHOWN = np.array([one is not Morphology.MILK_OF_CALCIUM for one in WORDS])
RANKS = np.array([suspicion_rank(one) for one in WORDS])
EVEN = SHOWN / SHOWN.sum()
Rows = NDArray[np.float64]

shares = st.floats(0.01, 1.0)
positive = arrays(np.float64, (6, len(WORDS)), elements=shares)


def rows(weights: Rows) -> Rows:
    """Make probabilities of weights; milk of calcium gets none."""
    kept = weights * SHOWN
    return np.asarray(kept / kept.sum(axis=-1, keepdims=True))


def sure_of(shape: Morphology, count: int, sureness: float = 0.9) -> Rows:
    made: Rows = np.full((count, len(WORDS)), (1.0 - sureness) / (len(WORDS) - 2)) * SHOWN
    made[:, WORDS.index(shape)] = sureness
    return made


@given(
    members=positive,
    steps=arrays(np.float64, 5, elements=st.floats(0.0, 3.0)),
    weight=st.floats(0.05, 1.0),
    doubt=st.floats(0.0, 0.5),
)
def test_a_member_that_favours_suspicious_shapes_never_makes_suspicion_less_probable(
    members: Rows, steps: Rows, weight: float, doubt: float
) -> None:
    pool = OpinionPool(weight=weight, doubt=doubt, prior=EVEN)
    rising = np.exp(np.cumsum(steps))[RANKS]
    before = pool(rows(members))
    after = pool(np.vstack([rows(members), rows(rising)]))
    for rank in range(1, 5):
        assert after[rank <= RANKS].sum() >= before[rank <= RANKS].sum() - 1e-9


@given(members=positive, order=st.permutations(range(6)))
def test_the_order_of_the_members_changes_nothing(members: Rows, order: list[int]) -> None:
    pool = OpinionPool(weight=0.4, doubt=0.05, prior=EVEN)
    assert pool(rows(members)[order]) == pytest.approx(pool(rows(members)))
    assert pool(rows(members)).sum() == pytest.approx(1.0)


def test_many_that_agree_are_as_sure_as_doubt_allows_and_none_is_the_prior() -> None:
    pool = OpinionPool(weight=0.5, doubt=0.1, prior=EVEN)
    of_many = pool(sure_of(Morphology.VASCULAR, 40))
    at = WORDS.index(Morphology.VASCULAR)
    assert of_many[at] == pytest.approx(0.9 + 0.1 * EVEN[at], abs=1e-6)
    assert pool(np.zeros((0, len(WORDS)))) == pytest.approx(EVEN)


def test_many_small_leanings_add_up_to_nothing() -> None:
    pool = OpinionPool(weight=0.5, doubt=0.1, prior=EVEN)
    leaning = rows(np.array([1.0 + 2.0 * (one is Morphology.AMORPHOUS) for one in WORDS]))
    assert pool(np.array([leaning] * 200)) == pytest.approx(EVEN)
    sure = sure_of(Morphology.SKIN, 3)
    assert pool(np.vstack([sure, [leaning] * 200])) == pytest.approx(pool(sure))


def test_milk_of_calcium_is_never_named_from_one_projection() -> None:
    pool = OpinionPool(weight=0.5, doubt=0.1, prior=EVEN)
    members = np.full((4, len(WORDS)), 1.0 / len(WORDS))
    assert pool(members)[WORDS.index(Morphology.MILK_OF_CALCIUM)] == 0.0


@pytest.mark.parametrize(
    ("weight", "doubt", "prior"),
    [(0.0, 0.1, EVEN), (0.5, 1.0, EVEN), (0.5, 0.1, EVEN * 2), (0.5, 0.1, EVEN[:-1])],
)
def test_numbers_that_make_no_pool_are_refused(weight: float, doubt: float, prior: Rows) -> None:
    with pytest.raises(SettingsError, match="weight and shares"):
        OpinionPool(weight=weight, doubt=doubt, prior=prior)


def test_a_mark_that_is_probably_none_has_next_to_no_say() -> None:
    pool = OpinionPool(weight=0.5, doubt=0.02, prior=EVEN)
    three = sure_of(Morphology.VASCULAR, 3)
    dust = sure_of(Morphology.AMORPHOUS, 30)
    at = [WORDS.index(one) for one in (Morphology.VASCULAR, Morphology.AMORPHOUS)]
    members = np.vstack([three, dust])
    heard = pool(members, np.array([1.0] * 3 + [0.01] * 30))
    assert heard[at[0]] > 0.7
    assert heard[at[1]] < 0.2
    assert pool(members, np.ones(33)) == pytest.approx(pool(members))
    assert pool(members)[at[1]] > 0.9


@given(
    members=positive,
    steps=st.lists(st.floats(0.0, 2.0), min_size=5, max_size=5).map(np.array),
    scores=st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7).map(np.array),
)
def test_scores_keep_the_relation(members: Rows, steps: Rows, scores: Rows) -> None:
    pool = OpinionPool(weight=0.4, doubt=0.05, prior=EVEN)
    rising = np.exp(np.cumsum(steps))[RANKS]
    known = rows(members)
    before = pool(known, scores[: len(known)])
    after = pool(np.vstack([known, rows(rising)]), scores[: len(known) + 1])
    for rank in range(1, 5):
        assert after[rank <= RANKS].sum() >= before[rank <= RANKS].sum() - 1e-9
