"""Views hang alike, at one scale, and the prior lies over the current view where it belongs."""

from dataclasses import replace

import numpy as np
import pytest
from tests.compared import registration
from tests.conftest import PITCH_MM, hand_made_mammogram

from calcsight.analysis.breast import find_breast
from calcsight.analysis.frames import mm_of
from calcsight.pictures.hanging import crop_canvas, shown, spacing_of, whole_canvases
from calcsight.pictures.laid_over import alike_in_grey, both_show, breast_on, prior_laid_over
from calcsight.terms.mammogram import Laterality
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing

SETTINGS = Settings()
SPACING = Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM)
# A bright speck of `breast_pixels`, reading frame, mm.
SPECK_MM = np.array([[33.0, 6.0]])


def brightest(pixels: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(int(pixels.argmax()), pixels.shape)
    return int(row), int(column)


@pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT])
def test_a_place_is_where_the_picture_shows_it_on_either_side(side: Laterality) -> None:
    view = replace(hand_made_mammogram(), laterality=side)
    canvas = crop_canvas(view, SPECK_MM[0] + (1.0, 0.5), 8.0, 160)
    row, column = brightest(shown(view.pixels, SPACING, canvas))
    [(x, y)] = canvas.at(SPECK_MM)
    assert (row + 0.5, column + 0.5) == pytest.approx((y, x), abs=2.0)
    assert (x > 80) == (side is Laterality.RIGHT)


def test_a_right_breast_hangs_with_its_chest_wall_on_the_right() -> None:
    view = hand_made_mammogram()
    canvas, other = whole_canvases((view, view), SETTINGS, 200)
    assert canvas == other
    drawn = shown(view.pixels, spacing_of(view, SETTINGS), canvas)
    assert drawn[:, -20:].mean() > 3 * drawn[:, :20].mean()
    assert max(canvas.size) == 200


def test_two_pitches_make_one_scale() -> None:
    view = hand_made_mammogram()
    finer = replace(
        view,
        pixels=np.repeat(np.repeat(view.pixels, 2, axis=0), 2, axis=1),
        spacing=Spacing(row_mm=PITCH_MM / 2, column_mm=PITCH_MM / 2),
    )
    canvas, other = whole_canvases((view, finer), SETTINGS, 300)
    assert (canvas.size, canvas.mm_per_px) == (other.size, other.mm_per_px)
    one = shown(view.pixels, spacing_of(view, SETTINGS), canvas)
    two = shown(finer.pixels, spacing_of(finer, SETTINGS), other)
    assert np.corrcoef(one.ravel(), two.ravel())[0, 1] > 0.99


def test_the_prior_is_carried_by_the_registration() -> None:
    view = hand_made_mammogram()
    shift_mm = 3.0
    moved = replace(view, pixels=np.roll(view.pixels, round(shift_mm / PITCH_MM), axis=1))
    canvas = crop_canvas(view, SPECK_MM[0], 8.0, 160)
    laid = prior_laid_over(moved, SPACING, registration(shift_mm), canvas)
    assert np.abs(np.subtract(brightest(laid.pixels), 80)).max() <= 2
    assert laid.reached.all()
    far = prior_laid_over(moved, SPACING, registration(500.0), canvas)
    assert not far.reached.any()


def test_another_exposure_is_no_change() -> None:
    view = hand_made_mammogram()
    canvas, _ = whole_canvases((view, view), SETTINGS, 200)
    drawn = shown(view.pixels, SPACING, canvas)
    breast = breast_on(find_breast(view, PITCH_MM, SETTINGS.breast), SPACING, canvas)
    both = both_show(registration(), canvas) & breast
    greys = alike_in_grey(3.0 * drawn + 500.0, drawn, both)
    assert greys is not None
    turned = greys.of_tissue(3.0 * drawn + 500.0)
    assert np.abs(turned - drawn)[both].max() < 0.05 * np.ptp(drawn[both])
    air = greys.of_all(3.0 * drawn + 500.0)
    assert np.abs(air - drawn)[~breast].mean() < 0.05 * np.ptp(drawn[both])
    assert alike_in_grey(drawn, drawn, np.zeros_like(both)) is None


def test_the_breast_of_a_canvas_is_the_breast_of_the_view() -> None:
    view = hand_made_mammogram()
    breast = find_breast(view, PITCH_MM, SETTINGS.breast)
    canvas, _ = whole_canvases((view, view), SETTINGS, 300)
    mask = breast_on(breast, SPACING, canvas)
    area_mm2 = float(mask.sum()) * canvas.mm_per_px**2
    assert area_mm2 == pytest.approx(breast.area_px * PITCH_MM**2, rel=0.03)


def test_a_view_of_unknown_spacing_is_shown_at_an_assumed_one() -> None:
    view = replace(hand_made_mammogram(), spacing=None)
    assert spacing_of(view, SETTINGS).row_mm == SETTINGS.detection.assumed_pitch_mm
    assert mm_of([(0, 0)], hand_made_mammogram()).shape == (1, 2)
