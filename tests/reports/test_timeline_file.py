"""The file of a timeline: exact, strict, whole, and one writer at a time."""

import json
import multiprocessing
import os
import stat
from collections.abc import Callable
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.reports.timelines import biopsied, timeline, watched

from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import TIMELINE_SCHEMA_VERSION, SchemaName, schema_of
from calcsight.reports.timeline_document import timeline_document
from calcsight.reports.timeline_file import changed_timeline, timeline_from, timeline_of
from calcsight.terms.errors import OutputError, TimelineError, UnreadableFileError
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import Appearance, Assessment, End, Ending, Recommendation
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, View
from calcsight.terms.timeline import OtherName, SeenChange, Timeline, refuse_no_pseudonym

Edit = Callable[[dict[str, Any]], object]


def document() -> dict[str, Any]:
    """Return the document of a full timeline, as plain data from a file."""
    parsed: dict[str, Any] = json.loads(json_text(timeline_document(timeline())))
    return parsed


def kept(folder: Path, held: Timeline | None = None) -> Path:
    """Write a timeline down."""
    path = folder / "W-1.json"
    assert changed_timeline(path, lambda _: held or timeline())
    return path


def test_what_is_written_is_read_again_exactly(tmp_path: Path) -> None:
    path = kept(tmp_path)
    assert timeline_from(path) == timeline()
    before = path.read_bytes()
    assert not changed_timeline(path, lambda old: old or timeline())
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["W-1.json"]


def test_the_schema_holds_what_is_written() -> None:
    schema = schema_of(SchemaName.TIMELINE)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document())
    assert schema["properties"]["schema_version"]["const"] == TIMELINE_SCHEMA_VERSION


def test_the_schema_has_the_fields_and_the_words_of_the_nouns() -> None:
    schema = schema_of(SchemaName.TIMELINE)
    defined = schema["$defs"]
    nouns = {
        "appearance": Appearance,
        "assessment": Assessment,
        "ending": Ending,
        "finding": Finding,
        "change": SeenChange,
        "name": OtherName,
    }
    for part, noun in nouns.items():
        assert set(defined[part]["properties"]) == {one.name for one in fields(noun)}
    own = set(schema["properties"]) - {"document", "schema_version", "intended_use"}
    assert own == {one.name for one in fields(Timeline)}
    seen = defined["appearance"]["properties"]
    vocabulary: list[tuple[type[StrEnum], dict[str, Any]]] = [
        (View, seen["view"]),
        (ExamKind, seen["exam_kind"]),
        (Change, seen["change"]["oneOf"][1]),
        (End, defined["ending"]["properties"]["end"]),
        (Recommendation, defined["assessment"]["properties"]["recommendation"]),
    ]
    for kind, held in vocabulary:
        assert held["enum"] == [one.value for one in kind]


def test_final_records_and_timelines_share_their_forms() -> None:
    final, whole = (schema_of(one)["$defs"] for one in (SchemaName.FINAL, SchemaName.TIMELINE))
    assert {name: whole[name] for name in final} == final


def _finding(**changed: Any) -> Edit:
    return lambda held: held["findings"][0].update(changed)


def _seen(**changed: Any) -> Edit:
    return lambda held: held["findings"][0]["appearances"][0].update(changed)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda d: d.update(patient="x"), "patient: is no key"),
        (lambda d: d.update(schema_version="1.1.0"), "schema '1.1.0'"),
        (lambda d: d.update(schema_version="2.0.0"), "schema '2.0.0'"),
        (lambda d: d.update(document="calcsight.final"), "the document 'calcsight.final'"),
        (lambda d: d.update(woman="Doe^Jane"), "woman: needs a text like"),
        (lambda d: d.update(woman="1234567890"), "patient number"),
        (lambda d: d.pop("names"), "names: is missing"),
        (lambda d: d["findings"].append(d["findings"][0]), "or names called '2.25.1'"),
        (_finding(id="F2"), "two findings or names called 'F2'"),
        (_finding(tracking_uid="2.25.2"), "two findings or names called '2.25.2'"),
        (_finding(laterality="L"), "findings[0]: the finding F1 of side L with a record of side R"),
        (_finding(state="closed"), "findings[0].state: is no key"),
        (_finding(id="F9"), "a record of the finding 'F1', which is not here"),
        (_seen(acquired_on=None), "findings[0].appearances[0].acquired_on: needs string"),
        (_seen(acquired_on="2025-02-29"), "findings[0].appearances[0].acquired_on: something else"),
        (_seen(count=-1), "findings[0].appearances[0].count: needs a number from 0"),
        (_seen(row=None), "findings[0].appearances[0]: an appearance with half a place"),
        (_seen(mammogram_uid="2.1"), "two appearances of 2.1 group 1"),
        (
            lambda d: d["findings"][1]["biopsies"][0].update(finding_id="F1"),
            "findings[1]: the biopsy B1 of the finding F1 in F2",
        ),
        (
            lambda d: d["findings"][1]["biopsies"][0]["pathology"][0].update(subtype=None),
            "findings[1].biopsies[0].pathology[0].subtype: needs string",
        ),
        (
            lambda d: d["findings"][2]["endings"][0].update(at="2025-02-01T08:00:00"),
            "findings[2].endings[0].at: needs a text like",
        ),
        (lambda d: d["changes"][0].update(finding_id="F7"), "the finding 'F7', which is not"),
        (lambda d: d["changes"][0].update(count_band=[2, -2]), "a band from 2.0 to -2.0"),
        (lambda d: d["changes"].append({**d["changes"][0], "count": 1}), "two changes called"),
        (lambda d: d["names"].append({"name": "F2", "finding_id": "F1"}), "called 'F2'"),
    ],
)
def test_a_timeline_mended_badly_by_hand_is_refused_with_its_place(
    edit: Edit, said: str, tmp_path: Path
) -> None:
    held = document()
    edit(held)
    path = tmp_path / "W-1.json"
    path.write_text(json.dumps(held), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(TimelineError) as refused:
        changed_timeline(path, lambda _: timeline(woman="W-2"))
    assert said in refused.value.found, refused.value
    assert "Jane" not in str(refused.value)
    assert path.read_bytes() == before


def test_records_in_another_order_are_the_same_timeline() -> None:
    held = document()
    held["findings"][0]["appearances"].reverse()
    held["findings"][0]["appearances"].append(held["findings"][0]["appearances"][0])
    assert timeline_of(held) == timeline()


@pytest.mark.parametrize("name", ["W-0042", "a", "A1_b.c-9", "P" * 64])
def test_a_pseudonym(name: str) -> None:
    refuse_no_pseudonym(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Jane Doe",
        "Doe^Jane",
        "Doe,Jane",
        "19700101",
        "1970-01-01",
        "123.456",
        "-W1",
        "W1-",
        "P" * 65,
        "W1\n",
        "W/1",
        "Wö",
    ],
)
def test_what_may_be_a_name_or_a_number_is_no_pseudonym(name: str) -> None:
    with pytest.raises(TimelineError) as refused:
        refuse_no_pseudonym(name)
    assert not name.strip() or name not in str(refused.value)


def test_another_program_that_writes_meanwhile_loses_nothing(tmp_path: Path) -> None:
    path = kept(tmp_path)
    theirs = json_text(timeline_document(timeline(names=())))

    def change(old: Timeline | None) -> Timeline:
        path.write_text(theirs, encoding="utf-8")
        return timeline(findings=(watched(), biopsied()))

    with pytest.raises(TimelineError, match="changed meanwhile"):
        changed_timeline(path, change)
    assert path.read_text(encoding="utf-8") == theirs
    assert os.listdir(tmp_path) == ["W-1.json"]


def test_a_file_that_another_program_made_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "W-1.json"

    def change(old: Timeline | None) -> Timeline:
        assert old is None
        path.write_text("theirs", encoding="utf-8")
        return timeline()

    with pytest.raises(TimelineError, match="changed meanwhile"):
        changed_timeline(path, change)
    assert path.read_text(encoding="utf-8") == "theirs"


def _add_name(path: Path, number: int) -> None:
    """Give F1 one more name, in a process of its own."""

    def change(old: Timeline | None) -> Timeline:
        assert old is not None
        name = OtherName(name=f"name-{number}", finding_id="F1")
        return replace(old, names=(*old.names, name))

    changed_timeline(path, change)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has a lock that waits")
def test_several_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = kept(tmp_path)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_add_name, args=(path, n)) for n in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert [one.exitcode for one in workers] == [0] * 6
    names = {one.name for one in timeline_from(path).names}
    assert names == {"2.25.44", *(f"name-{n}" for n in range(6))}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_private_file_stays_private_and_a_link_is_followed(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert changed_timeline(link, lambda _: timeline(names=()))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert timeline_from(path).names == ()


def test_a_failing_change_leaves_the_file(tmp_path: Path) -> None:
    path = kept(tmp_path)
    before = path.read_bytes()

    def change(old: Timeline | None) -> Timeline:
        raise TimelineError("no")

    with pytest.raises(TimelineError):
        changed_timeline(path, change)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["W-1.json"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        changed_timeline(tmp_path / "none" / "W-1.json", lambda _: timeline())
    with pytest.raises(UnreadableFileError):
        changed_timeline(tmp_path, lambda _: timeline())
