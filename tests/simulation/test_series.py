"""One woman at several dates: the truth of what moved, stayed and changed."""

from dataclasses import replace

import numpy as np
import pytest

from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import repetition_set, series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.guidance import Change


def small(spec: SeriesSpec) -> SeriesSpec:
    """The same series of a smaller breast, drawn sooner."""
    return replace(spec, reference=replace(spec.reference, rows=1100, pitch_mm=0.1))


@pytest.fixture(scope="module")
def series() -> SimulatedSeries:
    return simulate_series(small(series_set(Families.TUNING, 1, start=3)[0]))


def test_places_come_back_from_the_other_visit(series: SimulatedSeries) -> None:
    places = series.landmarks(0)
    assert len(places) == 40
    there = series.carry(places, 0, 1)
    assert np.abs(there - series.landmarks(1)).max() < 1e-4
    assert np.abs(series.carry(there, 1, 0) - places).max() < 1e-4
    # It did move.
    assert np.abs(there - places).max() > 1.0


def test_one_id_is_one_particle_wherever_it_went(series: SimulatedSeries) -> None:
    places = []
    for visit, spec in zip(series.visits, series.spec.visits, strict=True):
        assert len(visit.identity) == len(visit.truth.particles) > 0
        assert len(set(visit.identity)) == len(visit.identity)
        file = np.array([[p.row, p.column] for p in visit.truth.particles])
        reading = visit.view.orientation.points_to_reading(file, visit.mammogram.shape)
        places.append(dict(zip(visit.identity, reading * spec.pitch_mm, strict=True)))
    both = sorted(set(places[0]) & set(places[1]))
    assert both
    before, after = (np.array([at[one] for one in both]) for at in places)
    assert np.abs(series.carry(before, 0, 1) - after).max() < 0.1


def test_the_added_group_of_five_is_new(series: SimulatedSeries) -> None:
    fates = [one for (one,) in series.fates.values()]
    assert fates.count(Change.NEW) == 1
    assert set(fates) == {Change.NEW, Change.STABLE}
    added = set(series.visits[1].identity) - set(series.visits[0].identity)
    assert len(added) == 5
    assert set(series.visits[0].identity) < set(series.visits[1].identity)


def test_the_same_spec_gives_the_same_bytes() -> None:
    spec = small(repetition_set(Families.TEST, 1)[0])
    first, again = simulate_series(spec), simulate_series(spec)
    for one, other in zip(first.visits, again.visits, strict=True):
        assert one.view.stored.tobytes() == other.view.stored.tobytes()
        assert one.identity == other.identity
    assert set(first.fates.values()) == {(Change.STABLE,)}
