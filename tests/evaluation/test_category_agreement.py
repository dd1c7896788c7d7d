"""Kappa, areas and shares by woman, against values worked by hand."""

import math

import numpy as np
import pytest

from calcsight.evaluation.category_agreement import (
    Weights,
    area_under_curve,
    estimated,
    weighted_kappa,
)
from calcsight.evaluation.shares import Women, share_of


def kappa(table: list[list[float]], weights: Weights = Weights.LINEAR) -> float:
    return float(weighted_kappa(np.array([table], dtype=np.float64), weights)[0])


def test_kappa_of_two_categories_is_cohens() -> None:
    # Seen agreement 0.7, by chance 0.5: (0.7 - 0.5) / (1 - 0.5).
    assert kappa([[20, 5], [10, 15]]) == pytest.approx(0.4)
    assert kappa([[20, 5], [10, 15]], Weights.QUADRATIC) == pytest.approx(0.4)


def test_weights_forgive_the_next_category() -> None:
    near = [[5.0, 5.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]]
    far = [[5.0, 0.0, 5.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]]
    # Near, linear: cost seen 5 x 1/2 / 20; by chance rows (10, 5, 5), columns (5, 10, 5):
    # (10x10 + 5x5 + 5x5 + 5x10) / 2 + (10x5 + 5x5) = 175, over 400.
    assert kappa(near) == pytest.approx(1 - (2.5 / 20) / (175 / 400))
    assert kappa(near) > kappa(far)
    assert kappa(near, Weights.QUADRATIC) > kappa(far, Weights.QUADRATIC)


def test_kappa_at_its_ends() -> None:
    assert kappa([[3, 0], [0, 4]]) == 1.0
    assert kappa([[1, 1], [1, 1]]) == pytest.approx(0.0)
    assert kappa([[0, 2], [2, 0]]) == pytest.approx(-1.0)
    assert math.isnan(kappa([[5, 0], [0, 0]]))
    assert math.isnan(kappa([[0, 0], [0, 0]]))


def test_the_area_counts_pairs_and_halves_ties() -> None:
    # Scores 0, 1, 2: ill (0, 1, 1), well (1, 1, 0): won 1 + .5 + 1 + 1 of 4.
    ill, well = np.array([[0.0, 1.0, 1.0]]), np.array([[1.0, 1.0, 0.0]])
    assert area_under_curve(ill, well) == pytest.approx([3.5 / 4])
    assert area_under_curve(well, ill) == pytest.approx([0.5 / 4])
    assert np.isnan(area_under_curve(ill, np.zeros((1, 3))))[0]


def test_a_woman_is_drawn_with_all_her_lesions() -> None:
    # Two women, one with ten ill lesions, one with ten well: a draw is 0, half or all of them.
    names = ["a"] * 10 + ["b"] * 10
    women = Women.of(names, replicates=400, seed=3)
    share = share_of([True] * 10 + [False] * 10, names, women)
    assert (share.malignant, share.n, share.women) == (10, 20, 2)
    assert share.by_woman == (0.0, 1.0)
    # Wilson takes them for independent, and is far narrower: 10 of 20 is 29.9-70.1 %.
    assert share.wilson == pytest.approx((0.2993, 0.7007), abs=5e-5)


def test_no_interval_by_woman_where_draws_say_nothing() -> None:
    names = ["a", "b", "c"]
    women = Women.of(names, replicates=50, seed=3)
    none = share_of([False] * 3, names, women)
    assert none.value == 0.0
    assert math.isnan(none.by_woman[0])
    # Wilson: 0 of 3 is 0-56.2 %; 8 of 40 is 10.5-34.8 %.
    assert none.wilson == pytest.approx((0.0, 0.5615), abs=5e-5)
    many = [str(number) for number in range(40)]
    of_forty = share_of([number < 8 for number in range(40)], many, Women.of(many, 10, 1))
    assert of_forty.wilson == pytest.approx((0.105, 0.348), abs=5e-4)
    empty = share_of([], [], women)
    assert empty.n == 0
    assert math.isnan(empty.value)


def test_an_estimate_holds_the_middle_of_its_replicates() -> None:
    found = estimated(np.array([0.5]), np.append(np.linspace(0.0, 1.0, 1001), np.nan))
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.025, 0.975))
