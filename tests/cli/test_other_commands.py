"""`check`, `info`, `simulate`, `schema` and the help of all."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from calcsight.models import load_judge
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.errors import error_classes
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE, VERSION

Command = Callable[..., Any]
WriteView = Callable[..., Path]
COMMANDS = ("read", "check", "info", "simulate", "explain", "schema")


def words_of(text: str) -> str:
    """Undo the lines and boxes of a help text."""
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_an_example_and_the_intended_use(
    calcsight_command: Command, command: str, flag: str
) -> None:
    answer = calcsight_command(command, flag)
    assert answer.status == 0
    text = words_of(answer.out)
    assert f"Example: calcsight {command}" in text
    assert INTENDED_USE in text


def test_the_help_of_all_lists_every_command(calcsight_command: Command) -> None:
    text = words_of(calcsight_command("-h").out)
    assert INTENDED_USE in text
    for command in COMMANDS:
        assert f" {command} " in text


def test_help_does_not_wait_for_what_reading_needs() -> None:
    code = (
        "import sys; from calcsight.cli import main; main(['read', '-h']); "
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert not set(done.stderr.split()) & {"cv2", "scipy", "pydicom", "PIL", "jinja2"}


def test_the_module_is_the_command() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "calcsight", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout == f"{SOFTWARE}\n"


def test_check_says_what_it_understood_or_why_not(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    write_view("exam/view_L_CC.png")
    (tmp_path / "exam" / "broken.dcm").write_bytes(b"no image")
    (tmp_path / "exam" / "notes.txt").write_text("notes")
    answer = calcsight_command("check", tmp_path / "exam", "--spacing-mm", 0.1)
    broken, view, ignored, use = answer.out.splitlines()
    assert broken.startswith("broken.dcm: refused: not_an_image: ")
    assert "L CC, 420 x 360 px, 0.1000 x 0.1000 mm by stated" in view
    assert "screening exam" in view
    assert ignored == "notes.txt: ignored: neither DICOM, PNG nor TIFF"
    assert use == INTENDED_USE
    without = calcsight_command("check", tmp_path / "exam")
    assert "spacing unknown" in without.out


def test_check_as_json(calcsight_command: Command, write_view: WriteView, tmp_path: Path) -> None:
    write_view("exam/view_L_CC.png")
    (tmp_path / "exam" / "broken.dcm").write_bytes(b"no image")
    answer = calcsight_command("check", tmp_path / "exam", "--spacing-mm", 0.1, "--json")
    broken, view = json.loads(answer.out)["inputs"]
    assert (broken["status"], broken["code"]) == ("refused", "not_an_image")
    assert broken["code"] in {one.code for one in error_classes()}
    assert view["mammogram"]["spacing"] == {"row_mm": 0.1, "column_mm": 0.1, "rule": "stated"}


def test_check_and_read_refuse_the_same(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    import numpy as np

    from calcsight.pictures.writing import write_png16

    noise = np.random.default_rng(0).integers(0, 60, (300, 200)).astype(np.uint16)
    write_png16(tmp_path / "noise.png", noise)
    checked = calcsight_command("check", tmp_path / "noise.png", "--spacing-mm", 0.01)
    read = calcsight_command(
        "read", tmp_path / "noise.png", "--spacing-mm", 0.01, "--out", tmp_path / "out"
    )
    assert checked.status == read.status == 5
    assert "no_breast" in checked.out
    assert "no_breast" in read.err


def test_info_names_versions_models_settings_and_use(calcsight_command: Command) -> None:
    facts = json.loads(calcsight_command("info", "--json").out)
    judge = load_judge()
    assert facts["version"] == VERSION
    assert facts["intended_use"] == INTENDED_USE
    assert facts["models"][0]["digest"] == judge.digest
    assert facts["settings"] == Settings().as_mapping()
    assert facts["settings_digest"] == Settings().digest
    assert facts["packages"]["numpy"]
    text = calcsight_command("info").out
    for words in (VERSION, judge.digest, INTENDED_USE):
        assert words in text


@pytest.mark.parametrize("name", list(SchemaName))
def test_schema_prints_what_is_published(calcsight_command: Command, name: SchemaName) -> None:
    answer = calcsight_command("schema", name.value)
    printed = json.loads(answer.out)
    assert printed == schema_of(name)
    jsonschema.Draft202012Validator.check_schema(printed)
