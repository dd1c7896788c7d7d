"""Outlines as pixels, against scikit-image and against masks drawn by hand."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import points_in_poly
from tests.evaluation.conftest import square

from calcsight.evaluation.masks import (
    distance_outside,
    intersection_over_union,
    mask_of,
    shared_px,
)


def test_pixels_on_the_outline_belong_to_it() -> None:
    mask = mask_of(square(3, 5, 2))
    assert (mask.row, mask.column) == (3, 5)
    assert mask.inside.shape == (3, 3)
    assert mask.inside.all()


def test_a_mask_drawn_as_its_outermost_pixels_comes_back() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        drawn = np.zeros((40, 40), np.uint8)
        centre = tuple(int(v) for v in rng.integers(12, 28, 2))
        axes = tuple(int(v) for v in rng.integers(1, 11, 2))
        cv2.ellipse(drawn, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
        [contour], _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        mask = mask_of(contour.reshape(-1, 2)[:, ::-1].astype(float))
        again = np.zeros_like(drawn, dtype=bool)
        rows, columns = mask.inside.shape
        again[mask.row : mask.row + rows, mask.column : mask.column + columns] = mask.inside
        assert np.array_equal(again, drawn.astype(bool))


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_pixels_are_those_that_scikit_image_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 12))))
    radius = rng.uniform(2, 15, len(angle))
    outline = 20 + np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    mask = mask_of(outline)
    grid = np.argwhere(np.ones((45, 45), bool))
    expected = np.asarray(points_in_poly(grid, outline))  # type: ignore[no-untyped-call]
    if not expected.any():
        assert mask.area_px == 1
        return
    found = np.zeros((45, 45), bool)
    rows, columns = mask.inside.shape
    found[mask.row : mask.row + rows, mask.column : mask.column + columns] = mask.inside
    assert np.array_equal(found.ravel(), expected)
    far = distance_outside(outline, grid.astype(float))
    assert np.array_equal(far == 0.0, expected)


def test_an_outline_without_a_pixel_centre_takes_the_nearest_pixel() -> None:
    mask = mask_of(np.array([[4.1, 7.1], [4.1, 7.3], [4.3, 7.2]]))
    assert (mask.row, mask.column, mask.area_px) == (4, 7, 1)
    assert mask_of(np.array([[2.0, 2.0]])).area_px == 1


def test_overlap_by_hand() -> None:
    first, second = mask_of(square(0, 0, 3)), mask_of(square(2, 2, 3))
    assert shared_px(first, second) == 4
    assert intersection_over_union(first, second) == pytest.approx(4 / 28)
    assert shared_px(first, mask_of(square(4, 4, 1))) == 0


def test_distance_outside_by_hand() -> None:
    points = np.array([[2.0, 2.0], [0.0, 2.0], [-3.0, 2.0], [7.0, 8.0]])
    assert distance_outside(square(0, 0, 4), points) == pytest.approx([0, 0, 3, 5])
    assert distance_outside(square(0, 0, 4), np.zeros((0, 2))).shape == (0,)
