"""Sensitivity at fixed false marks: worked by hand, ties included, and by brute force."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcsight.evaluation.froc import (
    FalseMarks,
    Hits,
    curve_points,
    first_beyond,
    gather_false,
    gather_hits,
    operating_score,
    sensitivity,
)

View = tuple[int, list[float], int, list[float]]


def curve(views: Sequence[View], patients: int, counts: Sequence[bool]) -> tuple[Hits, FalseMarks]:
    """Views: patient, scores of targets hit, targets, false scores."""
    owners = np.array([view[0] for view in views])
    per = np.bincount(owners, weights=np.array(counts, float), minlength=patients)
    kept = [n for n, counted in enumerate(counts) if counted]
    false = gather_false([np.array(views[n][3]) for n in kept], owners[kept], per.astype(float))
    scores = [np.array([*hit, *[-np.inf] * (n - len(hit))]) for _, hit, n, _ in views]
    sizes = [len(one) for one in scores]
    return gather_hits(np.concatenate(scores), np.repeat(owners, sizes), patients), false


def at(hits: Hits, false: FalseMarks, allowed: float, weights: np.ndarray | None = None) -> float:
    drawn = np.ones((1, len(false.per))) if weights is None else weights[None]
    beyond = first_beyond(false, np.array([allowed]), drawn)
    return float(sensitivity(hits, false, beyond, drawn)[0, 0])


# By falling score: hit .9, false .8, hit .7, false .6, false .5, hit .4; two views, 4 targets.
PLAIN: list[View] = [(0, [0.9, 0.7], 3, [0.6]), (1, [0.4], 1, [0.8, 0.5])]


@pytest.mark.parametrize(
    ("allowed", "expected", "score"),
    [
        (0.0, 0.25, 0.9),
        (0.49, 0.25, 0.9),
        (0.5, 0.5, 0.7),
        (1.0, 0.5, 0.6),
        (1.5, 0.75, 0.4),
        (9.0, 0.75, 0.4),
    ],
)
def test_by_hand(allowed: float, expected: float, score: float) -> None:
    hits, false = curve(PLAIN, 2, [True, True])
    assert at(hits, false, allowed) == pytest.approx(expected)
    assert operating_score(hits, false, allowed) == score


def test_marks_of_one_score_are_taken_or_left_together() -> None:
    # One false mark shares the score of two hits: with none allowed, neither hit counts.
    hits, false = curve([(0, [0.5, 0.5], 2, [0.5])], 1, [True])
    assert at(hits, false, 0.0) == 0.0
    assert operating_score(hits, false, 0.0) == np.inf
    assert at(hits, false, 1.0) == 1.0


def test_false_marks_on_normals_only() -> None:
    # The abnormal view's false mark and the view itself leave the denominator.
    hits, false = curve([(0, [0.9, 0.3], 2, [0.8, 0.7]), (1, [], 0, [0.5])], 2, [False, True])
    assert at(hits, false, 0.0) == 0.5
    assert at(hits, false, 1.0) == 1.0


def test_no_targets_cannot_be_measured_and_no_marks_find_nothing() -> None:
    assert np.isnan(at(*curve([(0, [], 0, [0.3])], 1, [True]), 1.0))
    assert at(*curve([(0, [], 4, [])], 1, [True]), 1.0) == 0.0
    assert np.isnan(at(*curve([(0, [0.5], 1, [])], 1, [False]), 1.0))
    assert operating_score(*curve([(0, [0.5], 1, [])], 1, [False]), 1.0) == np.inf


def test_corners_of_the_curve_by_hand() -> None:
    points = curve_points(*curve(PLAIN, 2, [True, True]))
    assert points.tolist() == [
        [np.inf, 0.0, 0.0],
        [0.9, 0.0, 0.25],
        [0.8, 0.5, 0.25],
        [0.7, 0.5, 0.5],
        [0.5, 1.5, 0.5],
        [0.4, 1.5, 0.75],
    ]
    assert curve_points(*curve([(0, [], 0, [0.3])], 1, [True])).shape == (0, 3)


def naive(views: Sequence[View], counts: Sequence[bool], allowed: float) -> float:
    """Try every score, taking whole views as often as they are listed."""
    targets, on = sum(v[2] for v in views), sum(counts)
    if not targets or not on:
        return float("nan")
    best = 0.0
    for score in {s for v in views for s in (*v[1], *v[3])}:
        taken = sum(
            sum(s >= score for s in v[3])
            for v, counted in zip(views, counts, strict=True)
            if counted
        )
        if taken / on <= allowed + 1e-12:
            best = max(best, sum(sum(s >= score for s in v[1]) for v in views) / targets)
    return best


@given(seed=st.integers(0, 100_000))
@settings(max_examples=80, deadline=None)
def test_any_weighting_equals_repeating_patients(seed: int) -> None:
    rng = np.random.default_rng(seed)
    views: list[View] = []
    for _ in range(int(rng.integers(1, 8))):
        scores = rng.choice([0.1, 0.2, 0.3, 0.5, 0.9], 8)
        n = int(rng.integers(0, 4))
        views.append(
            (
                int(rng.integers(0, 4)),
                sorted(scores[: int(rng.integers(0, n + 1))].tolist()),
                n,
                scores[4 : 4 + int(rng.integers(0, 5))].tolist(),
            )
        )
    counts = [bool(rng.random() < 0.7) for _ in views]
    hits, false = curve(views, 4, counts)
    weights = rng.integers(0, 3, 4)
    repeated = [n for n, view in enumerate(views) for _ in range(int(weights[view[0]]))]
    for allowed in (0.0, 0.3, 0.5, 1.0, 2.5):
        expected = naive([views[n] for n in repeated], [counts[n] for n in repeated], allowed)
        measured = at(hits, false, allowed, weights.astype(float))
        assert measured == pytest.approx(expected, nan_ok=True)
