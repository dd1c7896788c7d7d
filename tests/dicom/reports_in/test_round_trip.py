"""Everything that our CAD report says is read back: places, numbers, words, what was refused."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.dicom.results.exams import exam_results

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.reports_in import cad_report_from
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.comprehensive import comprehensive_report
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.lesions import lesions_of
from calcsight.dicom.results.measured_groups import distribution_of
from calcsight.terms.cad_report import CadReport, ReportDoubt, ReportKind, TaskStatus
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.reading import LeanReading
from calcsight.terms.report_mark import MarkKind, Rendering, ReportMark

PLACE_PX = 0.01
ROUNDED = 1e-3


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, CadReport]:
    """Return what is read of the report of every exam."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name, exam in exam_results().items():
        path = folder / f"{name}.dcm"
        path.write_bytes(file_bytes(cad_report(exam)))
        found[name] = cad_report_from(path)
    return found


def near(mark: ReportMark, row: float, column: float) -> bool:
    if mark.row is None or mark.column is None:
        return False
    return abs(mark.row - row) <= PLACE_PX and abs(mark.column - column) <= PLACE_PX


def same_outline(found: NDArray[np.float64] | None, written: NDArray[np.float64]) -> bool:
    return found is not None and bool(np.allclose(found, written, atol=PLACE_PX))


def numbers_of(mark: ReportMark) -> dict[str, float]:
    return {one.name.words: one.value for one in mark.numbers}


def check_particle(mark: ReportMark, one: Calcification) -> None:
    assert near(mark, one.row, one.column)
    assert same_outline(mark.outline, one.outline)
    assert mark.certainty_percent == pytest.approx(100 * one.score, abs=ROUNDED)
    assert mark.morphology is (one.morphology.label if one.morphology else None)
    found = numbers_of(mark)
    for name, value in (
        ("Diameter", one.diameter_mm),
        ("Length", one.length_mm),
        ("Width", one.width_mm),
        ("Area", one.area_mm2),
    ):
        assert found.get(name) == (None if value is None else pytest.approx(value, abs=ROUNDED))


def check_group(mark: ReportMark, group: Group, reading: LeanReading, threshold: float) -> None:
    ones = [reading.calcifications[at] for at in group.members]
    members = [one for one in ones if one.score >= threshold]
    assert near(mark, group.row, group.column)
    assert same_outline(mark.outline, group.hull)
    assert mark.count == len(members) == len(mark.particles)
    assert mark.certainty_percent == pytest.approx(100 * group.score, abs=ROUNDED)
    assert mark.distribution is distribution_of(group)
    named = group.description.morphology if group.description else None
    assert mark.morphology is (named.label if named else None)
    assert mark.rendering is Rendering.REQUIRED
    assert numbers_of(mark)["Diameter"] == pytest.approx(group.extent_mm, abs=ROUNDED)
    for found, one in zip(mark.particles, members, strict=True):
        check_particle(found, one)


def check_view(report: CadReport, exam: ExamResult, view: ViewResult) -> None:
    reading = view.reading
    assert reading is not None
    marks = report.marks_on(view.source.sop_uid)
    groups = {one.number: one for one in reading.groups}
    uids = {
        seen.group.number: seen.tracking_uid
        for lesion in lesions_of(exam)
        for seen in lesion.seen
        if seen.view is view
    }
    found = [one for one in marks if one.kind is MarkKind.GROUP]
    assert sorted(uids.values()) == sorted(one.tracking_uid or "" for one in found)
    for number, group in groups.items():
        [mark] = [one for one in found if one.tracking_uid == uids[number]]
        check_group(mark, group, reading, view.threshold)
    grouped = {at for group in reading.groups for at in group.members}
    alone = [
        one
        for at, one in enumerate(reading.calcifications)
        if at not in grouped and one.score >= view.threshold
    ]
    singles = [one for one in marks if one.kind is MarkKind.PARTICLE]
    assert len(singles) == len(alone)
    assert len(marks) == len(found) + len(singles)
    for mark, one in zip(singles, alone, strict=True):
        check_particle(mark, one)


def check_exam(report: CadReport, exam: ExamResult) -> None:
    assert report.kind is ReportKind.MAMMOGRAPHY_CAD
    assert report.study_uid == exam.first.study_uid
    assert set(report.doubts) <= {ReportDoubt.FREE_TEXT_NOT_READ}
    for view in exam.views:
        image = report.image(view.source.sop_uid)
        assert image is not None
        status = report.looked_at(view.source.sop_uid)
        if view.reading is None:
            assert status is TaskStatus.FAILED
            assert report.marks_on(view.source.sop_uid) == ()
        else:
            assert status is TaskStatus.SUCCEEDED
            mammogram = view.reading.mammogram
            assert (image.laterality, image.view) == (mammogram.laterality, mammogram.view)
            assert image.acquired_on == mammogram.acquired_on
            check_view(report, exam, view)
        for other in view.others:
            assert report.looked_at(other.sop_uid) is TaskStatus.NOT_ATTEMPTED


def test_what_was_written_is_read_back(read_back: Mapping[str, CadReport]) -> None:
    assert len(read_back) >= 10
    for name, exam in exam_results().items():
        check_exam(read_back[name], exam)


def test_change_and_lesions_are_read_back(read_back: Mapping[str, CadReport]) -> None:
    exam, report = exam_results()["four_views_with_prior"], read_back["four_views_with_prior"]
    kinds = [
        {one.value.value for one in feature.properties} & {"111153", "111154"}
        for feature in report.composites
    ]
    assert {"111153"} in kinds
    assert {"111154"} in kinds
    priors = {one.prior_source.sop_uid for one in exam.changes}
    for feature, kind in zip(report.composites, kinds, strict=True):
        images = [report.marks[number - 1].image_uid for number in feature.marks]
        if kind == {"111153"}:
            assert len(images) == 2
            assert len(set(images) & priors) == 1
            assert feature.numbers
        assert None not in images


def test_a_persons_assessment_is_read_back_as_a_statement(
    read_back: Mapping[str, CadReport],
) -> None:
    said = {one.about.value: one for one in read_back["assessed"].statements}
    assert said["111005"].words is not None
    assert said["111005"].words.words.startswith("4B")
    assert said["111005"].marks
    machine = {one.about.value for one in read_back["suggested"].statements}
    assert not machine & {"111005", "111053"}


@pytest.mark.parametrize("name", ["group", "turned_monochrome_1"])
def test_our_report_of_measurements_is_read_back(name: str, tmp_path: Path) -> None:
    exam = exam_results()[name]
    path = tmp_path / "report.dcm"
    path.write_bytes(file_bytes(comprehensive_report(exam)))
    report = cad_report_from(path)
    assert report.kind is ReportKind.MEASUREMENTS
    [view] = exam.views
    assert view.reading is not None
    [group] = view.reading.groups
    [mark] = [one for one in report.marks if one.kind is MarkKind.GROUP]
    assert mark.image_uid == view.source.sop_uid
    assert same_outline(mark.outline, group.hull)
    assert mark.count == group.count
    assert mark.distribution is distribution_of(group)
    assert mark.tracking_uid == lesions_of(exam)[0].seen[0].tracking_uid
    [single] = [one for one in report.marks if one.kind is MarkKind.PARTICLE]
    grouped = set(group.members)
    [alone] = [
        one
        for at, one in enumerate(view.reading.calcifications)
        if at not in grouped and one.score >= view.threshold
    ]
    assert single.row == pytest.approx(alone.row, abs=0.5)
    assert single.column == pytest.approx(alone.column, abs=0.5)
