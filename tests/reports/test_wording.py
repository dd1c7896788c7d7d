"""What every output says of a reading, and what it never says."""

from dataclasses import replace

import pytest

from calcsight.reports.wording import NOT_LOOKED_FOR, number_of, statement
from calcsight.terms.mammogram import view_name
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings


def test_findings_are_counted_and_the_rule_is_named(reading: Reading) -> None:
    assert statement(reading, Settings()) == (
        "6 calcifications found at this operating point; 1 group (bi-rads-5-in-10mm); "
        "masses, asymmetries and distortion were not looked for."
    )


def test_candidates_below_the_operating_point_are_counted_apart(reading: Reading) -> None:
    low = tuple(replace(one, score=0.1) for one in reading.calcifications[4:])
    listed = replace(reading, calcifications=(*reading.calcifications[:4], *low))
    said = statement(listed, Settings(min_score=0.0))
    assert said.startswith("4 calcifications found at this operating point; 2 candidates below")


def test_only_candidates_below_the_operating_point_are_no_finding(reading: Reading) -> None:
    low = tuple(replace(one, score=0.1) for one in reading.calcifications)
    said = statement(replace(reading, calcifications=low, groupings=()), Settings(min_score=0.0))
    assert said.startswith("No calcification found at this operating point; 6 candidates")


def test_an_empty_list_with_a_stated_score_names_it(empty_reading: Reading) -> None:
    said = statement(empty_reading, Settings(min_score=0.25))
    assert said == f"No calcification found with a score of at least 0.25; {NOT_LOOKED_FOR}."


def test_without_spacing_groups_were_not_looked_for(pixel_reading: Reading) -> None:
    assert "groups were not looked for" in statement(pixel_reading, Settings())


@pytest.mark.parametrize("min_score", [None, 0.0, 0.9])
def test_nothing_is_ever_called_negative_or_normal(
    reading: Reading, empty_reading: Reading, pixel_reading: Reading, min_score: float | None
) -> None:
    for one in (reading, empty_reading, pixel_reading):
        said = statement(one, Settings(min_score=min_score)).lower()
        assert NOT_LOOKED_FOR in said
        assert not any(word in said for word in ("negative", "normal", "clear", "benign"))


def test_counts_are_words_with_their_noun() -> None:
    assert [number_of(n, "group") for n in (0, 1, 2, 1500)] == [
        "no group",
        "1 group",
        "2 groups",
        "1,500 groups",
    ]


def test_side_and_view_are_named_also_when_unknown() -> None:
    assert view_name("R", "CC") == "R CC"
    assert view_name("unknown", "MLO") == "side unknown, MLO"
    assert view_name("L", "unknown") == "L, view unknown"
    assert view_name("unknown", "unknown") == "side and view unknown"
