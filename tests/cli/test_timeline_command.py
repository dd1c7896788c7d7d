"""`calcsight timeline` and `calcsight final`: from documents to who is overdue."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.interpreted import guidance
from tests.reports.final_records import biopsy, final
from tests.reports.timelines import biopsied, ended, timeline, watched

from calcsight.reports.due_columns import DUE_COLUMNS
from calcsight.reports.final_document import final_document
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.reports.timeline_document import timeline_document
from calcsight.reports.timeline_file import timeline_from
from calcsight.terms.finding import Finding
from calcsight.terms.finding_records import End, Ending, Recommendation
from calcsight.terms.guidance import Change
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.timeline import Timeline

Command = Callable[..., Any]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return the file of a full timeline."""
    return written(tmp_path / "W-1.json", timeline())


def written(path: Path, held: Timeline) -> Path:
    path.write_text(json_text(timeline_document(held)), encoding="utf-8")
    return path


@pytest.fixture
def read_file(interpreted_reading: Reading, tmp_path: Path) -> Path:
    """Return the file of an interpreted reading."""
    document = reading_document(interpreted_reading, "R_CC.dcm", Settings(), guidance())
    path = tmp_path / "R_CC.reading.json"
    path.write_text(json_text(document), encoding="utf-8")
    return path


def test_a_timeline_from_the_first_reading_to_the_next_due_day(
    calcsight_command: Command, read_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "W-1.json"
    answer = calcsight_command("timeline", "add", path, read_file, "--woman", "W-1")
    assert (answer.status, answer.err) == (0, "")
    [finding] = timeline_from(path).findings
    assert f"new finding {finding.id} (right breast)" in answer.out
    assert f"{path}: written" in answer.out

    record = final(
        finding_id=finding.id,
        tracking_uid=finding.tracking_uid,
        read_at=final().read_at.replace(year=2024),
        exam_uid="",
        exam_on=date(2024, 2, 29),
    )
    record_path = tmp_path / "final.json"
    record_path.write_text(json_text(final_document(record)), encoding="utf-8")
    assert calcsight_command("timeline", "add", path, record_path).status == 0

    shown = calcsight_command("timeline", "show", path, "--on", "2024-03-05")
    assert shown.status == 0
    text = " ".join(shown.out.split())
    for words in (
        f"{finding.id}, right breast: It is watched",
        f"tracking UID {finding.tracking_uid}",
        "2024-02-29 mammogram R CC, group 1: 5 calcifications",
        "2024-03-02 assessment category 3 (bi-rads-2013-like 1)",
        "by reader-1",
        "2024-08-29 due not due; 6 months after 2024-02-29",
        "2026-02-28 due not due; 24 months after 2024-02-29",
        INTENDED_USE,
    ):
        assert words in text, words
    for day, standing in (
        ("2024-06-28", "Not due (1)"),
        ("2024-06-29", "Due (1)"),
        ("2024-09-28", "Due (1)"),
        ("2024-09-29", "Overdue (1)"),
        ("2024-11-28", "Overdue (1)"),
        ("2024-11-29", "Lost (1)"),
    ):
        assert standing in calcsight_command("timeline", "due", path, "--on", day).out, day


def test_adding_twice_changes_nothing_and_says_so(
    calcsight_command: Command, read_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "W-1.json"
    calcsight_command("timeline", "add", path, read_file, "--woman", "W-1")
    before = path.read_bytes()
    answer = calcsight_command("timeline", "add", path, read_file, read_file)
    assert answer.status == 0
    assert answer.out.count("nothing that was not there") == 2
    assert f"{path}: left as it was" in answer.out
    assert path.read_bytes() == before
    again = calcsight_command("timeline", "add", path, read_file, "--json")
    document = json.loads(again.out)
    assert (document["written"], document["added"][0]["what"]) == (False, [])


def test_a_timeline_is_started_under_a_pseudonym_alone(
    calcsight_command: Command, read_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "W-1.json"
    answer = calcsight_command("timeline", "add", path, read_file)
    assert (answer.status, answer.out) == (2, "")
    assert "--woman PSEUDONYM" in answer.err
    answer = calcsight_command("timeline", "add", path, read_file, "--woman", "Jane Doe")
    assert answer.status == 2
    assert "Jane" not in answer.err
    assert not path.exists()


def test_the_timeline_of_another_woman_is_not_added_to(
    calcsight_command: Command, kept: Path, read_file: Path
) -> None:
    before = kept.read_bytes()
    answer = calcsight_command("timeline", "add", kept, read_file, "--woman", "W-2")
    assert answer.status == 2
    assert "'W-1'" in answer.err
    assert kept.read_bytes() == before


def test_one_bad_file_keeps_all_from_being_added(
    calcsight_command: Command, kept: Path, read_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "final.json"
    document = final_document(final())
    document["reader_id"] = ""
    bad.write_text(json_text(document), encoding="utf-8")
    before = kept.read_bytes()
    answer = calcsight_command("timeline", "add", kept, read_file, bad)
    assert (answer.status, answer.out) == (2, "")
    assert f"final_record: {bad}: reader_id: needs" in answer.err
    assert kept.read_bytes() == before


def test_show_tells_everything_in_order(calcsight_command: Command, kept: Path) -> None:
    answer = calcsight_command("timeline", "show", kept, "--on", "2026-09-01")
    assert (answer.status, answer.err) == (0, "")
    text = " ".join(answer.out.split())
    for words in (
        "W-1: 3 findings, on 2026-09-01",
        "increased since 2025-01-03 (compared: 6 to 9; band of repetition",
        "2026-07-05 due overdue; 6 months after 2026-01-05",
        "overdue from 2026-08-05, lost from 2026-10-05",
        "B1: vacuum-assisted core biopsy, guided by stereotaxis, 8 cores",
        "B1: malignant, DCIS (needle) on 2026-03-20, report P-77",
        "B1: concordant, says reader-2",
        "outcome: malignant: DCIS, stage 0",
        "Another place follows her now. By nurse-1",
    ):
        assert words in text, words
    assert max(len(line) for line in answer.out.splitlines()) <= 110
    days = [line[2:12] for line in answer.out.splitlines() if line[2:4] == "20"]
    assert days != sorted(days)
    assert days[:7] == sorted(days[:7])


def test_what_was_recorded_later_does_not_count(calcsight_command: Command, kept: Path) -> None:
    text = calcsight_command("timeline", "show", kept, "--on", "2026-01-05").out
    assert "assessment" not in text.partition("F2")[0]
    assert "malignant" not in text
    document = json.loads(
        calcsight_command("timeline", "show", kept, "--on", "2026-01-05", "--json").out
    )
    assert [one["state"] for one in document["findings"]] == ["found", "found", "ended"]
    assert document["findings"][0]["next_step"] is None


def test_before_its_first_record_nothing_is_known_of_a_finding(
    calcsight_command: Command, kept: Path
) -> None:
    words = (kept, "--on", "2025-01-03")
    text = calcsight_command("timeline", "show", *words).out
    assert "F1, right breast: It was found; no person" in text
    assert "F2, right breast: Nothing of it was recorded by this day." in text
    document = json.loads(calcsight_command("timeline", "show", *words, "--json").out)
    assert [one["state"] for one in document["findings"]] == ["found", None, "found"]
    assert "2 of 2 findings are open" in calcsight_command("timeline", "due", *words).out


def test_show_writes_a_page_and_does_not_write_over_another(
    calcsight_command: Command, kept: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    words = ("timeline", "show", kept, "--on", "2026-09-01", "--html", page)
    assert calcsight_command(*words).status == 0
    first = page.read_bytes()
    assert calcsight_command(*words).status == 2
    assert calcsight_command(*words, "--overwrite").status == 0
    assert page.read_bytes() == first
    answer = calcsight_command("timeline", "show", kept, "--html", kept, "--overwrite")
    assert answer.status == 2
    assert timeline_from(kept) == timeline()


def women(folder: Path) -> list[Path]:
    """Write one timeline each of who is lost, overdue, due, has no day, is not due, or is over."""
    starts = {
        "lost": date(2025, 8, 1),
        "overdue": date(2026, 1, 5),
        "due": date(2026, 2, 20),
        "early": date(2026, 7, 1),
    }
    paths = []
    for name, day in starts.items():
        base = watched()
        [said] = base.assessments
        seen = replace(base.appearances[1], acquired_on=day, mammogram_uid=name)
        at = said.at.replace(year=day.year, month=day.month, day=day.day)
        own = replace(base, appearances=(seen,), assessments=(replace(said, at=at, exam_on=day),))
        held = Timeline(woman=f"W-{name}", findings=(own,))
        paths.append(written(folder / f"{name}.json", held))
    paths.append(
        written(folder / "treated.json", Timeline(woman="W-treated", findings=(biopsied(),)))
    )
    paths.append(written(folder / "over.json", Timeline(woman="W-over", findings=(ended(),))))
    return paths


def test_who_is_overdue_today(calcsight_command: Command, tmp_path: Path) -> None:
    answer = calcsight_command("timeline", "due", *women(tmp_path), "--on", "2026-09-01")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    headings = [line for line in lines if line.endswith(")") and not line.startswith(" ")]
    assert headings == [
        "Lost (1)",
        "Overdue (1)",
        "Due (1)",
        "Waiting for a person (1)",
        "Not due (1)",
    ]
    [overdue] = [line for line in lines if "W-overdue" in line]
    assert overdue == (
        "  W-overdue: right breast, F1; due 2026-07-05 (58 days ago), overdue since 2026-08-05; "
        "It is watched: another mammogram is planned; recommended: another mammogram after a "
        "short interval, by reader-1 on 2026-01-05; last seen 2026-01-05"
    )
    [treated] = [line for line in lines if "W-treated" in line]
    assert "Pathology found cancer: treatment usually follows (since 2026-03-20)" in treated
    assert "On 2026-09-01: 5 of 6 findings are open, 1 closed or ended." in lines


def test_what_nobody_has_looked_at_is_on_the_list(
    calcsight_command: Command, tmp_path: Path
) -> None:
    base = watched()
    [said] = base.assessments
    later = replace(
        base.appearances[1],
        acquired_on=date(2026, 7, 3),
        mammogram_uid="3.1",
        change=Change.INCREASED,
    )
    routine = replace(said, category="2", recommendation=Recommendation.ROUTINE)
    gone = Ending(end=End.DECLINED, reader_id="reader-1", at=said.at.replace(month=3))
    told = biopsied()
    women_: dict[str, Finding] = {
        "W-seen": replace(base, appearances=(*base.appearances, later)),
        "W-closed-grew": replace(
            base, appearances=(*base.appearances, later), assessments=(routine,)
        ),
        "W-closed": replace(base, assessments=(routine,)),
        "W-told-late": replace(
            told, endings=(replace(gone, at=told.assessments[0].at.replace(day=20)),)
        ),
        "W-told-and-ended-again": replace(
            told,
            endings=(
                replace(gone, at=told.assessments[0].at.replace(day=20)),
                replace(gone, at=told.assessments[0].at.replace(month=5)),
            ),
        ),
    }
    paths = [
        written(tmp_path / f"{name}.json", Timeline(woman=name, findings=(one,)))
        for name, one in women_.items()
    ]
    answer = calcsight_command("timeline", "due", *paths, "--on", "2026-08-01", "--json")
    shown = {one["woman"]: one["to_look_at"] for one in json.loads(answer.out)["open"]}
    assert shown == {
        "W-seen": "changed_since_assessed",
        "W-closed-grew": "changed_since_assessed",
        "W-told-late": "result_after_ending",
    }
    text = calcsight_command("timeline", "due", *paths, "--on", "2026-08-01").out
    assert "Waiting for a person (3)" in text
    assert "Not due" not in text
    [grew] = [line for line in text.splitlines() if "W-closed-grew" in line]
    assert "increased on a mammogram that no person has assessed" in grew


def test_a_sites_own_intervals(calcsight_command: Command, kept: Path, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text("[follow_up]\nmonths = [4]\n", encoding="utf-8")
    words = (kept, "--on", "2026-05-05", "--settings", site)
    assert "due 2026-05-05 (today)" in calcsight_command("timeline", "due", *words).out
    assert "4 months after 2026-01-05" in calcsight_command("timeline", "show", *words).out
    site.write_text("[follow_up]\nmonth = [4]\n", encoding="utf-8")
    for command in ("due", "show"):
        answer = calcsight_command("timeline", command, *words)
        assert (answer.status, answer.out) == (2, "")
        assert "'follow_up.month'" in answer.err


def test_the_list_as_a_table_and_as_json(calcsight_command: Command, tmp_path: Path) -> None:
    table = tmp_path / "due.csv"
    words = ("timeline", "due", *women(tmp_path), "--on", "2026-09-01", "--csv", table, "--json")
    document = json.loads(calcsight_command(*words).out)
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    names = [column.name for column in DUE_COLUMNS]
    assert list(rows[0]) == names
    for row, entry in zip(rows, document["open"], strict=True):
        assert row == {name: "" if entry[name] is None else str(entry[name]) for name in names}
    assert [row["standing"] for row in rows] == ["lost", "overdue", "due", "", "not_due"]
    assert [row["state"] for row in rows] == [
        "lost",
        "follow_up",
        "follow_up",
        "treatment",
        "follow_up",
    ]
    assert rows[1]["days_over"] == "58"
    assert rows[4]["days_over"] == "-122"
    assert document["findings"] == 6


def test_a_reader_that_a_spreadsheet_would_run(calcsight_command: Command, tmp_path: Path) -> None:
    base = watched()
    own = replace(base, assessments=(replace(base.assessments[0], reader_id="=1+1"),))
    path = written(tmp_path / "a.json", Timeline(woman="W-1", findings=(own,)))
    table = tmp_path / "due.csv"
    calcsight_command("timeline", "due", path, "--on", "2026-09-01", "--csv", table)
    [row] = csv.DictReader(table.open(encoding="utf-8", newline=""))
    assert row["reader_id"] == "'=1+1"


def test_the_calendar(calcsight_command: Command, tmp_path: Path) -> None:
    paths = women(tmp_path)
    first, second = tmp_path / "a.ics", tmp_path / "b.ics"
    calcsight_command("timeline", "due", *paths, "--on", "2026-09-01", "--ics", first)
    calcsight_command("timeline", "due", *paths, "--on", "2026-09-02", "--ics", second)
    text, later = (one.read_bytes().decode() for one in (first, second))
    lines = text.replace("\r\n ", "").split("\r\n")
    starts = [line for line in lines if line.startswith("DTSTART")]
    assert starts[:2] == ["DTSTART;VALUE=DATE:20260201", "DTSTART;VALUE=DATE:20260801"]
    # Three steps of each of the four who are watched.
    assert len(starts) == 12
    assert "SUMMARY:W-overdue: mammogram due\\, right breast\\, finding F1" in lines
    assert "DTSTAMP:20260901T000000Z" in lines
    uids = [line for line in lines if line.startswith("UID")]
    assert len(set(uids)) == 12
    assert uids == [line for line in later.split("\r\n") if line.startswith("UID")]
    assert "treated" not in text
    assert "over:" not in text


def test_a_timeline_that_cannot_be_read_is_named_and_the_others_listed(
    calcsight_command: Command, kept: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    twin = written(tmp_path / "twin.json", timeline())
    answer = calcsight_command("timeline", "due", bad, kept, twin, "--on", "2026-09-01", "--json")
    assert answer.status == 4
    document = json.loads(answer.out)
    assert [one["timeline"] for one in document["refused"]] == [str(bad), str(twin)]
    assert "a second timeline of 'W-1'" in answer.err
    assert len(document["open"]) == 2
    assert f"timeline: {bad}: JSON of another kind" in answer.err
    assert calcsight_command("timeline", "due", bad).status == 2
    assert calcsight_command("timeline", "due", tmp_path / "none.json").status == 5
    assert calcsight_command("timeline", "due", bad, bad).status == 5


def test_records_that_cannot_follow_each_other_are_said(
    calcsight_command: Command, tmp_path: Path
) -> None:
    held = timeline_document(Timeline(woman="W-1", findings=(watched(),)))
    said = held["findings"][0]["assessments"]
    said.append({**said[0], "at": "2026-06-06T09:30:00Z", "recommendation": "treatment"})
    path = tmp_path / "W-1.json"
    path.write_text(json_text(held), encoding="utf-8")
    for command in ("show", "due"):
        answer = calcsight_command("timeline", command, path, "--on", "2026-09-01")
        assert answer.status == 2, command
        assert "illegal_move" in answer.err


@pytest.mark.parametrize("day", ["2026-02-30", "20260901", "today", "2026-W01-1"])
def test_a_day_that_is_none(calcsight_command: Command, kept: Path, day: str) -> None:
    for command in ("show", "due"):
        answer = calcsight_command("timeline", command, kept, "--on", day)
        assert (answer.status, answer.out) == (2, "")


def test_today_is_the_day_of_the_clock(calcsight_command: Command, kept: Path) -> None:
    document = json.loads(calcsight_command("timeline", "due", kept, "--json").out)
    assert abs((date.fromisoformat(document["on"]) - date.today()).days) <= 1


def test_two_outputs_cannot_be_one_file(
    calcsight_command: Command, kept: Path, tmp_path: Path
) -> None:
    one = tmp_path / "one"
    answer = calcsight_command("timeline", "due", kept, "--ics", one, "--csv", one)
    assert answer.status == 2
    assert not one.exists()


def test_a_person_joins_two_findings(calcsight_command: Command, kept: Path) -> None:
    answer = calcsight_command("timeline", "join", kept, "F2", "F1")
    assert (answer.status, answer.err) == (0, "")
    assert "F1 is one lesion with F2 and goes on under that id" in answer.out
    held = timeline_from(kept)
    assert [one.id for one in held.findings] == ["F2", "F3"]
    assert [len(getattr(held.findings[0], name)) for name in ("appearances", "assessments")] == [
        4,
        2,
    ]
    assert [one.finding_id for one in held.changes] == ["F2"]
    again = calcsight_command("timeline", "join", kept, "F2", "F1")
    assert "left as it was" in again.out
    for names in (("F2", "F3"), ("F2", "F9"), ("F2",)):
        before = kept.read_bytes()
        assert calcsight_command("timeline", "join", kept, *names).status == 2
        assert kept.read_bytes() == before


def test_a_person_ends_a_finding_and_takes_it_back(calcsight_command: Command, kept: Path) -> None:
    words = ("timeline", "end", kept, "F1", "--why", "declined", "--by", "nurse-1")
    at = ("--at", "2026-03-02T09:30:00+01:00")
    answer = calcsight_command(*words, *at)
    assert (answer.status, answer.err) == (0, "")
    assert "F1 declined: F1: endings 1 (1 more)" in answer.out
    assert "left as it was" in calcsight_command(*words, *at).out
    show = ("timeline", "show", kept, "--on", "2026-09-01")
    assert "F1, right breast: It is followed no longer here" in calcsight_command(*show).out
    assert calcsight_command(*words, *at, "--taken-back-on", "2026-08-01").status == 0
    text = calcsight_command(*show).out
    assert "F1, right breast: It is watched" in text
    assert "2026-08-01  ending      taken back: declined" in text


@pytest.mark.parametrize(
    "words",
    [
        ("F9", "--why", "declined", "--by", "nurse-1"),
        ("F1", "--why", "bored", "--by", "nurse-1"),
        ("F1", "--why", "declined"),
        ("F1", "--why", "declined", "--by", ""),
        ("F1", "--why", "declined", "--by", "nurse-1", "--at", "2026-03-02"),
        ("F1", "--why", "declined", "--by", "nurse-1", "--at", "noon"),
        ("F1", "--why", "declined", "--by", "nurse-1", "--taken-back-on", "2020-01-01"),
        ("F1", "--why", "treated", "--by", "nurse-1"),
    ],
)
def test_an_ending_that_cannot_be(
    words: tuple[str, ...], calcsight_command: Command, kept: Path
) -> None:
    before = kept.read_bytes()
    assert calcsight_command("timeline", "end", kept, *words).status == 2
    assert kept.read_bytes() == before


def test_an_ending_of_now(calcsight_command: Command, kept: Path) -> None:
    words = ("timeline", "end", kept, "F1", "--why", "died", "--by", "nurse-1", "--json")
    assert json.loads(calcsight_command(*words).out)["written"] is True
    [ending] = timeline_from(kept).findings[0].endings
    assert abs((ending.at.date() - date.today()).days) <= 1
    assert ending.at.tzinfo is not None


def test_no_timeline_to_join_in(calcsight_command: Command, tmp_path: Path) -> None:
    answer = calcsight_command("timeline", "join", tmp_path / "none.json", "F1", "F2")
    assert answer.status == 2
    assert not list(tmp_path.iterdir())


def test_final_check_says_what_is_there_and_what_is_missing(
    calcsight_command: Command, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    document = final_document(final(biopsies=(biopsy(),)))
    good.write_text(json_text(document), encoding="utf-8")
    document["biopsies"][0]["pathology"][0]["subtype"] = None
    bad.write_text(json_text(document), encoding="utf-8")

    answer = calcsight_command("final", "check", good)
    assert (answer.status, answer.err) == (0, "")
    assert "complete: finding F1, category 3 of bi-rads-2013-like 1" in answer.out

    answer = calcsight_command("final", "check", bad)
    assert (answer.status, answer.out) == (2, "")
    assert f"final_record: {bad}: biopsies[0].pathology[0].subtype: needs string" in answer.err

    answer = calcsight_command("final", "check", good, bad, "--json")
    assert answer.status == 4
    [first, second] = json.loads(answer.out)["files"]
    assert (first["status"], first["record"]["finding_id"]) == ("complete", "F1")
    assert (second["status"], second["code"]) == ("refused", "final_record")
    assert calcsight_command("final", "check", bad, bad).status == 5


def test_the_example_of_the_page_is_a_final_record(
    calcsight_command: Command, tmp_path: Path
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "output.md").read_text(encoding="utf-8")
    example = page.partition("## final.json")[2].partition("```json\n")[2].partition("```")[0]
    path = tmp_path / "final.json"
    path.write_text(example, encoding="utf-8")
    assert calcsight_command("final", "check", path).status == 0


@pytest.mark.parametrize("words", [("timeline",), ("final",), ("timeline", "due")])
def test_help_has_examples(calcsight_command: Command, words: tuple[str, ...]) -> None:
    answer = calcsight_command(*words, "-h")
    assert answer.status == 0
    assert f"calcsight {' '.join(words)}" in " ".join(answer.out.split())
    assert "Example" in answer.out
