"""Real PNG files, told of by CALCSIGHT_DATA."""

import os
from pathlib import Path

import numpy as np
import pytest

from calcsight.pictures.loading import load_picture
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.orientation import Orientation
from calcsight.terms.stated import Stated

DATA = os.environ.get("CALCSIGHT_DATA", "")
pytestmark = pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the real images")

L, R = Laterality.LEFT, Laterality.RIGHT


@pytest.mark.parametrize(
    ("name", "side", "view", "shape"),
    [
        ("a_L_CC.png", L, View.CC, (3328, 2560)),
        ("a_R_CC.png", R, View.CC, (3328, 2560)),
        ("b_L_CC_cropped.png", L, View.CC, (2023, 801)),
        ("b_L_MLO_cropped.png", L, View.MLO, (2730, 981)),
        ("b_R_CC_cropped.png", R, View.CC, (2144, 801)),
        ("b_R_MLO_cropped.png", R, View.MLO, (2650, 1006)),
    ],
)
def test_full_field_views(name: str, side: Laterality, view: View, shape: tuple[int, int]) -> None:
    mammogram = load_picture(Path(DATA, "full-field", name), Stated(spacing_mm=0.07))
    assert (mammogram.laterality, mammogram.view, mammogram.shape) == (side, view, shape)
    assert mammogram.orientation == Orientation(columns_reversed=side is R)
    assert mammogram.pixels.max() > 4000
    assert len(np.unique(mammogram.pixels[::9, ::9])) > 256


@pytest.mark.parametrize("number", [3, 4, 75, 76, 131, 132, 280, 320])
def test_mini_mias_even_numbers_have_the_chest_wall_left(number: int) -> None:
    path = Path(DATA, "mini-mias", "images", f"mdb{number:03}.png")
    mammogram = load_picture(path, Stated(spacing_mm=0.2))
    assert mammogram.orientation == Orientation(columns_reversed=number % 2 == 1)
    assert mammogram.pixels.min() >= 0, "bright tissue was turned dark"
    assert (mammogram.laterality, mammogram.view) == (Laterality.UNKNOWN, View.UNKNOWN)
