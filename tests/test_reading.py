"""The main path: what a reading keeps when the picture is moved, turned, scaled or re-sampled."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.models import load_judge
from calcsight.reading import read, read_exam
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import SimulatedView, simulate_view
from calcsight.terms.calcification import Particle
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Exam, Mammogram
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Candidates, FlatView

PITCH_MM = 0.08
SETTINGS = Settings()
MODEST = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def simulated() -> SimulatedView:
    """Return a simulated view with groups."""
    return next(
        view for view in map(simulate_view, tuning_set(12)) if len(view.truth.particles) > 15
    )


def phantom(seed: int = 1, extra: Sequence[tuple[float, float]] = ()) -> NDArray[Any]:
    """Return a half disc of textured tissue with seven spots in a group, chest wall left."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:900, 0:700]
    inside = (rows - 450) ** 2 + columns**2 < 420**2
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 12) * 12
    pixels = np.where(inside, 2000 + 60 * texture, 0.0) + rng.normal(size=inside.shape) * 12
    places = [(400 + 15 * np.cos(a), 180 + 15 * np.sin(a)) for a in np.arange(6) * np.pi / 3]
    for row, column in [(400.0, 180.0), *places, *extra]:
        pixels += 260 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * 1.8**2))
    return np.asarray(pixels, np.float32)


def mammogram(pixels: NDArray[Any], pitch_mm: float = PITCH_MM, **fields: Any) -> Mammogram:
    """Return a view with square pixels."""
    spacing = Spacing(row_mm=pitch_mm, column_mm=pitch_mm)
    return Mammogram(uid="phantom", pixels=pixels, spacing=spacing, **fields)


def reading_of(pixels: NDArray[Any], **fields: Any) -> Reading:
    """Read with the shipped judge."""
    return read(mammogram(pixels, **fields), load_judge(), SETTINGS)


def in_order(points: NDArray[Any]) -> NDArray[Any]:
    """Sort points along a slanted line, so that rounding never swaps two of them."""
    return points[np.argsort(points @ [0.731, 1.0])]


def places(reading: Reading) -> NDArray[Any]:
    """Return the centroids (n, 2), sorted."""
    found = np.array([(c.row, c.column) for c in reading.calcifications]).reshape(-1, 2)
    return in_order(found)


def test_the_planted_group_is_read() -> None:
    reading = reading_of(phantom())
    assert len(reading.groups) == 1
    assert reading.groups[0].count == 7
    assert np.hypot(reading.groups[0].row - 400, reading.groups[0].column - 180) < 1.5
    assert reading.groups[0].members == tuple(sorted(reading.groups[0].members))
    numbers = {reading.group_number_of(i) for i in range(len(reading.calcifications))}
    assert 1 in numbers


def test_every_reading_says_what_was_not_looked_for() -> None:
    with_group, without = reading_of(phantom()), reading_of(phantom() * 0 + empty())
    for reading in (with_group, without):
        assert reading.limitations[0] is Limitation.MASSES_NOT_READ
    assert without.calcifications == ()
    assert without.groups == ()


def empty() -> NDArray[Any]:
    """Return the same tissue without any spot."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[0:900, 0:700]
    inside = (rows - 450) ** 2 + columns**2 < 420**2
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 12) * 12
    pixels = np.where(inside, 2000 + 60 * texture, 0.0) + rng.normal(size=inside.shape) * 12
    return np.asarray(pixels, np.float32)


@pytest.mark.parametrize("orientation", all_orientations())
def test_the_eight_turns_and_mirrors_give_file_positions(orientation: Orientation) -> None:
    """One picture stored eight ways is one reading, counted in each file's own frame."""
    upright = phantom()
    stored = orientation.to_file(upright)
    turned = reading_of(
        np.ascontiguousarray(orientation.to_reading(stored)), orientation=orientation
    )
    plain = reading_of(upright)
    expected = orientation.points_to_file(
        np.array([(c.row, c.column) for c in plain.calcifications]), upright.shape
    )
    found = np.array([(c.row, c.column) for c in turned.calcifications])
    assert np.allclose(found, expected)
    for one in turned.calcifications[:3]:
        row, column = round(one.row), round(one.column)
        assert stored[row, column] > np.median(stored[row - 9 : row + 10, column - 9 : column + 10])
    assert [g.extent_mm for g in turned.groups] == [g.extent_mm for g in plain.groups]
    assert (
        cv2.pointPolygonTest(
            turned.groups[0].hull.astype(np.float32),
            (turned.groups[0].row, turned.groups[0].column),
            False,
        )
        >= 0
    )


@pytest.mark.parametrize("turn", [o for o in all_orientations() if o != Orientation()])
def test_the_steps_themselves_prefer_no_direction(turn: Orientation) -> None:
    """Turned tissue that nobody turned back: the same particles at the turned places."""
    upright = phantom()
    turned = np.ascontiguousarray(turn.to_reading(upright))
    back = turn.points_to_file(places(reading_of(turned)), turned.shape)
    assert np.allclose(in_order(back), places(reading_of(upright)), atol=0.05)


@MODEST
@given(rows=st.integers(0, 37), columns=st.integers(0, 23))
def test_shift(rows: int, columns: int) -> None:
    """More air below and right moves nothing; tissue moved down moves with it."""
    upright = phantom()
    moved = np.pad(upright, ((rows, columns), (0, columns)), mode="edge")
    found = places(reading_of(moved)) - [rows, 0]
    assert np.allclose(found, places(reading_of(upright)), atol=0.15)


@MODEST
@given(gain=st.sampled_from([0.125, 0.5, 3.0, 16.0]), offset=st.integers(-1000, 5000))
def test_gain_and_offset(gain: float, offset: int) -> None:
    upright, scaled = phantom(), phantom() * np.float32(gain) + np.float32(offset)
    before, after = reading_of(upright), reading_of(scaled)
    assert len(before.calcifications) == len(after.calcifications)
    assert np.allclose(places(before), places(after), atol=0.05)
    assert after.calcifications[0].contrast == pytest.approx(
        gain * before.calcifications[0].contrast, rel=0.02
    )


def test_a_far_particle_changes_nothing_elsewhere() -> None:
    before = reading_of(phantom())
    after = reading_of(phantom(extra=[(700.0, 120.0)]))
    near = [c for c in after.calcifications if c.row < 600]
    assert len(near) == len(before.calcifications)
    for one, other in zip(before.calcifications, near, strict=True):
        assert (one.row, one.column) == pytest.approx((other.row, other.column))
        assert one.diameter_mm == pytest.approx(other.diameter_mm)


def test_pixel_pitch_keeps_millimetres(simulated: SimulatedView) -> None:
    """The same view with pixels a quarter larger: same places and sizes in mm."""
    fine = simulated.mammogram()
    assert fine.spacing is not None
    factor = 0.8
    small = cv2.resize(fine.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    pitch = fine.spacing.mean_mm * fine.pixels.shape[0] / small.shape[0]
    coarse = read(mammogram(small, pitch), load_judge(), SETTINGS)
    sharp = read(dataclasses.replace(fine, orientation=Orientation()), load_judge(), SETTINGS)
    sizes = []
    for one in sharp.calcifications:
        if one.score < 0.9:
            continue
        at = np.array([one.row, one.column]) * fine.spacing.mean_mm
        distances = [
            np.hypot(*(np.array([c.row, c.column]) * pitch - at)) for c in coarse.calcifications
        ]
        nearest = coarse.calcifications[int(np.argmin(distances))]
        if min(distances) < 0.2 and nearest.diameter_mm and one.diameter_mm:
            sizes.append(nearest.diameter_mm / one.diameter_mm)
    strong = sum(c.score >= 0.9 for c in sharp.calcifications)
    assert len(sizes) >= 0.85 * strong > 3
    assert np.median(sizes) == pytest.approx(1.0, abs=0.12)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_nothing(threads: int, simulated: SimulatedView) -> None:
    before = cv2.getNumThreads()
    reference = read(simulated.mammogram(), load_judge(), SETTINGS)
    cv2.setNumThreads(threads)
    try:
        again = read(simulated.mammogram(), load_judge(), SETTINGS)
    finally:
        cv2.setNumThreads(before)
    assert np.array_equal(places(reference), places(again))
    assert [c.score for c in reference.calcifications] == [c.score for c in again.calcifications]


def test_unknown_spacing_measures_no_millimetre() -> None:
    unknown = Mammogram(uid="film", pixels=phantom(), spacing=None)
    reading = read(unknown, load_judge(), SETTINGS)
    assert Limitation.UNKNOWN_SPACING in reading.limitations
    assert reading.groupings == ()
    assert reading.breast_area_mm2 is None
    assert len(reading.calcifications) >= 7
    for one in reading.calcifications:
        assert one.diameter_mm is None
        assert one.area_mm2 is None
        assert one.size_class(0.5) is None
        assert one.diameter_px > 0


def test_min_score_lists_every_candidate_but_groups_only_sure_ones() -> None:
    everything = read(mammogram(phantom()), load_judge(), Settings(min_score=0.0))
    usual = reading_of(phantom())
    assert len(everything.calcifications) > len(usual.calcifications)
    assert everything.calcifications[-1].score < everything.provenance.threshold
    assert usual.calcifications[-1].score >= usual.provenance.threshold
    assert [g.members for g in everything.groups] == [g.members for g in usual.groups]
    falling = [c.score for c in everything.calcifications]
    assert falling == sorted(falling, reverse=True)


def test_the_judge_alone_decides() -> None:
    """Another judge changes scores through the protocol, and is named in the provenance."""

    class Doubter:
        name = "doubter"
        digest = "0" * 64
        operating_points: Mapping[OperatingPoint, float] = dict.fromkeys(OperatingPoint, 0.5)

        def score(
            self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
        ) -> NDArray[Any]:
            return np.zeros(len(particles))

    reading = read(mammogram(phantom()), Doubter(), SETTINGS)
    assert reading.calcifications == ()
    assert reading.provenance.judge == "doubter"
    assert reading.provenance.threshold == 0.5


def test_an_exam_keeps_its_order() -> None:
    exam = Exam(uid="1.2", mammograms=(mammogram(phantom()), mammogram(phantom(seed=2))))
    reading = read_exam(exam, load_judge(), SETTINGS)
    assert [r.mammogram for r in reading.readings] == list(exam.mammograms)
    assert reading.uid == "1.2"
