"""A mammogram keeps its pixels as they are, or refuses them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.terms.errors import BlankImageError, UnsupportedPixelsError
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.spacing import Spacing

RAMP = np.arange(20 * 30, dtype=np.uint16).reshape(20, 30)


def mammogram(pixels: NDArray[Any], **more: Any) -> Mammogram:
    return Mammogram(uid="1.2.3", pixels=pixels, spacing=None, **more)


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "i4", "f2", "f4", "f8", ">u2"])
def test_grey_values_of_every_type_become_float32(kind: str) -> None:
    pixels = (RAMP % 256).astype(kind) if kind == "u1" else RAMP.astype(kind)
    kept = mammogram(pixels).pixels
    assert kept.dtype == np.float32
    assert np.array_equal(kept, pixels.astype(np.float64))


def test_pixels_cannot_be_written_and_the_callers_still_can() -> None:
    own = RAMP.astype(np.float32)
    kept = mammogram(own).pixels
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0] = 1.0
    assert own.flags.writeable


def test_a_turned_array_is_kept_in_its_own_order() -> None:
    turned = RAMP.T[::-1]
    kept = mammogram(turned).pixels
    assert kept.flags.c_contiguous
    assert np.array_equal(kept, turned)


@pytest.mark.parametrize(
    "pixels",
    [
        RAMP.astype(bool),
        RAMP.astype(complex),
        RAMP.astype(str),
        RAMP.ravel(),
        np.stack([RAMP] * 3, axis=-1),
        np.array(5.0),
    ],
    ids=["1-bit", "complex", "text", "one dimension", "colour", "a number"],
)
def test_what_is_no_grey_image_is_refused(pixels: NDArray[Any]) -> None:
    with pytest.raises(UnsupportedPixelsError, match="needed: a two-dimensional array"):
        mammogram(pixels)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_one_pixel_that_is_no_number_is_enough(wrong: float) -> None:
    pixels = RAMP.astype(np.float32)
    pixels[7, 9] = wrong
    with pytest.raises(UnsupportedPixelsError, match="NaN or infinite"):
        mammogram(pixels)


@pytest.mark.parametrize("shape", [(0, 0), (0, 20), (1, 1), (15, 400), (400, 15)])
def test_too_few_pixels_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(BlankImageError, match="at least 16 x 16"):
        mammogram(np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape))


def test_the_smallest_image_is_kept() -> None:
    assert mammogram(RAMP[:16, :16]).shape == (16, 16)


@pytest.mark.parametrize("value", [0, 1, 4095, 65535])
def test_one_grey_value_throughout_is_refused(value: int) -> None:
    with pytest.raises(BlankImageError, match="one value"):
        mammogram(np.full((20, 20), value, dtype=np.uint16))


@pytest.mark.parametrize("orientation", all_orientations())
def test_shape_of_the_file_follows_the_turn(orientation: Orientation) -> None:
    one = Mammogram(
        uid="1.2.3",
        pixels=orientation.to_reading(RAMP).astype(np.float32),
        spacing=Spacing(row_mm=0.1, column_mm=0.05),
        orientation=orientation,
    )
    assert one.file_shape == RAMP.shape
    assert one.shape == one.pixels.shape


def test_what_is_not_said_is_unknown() -> None:
    one = mammogram(RAMP)
    assert one.spacing is None
    assert one.laterality is Laterality.UNKNOWN
    assert one.view is View.UNKNOWN
    assert one.acquired_on is None
    assert one.magnification_factor is None
    assert one.orientation == Orientation()
