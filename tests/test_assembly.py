"""Loading and reading as the public names do it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calcsight
from calcsight.assembly import could_be_image, settings_from
from calcsight.models import DEFAULT_MODEL
from calcsight.terms.errors import (
    NotAnImageError,
    SettingsError,
    UnreadableFileError,
    UsageError,
)
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.mammogram import Exam, ExamKind, Laterality, View
from calcsight.terms.reading import Reading
from calcsight.terms.stating import stated

WriteView = Callable[..., Path]


def test_a_picture_becomes_a_reading(write_view: WriteView, judge: Judge) -> None:
    mammogram = calcsight.load(write_view("one_L_CC.png"), spacing_mm=0.1, date="2024-02-29")
    assert (mammogram.laterality, mammogram.view) == (Laterality.LEFT, View.CC)
    assert mammogram.acquired_on == date(2024, 2, 29)
    reading = calcsight.read(mammogram, judge)
    assert reading.provenance.judge == "fixed-1"
    assert reading.calcifications


def test_the_judge_that_ships_is_used_and_named_when_none_is_given(write_view: WriteView) -> None:
    mammogram = calcsight.load(str(write_view("one_L_CC.png")), spacing_mm=0.1)
    reading = calcsight.read(mammogram)
    assert reading.provenance.judge == DEFAULT_MODEL
    exam = calcsight.read_exam(Exam(uid="1.2", mammograms=(mammogram,)))
    assert exam.uid == "1.2"
    (again,) = exam.readings
    assert [one.score for one in again.calcifications] == [
        one.score for one in reading.calcifications
    ]


def test_what_is_said_becomes_nouns() -> None:
    said = stated("0.05", "left", "mlo", "Diagnostic", "2024-02-29")
    assert said.spacing_mm == 0.05
    assert said.laterality is Laterality.LEFT
    assert said.view is View.MLO
    assert said.exam_kind is ExamKind.DIAGNOSTIC
    assert said.acquired_on == date(2024, 2, 29)
    assert stated(exam_uid="woman-7.2024").exam_uid == "woman-7.2024"
    assert stated(None, "", "", "", "", "") == stated()


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("spacing_mm", -0.1),
        ("spacing_mm", 0),
        ("spacing_mm", float("nan")),
        ("spacing_mm", "wide"),
        ("spacing_mm", 6.0),
        ("laterality", "both"),
        ("laterality", "unknown"),
        ("view", "frontal"),
        ("exam", "yearly"),
        ("date", "yesterday"),
        ("date", "2024-2-9"),
        ("date", "2023-02-29"),
        ("exam_uid", "Jane Doe"),
        ("exam_uid", "../elsewhere"),
        ("exam_uid", "1" * 65),
    ],
)
def test_what_cannot_be_said_is_a_usage_error(what: str, value: str | float) -> None:
    with pytest.raises(UsageError):
        stated(**{what: value})  # type: ignore[arg-type]


def test_files_that_are_not_there_or_no_image_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        calcsight.load(tmp_path / "missing.dcm")
    (tmp_path / "text.dcm").write_text("no image")
    with pytest.raises(NotAnImageError):
        calcsight.load(tmp_path / "text.dcm")


def test_candidates_for_reading_are_told_by_content_or_suffix(tmp_path: Path) -> None:
    for name, content, expected in (
        ("a.dcm", b"", True),
        ("b.TIF", b"", True),
        ("c", b"\x89PNG\r\n\x1a\n", True),
        ("d.bin", b"MM\x00*", True),
        ("e", bytes(128) + b"DICM", True),
        ("f.txt", b"text", False),
        ("g", b"", False),
    ):
        (tmp_path / name).write_bytes(content)
        assert could_be_image(tmp_path / name) is expected, name


def test_settings_come_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('operating_point = "sensitive"\n[measurement]\nmicro_threshold_mm = 1.0\n')
    settings = settings_from(path)
    assert settings.operating_point is OperatingPoint.SENSITIVE
    assert settings.measurement.micro_threshold_mm == 1.0


@pytest.mark.parametrize("text", ["[measurement]\nunknown = 1\n", "not toml", "min_score = 2.0\n"])
def test_settings_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError):
        settings_from(path)
    with pytest.raises(SettingsError, match="could not be opened"):
        settings_from(tmp_path / "missing.toml")


def test_arrays_can_be_read_without_any_file(reading: Reading, judge: Judge) -> None:
    mammogram = calcsight.Mammogram(
        uid="array-1",
        pixels=np.array(reading.mammogram.pixels),
        spacing=calcsight.Spacing(row_mm=0.1, column_mm=0.1),
    )
    found = calcsight.read(mammogram, judge)
    assert found.calcifications
    assert calcsight.Limitation.MASSES_NOT_READ in found.limitations


@pytest.mark.parametrize(
    "said", [{"spacing_mm": [1]}, {"laterality": 3}, {"view": 3}, {"date": 20200101}]
)
def test_a_statement_of_another_type_is_a_usage_error(said: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        stated(**said)


@pytest.mark.parametrize("given", ["one_L_CC.png", None, 5])
def test_what_is_no_mammogram_and_no_exam_is_refused_by_its_type(given: Any) -> None:
    for call in (calcsight.read, calcsight.read_exam):
        with pytest.raises(UsageError) as refusal:
            call(given)
        assert type(given).__name__ in refusal.value.found
    with pytest.raises(UsageError, match=r"give calcsight\.load"):
        calcsight.read_exam(Exam(uid="1.2", mammograms=(given,)))


def test_an_exam_without_a_mammogram_is_refused() -> None:
    with pytest.raises(UsageError, match="without a mammogram"):
        calcsight.read_exam(Exam(uid="1.2", mammograms=()))
