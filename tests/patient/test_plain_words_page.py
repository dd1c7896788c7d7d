"""The page on plain words says what the texts and the lists say."""

from docs.made_tables import filled_in
from docs.plain_words_tables import PAGE, TABLES

from calcsight.patient.plain_words import banned_lists
from calcsight.patient.readability import READING_LIMITS
from calcsight.terms.knowledge_base import Language


def test_the_tables_of_the_page_are_those_of_the_texts() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {name} -->" in page for name in TABLES)
    assert filled_in(page, TABLES) == page, "run python -m docs.plain_words_tables"


def test_the_limits_of_the_page_are_those_that_are_kept() -> None:
    page = PAGE.read_text(encoding="utf-8")
    english, spanish = (READING_LIMITS[one] for one in Language)
    assert f"| {english.wanted:g} or less | {english.stop:g} |" in page
    assert f"| {spanish.wanted:g} or more | {spanish.stop:g} |" in page


def test_every_list_of_banned_words_has_a_reason_and_words_once() -> None:
    for language in Language:
        lists = banned_lists(language)
        assert len({why for why, *_ in lists}) == len(lists)
        words = [word for _, listed, _ in lists for word in listed]
        assert sorted(words) == sorted(set(words))
