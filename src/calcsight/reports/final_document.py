"""A person's final record as plain data, in the form of the published schema."""

from typing import Any

from calcsight.reports.noun_json import plain
from calcsight.reports.schemas import FINAL_SCHEMA_VERSION
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.reading import INTENDED_USE

FINAL_NAME = "calcsight.final"


def final_document(record: FinalRecord) -> dict[str, Any]:
    """Return plain dicts, lists, numbers and texts: every field of the record by its own name.

    A person makes the record; writing it down is all that is done here.
    """
    return {
        "document": FINAL_NAME,
        "schema_version": FINAL_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        **plain(record),
    }
