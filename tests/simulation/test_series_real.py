"""A view made into two visits of which neither is it: what persists, what is new, what is true."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.simulation.exams import exam_specs
from calcsight.simulation.families import Families
from calcsight.simulation.followed import FollowedView
from calcsight.simulation.series_real import real_series
from calcsight.simulation.series_sets import real_spec
from calcsight.simulation.truth import Truth
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Mammogram

PITCH_MM, OTHER_MM = 0.11, 0.13
Picture = NDArray[np.float32]


@pytest.fixture(scope="module")
def real() -> tuple[Mammogram, Truth]:
    """A view with calcifications of its own, which nothing below is told of."""
    spec = replace(exam_specs(4)[2], rows=950, pitch_mm=PITCH_MM)
    view = simulate_view(spec)
    return view.mammogram(), view.truth


@pytest.fixture(scope="module")
def series(real: tuple[Mammogram, Truth]) -> FollowedView:
    return real_series(real[0], real_spec(Families.TEST, real[0], 2, OTHER_MM))


def in_mm(mammogram: Mammogram, truth: Truth) -> NDArray[np.float64]:
    assert mammogram.spacing is not None
    places = np.array([[one.row, one.column] for one in truth.particles])
    reading = mammogram.orientation.points_to_reading(places, mammogram.shape)
    return reading * mammogram.spacing.mean_mm


def detail(series: FollowedView, at: int, sizes_mm: tuple[float, float], off_mm: float) -> Picture:
    """Read detail between two sizes where visit 0's landmarks truly lie in a visit."""
    mammogram = series.visits[at].mammogram
    assert mammogram.spacing is not None
    pitch = mammogram.spacing.mean_mm
    pixels = np.array(mammogram.pixels)
    fine = cv2.GaussianBlur(pixels, (0, 0), sizes_mm[0] / pitch) if sizes_mm[0] else pixels
    band = fine - cv2.GaussianBlur(pixels, (0, 0), sizes_mm[1] / pitch)
    down, right = np.meshgrid(np.arange(-3.0, 3.0, 0.1), np.arange(-3.0, 3.0, 0.1), indexing="ij")
    parts = []
    for place in series.landmarks(0)[::2]:
        around = np.stack([down.ravel(), right.ravel()], 1) + place
        there = ((series.carry(around, 0, at) + off_mm) / pitch).astype(np.float32)
        there = there.reshape(*down.shape, 2)
        part = cv2.remap(band, there[..., 1], there[..., 0], cv2.INTER_CUBIC)
        parts.append((part - part.mean()) / (part.std() + 1e-6))
    return np.asarray(parts, np.float32)


def test_particles_are_put_in_where_the_same_tissue_is(series: FollowedView) -> None:
    fates = [fates for (fates,) in series.fates.values()]
    assert fates.count(Change.NEW) == 1
    assert set(fates) == {Change.NEW, Change.STABLE}
    places = [
        dict(zip(visit.identity, in_mm(visit.mammogram, visit.truth), strict=True))
        for visit in series.visits
    ]
    assert len(set(places[1]) - set(places[0])) == 5
    both = sorted(set(places[0]) & set(places[1]))
    before, after = (np.array([at[one] for one in both]) for at in places)
    assert np.abs(series.carry(before, 0, 1) - after).max() < 0.15
    assert np.hypot(*(after - before).T).max() > 1.0


def test_coarse_tissue_persists_where_it_is_carried_and_grain_is_new(
    series: FollowedView,
) -> None:
    coarse = [detail(series, at, (0.6, 3.0), off) for at, off in ((0, 0.0), (1, 0.0), (1, 2.0))]
    assert float((coarse[0] * coarse[1]).mean()) > 0.6
    assert float((coarse[0] * coarse[2]).mean()) < 0.4
    grain = [detail(series, at, (0.0, 0.15), 0.0) for at in (0, 1)]
    assert abs(float((grain[0] * grain[1]).mean())) < 0.25


def standing_out(pixels: Picture, places_px: NDArray[np.float64]) -> list[float]:
    """How far the brightest pixel at each place is over its surroundings; nan = outside."""
    heights = []
    for row, column in np.rint(places_px).astype(int):
        if min(row, column) < 9 or row + 9 > pixels.shape[0] or column + 9 > pixels.shape[1]:
            heights.append(np.nan)
            continue
        peak = pixels[row - 3 : row + 4, column - 3 : column + 4].max()
        heights.append(peak - np.median(pixels[row - 9 : row + 10, column - 9 : column + 10]))
    return heights


def test_calcifications_that_were_there_stay_at_both_visits(
    series: FollowedView, real: tuple[Mammogram, Truth]
) -> None:
    mammogram, truth = real
    plain = [one for one in truth.particles if one.contrast_sd > 12 and one.diameter_mm < 1.0]
    own_mm = in_mm(mammogram, Truth(particles=tuple(plain), groups=()))
    before = standing_out(mammogram.pixels, own_mm / PITCH_MM)
    for visit, warp, pitch_mm in zip(
        series.visits, series.whereabouts.warps, (PITCH_MM, OTHER_MM), strict=True
    ):
        after = standing_out(visit.mammogram.pixels, warp.to_visit(own_mm) / pitch_mm)
        shares = np.divide(after, before)
        assert np.isfinite(shares).sum() > 5
        assert np.nanmin(shares) > 0.35
        assert np.nanmedian(shares) > 0.6


def test_air_stays_dark_and_the_view_itself_is_not_changed(
    series: FollowedView, real: tuple[Mammogram, Truth]
) -> None:
    assert simulate_view(
        replace(exam_specs(4)[2], rows=950, pitch_mm=PITCH_MM)
    ).mammogram().pixels.tobytes() == (real[0].pixels.tobytes())
    for visit, at in zip(series.visits, (PITCH_MM, OTHER_MM), strict=True):
        assert visit.mammogram.spacing is not None
        assert visit.mammogram.spacing.mean_mm == at
        corner = visit.mammogram.pixels[-40:, -40:]
        assert corner.max() <= real[0].pixels[-40:, -40:].max() + 1.0


def test_the_same_view_and_spec_give_the_same_bytes(real: tuple[Mammogram, Truth]) -> None:
    spec = real_spec(Families.TUNING, real[0], 0)
    first, again = real_series(real[0], spec), real_series(real[0], spec)
    for drawn, anew in zip(first.visits, again.visits, strict=True):
        assert drawn.mammogram.pixels.tobytes() == anew.mammogram.pixels.tobytes()
    one, other = (visit.mammogram.pixels for visit in first.visits)
    assert one.shape == other.shape
    assert not np.array_equal(one, other)


def test_a_view_of_unknown_spacing_is_refused(real: tuple[Mammogram, Truth]) -> None:
    with pytest.raises(UsageError):
        real_spec(Families.TUNING, replace(real[0], spacing=None), 0)
