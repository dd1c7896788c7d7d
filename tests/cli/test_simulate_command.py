"""`calcsight simulate` writes phantoms that `calcsight read` reads, with their truth."""

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest

from calcsight.simulation.exams import exam_specs
from calcsight.simulation.spec import ViewSpec

Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def small_exam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the rows of the real phantoms: the same files, sooner."""

    def small(seed: int) -> Sequence[ViewSpec]:
        return tuple(replace(spec, rows=900, pitch_mm=0.19) for spec in exam_specs(seed))

    monkeypatch.setattr("calcsight.batch.simulating.exam_specs", small)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_dicom_phantoms_with_their_truth(calcsight_command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "phantoms"
    answer = calcsight_command("simulate", "--out", folder, "--seed", 3)
    assert answer.status == 0
    views = sorted(path.name for path in folder.glob("*.dcm"))
    assert views == [
        "simulated_L_CC.dcm",
        "simulated_L_MLO.dcm",
        "simulated_R_CC.dcm",
        "simulated_R_MLO.dcm",
    ]
    assert all(str(folder / name) in answer.out for name in views)
    studies = {pydicom.dcmread(folder / name).StudyInstanceUID for name in views}
    assert len(studies) == 1
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert truth["seed"] == 3
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(view["particles"]) for view in truth["views"]) > 0
    for view in truth["views"]:
        header = pydicom.dcmread(folder / view["image"], stop_before_pixels=True)
        assert (header.Rows, header.Columns) == (view["rows"], view["columns"])
        for particle in view["particles"]:
            assert 0 <= particle["row"] < view["rows"]
            assert 0 <= particle["column"] < view["columns"]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    calcsight_command: Command, tmp_path: Path
) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        calcsight_command("simulate", "--out", tmp_path / name, "--seed", seed)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")


def test_png_phantoms_come_with_a_table_that_read_takes(
    calcsight_command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "phantoms"
    answer = calcsight_command("simulate", "--out", folder, "--format", "png", "--json")
    assert set(json.loads(answer.out)["files"]) == {path.name for path in folder.iterdir()}
    table = folder / "inputs.csv"
    read = calcsight_command("read", "--inputs", table, "--out", tmp_path / "out", "--jobs", 1)
    assert read.status == 0
    document = json.loads((tmp_path / "out" / "simulated_R_MLO.reading.json").read_text())
    assert document["mammogram"]["view"] == "MLO"
    assert document["mammogram"]["spacing"]["row_mm"] == 0.19


def test_another_format_in_the_same_folder_replaces_the_first(
    calcsight_command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "phantoms"
    calcsight_command("simulate", "--out", folder)
    assert calcsight_command("simulate", "--out", folder, "--format", "png").status == 2
    words = ("simulate", "--out", folder, "--format", "png", "--overwrite")
    assert calcsight_command(*words).status == 0
    assert list(folder.glob("*.dcm")) == []
    assert len(list(folder.glob("*.png"))) == 4
