"""wAFROC, AFROC and average precision: worked by hand, and against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calcsight.evaluation.afroc import Lesions, Normals, afroc_points, areas
from calcsight.evaluation.froc import gather_false, gather_hits
from calcsight.evaluation.precision import average_precision

NEVER = -np.inf


def theta(normals: list[float], lesions: list[list[float]], weighted: bool = True) -> float:
    """The area, all views of one patient."""
    owners = [np.full(len(one), 0) for one in lesions]
    one = Normals(highest=np.array(normals), patients=np.zeros(len(normals), np.int64))
    other = Lesions(
        scores=np.array([s for view in lesions for s in view]),
        shares=np.array([1 / len(v) if weighted else 1.0 for v in lesions for _ in v]),
        patients=np.concatenate([np.zeros(0, np.int64), *owners]),
    )
    area = float(areas(one, other, np.ones((1, 1)))[0])
    points = afroc_points(one, other)
    assert area == pytest.approx(np.trapezoid(points[:, 2], points[:, 1]))
    return area


def test_the_weighted_area_by_hand() -> None:
    # Two normals: highest false scores 0.6 and none. View 1: hits 0.9, 0.5; view 2: one, missed.
    # 0.9 beats both: 1; 0.5 loses to 0.6 and beats none: 1/2; missed loses to 0.6, ties none: 1/4.
    # View 1: (1 + 1/2) / 2 = 3/4; view 2: 1/4; mean 1/2.
    assert theta([0.6, NEVER], [[0.9, 0.5], [NEVER]]) == pytest.approx(0.5)
    # Every target the same: (1 + 1/2 + 1/4) / 3.
    assert theta([0.6, NEVER], [[0.9, 0.5], [NEVER]], weighted=False) == pytest.approx(7 / 12)


def test_no_marks_at_all_is_chance_of_the_straight_line() -> None:
    assert theta([NEVER, NEVER], [[NEVER, NEVER]]) == 0.5
    assert theta([0.9], [[0.9]]) == 0.5  # a tie counts half
    assert theta([NEVER], [[0.1]]) == 1.0


def test_without_normals_or_targets_there_is_no_area() -> None:
    none = Normals(highest=np.zeros(0), patients=np.zeros(0, np.int64))
    lesions = Lesions(scores=np.ones(1), shares=np.ones(1), patients=np.zeros(1, np.int64))
    assert np.isnan(areas(none, lesions, np.ones((1, 1)))).all()
    assert afroc_points(none, lesions).shape == (0, 3)


@given(seed=st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_the_area_of_weighted_patients_is_that_of_repeated_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = [NEVER, 0.1, 0.2, 0.2, 0.7]
    normals = [(float(rng.choice(scores)), int(rng.integers(0, 3))) for _ in range(5)]
    views = [
        ([float(s) for s in rng.choice(scores, int(rng.integers(1, 4)))], int(rng.integers(0, 3)))
        for _ in range(4)
    ]
    weights = rng.integers(0, 3, 3)
    total, pairs = 0.0, 0
    for x, i in normals:
        for view, j in views:
            psi = [1.0 if y > x else 0.5 if y == x else 0.0 for y in view]
            total += weights[i] * weights[j] * float(np.mean(psi))
            pairs += weights[i] * weights[j]
    measured = areas(
        Normals(
            highest=np.array([x for x, _ in normals]), patients=np.array([i for _, i in normals])
        ),
        Lesions(
            scores=np.array([s for view, _ in views for s in view]),
            shares=np.array([1 / len(view) for view, _ in views for _ in view]),
            patients=np.array([j for view, j in views for _ in view]),
        ),
        weights[None].astype(float),
    )[0]
    assert measured == pytest.approx(total / pairs if pairs else np.nan, nan_ok=True)


def precision_of(hit: list[float], missed: int, false: list[float]) -> float:
    owners = np.zeros(len(hit) + missed, np.int64)
    hits = gather_hits(np.array([*hit, *[NEVER] * missed]), owners, 1)
    marks = gather_false([np.array(false)], np.zeros(1, np.int64), np.ones(1))
    return float(average_precision(hits, marks, np.ones((1, 1)))[0])


def test_average_precision_by_hand() -> None:
    # Falling: hit (1/1), false, hit (2/3), false, hit (3/5); 4 targets.
    expected = (1 + 2 / 3 + 3 / 5) / 4
    assert precision_of([0.9, 0.7, 0.5], 1, [0.8, 0.6]) == pytest.approx(expected)
    # Hits and a false mark of one score enter together: 2 of 3.
    assert precision_of([0.5, 0.5], 0, [0.5]) == pytest.approx(2 / 3)
    assert precision_of([], 3, [0.5]) == 0.0
    assert np.isnan(precision_of([], 0, [0.5]))
    # What lies below the last hit changes nothing.
    assert precision_of([0.9], 0, [0.1, 0.2]) == 1.0


@given(seed=st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_average_precision_by_its_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hit = rng.choice([0.1, 0.2, 0.3, 0.5, 0.9], int(rng.integers(1, 7))).tolist()
    false = rng.choice([0.1, 0.2, 0.3, 0.5, 0.9], int(rng.integers(0, 7))).tolist()
    missed, expected, before = int(rng.integers(0, 4)), 0.0, 0.0
    for score in sorted({*hit, *false}, reverse=True):
        good, bad = sum(s >= score for s in hit), sum(s >= score for s in false)
        recall = good / (len(hit) + missed)
        expected += (recall - before) * good / (good + bad)
        before = recall
    assert precision_of(hit, missed, false) == pytest.approx(expected)
