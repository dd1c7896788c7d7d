"""A timeline as plain data, in the form of the published schema."""

from typing import Any

from calcsight.reports.noun_json import plain
from calcsight.reports.schemas import TIMELINE_SCHEMA_VERSION
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.timeline import Timeline

TIMELINE_NAME = "calcsight.timeline"


def timeline_document(timeline: Timeline) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts: every field of the nouns by its own name."""
    return {
        "document": TIMELINE_NAME,
        "schema_version": TIMELINE_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        **plain(timeline),
    }
