"""Discs and rods of known size, through the whole main path: count, size, magnification."""

import numpy as np
import pytest

from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.simulation.objects import object_grid, simulate_objects
from calcsight.terms.settings import Settings


def measured_mm(seed: int, magnification: float, on_tissue: bool) -> tuple[list[float], int]:
    """Return the diameter found at each true object, mm, and how many were found in all."""
    phantom = simulate_objects(
        object_grid(seed), seed, magnification=magnification, on_tissue=on_tissue
    )
    reading = read(phantom.mammogram, load_judge("classical-1"), Settings())
    pitch_mm = 0.07 / magnification
    found = np.array([(c.row, c.column) for c in reading.calcifications]) * pitch_mm
    diameters = []
    for particle in phantom.particles:
        apart_mm = np.hypot(*(found - np.array([particle.row, particle.column]) * pitch_mm).T)
        assert apart_mm.min() < 0.35
        one = reading.calcifications[int(apart_mm.argmin())]
        assert one.diameter_mm is not None
        diameters.append(one.diameter_mm)
    return diameters, len(reading.calcifications)


@pytest.mark.parametrize("on_tissue", [False, True])
def test_objects_are_counted_exactly_and_measured_alike_at_two_magnifications(
    on_tissue: bool,
) -> None:
    plans = object_grid(2)
    true_mm = np.array([plan.length_mm for plan in plans])
    sizes = {}
    for magnification in (1.0, 1.8):
        diameters, count = measured_mm(2, magnification, on_tissue)
        assert count == len(plans)
        assert np.abs(np.array(diameters) - true_mm).max() < 0.1
        sizes[magnification] = np.array(diameters)
    # Objects of 0.3-0.4 mm are four pixels wide without magnification: noise moves them by up
    # to a tenth of their size, which is still well within 0.1 mm.
    large = true_mm >= 0.4
    assert sizes[1.8][large] == pytest.approx(sizes[1.0][large], rel=0.05)
    assert sizes[1.8][~large] == pytest.approx(sizes[1.0][~large], rel=0.10)
