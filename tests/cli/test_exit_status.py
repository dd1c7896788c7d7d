"""Each exit status, by a command that ends with it; every error has one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcsight.cli.exit_status import STATUS_OF, ExitStatus, status_of_run
from calcsight.models import SHIPPED
from calcsight.terms.errors import (
    InputRefused,
    ModelError,
    OutputError,
    UsageError,
    error_classes,
)

Command = Callable[..., Any]
WriteView = Callable[..., Path]


def test_every_error_has_a_status() -> None:
    assert set(STATUS_OF) == set(error_classes())


def test_families_of_errors_share_a_status() -> None:
    for family, status in (
        (UsageError, ExitStatus.USAGE),
        (InputRefused, ExitStatus.NONE_READABLE),
        (OutputError, ExitStatus.CANNOT_WRITE),
        (ModelError, ExitStatus.MODEL),
    ):
        members = [one for one in error_classes() if issubclass(one, family)]
        assert {STATUS_OF[one] for one in members} == {status}


@pytest.mark.parametrize(
    ("read", "codes", "status"),
    [
        (3, [], ExitStatus.READ),
        (2, ["truncated"], ExitStatus.SOME_REFUSED),
        (0, ["truncated", "blank_image"], ExitStatus.NONE_READABLE),
        (2, ["truncated", "contradiction"], ExitStatus.USAGE),
        (2, ["contradiction", "internal"], ExitStatus.INTERNAL),
    ],
)
def test_the_status_of_a_run(read: int, codes: list[str], status: ExitStatus) -> None:
    assert status_of_run(read, codes) is status


def test_0_read_with_or_without_findings(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    for number, specks in enumerate((((200, 100), (215, 112)), ())):
        view = write_view(f"view{number}_L_CC.png", specks=specks)
        answer = calcsight_command(
            "read", view, "--spacing-mm", 0.1, "--out", tmp_path / str(number)
        )
        assert answer.status == 0
        assert answer.err == ""


def test_1_internal(
    calcsight_command: Command,
    write_view: WriteView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError("SENTINEL")

    monkeypatch.setattr("calcsight.batch.view.read", faulty)
    view = write_view("view_L_CC.png")
    answer = calcsight_command("read", view, "--out", tmp_path / "out")
    assert answer.status == 1
    assert "ZeroDivisionError" in answer.err
    monkeypatch.setattr("calcsight.cli.info.gathered_facts", faulty)
    answer = calcsight_command("info")
    assert answer.status == 1
    assert answer.err.startswith("calcsight: internal error (ZeroDivisionError)")
    assert "SENTINEL" not in answer.err
    assert "Traceback" not in answer.err
    with pytest.raises(ZeroDivisionError):
        calcsight_command("--debug", "info")


@pytest.mark.parametrize(
    "words",
    [
        ["read", "x.png"],
        ["read", "--out", "OUT"],
        ["read", "x.png", "--out", "OUT", "--no-such-flag"],
        ["read", "x.png", "--out", "OUT", "--jobs", "0"],
        ["read", "x.png", "--out", "OUT", "--spacing-mm", "-1"],
        ["read", "x.png", "--out", "OUT", "--laterality", "both"],
        ["read", "x.png", "--out", "OUT", "--operating-point", "wild"],
        ["read", "x.png", "--out", "OUT", "--min-score", "2"],
        ["read", "x.png", "--out", "OUT", "--names", "patient"],
        ["read", "x.png", "--out", "OUT", "--settings", "missing.toml"],
        ["read", "--inputs", "missing.csv", "--out", "OUT"],
        ["simulate", "--out", "OUT", "--format", "jpeg"],
        ["schema", "letter"],
        ["diagnose"],
        [],
    ],
    ids=" ".join,
)
def test_2_usage(calcsight_command: Command, tmp_path: Path, words: list[str]) -> None:
    answer = calcsight_command(*[tmp_path / "out" if word == "OUT" else word for word in words])
    assert answer.status == 2
    assert "Traceback" not in answer.err + answer.out
    assert not (tmp_path / "out").exists()


def test_2_a_folder_that_is_not_empty(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    view = write_view("view_L_CC.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    words = ("read", view, "--spacing-mm", 0.1, "--out", tmp_path / "out")
    answer = calcsight_command(*words)
    assert answer.status == 2
    assert "output_not_empty" in answer.err
    assert calcsight_command(*words, "--overwrite").status == 0
    assert (tmp_path / "out" / "mine.txt").exists()


def test_3_no_mammograms(calcsight_command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("notes")
    answer = calcsight_command("read", tmp_path / "empty", "--out", tmp_path / "out")
    assert answer.status == 3
    assert "no_mammograms" in answer.err
    assert not (tmp_path / "out").exists()
    assert calcsight_command("check", tmp_path / "empty").status == 3


def test_4_some_refused_and_5_none_readable(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    view = write_view("view_L_CC.png")
    broken = tmp_path / "broken.dcm"
    broken.write_bytes(b"no image")
    words = ("--spacing-mm", 0.1, "--out")
    some = calcsight_command("read", view, broken, *words, tmp_path / "some")
    assert some.status == 4
    assert "broken.dcm refused: not_an_image" in some.err
    none = calcsight_command("read", broken, tmp_path / "gone.dcm", *words, tmp_path / "none")
    assert none.status == 5
    assert "gone.dcm refused: unreadable_file" in none.err
    for folder in ("some", "none"):
        assert (tmp_path / folder / "manifest.json").exists()
        assert (tmp_path / folder / "report.html").exists()
    assert calcsight_command("check", view, broken).status == 4
    assert calcsight_command("check", broken).status == 5


def test_6_cannot_write(calcsight_command: Command, write_view: WriteView, tmp_path: Path) -> None:
    view = write_view("view_L_CC.png")
    (tmp_path / "file").write_text("a file")
    answer = calcsight_command("read", view, "--out", tmp_path / "file")
    assert answer.status == 6
    assert "cannot_write" in answer.err


def test_7_model_altered_or_missing(
    calcsight_command: Command,
    write_view: WriteView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = write_view("view_L_CC.png")
    monkeypatch.setattr("calcsight.models.SHIPPED", dict.fromkeys(SHIPPED, "f" * 64))
    answer = calcsight_command("read", view, "--out", tmp_path / "out")
    assert answer.status == 7
    assert "model_altered" in answer.err
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr("calcsight.models.SHIPPED", {})
    assert calcsight_command("info").status == 7


def test_130_interrupted(
    calcsight_command: Command,
    write_view: WriteView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("calcsight.batch.view.read", interrupted)
    view = write_view("view_L_CC.png")
    answer = calcsight_command("read", view, "--out", tmp_path / "out")
    assert answer.status == 130
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_control_c_with_several_processes_leaves_no_partial_file_and_no_traceback(
    write_view: WriteView, tmp_path: Path
) -> None:
    for number in range(40):
        write_view(f"exam/view{number:02}_L_CC.png")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "calcsight", "read", str(tmp_path / "exam")]
    command += ["--spacing-mm", "0.1", "--jobs", "2", "--out", str(out)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 60
    while not list(out.glob("*.reading.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    # To the whole group, as a terminal does.
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err == "calcsight: interrupted; files already complete were kept\n"
    names = [path.name for path in out.iterdir()]
    assert not any(name.startswith(".") for name in names)
    assert "manifest.json" not in names
    assert any(name.endswith(".reading.json") for name in names)
