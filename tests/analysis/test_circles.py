"""The circle rule against hand-worked places and a brute-force reference."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.analysis import circles
from calcsight.analysis.circles import joined_circles
from calcsight.terms.group import GroupRule
from calcsight.terms.settings import BI_RADS_RULE, LITERATURE_RULE

Points = NDArray[np.float64]

# On the border of a circle 10 mm across about the origin, by 3-4-5 triangles.
ON_THE_BORDER = np.array([[5.0, 0.0], [-3.0, 4.0], [-3.0, -4.0], [4.0, 3.0], [0.0, 5.0]])

lattices = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=18).map(
    lambda places: np.array(places, dtype=np.float64).reshape(-1, 2)
)


def rule(minimum_count: int, circle_diameter_mm: float) -> GroupRule:
    return GroupRule(
        name="test", minimum_count=minimum_count, circle_diameter_mm=circle_diameter_mm
    )


def positions(points: Points, by: GroupRule) -> list[list[int]]:
    return [[int(i) for i in one] for one in joined_circles(points, by)]


def turned(points: Points, angle: float) -> Points:
    cosine, sine = math.cos(angle), math.sin(angle)
    places: Points = points @ np.array([[cosine, sine], [-sine, cosine]])
    return places


def by_brute_force(points: Points, by: GroupRule) -> list[list[int]]:
    """Try every circle through two points, and one about each point; join what they hold."""
    radius = by.circle_diameter_mm / 2 * (1 + 1e-9)
    centres = list(points)
    for first, second in itertools.combinations(points, 2):
        apart = math.dist(first, second)
        if 0 < apart <= 2 * radius:
            height = math.sqrt(max(radius**2 - apart**2 / 4, 0.0))
            across = np.array([first[1] - second[1], second[0] - first[0]]) / apart
            middle = (first + second) / 2
            centres += [middle + height * across, middle - height * across]
    joined: list[set[int]] = []
    for centre in centres:
        inside = np.hypot(*(points - centre).T) <= radius * (1 + 1e-9)
        held = {int(i) for i in np.flatnonzero(inside)}
        if len(held) >= by.minimum_count:
            for other in [one for one in joined if one & held]:
                joined.remove(other)
                held |= other
            joined.append(held)
    return sorted(sorted(one) for one in joined)


def test_four_are_no_group_and_five_are_one() -> None:
    assert positions(ON_THE_BORDER[:4], BI_RADS_RULE) == []
    assert positions(ON_THE_BORDER, BI_RADS_RULE) == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("turn", np.linspace(0.1, 6.2, 15))
def test_the_border_counts_wherever_rounding_puts_it(turn: float) -> None:
    assert positions(turned(ON_THE_BORDER, turn) + 1000.3, BI_RADS_RULE) == [[0, 1, 2, 3, 4]]


def test_a_hair_beyond_the_border_does_not_count() -> None:
    assert positions(ON_THE_BORDER * 1.0001, BI_RADS_RULE) == []
    assert positions(ON_THE_BORDER * 1.000001, BI_RADS_RULE) == []


def test_the_circle_may_lie_anywhere_not_only_about_a_particle() -> None:
    corners = np.array([[0.0, 0.0], [0.0, 7.0], [7.0, 0.0], [7.0, 7.0], [0.0, 3.5]])
    assert positions(corners, BI_RADS_RULE) == [[0, 1, 2, 3, 4]]
    assert positions(corners * 1.02, BI_RADS_RULE) == []


def test_literature_rule_is_three_in_one_square_centimetre() -> None:
    assert math.pi * LITERATURE_RULE.circle_diameter_mm**2 / 4 == pytest.approx(100.0)
    line = np.array([[0.0, 0.0], [0.0, 5.0], [0.0, 11.28]])
    assert positions(line, LITERATURE_RULE) == [[0, 1, 2]]
    assert positions(line * [1.0, 1.001], LITERATURE_RULE) == []


def test_circles_that_share_a_particle_join_and_others_do_not() -> None:
    chain = np.stack([np.zeros(9), np.arange(9) * 2.5], axis=1)
    assert positions(chain, BI_RADS_RULE) == [list(range(9))]
    tight = np.stack([np.zeros(5), np.arange(5) * 0.5], axis=1)
    apart = np.concatenate([tight, tight + np.array([0.0, 9.0])])
    assert positions(apart, rule(5, 10.0)) == [list(range(10))]
    farther = np.concatenate([tight, tight + np.array([0.0, 12.1])])
    assert positions(farther, rule(5, 10.0)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_near_sets_without_a_common_particle_stay_apart() -> None:
    # Each pair is full by itself; the nearest of the two pairs are 3 mm apart, the circle 2 mm.
    pairs = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 4.0], [0.0, 5.0]])
    assert positions(pairs, rule(2, 2.0)) == [[0, 1], [2, 3]]


def test_particles_at_one_place_count_each() -> None:
    same = np.full((5, 2), 3.0)
    assert positions(same, BI_RADS_RULE) == [[0, 1, 2, 3, 4]]
    two_and_one = np.array([[6.0, 1.0], [6.0, 1.0], [2.0, 0.0]])
    assert positions(two_and_one, rule(4, 5.0)) == []
    assert positions(two_and_one, rule(3, 5.0)) == [[0, 1, 2]]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_particles_are_no_group(count: int) -> None:
    assert positions(np.zeros((count, 2)), BI_RADS_RULE) == []


@settings(max_examples=150, deadline=None)
@given(
    points=lattices,
    minimum_count=st.integers(2, 6),
    diameter=st.sampled_from([5.0, 10.0, 5.0 * math.sqrt(2.0), 11.28]),
)
def test_lattices_agree_with_brute_force(
    points: Points, minimum_count: int, diameter: float
) -> None:
    by = rule(minimum_count, diameter)
    assert positions(points, by) == by_brute_force(points, by)


@pytest.mark.parametrize("seed", range(40))
def test_scattered_points_agree_with_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.0, rng.uniform(8.0, 45.0), (22, 2))
    by = rule(int(rng.integers(2, 7)), 10.0)
    assert positions(points, by) == by_brute_force(points, by)


@pytest.mark.parametrize("seed", range(10))
def test_each_roll_counts_the_same_whichever_way_the_points_are_turned(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.0, 9.0, (8, 2))
    points[6:] = points[:2]
    pairs = np.array(list(itertools.permutations(range(8), 2)))
    near = np.hypot(*(points[pairs[:, 1]] - points[pairs[:, 0]]).T) <= 10.0
    pairs = pairs[near]
    for minimum_count in (3, 5, 6, 7):
        rolled = [
            circles._share_a_full_circle(turned(points, angle), pairs, 5.0, minimum_count)
            for angle in np.linspace(0.0, 6.2, 32)
        ]
        assert all(np.array_equal(one, rolled[0]) for one in rolled)


def test_the_size_of_a_sweep_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(5).uniform(0.0, 110.0, (250, 2))
    at_once = positions(points, BI_RADS_RULE)
    monkeypatch.setattr(circles, "_PAIRS_AT_ONCE", 40)
    assert len(at_once) > 1
    assert positions(points, BI_RADS_RULE) == at_once
