"""The words for shares, places and times."""

import pytest

from calcsight.reports.clinical_wording import (
    claim_amount,
    clock,
    counts,
    interval,
    months,
    no_probability,
    place,
    probability_words,
    share,
    sure,
    word_name,
)
from calcsight.terms.suspicion import NoProbability


def test_shares_have_the_digits_of_their_source_and_no_more() -> None:
    assert [share(value) for value in (0.27, 0.091, 0.0008, 0.0, 1.0, 0.105)] == [
        "27 %",
        "9.1 %",
        "0.08 %",
        "0 %",
        "100 %",
        "10.5 %",
    ]
    assert interval(0.175, 0.321) == "17.5 to 32.1 %"
    assert interval(None, 0.3) == "no interval given"


def test_no_word_is_ever_quite_sure_or_impossible() -> None:
    assert [sure(value) for value in (1.0, 0.996, 0.5, 0.004)] == [
        "over 99 %",
        "over 99 %",
        "50 %",
        "under 1 %",
    ]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((10,), "10 o'clock"),
        ((10, 11), "10 or 11 o'clock"),
        ((7, 8, 9, 10, 11), "7 to 11 o'clock"),
        ((1, 11, 12), "11 to 1 o'clock"),
        ((2, 4, 10), "2, 4 or 10 o'clock"),
    ],
)
def test_hours_are_said_as_a_reader_says_them(hours: tuple[int, ...], said: str) -> None:
    assert clock(hours) == said


def test_what_is_unknown_of_a_place_is_left_out() -> None:
    nothing = dict.fromkeys(
        ("region", "clock_hours", "depth", "nipple_distance_mm", "skin_distance_mm")
    )
    assert place(nothing) == []
    assert place({**nothing, "region": "retroareolar", "skin_distance_mm": 3.6}) == [
        "behind the areola",
        "4 mm from the skin",
    ]


def test_months_are_counted_from_the_exam() -> None:
    assert [months(one) for one in ((), (1,), (24,), (6, 12, 24))] == [
        "",
        "1 month after this exam",
        "24 months after this exam",
        "6, 12 and 24 months after this exam",
    ]


def test_counts_say_what_the_source_gives() -> None:
    whole, unknown = {"n": 10665}, {"n": None}
    assert counts({"malignant": 25, "n": 356}, whole) == "25 of 356"
    assert counts({"malignant": None, "n": 1356}, whole) == "1,356"
    assert counts({"malignant": None, "n": None}, unknown) == "number not stated:"
    assert counts({"malignant": None, "n": None}, whole) == (
        "number not stated (10,665 in the whole study):"
    )


@pytest.mark.parametrize("missing", list(NoProbability))
def test_every_reason_for_no_probability_has_its_words(missing: NoProbability) -> None:
    said = no_probability({"population": "x-2000", "missing": missing.value}, None)
    assert said.startswith("No probability is given: ")
    assert ("x-2000" in said) is (missing is NoProbability.NOT_IN_POPULATION)


def test_a_span_of_values_without_uncertainty_is_not_called_an_interval() -> None:
    bounded = {"probability": 0.27, "low": 0.21, "high": 0.33, "denominator": "groups biopsied"}
    bare = {**bounded, "probability": 0.5, "low": None, "high": None}
    whole = {"population": "x-2000", "probability": 0.27, "low": 0.21, "high": 0.5, "note": ""}
    said = probability_words({**whole, "evidence": [bounded, bare]}, None)
    assert "21 to 50 %, a span of published values without their own uncertainty" in said
    assert "Interval" not in said
    interval_said = probability_words({**whole, "high": 0.33, "evidence": [bounded]}, None)
    assert "Interval 21 to 33 %" in interval_said
    alone = {**whole, "low": None, "high": None, "evidence": [bare]}
    assert probability_words(alone, None).endswith("Its source gives no interval.")


def test_a_word_that_the_vocabulary_lacks_is_still_said() -> None:
    assert word_name("large_rod", None) == "large rod"
    assert word_name(None, None) == "cannot be classified"


def test_a_claim_is_said_with_unit_and_interval() -> None:
    made = {"value": 27.0, "low": 21.0, "high": 33.0, "unit": "%", "interval": "95 % CI"}
    assert claim_amount(made) == "27 % (21 to 33; 95 % CI)"
    assert claim_amount({**made, "value": None, "unit": "mm"}) == "21 to 33 mm"
    assert claim_amount({**made, "low": None, "high": None}) == "27 %"
