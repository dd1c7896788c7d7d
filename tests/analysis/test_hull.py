"""Hulls against shapes worked by hand."""

import math

import numpy as np
import pytest

from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret

RECTANGLE = np.array([[0.0, 0.0], [0.0, 4.0], [3.0, 4.0], [3.0, 0.0]])


def test_hull_leaves_out_what_lies_inside() -> None:
    inside = np.array([[1.0, 1.0], [2.0, 3.0], [0.0, 2.0]])
    hull = convex_hull(np.concatenate([inside, RECTANGLE]))
    assert sorted(map(tuple, hull)) == sorted(map(tuple, RECTANGLE))
    assert hull_area(hull) == pytest.approx(12.0)
    assert maximum_feret(hull) == pytest.approx(5.0)


def test_grown_area_is_steiners() -> None:
    grown = 12.0 + 14.0 * 0.5 + math.pi * 0.25
    assert hull_area(RECTANGLE, 0.5) == pytest.approx(grown)


def test_points_on_a_line_give_its_ends() -> None:
    line = np.array([[1.0, 1.0], [3.0, 3.0], [2.0, 2.0]])
    hull = convex_hull(line)
    assert hull.tolist() == [[1.0, 1.0], [3.0, 3.0]]
    assert maximum_feret(hull) == pytest.approx(2.0 * math.sqrt(2.0))
    assert hull_area(hull, 1.0) == pytest.approx(4.0 * math.sqrt(2.0) + math.pi)


def test_points_at_one_place_give_that_place() -> None:
    hull = convex_hull(np.full((4, 2), 7.0))
    assert hull.tolist() == [[7.0, 7.0]]
    assert maximum_feret(hull) == 0.0
    assert hull_area(hull, 0.5) == pytest.approx(math.pi / 4)


def test_a_hull_far_from_the_origin_keeps_its_area() -> None:
    small = RECTANGLE * 0.01 + 40_000.0
    assert hull_area(convex_hull(small)) == pytest.approx(12.0e-4, rel=1e-6)


def test_a_disc_grown_is_a_larger_disc() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 2000, endpoint=False)
    disc = 3.0 * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    assert hull_area(convex_hull(disc), 0.5) == pytest.approx(np.pi * 3.5**2, rel=1e-5)
