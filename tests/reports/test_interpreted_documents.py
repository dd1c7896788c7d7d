"""Words, weighings and claims in JSON and in the tables."""

import csv
import io
import json
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest
from tests.interpreted import CLAIMS, description, guidance, interpreted

from calcsight.reports.columns import group_entries, particle_entries, row_of
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.group_columns import GROUP_COLUMNS, GROUP_MEASURED_COLUMNS
from calcsight.reports.json_text import json_text
from calcsight.reports.particle_columns import PARTICLE_COLUMNS, PARTICLE_MEASURED_COLUMNS
from calcsight.reports.reading_document import reading_document
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Category, Level, Step, Suggestion, Weighing
from calcsight.terms.location import Depth, Location, Region
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import NoProbability, Suspicion
from calcsight.terms.vocabulary import Concern

SETTINGS = Settings()
SHAPES = (Morphology.AMORPHOUS, Morphology.RIM, None)


def document_of(reading: Reading) -> dict[str, Any]:
    return reading_document(reading, "exam/R_CC.dcm", SETTINGS, guidance())


def validate(document: dict[str, Any]) -> None:
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(SchemaName.READING)).validate(again)
    assert again == document


def rows_of(reading: Reading) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    particles = [
        row_of(PARTICLE_COLUMNS, one) for one in particle_entries(reading, "x.dcm", SETTINGS)
    ]
    groups = [row_of(GROUP_COLUMNS, one) for one in group_entries(reading, "x.dcm")]
    return tuple(  # type: ignore[return-value]
        list(csv.DictReader(io.StringIO(csv_header(columns) + csv_lines(rows))))
        for columns, rows in ((PARTICLE_COLUMNS, particles), (GROUP_COLUMNS, groups))
    )


@pytest.mark.parametrize("kind", SHAPES, ids=str)
def test_an_interpreted_reading_validates(reading: Reading, kind: Morphology | None) -> None:
    validate(document_of(interpreted(reading, [kind])))


def test_an_interpreted_reading_without_a_group_validates(empty_reading: Reading) -> None:
    document = document_of(interpreted(empty_reading))
    validate(document)
    assert document["weighing"]["suggestion"]["level"] == "cannot_be_classified"


def test_an_interpreted_reading_of_unknown_spacing_validates(pixel_reading: Reading) -> None:
    document = document_of(interpreted(pixel_reading))
    validate(document)
    assert document["groupings"] == []
    assert document["weighing"]["suspicion"] is None


def test_not_interpreted_is_null_everywhere(reading: Reading) -> None:
    document = reading_document(reading, "x.dcm", SETTINGS)
    validate(document)
    assert (document["weighing"], document["guidance"], document["claims"]) == (None, None, {})
    assert all(one["morphology"] is None for one in document["calcifications"])
    (group,) = document["groupings"][0]["groups"]
    assert (group["description"], group["weighing"]) == (None, None)
    particles, groups = rows_of(reading)
    assert {one["shape"] for one in particles} == {""}
    measured = [column.name for column in GROUP_MEASURED_COLUMNS]
    assert all(groups[0][column.name] == "" for column in GROUP_COLUMNS[len(measured) :])
    assert groups[0]["distribution"] == "grouped"


def test_not_described_and_cannot_be_classified_are_told_apart(
    interpreted_reading: Reading,
) -> None:
    first, second, *others = interpreted_reading.calcifications
    ones = (first, replace(second, morphology=None), *others)
    reading = replace(interpreted_reading, calcifications=ones)
    document = document_of(reading)
    validate(document)
    unsure, not_described, sure, *_ = document["calcifications"]
    assert unsure["morphology"]["label"] is None
    assert unsure["morphology"]["probabilities"]["amorphous"] == 0.41
    assert not_described["morphology"] is None
    assert sure["morphology"]["label"] == "amorphous"
    particles, _ = rows_of(reading)
    assert [one["shape"] for one in particles[:3]] == ["cannot_be_classified", "", "amorphous"]
    assert [one["likeliest_shape"] for one in particles[:3]] == ["amorphous", "", "amorphous"]
    assert particles[0]["second_shape"] == "round_punctate"
    assert float(particles[2]["shape_probability"]) == 0.82


def test_the_claims_that_were_used_stand_there_in_full_and_no_other(
    interpreted_reading: Reading,
) -> None:
    claims = document_of(interpreted_reading)["claims"]
    assert sorted(claims) == [
        "made-up-2000.amorphous-grouped",
        "made-up-2000.fine-pleomorphic",
        "made-up-2001.amorphous",
        "made-up-policy.months",
        "made-up-scheme.incomplete",
    ]
    one = claims["made-up-2000.amorphous-grouped"]
    assert set(one) == {field.name for field in fields(Claim)}
    assert (one["value"], one["low"], one["high"], one["unit"]) == (24.0, 17.5, 32.1, "%")


def test_every_figure_of_a_group_names_a_claim_that_stands_there(
    interpreted_reading: Reading,
) -> None:
    document = document_of(interpreted_reading)
    suspicion = document["groupings"][0]["groups"][0]["weighing"]["suspicion"]
    figures = [*suspicion["evidence"], *suspicion["beside"]]
    assert len(figures) == 3
    for one in figures:
        claim = document["claims"][one["claim"]]
        assert one["probability"] == pytest.approx(claim["value"] / 100)
        assert one["denominator"]
        assert one["population"] in document["guidance"]["populations"]


def test_the_words_of_the_vocabulary_stand_there_with_their_meaning(
    interpreted_reading: Reading,
) -> None:
    vocabulary = document_of(interpreted_reading)["guidance"]["vocabulary"]
    assert (vocabulary["id"], vocabulary["version"]) == ("made-up-words", "1")
    assert set(vocabulary["words"]) == {*Morphology, *Distribution}
    assert vocabulary["words"]["rim"]["concern"] == "typically_benign"


def test_other_guidance_than_the_one_that_weighed_is_refused(interpreted_reading: Reading) -> None:
    with pytest.raises(GuidanceError, match="without the guidance that did it"):
        reading_document(interpreted_reading, "x.dcm", SETTINGS)
    other = replace(guidance(), digest="00" * 32)
    with pytest.raises(GuidanceError, match="without the guidance that did it"):
        reading_document(interpreted_reading, "x.dcm", SETTINGS, other)


def test_a_claim_that_is_not_registered_is_refused(interpreted_reading: Reading) -> None:
    without = {name: one for name, one in CLAIMS.items() if name != "made-up-policy.months"}
    with pytest.raises(GuidanceError, match=r"made-up-policy\.months"):
        reading_document(
            interpreted_reading, "x.dcm", SETTINGS, replace(guidance(), claims=without)
        )


def test_a_group_row_holds_words_place_figure_and_what_follows(
    interpreted_reading: Reading,
) -> None:
    _, (row,) = rows_of(interpreted_reading)
    expected = {
        "distribution": "grouped",
        "morphology": "amorphous",
        "morphology_probability": "0.82",
        "second_morphology": "fine_pleomorphic",
        "distribution_probability": "0.9",
        "region": "outer",
        "clock_hours": "7;8;9;10;11",
        "depth": "middle",
        "nipple_distance_mm": "42.3",
        "nipple_angle_deg": "",
        "vocabulary": "made-up-words 1",
        "suspicion": "0.24",
        "suspicion_low": "0.175",
        "suspicion_high": "0.58",
        "population": "made-up-2000",
        "suspicion_denominator": "groups recalled and biopsied",
        "suspicion_n": "100",
        "suspicion_missing": "",
        "scheme": "made-up-scheme 1",
        "level": "incomplete",
        "category": "0",
        "next_steps": "magnification_views;follow_up",
    }
    assert {name: row[name] for name in expected} == expected


def test_a_typically_benign_group_has_no_figure_and_says_why(reading: Reading) -> None:
    _, (row,) = rows_of(interpreted(reading, [Morphology.VASCULAR]))
    assert (row["suspicion"], row["suspicion_denominator"]) == ("", "")
    assert row["suspicion_missing"] == "typically_benign"
    assert (row["category"], row["level"]) == ("", "typically_benign_only")


def test_the_distribution_is_that_of_the_description(reading: Reading) -> None:
    first, *others = interpreted(reading).groupings
    for lying, word in ((Distribution.LINEAR, "linear"), (None, "cannot_be_classified")):
        group = replace(
            first.groups[0], description=description(Morphology.AMORPHOUS, lying), weighing=None
        )
        changed = replace(
            interpreted(reading), groupings=(replace(first, groups=(group,)), *others)
        )
        document = document_of(changed)
        validate(document)
        assert document["groupings"][0]["groups"][0]["distribution"] == word
        assert rows_of(changed)[1][0]["distribution"] == word


def test_what_was_measured_still_comes_first() -> None:
    for columns, measured in (
        (PARTICLE_COLUMNS, PARTICLE_MEASURED_COLUMNS),
        (GROUP_COLUMNS, GROUP_MEASURED_COLUMNS),
    ):
        assert columns[: len(measured)] == measured
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)


def test_the_schema_knows_every_word_and_field_of_the_nouns() -> None:
    definitions = schema_of(SchemaName.READING)["$defs"]
    for name, words in (("morphology", Morphology), ("distribution", Distribution)):
        held = definitions[f"named_{name}"]["properties"]
        assert held["label"]["enum"] == [*words, None]
        assert held["probabilities"]["propertyNames"]["enum"] == list(words)
    assert definitions["location"]["properties"]["region"]["enum"] == [*Region, None]
    assert definitions["location"]["properties"]["depth"]["enum"] == [*Depth, None]
    weighing = definitions["weighing"]["properties"]
    suggestion = weighing["suggestion"]["properties"]
    assert suggestion["level"]["enum"] == list(Level)
    assert definitions["suspicion"]["properties"]["missing"]["enum"] == [*NoProbability, None]
    words_of_concern = definitions["guidance"]["properties"]["vocabulary"]["properties"]["words"]
    assert words_of_concern["additionalProperties"]["properties"]["concern"]["enum"] == [
        *Concern,
        None,
    ]
    assert definitions["claim"]["properties"]["grade"]["enum"] == list(Grade)
    assert definitions["claim"]["properties"]["verdict"]["enum"] == list(Verdict)
    for noun, held in (
        (Claim, definitions["claim"]["properties"]),
        (Description, definitions["description"]["properties"]),
        (Location, definitions["location"]["properties"]),
        (Suspicion, definitions["suspicion"]["properties"]),
        (Category, definitions["category"]["properties"]),
        (Weighing, weighing),
        (Step, weighing["steps"]["items"]["properties"]),
    ):
        assert set(held) == {field.name for field in fields(noun)}, noun
    assert {"level", "category", "rules"} < {field.name for field in fields(Suggestion)}


def test_a_share_without_its_denominator_does_not_validate(interpreted_reading: Reading) -> None:
    document = document_of(interpreted_reading)
    suspicion = document["groupings"][0]["groups"][0]["weighing"]["suspicion"]
    del suspicion["evidence"][0]["denominator"]
    with pytest.raises(jsonschema.ValidationError):
        validate(document)
