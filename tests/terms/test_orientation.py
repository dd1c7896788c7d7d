"""The eight turns and mirrors: arrays and points go there and back, together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.terms.orientation import Orientation, all_orientations

EIGHT = all_orientations()
every = pytest.mark.parametrize("orientation", EIGHT)
rows_and_columns = st.tuples(st.integers(1, 6), st.integers(1, 6))


def test_there_are_eight_and_the_first_does_nothing() -> None:
    assert len(set(EIGHT)) == 8
    assert EIGHT[0] == Orientation()
    pixels = np.arange(6).reshape(2, 3)
    assert len({one.to_reading(pixels).tobytes() + bytes(one.transposed) for one in EIGHT}) == 8


def test_one_turn_by_hand() -> None:
    # Chest wall at the bottom of the file: transposed, it is at the right; mirrored, left.
    pixels = np.array([[1, 2, 3], [7, 8, 9]])
    turn = Orientation(transposed=True, columns_reversed=True)
    assert turn.to_reading(pixels).tolist() == [[7, 1], [8, 2], [9, 3]]
    # The 9 lies at (1, 2) in the file and at (2, 0) in the reading frame of 3 x 2 pixels.
    assert turn.points_to_reading(np.array([[1.0, 2.0]]), (3, 2)).tolist() == [[2.0, 0.0]]
    assert turn.points_to_file(np.array([[2.0, 0.0]]), (3, 2)).tolist() == [[1.0, 2.0]]


@every
@given(shape=rows_and_columns)
def test_arrays_come_back_unchanged(orientation: Orientation, shape: tuple[int, int]) -> None:
    pixels = np.arange(shape[0] * shape[1]).reshape(shape)
    there = orientation.to_reading(pixels)
    assert there.shape == (shape[::-1] if orientation.transposed else shape)
    assert np.array_equal(orientation.to_file(there), pixels)
    assert np.array_equal(orientation.to_reading(orientation.to_file(pixels)), pixels)


@every
@given(shape=rows_and_columns, data=st.data())
def test_points_follow_their_pixels(
    orientation: Orientation, shape: tuple[int, int], data: st.DataObject
) -> None:
    pixels = np.arange(shape[0] * shape[1]).reshape(shape)
    reading = orientation.to_reading(pixels)
    row = data.draw(st.integers(0, shape[0] - 1))
    column = data.draw(st.integers(0, shape[1] - 1))
    there = orientation.points_to_reading(np.array([[row, column]], dtype=float), reading.shape)
    assert reading[int(there[0, 0]), int(there[0, 1])] == pixels[row, column]
    back = orientation.points_to_file(there, reading.shape)
    assert back.tolist() == [[row, column]]


@every
def test_points_between_pixels_and_outside_come_back(orientation: Orientation) -> None:
    points = np.array([[0.25, 7.5], [-3.0, 2.125], [100.5, 40.0]])
    there = orientation.points_to_file(points, (31, 17))
    assert orientation.points_to_reading(there, (31, 17)) == pytest.approx(points)


@every
def test_no_points_stay_no_points_and_the_input_stays_as_it_is(orientation: Orientation) -> None:
    nothing = np.zeros((0, 2))
    assert orientation.points_to_file(nothing, (5, 9)).shape == (0, 2)
    assert orientation.points_to_reading(nothing, (5, 9)).shape == (0, 2)
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    orientation.points_to_file(points, (5, 9))
    orientation.points_to_reading(points, (5, 9))
    assert points.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@every
def test_arrays_are_views_not_copies(orientation: Orientation) -> None:
    pixels = np.zeros((4, 6), dtype=np.float32)
    assert np.shares_memory(orientation.to_reading(pixels), pixels)
    assert np.shares_memory(orientation.to_file(pixels), pixels)
