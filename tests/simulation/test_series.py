"""One woman at several dates: the truth of what moved, stayed and changed."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.comparable import days_between, why_not_comparable
from calcsight.simulation.distributions import makes_one_group
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_places import most_stretched
from calcsight.simulation.series_sets import repetition_set, series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.calendar_months import months_later
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change

Places = NDArray[np.float64]


def small(spec: SeriesSpec, rows: int = 1000) -> SeriesSpec:
    """The same series of a smaller breast, drawn sooner."""
    return replace(spec, reference=replace(spec.reference, rows=rows, pitch_mm=0.1))


@pytest.fixture(scope="module", params=list(Families))
def series(request: pytest.FixtureRequest) -> SimulatedSeries:
    """Three visits of a woman with groups of several fates."""
    return simulate_series(small(series_set(request.param, 1, start=7, visits=3)[0]))


def reading_mm(series: SimulatedSeries, number: int) -> Places:
    """Where a visit's truth lies in its reading frame, mm."""
    visit = series.visits[number]
    in_file = np.array([[p.row, p.column] for p in visit.truth.particles]).reshape(-1, 2)
    reading = visit.view.orientation.points_to_reading(in_file, visit.mammogram.shape)
    return reading * series.spec.visits[number].pitch_mm


def test_places_come_back_from_the_other_visit(series: SimulatedSeries) -> None:
    places = series.landmarks(0)
    assert len(places) == 40
    there = series.carry(places, 0, 1)
    assert np.abs(there - series.landmarks(1)).max() < 1e-4
    assert np.abs(series.carry(there, 1, 0) - places).max() < 1e-4
    assert np.abs(series.carry(series.carry(places, 0, 2), 2, 1) - there).max() < 1e-4
    # It did move, and not as a block.
    moved = there - places
    assert np.hypot(*moved.T).max() > 2.0
    assert np.hypot(*moved.T).std() > 0.2


def test_landmarks_lie_in_the_breast_of_every_visit(series: SimulatedSeries) -> None:
    for number, visit in enumerate(series.visits):
        at = np.rint(series.landmarks(number) / series.spec.visits[number].pitch_mm).astype(int)
        assert (at >= 0).all()
        assert (at < np.array(visit.mammogram.shape)).all()
        exposure = visit.view.orientation.to_reading(visit.view.exposure)
        assert exposure[at[:, 0], at[:, 1]].min() > 0.5


def test_no_place_is_stretched_by_more_than_was_said(series: SimulatedSeries) -> None:
    where = series.whereabouts
    assert 0.05 < most_stretched(where.warps, where.seen_mm) <= 0.151


def test_one_id_is_one_particle_wherever_it_went(series: SimulatedSeries) -> None:
    everywhere = [
        dict(zip(visit.identity, reading_mm(series, number), strict=True))
        for number, visit in enumerate(series.visits)
    ]
    assert any(everywhere)
    for (number, before), (_, after) in pairwise(enumerate(everywhere)):
        assert len(before) == len(series.visits[number].identity)
        both = sorted(set(before) & set(after))
        carried = series.carry(np.array([before[one] for one in both]), number, number + 1)
        # A centroid departs a little as another side is seen.
        assert np.abs(carried - np.array([after[one] for one in both])).max(initial=0.0) < 0.15


def test_particles_are_bright_where_the_truth_has_them(series: SimulatedSeries) -> None:
    for visit in series.visits:
        exposure = visit.view.exposure
        for one in visit.truth.particles:
            low, high = np.rint([one.outline.min(axis=0), one.outline.max(axis=0)]).astype(int)
            inside = exposure[low[0] : high[0] + 1, low[1] : high[1] + 1]
            around = exposure[low[0] - 10 : high[0] + 11, low[1] - 10 : high[1] + 11]
            peak = inside.max() - np.median(around)
            assert peak > 0.5 * one.contrast_sd * one.background_sd


def test_every_visit_shows_of_each_group_what_its_history_says(series: SimulatedSeries) -> None:
    assert len(series.fates) > 1
    for number, visit in enumerate(series.visits):
        counts = {
            group: len(true.members)
            for group, true in zip(visit.groups, visit.truth.groups, strict=True)
        }
        expected = {
            group: one.counts[number]
            for group, one in series.histories.items()
            if one.plan.count > 1 and one.counts[number]
        }
        assert counts == expected


def test_what_is_shown_of_a_group_is_one_group_by_the_rule(series: SimulatedSeries) -> None:
    for number, visit in enumerate(series.visits):
        places = reading_mm(series, number)
        for group in visit.truth.groups:
            assert makes_one_group(places[list(group.members)])


def test_a_particle_keeps_its_size_while_its_tissue_is_stretched() -> None:
    series = simulate_series(small(repetition_set(Families.TUNING, 1, start=1)[0]))
    first, second = (
        dict(zip(v.identity, (p.diameter_mm for p in v.truth.particles), strict=True))
        for v in series.visits
    )
    assert set(first) == set(second)
    ratios = np.array([second[one] / first[one] for one in first])
    assert 0.9 < ratios.min() <= ratios.max() < 1.1
    assert set(series.fates.values()) == {(Change.STABLE,)}


def patch(series: SimulatedSeries, to: int, off_mm: float, sigma_mm: float) -> Places:
    """Read a visit where the landmarks' surroundings of visit 0 truly lie, its own grey aside."""
    seen = series.landmarks(0)
    spans = np.arange(-4.0, 4.0, 0.1)
    down, right = np.meshgrid(spans, spans, indexing="ij")
    pitch = series.spec.visits[to].pitch_mm
    pixels: Any = np.asarray(series.visits[to].mammogram.pixels)
    if sigma_mm:
        pixels = cv2.GaussianBlur(pixels, (0, 0), sigma_mm / pitch)
        pixels = pixels - cv2.GaussianBlur(pixels, (0, 0), 3.0 / pitch)
    else:
        pixels = pixels - cv2.GaussianBlur(pixels, (0, 0), 0.15 / pitch)
    parts = []
    for place in seen[::2]:
        at = np.stack([down.ravel(), right.ravel()], 1) + place
        there = (series.carry(at, 0, to) + off_mm) / pitch
        picture = cv2.remap(
            pixels.astype(np.float32),
            there[:, 1].reshape(down.shape).astype(np.float32),
            there[:, 0].reshape(down.shape).astype(np.float32),
            cv2.INTER_CUBIC,
        )
        parts.append((picture - picture.mean()) / picture.std())
    return np.stack(parts)


def test_what_persists_lies_where_it_is_carried_and_the_rest_is_new() -> None:
    spec = small(series_set(Families.TUNING, 1, start=4)[0], rows=900)
    series = simulate_series(spec)
    coarse = patch(series, 0, 0.0, 0.4)
    alike = float((coarse * patch(series, 1, 0.0, 0.4)).mean())
    elsewhere = float((coarse * patch(series, 1, 2.0, 0.4)).mean())
    assert alike > 0.4
    assert elsewhere < 0.6 * alike
    # Never the same pixels warped: noise and the finest tissue are others.
    assert abs(float((patch(series, 0, 0.0, 0.0) * patch(series, 1, 0.0, 0.0)).mean())) < 0.4


def test_the_same_spec_gives_the_same_bytes() -> None:
    spec = small(repetition_set(Families.TEST, 1)[0], rows=700)
    first, again = simulate_series(spec), simulate_series(spec)
    for one, other in zip(first.visits, again.visits, strict=True):
        assert one.view.stored.tobytes() == other.view.stored.tobytes()
        assert one.identity == other.identity


def test_intervals_survive_dates_that_are_shifted_alike(series: SimulatedSeries) -> None:
    shifted = series.shifted(-1234)
    for at in range(1, len(series.visits)):
        prior, current = (series.visits[n].mammogram for n in (at - 1, at))
        old, new = (shifted.visits[n].mammogram for n in (at - 1, at))
        assert new.acquired_on != current.acquired_on
        assert days_between(new, old) == days_between(current, prior)
        assert why_not_comparable(new, old) is None
        assert np.shares_memory(new.pixels, current.pixels)
    assert len({visit.mammogram.uid for visit in series.visits}) == len(series.visits)
    assert len({visit.mammogram.exam_uid for visit in series.visits}) == len(series.visits)


def test_months_end_where_the_month_does() -> None:
    spec = series_set(Families.TUNING, 1)[0]
    first = spec.first_on.replace(year=2023, month=8, day=31)
    assert months_later(first, 6).isoformat() == "2024-02-29"
    assert months_later(first, 18).isoformat() == "2025-02-28"
    assert months_later(first, -2).isoformat() == "2023-06-30"


def test_a_series_that_contradicts_itself_is_refused() -> None:
    spec = series_set(Families.TUNING, 1)[0]
    with pytest.raises(UsageError):
        replace(spec, visits=spec.visits[::-1])
    with pytest.raises(UsageError):
        replace(spec, visits=(spec.visits[0], replace(spec.visits[1], seed=spec.visits[0].seed)))
    with pytest.raises(UsageError):
        replace(spec, visits=spec.visits[:1])
    with pytest.raises(UsageError):
        replace(spec, reference=replace(spec.reference, isolated=2))
