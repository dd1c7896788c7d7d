"""Every CAD report is clean in all three validators."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydicom import Dataset
from tests.dicom.results.exams import (
    ALONE,
    EXAM_NAMES,
    GROUP,
    Shot,
    breast,
    exam_of,
    exam_results,
    final_of,
    view_result,
)
from tests.dicom.results.trees import below, children, named, number_of, value_of
from tests.validators import complaints, dciodvfy, dsrdump, needs_validators, pixelmed

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.exam_result import EarlierResult, ExamResult
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import ExamKind

pytestmark = needs_validators


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every exam's report as a file."""
    folder = tmp_path_factory.mktemp("reports")
    written = {}
    for name, exam in exam_results().items():
        written[name] = folder / f"{name}.dcm"
        written[name].write_bytes(file_bytes(cad_report(exam)))
    return written


@pytest.mark.parametrize("name", EXAM_NAMES)
def test_attributes_are_valid(files: Mapping[str, Path], name: str) -> None:
    assert dciodvfy([files[name]]) == []


@pytest.mark.parametrize("name", EXAM_NAMES)
def test_relationships_and_references_are_valid(files: Mapping[str, Path], name: str) -> None:
    assert dsrdump([files[name]]) == []


@pytest.mark.parametrize("name", EXAM_NAMES)
def test_templates_are_kept(files: Mapping[str, Path], name: str) -> None:
    assert pixelmed([files[name]]) == []


def later_version(folder: Path) -> ExamResult:
    """Return a magnified, rolled view with a day for its follow-up, as a second version."""

    def rolled(dataset: Dataset) -> None:
        modifier = Dataset()
        modifier.CodeValue, modifier.CodingSchemeDesignator = "R-102D3", "SRT"
        modifier.CodeMeaning = "Rolled Lateral"
        dataset.ViewCodeSequence[0].ViewModifierCodeSequence = [modifier]
        dataset.EstimatedRadiographicMagnificationFactor = "2"

    shot = Shot(name="rolled", pixels=breast((*GROUP, ALONE)), edit=rolled)
    exam = exam_of([view_result(shot.write(folder))])
    before = cad_report(exam)
    final = replace(
        final_of(exam, category="3"),
        recommendation=Recommendation.SHORT_INTERVAL,
        exam_kind=ExamKind.DIAGNOSTIC,
        due_on=date(2024, 9, 1),
    )
    earlier = EarlierResult(
        sop_class_uid=str(before.SOPClassUID),
        sop_uid=str(before.SOPInstanceUID),
        series_uid=str(before.SeriesInstanceUID),
        study_uid=str(before.StudyInstanceUID),
    )
    return replace(exam, finals=(final,), predecessors=(earlier,))


def test_a_later_version_of_a_magnified_view_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "later.dcm"
    report = cad_report(later_version(tmp_path))
    path.write_bytes(file_bytes(report))
    assert complaints([path]) == []
    [entry] = children(named(report, "111028")[0])
    [view] = below(entry, "111031")
    assert [value_of(one) for one in below(view, "111032")] == ["399197002"]  # SNOMED CT now
    # At the receptor; in the breast it is half of that, which the detection says.
    assert number_of(below(entry, "111026")[0]) == 100.0
    told = [str(one.TextValue) for one in named(report, "111002")]
    assert any("0.05 mm between rows" in one for one in told)
