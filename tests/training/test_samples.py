"""Samples for training: labels by hand, what a view gives, operating points by hand."""

import dataclasses
from functools import partial

import numpy as np
import pytest

from calcsight.simulation.sets import training_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Kind, TrueParticle
from calcsight.simulation.views import simulate_view
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import Settings
from training.first_stage import first_stage
from training.samples import (
    Samples,
    Simulated,
    joined,
    labelled,
    look_at,
    sample_all,
    simulated_samples,
)
from training.thresholds import Validation, operating_points, reliability


@pytest.fixture(scope="module")
def spec() -> ViewSpec:
    """Return a small training view with calcifications."""
    one = next(s for s in training_set(40) if s.groups and s.pitch_mm < 0.1)
    return dataclasses.replace(one, rows=900)


@pytest.fixture(scope="module")
def simulated(spec: ViewSpec) -> Simulated:
    return simulated_samples(spec, first_stage(), Settings(), 0.0005)


def test_every_particle_has_one_candidate_at_most(spec: ViewSpec) -> None:
    view = simulate_view(spec)
    mammogram = view.mammogram()
    _, _, particles = look_at(mammogram, Settings())
    labels, contrast, places = labelled(mammogram, particles, view.truth.particles)
    assert 0 < (labels == 1).sum() <= len(view.truth.particles)
    assert (contrast[labels == 1] > 0).all()
    assert (contrast[labels != 1] == 0).all()
    true_mm = np.array([(p.row, p.column) for p in view.truth.particles]) * spec.pitch_mm
    reach = np.array([max(0.35, p.diameter_mm / 2) for p in view.truth.particles])
    away = np.hypot(*(places[:, None] - true_mm[None]).transpose(2, 0, 1))
    assert ((away <= reach).any(axis=1) == (labels != 0)).all()


def test_the_nearest_candidate_is_the_particle_and_others_are_left_out(spec: ViewSpec) -> None:
    view = simulate_view(spec)
    mammogram = view.mammogram()
    _, _, found = look_at(mammogram, Settings())
    at = mammogram.orientation.points_to_file(
        np.array([[found[0].row, found[0].column]]), mammogram.shape
    )[0]
    # One wide particle over everything, its centre on the first candidate.
    wide = TrueParticle(
        row=float(at[0]),
        column=float(at[1]),
        diameter_mm=1000.0,
        area_mm2=1.0,
        contrast_sd=7.0,
        background_sd=1.0,
        kind=Kind.ROUND,
        outline=np.zeros((3, 2)),
        group=None,
    )
    labels, contrast, _ = labelled(mammogram, found, (wide,))
    assert labels[0] == 1
    assert contrast[0] == 7.0
    assert (labels[1:] == -1).all()


def test_what_a_view_gives(spec: ViewSpec, simulated: Simulated) -> None:
    samples = simulated.samples
    assert len(samples) > 0
    assert set(samples.woman) == {spec.woman}
    assert set(samples.view) == {spec.name}
    assert samples.fine.shape == (len(samples), 32, 32)
    assert samples.context.shape == samples.neighbours.shape == (len(samples), 64, 64)
    assert samples.fine.dtype == samples.context.dtype == np.int8
    assert (samples.first >= 0.0005).all()
    assert len(simulated.planted_sd) >= (samples.labels == 1).sum() + len(simulated.cut_sd)
    # Particles are brighter in their middle than what is none.
    middle = samples.fine[:, 14:18, 14:18].mean(axis=(1, 2))
    assert middle[samples.labels == 1].mean() > middle[samples.labels == 0].mean()


def test_same_seeds_give_same_samples_in_other_processes(spec: ViewSpec) -> None:
    sample = partial(simulated_samples, first=first_stage(), settings=Settings(), least_first=0.01)
    once, again = sample_all([spec, spec], sample, jobs=2)
    for name in Samples.__slots__:
        assert np.array_equal(getattr(once.samples, name), getattr(again.samples, name)), name


def test_joining_keeps_the_order(simulated: Simulated) -> None:
    both = joined([simulated.samples, simulated.samples])
    half = len(simulated.samples)
    assert len(both) == 2 * half
    assert np.array_equal(both.at(np.arange(half, 2 * half)).fine, simulated.samples.fine)


def validation_of(scores: list[float], views: list[str], normals: tuple[str, ...]) -> Validation:
    """Return candidates a millimetre apart, each view by itself."""
    count = len(scores)
    empty = np.zeros((count, 1))
    return Validation(
        samples=Samples(
            woman=np.array(views),
            view=np.array(views),
            labels=np.zeros(count, np.int8),
            contrast_sd=np.zeros(count, np.float32),
            places_mm=np.array([[0.0, float(n)] for n in range(count)], np.float32),
            features=empty.astype(np.float32),
            first=np.ones(count, np.float32),
            fine=empty.astype(np.int8),
            context=empty.astype(np.int8),
            neighbours=empty.astype(np.uint8),
        ),
        scores=np.array(scores),
        normals=normals,
        slope=1.0,
        offset=0.0,
    )


def test_operating_points_allow_the_stated_false_groups() -> None:
    # Ten normal views; in view n the third-highest candidate scores (n + 1) / 20.
    scores = [high for n in range(10) for high in (0.99, 0.98, (n + 1) / 20)]
    views = [f"view-{n}" for n in range(10) for _ in range(3)]
    points = operating_points(validation_of(scores, views, tuple(sorted(set(views)))))
    # 0.1 a view: one group in ten views; 0.5: five; 2: as many as there are.
    assert 9 / 20 < points[OperatingPoint.SCREENING] <= 10 / 20
    assert 5 / 20 < points[OperatingPoint.BALANCED] <= 6 / 20
    assert 0.0 < points[OperatingPoint.SENSITIVE] <= 1 / 20


def test_reliability_compares_scores_with_shares() -> None:
    validation = validation_of([0.05, 0.05, 0.95, 0.95], ["a"] * 4, ())
    labels = np.array([0, 0, 1, -1], np.int8)
    samples = dataclasses.replace(validation.samples, labels=labels)
    low, high = reliability(dataclasses.replace(validation, samples=samples))
    assert low == {"mean_score": 0.05, "share_true": 0.0, "candidates": 2}
    assert high == {"mean_score": 0.95, "share_true": 1.0, "candidates": 1}
