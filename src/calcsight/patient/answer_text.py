"""An answer as plain lines for a terminal: whom to call, the words, and what they rest on."""

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import wrap
from types import MappingProxyType

from calcsight.patient.citing import review_note
from calcsight.patient.contact_words import contact_lines
from calcsight.patient.days import day_in_words
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.terms.claim import Grade
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import (
    KnowledgeBase,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
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
                "nobody": "{note}. Written on {day}.",
                "reviewed": "{note}; the oldest review is of {day}.",
                "stale": "This is older than {months} months and may be out of date.",
                "more": "calcsight ask --entry {id}",
                "use": INTENDED_USE,
            }
        ),
        Language.SPANISH: MappingProxyType(
            {
                "next": "Qué sigue",
                "call": "A quién llamar",
                "closest": "Temas más cercanos",
                "related": "Más sobre esto",
                # Titles and what was seen are told as the sources have them.
                "sources": "En qué se basa (títulos y datos en inglés)",
                "seen": "visto: {seen}; grado {grade}: {words}",
                "nobody": "{note}. Escrito el {day}.",
                "reviewed": "{note}; la revisión más antigua es del {day}.",
                "stale": "Tiene más de {months} meses y puede estar desactualizado.",
                "more": "calcsight ask --lang es --entry {id}",
                "use": "Esta guía es para la investigación, el trabajo con programas, la "
                "enseñanza y el estudio de imágenes sin nombres. No es para el diagnóstico, la "
                "detección ni el tratamiento de ninguna persona.",
            }
        ),
    }
)
_SPANISH_GRADES: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.ABSTRACT: "vimos un resumen, una parte o una página, no todo",
        Grade.SECOND_HAND: "se conoce por otro texto que la cita",
        Grade.MEMORY: "de memoria, sin comprobar",
        Grade.UNSIGNED: "sin autor, fecha ni dirección; nunca va sola",
        Grade.OF_THIS_PROJECT: "de este proyecto: contado en una tabla de casos, o elegido",
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
    closest = {one.id for one in answer.closest}
    related = [
        base.entries[one]
        for one in answer.entry.related
        if one in base.entries and one not in closest
    ]
    lines += _topics(words["closest"], answer.closest, language)
    lines += _topics(words["related"], related, language)
    lines += ["", words["sources"]]
    lines += [line for one in answer.entry.sources for line in _source(one, language)]
    lines += ["", *_standing(answer, on, base), "", *wrap(words["use"], _WIDTH)]
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
    parts = dict.fromkeys((source.title, _author(source), source.publisher))
    origin = f"{'. '.join(parts)}, {source.published}."
    grade = source.grade
    seen = _WORDS[language]["seen"].format(
        seen=source.seen,
        grade=grade.value,
        words=_SPANISH_GRADES[grade] if language is Language.SPANISH else grade.words,
    )
    address = f"{source.address} ({source.accessed})"
    return [*_indented(origin), *_indented(address, "    "), *_indented(seen, "    ")]


def _author(source: KnowledgeSource) -> str:
    """Return who wrote a source, as a sentence without its full stop; unknown stays said."""
    author = source.author.removesuffix(".")
    if author.startswith("not "):
        return f"Author {author}"
    return f"{author[:1].upper()}{author[1:]}"


def _standing(answer: PatientAnswer, on: date, base: KnowledgeBase) -> list[str]:
    """Write who has reviewed it, and whether it is old."""
    entry, language = answer.entry, answer.language
    words = _WORDS[language]
    said = words["reviewed" if entry.is_reviewed(language) else "nobody"]
    day = day_in_words(entry.checked_on(language), language)
    lines = wrap(said.format(note=review_note(entry, language), day=day), _WIDTH)
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
