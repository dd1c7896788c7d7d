"""The breast is found, and what is no breast is left out."""

import cv2
import numpy as np
import pytest

from calcsight.analysis.breast import find_breast, tip_of
from calcsight.terms.errors import NoBreastError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Mammogram, View
from calcsight.terms.settings import BreastSettings

PITCH_MM = 0.1
SETTINGS = BreastSettings()


def half_disc(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return a 120 x 80 mm image with a half disc of tissue on the left, and its mask."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:1200, 0:800]
    mask = (rows - 600) ** 2 + columns**2 < 450**2
    tissue = 1000 + 200 * cv2.GaussianBlur(rng.normal(size=mask.shape), (0, 0), 15) * 15
    pixels = np.where(mask, tissue, 20) + rng.normal(size=mask.shape) * 5
    return pixels.astype(np.float32), mask


def found_mask(pixels: np.ndarray) -> np.ndarray:
    """Return the breast found, as a mask of the whole image."""
    breast = find_breast(Mammogram(uid="t", pixels=pixels, spacing=None), PITCH_MM, SETTINGS)
    full = np.zeros(pixels.shape, bool)
    full[breast.box.slices] = breast.mask > 0
    assert breast.area_px == full.sum()
    return full


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Dice overlap of two masks."""
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def test_finds_the_tissue() -> None:
    pixels, truth = half_disc()
    assert overlap(found_mask(pixels), truth) > 0.98


def test_leaves_out_a_label_and_a_ball_beside_the_skin() -> None:
    pixels, truth = half_disc()
    pixels[100:180, 600:760] = 4000.0
    cv2.circle(pixels, (455, 600), 9, 4000.0, -1)
    found = found_mask(pixels)
    assert overlap(found, truth) > 0.98
    assert not found[100:180, 600:760].any()
    assert found[600].nonzero()[0].max() < 466


def test_leaves_out_a_holder_that_touches_the_breast() -> None:
    pixels, truth = half_disc()
    pixels[540:660, 430:800] = 4000.0
    found = found_mask(pixels)
    assert overlap(found, truth) > 0.95
    assert not found[540:660, 470:].any()


def test_a_bright_frame_along_the_film_is_no_breast() -> None:
    pixels, truth = half_disc()
    pixels[:30] = 3000.0
    pixels[-30:] = 3000.0
    pixels[:, -30:] = 3000.0
    assert overlap(found_mask(pixels), truth) > 0.97


def test_a_view_without_air_is_all_breast() -> None:
    rng = np.random.default_rng(3)
    texture = cv2.GaussianBlur(rng.normal(size=(800, 600)), (0, 0), 12) * 12
    pixels = (1000 + 150 * texture + rng.normal(size=texture.shape) * 5).astype(np.float32)
    assert found_mask(pixels).mean() > 0.99


@pytest.mark.parametrize(("gain", "offset"), [(0.01, 0.0), (16.0, 0.0), (1.0, -3000.0)])
def test_grey_scale_changes_nothing(gain: float, offset: float) -> None:
    pixels, _ = half_disc()
    assert overlap(found_mask(pixels), found_mask(pixels * np.float32(gain) + offset)) > 0.999


def test_tip_is_farthest_from_the_chest_wall() -> None:
    pixels, _ = half_disc()
    breast = find_breast(Mammogram(uid="t", pixels=pixels, spacing=None), PITCH_MM, SETTINGS)
    assert abs(breast.tip_row - 600) < 40
    assert abs(breast.tip_column - 450) < 12


def test_tip_of_a_leaning_chest_wall_by_hand() -> None:
    # Of a half disc, the farthest point perpendicular to a wall that leans by a is at angle a.
    _, mask = half_disc()
    for lean_deg in (0.0, 10.0, 20.0):
        row, column = tip_of(mask.astype(np.uint8), lean_deg)
        assert row == pytest.approx(600 + 450 * np.sin(np.radians(lean_deg)), abs=20)
        assert column == pytest.approx(450 * np.cos(np.radians(lean_deg)), abs=4)


def test_the_lower_end_of_a_shallow_breast_is_no_nipple() -> None:
    mask = np.zeros((900, 100), np.uint8)
    mask[:300, :80] = 1
    mask[300:, :60] = 1
    assert tip_of(mask, 20.0) == pytest.approx((299.0, 79.0), abs=1.0)


def test_the_chest_wall_leans_where_an_oblique_view_is_known_to_be_upright() -> None:
    pixels, _ = half_disc()
    straight = find_breast(Mammogram(uid="t", pixels=pixels, spacing=None), PITCH_MM, SETTINGS)
    for view, limitations, leans in (
        (View.MLO, (), True),
        (View.LMO, (), True),
        (View.CC, (), False),
        (View.ML, (), False),
        (View.MLO, (Limitation.ORIENTATION_FROM_PIXELS,), False),
        (View.MLO, (Limitation.TOP_NOT_STATED,), False),
    ):
        mammogram = Mammogram(
            uid="t", pixels=pixels, spacing=None, view=view, limitations=limitations
        )
        found = find_breast(mammogram, PITCH_MM, SETTINGS)
        assert (found.tip_row > straight.tip_row + 80) is leans


def test_a_small_object_in_air_is_no_breast() -> None:
    pixels = np.zeros((400, 400), np.float32)
    pixels[180:260, 180:260] = 100.0
    with pytest.raises(NoBreastError) as refusal:
        find_breast(Mammogram(uid="t", pixels=pixels, spacing=None), PITCH_MM, SETTINGS)
    assert refusal.value.code == "no_breast"
    assert "mm2" in str(refusal.value)


def test_the_box_keeps_air_around_the_breast() -> None:
    pixels, truth = half_disc()
    breast = find_breast(Mammogram(uid="t", pixels=pixels, spacing=None), PITCH_MM, SETTINGS)
    rows, columns = truth.nonzero()
    margin_px = SETTINGS.skin_margin_mm / PITCH_MM
    assert breast.box.top < rows.min() - margin_px
    assert breast.box.right > columns.max() + margin_px
    assert breast.box.left == 0


def test_even_tissue_is_no_plate() -> None:
    rows, columns = np.mgrid[0:900, 0:700]
    truth = (rows - 450) ** 2 + columns**2 < 400**2
    noise = np.random.default_rng(8).normal(size=truth.shape)
    assert (
        overlap(found_mask((np.where(truth, 1500, 0) + 10 * noise).astype(np.float32)), truth)
        > 0.98
    )
