"""The header of a result: times in the zone that the study states."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydicom import Dataset
from tests.dicom.results.exams import exam_results

from calcsight.dicom.results.exam_result import SourceImage
from calcsight.dicom.results.header import ResultSeries, result_header

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
