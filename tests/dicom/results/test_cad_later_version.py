"""A second version of a magnified view is valid, and says its spacing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pydicom import Dataset
from tests.dicom.results.exams import (
    ALONE,
    GROUP,
    Shot,
    breast,
    exam_of,
    final_of,
    view_result,
)
from tests.dicom.results.trees import below, children, named, number_of, value_of

from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.exam_result import EarlierResult, ExamResult
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import ExamKind


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


def test_a_later_version_of_a_magnified_view_says_its_spacing(tmp_path: Path) -> None:
    report = cad_report(later_version(tmp_path))
    [entry] = children(named(report, "111028")[0])
    [view] = below(entry, "111031")
    assert [value_of(one) for one in below(view, "111032")] == ["399197002"]  # SNOMED CT now
    # At the receptor; in the breast it is half of that, which the detection says.
    assert number_of(below(entry, "111026")[0]) == 100.0
    told = [str(one.TextValue) for one in named(report, "111002")]
    assert any("0.05 mm between rows" in one for one in told)
