"""`calcsight explain`: text and JSON, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.interpreted import guidance

from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

Command = Callable[..., Any]


@pytest.fixture
def written(interpreted_reading: Reading, tmp_path: Path) -> Path:
    """Return the file of an interpreted reading."""
    document = reading_document(interpreted_reading, "R_CC.dcm", Settings(), guidance())
    path = tmp_path / "R_CC.reading.json"
    path.write_text(json_text(document), encoding="utf-8")
    return path


def test_it_prints_the_chain_and_the_sources(calcsight_command: Command, written: Path) -> None:
    answer = calcsight_command("explain", written)
    assert (answer.status, answer.err) == (0, "")
    text = " ".join(answer.out.split())
    for words in (
        "R CC, R_CC.dcm What was read UID 1.2.3.4.5",
        "Group 1 Members 5 particles by the rule bi-rads-5-in-10mm",
        "Shape of the group Amorphous. Probabilities: amorphous 82 %",
        "24 % were malignant, of groups recalled and biopsied. Population: Made-up population "
        "of 2000.",
        "Suggestion incomplete: more views (category 0",
        "Sources made-up-scheme.incomplete:",
        "doi:10.0000/made-up; 2000. Grade A",
        INTENDED_USE,
    ):
        assert words in text, words
    assert max(len(line) for line in answer.out.splitlines()) <= 100


def test_json_is_one_document(calcsight_command: Command, written: Path) -> None:
    answer = calcsight_command("explain", written, "--json", "--group", 1)
    assert answer.status == 0
    found = json.loads(answer.out)
    assert found["document"] == "calcsight.explanation"
    assert [one["group"] for one in found["groups"]] == [1]
    assert found["groups"][0]["chain"][-1]["code"] == "limits"


def test_nothing_is_called_negative_or_normal(calcsight_command: Command, written: Path) -> None:
    said = calcsight_command("explain", written).out.lower()
    assert "negative" not in said
    assert "normal" not in said


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("{}", 2, "not_a_reading: JSON of another kind"),
        ("nothing", 2, "not_a_reading: a file that is no JSON"),
        (
            '{"document": "calcsight.reading", "schema_version": "1.0.0"}',
            2,
            "a reading of schema 1.0.0, which older versions write; needed: schema 1.1.0; "
            "to do: read the image again",
        ),
        (
            '{"document": "calcsight.reading", "schema_version": "1.1.0"}',
            2,
            "not_a_reading: a damaged reading: intended_use: is missing",
        ),
    ],
    ids=["other JSON", "no JSON", "older", "damaged"],
)
def test_what_is_no_reading_is_refused(
    calcsight_command: Command, tmp_path: Path, text: str, status: int, said: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    answer = calcsight_command("explain", path)
    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err


def test_a_missing_file_and_a_missing_group_are_refused(
    calcsight_command: Command, written: Path, tmp_path: Path
) -> None:
    missing = calcsight_command("explain", tmp_path / "nothing.json")
    assert (missing.status, missing.out) == (5, "")
    assert "unreadable_file" in missing.err
    other = calcsight_command("explain", written, "--group", 7)
    assert (other.status, other.out) == (2, "")
    assert "group 7 of a reading with 1 group" in other.err
    assert calcsight_command("explain", written, "--group", 0).status == 2
    assert calcsight_command("explain").status == 2
    assert calcsight_command("explain", "").status == 2


def test_a_file_cannot_steer_a_terminal(calcsight_command: Command, written: Path) -> None:
    document = json.loads(written.read_text(encoding="utf-8"))
    document["image"] = "\x1b[2J\nR_CC.dcm"
    document["groupings"][0]["groups"][0]["weighing"]["steps"][0]["words"] = "\x1b]0;x\x07"
    written.write_text(json.dumps(document), encoding="utf-8")
    answer = calcsight_command("explain", written)
    assert answer.status == 0
    assert "\x1b" not in answer.out
    assert "\x07" not in answer.out
