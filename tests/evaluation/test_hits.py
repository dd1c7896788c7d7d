"""Hit rules worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcsight.evaluation.hits import match_groups, match_particles
from calcsight.evaluation.marks import FoundGroup, FoundMarks, TrueMarks


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def matched(places: np.ndarray, scores: list[float], true: np.ndarray) -> list[int]:
    return [int(hit) for hit in match_particles(places, np.array(scores), true)]


def test_within_the_reach_is_a_hit_and_beyond_is_not() -> None:
    true = at((10, 10))
    assert matched(at((10, 10.35)), [0.5], true) == [0]
    assert matched(at((10, 10.351)), [0.5], true) == [-1]


def test_one_mark_to_one_particle_the_higher_score_first() -> None:
    true = at((0, 0))
    assert matched(at((0, 0.3), (0, 0.1)), [0.9, 0.5], true) == [0, -1]
    assert matched(at((0, 0.3), (0, 0.1)), [0.5, 0.9], true) == [-1, 0]


def test_a_mark_takes_its_nearest_free_particle() -> None:
    true = at((0, 0), (0, 0.3))
    # The first mark takes particle 1, so the second must do with particle 0.
    assert matched(at((0, 0.25), (0, 0.2)), [0.9, 0.8], true) == [1, 0]


def test_equal_scores_are_matched_together_nearest_first() -> None:
    true = at((0, 0))
    assert matched(at((0, 0.3), (0, 0.1)), [0.7, 0.7], true) == [-1, 0]
    assert matched(at((0, 0.1), (0, 0.3)), [0.7, 0.7], true) == [0, -1]


def test_nothing_to_match() -> None:
    assert matched(at(), [], at((0, 0))) == []
    assert matched(at((1, 1)), [0.4], at()) == [-1]


@given(seed=st.integers(0, 5000))
@settings(max_examples=50, deadline=None)
def test_matching_is_one_to_one_and_does_not_depend_on_the_order_of_the_list(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true, places = rng.uniform(0, 2, (6, 2)), rng.uniform(0, 2, (9, 2))
    scores = rng.choice([0.2, 0.5, 0.9], 9)
    result = match_particles(places, scores, true)
    hit = result[result >= 0]
    assert len(set(hit.tolist())) == len(hit)
    turned = rng.permutation(9)
    again = match_particles(places[turned], scores[turned], true)
    assert again.tolist() == result[turned].tolist()
    # Adding weaker marks never changes what the stronger ones hit.
    strong = scores >= 0.5
    assert match_particles(places[strong], scores[strong], true).tolist() == (
        result[strong].tolist()
    )


SQUARE = at((0, 0), (0, 4), (4, 4), (4, 0))


def truth() -> TrueMarks:
    places = at((0, 0), (0, 4), (4, 4), (4, 0), (20, 20))
    return TrueMarks(
        places_mm=places,
        diameters_mm=np.full(5, 0.3),
        contrasts_sd=np.full(5, 9.0),
        groups=np.array([1, 1, 1, 1, 0]),
        hulls_mm={1: SQUARE},
    )


def found(places: np.ndarray, centre: tuple[float, float], members: tuple[int, ...]) -> FoundMarks:
    return FoundMarks(
        places_mm=places,
        diameters_mm=np.full(len(places), 0.3),
        scores=np.full(len(places), 0.9),
        groups=(FoundGroup(centre_mm=np.array(centre), score=0.9, members=members),),
    )


@pytest.mark.parametrize(
    ("centre", "members", "expected"),
    [
        ((2, 2), (0, 1), 1),
        ((0, 2), (0, 1), 1),  # on the edge of the hull
        ((2, 5), (0, 1), 0),  # centre outside
        ((2, 2), (0, 2), 0),  # one member hit only
        ((2, 2), (0, 3), 0),  # the second hit is the isolated particle
        ((2, 2), (2, 3), 0),
    ],
)
def test_a_group_is_hit_by_its_centre_and_two_members(
    centre: tuple[float, float], members: tuple[int, ...], expected: int
) -> None:
    places = at((0, 0.1), (0, 4.1), (2, 2), (20, 20.1))
    marks = found(places, centre, members)
    true = truth()
    hits = match_groups(marks, true, match_particles(places, marks.scores, true.places_mm))
    assert hits.tolist() == [expected]
