"""Hit rules of particles worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.conftest import found_view, particles, square, true_view

from calcsight.evaluation.cases import Case, TrueRegion
from calcsight.evaluation.matching import match_one_to_one
from calcsight.evaluation.particle_rules import PARTICLE_RULES, ParticleRule, within
from calcsight.evaluation.verdicts import Verdict

RULES = {rule.code: rule for rule in PARTICLE_RULES}


def verdict(rule: ParticleRule, case: Case) -> Verdict:
    judged = rule.judge(case)
    assert judged is not None
    return judged


def matched(places: list[list[float]], scores: list[float], true: list[list[float]]) -> list[int]:
    pairs = within(
        np.array(places, float).reshape(-1, 2), np.array(true, float).reshape(-1, 2), 0.35
    )
    result: list[int] = match_one_to_one(pairs, np.array(scores), len(true)).tolist()
    return result


def test_within_the_reach_is_a_hit_and_beyond_is_not() -> None:
    assert matched([[10, 10.35]], [0.5], [[10, 10]]) == [0]
    assert matched([[10, 10.351]], [0.5], [[10, 10]]) == [-1]


def test_one_mark_to_one_particle_the_higher_score_first() -> None:
    assert matched([[0, 0.3], [0, 0.1]], [0.9, 0.5], [[0, 0]]) == [0, -1]
    assert matched([[0, 0.3], [0, 0.1]], [0.5, 0.9], [[0, 0]]) == [-1, 0]
    # The first mark takes particle 1, so the second must do with particle 0.
    assert matched([[0, 0.25], [0, 0.2]], [0.9, 0.8], [[0, 0], [0, 0.3]]) == [1, 0]


def test_equal_scores_are_matched_together_nearest_first() -> None:
    assert matched([[0, 0.3], [0, 0.1]], [0.7, 0.7], [[0, 0]]) == [-1, 0]
    assert matched([[0, 0.1], [0, 0.3]], [0.7, 0.7], [[0, 0]]) == [0, -1]


def test_nothing_to_match() -> None:
    assert matched([], [], [[0, 0]]) == []
    assert matched([[1, 1]], [0.4], []) == [-1]


@given(seed=st.integers(0, 5000))
@settings(max_examples=50, deadline=None)
def test_matching_is_one_to_one_and_does_not_depend_on_the_order_of_the_list(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true, places = rng.uniform(0, 2, (6, 2)), rng.uniform(0, 2, (9, 2))
    scores = rng.choice([0.2, 0.5, 0.9], 9)

    def match(kept: np.ndarray) -> np.ndarray:
        return match_one_to_one(within(places[kept], true, 0.35), scores[kept], 6)

    result = match(np.arange(9))
    hit = result[result >= 0]
    assert len(set(hit.tolist())) == len(hit)
    turned = rng.permutation(9)
    assert match(turned).tolist() == result[turned].tolist()
    # Adding weaker marks never changes what the stronger ones hit.
    strong = np.nonzero(scores >= 0.5)[0]
    assert match(strong).tolist() == result[strong].tolist()


@pytest.mark.parametrize(
    ("code", "column", "hit"),
    [
        ("within_5_px", 15.0, True),
        ("within_5_px", 15.1, False),
        ("within_7_px", 17.0, True),
        ("within_7_px", 17.1, False),
        ("within_0.35_mm", 13.5, True),  # rows are 0.2 mm apart, columns 0.1 mm
        ("within_0.35_mm", 13.6, False),
    ],
)
def test_reaches(code: str, column: float, hit: bool) -> None:
    case = Case(
        true=true_view(marked=particles([(10, 10)]), spacing_mm=(0.2, 0.1)),
        found=found_view(marks=[(10, column, 0.8)]),
    )
    said = verdict(RULES[code], case)
    assert said.hit_scores.tolist() == [0.8 if hit else -np.inf]
    assert said.false_scores.tolist() == ([] if hit else [0.8])


def test_pitches_of_rows_and_columns_differ() -> None:
    case = Case(
        true=true_view(marked=particles([(10, 10)]), spacing_mm=(0.2, 0.1)),
        found=found_view(marks=[(12, 10, 0.8)]),
    )
    assert verdict(RULES["within_0.35_mm"], case).false_scores.tolist() == [0.8]


def outlined(at: float) -> Case:
    """A true square of 10 x 10 pixels and one found `at` pixels to its right."""
    return Case(
        true=true_view(marked=particles([(4.5, 4.5)], [square(0, 0, 9)])),
        found=found_view(marks=[(4.5, 4.5 + at, 0.8)], outlines=[square(0, at, 9)]),
    )


@pytest.mark.parametrize(
    ("at", "by_mask", "by_hdogreg"),
    [(5, True, True), (5.5, False, False), (6, False, False), (2, True, True)],
)
def test_masks_of_an_iou_of_at_least_03(at: float, by_mask: bool, by_hdogreg: bool) -> None:
    # 5 px: 50 of 150 pixels shared, 1/3. 5.5 px: columns 6-14, so 40 of 150. 6 px: 40 of 160.
    assert (len(verdict(RULES["mask_iou_0.3"], outlined(at)).false_scores) == 0) is by_mask
    assert (len(verdict(RULES["hdogreg"], outlined(at)).false_scores) == 0) is by_hdogreg


def test_hdogreg_takes_the_centroid_first_and_the_mask_for_what_is_left() -> None:
    # A large particle: the centroid is 6 px off, the masks nearly the same.
    case = Case(
        true=true_view(marked=particles([(20, 20)], [square(0, 0, 40)])),
        found=found_view(marks=[(20, 26, 0.8)], outlines=[square(1, 1, 40)]),
    )
    assert verdict(RULES["within_5_px"], case).false_scores.tolist() == [0.8]
    assert verdict(RULES["hdogreg"], case).hit_scores.tolist() == [0.8]


def test_particles_that_are_points_are_no_targets_of_masks() -> None:
    case = Case(
        true=true_view(marked=particles([(4.5, 4.5), (50, 50)], [square(0, 0, 9), None])),
        found=found_view(
            marks=[(4.5, 4.5, 0.9), (50, 54, 0.8), (80, 80, 0.7)],
            outlines=[square(0, 0, 9), square(49, 53, 2), square(79, 79, 2)],
        ),
    )
    said = verdict(RULES["mask_iou_0.3"], case)
    assert said.targets.tolist() == [True, False]
    assert said.false_scores.tolist() == [0.7]
    assert verdict(RULES["hdogreg"], case).hit_scores.tolist() == [0.9, 0.8]


def test_what_lies_in_a_doubtful_region_is_neither_target_nor_false() -> None:
    doubtful = TrueRegion(outline_px=square(0, 0, 20), doubtful=True, members=(0,))
    case = Case(
        true=true_view(marked=particles([(30, 30), (5, 5), (60, 60)]), regions=(doubtful,)),
        found=found_view(marks=[(10, 10, 0.9), (40, 40, 0.8), (60, 60, 0.7)]),
    )
    said = verdict(RULES["within_5_px"], case)
    assert said.targets.tolist() == [False, False, True]  # a member, one inside, a free one
    assert said.false_scores.tolist() == [0.8]


def test_a_further_mark_on_a_particle_is_false() -> None:
    case = Case(
        true=true_view(marked=particles([(10, 10)])),
        found=found_view(marks=[(10, 11, 0.9), (10, 10, 0.8)]),
    )
    said = verdict(RULES["within_5_px"], case)
    assert said.hit_scores.tolist() == [0.9]
    assert said.false_scores.tolist() == [0.8]


def test_what_cannot_be_measured_is_said() -> None:
    marked = particles([(10, 10)], [square(9, 9, 2)])
    case = Case(true=true_view(marked=marked, spacing_mm=None), found=found_view(marks=[(1, 1, 1)]))
    assert "1 of 1 views have no known pixel spacing" in RULES["within_0.35_mm"].problem([case])
    assert RULES["within_5_px"].problem([case]) == ""
    assert "1 of 1 marks have no outline" in RULES["mask_iou_0.3"].problem([case])
    points = case._replace(true=replace(case.true, particles=particles([(10, 10)])))
    bare = points._replace(found=found_view(marks=[(1, 1, 1)], outlines=[square(0, 0, 2)]))
    assert "as points" in RULES["mask_iou_0.3"].problem([bare])
    doubtful = TrueRegion(outline_px=square(0, 0, 5), doubtful=True, allowance_mm=2.0)
    unsure = case._replace(true=replace(case.true, regions=(doubtful,)))
    assert "allowance in mm" in RULES["within_5_px"].problem([unsure])
    unmarked = case._replace(true=replace(case.true, particles=None))
    assert "does not mark particles" in RULES["within_5_px"].problem([unmarked])
    assert RULES["within_5_px"].judge(unmarked) is None
    # Normal views hold none, whether marked or not: that makes no set of marked particles.
    normal = Case(true=true_view("n", normal=True), found=found_view("n"))
    assert "does not mark particles" in RULES["within_5_px"].problem([unmarked, normal])
    empty = Case(true=true_view("e", marked=particles([])), found=found_view("e"))
    assert "holds no particle" in RULES["within_5_px"].problem([empty, normal])


def test_a_normal_view_holds_no_particles_even_where_none_are_marked() -> None:
    case = Case(true=true_view(normal=True), found=found_view(marks=[(1, 1, 0.4)]))
    assert verdict(RULES["within_5_px"], case).false_scores.tolist() == [0.4]
