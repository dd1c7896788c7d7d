"""The published JSON Schemas (2020-12) of the documents that calcsight writes.

A schema version has three numbers: the first changes when a reader of older documents would
break, the second when something is added, the third when only words change.
"""

import json
from enum import StrEnum
from importlib.resources import files
from typing import Any

READING_SCHEMA_VERSION = "1.1.0"
MANIFEST_SCHEMA_VERSION = "1.0.0"
PREDICTIONS_SCHEMA_VERSION = "1.0.0"
EVALUATION_SCHEMA_VERSION = "1.0.0"
EXAM_SCHEMA_VERSION = "1.0.0"
FINAL_SCHEMA_VERSION = "1.0.0"
TIMELINE_SCHEMA_VERSION = "1.0.0"
COMPARISON_SCHEMA_VERSION = "1.0.0"
CAD_REPORTS_SCHEMA_VERSION = "1.0.0"
LETTER_TRACE_SCHEMA_VERSION = "1.0.0"


class SchemaName(StrEnum):
    """The documents that have a schema."""

    READING = "reading"
    MANIFEST = "manifest"
    PREDICTIONS = "predictions"
    EVALUATION = "evaluation"
    EXAM = "exam"
    FINAL = "final"
    TIMELINE = "timeline"
    COMPARISON = "comparison"
    CAD_REPORTS = "cad_reports"
    LETTER_TRACE = "letter_trace"


def schema_text(name: SchemaName) -> str:
    """Return the schema of one document as it is published."""
    return (files(__package__) / f"{name.value}.schema.json").read_text(encoding="utf-8")


def schema_of(name: SchemaName) -> dict[str, Any]:
    """Return the schema of one document, parsed."""
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema
