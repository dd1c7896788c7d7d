"""A run: results that depend on the inputs alone, whole files or none, nothing left out."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from calcsight.batch.clock import Clock
from calcsight.batch.finding import Argument, find_inputs
from calcsight.batch.run import RunDone, RunOrder, run
from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.reports.manifest import ReadInput, RefusedInput
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.errors import (
    NoMammogramsError,
    OutputError,
    OutputNotEmptyError,
    UsageError,
)
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

WriteView = Callable[..., Path]


def fixed_clock() -> Clock:
    return Clock(now=lambda: datetime(2024, 1, 1, tzinfo=UTC), seconds=lambda: 0.0)


@pytest.fixture
def order(tmp_path: Path, write_view: WriteView, judge: Judge) -> RunOrder:
    """Two views and a broken file in a folder."""
    write_view("exam/a_L_CC.png")
    write_view("exam/b_L_MLO.png", specks=())
    (tmp_path / "exam" / "broken.dcm").write_bytes(b"no image")
    (tmp_path / "exam" / "notes.txt").write_text("notes")
    found = find_inputs([Argument(path=tmp_path / "exam", stated=Stated(spacing_mm=0.1))])
    return RunOrder(
        found=found,
        output=tmp_path / "out",
        judge=judge,
        settings=Settings(),
        clock=fixed_clock(),
    )


def done(order: RunOrder) -> RunDone:
    return run(order, lambda _: None)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_everything_promised_is_written_and_the_manifest_lists_it(order: RunOrder) -> None:
    manifest = done(order).manifest
    names = {path.name for path in order.output.iterdir()}
    assert names == {
        "manifest.json",
        *manifest["files"],
        *(name for one in manifest["inputs"] for name in one.get("files", [])),
    }
    assert {"calcifications.csv", "groups.csv", "report.html", "a_L_CC.reading.json"} <= names
    assert {"a_L_CC.overlay.png", "a_L_CC.group1.crop.png", "b_L_MLO.overlay.png"} <= names
    written = json.loads((order.output / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema_of(SchemaName.MANIFEST)).validate(written)
    assert written == manifest


def test_readings_on_disk_validate_and_agree_with_the_tables(order: RunOrder) -> None:
    done(order)
    rows = (order.output / "calcifications.csv").read_text(encoding="utf-8").splitlines()[1:]
    listed = 0
    for path in order.output.glob("*.reading.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema_of(SchemaName.READING)).validate(document)
        listed += len(document["calcifications"])
    assert listed == len(rows) > 0


def test_refused_and_ignored_files_are_in_the_manifest_with_their_reason(order: RunOrder) -> None:
    manifest = done(order).manifest
    by_image = {one["image"]: one for one in manifest["inputs"]}
    assert by_image["broken.dcm"]["status"] == "refused"
    assert by_image["broken.dcm"]["code"] == "not_an_image"
    assert manifest["ignored"] == [{"image": "notes.txt", "reason": "neither DICOM, PNG nor TIFF"}]
    assert manifest["counts"]["read"] == 2
    assert manifest["counts"]["refused"] == 1


def test_the_watcher_is_told_of_each_input_in_order(order: RunOrder) -> None:
    told: list[ReadInput | RefusedInput] = []
    run(order, told.append)
    assert [one.image for one in told] == ["a_L_CC.png", "b_L_MLO.png", "broken.dcm"]


def test_two_runs_give_the_same_bytes(order: RunOrder, tmp_path: Path) -> None:
    done(order)
    done(replace(order, output=tmp_path / "again"))
    assert contents(order.output) == contents(tmp_path / "again")


def test_times_stand_in_their_block_alone(order: RunOrder, tmp_path: Path) -> None:
    first = done(order).manifest
    ticks: Iterator[int] = iter(range(10_000))
    clock = Clock(now=lambda: datetime(2030, 5, 5, tzinfo=UTC), seconds=lambda: float(next(ticks)))
    later = done(replace(order, output=tmp_path / "later", clock=clock)).manifest
    assert later["timings"] != first["timings"]
    assert {**later, "timings": None} == {**first, "timings": None}
    stages = later["timings"]["inputs"][0]["stages"]
    assert set(stages) == {"load", "read", "draw", "document", "write"}
    before, after = contents(order.output), contents(tmp_path / "later")
    del before["manifest.json"], after["manifest.json"]
    assert before == after


def test_the_number_of_processes_changes_nothing(order: RunOrder, tmp_path: Path) -> None:
    # Processes import what they run, so this takes the judge that ships and the real clock.
    shipped = replace(order, judge=load_judge(), clock=Clock())
    done(replace(shipped, output=tmp_path / "one", jobs=1))
    done(replace(shipped, output=tmp_path / "two", jobs=2))
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    del one["manifest.json"], two["manifest.json"]
    assert one == two
    manifests = [
        json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two")
    ]
    assert [one["timings"]["jobs"] for one in manifests] == [1, 2]
    assert {**manifests[0], "timings": 0} == {**manifests[1], "timings": 0}


def test_names_by_uid(order: RunOrder) -> None:
    manifest = done(replace(order, by_uid=True)).manifest
    read = [one for one in manifest["inputs"] if one["status"] == "read"]
    for one in read:
        stem = one["uid"].replace(":", "-")
        assert f"{stem}.reading.json" in one["files"]
        assert one["image"].endswith(".png")


def test_the_same_image_twice_by_uid_is_numbered(
    order: RunOrder, tmp_path: Path, write_view: WriteView
) -> None:
    write_view("exam/copy_L_CC.png")
    found = find_inputs([Argument(path=tmp_path / "exam", stated=Stated(spacing_mm=0.1))])
    manifest = done(replace(order, found=found, by_uid=True)).manifest
    names = [name for one in manifest["inputs"] for name in one.get("files", [])]
    assert len(set(names)) == len(names)
    assert any("-2.reading.json" in name for name in names)


def test_parquet_is_written_when_asked_for(order: RunOrder) -> None:
    manifest = done(replace(order, parquet=True)).manifest
    assert {"calcifications.parquet", "groups.parquet"} <= set(manifest["files"])
    assert (order.output / "groups.parquet").read_bytes().startswith(b"PAR1")


def test_listing_every_candidate_does_not_change_the_groups(
    order: RunOrder, tmp_path: Path
) -> None:
    judge = load_judge()
    few = done(replace(order, judge=judge)).manifest
    settings = Settings(min_score=0.0)
    every = done(replace(order, judge=judge, settings=settings, output=tmp_path / "all")).manifest
    assert every["counts"]["groups"] == few["counts"]["groups"]
    assert every["counts"]["calcifications"] == few["counts"]["calcifications"]
    listed = [one["listed"] for one in every["inputs"] if one["status"] == "read"]
    assert sum(listed) > every["counts"]["calcifications"]


def test_a_folder_that_is_not_empty_is_refused_unless_told(order: RunOrder) -> None:
    done(order)
    with pytest.raises(OutputNotEmptyError):
        done(order)
    again = done(replace(order, overwrite=True))
    assert again.read_count == 2


def test_overwriting_removes_what_an_earlier_run_wrote_and_nothing_else(order: RunOrder) -> None:
    done(order)
    (order.output / "my notes.txt").write_text("mine")
    (order.output / f".{'0' * 32}.part.png").write_bytes(b"left by a killed run")
    fewer = replace(order.found, inputs=order.found.inputs[1:])
    done(replace(order, found=fewer, overwrite=True))
    names = {path.name for path in order.output.iterdir()}
    assert "my notes.txt" in names
    assert not any(name.startswith(("a_L_CC", ".")) for name in names)


@pytest.mark.parametrize(
    "manifest",
    [
        b"not json",
        b"{}",
        b'{"document": "other", "files": ["keep.txt"], "inputs": []}',
        b'{"document": "calcsight.manifest", "files": ["../keep.txt"], "inputs": []}',
        b'{"document": "calcsight.manifest", "files": 7, "inputs": [7]}',
    ],
)
def test_a_foreign_manifest_removes_nothing_it_should_not(
    order: RunOrder, tmp_path: Path, manifest: bytes
) -> None:
    order.output.mkdir()
    (tmp_path / "keep.txt").write_text("mine")
    (order.output / "keep.txt").write_text("mine")
    (order.output / "manifest.json").write_bytes(manifest)
    done(replace(order, overwrite=True))
    assert (tmp_path / "keep.txt").exists()
    assert (order.output / "keep.txt").exists()


def test_nothing_to_read_is_an_error_and_writes_nothing(order: RunOrder, tmp_path: Path) -> None:
    empty = find_inputs([Argument(path=tmp_path / "exam" / "nowhere", stated=Stated())])
    nothing = replace(empty, inputs=())
    with pytest.raises(NoMammogramsError):
        done(replace(order, found=nothing))
    assert not order.output.exists()


def test_results_among_the_inputs_are_refused(order: RunOrder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds inputs"):
        done(replace(order, output=tmp_path / "exam", overwrite=True))


def test_a_folder_that_is_a_file_cannot_hold_results(order: RunOrder, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        done(replace(order, output=tmp_path / "exam" / "notes.txt"))


@pytest.mark.parametrize("writes_before", [0, 2, 5, 7])
def test_a_full_disk_leaves_no_partial_file(
    order: RunOrder, monkeypatch: pytest.MonkeyPatch, writes_before: int
) -> None:
    left = [writes_before]
    synchronise = os.fsync

    def full(descriptor: int) -> None:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        synchronise(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        done(order)
    monkeypatch.undo()
    names = {path.name for path in order.output.iterdir()}
    assert "manifest.json" not in names
    assert not any(name.startswith(".") for name in names)
    for path in order.output.glob("*.json"):
        json.loads(path.read_text())
    for path in order.output.glob("*.png"):
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82")


def test_a_full_disk_while_a_table_grows_is_an_output_error(
    order: RunOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(rows: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("calcsight.batch.results.csv_lines", full)
    with pytest.raises(OutputError, match="No space left"):
        done(order)
    assert not any(path.suffix in {".csv", ".html", ".part"} for path in order.output.iterdir())


def test_an_interruption_leaves_whole_files_alone(
    order: RunOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(one: ReadInput | RefusedInput) -> None:
        if one.image == "b_L_MLO.png":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(order, interrupted)
    names = {path.name for path in order.output.iterdir()}
    assert "a_L_CC.reading.json" in names
    assert "b_L_MLO.reading.json" in names
    assert not names & {"manifest.json", "report.html", "calcifications.csv"}
    assert not any(name.startswith(".") for name in names)


def test_a_fault_of_calcsight_itself_is_told_by_type_alone_and_the_run_goes_on(
    order: RunOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(mammogram: Any, *others: Any) -> Any:
        if mammogram.view == "MLO":
            raise RuntimeError("SENTINEL^NAME stood in a header")
        return read(mammogram, judge, settings)

    monkeypatch.setattr("calcsight.batch.view.read", faulty)
    finished = done(order)
    assert finished.refused_codes == ["internal", "not_an_image"]
    assert finished.read_count == 1
    text = (order.output / "manifest.json").read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "SENTINEL" not in text
    with pytest.raises(RuntimeError):
        done(replace(order, debug=True, overwrite=True))
