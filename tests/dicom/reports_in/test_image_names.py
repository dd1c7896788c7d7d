"""Which file is which image: reports name images by UID, data sets by file."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.dicom.reports_in.reports import RIGHT_CC, RIGHT_MLO

from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.dicom.reports_in.image_names import image_names
from calcsight.terms.errors import PredictionsError, UsageError
from calcsight.terms.mammogram import Laterality, View


def put(path: Path, uid: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = MgHeader(
        study_uid=hashed_uid("study"),
        series_uid=hashed_uid("images"),
        sop_uid=uid,
        laterality=Laterality.RIGHT,
        view=View.CC,
        patient_orientation=("P", "L"),
        imager_spacing_mm=(0.1, 0.1),
        acquired_on=date(2021, 3, 4),
    )
    pixels = np.arange(32 * 32, dtype=np.uint16).reshape(32, 32)
    write_mg(path, pixels, header, Compression.NONE)


def test_images_are_named_by_their_path_in_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.dcm", RIGHT_CC)
    put(tmp_path / "two" / "without suffix", RIGHT_MLO)
    (tmp_path / "views.csv").write_text("view,patient\n", encoding="utf-8")
    (tmp_path / "short").write_bytes(b"")
    assert image_names(tmp_path) == {RIGHT_CC: "one/a.dcm", RIGHT_MLO: "two/without suffix"}


def test_two_files_of_one_image_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "a.dcm", RIGHT_CC)
    put(tmp_path / "b.dcm", RIGHT_CC)
    with pytest.raises(PredictionsError, match="of one image"):
        image_names(tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    put(tmp_path / "a.dcm", RIGHT_CC)
    with pytest.raises(UsageError, match="no folder"):
        image_names(tmp_path / "a.dcm")
