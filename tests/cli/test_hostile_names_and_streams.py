"""Names, streams and signals that no polite user would send."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcsight.batch.naming import distinct_stems
from calcsight.cli.console import one_line

Command = Callable[..., Any]
WriteView = Callable[..., Path]

_POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX names and signals")


@_POSIX
def test_a_name_that_is_not_utf8_does_not_end_the_run(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    good = write_view("exam/good_L_CC.png")
    try:
        good.rename(os.fsdecode(os.fsencode(good.parent) + b"/gr\xfc\xdf_L_CC.png"))
    except OSError:
        pytest.skip("this file system keeps UTF-8 names only")
    out = tmp_path / "out"
    answer = calcsight_command("read", good.parent, "--spacing-mm", 0.1, "--out", out)
    assert answer.status == 0
    assert r"gr\xfc\xdf_L_CC.png" in answer.out
    assert r"gr\\xfc\\xdf_L_CC.png" in (out / "manifest.json").read_text(encoding="utf-8")


def test_a_long_name_is_counted_in_bytes() -> None:
    (stem,) = distinct_stems(["日" * 80 + ".png"])
    assert 0 < len(f"{stem}.group12.crop.png".encode()) <= 255


def test_a_name_cannot_steer_a_terminal(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    good = write_view("exam/good_L_CC.png")
    good.rename(good.parent / "a\n\x1b[31mb_L_CC.png")
    answer = calcsight_command("check", tmp_path / "exam")
    assert r"a\n\x1b[31mb_L_CC.png: readable" in answer.out
    assert one_line("ä b\t") == r"ä b\t"


@pytest.mark.parametrize("words", [("read", "", "--out", "x"), ("read", "x", "--out", "")])
def test_an_empty_path_is_not_the_current_folder(
    calcsight_command: Command, words: tuple[str, ...]
) -> None:
    answer = calcsight_command(*words)
    assert answer.status == 2
    assert "empty path" in answer.err


@pytest.mark.parametrize(
    "flag",
    [
        *("laterality", "view", "exam", "date", "exam-uid", "inputs", "settings"),
        *("vocabulary", "population", "scheme", "policy", "model"),
    ],
)
def test_an_empty_value_is_not_the_default(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path, flag: str
) -> None:
    good = write_view("exam/good_L_CC.png")
    out = tmp_path / "out"
    answer = calcsight_command("read", good, "--spacing-mm", 0.1, "--out", out, f"--{flag}", "")
    assert answer.status == 2
    assert "empty" in answer.err
    assert not out.exists()


def test_a_path_that_cannot_exist_is_refused(calcsight_command: Command, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"path\n{'a' * 5000}\nb\0.png\n")
    answer = calcsight_command("check", "--inputs", table)
    assert answer.status == 5
    assert answer.out.count("unreadable_file") == 2


def test_one_file_said_to_be_two_things_is_a_contradiction(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    good = write_view("exam/good.png")
    table = tmp_path / "table.csv"
    table.write_text("path,spacing_mm\nexam/good.png,0.1\n")
    answer = calcsight_command("check", good.parent, "--inputs", table)
    assert answer.status == 2
    assert "given twice" in answer.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_on_a_full_disk_is_no_internal_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = _calcsight("schema", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 6
    assert b"cannot_write" in done.stderr
    assert b"Traceback" not in done.stderr


@_POSIX
def test_a_command_without_standard_streams_ends_well() -> None:
    script = f"{sys.executable} -m calcsight info >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", script], check=False).returncode == 0


@_POSIX
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_request_to_end_leaves_no_partial_file(
    write_view: WriteView, tmp_path: Path, jobs: int
) -> None:
    good = write_view("exam/v0_L_CC.png")
    for number in range(1, 40):
        (good.parent / f"v{number}_L_CC.png").write_bytes(good.read_bytes())
    out = tmp_path / "out"
    command = [sys.executable, "-m", "calcsight", "read", str(good.parent), "--out", str(out)]
    with subprocess.Popen(
        [*command, "--spacing-mm", "0.1", "--jobs", str(jobs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        _wait_for(lambda: any(out.glob("*.reading.json")))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert not [path.name for path in out.iterdir() if ".part" in path.name]


def _calcsight(*words: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "calcsight", *words], check=False, **streams)


def _wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_long_file_name_wraps_in_the_report(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    good = write_view("exam/good_L_CC.png")
    out = tmp_path / "out"
    assert calcsight_command("read", good, "--spacing-mm", 0.1, "--out", out).status == 0
    report = (out / "report.html").read_text(encoding="utf-8")
    (rule,) = re.findall(r"figcaption \{[^}]*\}", report)
    assert "overflow-wrap: anywhere" in rule
