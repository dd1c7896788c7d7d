"""Objects of known size for tests of measurements."""

import numpy as np
import pytest

from calcsight.simulation.objects import ObjectPlan, capsule, object_grid, simulate_objects
from calcsight.simulation.outlines import centroid_and_area, max_feret
from calcsight.terms.mammogram import ViewModifier

DISC = ObjectPlan(down_mm=40.03, right_mm=20.04, length_mm=1.0, width_mm=1.0)
ROD = ObjectPlan(down_mm=50.0, right_mm=15.0, length_mm=2.0, width_mm=0.5, angle=0.7)


def test_closed_forms_of_disc_and_rod() -> None:
    centre, area = centroid_and_area(capsule(DISC))
    assert centre == pytest.approx([40.03, 20.04])
    assert area == pytest.approx(np.pi / 4, rel=1e-3)
    centre, area = centroid_and_area(capsule(ROD))
    assert centre == pytest.approx([50.0, 15.0])
    assert area == pytest.approx(1.5 * 0.5 + np.pi * 0.25**2, rel=1e-3)
    assert max_feret(capsule(ROD)) == pytest.approx(2.0, rel=1e-4)


@pytest.mark.parametrize("magnification", [1.0, 1.8])
def test_the_same_object_at_any_magnification(magnification: float) -> None:
    phantom = simulate_objects((DISC,), seed=5, magnification=magnification)
    spacing = phantom.mammogram.spacing
    assert spacing is not None
    assert spacing.mean_mm == pytest.approx(0.07 / magnification)
    (truth,) = phantom.particles
    assert truth.diameter_mm == pytest.approx(1.0, rel=1e-3)
    assert truth.row * spacing.row_mm == pytest.approx(40.03)
    assert truth.column * spacing.row_mm == pytest.approx(20.04)
    magnified = ViewModifier.MAGNIFICATION in phantom.mammogram.modifiers
    assert magnified == (magnification > 1)
    # Half the peak lies on the true edge of a flat disc, whatever the blur.
    row, column = round(truth.row), round(truth.column)
    reach = int(1.2 / spacing.row_mm)
    pixels = phantom.mammogram.pixels[row - reach : row + reach, column - reach : column + reach]
    level = np.median(pixels)
    peak = truth.contrast_sd * truth.background_sd
    area_mm2 = (pixels > level + peak / 2).sum() * spacing.pixel_area_mm2
    assert area_mm2 == pytest.approx(np.pi / 4, rel=0.06)


def test_the_grid_lies_in_the_breast_and_apart() -> None:
    plans = object_grid(2)
    assert min(p.length_mm for p in plans) == pytest.approx(0.3)
    assert max(p.length_mm for p in plans) == pytest.approx(2.0)
    phantom = simulate_objects(plans, seed=2, on_tissue=True)
    assert len(phantom.particles) == 18
    places = np.array([(p.row, p.column) for p in phantom.particles]) * 0.07
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 99 * np.eye(18)
    assert gaps.min() > 6.0
    for particle in phantom.particles:
        row, column = round(particle.row), round(particle.column)
        around = phantom.mammogram.pixels[row - 30 : row + 31, column - 30 : column + 31]
        assert np.median(around) > 1.7


def test_the_same_seed_gives_the_same_pixels() -> None:
    first, second = simulate_objects((DISC, ROD), 9), simulate_objects((DISC, ROD), 9)
    assert first.mammogram.pixels.tobytes() == second.mammogram.pixels.tobytes()
