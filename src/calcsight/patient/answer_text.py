"""An answer as plain lines for a terminal: whom to call, the words, and what they rest on."""

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import wrap
from types import MappingProxyType

from calcsight.patient.contact_words import contact_lines
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import (
    KnowledgeBase,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
    Passage,
)
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer
from calcsight.terms.reading import INTENDED_USE

_WIDTH = 80
_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType(
            {
                "next": "Next step",
                "call": "Whom to call",
                "closest": "Closest topics",
                "related": "More on this",
                "sources": "What this rests on",
                "seen": "seen: {seen}; grade {grade}: {words}",
                "nobody": "No clinician has reviewed this yet. Written on {day}.",
                "reviewed": "Reviewed by {who}; the oldest review is of {day}.",
                "stale": "This is older than {months} months and may be out of date.",
                "more": "calcsight ask --entry {id}",
            }
        ),
        Language.SPANISH: MappingProxyType(
            {
                "next": "Qué sigue",
                "call": "A quién llamar",
                "closest": "Temas más cercanos",
                "related": "Más sobre esto",
                "sources": "En qué se basa",
                "seen": "visto: {seen}; grado {grade}: {words}",
                "nobody": "Ningún profesional de la salud lo ha revisado todavía. "
                "Escrito el {day}.",
                "reviewed": "Revisado por {who}; la revisión más antigua es del {day}.",
                "stale": "Tiene más de {months} meses y puede estar desactualizado.",
                "more": "calcsight ask --lang es --entry {id}",
            }
        ),
    }
)


def answer_lines(
    answer: PatientAnswer, facility: Facility, on: date, base: KnowledgeBase | None = None
) -> list[str]:
    """Write an answer in lines of at most 80 characters; the question is no part of it.

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
    language, text, words = answer.language, answer.text, _WORDS[answer.language]
    contact = contact_lines(answer.kind, answer.red_flag, facility, language)
    lines = [*wrap(text.title, _WIDTH), ""]
    if answer.kind is AnswerKind.RED_FLAG:
        lines += [*_list(contact), ""]
    lines += [line for one in (text.short, *text.longer) for line in (*wrap(one, _WIDTH), "")]
    lines += [f"{words['next']}", *_indented(text.next_step)]
    if answer.kind is not AnswerKind.RED_FLAG:
        lines += ["", words["call"], *_list(contact)]
    related = [base.entries[one] for one in answer.entry.related if one in base.entries]
    lines += _topics(words["closest"], answer.closest, language)
    lines += _topics(words["related"], related, language)
    lines += ["", words["sources"]]
    lines += [line for one in answer.entry.sources for line in _source(one, language)]
    lines += ["", *_standing(answer, on, base), "", *wrap(INTENDED_USE, _WIDTH)]
    return lines


def _topics(heading: str, entries: Sequence[KnowledgeEntry], language: Language) -> list[str]:
    """Write entries to read next, each with the words that print it."""
    if not entries:
        return []
    more = _WORDS[language]["more"]
    lines = ["", heading]
    for one in entries:
        lines += [*_indented(one.texts[language].title), f"    {more.format(id=one.id)}"]
    return lines


def _source(source: KnowledgeSource, language: Language) -> list[str]:
    """Write where an answer comes from, and what was seen of it."""
    origin = f"{source.title}. {source.author}. {source.publisher}, {source.published}."
    seen = _WORDS[language]["seen"].format(
        seen=source.seen, grade=source.grade.value, words=source.grade.words
    )
    address = f"{source.address} ({source.accessed})"
    return [*_indented(origin), *_indented(address, "    "), *_indented(seen, "    ")]


def _standing(answer: PatientAnswer, on: date, base: KnowledgeBase) -> list[str]:
    """Write who has reviewed it, and whether it is old."""
    entry, language = answer.entry, answer.language
    words = _WORDS[language]
    day = entry.checked_on(language).isoformat()
    if entry.is_reviewed(language):
        names = sorted({entry.reviews[language, one].reviewer for one in Passage})
        lines = wrap(words["reviewed"].format(who=", ".join(names), day=day), _WIDTH)
    else:
        lines = wrap(words["nobody"].format(day=day), _WIDTH)
    if entry.is_stale(language, on, base.stale_after_months):
        lines += wrap(words["stale"].format(months=base.stale_after_months), _WIDTH)
    return lines


def _list(texts: Sequence[str]) -> list[str]:
    """Write texts one below the other."""
    return [line for one in texts for line in _indented(one)]


def _indented(text: str, indent: str = "  ") -> list[str]:
    """Break a text into lines below its heading; an address stays whole."""
    return wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
