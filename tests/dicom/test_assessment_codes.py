"""Categories that people give, as codes."""

import pytest

from calcsight.dicom.assessment_codes import assessment_code, follow_up_code
from calcsight.terms.finding_records import Recommendation


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


def test_every_recommendation_but_a_consultation_has_its_code() -> None:
    without = [one for one in Recommendation if follow_up_code(one) is None]
    assert without == [Recommendation.CONSULTATION]
    biopsy = follow_up_code(Recommendation.BIOPSY)
    assert biopsy is not None
    assert biopsy.value == "111143"
