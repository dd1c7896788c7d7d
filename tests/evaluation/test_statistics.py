"""Intervals and agreement against known values."""

from dataclasses import replace

import numpy as np
import pytest

from calcsight.evaluation.agreement import adjusted_rand_index
from calcsight.evaluation.figures import (
    Figure,
    agreement_figure,
    clean_normals_figure,
    mean_by_patient,
    with_honest_interval,
)
from calcsight.evaluation.intervals import (
    BY_PATIENT,
    draw_patients,
    percentile_interval,
    share,
    wilson_interval,
)


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
    draws = draw_patients(200, 1000, 1)
    low, high = percentile_interval(share(values, np.ones(200), draws))
    half = 1.96 * values.std() / np.sqrt(200)
    assert low == pytest.approx(values.mean() - half, abs=0.06)
    assert high == pytest.approx(values.mean() + half, abs=0.06)


def test_draws_are_patients_with_replacement_and_repeat_with_their_seed() -> None:
    draws = draw_patients(7, 300, 4)
    assert (draws.sum(axis=1) == 7).all()
    assert np.array_equal(draws, draw_patients(7, 300, 4))
    assert not np.array_equal(draws, draw_patients(7, 300, 5))
    # One after another, as a plain loop draws them.
    rng = np.random.default_rng(4)
    for row in draws:
        assert row.tolist() == np.bincount(rng.integers(7, size=7), minlength=7).tolist()
    assert draw_patients(0, 5, 1).shape == (5, 0)


def test_draws_in_which_nothing_can_be_measured_are_left_out() -> None:
    draws = draw_patients(3, 200, 4)
    low, _ = percentile_interval(share(np.array([1.0, 0, 0]), np.array([1.0, 0, 0]), draws))
    assert low == 1.0
    assert np.isnan(percentile_interval(np.full(5, np.nan))).all()


def test_a_mean_over_patients_by_brute_force() -> None:
    values, patients = np.array([1.0, 2.0, 6.0, 7.0]), ["a", "a", "b", "c"]
    measured = mean_by_patient(values, patients, seed=9, replicates=200)
    rng, means = np.random.default_rng(9), []
    own = {"a": [1.0, 2.0], "b": [6.0], "c": [7.0]}
    for _ in range(200):
        drawn = [v for i in rng.integers(3, size=3) for v in own["abc"[i]]]
        means.append(np.mean(drawn))
    assert measured.value == 4.0
    assert (measured.low, measured.high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
    assert np.isnan(mean_by_patient(np.zeros(0), [], seed=1).value)


def test_a_share_of_1_in_every_draw_gets_the_interval_of_its_patients() -> None:
    sure = Figure(
        name="", value=1.0, low=1.0, high=1.0, n="", rule="", denominator="", interval=BY_PATIENT,
        targets=900, independent=10,
    )  # fmt: skip
    widened = with_honest_interval(sure)
    assert (widened.low, widened.high) == wilson_interval(10, 10)
    assert "Wilson over 10 patients" in widened.interval
    missed = with_honest_interval(replace(sure, value=0.0, low=0.0, high=0.0))
    assert (missed.low, missed.high) == wilson_interval(0, 10)
    drawn = replace(sure, value=0.9, low=0.8, high=1.0)
    assert with_honest_interval(drawn) == drawn
    alone = with_honest_interval(replace(drawn, low=0.9, high=0.9, independent=1))
    assert np.isnan([alone.low, alone.high]).all()
    assert "one patient" in alone.interval


def test_normal_views_without_a_group_and_agreement() -> None:
    figure = clean_normals_figure({"v2": 0, "v3": 1, "v4": 0, "v5": 0}, "screening")
    assert figure.value == 0.75
    assert figure.n == "3 of 4 normal views"
    assert (figure.low, figure.high) == wilson_interval(3, 4)
    assert np.isnan(clean_normals_figure({}, "screening").value)
    mean = agreement_figure([1.0, 0.5], ["a", "b"], 1)
    assert (mean.value, mean.low, mean.high) == (0.75, 0.5, 1.0)


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
