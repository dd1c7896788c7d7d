"""A name in a header never reaches a file, a file name, a message or a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pydicom
import pytest
from tests.identified import NUMBER, SENTINEL, telling, telling_files, write_named

from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.terms.mammogram import Laterality, View

WriteView = Callable[..., Path]


@pytest.fixture
def named_files(tmp_path: Path, write_view: WriteView) -> Path:
    """One readable file and several that are refused for different reasons, all with a name."""
    folder = tmp_path / "exam"
    folder.mkdir()
    from calcsight.pictures.formats import read_picture

    pixels = read_picture(write_view("plain_L_CC.png")).pixels
    header = MgHeader(
        study_uid=hashed_uid("study"),
        series_uid=hashed_uid("series"),
        sop_uid=hashed_uid("image"),
        laterality=Laterality.LEFT,
        view=View.CC,
        patient_orientation=("A", "R"),
        imager_spacing_mm=(0.1, 0.1),
        acquired_on=date(2024, 1, 15),
    )
    original = tmp_path / "original.dcm"
    write_mg(original, (pixels // 16).astype(np.uint16), header, Compression.NONE)

    def save(name: str, change: Callable[[pydicom.Dataset], object]) -> None:
        write_named(original, folder / name, change)

    save("good.dcm", lambda _: None)

    def make_prior(dataset: pydicom.Dataset) -> None:
        dataset.SOPInstanceUID = hashed_uid("prior image")
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.StudyDate = dataset.AcquisitionDate = dataset.ContentDate = "20230115"
        pixels_then = np.frombuffer(dataset.PixelData, np.uint16).copy()
        pixels_then[:100] += 1
        dataset.PixelData = pixels_then.tobytes()

    save("../prior.dcm", make_prior)
    save("ct.dcm", lambda d: setattr(d, "Modality", "CT"))
    save("modality.dcm", lambda d: setattr(d, "Modality", SENTINEL))
    save("rows.dcm", lambda d: setattr(d, "Rows", 30_000))
    save("spacing.dcm", lambda d: d.add_new(0x00181164, "DS", [NUMBER, NUMBER]))
    save("view.dcm", lambda d: d.add_new(0x00185101, "CS", SENTINEL))
    save("photometric.dcm", lambda d: setattr(d, "PhotometricInterpretation", SENTINEL))
    save("no_pixels.dcm", lambda d: d.pop("PixelData"))
    whole = (folder / "good.dcm").read_bytes()
    (folder / "truncated.dcm").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "header.dcm").write_bytes(whole[:700])
    return folder


@pytest.mark.parametrize(("jobs", "names"), [("1", "uid"), ("2", "file")])
def test_no_identifier_is_ever_written(
    named_files: Path, tmp_path: Path, jobs: str, names: str
) -> None:
    out, change = tmp_path / "out", tmp_path / "change"
    command = [sys.executable, "-W", "always", "-m", "calcsight"]
    flags = ["--jobs", jobs, "--names", names]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    prior = str(tmp_path / "prior.dcm")
    for words in (
        ["read", str(named_files), "--out", str(out), "--parquet", *flags],
        ["check", str(named_files)],
        ["compare", str(named_files), prior, "--out", str(change), *flags],
        ["compare", str(named_files), prior, "--out", str(change), "--overwrite", "--json"],
    ):
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 4, done.stderr
        assert not telling(done.stdout + done.stderr)
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr
    told = json.loads((change / "comparison.json").read_text(encoding="utf-8"))
    assert told["not_comparable"] is None
    written = [*out.iterdir(), *change.iterdir()]
    assert sum(path.name.endswith(".reading.json") for path in written) >= 3
    assert not telling_files(out) + telling_files(change)
