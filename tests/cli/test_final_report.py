"""`calcsight final report`: final records and the exam's images make a DICOM report."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest
from tests.cli.conftest import Answer
from tests.dicom.results.exams import (
    ALONE,
    GROUP,
    PeakJudge,
    Shot,
    breast,
    exam_results,
    final_of,
    interpreter,
    loaded,
)
from tests.dicom.results.trees import every, name_of, named

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.breast_report import breast_report
from calcsight.dicom.results.cad_report import cad_report
from calcsight.reading import read
from calcsight.reports.final_document import final_document
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.settings import Settings

AT = ("--created-at", "2024-03-05T10:30:00+00:00")
SENTINEL = ("Sentinel^Person", "SENTINEL-4711")


def with_sentinel(dataset: pydicom.Dataset) -> None:
    dataset.PatientName, dataset.PatientID = SENTINEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the image of an exam, its reading and a final record."""
    (tmp_path / "exam").mkdir()
    shot = Shot(name="group", pixels=breast((*GROUP, ALONE)), edit=with_sentinel)
    path = shot.write(tmp_path / "exam")
    reading = read(loaded(path), PeakJudge(), Settings(), interpreter())
    document = reading_document(reading, "group", Settings(), interpreter().guidance)
    (tmp_path / "group.reading.json").write_text(json_text(document), encoding="utf-8")
    write(tmp_path / "final.json", final_of(exam_results()["group"]))
    return tmp_path


def write(path: Path, record: FinalRecord) -> Path:
    path.write_text(json_text(final_document(record)), encoding="utf-8")
    return path


def report_of(path: Path) -> pydicom.Dataset:
    return pydicom.dcmread(path)


def test_a_record_and_its_image_make_a_report(folder: Path, calcsight_command: Any) -> None:
    out = folder / "report.dcm"
    words = ("final", "report", folder / "final.json", "--exam", folder / "exam", *AT)
    answer: Answer = calcsight_command(*words, "--out", out)
    assert (answer.status, answer.err) == (0, "")
    assert "1 final record(s), unverified" in answer.out
    report = report_of(out)
    assert (str(report.PatientName), report.PatientID) == SENTINEL
    names = [name_of(one) for one in every(report)]
    assert "111005" in names
    assert "111038" not in names  # nothing was measured
    assert not any(one in answer.out + answer.err for one in ("Sentinel", "SENTINEL"))
    again = folder / "again.dcm"
    calcsight_command(*words, "--out", again)
    assert again.read_bytes() == out.read_bytes()


def test_a_reading_gives_the_numbers_and_a_cad_report_is_referred_to(
    folder: Path, calcsight_command: Any
) -> None:
    out = folder / "report.dcm"
    exam = exam_results()["group"]
    image = next((folder / "exam").iterdir())
    cad = cad_report(exam)
    cad.PatientName, cad.PatientID = SENTINEL
    (folder / "cad.dcm").write_bytes(file_bytes(cad))
    answer: Answer = calcsight_command(
        *("final", "report", folder / "final.json", "--exam", image, "--out", out),
        *("--reading", folder / "group.reading.json", "--cad-sr", folder / "cad.dcm"),
    )
    assert answer.status == 0
    report = report_of(out)
    number = named(report, "111038")[0].MeasuredValueSequence[0]
    assert int(number.NumericValue) == 7
    evidence = named(report, "122073")[0].ReferencedSOPSequence[0]
    assert evidence.ReferencedSOPInstanceUID == cad.SOPInstanceUID


def test_what_is_no_mammogram_is_left_out_by_name(folder: Path, calcsight_command: Any) -> None:
    exam = exam_results()["assessed"]
    (folder / "exam" / "sr.dcm").write_bytes(file_bytes(breast_report(exam)))
    answer: Answer = calcsight_command(
        *("final", "report", folder / "final.json", "--exam", folder / "exam"),
        *("--out", folder / "report.dcm"),
    )
    assert answer.status == 0
    assert "sr.dcm: left out: a DICOM object without an image" in answer.err


def test_records_and_readings_of_others_are_refused(folder: Path, calcsight_command: Any) -> None:
    record = final_of(exam_results()["group"])
    out = folder / "report.dcm"
    other = write(folder / "other.json", replace(record, exam_uid="1.2.3"))
    words = ("--exam", folder / "exam", "--out", out)
    answer: Answer = calcsight_command("final", "report", other, *words)
    assert answer.status == 2
    assert "contradiction: a final record of" in answer.err
    document = json.loads((folder / "group.reading.json").read_text(encoding="utf-8"))
    document["mammogram"]["uid"] = document["provenance"]["input_uid"] = "1.2.3.4"
    (folder / "strange.reading.json").write_text(json_text(document), encoding="utf-8")
    answer = calcsight_command(
        *("final", "report", folder / "final.json", *words),
        *("--reading", folder / "strange.reading.json"),
    )
    assert answer.status == 2
    assert "a reading of the image 1.2.3.4" in answer.err
    assert not out.exists()


def test_two_studies_and_two_women_are_refused_without_their_names(
    folder: Path, calcsight_command: Any
) -> None:
    record = final_of(exam_results()["group"])
    path = write(folder / "record.json", record)

    def other_woman(dataset: pydicom.Dataset) -> None:
        dataset.PatientID = "SENTINEL-4712"

    pixels = breast((*GROUP, ALONE))
    Shot(name="second", pixels=pixels, edit=other_woman).write(folder / "exam")
    words = ("final", "report", path, "--exam", folder / "exam", "--out", folder / "report.dcm")
    answer: Answer = calcsight_command(*words)
    assert answer.status == 2
    assert "objects of several patients" in answer.err
    assert "SENTINEL" not in answer.err
    Shot(name="third", pixels=pixels, study="another").write(folder / "exam")
    answer = calcsight_command(*words)
    assert "objects of 2 studies" in answer.err


def test_an_output_that_is_there_is_kept(folder: Path, calcsight_command: Any) -> None:
    out = folder / "report.dcm"
    out.write_bytes(b"kept")
    words = ("final", "report", folder / "final.json", "--exam", folder / "exam", "--out", out)
    assert calcsight_command(*words).status != 0
    assert out.read_bytes() == b"kept"
    assert calcsight_command(*words, "--overwrite").status == 0
    assert calcsight_command(*words[:-1], folder / "final.json", "--overwrite").status == 2


def test_no_image_at_all_and_one_that_is_no_dicom(folder: Path, calcsight_command: Any) -> None:
    (folder / "empty").mkdir()
    words = ("final", "report", folder / "final.json", "--out", folder / "report.dcm", "--exam")
    answer: Answer = calcsight_command(*words, folder / "empty")
    assert "no_mammograms: no mammogram under --exam" in answer.err
    picture = folder / "film.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    answer = calcsight_command(*words, picture)
    assert "no_dicom_source: " in answer.err
    answer = calcsight_command(*words, folder / "exam", "--created-at", "2024-03-05T10:30:00")
    assert "without its zone" in answer.err
