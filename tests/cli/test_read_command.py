"""`calcsight read` as a user runs it."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcsight.cli.read import usual_jobs
from calcsight.terms.reading import INTENDED_USE

Command = Callable[..., Any]
WriteView = Callable[..., Path]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_line_for_each_input_and_the_report_last(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    view = write_view("view_L_CC.png")
    answer = calcsight_command("read", view, "--spacing-mm", 0.1, "--out", tmp_path / "out")
    first, use, last = answer.out.splitlines()
    assert first.startswith("view_L_CC.png: ")
    assert "were not looked for" in first
    assert use == INTENDED_USE
    assert last == f"Report: {tmp_path / 'out' / 'report.html'}"
    assert answer.err == ""


def test_json_is_the_manifest_and_nothing_else(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    view = write_view("view_L_CC.png")
    words = ("read", view, "--spacing-mm", 0.1, "--out", tmp_path / "out", "--json")
    answer = calcsight_command(*words)
    written = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert json.loads(answer.out) == written


def test_positions_are_those_of_the_file(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    view = write_view("view_L_CC.png", specks=((200, 100), (300, 60)))
    calcsight_command("read", view, "--spacing-mm", 0.1, "--out", tmp_path / "out")
    rows = rows_of(tmp_path / "out" / "calcifications.csv")
    places = [(float(row["row"]), float(row["column"])) for row in rows]
    for speck in ((200, 100), (300, 60)):
        nearest = min(abs(row - speck[0]) + abs(column - speck[1]) for row, column in places)
        assert nearest < 0.5
    assert {row["image"] for row in rows} == {"view_L_CC.png"}


def test_images_are_paths_relative_to_the_argument(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    write_view("exam/left/view_L_CC.png")
    write_view("exam/right/view_L_CC.png")
    out = tmp_path / "out"
    calcsight_command("read", tmp_path / "exam", "--spacing-mm", 0.1, "--out", out)
    images = {row["image"] for row in rows_of(out / "calcifications.csv")}
    assert images == {"left/view_L_CC.png", "right/view_L_CC.png"}
    assert (out / "left_view_L_CC.reading.json").exists()
    assert (out / "right_view_L_CC.reading.json").exists()


def test_without_spacing_millimetres_are_empty_and_nothing_is_grouped(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    answer = calcsight_command("read", write_view("view_L_CC.png"), "--out", tmp_path / "out")
    assert answer.status == 0
    assert "groups were not looked for" in answer.out
    rows = rows_of(tmp_path / "out" / "calcifications.csv")
    assert {row["diameter_mm"] for row in rows} == {""}
    assert rows_of(tmp_path / "out" / "groups.csv") == []


def test_a_table_of_inputs_says_what_each_file_is(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    write_view("films/one.png")
    write_view("films/two.png")
    table = tmp_path / "inputs.csv"
    table.write_text(
        "path,laterality,view,spacing_mm,date,exam\n"
        "films/one.png,L,CC,0.1,2024-02-29,diagnostic\n"
        "films/two.png,L,MLO,0.1,,\n"
    )
    out = tmp_path / "out"
    assert calcsight_command("read", "--inputs", table, "--out", out).status == 0
    one = json.loads((out / "one.reading.json").read_text(encoding="utf-8"))
    assert one["image"] == "films/one.png"
    assert one["mammogram"]["acquired_on"] == "2024-02-29"
    assert one["mammogram"]["exam_kind"] == "diagnostic"
    two = json.loads((out / "two.reading.json").read_text(encoding="utf-8"))
    assert two["mammogram"]["view"] == "MLO"
    assert two["mammogram"]["exam_kind"] == "screening"


def test_a_flag_wins_over_the_settings_file_and_both_are_in_the_manifest(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('operating_point = "sensitive"\n[measurement]\nmicro_threshold_mm = 1.0\n')
    view = write_view("view_L_CC.png")
    words = ("--settings", settings, "--operating-point", "screening", "--min-score", 0)
    calcsight_command(
        "read", view, "--spacing-mm", 0.1, "--out", tmp_path / "out", *words, "--parquet"
    )
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["judge"]["operating_point"] == "screening"
    assert manifest["settings"]["min_score"] == 0.0
    assert manifest["settings"]["measurement"]["micro_threshold_mm"] == 1.0
    assert "groups.parquet" in manifest["files"]
    rows = rows_of(tmp_path / "out" / "calcifications.csv")
    assert {row["size_threshold_mm"] for row in rows} == {"1.0"}


def test_parquet_without_pyarrow_is_a_usage_error(
    calcsight_command: Command,
    write_view: WriteView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    view = write_view("view_L_CC.png")
    answer = calcsight_command("read", view, "--out", tmp_path / "out", "--parquet")
    assert answer.status == 2
    assert "calcsight[parquet]" in answer.err
    assert not (tmp_path / "out").exists()


def test_processes_are_worth_it_from_four_inputs_on() -> None:
    assert [usual_jobs(count) for count in (0, 1, 2, 3)] == [1, 1, 1, 1]
    assert usual_jobs(1000) >= 1
