"""`calcsight evaluate` as a user runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calcsight.simulation.sets import as_rows, tuning_set
from calcsight.terms.errors import ModelMissingError
from calcsight.terms.judge import Engine

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set") / "two.jsonl"
    rows = as_rows(tuning_set(4)[1:3])
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_views_are_read_once_and_evaluated_twice(
    calcsight_command: Command, definition: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    common = ["evaluate", "simulated-definition", str(definition), "--replicates", "100"]
    answer = calcsight_command(*common, "--out", str(first), "--jobs", "1")
    assert answer.status == 0, answer.err
    assert "within_0.35_mm" in answer.out
    # Both views are those of one woman.
    assert "targets in one patient: no interval" in answer.out
    page = (first / "evaluation.html").read_text(encoding="utf-8")
    assert "Targets in 1 patient only: no interval." in page
    assert "too narrow" not in answer.out + page
    assert "Page: " in answer.out
    names = {path.name for path in first.iterdir()}
    assert names == {
        "evaluation.json", "evaluation.html", "figures.csv", "curves.csv", "predictions.json",
    }  # fmt: skip
    kept = str(first / "predictions.json")
    again = calcsight_command(*common, "--out", str(second), "--predictions", kept, "--json")
    assert again.status == 0, again.err
    document = json.loads(again.out)
    before = json.loads((first / "evaluation.json").read_text(encoding="utf-8"))
    assert document["figures"] == before["figures"]
    assert document["data_set"]["views"] == 2
    full = calcsight_command(*common, "--out", str(second), "--predictions", kept)
    assert full.status == 2
    assert "output_not_empty" in full.err
    # The predictions may lie in the folder that is cleared.
    over = calcsight_command(*common, "--out", str(first), "--predictions", kept, "--overwrite")
    assert over.status == 0, over.err


def test_the_predictions_of_another_detector(
    calcsight_command: Command, definition: Path, tmp_path: Path
) -> None:
    names = [spec.name for spec in tuning_set(4)[1:3]]
    mine = tmp_path / "mine.csv"
    common = ["evaluate", "simulated-definition", str(definition), "--replicates", "100"]

    def run(text: str, out: str) -> tuple[int, str, str]:
        mine.write_text("view,row,column,score\n" + text, encoding="utf-8")
        answer = calcsight_command(
            *common, "--out", str(tmp_path / out), "--predictions", str(mine)
        )
        return answer.status, answer.out, answer.err

    status, said, _ = run(f"{names[0]},1,2,0.5\n{names[1]},,,\n", "a")
    assert status == 0
    assert "the predictions hold no groups" in said
    status, _, problem = run(f"{names[0]},1,2,0.5\n", "b")
    assert status == 2
    assert f"1 views without predictions: {names[1]}" in problem
    status, _, problem = run(f"{names[0]},1,2,high\n", "c")
    assert status == 2
    assert "line 2" in problem
    mine.write_text(
        f"view,kind,row,column,score\n{names[0]},refused,,,\n{names[1]},none,,,\n",
        encoding="utf-8",
    )
    answer = calcsight_command(*common, "--out", str(tmp_path / "d"), "--predictions", str(mine))
    assert answer.status == 4
    assert f"{names[0]} refused" in answer.err


def test_a_wrong_name_or_folder_is_a_usage_error(
    calcsight_command: Command, tmp_path: Path
) -> None:
    out = ["--out", str(tmp_path / "out")]
    wrong = calcsight_command("evaluate", "no-such-set", str(tmp_path), *out)
    assert wrong.status == 2
    assert "simulated-definition" in wrong.err
    empty = calcsight_command("evaluate", "simulated-definition", str(tmp_path), *out)
    assert empty.status == 2
    assert ".jsonl" in empty.err
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"name": 1}\n', encoding="utf-8")
    refused = calcsight_command("evaluate", "simulated-definition", str(broken), *out)
    assert refused.status == 2
    assert not (tmp_path / "out").exists()


def test_what_is_refused_leaves_the_earlier_results_alone(
    calcsight_command: Command, definition: Path, tmp_path: Path
) -> None:
    earlier = tmp_path / "out"
    mine = tmp_path / "mine.csv"
    rows = "".join(f"{spec.name},,,\n" for spec in tuning_set(4)[1:3])
    mine.write_text("view,row,column,score\n" + rows, encoding="utf-8")
    common = ["evaluate", "simulated-definition", str(definition), "--out", str(earlier)]
    common += ["--replicates", "100", "--overwrite"]
    assert calcsight_command(*common, "--predictions", str(mine)).status == 0
    before = {path.name: path.read_bytes() for path in earlier.iterdir()}
    no_model = calcsight_command(*common, "--model", "better")
    assert no_model.status == 7
    assert "model_missing" in no_model.err
    both = calcsight_command(*common, "--predictions", str(mine), "--model", "classical-1")
    assert both.status == 2
    assert "--model beside --predictions" in both.err
    assert {path.name: path.read_bytes() for path in earlier.iterdir()} == before


def test_a_view_without_an_image_is_said_before_any_is_read(
    calcsight_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calcsight.evaluation.reading_views.read", None)
    (tmp_path / "views.csv").write_text("view,patient\na,1\nb,1\n", encoding="utf-8")
    (tmp_path / "particles.csv").write_text("view,row,column\n", encoding="utf-8")
    answer = calcsight_command("evaluate", "csv", str(tmp_path), "--out", str(tmp_path / "out"))
    assert answer.status == 2
    assert "2 views without an image: a, b" in answer.err
    assert not (tmp_path / "out").exists()


def test_the_engine_of_the_settings_is_the_one_that_reads(
    calcsight_command: Command,
    definition: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def noted(name: str, engine: Engine) -> None:
        asked.append(engine)
        raise ModelMissingError(name)

    monkeypatch.setattr("calcsight.models.load_judge", noted)
    settings = tmp_path / "settings.toml"
    settings.write_text('engine = "openvino"\n', encoding="utf-8")
    answer = calcsight_command(
        "evaluate", "simulated-definition", definition, "--settings", settings,
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert answer.status == 7
    assert asked == [Engine.FASTER]
