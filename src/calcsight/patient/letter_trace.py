"""Where every sentence of a letter comes from, as plain data."""

from collections.abc import Iterator
from typing import Any

from calcsight.patient.days import day_in_words
from calcsight.patient.letter_facts import BLANK, ORIGINS
from calcsight.patient.letter_items import Word
from calcsight.patient.letter_texts import fields_in, load_letter_texts
from calcsight.reports.schemas import LETTER_TRACE_SCHEMA_VERSION
from calcsight.terms.letter import Letter, LetterPart
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
        "frame": [
            {"text": text, "origin": origin, "fields": list(fields)}
            for text, origin, fields in _frame(letter)
        ],
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


def _frame(letter: Letter) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what stands around the sentences: each text, its origin, what is filled into it."""
    library = load_letter_texts()
    words = library.words[letter.language]
    if letter.is_sample:
        for one in (Word.SAMPLE, Word.SAMPLE_LINE):
            yield words[one], f"words:{one}", ()
    if letter.facility:
        yield letter.facility, "facility.name", ("facility.name",)
    dated = day_in_words(letter.dated, letter.language)
    yield f"{words[Word.DATE]}: {dated}", f"words:{Word.DATE}", ("order.on",)
    yield f"{words[Word.NAME]}: {BLANK}", f"words:{Word.NAME}", ("blank",)
    named = fields_in(library.texts[letter.kind].titles[letter.language])
    yield letter.title, f"title:{letter.kind}", tuple(ORIGINS[one] for one in named)
    told = {one.part for one in letter.sentences}
    for part in (one for one in LetterPart if one in told):
        yield words[part], f"words:{part}", ()
    yield words[Word.SOURCES_LEAD], f"words:{Word.SOURCES_LEAD}", ()
    yield words[Word.PAGE], f"words:{Word.PAGE}", ()
