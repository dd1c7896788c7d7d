"""Lettering is found whatever its size, place, direction and ink; breasts are not taken for it."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.conftest import breast_pixels

from calcsight.analysis.lettering import Lettering, find_lettering
from calcsight.simulation.exams import exam_specs
from calcsight.simulation.views import simulate_view
from calcsight.terms.stages import Box

Pixels = NDArray[np.float32]
ROWS, COLUMNS = 700, 900


def picture() -> tuple[Pixels, NDArray[np.uint8]]:
    """Half an ellipse of tissue with structure and noise, chest wall left; and where it is."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    inside = ((rows - ROWS / 2) / 330) ** 2 + (columns / 450) ** 2 < 1
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 5) * 2500
    tissue = 1800 + texture + rng.normal(0, 25, inside.shape)
    return np.where(inside, tissue, 30).astype(np.float32), inside.astype(np.uint8)


def written(
    pixels: Pixels, text: str, at: tuple[int, int], height: int, grey: float
) -> tuple[Pixels, Box]:
    """Write a text whose lower left corner lies at (row, column)."""
    scale, heavy = height / 21.0, max(1, round(height / 10))
    (width, _), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, heavy)
    cover = np.zeros(pixels.shape, np.uint8)
    place = (at[1], at[0])
    cv2.putText(cover, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, heavy, cv2.LINE_AA)
    share = cover.astype(np.float32) / 255
    box = Box(top=at[0] - height, left=at[1], bottom=at[0] + below // 2, right=at[1] + width)
    mixed = pixels * (1 - share) + np.float32(grey) * share
    return mixed.astype(np.float32), box


def covers(found: tuple[Lettering, ...], box: Box) -> bool:
    """Tell whether one find covers most of a box."""
    for one in found:
        height = min(one.box.bottom, box.bottom) - max(one.box.top, box.top)
        width = min(one.box.right, box.right) - max(one.box.left, box.left)
        whole = (box.bottom - box.top) * (box.right - box.left)
        if height > 0 and width > 0 and height * width > 0.6 * whole:
            return True
    return False


@pytest.mark.parametrize("height", [10, 16, 30, 60])
@pytest.mark.parametrize(("at", "on_breast"), [((340, 40), True), ((100, 500), False)])
def test_a_name_is_found_on_the_breast_and_beside_it(
    height: int, at: tuple[int, int], on_breast: bool
) -> None:
    pixels, breast = picture()
    shown, box = written(pixels, "DOE JANE", at, height, float(pixels.max()) * 1.1)
    found = find_lettering(shown, breast)
    assert covers(found, box)
    assert [one.inside_breast for one in found] == [on_breast]
    assert all(one.marks >= 4 for one in found)


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_direction_and_mirroring_do_not_matter(turns: int, mirrored: bool) -> None:
    pixels, breast = picture()
    shown, _ = written(pixels, "4711-0815", (100, 520), 24, float(pixels.max()))
    turn = np.fliplr if mirrored else np.asarray
    [one] = find_lettering(np.rot90(turn(shown), turns), np.rot90(turn(breast), turns))
    assert one.marks >= 7


def test_dark_letters_on_a_bright_plate() -> None:
    pixels, breast = picture()
    pixels[40:140, 560:860] = pixels.max()
    shown, box = written(pixels, "R MLO", (110, 590), 40, 0.0)
    assert covers(find_lettering(shown, breast), box)


def test_without_a_breast_everything_may_be_one() -> None:
    pixels, _ = picture()
    shown, box = written(pixels, "DOE JANE", (100, 500), 24, float(pixels.max()) * 1.1)
    found = find_lettering(shown)
    assert covers(found, box)
    assert all(one.inside_breast for one in found)


def test_nothing_is_found_where_nothing_is_written() -> None:
    pixels, breast = picture()
    assert find_lettering(pixels, breast) == ()
    assert find_lettering(breast_pixels()) == ()
    assert find_lettering(np.full((300, 300), 7, np.float32)) == ()
    assert find_lettering(np.zeros((20, 20), np.float32)) == ()


def test_calcifications_of_a_simulated_breast_are_not_taken_for_letters() -> None:
    view = simulate_view(exam_specs(2, pitch_mm=0.17, rows=1050)[2]).mammogram()
    assert len(view.pixels[view.pixels > np.percentile(view.pixels, 99)]) > 100
    assert not [one for one in find_lettering(view.pixels) if one.marks > 6]
