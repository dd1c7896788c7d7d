"""`calcsight compare` as a user runs it."""

import csv
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from calcsight.batch.compared_series import compared_of
from calcsight.reports.comparison_entries import Compared
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.comparison import NotComparable
from calcsight.terms.reading import INTENDED_USE

Command = Callable[..., Any]
WriteView = Callable[..., Path]

OLD = ((200, 100), (330, 60))
MORE = ((200, 100), (200, 130), (215, 112), (185, 118), (208, 145), (195, 140), (330, 60))
FILES = {"comparison.json", "comparison.html", "changes.csv", "links.csv", "manifest.json"}


def document_in(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema_of(SchemaName.COMPARISON)).validate(document)
    return document


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def pair(write_view: WriteView) -> tuple[Path, Path]:
    """Return a current view with a group and a prior one with a particle of it."""
    return write_view("new/view_L_CC.png", specks=MORE), write_view("old/view_L_CC.png", specks=OLD)


SAID = ("--spacing-mm", 0.1, "--date", "2024-03-01", "--prior-date", "2022-02-28")


def test_what_changed_is_said_and_written(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("compare", *pair, *SAID, "--out", out)
    assert (answer.status, answer.err) == (0, "")
    *told, not_looked_for, use, last = answer.out.splitlines()
    assert (
        told[0] == "L CC: the mammogram of 2024-03-01 beside that of 2022-02-28, 732 days before."
    )
    assert "calcifications now" in told[1]
    assert not_looked_for == "Masses, asymmetries and distortion were not looked for."
    assert use == INTENDED_USE
    assert last == f"Report: {out / 'comparison.html'}"
    assert {path.name for path in out.iterdir()} == {
        *FILES,
        "new_view_L_CC.reading.json",
        "old_view_L_CC.reading.json",
    }
    document = document_in(out)
    assert document["not_comparable"] is None
    [pair_told] = document["pairs"]
    assert pair_told["days"] == 732
    assert pair_told["registration"]["succeeded"] is True
    [group] = document["groups"]
    assert (group["image"], group["frame"]) == ("new/view_L_CC.png", "current")
    assert abs(group["row"] - 200) < 8
    assert abs(group["column"] - 124) < 8
    assert group["tracking_uid"].startswith("2.25.")
    assert group["measures"]["count"]["current"] >= 5
    assert document["courses"][0]["points"][-1]["count"] == group["measures"]["count"]["current"]
    tables_hold(document, out)


def tables_hold(document: dict[str, Any], out: Path) -> None:
    """Hold both tables against the document."""
    changes, links = rows_of(out / "changes.csv"), rows_of(out / "links.csv")
    assert [row["change"] for row in changes] == [one["change"] for one in document["groups"]]
    assert {int(row["link"]) for row in links} == {one["link"] for one in document["links"]}
    linked = [row for row in links if row["kind"] == "linked"]
    assert linked
    for row in linked:
        # The same place of the same breast: nothing moved.
        assert abs(float(row["current_row"]) - float(row["prior_row"])) < 5


def test_json_is_the_document_and_nothing_else(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = calcsight_command("compare", *pair, *SAID, "--out", out, "--json")
    assert json.loads(answer.out) == document_in(out)


def test_the_same_bytes_come_again_and_overwriting_leaves_no_old_file(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    calcsight_command("compare", *pair, *SAID, "--out", out, "--names", "uid")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    again = calcsight_command("compare", *pair, *SAID, "--out", out)
    assert again.status == 2
    assert "output_not_empty" in again.err
    calcsight_command("compare", *pair, *SAID, "--out", out, "--overwrite")
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(after) == len(before)
    same = FILES - {"manifest.json"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_neither_processes_nor_the_current_folder_change_a_byte(
    calcsight_command: Command,
    pair: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = tmp_path / "there"
    calcsight_command("compare", *pair, *SAID, "--out", there)
    monkeypatch.chdir(pair[0].parent)
    here = tmp_path / "here"
    answer = calcsight_command(
        "compare",
        pair[0].name,
        Path("..") / "old" / pair[1].name,
        *SAID,
        "--out",
        here,
        "--jobs",
        2,
    )
    assert (answer.status, answer.err) == (0, "")
    names = {path.name for path in there.iterdir()}
    assert {path.name for path in here.iterdir()} == names
    for name in names - {"manifest.json"}:
        assert (here / name).read_bytes() == (there / name).read_bytes(), name


@pytest.mark.parametrize(
    ("current", "prior", "why"),
    [
        ("a/view_L_CC.png", "b/view_L_MLO.png", NotComparable.ANOTHER_VIEW),
        ("a/view_L_CC.png", "b/view_R_CC.png", NotComparable.ANOTHER_BREAST),
        ("a/view.png", "b/view_L_CC.png", NotComparable.LATERALITY_UNKNOWN),
    ],
)
def test_what_cannot_be_compared_is_a_result_with_a_status_of_its_own(
    calcsight_command: Command,
    write_view: WriteView,
    tmp_path: Path,
    current: str,
    prior: str,
    why: NotComparable,
) -> None:
    out = tmp_path / "out"
    files = (write_view(current, specks=MORE), write_view(prior, specks=OLD))
    answer = calcsight_command("compare", *files, *SAID, "--out", out)
    assert answer.status == 8
    assert why.text in answer.out
    document = document_in(out)
    assert document["not_comparable"] == {"code": why.value, "text": why.text}
    assert (document["groups"], document["links"], document["courses"]) == ([], [], [])
    assert why.text in (out / "comparison.html").read_text(encoding="utf-8")


def test_the_same_file_twice_and_a_later_prior_are_no_comparison(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    same = calcsight_command("compare", pair[0], pair[0], *SAID[:2], "--out", tmp_path / "same")
    assert same.status == 8
    told = document_in(tmp_path / "same")
    assert told["not_comparable"]["code"] == "same_image"
    assert [told["pairs"][0][side]["image"] for side in ("current", "prior")] == 2 * [
        "view_L_CC.png"
    ]
    turned = ("--date", "2020-01-01", "--prior-date", "2022-02-28", "--spacing-mm", 0.1)
    later = calcsight_command("compare", *pair, *turned, "--out", tmp_path / "later")
    assert later.status == 8
    assert document_in(tmp_path / "later")["not_comparable"]["code"] == "prior_is_later"


def test_without_millimetres_nothing_is_compared(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    answer = calcsight_command("compare", *pair, "--out", tmp_path / "out")
    assert answer.status == 8
    assert document_in(tmp_path / "out")["not_comparable"]["code"] == "spacing_unknown"


def test_a_prior_that_cannot_be_read_is_refused_and_named(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken_L_CC.dcm"
    broken.write_bytes(b"no image")
    out = tmp_path / "out"
    answer = calcsight_command("compare", pair[0], pair[1], broken, *SAID, "--out", out)
    assert answer.status == 4
    assert "broken_L_CC.dcm refused: not_an_image" in answer.err
    document = document_in(out)
    assert document["not_comparable"] is None
    assert [(one["image"], one["code"]) for one in document["unpaired"]] == [
        ("broken_L_CC.dcm", "refused")
    ]
    alone = calcsight_command("compare", pair[0], broken, *SAID, "--out", tmp_path / "alone")
    assert alone.status == 4
    assert document_in(tmp_path / "alone")["not_comparable"]["code"] == "refused"
    assert document_in(tmp_path / "alone")["groups"] == []


def test_folders_are_exams_and_views_are_paired_by_side_and_view(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    for name in ("2024/a_L_CC.png", "2024/b_L_MLO.png", "2024/c_R_CC.png"):
        write_view(name, specks=MORE)
    for name in ("2022/x_L_MLO.png", "2022/y_L_CC.png", "2022/z_R_MLO.png"):
        write_view(name, specks=OLD)
    out = tmp_path / "out"
    folders = (tmp_path / "2024", tmp_path / "2022")
    answer = calcsight_command("compare", *folders, *SAID, "--out", out)
    assert answer.status == 0
    document = document_in(out)
    named = [(one["current"]["image"], one["prior"]["image"]) for one in document["pairs"]]
    assert named == [("a_L_CC.png", "y_L_CC.png"), ("b_L_MLO.png", "x_L_MLO.png")]
    alone = [(one["image"], one["frame"], one["code"]) for one in document["unpaired"]]
    assert sorted(alone) == [
        ("c_R_CC.png", "current", "no_counterpart"),
        ("z_R_MLO.png", "prior", "no_counterpart"),
    ]


def test_a_table_says_roles_and_dates_and_priors_are_put_in_order(
    calcsight_command: Command, pair: tuple[Path, Path], write_view: WriteView, tmp_path: Path
) -> None:
    write_view("older/view_L_CC.png", specks=OLD[:1])
    table = tmp_path / "inputs.csv"
    table.write_text(
        "path,role,spacing_mm,date\n"
        "older/view_L_CC.png,prior,0.1,2020-01-01\n"
        "new/view_L_CC.png,current,0.1,2024-03-01\n"
        "old/view_L_CC.png,prior,0.1,2022-02-28\n"
    )
    out = tmp_path / "out"
    assert calcsight_command("compare", "--inputs", table, "--out", out).status == 0
    document = document_in(out)
    assert [one["days"] for one in document["pairs"]] == [732, 1521]
    dates = [one["acquired_on"] for one in document["courses"][0]["points"]]
    assert dates == ["2020-01-01", "2022-02-28", "2024-03-01"]
    uids = {one["tracking_uid"] for one in document["groups"]}
    assert uids == {document["courses"][0]["tracking_uid"]}


def test_a_finding_that_a_timeline_follows_keeps_its_tracking_uid(
    calcsight_command: Command, write_view: WriteView, tmp_path: Path
) -> None:
    days = {"first": "2022-02-28", "second": "2023-03-01", "third": "2024-03-01"}
    grown = {"first": MORE[:5], "second": MORE[:6], "third": MORE}
    views = {one: write_view(f"{one}/view_L_CC.png", specks=grown[one]) for one in days}

    def compared(now: str, then: str, *more: object) -> set[str]:
        out = tmp_path / f"{now}{len(more)}"
        said = ("--spacing-mm", 0.1, "--date", days[now], "--prior-date", days[then])
        answer = calcsight_command("compare", views[now], views[then], *said, "--out", out, *more)
        assert answer.status == 0, answer.err
        return {one["tracking_uid"] for one in document_in(out)["groups"]}

    [followed] = compared("second", "first")
    timeline = tmp_path / "timeline.json"
    added = calcsight_command(
        "timeline", "add", timeline, tmp_path / "second0" / "comparison.json", "--woman", "W-1"
    )
    assert added.status == 0, added.err
    before = timeline.read_bytes()
    [named_anew] = compared("third", "second")
    assert named_anew != followed
    assert compared("third", "second", "--timeline", timeline) == {followed}
    assert timeline.read_bytes() == before
    nothing = calcsight_command(
        "compare", *views.values(), "--out", tmp_path / "out", "--timeline", views["first"]
    )
    assert nothing.status == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("path,role\nnew/view_L_CC.png,current\n", "0 prior rows"),
        ("path,role\nnew/view_L_CC.png,later\n", "line 2: the role 'later'"),
        ("path\nnew/view_L_CC.png\n", "path, role"),
    ],
)
def test_a_table_without_roles_is_a_usage_error(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path, text: str, said: str
) -> None:
    table = tmp_path / "inputs.csv"
    table.write_text(text)
    answer = calcsight_command("compare", "--inputs", table, "--out", tmp_path / "out")
    assert answer.status == 2
    assert said in answer.err
    assert not (tmp_path / "out").exists()
    both = calcsight_command("compare", *pair, "--inputs", table, "--out", tmp_path / "out")
    assert both.status == 2


def test_less_than_two_inputs_are_a_usage_error(
    calcsight_command: Command, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    none = calcsight_command("compare", "--out", tmp_path / "out")
    one = calcsight_command("compare", pair[0], "--out", tmp_path / "out")
    assert (none.status, one.status) == (2, 2)
    assert "no prior" in one.err
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = calcsight_command("compare", pair[0], empty, "--out", tmp_path / "out")
    assert nothing.status == 3
    inside = calcsight_command("compare", *pair, *SAID, "--out", pair[1].parent)
    assert inside.status == 2


def test_a_request_to_end_is_obeyed_before_the_next_pair_is_drawn(
    calcsight_command: Command,
    pair: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(*inputs: Any) -> Compared:
        signal.raise_signal(signal.SIGTERM)
        return compared_of(*inputs)

    monkeypatch.setattr("calcsight.batch.comparing_run.compared_of", asked)
    out = tmp_path / "out"
    answer = calcsight_command("compare", *pair, *SAID, "--out", out, "--jobs", "1")
    assert answer.status == 130
    # A folder without a manifest holds a run that did not come to its end.
    assert not (out / "manifest.json").exists()
    assert not (out / "comparison.html").exists()
