"""Groups that emerge as the threshold falls: worked by hand, and against every threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.analysis.circles import joined_circles
from calcsight.evaluation.cases import Indices, Numbers
from calcsight.evaluation.emerging import emerging, with_emerging_groups
from calcsight.evaluation.view_names import found_view
from calcsight.terms.group import GroupRule

THREE = GroupRule(name="three", minimum_count=3, circle_diameter_mm=10.0)


def test_a_group_emerges_with_its_third_member_and_only_once() -> None:
    places = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [2.0, 2.0], [50.0, 50.0]])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.95])
    ((score, members),) = emerging(places, scores, THREE)
    assert score == 0.7
    assert members.tolist() == [0, 1, 2]


def test_two_groups_that_join_later_stay_two() -> None:
    left = [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0]]
    right = [[0.0, 16.0], [0.0, 17.0], [0.0, 18.0]]
    between = [[0.0, 9.0]]
    places = np.array([*left, *right, *between])
    scores = np.array([0.9, 0.9, 0.9, 0.5, 0.6, 0.7, 0.1])
    assert len(joined_circles(places, THREE)) == 1
    found = emerging(places, scores, THREE)
    assert [(score, members.tolist()) for score, members in found] == [
        (0.9, [0, 1, 2]),
        (0.5, [3, 4, 5]),
    ]


def test_marks_of_one_score_enter_together() -> None:
    places = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 3.0]])
    ((score, members),) = emerging(places, np.full(4, 0.5), THREE)
    assert score == 0.5
    assert members.tolist() == [0, 1, 2, 3]


def test_nothing_and_too_few_give_no_group() -> None:
    assert emerging(np.zeros((0, 2)), np.zeros(0), THREE) == []
    assert emerging(np.zeros((2, 2)), np.ones(2), THREE) == []


@given(st.integers(0, 2**32 - 1))
def test_what_has_emerged_covers_what_a_reading_would_show(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = rng.uniform(0.0, 60.0, (40, 2))
    scores = rng.integers(1, 12, 40) / 12.0
    found = emerging(places, scores, THREE)
    for threshold in np.unique(scores):
        shown = joined_circles(places[scores >= threshold], THREE)
        at = np.flatnonzero(scores >= threshold)
        cores = [members for score, members in found if score >= threshold]
        assert len(cores) >= len(shown)
        for core in cores:
            assert sum(np.isin(core, at[group]).all() for group in shown) == 1
        for group in shown:
            assert any(np.isin(core, at[group]).all() for core in cores)


def at_every_threshold(
    places: Numbers, scores: Numbers, rule: GroupRule
) -> list[tuple[float, Indices]]:
    """Search all circles anew at each threshold, as the definition says."""
    found: list[tuple[float, Indices]] = []
    for threshold in np.unique(scores)[::-1]:
        at = np.flatnonzero(scores >= threshold)
        cores = [set(members.tolist()) for _, members in found]
        for group in joined_circles(places[at], rule):
            members = at[group]
            if not any(core & set(members.tolist()) for core in cores):
                found.append((float(threshold), members))
    return found


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 5]), st.sampled_from([25.0, 60.0, 120.0]))
def test_groups_are_those_of_a_search_at_every_threshold(
    seed: int, least: int, side_mm: float
) -> None:
    rng = np.random.default_rng(seed)
    rule = GroupRule(name="some", minimum_count=least, circle_diameter_mm=10.0)
    places = rng.uniform(0.0, side_mm, (60, 2))
    scores = rng.integers(1, rng.integers(3, 60), 60) / 60.0
    found, expected = emerging(places, scores, rule), at_every_threshold(places, scores, rule)

    def as_sets(groups: list[tuple[float, Indices]]) -> set[tuple[float, tuple[int, ...]]]:
        return {(score, tuple(members.tolist())) for score, members in groups}

    assert len(found) == len(expected)
    assert as_sets(found) == as_sets(expected)


def test_groups_of_a_view_have_centre_members_and_hull() -> None:
    square = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
    places = [np.array(at, dtype=float) for at in ((10, 10), (10, 30), (30, 10), (30, 30))]
    found = found_view(
        "view",
        [
            (place, score, 0.2, place + square)
            for place, score in zip(places, (0.9, 0.8, 0.7, 0.01), strict=True)
        ],
        [],
    )
    again = with_emerging_groups(found, (0.1, 0.2), THREE, least_score=0.05)
    (group,) = again.groups
    assert group.members == (0, 1, 2)
    assert group.centre_px == pytest.approx([50 / 3, 50 / 3])
    assert group.outline_px is not None
    assert group.outline_px.min(axis=0).tolist() == [9.0, 9.0]
    assert group.outline_px.max(axis=0).tolist() == [31.0, 31.0]
    assert np.array_equal(again.scores, found.scores)
