"""Sensitivity at fixed false marks, worked by hand, ties included."""

import numpy as np
import pytest

from calcsight.evaluation.froc import ViewTally, draw_curve, operating_score, sensitivity_at


def tally(
    woman: str, hits: list[float], targets: int, false: list[float], counts: bool = True
) -> ViewTally:
    return ViewTally(
        woman=woman,
        hit_scores=np.array(hits),
        targets=targets,
        false_scores=np.array(false),
        counts=counts,
    )


# By falling score: hit .9, false .8, hit .7, false .6, false .5, hit .4; two views, 4 targets.
PLAIN = [tally("a", [0.9, 0.7], 3, [0.6]), tally("b", [0.4], 1, [0.8, 0.5])]


@pytest.mark.parametrize(
    ("false", "sensitivity", "score"),
    [
        (0.0, 0.25, 0.9),
        (0.49, 0.25, 0.9),
        (0.5, 0.5, 0.7),
        (1.0, 0.5, 0.6),
        (1.5, 0.75, 0.4),
        (9.0, 0.75, 0.4),
    ],
)
def test_by_hand(false: float, sensitivity: float, score: float) -> None:
    curve = draw_curve(PLAIN)
    assert sensitivity_at(curve, false) == pytest.approx(sensitivity)
    assert operating_score(curve, false) == score


def test_marks_of_one_score_are_taken_or_left_together() -> None:
    # One false mark shares the score of two hits: with none allowed, neither hit counts.
    curve = draw_curve([tally("a", [0.5, 0.5], 2, [0.5])])
    assert sensitivity_at(curve, 0.0) == 0.0
    assert operating_score(curve, 0.0) == np.inf
    assert sensitivity_at(curve, 1.0) == 1.0


def test_false_marks_on_normals_only() -> None:
    # The abnormal view's false mark and the view itself leave the denominator.
    views = [tally("a", [0.9, 0.3], 2, [0.8, 0.7], counts=False), tally("b", [], 0, [0.5])]
    curve = draw_curve(views)
    assert sensitivity_at(curve, 0.0) == 0.5
    assert sensitivity_at(curve, 1.0) == 1.0


def test_weights_are_the_same_as_repeating_women() -> None:
    curve = draw_curve(PLAIN)
    repeated = draw_curve([PLAIN[0], PLAIN[1], PLAIN[1]])
    weights = np.array([1.0, 2.0])
    for false in (0.0, 0.4, 0.7, 1.0, 1.4, 2.0):
        assert sensitivity_at(curve, false, weights) == pytest.approx(
            sensitivity_at(repeated, false)
        )


def test_no_targets_cannot_be_measured_and_no_marks_find_nothing() -> None:
    assert np.isnan(sensitivity_at(draw_curve([tally("a", [], 0, [0.3])]), 1.0))
    assert sensitivity_at(draw_curve([tally("a", [], 4, [])]), 1.0) == 0.0
    no_normals = draw_curve([tally("a", [0.5], 1, [], counts=False)])
    assert np.isnan(sensitivity_at(no_normals, 1.0))
