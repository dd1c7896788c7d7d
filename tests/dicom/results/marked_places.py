"""Marks of results as `row, column` of the file's own frame, read back with pydicom alone."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from tests.dicom.results.exams import ALONE, GROUP, Shot, Words, breast, exam_of, view_result

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.exam_result import ExamResult

Places = NDArray[np.float64]


def bytes_of(made: Dataset) -> bytes:
    """Return an object as its file; its `file_meta`, where it has one, names the encoding."""
    meta = getattr(made, "file_meta", None)
    return file_bytes(made, meta.TransferSyntaxUID if meta else ExplicitVRLittleEndian)


def read_back(made: Dataset) -> Dataset:
    """Write an object and read it again."""
    return pydicom.dcmread(BytesIO(bytes_of(made)))


def places(data: list[float]) -> Places:
    """Return graphic data (column, row from the corner) as pixel centres."""
    return np.array(data).reshape(-1, 2)[:, ::-1] - 0.5


def nearest_px(found: Places, place: Places) -> float:
    """Return how far the nearest of some places lies from one, pixels."""
    return float(np.hypot(*(found - place).T).min())


@dataclass(frozen=True)
class Hung:
    """How a file holds a left breast that hangs with the chest wall left."""

    name: str
    turned: Callable[[Words], Words]
    patient_orientation: tuple[str, str]
    dark_is_dense: bool


_TURNS: tuple[tuple[str, Callable[[Words], Words], tuple[str, str]], ...] = (
    ("as usual", lambda pixels: pixels, ("A", "R")),
    ("mirrored", lambda pixels: pixels[:, ::-1], ("P", "R")),
    ("half turned", lambda pixels: pixels[::-1, ::-1], ("P", "L")),
    ("on its side", lambda pixels: pixels.T, ("R", "A")),
    ("quarter turned", lambda pixels: pixels.T[::-1], ("R", "P")),
)
HUNG = tuple(
    Hung(f"{name}, {'MONOCHROME1' if dark else 'MONOCHROME2'}", turned, orientation, dark)
    for name, turned, orientation in _TURNS
    for dark in (False, True)
)


def hung_exam(hung: Hung, folder: Path) -> tuple[ExamResult, Places]:
    """Return an exam of a group and a speck off the diagonal, and the place of the speck.

    The place is that of the one densest pixel that was drawn, in the file's own frame.
    """
    pixels = breast((*GROUP, ALONE))
    shot = Shot(
        name="hung",
        pixels=pixels,
        turned=hung.turned,
        patient_orientation=hung.patient_orientation,
        dark_is_dense=hung.dark_is_dense,
    )
    path = shot.write(folder)
    stored = pydicom.dcmread(path)
    drawn = np.zeros_like(pixels)
    drawn[ALONE] = 1
    row, column = np.argwhere(hung.turned(drawn) == 1)[0]
    near = stored.pixel_array[row - 4 : row + 5, column - 4 : column + 5]
    densest = near.argmin() if hung.dark_is_dense else near.argmax()
    assert divmod(int(densest), near.shape[1]) == (4, 4)
    return exam_of([view_result(path)]), np.array([row, column], dtype=np.float64)
