"""An answer as the JSON of `calcsight ask --json` and of the web page's interface."""

from dataclasses import asdict
from datetime import date
from typing import Any

from calcsight.patient.contact_words import contact_lines
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.terms.claim import Claim
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import (
    KnowledgeBase,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
    Passage,
)
from calcsight.terms.patient_answer import PatientAnswer
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import SOFTWARE, VERSION

# What is told of a claim, in its words; the number and its counts beside them.
_CLAIM_TEXTS = ("id", "statement", "population", "stage", "horizon", "source", "address", "date")


def answer_document(
    answer: PatientAnswer, facility: Facility, on: date, base: KnowledgeBase | None = None
) -> dict[str, Any]:
    """Return an answer with all that it rests on; the question is no part of it.

    Parameters
    ----------
    answer : PatientAnswer
    facility : Facility
    on : date
        The day from which staleness counts.
    base : KnowledgeBase, optional
        From which it was answered; left out, the one that ships.
    """
    base = base or load_knowledge_base()
    entry, language, text = answer.entry, answer.language, answer.text
    return {
        "document": "calcsight.answer",
        "software": SOFTWARE,
        "version": VERSION,
        "intended_use": INTENDED_USE,
        "knowledge_base": base.digest,
        "kind": answer.kind.value,
        "red_flag": answer.red_flag and answer.red_flag.value,
        "language": language.value,
        "entry": entry.id,
        "title": text.title,
        "answer": text.short,
        "longer": list(text.longer),
        "next_step": text.next_step,
        "contact": list(contact_lines(answer.kind, answer.red_flag, facility, language)),
        "sources": [_source(one) for one in entry.sources],
        "claims": [_claim(one) for one in entry.claims],
        "author": entry.author,
        "written_on": entry.written_on.isoformat(),
        "reviewed": {one.value: (language, one) in entry.reviews for one in Passage},
        "reviews": [_review(entry, language, one) for one in Passage if _has(entry, language, one)],
        "checked_on": entry.checked_on(language).isoformat(),
        "stale": entry.is_stale(language, on, base.stale_after_months),
        "closest": [_topic(one, language) for one in answer.closest],
        "related": [
            _topic(base.entries[one], language) for one in entry.related if one in base.entries
        ],
    }


def _source(source: KnowledgeSource) -> dict[str, Any]:
    """Return a source, its grade in words."""
    return {**asdict(source), "grade": source.grade.value, "grade_words": source.grade.words}


def _claim(claim: Claim) -> dict[str, Any]:
    """Return a number with the five facts, and what speaks against it."""
    return {
        **{one: getattr(claim, one) for one in _CLAIM_TEXTS},
        "number": {
            one: getattr(claim, one)
            for one in ("value", "low", "high", "unit", "numerator", "denominator")
        },
        "n": claim.n,
        "interval": claim.interval,
        "grade": claim.grade.value,
        "grade_words": claim.grade.words,
        "verdict": claim.verdict.value,
        "conflicts": list(claim.conflicts),
        "note": claim.note,
    }


def _has(entry: KnowledgeEntry, language: Language, passage: Passage) -> bool:
    """Tell whether a clinician has reviewed a string."""
    return (language, passage) in entry.reviews


def _review(entry: KnowledgeEntry, language: Language, passage: Passage) -> dict[str, str]:
    """Return who reviewed a string, and when."""
    review = entry.reviews[language, passage]
    return {"passage": passage.value, "reviewer": review.reviewer, "on": review.on.isoformat()}


def _topic(entry: KnowledgeEntry, language: Language) -> dict[str, str]:
    """Return the name of an entry."""
    return {"entry": entry.id, "title": entry.texts[language].title}
