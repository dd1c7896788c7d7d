"""Small DICOM mammograms made to order."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.encaps import encapsulate

from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.terms.mammogram import Laterality, View

Words = NDArray[np.uint16]
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def words() -> Words:
    """A half disc of tissue, chest wall left, 12 bits, nowhere symmetric: (160, 120)."""
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[0:160, 0:120]
    inside = ((rows - 85) / 62.0) ** 2 + (columns / 88.0) ** 2 < 1
    texture = cv2.GaussianBlur(rng.normal(size=inside.shape), (0, 0), 4) * 900
    grey = np.where(inside, 2200 + texture - 3.0 * columns - rows, 90)
    noisy = grey + rng.normal(size=inside.shape) * 6
    return np.asarray(noisy.clip(1, 4000), dtype=np.uint16)


@pytest.fixture
def make(tmp_path: Path, words: Words) -> Make:
    """Return a function that writes a DICOM mammogram and gives its path.

    `pixels` and header fields as in `MgHeader`; `edit` changes the data set; `stream` and
    `syntax` put a compressed stream (or fragments) in place of the pixels.
    """

    def made(
        *,
        pixels: Words = words,
        edit: Callable[[pydicom.Dataset], Any] | None = None,
        stream: list[bytes] | None = None,
        syntax: str | None = None,
        **fields: Any,
    ) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.dcm"
        header: dict[str, Any] = {
            "study_uid": hashed_uid("study"),
            "series_uid": hashed_uid("series"),
            "sop_uid": hashed_uid("image"),
            "laterality": Laterality.LEFT,
            "view": View.CC,
            "patient_orientation": ("A", "R"),
            "imager_spacing_mm": (0.08, 0.07),
            "acquired_on": date(2021, 3, 4),
        }
        write_mg(path, pixels, MgHeader(**(header | fields)), Compression.NONE)
        if edit is None and stream is None and syntax is None:
            return path
        dataset = pydicom.dcmread(path)
        if edit is not None:
            with pydicom.config.disable_value_validation():
                edit(dataset)
        if syntax is not None:
            dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
        if stream is not None:
            dataset.PixelData = encapsulate(stream, fragments_per_frame=len(stream))
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True
        with pydicom.config.disable_value_validation():
            dataset.save_as(path)
        return path

    return made
