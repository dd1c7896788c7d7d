"""Pixel spacing: what is accepted, what is refused."""

import math

import pytest

from calcsight.terms.errors import SpacingError
from calcsight.terms.spacing import Spacing, SpacingSource


@pytest.mark.parametrize("wrong", [0.0, -0.07, math.nan, math.inf, -math.inf, 5.0001])
def test_a_spacing_no_image_can_have_is_refused(wrong: float) -> None:
    with pytest.raises(SpacingError, match="positive number of at most 5 mm"):
        Spacing(row_mm=wrong, column_mm=0.07)
    with pytest.raises(SpacingError, match="--spacing-mm"):
        Spacing(row_mm=0.07, column_mm=wrong)


@pytest.mark.parametrize("right", [1e-6, 0.05, 5.0])
def test_limits_are_inside(right: float) -> None:
    assert Spacing(row_mm=right, column_mm=right).mean_mm == pytest.approx(right)


def test_mean_and_area_of_oblong_pixels() -> None:
    spacing = Spacing(row_mm=0.09, column_mm=0.04, source=SpacingSource.IMAGER)
    assert spacing.mean_mm == pytest.approx(0.06)
    assert spacing.pixel_area_mm2 == pytest.approx(0.0036)


def test_spacing_is_a_value() -> None:
    assert Spacing(row_mm=0.1, column_mm=0.1) == Spacing(row_mm=0.1, column_mm=0.1)
    assert Spacing(row_mm=0.1, column_mm=0.1) != Spacing(
        row_mm=0.1, column_mm=0.1, source=SpacingSource.SCANNED
    )
