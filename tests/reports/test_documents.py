"""Readings and manifests as JSON validate against the published schemas."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from calcsight.reports.columns import Kind
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.json_text import json_text
from calcsight.reports.manifest import (
    IgnoredFile,
    InputTiming,
    ReadInput,
    RefusedInput,
    Timings,
    manifest_document,
)
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.reports.reading_document import reading_document
from calcsight.reports.schemas import (
    MANIFEST_SCHEMA_VERSION,
    READING_SCHEMA_VERSION,
    SchemaName,
    schema_of,
)
from calcsight.terms.errors import error_classes
from calcsight.terms.judge import Judge
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier
from calcsight.terms.orientation import Orientation
from calcsight.terms.reading import INTENDED_USE, Provenance, Reading
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing, SpacingSource

SETTINGS = Settings()


def document_of(reading: Reading) -> dict[str, Any]:
    return reading_document(reading, "exam/R_CC.dcm", SETTINGS)


def valid(document: dict[str, Any], name: SchemaName) -> bool:
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(name)).validate(again)
    assert again == document
    return True


@pytest.mark.parametrize("name", list(SchemaName))
def test_the_schemas_are_schemas(name: SchemaName) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(name))


def test_readings_validate(
    reading: Reading, empty_reading: Reading, pixel_reading: Reading
) -> None:
    for one in (reading, empty_reading, pixel_reading):
        assert valid(document_of(one), SchemaName.READING)


def test_every_reading_says_what_was_not_looked_for(empty_reading: Reading) -> None:
    document = document_of(empty_reading)
    assert document["statement"] == (
        "No calcification found at this operating point; "
        "masses, asymmetries and distortion were not looked for."
    )
    assert document["intended_use"] == INTENDED_USE
    assert document["limitations"][0]["code"] == "masses_not_read"
    document["limitations"] = document["limitations"][1:]
    with pytest.raises(jsonschema.ValidationError):
        valid(document, SchemaName.READING)


@pytest.mark.parametrize("key", ["provenance", "frame", "intended_use", "calcifications"])
def test_a_reading_without_a_part_does_not_validate(reading: Reading, key: str) -> None:
    document = document_of(reading)
    del document[key]
    with pytest.raises(jsonschema.ValidationError):
        valid(document, SchemaName.READING)


def test_an_unregistered_key_or_a_millimetre_of_zero_type_does_not_validate(
    reading: Reading,
) -> None:
    document = document_of(reading)
    document["calcifications"][0]["diameter_mm"] = "unknown"
    with pytest.raises(jsonschema.ValidationError):
        valid(document, SchemaName.READING)
    document = document_of(reading)
    document["verdict"] = "none"
    with pytest.raises(jsonschema.ValidationError):
        valid(document, SchemaName.READING)


def test_the_schema_names_each_column_with_its_type_and_meaning() -> None:
    types = {
        Kind.TEXT: "string",
        Kind.WHOLE: "integer",
        Kind.NUMBER: "number",
        Kind.YES_NO: "boolean",
    }
    definitions = schema_of(SchemaName.READING)["$defs"]
    for name, columns in (("calcification", PARTICLE_COLUMNS), ("group", GROUP_COLUMNS)):
        properties = definitions[name]["properties"]
        for column in columns:
            if column.name not in properties or column.name in {"limitations", "members"}:
                continue
            held = properties[column.name]
            assert held["description"] == column.meaning
            assert types[column.kind] in (held["type"], *held["type"])


def test_the_schema_knows_every_word_of_the_nouns() -> None:
    schema = schema_of(SchemaName.READING)
    mammogram = schema["properties"]["mammogram"]["properties"]
    assert mammogram["laterality"]["enum"] == list(Laterality)
    assert mammogram["view"]["enum"] == list(View)
    assert mammogram["modifiers"]["items"]["enum"] == list(ViewModifier)
    assert mammogram["intent"]["enum"] == list(Intent)
    assert mammogram["exam_kind"]["enum"] == list(ExamKind)
    rules = mammogram["spacing"]["oneOf"][1]["properties"]["rule"]["enum"]
    assert rules == list(SpacingSource)
    assert schema["$defs"]["limitation"]["properties"]["code"]["enum"] == list(Limitation)
    provenance = schema["properties"]["provenance"]["properties"]
    assert set(provenance) == {one.name for one in fields(Provenance)}
    codes = schema_of(SchemaName.MANIFEST)["$defs"]["refused"]["properties"]["code"]["enum"]
    assert set(codes) == {one.code for one in error_classes()} | {"internal"}


def test_documents_and_schemas_carry_the_same_version() -> None:
    for name, version in (
        (SchemaName.READING, READING_SCHEMA_VERSION),
        (SchemaName.MANIFEST, MANIFEST_SCHEMA_VERSION),
    ):
        schema = schema_of(name)
        assert schema["properties"]["schema_version"]["const"] == version
        assert schema["$id"].endswith(version)


def test_spacing_is_along_the_rows_of_the_file(reading: Reading) -> None:
    turned = replace(
        reading.mammogram,
        spacing=Spacing(row_mm=0.1, column_mm=0.2),
        orientation=Orientation(transposed=True),
    )
    spacing = document_of(replace(reading, mammogram=turned))["mammogram"]["spacing"]
    assert (spacing["row_mm"], spacing["column_mm"]) == (0.2, 0.1)


def test_groups_by_every_rule_are_there_and_members_are_particle_numbers(
    reading: Reading,
) -> None:
    document = document_of(reading)
    assert [one["rule"]["name"] for one in document["groupings"]] == [
        rule.name for rule in SETTINGS.grouping.rules
    ]
    (group,) = document["groupings"][0]["groups"]
    by_number = {one["particle"]: one for one in document["calcifications"]}
    assert {by_number[member]["group"] for member in group["members"]} == {1}
    assert document["groupings"][1]["groups"] == []


def test_json_is_one_item_a_line_and_refuses_what_is_not_finite() -> None:
    text = json_text({"list": [{"a": [1, 2]}, {"b": None}], "empty": [], "text": "é"})
    assert text == (
        '{\n  "list": [\n    {"a": [1, 2]},\n    {"b": null}\n  ],\n'
        '  "empty": [],\n  "text": "é"\n}\n'
    )
    with pytest.raises(ValueError, match="JSON"):
        json_text({"x": float("nan")})


def test_a_manifest_validates_and_counts(judge: Judge) -> None:
    read = ReadInput(
        image="a.dcm",
        uid="1.2",
        statement="One.",
        calcifications=2,
        listed=5,
        groups=1,
        limitations=(Limitation.MASSES_NOT_READ,),
        files=("a.reading.json",),
    )
    refused = RefusedInput(
        image="b.dcm", code="truncated", found="half", needed="all", to_do="fetch it again"
    )
    document = manifest_document(
        judge,
        SETTINGS,
        [read, refused],
        [IgnoredFile(image="notes.txt", reason="neither DICOM, PNG nor TIFF")],
        ["calcifications.csv"],
        Timings(
            datetime(2024, 1, 1, tzinfo=UTC),
            1.5,
            1,
            [InputTiming(image="a.dcm", stages={"load": 0.25, "read": 1})],
        ),
    )
    assert valid(document, SchemaName.MANIFEST)
    assert document["counts"] == {
        "inputs": 2,
        "read": 1,
        "refused": 1,
        "ignored": 1,
        "calcifications": 2,
        "groups": 1,
    }
    assert document["timings"]["inputs"][0]["seconds"] == 1.25
    assert refused.message == "truncated: half; needed: all; to do: fetch it again"
