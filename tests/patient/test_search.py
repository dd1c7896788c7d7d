"""Search: nearest first, no question is syntax, nothing in common is nothing found."""

import pytest

from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.search import EntryIndex
from calcsight.patient.search_words import SearchWords
from calcsight.terms.knowledge_base import Language

ALIASES = {"white dots": "calcification"}
WORDS = SearchWords(Language.ENGLISH, frozenset({"the", "what", "are"}), ALIASES, {})


@pytest.fixture(scope="module")
def index() -> EntryIndex:
    return EntryIndex(load_knowledge_base(), Language.ENGLISH, WORDS)


def test_words_are_stemmed_and_an_alias_stands_beside_them() -> None:
    assert WORDS.of("What are the biopsies?") == ["biopsi"]
    assert WORDS.of("the white dots") == ["white", "dot", "calcif"]


def test_the_nearest_entry_comes_first_and_scores_fall(index: EntryIndex) -> None:
    found = index.search(WORDS.of("milk of calcium"))
    assert found[0].entry.id == "milk-of-calcium"
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= one.score <= 1.0001 for one in found)


def test_nothing_in_common_finds_nothing(index: EntryIndex) -> None:
    assert index.search([]) == []
    assert index.search(["zyzzyva"]) == []


@pytest.mark.parametrize("word", ["near", "and", "or", "not", "title", "entries"])
def test_a_word_of_the_syntax_is_a_word(index: EntryIndex, word: str) -> None:
    assert isinstance(index.search([word, "biopsi"]), list)
