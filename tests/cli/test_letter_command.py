"""`calcsight letter`: a letter on disk, its trace, and what is refused."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.patient.letter_records import RECORDS
from tests.patient.pango import needs_pango

from calcsight.patient.facility_file import parsed_facility
from calcsight.reports.final_document import final_document
from calcsight.reports.json_text import json_text
from calcsight.terms.letter import LetterKind

Command = Callable[..., Any]


@pytest.fixture
def final_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the record of a kind, changed."""

    def write(kind: LetterKind = LetterKind.BENIGN, **changed: object) -> Path:
        path = tmp_path / f"{kind}.json"
        document = final_document(RECORDS[kind]) | changed
        path.write_text(json_text(document), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("ending", ["txt", "html", pytest.param("pdf", marks=needs_pango)])
def test_the_same_record_gives_the_same_bytes(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path, ending: str
) -> None:
    written = []
    for name in ("first", "second"):
        out = tmp_path / f"{name}.{ending}"
        words = (final_file(), "--lang", "es", "--on", "2026-12-02", "--out", out)
        answer = calcsight_command("letter", *words)
        assert answer.status == 0, answer.err
        assert "benign" in answer.out
        assert "sample" in answer.out
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert written[0]


def test_the_trace_names_the_file_of_the_record(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    path, trace = final_file(), tmp_path / "trace.json"
    words = ("--lang", "en", "--on", "2026-12-02", "--out", tmp_path / "letter.txt")
    assert calcsight_command("letter", path, *words, "--trace", trace).status == 0
    document = json.loads(trace.read_text("utf-8"))
    assert document["digests"]["final"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document["kind"] == "benign"
    assert "Not for diagnosis" in document["intended_use"]


def test_no_letter_is_left_without_the_trace_that_was_asked_for(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "letter.txt"
    words = ("--lang", "en", "--on", "2026-12-02", "--out", out)
    answer = calcsight_command("letter", final_file(), *words, "--trace", tmp_path / "no" / "t")
    assert answer.status == 6
    assert not out.exists()


def test_a_clinic_that_has_adopted_gets_no_sample(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    printed = calcsight_command("letter", "--example-facility")
    assert printed.status == 0
    assert parsed_facility(tomllib.loads(printed.out)).has_adopted
    profile, out = tmp_path / "clinic.toml", tmp_path / "letter.txt"
    profile.write_text(printed.out, encoding="utf-8")
    words = ("letter", final_file(), "--lang", "en", "--out", out, "--facility", profile)
    answer = calcsight_command(*words, "--on", "2026-12-03")
    assert answer.status == 0, answer.err
    assert "sample" not in answer.out
    assert "SAMPLE" not in out.read_text("utf-8")
    early = calcsight_command(*words, "--on", "2026-11-10", "--overwrite")
    assert early.status == 2
    assert "letter: " in early.err


def test_cancer_needs_the_day_of_the_conversation(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "letter.txt"
    words = ("letter", final_file(LetterKind.MALIGNANT), "--lang", "en", "--on", "2026-12-02")
    refused = calcsight_command(*words, "--out", out)
    assert refused.status == 2
    assert "--conversation-on" in refused.err
    assert not out.exists()
    told = calcsight_command(*words, "--out", out, "--conversation-on", "2026-11-25")
    assert told.status == 0, told.err
    assert "25 November 2026" in out.read_text("utf-8")


def test_a_file_that_is_there_is_kept(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "letter.txt"
    out.write_text("mine")
    words = ("letter", final_file(), "--lang", "en", "--on", "2026-12-02", "--out", out)
    assert "output_not_empty" in calcsight_command(*words).err
    assert out.read_text() == "mine"
    assert calcsight_command(*words, "--overwrite").status == 0
    assert out.read_text("utf-8") != "mine"


def test_a_record_is_never_written_over(
    calcsight_command: Command, final_file: Callable[..., Path]
) -> None:
    path = final_file()
    before = path.read_bytes()
    path = path.rename(path.with_suffix(".txt"))
    words = ("letter", path, "--lang", "en", "--out", path, "--overwrite")
    assert calcsight_command(*words).status == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["--lang", "en", "--out", "letter.docx"],
        ["--lang", "en", "--out", "letter"],
        ["--lang", "fr", "--out", "letter.txt"],
        ["--out", "letter.txt"],
        ["--lang", "en"],
        ["--lang", "en", "--out", "letter.txt", "--on", "2026-02-30"],
        ["--lang", "en", "--out", "letter.txt", "--conversation-on", "yesterday"],
        ["--lang", "en", "--out", "letter.txt", "--facility", "missing.toml"],
        ["--lang", "en", "--out", "letter.txt", "--trace", "letter.txt"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_refused(
    calcsight_command: Command,
    final_file: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
) -> None:
    path = final_file()
    monkeypatch.chdir(tmp_path)
    answer = calcsight_command("letter", path, *words)
    assert answer.status in {2, 5}
    assert "Traceback" not in answer.err
    assert {one.name for one in tmp_path.iterdir()} == {path.name}


@pytest.mark.parametrize(
    "changed",
    [
        {"schema_version": "9.0.0"},
        {"document": "calcsight.reading"},
        {"machine_probability": 0.9},
        {"reader_id": ""},
        {"category": " "},
        {"finding_id": None},
        {"read_at": "2026-03-02T09:30:00"},
        {"biopsies": [{}]},
    ],
    ids=str,
)
def test_a_file_that_is_no_final_record_is_refused(
    calcsight_command: Command,
    final_file: Callable[..., Path],
    tmp_path: Path,
    changed: dict[str, object],
) -> None:
    out = tmp_path / "letter.txt"
    answer = calcsight_command("letter", final_file(**changed), "--lang", "en", "--out", out)
    assert answer.status == 2
    assert "final_record: " in answer.err
    assert not out.exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1, "a": 2}', "\ufeff{}"])
def test_a_file_that_is_no_json_is_refused(
    calcsight_command: Command, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "final.json"
    path.write_text(text, encoding="utf-8")
    answer = calcsight_command("letter", path, "--lang", "en", "--out", tmp_path / "l.txt")
    assert answer.status == 2
    assert "final_record: " in answer.err


def test_long_and_hostile_ids_stay_out_of_the_letter(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    path = final_file(
        finding_id="F" * 64, reader_id="<script>" * 16, exam_uid="x" * 64, scheme="{blank}" * 9
    )
    for ending in ("txt", "html"):
        out = tmp_path / f"letter.{ending}"
        words = ("letter", path, "--lang", "en", "--on", "2026-12-02", "--out", out)
        answer = calcsight_command(*words)
        assert answer.status == 0, answer.err
        text = out.read_text("utf-8")
        assert not [one for one in ("FFFF", "<script>", "xxxx", "{blank}") if one in text]


def test_the_intervals_of_a_site_are_used(
    calcsight_command: Command, final_file: Callable[..., Path], tmp_path: Path
) -> None:
    settings, out = tmp_path / "site.toml", tmp_path / "letter.txt"
    settings.write_text("[follow_up]\nmonths = [4, 12]\n")
    words = ("letter", final_file(LetterKind.PROBABLY_BENIGN), "--lang", "en", "--out", out)
    answer = calcsight_command(*words, "--on", "2026-12-02", "--settings", settings)
    assert answer.status == 0, answer.err
    assert "1 March 2027" in out.read_text("utf-8")


def test_the_help_names_the_table_of_the_settings(calcsight_command: Command) -> None:
    assert "[follow_up]" in calcsight_command("letter", "-h").out
