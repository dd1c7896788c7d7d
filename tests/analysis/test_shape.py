"""Shape numbers against closed forms worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.analysis.polygons import Polygons
from calcsight.analysis.shape import describe_outlines, largest_distance

SQUARE = np.array([[0, 0], [2, 0], [2, 2], [0, 2]], np.float32)
# An L of three unit squares: area 3, perimeter 8, hull area 3.5.
ELL = np.array([[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]], np.float32)


def ellipse(length: float, width: float, angle: float) -> NDArray[np.float32]:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    along, across = length / 2 * np.cos(turn), width / 2 * np.sin(turn)
    return np.stack(
        [
            along * np.cos(angle) - across * np.sin(angle),
            along * np.sin(angle) + across * np.cos(angle),
        ],
        axis=1,
    ).astype(np.float32)


def test_square_and_ell() -> None:
    square, ell = describe_outlines([SQUARE, ELL])
    assert (square.area, square.row, square.column) == (4.0, 1.0, 1.0)
    assert square.diameter == pytest.approx(np.sqrt(8))
    assert (square.length, square.width, square.elongation) == pytest.approx((2, 2, 1))
    assert square.circularity == pytest.approx(np.pi / 4)
    assert square.solidity == 1.0
    assert ell.area == 3.0
    assert (ell.row, ell.column) == pytest.approx((5 / 6, 5 / 6))
    assert ell.circularity == pytest.approx(4 * np.pi * 3 / 64)
    assert ell.solidity == pytest.approx(3 / 3.5)


@given(length=st.floats(1.0, 10.0), share=st.floats(0.1, 1.0), angle=st.floats(0.0, 3.1))
def test_ellipse(length: float, share: float, angle: float) -> None:
    (shape,) = describe_outlines([ellipse(length, length * share, angle)])
    assert shape.diameter == pytest.approx(length, rel=1e-3)
    assert shape.area == pytest.approx(np.pi / 4 * length**2 * share, rel=1e-3)
    assert shape.solidity == pytest.approx(1.0, abs=1e-3)
    assert shape.circularity <= 1.0
    assert (shape.row, shape.column) == pytest.approx((0.0, 0.0), abs=1e-4 * length)


def test_elongation_of_an_ellipse_along_an_axis() -> None:
    (shape,) = describe_outlines([ellipse(6.0, 2.0, 0.0)])
    assert (shape.length, shape.width) == pytest.approx((6.0, 2.0), rel=1e-3)
    assert shape.elongation == pytest.approx(3.0, rel=2e-3)


def test_direction_of_the_outline_does_not_matter() -> None:
    one, other = describe_outlines([ELL, ELL[::-1].copy()])
    assert (one.area, one.row, one.circularity) == pytest.approx(
        (other.area, other.row, other.circularity)
    )


def test_nothing_to_describe() -> None:
    assert describe_outlines([]) == []


def test_polygons_end_to_end_do_not_touch_each_other() -> None:
    both = Polygons.of([SQUARE, ELL + 10])
    areas, centroids = both.areas_and_centroids()
    np.testing.assert_allclose(areas, [4.0, 3.0])
    expected = np.array([[1.0, 1.0], [10 + 5 / 6, 10 + 5 / 6]])
    np.testing.assert_allclose(centroids, expected)
    np.testing.assert_allclose(both.perimeters(), [8.0, 8.0])


def test_a_flat_polygon_has_its_mean_corner() -> None:
    line = np.array([[0, 0], [1, 0], [5, 0]], np.float32)
    areas, centroids = Polygons.of([line]).areas_and_centroids()
    np.testing.assert_array_equal(areas, [0.0])
    np.testing.assert_array_equal(centroids, [[2.0, 0.0]])


def test_largest_distance() -> None:
    assert largest_distance(np.array([[0, 0], [3, 4], [1, 1]], np.float32)) == 5.0
