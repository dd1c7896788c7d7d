"""Where every sentence of a letter comes from, as plain data."""

from typing import Any

from calcsight.reports.schemas import LETTER_TRACE_SCHEMA_VERSION
from calcsight.terms.letter import Letter
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import SOFTWARE

TRACE_NAME = "calcsight.letter_trace"


def letter_trace(letter: Letter) -> dict[str, Any]:
    """Return plain dicts, lists and texts, in the form of the published schema."""
    return {
        "document": TRACE_NAME,
        "schema_version": LETTER_TRACE_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "software": SOFTWARE,
        "kind": letter.kind.value,
        "language": letter.language.value,
        "dated": letter.dated.isoformat(),
        "is_sample": letter.is_sample,
        "digests": {
            "final": letter.final_digest or None,
            "knowledge_base": letter.knowledge_digest,
            "texts": letter.texts_digest,
        },
        "title": letter.title,
        "sentences": [
            {
                "part": one.part.value,
                "text": one.text,
                "origin": one.origin,
                "fields": list(one.fields),
            }
            for one in letter.sentences
        ],
    }
