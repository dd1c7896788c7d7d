"""Every text for women that ships passes every gate, whichever texts are there."""

from collections.abc import Mapping
from datetime import date
from statistics import median
from typing import Any

import pytest
from tests.patient import gates

from benchmarks.patient_texts import ShownText, letter_texts, shown_texts
from benchmarks.readability import measured
from calcsight.knowledge.claims import load_claims
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.plain_words import WordList, banned_in, faults_in, words_of_list
from calcsight.patient.readability import READING_LIMITS
from calcsight.patient.sentences import sentences_of
from calcsight.terms.knowledge_base import GlossaryTerm, KnowledgeEntry, Language

BASE = load_knowledge_base()
CLAIMS, _ = load_claims()
SHOWN = shown_texts()
SOURCES = gates.raw_sources()
# No text can have been written or reviewed later than this; moved on by whoever writes later.
LAST_DAY = date(2027, 12, 31)

REFUSALS = ("despair", "out-of-scope", "personal", "red-flag")
EACH_LANGUAGE = pytest.mark.parametrize("language", Language)
EACH_ENTRY = pytest.mark.parametrize("entry", BASE.entries.values(), ids=lambda one: one.id)
EACH_TEXT = pytest.mark.parametrize(
    "entry", [*BASE.entries.values(), *BASE.replies.values()], ids=lambda one: one.id
)
EACH_DOCUMENT = pytest.mark.parametrize(
    "document",
    [
        pytest.param(document, id=name)
        for folder in ("entries", "replies")
        for name, document in gates.raw_documents(folder)
    ],
)
EACH_TERM = pytest.mark.parametrize("term", BASE.glossary, ids=lambda one: one.id)
LETTERS = [one for one in SHOWN if one.place.startswith("letters/")]
AROUND = [one for one in SHOWN if one.place.startswith(("contact/", "page"))]


@pytest.mark.parametrize(
    "place", sorted({one.place for one in SHOWN}), ids=lambda place: place.replace("/", "-")
)
def test_each_text_is_easy_enough(place: str) -> None:
    of_place = [one for one in SHOWN if one.place == place]
    assert any(one.is_measured for one in of_place)
    assert not [fault for one in of_place for fault in gates.reading_faults(one)]


@EACH_LANGUAGE
def test_the_median_text_is_as_easy_as_is_wanted(language: Language) -> None:
    figures = [figure for figure, _ in measured(SHOWN, language)]
    assert len(figures) > 3
    assert READING_LIMITS[language].passes_wanted(median(figures))


@EACH_LANGUAGE
@EACH_TEXT
def test_no_text_holds_words_that_are_not_said(entry: KnowledgeEntry, language: Language) -> None:
    assert not gates.word_faults(entry.texts[language], language, entry.id)


@EACH_LANGUAGE
@EACH_TEXT
def test_each_technical_word_stands_in_the_glossary(
    entry: KnowledgeEntry, language: Language
) -> None:
    assert not gates.missing_in_glossary(entry.texts[language], language, BASE.glossary)


@EACH_LANGUAGE
@EACH_TERM
def test_no_meaning_holds_words_that_are_not_said(term: GlossaryTerm, language: Language) -> None:
    assert not banned_in(term.meanings[language], language, term.entry)


@pytest.mark.parametrize(
    "shown", LETTERS, ids=lambda one: f"{one.place}-{one.language}-{one.passage}"
)
def test_no_letter_holds_words_that_are_not_said(shown: ShownText) -> None:
    assert not faults_in(shown.text, shown.language, topic="letters")


@pytest.mark.parametrize(
    "shown", AROUND, ids=lambda one: f"{one.place}-{one.language}-{one.passage}"
)
def test_nothing_around_an_answer_holds_words_that_are_not_said(shown: ShownText) -> None:
    assert not faults_in(shown.text, shown.language)
    assert not gates.numbers_outside_claims(shown.text, shown.language)


@EACH_LANGUAGE
def test_whom_to_call_in_despair_is_a_line_that_answers(language: Language) -> None:
    [said] = [
        one.text for one in AROUND if one.place == "contact/despair" and one.language is language
    ]
    first, *_ = sentences_of(said, language)
    assert words_of_list(first, language, WordList.CRISIS)


@EACH_LANGUAGE
@EACH_TEXT
def test_each_next_step_names_whom_to_ask(entry: KnowledgeEntry, language: Language) -> None:
    assert not gates.next_step_faults(entry.texts[language], language)


@EACH_LANGUAGE
@pytest.mark.parametrize("name", [one for one in REFUSALS if one in BASE.replies])
def test_each_refusal_names_whom_to_call(name: str, language: Language) -> None:
    text = BASE.replies[name].texts[language]
    assert not gates.refusal_faults(text, language, in_despair=name == "despair")


@EACH_LANGUAGE
@EACH_DOCUMENT
def test_no_number_stands_outside_a_claim(document: Mapping[str, Any], language: Language) -> None:
    title, *said = (gates.raw_passage(document, language, one) for one in gates.SAID)
    assert not [one for text in said for one in gates.numbers_outside_claims(text, language)]
    named = [CLAIMS[one] for one in gates.claims_of(document, language, gates.SAID)]
    assert not gates.title_numbers_without_claim(title, language, named)


@EACH_LANGUAGE
@EACH_TERM
def test_no_meaning_holds_a_number(term: GlossaryTerm, language: Language) -> None:
    assert not gates.numbers_outside_claims(term.meanings[language], language)


@pytest.mark.parametrize(
    "name", sorted(one.stem for one in (gates.PATIENT / "letters").glob("*.toml"))
)
def test_no_letter_holds_a_number_outside_a_claim_or_a_field(name: str) -> None:
    document = dict(gates.raw_documents("letters"))[name]
    assert not [
        number
        for language in Language
        for text in strings_of(document.get(language.value, {}))
        for number in gates.numbers_outside_claims(text, language)
    ]


@EACH_LANGUAGE
@EACH_DOCUMENT
def test_most_is_said_only_where_a_claim_allows_it(
    document: Mapping[str, Any], language: Language
) -> None:
    assert not gates.more_than_half_faults(document, language, CLAIMS)


@EACH_DOCUMENT
def test_both_languages_state_the_same_claims(document: Mapping[str, Any]) -> None:
    assert not gates.unlike_claims(document)


@EACH_ENTRY
def test_each_entry_is_complete(entry: KnowledgeEntry) -> None:
    assert not gates.completeness_faults(entry)


@EACH_TEXT
def test_each_text_has_sources_and_a_day_that_can_be(entry: KnowledgeEntry) -> None:
    assert not gates.source_faults(entry.sources)
    assert not gates.date_faults(entry, LAST_DAY)


def test_the_questions_of_no_two_entries_are_the_same() -> None:
    assert not gates.questions_asked_twice(BASE.entries.values())


def test_every_listed_source_is_complete_and_names_what_replaced_it() -> None:
    assert len(SOURCES) > 20
    assert not gates.source_faults(SOURCES.values())
    assert not gates.superseded_faults(SOURCES)


@EACH_TEXT
def test_no_clinician_has_reviewed_a_text_yet(entry: KnowledgeEntry) -> None:
    assert not entry.reviews
    assert not any(entry.is_reviewed(language) for language in Language)


def test_the_texts_of_every_kind_of_place_are_looked_at() -> None:
    folders = {one.place.split("/")[0] for one in SHOWN}
    assert folders == {"entries", "replies", "glossary", "letters", "contact", "page"}
    assert {"short", "longer 1", "next_step", "title", "question"} <= {one.passage for one in SHOWN}
    assert list(letter_texts(gates.PATIENT / "letters")) == LETTERS


def strings_of(value: Any) -> list[str]:
    """Return every string below a value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [one for part in inner for one in strings_of(part)]
