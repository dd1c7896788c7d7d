"""`calcsight deidentify`: whole or not at all, and nothing said that names anybody."""

import json
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pydicom
import pytest
from tests.cli.conftest import Answer
from tests.conftest import breast_pixels

from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.stated import Stated

SENTINEL = "SENTINELNAME"
Command = Callable[..., Answer]


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """Two exams of one woman and one of another, in folders and files called by their names."""
    folder = tmp_path / f"exam of {SENTINEL}"
    write(folder / "one.dcm", "4711", date(2021, 3, 4))
    write(folder / "two.dcm", "4711", date(2022, 3, 4))
    write(folder / "other" / f"{SENTINEL}.dcm", "4712", date(2022, 3, 4))
    return folder


def write(path: Path, number: str, day: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.clip(breast_pixels() * 2, 0, 4000).astype(np.uint16)
    header = MgHeader(
        study_uid=hashed_uid(number, str(day)),
        series_uid=hashed_uid("series", str(day)),
        sop_uid=hashed_uid("image", number, str(day)),
        laterality=Laterality.LEFT,
        view=View.CC,
        patient_orientation=("A", "R"),
        imager_spacing_mm=(0.1, 0.1),
        acquired_on=day,
    )
    write_mg(path, pixels, header, Compression.NONE)
    dataset = pydicom.dcmread(path)
    dataset.PatientName, dataset.PatientID = f"{SENTINEL}^Ann", number
    dataset.StudyDescription = dataset.InstitutionName = SENTINEL
    dataset.save_as(path)


def written(out: Path) -> list[Path]:
    return sorted(out.rglob("*.dcm"))


def test_patients_are_taken_out_and_stay_apart(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("deidentify", exam, "--out", out)
    assert answer.status == 0
    assert "files written: 3 of 3 (patients: 2); refused: 0" in answer.out
    assert "this run alone" in answer.err
    files = written(out)
    assert len(files) == 3
    assert len({path.parent.parent.name for path in files}) == 2
    for path in out.rglob("*"):
        assert SENTINEL not in path.name
        assert path.is_dir() or SENTINEL.encode() not in path.read_bytes()
    assert SENTINEL not in answer.out + answer.err
    for path in files:
        assert path.stem == load_dicom(path, Stated()).uid


def test_a_key_file_joins_runs_and_is_kept_from_others(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    key = tmp_path / "project.key"
    first = calcsight_command(
        "deidentify", exam / "one.dcm", "--out", tmp_path / "1", "--key-file", key
    )
    assert "a new key" in first.err
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    second = calcsight_command(
        "deidentify", exam / "two.dcm", "--out", tmp_path / "2", "--key-file", key
    )
    assert second.err == ""
    [one], [two] = written(tmp_path / "1"), written(tmp_path / "2")
    assert one.parent.parent.name == two.parent.parent.name
    days = [load_dicom(path, Stated()).acquired_on for path in (one, two)]
    assert None not in days
    assert days[1] - days[0] == date(2022, 3, 4) - date(2021, 3, 4)  # type: ignore[operator]
    calcsight_command("deidentify", exam / "one.dcm", "--out", tmp_path / "3", "--key-file", key)
    assert written(tmp_path / "3")[0].read_bytes() == one.read_bytes()
    assert key.read_text().strip() not in (tmp_path / "3" / "deidentified.json").read_text()
    calcsight_command("deidentify", exam / "one.dcm", "--out", tmp_path / "4")
    assert written(tmp_path / "4")[0].name != one.name


@pytest.mark.parametrize("content", ["", "short", "z" * 64, "0" * 200])
def test_a_file_that_holds_no_key_is_refused(
    calcsight_command: Command, exam: Path, tmp_path: Path, content: str
) -> None:
    key = tmp_path / "project.key"
    key.write_text(content)
    answer = calcsight_command("deidentify", exam, "--out", tmp_path / "out", "--key-file", key)
    assert answer.status == 2
    assert key.read_text() == content
    assert written(tmp_path) == written(exam)


def test_a_key_beside_the_files_is_refused(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("deidentify", exam, "--out", out, "--key-file", out / "key")
    assert answer.status == 2
    assert not out.exists()


def test_what_is_refused_is_named_on_standard_error_alone_and_never_copied(
    calcsight_command: Command, exam: Path, write_view: Callable[[str], Path], tmp_path: Path
) -> None:
    (exam / "note.txt").write_text(SENTINEL)
    (exam / "broken.dcm").write_bytes((exam / "one.dcm").read_bytes()[:1500])
    (exam / "picture.png").write_bytes(write_view("a_L_CC.png").read_bytes())
    report = pydicom.dcmread(exam / "one.dcm")
    del report.PixelData, report.Rows, report.Columns
    report.Modality = "SR"
    report.save_as(exam / "report.dcm")
    out = tmp_path / "out"
    answer = calcsight_command("deidentify", exam, "--out", out, "--json")
    assert answer.status == 4
    for name in ("broken.dcm", "picture.png", "report.dcm"):
        assert f"{name} refused: " in answer.err
    text = (out / "deidentified.json").read_text()
    assert SENTINEL not in text
    assert ".dcm refused" not in answer.out
    document = json.loads(text)
    assert document == json.loads(answer.out)
    assert document["counts"] == {
        "inputs": 6, "written": 3, "refused": 3, "ignored": 1, "patients": 2
    }  # fmt: skip
    assert {path.suffix for path in out.rglob("*") if path.is_file()} == {".dcm", ".json"}
    alone = calcsight_command("deidentify", exam / "broken.dcm", "--out", tmp_path / "none")
    assert alone.status == 5


def test_one_uid_with_two_contents_is_refused(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    twin = pydicom.dcmread(exam / "one.dcm")
    twin.KVP = "31"
    twin.save_as(exam / "twin.dcm")
    answer = calcsight_command("deidentify", exam, "--out", tmp_path / "out")
    assert answer.status == 2
    assert "twin.dcm refused: contradiction" in answer.err
    assert len(written(tmp_path / "out")) == 3


def test_overwriting_removes_an_earlier_run_and_nothing_else(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    calcsight_command("deidentify", exam, "--out", out)
    first = written(out)
    (out / "mine.txt").write_text("kept")
    # A run that was interrupted leaves no list.
    (out / "deidentified.json").unlink()
    assert calcsight_command("deidentify", exam, "--out", out).status == 2
    assert (
        calcsight_command("deidentify", exam / "one.dcm", "--out", out, "--overwrite").status == 0
    )
    assert len(written(out)) == 1
    assert not set(written(out)) & set(first)
    assert (out / "mine.txt").read_text() == "kept"
    assert sorted(path.name for path in out.iterdir() if path.is_file()) == [
        "deidentified.json",
        "mine.txt",
    ]
    assert len([path for path in out.rglob("*") if path.is_dir()]) == 2


def labelled(path: Path, text: str) -> None:
    """Write a text into the air of a file's picture."""
    dataset = pydicom.dcmread(path)
    ink = np.zeros(dataset.pixel_array.shape, np.uint8)
    cv2.putText(ink, text, (170, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2)
    dataset.PixelData = np.where(ink > 0, 4000, dataset.pixel_array).astype("<u2").tobytes()
    dataset.save_as(path)


def test_lettering_is_held_back_until_somebody_has_looked(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    labelled(exam / "one.dcm", "DOE JANE")
    out, crops = tmp_path / "out", tmp_path / "out.text"
    words = ("deidentify", exam, "--out", out, "--key-file", tmp_path / "key")
    answer = calcsight_command(*words)
    assert answer.status == 4
    assert "one.dcm refused: burned_in_text" in answer.err
    assert len(written(out)) == 2
    [crop] = crops.iterdir()
    assert crop.name.endswith(".text1.png")
    assert stat.S_IMODE(crops.stat().st_mode) == 0o700
    shown = imagecodecs.png_decode(crop.read_bytes())
    assert shown.shape[1] > 3 * shown.shape[0] / 2
    assert shown.max() > 60_000
    accepted = calcsight_command(
        "deidentify",
        exam,
        "--out",
        out,
        "--key-file",
        tmp_path / "key",
        "--accept-text",
        "--overwrite",
    )
    assert accepted.status == 0
    assert len(written(out)) == 3
    document = json.loads((out / "deidentified.json").read_text())
    assert [one["lettering_accepted"] for one in document["inputs"]].count([crop.name]) == 1
    assert not list(out.rglob("*.png"))


def test_stated_text_is_held_back_even_where_none_is_seen(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    dataset = pydicom.dcmread(exam / "one.dcm")
    dataset.BurnedInAnnotation = "YES"
    dataset.save_as(exam / "one.dcm")
    answer = calcsight_command("deidentify", exam / "one.dcm", "--out", tmp_path / "out")
    assert answer.status == 5
    assert "a header that says that text is burned in" in answer.err
    assert not (tmp_path / "out.text").exists()


def test_crops_of_an_earlier_run_go_with_it(
    calcsight_command: Command, exam: Path, tmp_path: Path
) -> None:
    labelled(exam / "one.dcm", "DOE JANE")
    out, crops = tmp_path / "out", tmp_path / "out.text"
    calcsight_command("deidentify", exam, "--out", out)
    [first] = crops.iterdir()
    (crops / "mine.png").write_bytes(b"kept")
    calcsight_command("deidentify", exam, "--out", out, "--overwrite")
    assert not first.exists()
    assert (crops / "mine.png").exists()
