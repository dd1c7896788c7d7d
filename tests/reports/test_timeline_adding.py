"""Readings, comparisons, exams and final records as what they add to a timeline."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.compared import UID, compared, comparison_of, course_of, refused_of, resolved_of
from tests.interpreted import guidance, interpreted, shape, weighing
from tests.reports.final_records import final

from calcsight.reports.comparison_document import comparison_document
from calcsight.reports.exam_document import exam_document
from calcsight.reports.final_document import final_document
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_document import reading_document
from calcsight.reports.timeline_adding import Added, additions_from, with_additions
from calcsight.terms.comparison import Comparison, NotComparable
from calcsight.terms.errors import CalcsightError, NotAReadingError, TimelineError
from calcsight.terms.guidance import Change
from calcsight.terms.location import Depth, Location, Region
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import ExamSummary, GroupMatch, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.timeline import Timeline

Write = Callable[[str, dict[str, Any]], Path]
EMPTY = Timeline(woman="W-1")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a document down."""

    def written(name: str, document: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text(json_text(document), encoding="utf-8")
        return path

    return written


def document_of(reading: Reading) -> dict[str, Any]:
    return reading_document(reading, "R_CC.dcm", Settings(), guidance())


def changes_of(*comparisons: Comparison, **changed: Any) -> dict[str, Any]:
    return comparison_document(compared(*comparisons, **changed), Settings(), guidance())


def add(timeline: Timeline, *paths: Path, may_be_new: bool = False) -> tuple[Timeline, list[Added]]:
    """Add, and see that adding once more changes nothing."""
    additions = additions_from(paths, may_be_new=may_be_new)
    once, told = with_additions(timeline, additions)
    again, nothing = with_additions(once, additions)
    assert again == once
    assert all(not one.what for one in nothing)
    return once, told


def test_a_reading(interpreted_reading: Reading, write: Write) -> None:
    path = write("R.reading.json", document_of(interpreted_reading))
    timeline, [told] = add(EMPTY, path)
    [finding] = timeline.findings
    [seen] = finding.appearances
    [group] = interpreted_reading.groups
    assert finding.laterality is Laterality.RIGHT
    assert (seen.mammogram_uid, seen.acquired_on) == ("1.2.3.4.5", date(2024, 2, 29))
    assert (seen.group, seen.count) == (1, 5)
    assert seen.row == pytest.approx(group.row, abs=0.006)
    assert told.name == str(path)
    assert f"new finding {finding.id} (right breast)" in told.what[0]


def test_a_reading_without_a_group_adds_nothing(empty_reading: Reading, write: Write) -> None:
    document = reading_document(empty_reading, "R_CC.dcm", Settings())
    timeline, [told] = add(EMPTY, write("R.reading.json", document))
    assert (timeline, told.what) == (EMPTY, ())


def test_a_reading_without_its_day_is_refused(interpreted_reading: Reading, write: Write) -> None:
    undated = replace(
        interpreted_reading, mammogram=replace(interpreted_reading.mammogram, acquired_on=None)
    )
    path = write("R.reading.json", document_of(undated))
    with pytest.raises(TimelineError, match=r"R\.reading\.json: the mammogram 1\.2\.3\.4\.5 with"):
        additions_from([path], may_be_new=False)


@pytest.mark.parametrize("side", ["current", "prior"])
def test_a_comparison_with_a_day_unknown_is_refused(
    side: str, interpreted_reading: Reading, write: Write
) -> None:
    document = json.loads(json_text(changes_of(resolved_of(interpreted_reading))))
    document["pairs"][0][side]["acquired_on"] = None
    with pytest.raises(TimelineError, match="without its day") as refused:
        additions_from([write("comparison.json", document)], may_be_new=False)
    assert "--prior-date" in refused.value.advice


@pytest.mark.parametrize("day", ["2024-02-30", "20240229", "2024-W09-4"])
def test_a_day_of_a_comparison_that_is_none(
    day: str, interpreted_reading: Reading, write: Write
) -> None:
    document = json.loads(json_text(changes_of(resolved_of(interpreted_reading))))
    document["pairs"][0]["prior"]["acquired_on"] = day
    with pytest.raises(TimelineError):
        additions_from([write("comparison.json", document)], may_be_new=False)


@pytest.mark.parametrize(
    ("change", "left", "seen"),
    [
        (Change.RESOLVED, 0, 0),
        (Change.RESOLVED, None, 0),
        (Change.DECREASED, 3, 3),
        (Change.STABLE, 4, 4),
        (None, 3, None),
    ],
)
def test_a_place_of_which_a_change_is_told_was_looked_at(
    change: Change | None,
    left: int | None,
    seen: int | None,
    interpreted_reading: Reading,
    write: Write,
) -> None:
    """No group may be there now: the finding was examined all the same."""
    document = json.loads(json_text(changes_of(resolved_of(interpreted_reading))))
    [group] = document["groups"]
    group["change"] = change
    uncertain = {"code": "uncertain", "text": NotComparable.UNCERTAIN.text}
    group["not_comparable"] = None if change else uncertain
    group["measures"]["count"]["current"] = left
    timeline, _ = add(EMPTY, write("comparison.json", document))
    [finding] = timeline.findings
    now = [one for one in finding.appearances if one.acquired_on == date(2024, 2, 29)]
    assert [one.count for one in now] == ([] if change is None else [seen])
    assert all(one.group is None for one in now)


def test_a_comparison_goes_on_with_the_finding_of_the_reading(
    interpreted_reading: Reading, write: Write
) -> None:
    first = write("R.reading.json", document_of(interpreted_reading))
    second = write(
        "comparison.json",
        changes_of(comparison_of(interpreted_reading), courses=(course_of(interpreted_reading),)),
    )
    timeline, told = add(EMPTY, second, first)
    assert [one.name for one in told] == [str(second), str(first)]
    [finding] = timeline.findings
    [seen] = finding.appearances
    assert (seen.change, seen.count) == (Change.INCREASED, 5)
    [change] = timeline.changes
    assert (change.prior_count, change.count, change.count_band) == (3, 5, (-1.0, 1.0))
    assert (change.prior_on, change.acquired_on) == (date(2022, 2, 28), date(2024, 2, 29))
    assert timeline.finding(UID) == finding


def test_a_group_that_is_gone_is_seen_to_be_gone(
    interpreted_reading: Reading, write: Write
) -> None:
    path = write("comparison.json", changes_of(resolved_of(interpreted_reading)))
    timeline, _ = add(EMPTY, path)
    [finding] = timeline.findings
    before, now = finding.appearances
    assert (before.mammogram_uid, before.group, before.count) == ("1.2.3.4.4", 1, 5)
    assert before.row is not None
    assert (now.group, now.row, now.count, now.change) == (None, None, 0, Change.RESOLVED)


def test_views_that_could_not_be_compared_are_refused_with_the_reason(
    interpreted_reading: Reading, write: Write
) -> None:
    path = write("comparison.json", changes_of(refused_of(interpreted_reading)))
    with pytest.raises(TimelineError, match="no views could be compared") as refused:
        additions_from([path], may_be_new=False)
    assert NotComparable.MAGNIFICATION.text in refused.value.found


def test_a_pair_that_could_not_be_compared_does_not_stop_the_others(
    interpreted_reading: Reading, write: Write
) -> None:
    document = changes_of(refused_of(interpreted_reading), comparison_of(interpreted_reading))
    timeline, _ = add(EMPTY, write("comparison.json", document))
    assert len(timeline.changes) == 1


def test_two_views_of_one_exam_are_one_finding(interpreted_reading: Reading, write: Write) -> None:
    cc = interpreted_reading
    mlo = replace(cc, mammogram=replace(cc.mammogram, uid="1.2.3.4.6", view=View.MLO))
    match = GroupMatch(
        readings=(0, 1),
        groups=(1, 1),
        probability=0.8,
        location=Location(
            region=Region.UPPER_OUTER,
            clock_hours=(10,),
            depth=Depth.MIDDLE,
            nipple_distance_mm=40.0,
            skin_distance_mm=None,
        ),
        morphology=shape(Morphology.AMORPHOUS),
        remarks=(),
        weighing=weighing(Morphology.AMORPHOUS),
    )
    summary = ExamSummary(
        matches=(match,),
        left_out=(),
        weighing=replace(weighing(Morphology.AMORPHOUS), suspicion=None),
    )
    exam = exam_document("9.9", ("cc.dcm", "mlo.dcm"), (cc, mlo), summary, guidance())
    paths = [
        write("exam1.json", exam),
        write("MLO.reading.json", document_of(mlo)),
        write("CC.reading.json", document_of(cc)),
    ]
    timeline, told = add(EMPTY, *paths)
    [finding] = timeline.findings
    assert {one.view for one in finding.appearances} == {View.CC, View.MLO}
    assert {one.exam_uid for one in finding.appearances} == {"9.9"}
    assert "one lesion with" in " ".join(told[-1].what)


def test_a_final_record_of_a_finding_that_was_read(
    interpreted_reading: Reading, write: Write
) -> None:
    reading = write("R.reading.json", document_of(interpreted_reading))
    [known] = add(EMPTY, reading)[0].findings
    record = final(finding_id=known.id, tracking_uid=known.tracking_uid)
    timeline, told = add(EMPTY, write("final.json", final_document(record)), reading)
    assert timeline.findings[0].assessments == (record.assessment,)
    assert told[1].what == (f"{known.id}: assessments 1 (1 more)",)


def test_a_final_record_of_nobody_known(write: Write) -> None:
    path = write("final.json", final_document(final()))
    with pytest.raises(TimelineError, match=r"final\.json: .*not in the timeline of W-1"):
        with_additions(EMPTY, additions_from([path], may_be_new=False))
    timeline, [told] = add(EMPTY, path, may_be_new=True)
    assert timeline.findings[0].id == "F1"
    assert told.what == ("new finding F1 (right breast): assessments 1 (1 more)",)


@pytest.mark.parametrize(
    ("name", "edit", "error"),
    [
        ("R.reading.json", {"schema_version": "1.0.0"}, NotAReadingError),
        ("R.reading.json", {"groupings": None}, NotAReadingError),
        ("R.reading.json", {"document": "calcsight.truth"}, TimelineError),
        ("R.reading.json", {"document": 5}, TimelineError),
        ("R.reading.json", {"document": "calcsight.exam"}, TimelineError),
        ("comparison.json", {"schema_version": "9.0.0"}, TimelineError),
        ("comparison.json", {"groups": [{}]}, TimelineError),
        ("comparison.json", {"more": 1}, TimelineError),
    ],
)
def test_what_is_none_of_these_is_refused_by_its_name(
    name: str,
    edit: dict[str, Any],
    error: type[CalcsightError],
    interpreted_reading: Reading,
    write: Write,
) -> None:
    document = (
        changes_of(comparison_of(interpreted_reading))
        if name == "comparison.json"
        else document_of(interpreted_reading)
    )
    path = write(name, {**json.loads(json_text(document)), **edit})
    with pytest.raises(error) as refused:
        additions_from([path], may_be_new=False)
    assert refused.value.found.startswith(f"{path}: ")


def test_a_reading_that_was_not_interpreted_has_groups_all_the_same(
    reading: Reading, write: Write
) -> None:
    path = write(
        "R.reading.json", reading_document(interpreted(reading), "R", Settings(), guidance())
    )
    plain = write("P.reading.json", reading_document(reading, "R", Settings()))
    assert add(EMPTY, path)[0] == add(EMPTY, plain)[0]
