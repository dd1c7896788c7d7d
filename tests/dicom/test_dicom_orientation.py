"""The chest wall comes to the left, and every result can go back."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset

from calcsight.dicom.directions import (
    chest_wall_in_file,
    orientation_from,
    tells_top,
    usual_orientation,
)
from calcsight.dicom.loading import load_dicom
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]

OPPOSITE = dict(zip("APLRHF", "PARLFH", strict=True))


def reversed_direction(value: str) -> str:
    return "".join(OPPOSITE[letter] for letter in value)


def directions_in_file(orientation: Orientation, hung: tuple[str, str]) -> tuple[str, str]:
    """Work out by hand what PatientOrientation the turned file must carry."""
    along, down = hung
    if orientation.columns_reversed:
        along = reversed_direction(along)
    if orientation.rows_reversed:
        down = reversed_direction(down)
    return (down, along) if orientation.transposed else (along, down)


@pytest.mark.parametrize("orientation", all_orientations())
@pytest.mark.parametrize(
    ("laterality", "view", "hung"),
    [
        (Laterality.LEFT, View.CC, ("A", "R")),
        (Laterality.RIGHT, View.CC, ("A", "L")),
        (Laterality.LEFT, View.MLO, ("A", "FR")),
        (Laterality.RIGHT, View.MLO, ("A", "FL")),
        (Laterality.RIGHT, View.ML, ("A", "F")),
    ],
)
def test_all_eight_turns_come_back_to_one_picture(
    make: Make,
    words: Words,
    orientation: Orientation,
    laterality: Laterality,
    view: View,
    hung: tuple[str, str],
) -> None:
    path = make(
        pixels=np.ascontiguousarray(orientation.to_file(words)),
        laterality=laterality,
        view=view,
        patient_orientation=directions_in_file(orientation, hung),
    )
    mammogram = load_dicom(path, Stated())
    assert mammogram.orientation == orientation
    assert Limitation.ORIENTATION_FROM_PIXELS not in mammogram.limitations
    np.testing.assert_array_equal(mammogram.pixels, words)
    in_file = orientation.to_file(words)
    brightest = np.array([np.unravel_index(np.argmax(mammogram.pixels), mammogram.shape)], float)
    row, column = mammogram.orientation.points_to_file(brightest, mammogram.shape)[0]
    assert in_file[int(row), int(column)] == words.max()
    assert mammogram.file_shape == in_file.shape


@pytest.mark.parametrize("orientation", all_orientations())
def test_spacing_turns_with_the_picture(make: Make, words: Words, orientation: Orientation) -> None:
    path = make(
        pixels=np.ascontiguousarray(orientation.to_file(words)),
        patient_orientation=directions_in_file(orientation, ("A", "R")),
        imager_spacing_mm=(0.08, 0.07),
    )
    spacing = load_dicom(path, Stated()).spacing
    assert spacing is not None
    expected = (0.07, 0.08) if orientation.transposed else (0.08, 0.07)
    assert (spacing.row_mm, spacing.column_mm) == pytest.approx(expected)


@pytest.mark.parametrize("said", [None, ["A"], ["A", "P"], ["X", "R"], ["CC"], ["R", "L"]])
@pytest.mark.parametrize("orientation", all_orientations())
def test_missing_or_impossible_directions_are_decided_from_the_pixels(
    make: Make, words: Words, orientation: Orientation, said: list[str] | None
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.PatientOrientation = said

    path = make(pixels=np.ascontiguousarray(orientation.to_file(words)), edit=edit)
    mammogram = load_dicom(path, Stated())
    assert Limitation.ORIENTATION_FROM_PIXELS in mammogram.limitations
    assert mammogram.pixels[:, :3].mean() > 5 * mammogram.pixels[:, -3:].mean()
    np.testing.assert_array_equal(
        mammogram.orientation.to_file(mammogram.pixels), orientation.to_file(words)
    )


def test_a_header_that_the_pixels_refute_is_not_followed(make: Make, words: Words) -> None:
    mammogram = load_dicom(make(patient_orientation=("P", "R")), Stated())
    assert Limitation.ORIENTATION_FROM_PIXELS in mammogram.limitations
    np.testing.assert_array_equal(mammogram.pixels, words)


def test_a_breast_that_fills_the_picture_refutes_nothing(make: Make) -> None:
    filled = np.random.default_rng(1).integers(1000, 3000, (160, 120)).astype(np.uint16)
    mammogram = load_dicom(make(pixels=filled, patient_orientation=("P", "R")), Stated())
    assert Limitation.ORIENTATION_FROM_PIXELS not in mammogram.limitations
    assert mammogram.orientation.columns_reversed


@pytest.mark.parametrize("laterality", [Laterality.LEFT, Laterality.RIGHT])
@pytest.mark.parametrize("view", [view for view in View if view is not View.UNKNOWN])
def test_the_usual_hang_puts_left_breasts_as_they_are_and_mirrors_right_ones(
    laterality: Laterality, view: View
) -> None:
    found = orientation_from(usual_orientation(laterality, view), laterality)
    assert found == Orientation(columns_reversed=laterality is Laterality.RIGHT)


@pytest.mark.parametrize(
    ("values", "laterality", "expected"),
    [
        (("R", "P"), Laterality.LEFT, Orientation(transposed=True, columns_reversed=True)),
        (("P", "FL"), Laterality.RIGHT, Orientation(columns_reversed=True)),
        (("AR", "FR"), Laterality.LEFT, Orientation()),
        (("P", "H"), Laterality.UNKNOWN, Orientation(rows_reversed=True, columns_reversed=True)),
        (("A", "L"), Laterality.UNKNOWN, Orientation()),
        (("F", "A"), Laterality.UNKNOWN, Orientation(transposed=True)),
        (("", "A"), Laterality.LEFT, None),
        (("L", "F"), Laterality.LEFT, None),
        (("AP", "F"), Laterality.LEFT, None),
        ((), Laterality.LEFT, None),
    ],
)
def test_directions_worked_by_hand(
    values: tuple[str, ...], laterality: Laterality, expected: object
) -> None:
    assert orientation_from(values, laterality) == expected


@pytest.mark.parametrize("orientation", all_orientations())
def test_chest_wall_side_is_the_one_that_comes_left(orientation: Orientation) -> None:
    reading = np.zeros((5, 7))
    reading[:, 0] = 1
    in_file = orientation.to_file(reading)
    sums = {
        "left": in_file[:, 0].mean(),
        "right": in_file[:, -1].mean(),
        "top": in_file[0].mean(),
        "bottom": in_file[-1].mean(),
    }
    assert max(sums, key=lambda side: sums[side]) == chest_wall_in_file(orientation)


@pytest.mark.parametrize(
    ("values", "view", "told"),
    [
        (("A", "R"), View.CC, True),
        (("R", "P"), View.CC, True),
        (("A", "F"), View.CC, False),
        (("A", "FR"), View.XCCL, False),
        (("A", "FR"), View.MLO, True),
        (("A", "R"), View.MLO, True),
        (("P", "F"), View.ML, True),
        (("P", "R"), View.LM, False),
        (("LA", "FP"), View.ML, True),
    ],
)
def test_a_header_tells_the_top_only_along_the_axis_that_the_view_shows(
    values: tuple[str, str], view: View, told: bool
) -> None:
    assert tells_top(values, view) is told


def test_a_header_of_another_axis_leaves_the_top_open(make: Make) -> None:
    told = load_dicom(make(patient_orientation=("A", "R"), view=View.CC), Stated())
    assert Limitation.TOP_NOT_STATED not in told.limitations
    untold = load_dicom(make(patient_orientation=("A", "F"), view=View.CC), Stated())
    assert Limitation.TOP_NOT_STATED in untold.limitations
