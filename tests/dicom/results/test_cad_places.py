"""A mark of one pixel comes back to that pixel, however the file is turned or inverted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from tests.conftest import calcification
from tests.dicom.results.exams import (
    GROUP,
    Shot,
    breast,
    exam_of,
    exam_results,
    loaded,
    turned_shot,
    view_result,
)
from tests.dicom.results.trees import named, points_of

from calcsight.analysis.frames import calcification_in_file
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.exam_result import ExamResult
from calcsight.terms.mammogram import Laterality
from calcsight.terms.orientation import Orientation, all_orientations

CENTRE, OUTLINE = "111010", "111041"
MARK = (150, 230)  # reading frame, off both diagonals of the picture
_OPPOSITE = {"A": "P", "P": "A", "L": "R", "R": "L"}


def stated(orientation: Orientation) -> tuple[str, str]:
    """Work out by hand what PatientOrientation a left CC view carries when stored so."""
    along = "P" if orientation.columns_reversed else "A"
    down = _OPPOSITE["R"] if orientation.rows_reversed else "R"
    return (down, along) if orientation.transposed else (along, down)


@pytest.mark.parametrize("dark_is_dense", [False, True])
@pytest.mark.parametrize("orientation", all_orientations())
def test_a_mark_of_one_pixel_is_written_where_the_file_has_it(
    tmp_path: Path, orientation: Orientation, dark_is_dense: bool
) -> None:
    pixels = breast(GROUP, shape=(400, 300))
    pixels[MARK] = 4000
    shot = Shot(
        name="marked",
        pixels=pixels,
        turned=orientation.to_file,
        patient_orientation=stated(orientation),
        laterality=Laterality.LEFT,
        dark_is_dense=dark_is_dense,
    )
    path = shot.write(tmp_path)
    mammogram = loaded(path)
    place = np.unravel_index(int(np.argmax(mammogram.pixels)), mammogram.pixels.shape)
    assert tuple(map(int, place)) == MARK  # the loader hangs it
    found = calcification_in_file(calcification(float(MARK[0]), float(MARK[1]), 0.9), mammogram)
    view = view_result(path)
    assert view.reading is not None
    reading = replace(view.reading, calcifications=(found,), groups=())
    report = pydicom.dcmread(_saved(exam_of([replace(view, reading=reading)]), tmp_path))

    [[(row, column)]] = [points_of(one) for one in named(report, CENTRE)]
    stored = pydicom.dcmread(path).pixel_array
    brightest = int(np.argmin(stored)) if dark_is_dense else int(np.argmax(stored))
    assert (row, column) == divmod(brightest, stored.shape[1])
    [outline] = [points_of(one) for one in named(report, OUTLINE)]
    assert {(r - row, c - column) for r, c in outline} == {(a, b) for a in (-2, 2) for b in (-2, 2)}


def test_specks_on_a_turned_inverted_mirrored_image_are_where_they_were_drawn() -> None:
    report = cad_report(exam_results()["turned_monochrome_1"])
    centres = [points_of(one)[0] for one in named(report, CENTRE)]
    rows, columns = turned_shot().pixels.shape
    for row, column in GROUP:
        # Transposed, then its rows reversed: what `turned_shot` does to the picture.
        there = (columns - 1 - column, row)
        nearest = min(max(abs(r - there[0]), abs(c - there[1])) for r, c in centres)
        assert nearest < 0.1
    assert rows > columns


def _saved(exam: ExamResult, folder: Path) -> Path:
    path = folder / "report.dcm"
    path.write_bytes(file_bytes(cad_report(exam)))
    return path
