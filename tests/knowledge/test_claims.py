"""The register: what it holds, and what it refuses."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from calcsight.knowledge import entries
from calcsight.knowledge.claims import (
    NO_INTERVAL,
    WILSON,
    load_claims,
    parse_claims,
    parsed_claim,
    with_conflicts_both_ways,
)
from calcsight.knowledge.files import Kind, shipped_ids
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.errors import GuidanceError
from calcsight.terms.share import wilson_interval

WHOLE: dict[str, Any] = {
    "id": "someone-2020.amorphous",
    "statement": "Share of amorphous ones that were malignant.",
    "value": 20.0,
    "unit": "%",
    "population": "women",
    "stage": "biopsied",
    "horizon": "not stated",
    "source": "Someone 2020",
    "address": "somewhere",
    "date": "2020",
    "grade": "A",
    "verdict": "used",
}
COUNTED = {**WHOLE, "numerator": 8, "denominator": 40}
WITH_WILSON = {**COUNTED, "interval": WILSON, "low": 10.5, "high": 34.8}


def claim(**changes: Any) -> Claim:
    return parsed_claim({**WHOLE, **changes}, "claim")


@pytest.mark.parametrize("left_out", sorted(WHOLE.keys() - {"unit"}))
def test_a_missing_field_is_refused_by_name(left_out: str) -> None:
    table = {key: value for key, value in WHOLE.items() if key != left_out}
    with pytest.raises(GuidanceError, match=rf"claim\.{left_out}"):
        parsed_claim(table, "claim")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grade", "E"),
        ("grade", "verified"),
        ("verdict", "true"),
        ("id", "Rominger"),
        ("id", "rominger amorphous"),
        ("value", "27"),
        ("value", float("nan")),
        ("value", True),
        ("statement", " "),
        ("n", -1),
        ("n", 2.5),
        ("conflicts", "someone"),
        ("conflicts", [1]),
        ("interval", "90 % CI"),
    ],
)
def test_a_bad_value_is_refused_by_its_key(key: str, value: Any) -> None:
    with pytest.raises(GuidanceError, match=rf"claim\.{key} = "):
        claim(**{key: value})


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("value", {"low": 21, "high": 33, "interval": "95 % CI"}),
        ("value", {"low": 5, "high": 19, "interval": "95 % CI"}),
        ("value", {"low": 25, "high": 15, "interval": "range", "value": None}),
        ("value", {"value": None, "low": 1, "high": 2, "interval": "95 % CI"}),
        ("value", {"value": None}),
        ("interval", {"low": 1, "high": 30}),
        ("interval", {"interval": "range", "low": 1}),
        ("interval", {"interval": WILSON, "low": 1, "high": 30}),
        ("numerator", {"numerator": 8}),
        ("numerator", {"numerator": 41, "denominator": 40}),
        ("numerator", {"numerator": 0, "denominator": 0}),
        ("value", {"numerator": 9, "denominator": 40}),
        ("unit", {"numerator": 8, "denominator": 40, "unit": "mm"}),
        ("low", {**WITH_WILSON, "low": 10.4}),
        ("high", {**WITH_WILSON, "high": 34.9}),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(key: str, changes: dict[str, Any]) -> None:
    table = {name: value for name, value in {**WHOLE, **changes}.items() if value is not None}
    with pytest.raises(GuidanceError, match=rf"claim\.{key} = "):
        parsed_claim(table, "claim")


@pytest.mark.parametrize(
    "table",
    [
        WHOLE,
        COUNTED,
        WITH_WILSON,
        {**WHOLE, "value": 19.9, "numerator": 54, "denominator": 271},
        {**WHOLE, "value": 4.2, "unit": "per 1000", "numerator": 42, "denominator": 10000},
        {**WHOLE, "low": 20, "high": 20, "interval": "range"},
        {**WHOLE, "unit": ""} | {"value": 1.51},
    ],
)
def test_a_claim_without_fault_is_taken(table: dict[str, Any]) -> None:
    assert parsed_claim({**table}, "claim").value == table["value"]


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(GuidanceError, match=r"unknown key 'claim\.colour'"):
        claim(colour="blue")
    with pytest.raises(GuidanceError, match="unknown key 'claims'"):
        list(parse_claims({"claims": [WHOLE]}))


def test_what_is_common_to_a_file_holds_unless_a_claim_says_otherwise() -> None:
    common = {key: value for key, value in WHOLE.items() if key != "id"}
    document = {
        "common": common,
        "claim": [{"id": "a.one"}, {"id": "a.two", "grade": "S", "value": 3}],
    }
    one, two = parse_claims(document)
    assert (one.value, one.grade) == (20.0, Grade.ABSTRACT)
    assert (two.value, two.grade) == (3.0, Grade.SECOND_HAND)


def test_conflicts_are_named_on_both_sides() -> None:
    found = {one.id: one for one in (claim(id="a.a", conflicts=["b.b"]), claim(id="b.b"))}
    both = with_conflicts_both_ways(found)
    assert both["b.b"].conflicts == ("a.a",)
    assert both["a.a"].conflicts == ("b.b",)


@pytest.mark.parametrize("other", ["nobody.knows", "a.a"])
def test_a_conflict_with_nothing_is_refused(other: str) -> None:
    with pytest.raises(GuidanceError, match=re.escape(other)):
        with_conflicts_both_ways({"a.a": claim(id="a.a", conflicts=[other])})


def test_wilson_is_that_of_the_worked_example() -> None:
    low, high = wilson_interval(8, 40)
    assert (round(100 * low, 1), round(100 * high, 1)) == (10.5, 34.8)
    for count, total in [(0, 5), (5, 5), (1, 1), (54, 271), (456, 31465)]:
        low, high = wilson_interval(count, total)
        assert 0.0 <= low <= count / total <= high <= 1.0
    for count, total in [(1, 0), (-1, 3), (4, 3)]:
        with pytest.raises(ValueError, match="no share"):
            wilson_interval(count, total)


def test_the_shipped_register_is_whole() -> None:
    claims, content = load_claims()
    assert len(content) > 10_000
    assert list(claims) == sorted(claims)
    for one in claims.values():
        for other in one.conflicts:
            assert one.id in claims[other].conflicts
    for one in claims.values():
        # A contested, unsupported or wrong number says why.
        if one.verdict in {Verdict.CONTESTED, Verdict.UNSUPPORTED, Verdict.WRONG}:
            assert one.note, one.id
        if one.verdict is Verdict.WRONG:
            assert one.conflicts, one.id


def test_each_id_stands_in_one_file() -> None:
    folder = Path(entries.__file__).parent / "claims"
    ids = [
        one["id"]
        for name in shipped_ids(Kind.CLAIMS)
        for one in tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))["claim"]
    ]
    assert len(ids) == len(set(ids)) == len(load_claims()[0])


def test_the_articles_are_never_the_support_of_a_population_or_of_each_other() -> None:
    claims, _ = load_claims()
    articles = [one for one in claims.values() if one.id.startswith("article-")]
    assert {one.id.partition(".")[0] for one in articles} == {"article-1", "article-2", "article-3"}
    assert {one.verdict for one in articles} == set(Verdict) - {Verdict.OUR_CHOICE}


def test_counts_of_the_programmes_are_paired_as_published() -> None:
    claims, _ = load_claims()
    pairs = {
        one.source: (one.numerator, one.denominator, one.value)
        for one in claims.values()
        if one.id.startswith("biopsied.") and "farshid" not in one.id
    }
    assert pairs == {
        "Han et al. 2003": (54, 271, 19.9),
        "Craft et al. 2013": (38, 146, 26.0),
        "Hegde et al.": (None, None, 37.5),
        "Taskin et al., Eur Radiol 2020": (168, 444, 37.8),
        "Satti et al.": (27, 60, 45.0),
    }
    assert claims["biopsied.hegde"].interval == NO_INTERVAL


def test_no_claim_is_called_verified() -> None:
    claims, _ = load_claims()
    assert not [one for one in claims.values() if re.search(r"(?<!un)verified", str(one).lower())]


def test_loading_costs_little_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from calcsight.knowledge.claims import load_claims; load_claims();"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "cv2", "pydicom", "pandas", "typer"} & set(done.stdout.split())
