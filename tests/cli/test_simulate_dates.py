"""`calcsight simulate --dates` writes exams of one woman, and what links them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from calcsight.analysis.comparable import days_between, why_not_comparable
from calcsight.assembly import load
from calcsight.batch.folder import prepare_folder
from calcsight.batch.simulating import PhantomFormat
from calcsight.batch.simulating_series import simulate_dates
from calcsight.evaluation.data_sets.simulated import open_simulated
from calcsight.simulation.series_exams import exam_series
from calcsight.simulation.series_spec import SeriesSpec

Command = Callable[..., Any]
NAMES = [f"simulated_{side}_{view}.dcm" for side in "LR" for view in ("CC", "MLO")]


def small(seed: int, dates: int) -> tuple[SeriesSpec, ...]:
    """The same series of coarser pictures."""
    return tuple(
        replace(
            spec,
            reference=replace(spec.reference, pitch_mm=0.25, rows=440),
            visits=tuple(replace(visit, pitch_mm=0.25) for visit in spec.visits),
        )
        for spec in exam_series(seed, dates)
    )


@pytest.fixture(scope="module", autouse=True)
def small_series() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("calcsight.batch.simulating_series.exam_series", small)
        yield


@pytest.fixture(scope="module")
def written(small_series: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A series of two dates."""
    folder = tmp_path_factory.mktemp("written") / "series"
    simulate_dates(folder, PhantomFormat.DICOM, 3, 2, False, lambda _: None)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_one_folder_for_each_date_and_what_links_them(written: Path) -> None:
    folder = written
    said = json.loads((folder / "series.json").read_text(encoding="utf-8"))
    assert [exam["folder"] for exam in said["exams"]] == ["2024-01-15", "2025-01-15"]
    assert [exam["days_since_first"] for exam in said["exams"]] == [0, 366]
    studies, patients = set(), set()
    for exam in said["exams"]:
        headers = [pydicom.dcmread(folder / exam["folder"] / name) for name in NAMES]
        assert {header.StudyDate for header in headers} == {exam["acquired_on"].replace("-", "")}
        assert {header.AcquisitionDate for header in headers} == {headers[0].StudyDate}
        studies |= {header.StudyInstanceUID for header in headers}
        patients |= {header.PatientID for header in headers}
    assert len(studies) == 2
    assert len(patients) == 1
    assert [f"{view['laterality']}_{view['view']}" for view in said["views"]] == [
        "L_CC",
        "L_MLO",
        "R_CC",
        "R_MLO",
    ]
    fates = [[group["fates"] for group in view["groups"]] for view in said["views"]]
    assert [["increased"], ["stable"]] in fates
    assert [["new"], ["stable"]] in fates
    # Intervals are by woman: two exams of hers are one patient.
    assert len({view.patient for view in open_simulated(folder).views}) == 1


def test_numbers_of_the_series_are_those_of_each_exams_truth(written: Path) -> None:
    said = json.loads((written / "series.json").read_text(encoding="utf-8"))
    for view in said["views"]:
        assert len(view["landmarks"]) == len(view["images"]) == 2
        assert len(view["landmarks"][0]) == len(view["landmarks"][1]) > 10
        for at, image in enumerate(view["images"]):
            truth = json.loads((written / image).with_name("truth.json").read_text())
            name = Path(image).name
            true = next(one for one in truth["views"] if one["image"] == name)
            shown = [one["particles"][at] for one in view["particles"]]
            assert sorted(n for n in shown if n is not None) == [
                one["particle"] for one in true["particles"]
            ]
            for group in view["groups"]:
                number, count = group["groups"][at], group["counts"][at]
                assert (number is None) == (count == 0)
                if number is not None:
                    assert len(true["groups"][number - 1]["members"]) == count
                    assert true["groups"][number - 1]["kind"] == group["kind"]
            marks = np.array(view["landmarks"][at])
            assert (marks >= 0).all()
            assert (marks < (true["rows"], true["columns"])).all()


def test_written_exams_are_comparable_and_stay_so_when_dates_are_shifted(
    written: Path, tmp_path: Path
) -> None:
    before, after = tmp_path / "before.dcm", tmp_path / "after.dcm"
    for path, day in ((before, "2024-01-15"), (after, "2025-01-15")):
        path.write_bytes((written / day / NAMES[0]).read_bytes())
    prior, current = load(before), load(after)
    assert why_not_comparable(current, prior) is None
    assert days_between(current, prior) == 366
    for path in (before, after):
        header = pydicom.dcmread(path)
        for event in ("Study", "Series", "Acquisition", "Content"):
            made = date.fromisoformat(getattr(header, f"{event}Date"))
            moved = date.fromordinal(made.toordinal() - 2000)
            setattr(header, f"{event}Date", moved.strftime("%Y%m%d"))
        header.save_as(path)
    assert load(after).acquired_on == date(2019, 7, 26)
    assert days_between(load(after), load(before)) == 366


def test_another_run_in_the_same_folder_replaces_the_first(
    calcsight_command: Command, written: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    calcsight_command("simulate", "--out", folder, "--dates", 3, "--format", "png")
    (folder / "2023-01-15" / "mine.txt").write_text("kept", encoding="utf-8")
    words = ("simulate", "--out", folder, "--dates", 2, "--seed", 3)
    assert calcsight_command(*words).status == 2
    answer = calcsight_command(*words, "--overwrite", "--json")
    assert answer.status == 0
    assert {path.name for path in (folder / "2023-01-15").iterdir()} == {"mine.txt"}
    made = {name: one for name, one in digests(folder).items() if not name.endswith("mine.txt")}
    assert made == digests(written)
    assert set(json.loads(answer.out)["files"]) == set(made)


@pytest.mark.parametrize("dates", [0, 9, "two"])
def test_other_numbers_of_dates_are_refused(
    calcsight_command: Command, tmp_path: Path, dates: object
) -> None:
    assert calcsight_command("simulate", "--out", tmp_path / "s", "--dates", dates).status == 2
    assert not (tmp_path / "s").exists()


def test_a_list_that_names_its_own_folder_is_not_followed(tmp_path: Path) -> None:
    listed = {"document": "calcsight.series", "files": [], "folders": ["", ".", ".."]}
    (tmp_path / "series.json").write_text(json.dumps(listed), encoding="utf-8")
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    prepare_folder(tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
