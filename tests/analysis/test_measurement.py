"""Objects of known size on noise: sizes, counts and flags."""

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.measure import regionprops

from calcsight.analysis.background import local_noise
from calcsight.analysis.filters import enlarged
from calcsight.analysis.measurement import measure
from calcsight.terms.calcification import Particle
from calcsight.terms.limitation import Limitation
from calcsight.terms.settings import MeasurementSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import FlatView

if TYPE_CHECKING:
    from tests.analysis.conftest import Sheet

Sheets = type["Sheet"]
SETTINGS = MeasurementSettings()


def spacing_of(sheet: "Sheet") -> Spacing:
    return Spacing(row_mm=sheet.row_mm, column_mm=sheet.column_mm)


def only(
    sheet: "Sheet",
    pixels: NDArray[np.float32],
    places: list[tuple[float, float]],
    scales_mm: list[float],
) -> Particle:
    """Measure and insist on one particle."""
    kept, particles = measure(
        sheet.view(pixels), sheet.candidates(places, scales_mm), spacing_of(sheet), SETTINGS
    )
    assert len(particles) == len(kept.row) == 1
    return particles[0]


@pytest.mark.parametrize("diameter_mm", [0.3, 0.5, 0.8, 1.3, 2.0])
@pytest.mark.parametrize("pitch_mm", [0.05, 0.1])
@pytest.mark.parametrize("fwhm_mm", [0.08, 0.2])
def test_disc_within_a_tenth_of_a_millimetre(
    sheets: Sheets, diameter_mm: float, pitch_mm: float, fwhm_mm: float
) -> None:
    side = round(8.0 / pitch_mm)
    sheet = sheets(row_mm=pitch_mm, column_mm=pitch_mm, rows=side, columns=side, fwhm_mm=fwhm_mm)
    place = (sheet.middle[0] + 0.3 * pitch_mm, sheet.middle[1] - 0.4 * pitch_mm)
    cover = sheet.blurred(sheet.disc(place, diameter_mm))
    pixels = 10.0 * cover / cover.max() + sheet.noise(round(100 * diameter_mm))
    found = only(sheet, pixels, [place], [min(0.68, diameter_mm / 3.2)])
    assert found.diameter_mm == pytest.approx(diameter_mm, abs=0.1)
    equal_disc_mm = 2 * np.sqrt((found.area_mm2 or 0.0) / np.pi)
    assert equal_disc_mm == pytest.approx(diameter_mm, abs=0.08)
    assert found.row * pitch_mm == pytest.approx(place[0], abs=0.04)
    assert found.column * pitch_mm == pytest.approx(place[1], abs=0.04)
    assert found.contrast == pytest.approx(10.0, rel=0.2)
    assert found.elongation < 1.25
    assert found.circularity > 0.85
    assert not found.lucent_centre


@pytest.mark.parametrize(
    ("length_mm", "width_mm"), [(0.6, 0.25), (1.0, 0.3), (2.0, 0.3), (2.0, 0.5)]
)
@pytest.mark.parametrize("angle", [0.0, 0.5, 2.2])
def test_rod_within_a_tenth_of_a_millimetre(
    sheets: Sheets, length_mm: float, width_mm: float, angle: float
) -> None:
    sheet = sheets()
    place = (sheet.middle[0] + 0.02, sheet.middle[1] - 0.03)
    cover = sheet.blurred(sheet.rod(place, length_mm, width_mm, angle))
    pixels = 10.0 * cover / cover.max() + sheet.noise(7)
    found = only(sheet, pixels, [place], [width_mm / 3.2])
    assert found.diameter_mm == pytest.approx(length_mm, abs=0.1)
    assert found.length_mm == pytest.approx(length_mm, abs=0.1)
    assert found.width_mm == pytest.approx(width_mm, abs=0.1)
    assert found.elongation == pytest.approx(length_mm / width_mm, rel=0.3)


@pytest.mark.parametrize("diameter_mm", [0.5, 1.0])
def test_same_size_at_two_magnifications(sheets: Sheets, diameter_mm: float) -> None:
    sizes = []
    for factor in (1.0, 1.8):
        pitch_mm, side = 0.085 / factor, round(7.0 / 0.085 * factor)
        sheet = sheets(
            row_mm=pitch_mm,
            column_mm=pitch_mm,
            rows=side,
            columns=side,
            fwhm_mm=0.15 / factor,
        )
        cover = sheet.blurred(sheet.disc(sheet.middle, diameter_mm))
        pixels = 20.0 * cover / cover.max() + sheet.noise(3)
        sizes.append(only(sheet, pixels, [sheet.middle], [diameter_mm / 3.2]).diameter_mm)
    assert None not in sizes
    assert sizes[1] == pytest.approx(sizes[0], rel=0.05)


def test_size_does_not_depend_on_where_between_the_pixels(sheets: Sheets) -> None:
    sheet = sheets(row_mm=0.1, column_mm=0.1, rows=80, columns=80)
    sizes = []
    for down, right in [(0.0, 0.0), (0.02, 0.05), (0.05, 0.05), (-0.03, 0.04), (0.01, -0.05)]:
        place = (sheet.middle[0] + down, sheet.middle[1] + right)
        pixels = 20.0 * sheet.blurred(sheet.disc(place, 0.3))
        found = only(sheet, pixels, [place], [0.1])
        assert found.row * 0.1 == pytest.approx(place[0], abs=0.005)
        assert found.column * 0.1 == pytest.approx(place[1], abs=0.005)
        sizes.append(found.diameter_mm or 0.0)
    assert max(sizes) - min(sizes) < 0.02


def test_pixels_that_are_not_square_give_the_right_millimetres(sheets: Sheets) -> None:
    sheet = sheets(row_mm=0.1, column_mm=0.05, rows=80, columns=160)
    for angle in (0.0, np.pi / 2, 0.8):
        pixels = 20.0 * sheet.blurred(sheet.rod(sheet.middle, 1.5, 0.4, angle))
        found = only(sheet, pixels, [sheet.middle], [0.13])
        assert found.diameter_mm == pytest.approx(1.5, abs=0.08)
        assert found.width_mm == pytest.approx(0.4, abs=0.08)
        across_px = 1.5 * np.hypot(np.sin(angle) / 0.1, np.cos(angle) / 0.05)
        assert found.diameter_px == pytest.approx(across_px, rel=0.08)
        assert found.area_px == pytest.approx((found.area_mm2 or 0.0) / 0.005)


def test_unknown_spacing_leaves_every_millimetre_empty(sheets: Sheets) -> None:
    sheet = sheets()
    pixels = 15.0 * sheet.blurred(sheet.disc(sheet.middle, 0.7)) + sheet.noise(1)
    view, candidates = sheet.view(pixels), sheet.candidates([sheet.middle], [0.2])
    _, (blind,) = measure(view, candidates, None, SETTINGS)
    _, (known,) = measure(view, candidates, spacing_of(sheet), SETTINGS)
    assert (blind.diameter_mm, blind.area_mm2, blind.length_mm, blind.width_mm) == (None,) * 4
    assert blind.diameter_px == pytest.approx(known.diameter_px)
    assert blind.area_px == pytest.approx(known.area_px)
    assert blind.elongation == pytest.approx(known.elongation)


def test_outline_lies_in_the_reading_frame(sheets: Sheets) -> None:
    sheet = sheets()
    pixels = 15.0 * sheet.blurred(sheet.disc(sheet.middle, 0.7))
    _, (here,) = measure(
        sheet.view(pixels), sheet.candidates([sheet.middle], [0.2]), spacing_of(sheet), SETTINGS
    )
    _, (there,) = measure(
        sheet.view(pixels, top=300, left=50),
        sheet.candidates([sheet.middle], [0.2], top=300, left=50),
        spacing_of(sheet),
        SETTINGS,
    )
    np.testing.assert_allclose(there.outline, here.outline + np.array([300, 50]))
    assert (there.row, there.column) == pytest.approx((here.row + 300, here.column + 50))
    inside = cv2.pointPolygonTest(
        there.outline.astype(np.float32), (there.row, there.column), measureDist=False
    )
    assert inside > 0


def test_agrees_with_scikit_image_on_a_finely_drawn_shape(sheets: Sheets) -> None:
    sheet = sheets(row_mm=0.02, column_mm=0.02, rows=200, columns=200, fwhm_mm=0.02)
    middle = sheet.middle
    bent = np.maximum(
        sheet.rod((middle[0], middle[1]), 1.6, 0.5, 0.4),
        sheet.rod((middle[0] + 0.3, middle[1] + 0.4), 1.0, 0.4, 1.9),
    )
    grey = sheet.blurred(bent)
    found = only(sheet, 50.0 * grey, [middle], [0.16])
    labels = (grey >= 0.5).astype(np.uint8)
    (outside,) = regionprops(labels, spacing=(0.02, 0.02))  # type: ignore[no-untyped-call]
    assert found.area_mm2 == pytest.approx(outside.area, rel=0.02)
    assert found.diameter_mm == pytest.approx(outside.feret_diameter_max, abs=0.04)
    assert found.solidity == pytest.approx(outside.solidity, abs=0.03)
    assert found.row * 0.02 == pytest.approx(outside.centroid[0], abs=0.01)
    assert found.column * 0.02 == pytest.approx(outside.centroid[1], abs=0.01)


@pytest.mark.parametrize("gap_mm", [0.25, 0.4])
def test_two_particles_stay_two_and_each_stays_one(sheets: Sheets, gap_mm: float) -> None:
    sheet = sheets(fwhm_mm=0.2)
    for seed, (first_mm, second_mm, first_sd, second_sd) in enumerate(
        [(0.3, 0.3, 8, 8), (0.6, 0.25, 30, 6), (0.2, 0.8, 6, 20), (0.5, 0.5, 12, 10)]
    ):
        angle = 0.4 + seed
        apart = first_mm / 2 + gap_mm + second_mm / 2
        one = (sheet.middle[0] - 0.3, sheet.middle[1] + 0.02)
        two = (one[0] + apart * np.sin(angle), one[1] + apart * np.cos(angle))
        covers = sheet.blurred(sheet.disc(one, first_mm)), sheet.blurred(sheet.disc(two, second_mm))
        pixels = sheet.noise(seed) + sum(
            sd * cover / cover.max()
            for sd, cover in zip((first_sd, second_sd), covers, strict=True)
        )
        between = ((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
        beside = (one[0] + 0.35 * first_mm, one[1] - 0.2 * first_mm)
        kept, particles = measure(
            sheet.view(pixels),
            sheet.candidates([one, two, beside, between], [0.1, 0.1, 0.06, 0.26]),
            spacing_of(sheet),
            SETTINGS,
        )
        assert len(particles) == 2
        np.testing.assert_array_equal(kept.features[:, 0], [0, 1])
        assert particles[0].diameter_mm == pytest.approx(first_mm, abs=0.15)
        assert particles[1].diameter_mm == pytest.approx(second_mm, abs=0.15)


@pytest.mark.parametrize("length_mm", [3.0, 8.0])
def test_a_large_rod_is_one_particle(sheets: Sheets, length_mm: float) -> None:
    sheet = sheets(rows=200, columns=200)
    angle = 0.6
    steps = np.linspace(-0.45, 0.45, 9) * length_mm
    along = [
        (sheet.middle[0] + s * np.sin(angle), sheet.middle[1] + s * np.cos(angle)) for s in steps
    ]
    pixels = 10.0 * sheet.blurred(sheet.rod(sheet.middle, length_mm, 0.6, angle)) + sheet.noise(2)
    found = only(sheet, pixels, along[::-1], [0.26, 0.16, 0.06, 0.1, 0.42, 0.06, 0.16, 0.26, 0.1])
    assert found.diameter_mm == pytest.approx(length_mm, abs=0.15)
    assert found.width_mm == pytest.approx(0.6, abs=0.15)


@pytest.mark.parametrize("diameter_mm", [1.0, 2.0, 3.0])
def test_a_rim_is_one_particle_with_a_lucent_centre(sheets: Sheets, diameter_mm: float) -> None:
    sheet = sheets()
    shell = sheet.disc(sheet.middle, diameter_mm) - 0.8 * sheet.disc(
        sheet.middle, diameter_mm - 0.5
    )
    pixels = 12.0 * sheet.blurred(shell) + sheet.noise(4)
    row, column = sheet.middle
    radius = diameter_mm / 2 - 0.12
    around = [(row + radius * np.sin(a), column + radius * np.cos(a)) for a in range(6)]
    for places in ([*around, sheet.middle], [sheet.middle, *around]):
        found = only(sheet, pixels, places, [0.68 if p == sheet.middle else 0.1 for p in places])
        assert found.lucent_centre
        assert found.diameter_mm == pytest.approx(diameter_mm, abs=0.12)
        assert found.area_mm2 == pytest.approx(np.pi * diameter_mm**2 / 4, rel=0.15)


def test_popcorn_is_one_particle(sheets: Sheets) -> None:
    sheet = sheets()
    rng = np.random.default_rng(5)
    lumps, places = np.zeros_like(sheet.disc(sheet.middle, 1.0)), []
    for angle, away in zip(np.arange(0, 6.2, 0.5), rng.uniform(0.3, 0.9, 13), strict=True):
        place = (sheet.middle[0] + away * np.sin(angle), sheet.middle[1] + away * np.cos(angle))
        lumps = np.maximum(lumps, sheet.disc(place, 1.2) * np.float32(rng.uniform(0.7, 1.0)))
        places.append(place)
    pixels = 20.0 * sheet.blurred(lumps) + sheet.noise(6)
    found = only(sheet, pixels, places, [0.06, 0.1, 0.16, 0.26, 0.42, 0.68, *[0.1] * 7])
    assert 2.2 < (found.diameter_mm or 0.0) < 3.1


@pytest.mark.parametrize("glow_sd", [0.0, 10.0])
def test_specks_on_a_bright_patch_stay_apart(sheets: Sheets, glow_sd: float) -> None:
    sheet = sheets()
    middle = sheet.middle
    places = [(middle[0] + 0.65 * i, middle[1] + 0.65 * j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    sizes = [0.2, 0.3, 0.4, 0.25, 0.3, 0.35, 0.4, 0.2, 0.3]
    specks = sum(sheet.blurred(sheet.disc(p, d)) for p, d in zip(places, sizes, strict=True))
    down = np.arange(sheet.rows) * sheet.row_mm - middle[0]
    right = np.arange(sheet.columns) * sheet.column_mm - middle[1]
    glow = np.exp(-np.add.outer(down**2, right**2) / (2 * 1.5**2)).astype(np.float32)
    pixels = 14.0 * specks + glow_sd * glow + sheet.noise(9)
    kept, particles = measure(
        sheet.view(np.asarray(pixels, np.float32)),
        sheet.candidates([middle, *places], [0.68, *[0.1] * 9]),
        spacing_of(sheet),
        SETTINGS,
    )
    assert len(particles) == len(kept.row) == 9
    found = np.array([(p.row, p.column) for p in particles]) * sheet.row_mm
    for place, size in zip(places, sizes, strict=True):
        nearest = int(np.hypot(*(found - place).T).argmin())
        assert np.hypot(*(found[nearest] - place)) < 0.05
        assert particles[nearest].diameter_mm == pytest.approx(size, abs=0.12)


def test_an_outline_does_not_run_along_a_faint_vessel(sheets: Sheets) -> None:
    sheet = sheets(rows=240, columns=240)
    down = np.arange(sheet.rows) * sheet.row_mm - sheet.middle[0]
    vessel = 4.0 * np.exp(-(down**2) / (2 * 0.5**2))[:, None]
    pixels = vessel + sheet.noise(8) + 7.0 * sheet.blurred(sheet.disc(sheet.middle, 0.35))
    speck, bare = sheet.middle, (sheet.middle[0], sheet.middle[1] + 4.0)
    _, particles = measure(
        sheet.view(np.asarray(pixels, np.float32)),
        sheet.candidates([speck, bare], [0.1, 0.42]),
        spacing_of(sheet),
        SETTINGS,
    )
    assert particles[0].diameter_mm == pytest.approx(0.35, abs=0.1)
    assert len(particles) == 2
    assert (particles[1].diameter_mm or 99.0) < 1.5
    assert Limitation.TRUNCATED_OUTLINE in particles[1].limitations


def test_a_soft_lump_of_tissue_is_held(sheets: Sheets) -> None:
    sheet = sheets()
    down = np.arange(sheet.rows) * sheet.row_mm - sheet.middle[0]
    right = np.arange(sheet.columns) * sheet.column_mm - sheet.middle[1]
    lump = 12.0 * np.exp(-np.add.outer(down**2, right**2) / (2 * 1.0**2))
    pixels = np.asarray(lump + sheet.noise(3), np.float32)
    found = only(sheet, pixels, [sheet.middle], [0.68])
    assert Limitation.TRUNCATED_OUTLINE in found.limitations
    assert (found.diameter_mm or 99.0) < 1.2


@pytest.mark.parametrize("diameter_mm", [1.6, 3.0])
def test_a_ball_of_calcium_is_kept_whole(sheets: Sheets, diameter_mm: float) -> None:
    sheet = sheets(rows=160, columns=160)
    down = np.arange(sheet.rows) * sheet.row_mm - sheet.middle[0]
    right = np.arange(sheet.columns) * sheet.column_mm - sheet.middle[1]
    away = np.add.outer(down**2, right**2) / (diameter_mm / 2) ** 2
    pixels = np.asarray(12.0 * np.sqrt(np.clip(1.0 - away, 0.0, 1.0)) + sheet.noise(2), np.float32)
    found = only(sheet, pixels, [sheet.middle], [min(0.68, diameter_mm / 3.2)])
    assert found.limitations == ()
    # Half the height of a ball lies at sqrt(3) / 2 of its radius.
    assert found.diameter_mm == pytest.approx(0.866 * diameter_mm, abs=0.12)


def in_its_own_noise(sheet: "Sheet", pixels: NDArray[np.float32]) -> FlatView:
    """A view whose noise is measured, so that a coarse piece raises it."""
    view = sheet.view(pixels)
    small = local_noise(pixels - view.background, view.mask, 5, 3.0 / sheet.row_mm)
    return replace(view, noise=enlarged(small, pixels.shape))


@pytest.mark.parametrize("diameter_mm", [3.5, 5.0, 6.5])
@pytest.mark.parametrize("core", [0.6, 1.0])
def test_a_coarse_piece_is_one_particle_in_its_own_noise(
    sheets: Sheets, diameter_mm: float, core: float
) -> None:
    sheet = sheets(rows=260, columns=260)
    piece = sheet.disc(sheet.middle, diameter_mm)
    piece -= (1.0 - core) * sheet.disc(sheet.middle, diameter_mm - 1.2)
    view = in_its_own_noise(sheet, 14.0 * sheet.blurred(piece) + sheet.noise(7))
    assert view.noise.max() > 2.0
    row, column = sheet.middle
    radius = diameter_mm / 2 - 0.3
    around = [(row + radius * np.sin(a), column + radius * np.cos(a)) for a in range(6)]
    for places in ([*around, sheet.middle], [sheet.middle, *around]):
        scales = [1.1 if p == sheet.middle else 0.16 for p in places]
        kept, particles = measure(
            view, sheet.candidates(places, scales), spacing_of(sheet), SETTINGS
        )
        assert len(particles) == len(kept.row) == 1
        assert particles[0].limitations == ()
        assert particles[0].diameter_mm == pytest.approx(diameter_mm, abs=0.15)
        assert particles[0].contrast_to_noise > 5.0


@pytest.mark.parametrize("height_sd", [6.0, 12.0])
@pytest.mark.parametrize("sigma_mm", [1.5, 2.0])
def test_a_wide_soft_lump_is_no_coarse_piece(
    sheets: Sheets, height_sd: float, sigma_mm: float
) -> None:
    sheet = sheets(rows=260, columns=260)
    down = np.arange(sheet.rows) * sheet.row_mm - sheet.middle[0]
    lump = height_sd * np.exp(-np.add.outer(down**2, down**2) / (2 * sigma_mm**2))
    view = in_its_own_noise(sheet, np.asarray(lump + sheet.noise(3), np.float32))
    row, column = sheet.middle
    places = [sheet.middle, (row, column + sigma_mm), (row - sigma_mm, column)]
    _, particles = measure(
        view, sheet.candidates(places, [1.1, 0.26, 0.1]), spacing_of(sheet), SETTINGS
    )
    assert particles
    assert max(p.diameter_mm or 99.0 for p in particles) < 1.5


def test_says_when_a_particle_is_at_the_edge_or_not_resolved(sheets: Sheets) -> None:
    sheet = sheets()
    cut = only(
        sheet,
        np.asarray(20.0 * sheet.blurred(sheet.disc((0.0, 5.0), 0.8)), np.float32),
        [(0.1, 5.0)],
        [0.25],
    )
    assert Limitation.AT_IMAGE_EDGE in cut.limitations
    assert cut.outline[:, 0].min() >= -1.1
    small = only(
        sheet, 60.0 * sheet.blurred(sheet.disc(sheet.middle, 0.08)), [sheet.middle], [0.06]
    )
    assert small.limitations == (Limitation.BELOW_RESOLUTION,)
    assert 0.08 < (small.diameter_mm or 0.0) < 0.25
    clear = only(sheet, 20.0 * sheet.blurred(sheet.disc(sheet.middle, 0.6)), [sheet.middle], [0.19])
    assert clear.limitations == ()


def test_contrast_to_noise_is_in_local_sd(sheets: Sheets) -> None:
    sheet = sheets()
    pixels = 30.0 * sheet.blurred(sheet.disc(sheet.middle, 0.8))
    found = only(sheet, pixels, [sheet.middle], [0.25])
    assert found.contrast_to_noise == pytest.approx(found.contrast)
    assert found.contrast == pytest.approx(30.0, rel=0.05)


def test_no_candidates_give_no_particles(sheets: Sheets) -> None:
    sheet = sheets()
    kept, particles = measure(
        sheet.view(sheet.noise(1)), sheet.candidates([], []), spacing_of(sheet), SETTINGS
    )
    assert particles == ()
    assert kept.row.shape == (0,)
    assert kept.features.shape == (0, 1)


def test_candidates_on_dark_or_constant_pixels_are_measured_without_failing(
    sheets: Sheets,
) -> None:
    sheet = sheets()
    dark = -20.0 * sheet.blurred(sheet.disc(sheet.middle, 0.5))
    for pixels in (dark, np.full_like(dark, 7.0)):
        found = only(sheet, pixels, [sheet.middle], [0.1])
        assert found.area_px > 0
        assert found.diameter_px > 0
        assert np.isfinite([found.elongation, found.circularity, found.solidity]).all()
