"""Views gathered into exams: each image once, each study apart, each record where it belongs."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pydicom import dcmread
from tests.dicom.results.exams import (
    CREATED_AT,
    PeakJudge,
    exam_results,
    final_of,
    interpreter,
)

from calcsight.dicom.results.exam_result import ExamResult, SourceImage, ViewResult
from calcsight.dicom.results.gathered import ReadBy
from calcsight.dicom.results.gathered import exam_results as gathered
from calcsight.dicom.results.objects import result_files
from calcsight.dicom.results.source import could_be_view, source_from
from calcsight.terms.errors import ContradictionError, FinalRecordError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.hospital import ResultKind, ResultOrder
from calcsight.terms.mammogram import Laterality
from calcsight.terms.settings import Settings

READ_BY = ReadBy(judge=PeakJudge(), settings=Settings(), interpreter=interpreter())
GROUP, FOUR = "group", "four_views_with_prior"


def views(*names: str) -> list[ViewResult]:
    return [view for name in names for view in exam_results()[name].views]


def exams(seen: list[ViewResult], *finals: FinalRecord) -> list[ExamResult]:
    kinds = frozenset({ResultKind.SR})
    order = ResultOrder(kinds=kinds, created_at=CREATED_AT, finals=finals)
    return list(gathered(seen, READ_BY, order))


def test_the_same_image_twice_is_one_view() -> None:
    [made] = exams(views(GROUP) * 2)
    assert len(made.views) == 1


@pytest.mark.parametrize("read_first", [True, False])
def test_of_two_copies_the_one_that_was_read_counts(read_first: bool) -> None:
    [read] = views(GROUP)
    refused = replace(read, reading=None, refused_code="unreadable_file")
    [made] = exams([read, refused] if read_first else [refused, read])
    assert made.views == (read,)


def test_two_studies_are_two_exams_and_a_record_goes_with_its_own() -> None:
    record = final_of(exam_results()[GROUP])
    for order in ((GROUP, FOUR), (FOUR, GROUP)):
        made = exams(views(*order), record)
        assert [one.first.study_uid for one in made] == [
            exam_results()[name].first.study_uid for name in order
        ]
        assert {one.first.study_uid: len(one.finals) for one in made} == {
            exam_results()[GROUP].first.study_uid: 1,
            exam_results()[FOUR].first.study_uid: 0,
        }


def test_a_record_that_names_no_exam_goes_where_its_finding_is_seen() -> None:
    record = replace(final_of(exam_results()[GROUP]), exam_uid="")
    assert [len(one.finals) for one in exams(views(FOUR, GROUP), record)] == [0, 1]


def wrong() -> dict[str, FinalRecord]:
    right = final_of(exam_results()[GROUP])
    return {
        "of another exam": replace(right, exam_uid="1.2.3"),
        "of another day": replace(right, exam_on=date(2020, 1, 1)),
        "of a finding nowhere, without its exam": replace(
            right, exam_uid="", exam_on=date(2020, 1, 1)
        ),
        "of the other breast": replace(right, laterality=Laterality.RIGHT),
    }


@pytest.mark.parametrize("case", list(wrong()))
def test_a_record_is_refused_and_never_left_out_without_a_word(case: str) -> None:
    with pytest.raises(ContradictionError):
        exams(views(GROUP), wrong()[case])


def test_a_record_of_the_other_breast_is_refused_though_the_exam_shows_both() -> None:
    exam = exam_results()[FOUR]
    record = replace(final_of(exam), laterality=Laterality.RIGHT)
    with pytest.raises(ContradictionError, match="the breast in which the finding is seen"):
        exams(views(FOUR), record)


def test_two_records_of_one_finding_are_refused() -> None:
    record = final_of(exam_results()[GROUP])
    with pytest.raises(FinalRecordError):
        exams(views(GROUP), record, replace(record, category="2"))


def test_images_of_one_study_that_name_two_patients_are_refused_without_naming_them() -> None:
    one, other, *_ = views(FOUR)
    header = deepcopy(other.source.header)
    header.PatientID = "somebody-else"
    with pytest.raises(ContradictionError, match="several patients") as refused:
        exams([one, replace(other, source=SourceImage(header=header))])
    assert "somebody-else" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "changed", "could_be"),
    [
        (ResultKind.SR, {}, False),
        (ResultKind.TID1500, {}, False),
        (ResultKind.SEG, {}, False),
        (ResultKind.GSPS, {}, False),
        (None, {}, True),
        (None, {"Rows": 0}, True),
        (None, {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}, False),
        (None, {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.13.1.4"}, True),
    ],
)
def test_results_of_an_earlier_run_and_other_images_are_no_views(
    kind: ResultKind | None, changed: dict[str, object], could_be: bool
) -> None:
    exam = exam_results()[GROUP]
    header = deepcopy(exam.first.header)
    for keyword, value in changed.items():
        setattr(header, keyword, value)
    made = [header]
    if kind is not None:
        files = result_files(exam, frozenset({kind}))
        made = [dcmread(BytesIO(one.data), stop_before_pixels=True) for one in files]
    assert {could_be_view(source_from(one)) for one in made} == {could_be}
