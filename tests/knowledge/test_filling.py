"""Placeholders become registered numbers, and nothing else passes."""

import pytest
from tests.knowledge.test_claims import WHOLE, WITH_WILSON

from calcsight.knowledge.claims import parsed_claim
from calcsight.knowledge.filling import amount, claims_named, filled, in_full
from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError


def made(**changes: object) -> Claim:
    return parsed_claim({**WHOLE, **changes}, "claim")


SIZE = parsed_claim(
    {key: value for key, value in WHOLE.items() if key != "value"}
    | {"id": "a.size", "unit": "mm", "interval": "range", "low": 0.5, "high": 1},
    "claim",
)
CLAIMS = {
    "a.plain": made(id="a.plain", n=5059),
    "a.size": SIZE,
    "a.counted": parsed_claim({**WITH_WILSON, "id": "a.counted"}, "claim"),
    "a.months": made(id="a.months", value=6, unit="months"),
    "a.large": made(id="a.large", value=31465, unit="women"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no number", "no number"),
        ("{claim:a.plain}", "20 %"),
        ("about {claim:a.plain|value} of {claim:a.plain|n}", "about 20 of 5,059"),
        ("{claim:a.plain|full}", "20 % (no interval given)"),
        ("{claim:a.size}", "0.5 to 1 mm"),
        ("{claim:a.size|full}", "0.5 to 1 mm"),
        ("{claim:a.counted|full}", "20 % (8 of 40; 95 % interval 10.5 to 34.8 %)"),
        ("after {claim:a.months}", "after 6 months"),
        ("{claim:a.months|full}", "6 months"),
        ("{claim:a.large}", "31,465 women"),
    ],
)
def test_each_form_says_its_part(text: str, expected: str) -> None:
    assert filled(text, CLAIMS) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{claim:a.nobody}",
        "{claim:}",
        "{claim:a.plain|half}",
        "{claim:a.months|n}",
        "{claim:a.plain",
        "{a.plain}",
        "a { brace",
        "{{claim:a.plain}}",
        "{claim: a.plain}",
    ],
)
def test_what_cannot_be_filled_is_refused(text: str) -> None:
    with pytest.raises(GuidanceError):
        filled(text, CLAIMS)


@pytest.mark.parametrize(
    "changes", [{"verdict": "wrong"}, {"verdict": "unsupported"}, {"grade": "D"}]
)
def test_a_number_that_must_not_be_repeated_is_refused(changes: dict[str, str]) -> None:
    claims = {"a.a": made(id="a.a", **changes)}
    with pytest.raises(GuidanceError, match="may be repeated"):
        filled("{claim:a.a}", claims)
    claims = {"a.a": made(id="a.a", verdict="contested", note="why")}
    assert filled("{claim:a.a}", claims) == "20 %"


def test_the_claims_of_a_text_are_named_once_and_in_order() -> None:
    assert claims_named("{claim:b.b} {claim:a.a|full} {claim:b.b|n}") == ("b.b", "a.a")


def test_a_number_keeps_its_digits() -> None:
    assert amount(made(value=0.08)) == "0.08 %"
    assert in_full(made(value=1.5, low=0.08, high=2.6, interval="range")) == (
        "1.5 % (range 0.08 to 2.6 %)"
    )
