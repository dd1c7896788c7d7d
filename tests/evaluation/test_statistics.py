"""Intervals and agreement against known values."""

import numpy as np
import pytest

from calcsight.evaluation.agreement import adjusted_rand_index
from calcsight.evaluation.intervals import bootstrap_interval, wilson_interval


def test_wilson_by_known_values() -> None:
    # 8 of 40: 20.0 %, 10.5-34.8, as the clinical page gives it.
    low, high = wilson_interval(8, 40)
    assert low == pytest.approx(0.105, abs=5e-4)
    assert high == pytest.approx(0.348, abs=5e-4)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-3)
    assert np.isnan(wilson_interval(0, 0)).all()


def test_bootstrap_of_a_mean_is_near_the_normal_interval() -> None:
    values = np.random.default_rng(0).normal(5.0, 2.0, 200)
    low, high = bootstrap_interval(lambda w: float((w * values).sum() / w.sum()), 200, seed=1)
    half = 1.96 * values.std() / np.sqrt(200)
    assert low == pytest.approx(values.mean() - half, abs=0.06)
    assert high == pytest.approx(values.mean() + half, abs=0.06)


def test_bootstrap_repeats_with_its_seed_and_leaves_nan_out() -> None:
    def first_woman(weights: np.ndarray) -> float:
        return float(weights[0]) if weights[0] > 0 else float("nan")

    one = bootstrap_interval(first_woman, 3, seed=4, replicates=200)
    assert one == bootstrap_interval(first_woman, 3, seed=4, replicates=200)
    assert one[0] >= 1.0
    assert np.isnan(bootstrap_interval(lambda _: float("nan"), 3, seed=4, replicates=20)).all()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 2], [0, 0, 1, 1], 0.571428571),  # scikit-learn's documented example
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 1, 2], [2, 1, 0], 1.0),
        ([7, 7, 7], [1, 1, 1], 1.0),
        ([], [], 1.0),
        (["a"], ["b"], 1.0),
    ],
)
def test_adjusted_rand_index_by_known_values(
    first: list[int], second: list[int], expected: float
) -> None:
    assert adjusted_rand_index(first, second) == pytest.approx(expected, abs=1e-8)
    assert adjusted_rand_index(second, first) == pytest.approx(expected, abs=1e-8)


def test_adjusted_rand_index_needs_one_label_each() -> None:
    with pytest.raises(ValueError, match="2 labels against 3"):
        adjusted_rand_index([1, 2], [1, 2, 3])
