"""What is no reading of ours is refused, wherever it is damaged."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from tests.interpreted import guidance

from calcsight.cli.explain import _lines
from calcsight.reports.explanation import explained
from calcsight.reports.json_text import json_text
from calcsight.reports.reading_check import refuse_damage
from calcsight.reports.reading_document import reading_document
from calcsight.reports.schema_fit import KEYWORDS, SchemaFit
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.errors import NotAReadingError
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.settings import Settings

Document = dict[str, Any]
Place = tuple[str | int, ...]
_GROUP: Place = ("groupings", 0, "groups", 0)
_SUSPICION: Place = (*_GROUP, "weighing", "suspicion")
_LACKING = object()
_WRONG: tuple[Any, ...] = (
    *(None, "", "\x1b[31mX\x1b]0;x\x07", -1, 1e308, 10**400, True, [], {}, [[]], {"a": 1}),
    *(float("nan"), float("inf"), "1e5", "a\n\u202eb", 2**63, _LACKING),
)


@pytest.fixture
def document(interpreted_reading: Reading) -> Document:
    """Return an interpreted reading as its file holds it."""
    plain = reading_document(interpreted_reading, "R_CC.dcm", Settings(), guidance())
    return dict(json.loads(json_text(plain)))


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2])
    for key, item in inner if isinstance(value, dict | list) else ():
        yield from places(item, (*place, key)) if isinstance(item, dict | list) else [(*place, key)]


def changed(document: Document, place: Place, value: Any) -> Document:
    """Return a copy in which one place holds something else."""
    other = copy.deepcopy(document)
    part: Any = other
    for key in place[:-1]:
        part = part[key]
    if value is _LACKING:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return other


def test_damage_anywhere_is_refused_or_shown_without_steering(document: Document) -> None:
    choice = random.Random(4)
    refused = 0
    for place in choice.sample(sorted(places(document), key=str), 300):
        damaged = changed(document, place, choice.choice(_WRONG))
        try:
            found = explained(damaged)
        except NotAReadingError:
            refused += 1
            continue
        said = "\n".join(_lines(found))
        assert said.replace("\n", "").isprintable(), place
        assert json_text(found.as_document()).replace("\n", "").isprintable(), place
    assert 200 < refused < 300


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        ((*_GROUP, "group"), "\x1b[31mX", "groupings[0].groups[0].group: needs integer"),
        ((*_SUSPICION, "probability"), 7.5, "suspicion.probability: needs a number from 0 to 1"),
        ((*_SUSPICION, "probability"), 0.25, "probability: is none of its evidence"),
        ((*_SUSPICION, "low"), 0.59, "suspicion.low: is higher than high"),
        ((*_SUSPICION, "evidence"), [], "suspicion.evidence: has 0 items"),
        ((*_SUSPICION, "missing"), "typically_benign", "suspicion.missing: needs null"),
        ((*_GROUP, "description", "morphology", "label"), None, "probability: needs null"),
        (("provenance", "threshold"), 10**400, "provenance.threshold: needs a number"),
        (("claims", "made-up-2000.amorphous-grouped", "note"), _LACKING, "note: is missing"),
        (("claims", "made-up-2000.amorphous-grouped"), _LACKING, "is not among the claims"),
        (("weighing", "suggestion", "category", "code"), "1", "category.code: is none for"),
        (("weighing", "suggestion", "category", "name"), "Negative, calm", "may clear anybody"),
        ((*_GROUP, "members", 0), 99, "members: one of them is not listed"),
        (("calcifications", 1, "particle"), 1, "calcifications: two have one number"),
        (("settings", "description", "least_probability"), "x", "least_probability: needs number"),
        (("verdict",), "none", "verdict: is no key of the schema"),
    ],
)
def test_the_place_is_named(document: Document, place: Place, value: Any, found: str) -> None:
    refuse_damage(document)
    with pytest.raises(NotAReadingError) as refusal:
        explained(changed(document, place, value))
    assert found in refusal.value.found


def test_the_intended_use_is_ours_whatever_the_file_says(document: Document) -> None:
    document["intended_use"] = "For diagnosis."
    assert explained(document).intended_use == INTENDED_USE


def test_a_key_of_a_later_version_is_passed_over(document: Document) -> None:
    document["schema_version"] = "1.9.0"
    document["later"] = 1
    assert explained(document).groups


def test_our_fit_and_a_whole_validator_agree(document: Document) -> None:
    schema = schema_of(SchemaName.READING)
    fit, whole = SchemaFit(schema=schema), jsonschema.Draft202012Validator(schema)
    choice = random.Random(7)
    for place in choice.sample(sorted(places(document), key=str), 150):
        # What no JSON holds, and what is no number of ours, a whole validator lets pass.
        damaged = changed(document, place, choice.choice(_WRONG[:4] + _WRONG[6:11]))
        assert (next(fit.misfits(damaged), None) is None) == whole.is_valid(damaged), place


@pytest.mark.parametrize("name", [SchemaName.READING, SchemaName.EXAM])
def test_the_schema_says_nothing_that_is_not_understood(name: SchemaName) -> None:
    def held(part: Any) -> Iterator[dict[str, Any]]:
        yield part
        for key in ("properties", "$defs"):
            for inner in part.get(key, {}).values():
                yield from held(inner)
        for key in ("items", "additionalProperties", "propertyNames", "contains", "if", "then"):
            if isinstance(part.get(key), dict):
                yield from held(part[key])
        for inner in (*part.get("oneOf", ()), *part.get("prefixItems", ())):
            yield from held(inner)

    for part in held(schema_of(name)):
        assert part.keys() <= KEYWORDS
        if "oneOf" in part:
            assert part["oneOf"][0] == {"type": "null"}
            assert len(part["oneOf"]) == 2
