"""The header of a result: times in the zone that the study states."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydicom import Dataset
from tests.dicom.results.exams import exam_results

from calcsight.dicom.results.exam_result import SourceImage
from calcsight.dicom.results.header import (
    ResultSeries,
    copied_patient_and_study,
    result_header,
    result_uids,
)
from calcsight.dicom.results.objects import result_files
from calcsight.terms.hospital import ResultKind

SERIES = ResultSeries(kind="x", sop_class_uid="1.2", modality="SR", description="x", number=1)


@pytest.mark.parametrize(
    ("zone", "day", "time"),
    [
        ("+0900", "20240306", "083000"),
        ("-0330", "20240305", "200000"),
        ("", "20240305", "233000"),
        ("here", "20240305", "233000"),
    ],
)
def test_a_result_tells_its_time_in_the_zone_of_the_study(zone: str, day: str, time: str) -> None:
    exam = exam_results()["plain"]
    header = Dataset()
    header.update(exam.first.header)
    header.add_new("TimezoneOffsetFromUTC", "SH", zone)
    view = replace(exam.views[0], source=SourceImage(header=header))
    created = datetime(2024, 3, 5, 23, 30, 0, tzinfo=UTC)
    made = result_header(replace(exam, views=(view,), created_at=created), SERIES)
    assert (made.ContentDate, made.ContentTime) == (day, time)
    assert (made.InstanceCreationDate, made.InstanceCreationTime) == (day, time)


def test_a_value_that_is_none_is_not_repeated_and_the_identity_is() -> None:
    source = exam_results()["with_odd_header"].first.header
    made = copied_patient_and_study(source)
    assert (made.PatientBirthDate, made.PatientSex, made.StudyTime, made.StudyID) == ("",) * 4
    for keyword in ("PatientAge", "StudyDescription", "TimezoneOffsetFromUTC"):
        assert keyword in source
        assert keyword not in made
    assert list(made.AdmittingDiagnosesDescription) == ["one", "two"]  # it may have several
    assert str(made.PatientName) == "ANON-1234"
    assert made.PatientID == source.PatientID
    assert made.StudyDate == source.StudyDate
    assert "CodingSchemeVersion" not in made.ProcedureCodeSequence[0]
    assert "CodingSchemeVersion" in source.ProcedureCodeSequence[0]


@pytest.mark.parametrize("kind", [one for one in ResultKind if one is not ResultKind.FHIR])
def test_what_differs_anywhere_has_another_uid(kind: ResultKind) -> None:
    exam = exam_results()["group"]
    header = deepcopy(exam.first.header)
    header.AccessionNumber = "corrected"
    view = replace(exam.views[0], source=SourceImage(header=header))
    one, again, other = (
        {file.sop_uid: file.data for file in result_files(each, frozenset({kind}))}
        for each in (exam, exam, replace(exam, views=(view,)))
    )
    assert one == again
    assert not one.keys() & other.keys()


def test_no_series_is_of_two_patients() -> None:
    exam = exam_results()["group"]
    header = deepcopy(exam.first.header)
    header.PatientID = "corrected"
    other = replace(exam, views=(replace(exam.views[0], source=SourceImage(header=header)),))
    assert result_uids(exam, "sr").series != result_uids(other, "sr").series
