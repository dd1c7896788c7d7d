"""Categories that people give, as codes."""

from datetime import UTC, date, datetime

import pytest

from calcsight.dicom.assessment_codes import assessment_code, follow_up_code
from calcsight.pathway.tracking import finding_id
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import Laterality

UID = "2.25.7"


@pytest.mark.parametrize(
    ("category", "value", "scheme"),
    [
        ("0", "397138000", "SCT"),
        ("1", "397140005", "SCT"),
        ("2", "397141009", "SCT"),
        ("3", "397143007", "SCT"),
        ("4", "397144001", "SCT"),
        ("4A", "MA.II.A.5.4A", "BI"),
        ("4b", "MA.II.A.5.4B", "BI"),
        ("4C", "MA.II.A.5.4C", "BI"),
        ("5", "397145000", "SCT"),
        ("6", "MA.II.A.5.6", "BI"),
    ],
)
def test_a_category_of_bi_rads_has_its_code(category: str, value: str, scheme: str) -> None:
    code = assessment_code("bi-rads-2013-like", category)
    assert code is not None
    assert (code.value, code.scheme_designator) == (value, scheme)
    assert code.meaning.startswith(category.upper())
    assert (code.scheme_version == "4.0") == (scheme == "BI")


def test_a_category_of_another_scheme_has_none() -> None:
    assert assessment_code("five-tier", "4") is None
    assert assessment_code("bi-rads-2013-like", "7") is None


@pytest.mark.parametrize("scheme", ["bi-rads-2025", "bi-rads-of-our-own", "bi-rads"])
def test_an_edition_that_nobody_has_read_has_no_codes(scheme: str) -> None:
    assert assessment_code(scheme, "4") is None


def record(recommendation: Recommendation, due_on: date | None = None) -> FinalRecord:
    """Return what a reader recommends of a finding of 29 February 2024."""
    return FinalRecord(
        finding_id=finding_id(UID),
        tracking_uid=UID,
        laterality=Laterality.LEFT,
        scheme="bi-rads-2013-like",
        scheme_version="1",
        category="3",
        reader_id="reader-7",
        read_at=datetime(2024, 3, 5, 9, 15, tzinfo=UTC),
        recommendation=recommendation,
        due_on=due_on,
        exam_uid="1.2.3",
        exam_on=date(2024, 2, 29),
    )


def test_every_recommendation_but_a_consultation_has_its_code() -> None:
    without = [one for one in Recommendation if follow_up_code(record(one)) is None]
    assert without == [Recommendation.CONSULTATION]
    biopsy = follow_up_code(record(Recommendation.BIOPSY))
    assert biopsy is not None
    assert biopsy.value == "111143"


def test_a_short_interval_of_a_year_has_no_code_that_says_so() -> None:
    short = Recommendation.SHORT_INTERVAL
    assert follow_up_code(record(short, date(2024, 8, 29))) is not None
    assert follow_up_code(record(short, date(2025, 3, 5))) is None
