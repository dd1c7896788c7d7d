"""An exam whose every view has one mark: one pixel, off every diagonal, in a frame of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from tests.dicom.results.exams import Shot, breast

from calcsight.dicom.mg_header import hashed_uid
from calcsight.terms.mammogram import Laterality, View

STUDY_UID = hashed_uid("study", "marked")
# Reading frame; no turn or mirror of 640 x 440 pixels takes it to itself or to another one's.
_ROW, _COLUMN, _BRIGHT = 300, 170, 4000


@dataclass(frozen=True, slots=True)
class MarkedImage:
    """One file, and where its one bright pixel is in the file's own frame."""

    path: Path
    uid: str
    row: int
    column: int


def write_marked_exam(folder: Path) -> tuple[MarkedImage, ...]:
    """Write four views: hanging as usual, mirrored, turned, and turned with dark as dense."""
    right = Laterality.RIGHT
    shots = (
        _shot("usual"),
        _shot(
            "mirrored",
            view=View.ML,
            turned=lambda pixels: pixels[:, ::-1],
            patient_orientation=("P", "F"),
        ),
        _shot("dark", view=View.MLO, dark_is_dense=True),
        _shot(
            "turned",
            laterality=right,
            dark_is_dense=True,
            turned=lambda pixels: pixels.T[::-1],
            patient_orientation=("L", "P"),
        ),
        _shot(
            "upside_down",
            laterality=right,
            view=View.MLO,
            turned=lambda pixels: pixels[::-1, ::-1],
            patient_orientation=("P", "H"),
        ),
    )
    return tuple(_marked(one, folder) for one in shots)


def _shot(name: str, **more: Any) -> Shot:
    pixels = breast(())
    pixels[_ROW, _COLUMN] = _BRIGHT
    return Shot(name=f"marked-{name}", pixels=pixels, study="marked", **more)


def _marked(shot: Shot, folder: Path) -> MarkedImage:
    """Write a view, and look in the file itself where the mark is."""
    path = shot.write(folder)
    dataset = pydicom.dcmread(path)
    stored = dataset.pixel_array
    value = 0 if dataset.PhotometricInterpretation == "MONOCHROME1" else _BRIGHT
    [[row, column]] = np.argwhere(stored == value)
    return MarkedImage(path, str(dataset.SOPInstanceUID), int(row), int(column))
