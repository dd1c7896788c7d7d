"""What must not change a measurement: shift, turns, gain, offset, what lies far away."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.analysis.measurement import measure
from calcsight.terms.calcification import Particle
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.settings import MeasurementSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Candidates, FlatView

if TYPE_CHECKING:
    from tests.analysis.conftest import Sheet

Sheets = type["Sheet"]
SETTINGS = MeasurementSettings()
SPACING = Spacing(row_mm=0.07, column_mm=0.07)
NUMBERS = (
    "diameter_mm",
    "area_mm2",
    "length_mm",
    "width_mm",
    "contrast_to_noise",
    "elongation",
    "circularity",
    "solidity",
)


@pytest.fixture(scope="module")
def scene(sheets: Sheets) -> tuple[FlatView, Candidates]:
    """A speck, a rod, a rim and a faint speck on noise, with a candidate or two on each."""
    sheet = sheets(rows=160, columns=130)
    rim = sheet.disc((3.0, 6.0), 1.4) - 0.8 * sheet.disc((3.0, 6.0), 0.9)
    clear = (
        14 * sheet.blurred(sheet.disc((3.02, 2.5), 0.35))
        + 12 * sheet.blurred(rim)
        + 10 * sheet.blurred(sheet.rod((7.5, 4.0), 2.2, 0.4, 0.7))
        + 7 * sheet.blurred(sheet.disc((9.0, 7.5), 0.25))
    )
    places = [(3.0, 2.5), (7.5, 4.0), (3.6, 6.0), (7.9, 4.5), (9.0, 7.5), (3.0, 5.4), (5.0, 3.0)]
    scales = [0.1, 0.16, 0.1, 0.1, 0.06, 0.1, 0.26]
    return sheet.view(clear + sheet.noise(12)), sheet.candidates(places, scales)


def measured(view: FlatView, candidates: Candidates) -> tuple[Particle, ...]:
    return measure(view, candidates, SPACING, SETTINGS)[1]


def assert_same(
    found: tuple[Particle, ...], expected: tuple[Particle, ...], rel: float = 2e-3
) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        for name in NUMBERS:
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=rel), name
        assert one.lucent_centre == other.lucent_centre
        assert one.limitations == other.limitations


def with_pixels(
    view: FlatView,
    pixels: NDArray[np.float32],
    background: NDArray[np.float32],
    noise: NDArray[np.float32],
) -> FlatView:
    return replace(
        view,
        pixels=np.ascontiguousarray(pixels),
        background=np.ascontiguousarray(background),
        noise=np.ascontiguousarray(noise),
    )


def test_the_scene_has_five_particles(scene: tuple[FlatView, Candidates]) -> None:
    particles = measured(*scene)
    assert [p.lucent_centre for p in particles] == [False, False, True, False, False]
    assert particles[1].diameter_mm == pytest.approx(2.2, abs=0.1)


@pytest.mark.parametrize("orientation", all_orientations())
def test_eight_turns_and_mirrors(
    scene: tuple[FlatView, Candidates], orientation: Orientation
) -> None:
    view, candidates = scene
    shape = (view.pixels.shape[0], view.pixels.shape[1])
    turned = [orientation.to_file(a) for a in (view.pixels, view.background, view.noise)]
    turned_view = with_pixels(view, *turned)
    rows, columns = turned_view.pixels.shape
    turned_view = replace(
        turned_view,
        box=replace(view.box, bottom=rows, right=columns),
        mask=np.ones((rows, columns), np.uint8),
    )
    points = orientation.points_to_file(np.stack([candidates.row, candidates.column], 1), shape)
    there = measured(turned_view, replace(candidates, row=points[:, 0], column=points[:, 1]))
    here = measured(view, candidates)
    assert_same(there, here)
    centres = orientation.points_to_file(np.array([(p.row, p.column) for p in here]), shape)
    np.testing.assert_allclose([(p.row, p.column) for p in there], centres, atol=0.02)


@settings(max_examples=15, deadline=None)
@given(gain=st.floats(1e-3, 1e3), offset=st.floats(-1.0, 5.0))
def test_gain_and_offset(scene: tuple[FlatView, Candidates], gain: float, offset: float) -> None:
    view, candidates = scene
    shift = np.float32(offset * gain * 50)
    scaled = with_pixels(
        view,
        view.pixels * np.float32(gain) + shift,
        view.background * np.float32(gain) + shift,
        view.noise * np.float32(gain),
    )
    here, there = measured(view, candidates), measured(scaled, candidates)
    assert_same(there, here, rel=5e-3)
    for one, other in zip(there, here, strict=True):
        assert one.contrast == pytest.approx(gain * other.contrast, rel=5e-3)


@settings(max_examples=10, deadline=None)
@given(down=st.integers(0, 25), right=st.integers(0, 25))
def test_whole_pixel_shift(scene: tuple[FlatView, Candidates], down: int, right: int) -> None:
    view, candidates = scene
    rows, columns = view.pixels.shape

    def moved(a: NDArray[np.float32], fill: float) -> NDArray[np.float32]:
        wide = np.full((rows + 30, columns + 30), fill, np.float32)
        wide[down : down + rows, right : right + columns] = a
        return wide

    wide_view = with_pixels(
        view, moved(view.pixels, 0.0), moved(view.background, 0.0), moved(view.noise, 1.0)
    )
    wide_view = replace(
        wide_view,
        mask=np.ones(wide_view.pixels.shape, np.uint8),
        box=replace(view.box, bottom=rows + 30, right=columns + 30),
    )
    there = measured(
        wide_view, replace(candidates, row=candidates.row + down, column=candidates.column + right)
    )
    here = measured(view, candidates)
    assert_same(there, here)
    for one, other in zip(there, here, strict=True):
        assert (one.row, one.column) == pytest.approx((other.row + down, other.column + right))


def test_a_far_particle_changes_nothing(sheets: Sheets) -> None:
    sheet = sheets(rows=420, columns=140)
    near = 14 * sheet.blurred(sheet.disc((3.0, 5.0), 0.35)) + sheet.noise(3)
    far = 25 * sheet.blurred(sheet.disc((24.0, 5.0), 1.5))
    alone = measured(sheet.view(near), sheet.candidates([(3.0, 5.0)], [0.1]))
    both = measured(
        sheet.view(near + far), sheet.candidates([(24.0, 5.0), (3.0, 5.0)], [0.42, 0.1])
    )
    np.testing.assert_array_equal(both[1].outline, alone[0].outline)
    assert both[1].contrast_to_noise == alone[0].contrast_to_noise


def test_the_same_call_gives_the_same_bytes(scene: tuple[FlatView, Candidates]) -> None:
    first, second = measured(*scene), measured(*scene)
    for one, other in zip(first, second, strict=True):
        assert one.outline.tobytes() == other.outline.tobytes()
        assert (one.row, one.column, one.contrast) == (other.row, other.column, other.contrast)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 12),
    scale=st.sampled_from([0.06, 0.1, 0.26, 0.68]),
)
def test_any_candidates_on_noise_keep_the_promises(
    sheets: Sheets, seed: int, count: int, scale: float
) -> None:
    sheet = sheets(rows=60, columns=50)
    rng = np.random.default_rng(seed)
    places = [
        (float(r), float(c))
        for r, c in rng.uniform(0, 1, (count, 2)) * np.array([59, 49]) * sheet.row_mm
    ]
    kept, particles = measure(
        sheet.view(sheet.noise(seed)), sheet.candidates(places, [scale] * count), SPACING, SETTINGS
    )
    assert 1 <= len(particles) == len(kept.row) <= count
    assert (np.diff(kept.response) < 0).all()
    for one in particles:
        assert one.outline.shape[0] >= 3
        assert one.outline.shape[1] == 2
        assert one.outline.min() > -2.0
        assert 0.0 < one.circularity <= 1.0
        assert 0.0 < one.solidity <= 1.0
        assert one.elongation >= 1.0
        assert one.area_px > 0.0
        assert one.diameter_px**2 * np.pi / 4 >= one.area_px * 0.99
        assert (one.diameter_mm or 0.0) <= SETTINGS.largest_mm * np.sqrt(2)
