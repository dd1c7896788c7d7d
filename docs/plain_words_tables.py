"""The tables of docs/plain-words.md, made from the texts and the lists themselves.

`python -m docs.plain_words_tables` writes them into the page; a test fails when they differ.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from docs.made_tables import table, write_tables

from benchmarks.patient_texts import ShownText, shown_texts
from calcsight.patient.plain_words import banned_lists
from calcsight.patient.readability import READING_LIMITS, reading_figure
from calcsight.terms.knowledge_base import Language

PAGE = Path(__file__).parent / "plain-words.md"
# Kinds of text, each with the places and passages that belong to it.
_KINDS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("short answers", "entries/", ("short",)),
    ("longer answers, by paragraphs", "entries/", ("longer",)),
    ("next steps", "entries/", ("next_step",)),
    ("refusals and red flags", "replies/", ("",)),
    ("the glossary", "glossary/", ("meaning",)),
    ("letters, by parts", "letters/", ("",)),
    ("whom to call", "contact/", ("",)),
    ("the page around the answers", "page", ("",)),
)


def figures_table() -> str:
    """Return how easily each kind of text is read, with the median and the hardest of it."""
    texts = [one for one in shown_texts() if one.is_measured]
    rows = [
        _row(name, [one for one in texts if _is_of(one, place, passages)])
        for name, place, passages in _KINDS
    ]
    heads = ["texts", "English", "median grade", "hardest", "Spanish", "median ease", "hardest"]
    return table(heads, [*rows, _row("**all**", texts)])


def _is_of(one: ShownText, place: str, passages: tuple[str, ...]) -> bool:
    """Tell whether a text is of a kind."""
    return one.place.startswith(place) and one.passage.startswith(passages)


def _row(name: str, texts: Sequence[ShownText]) -> list[str]:
    """Return number, median and worst of both languages."""
    cells = [name]
    for language in Language:
        figures = [reading_figure(one.text, language) for one in texts if one.language is language]
        worst = min(figures) if READING_LIMITS[language].high_is_easy else max(figures)
        cells += [str(len(figures)), f"{median(figures):.1f}", f"{worst:.1f}"]
    return cells


def banned_table() -> str:
    """Return every list of words that are not said, with its reason."""
    rows = [
        [language.text, why, ", ".join(words), ", ".join(f"`{one}`" for one in sorted(allowed))]
        for language in Language
        for why, words, allowed in banned_lists(language)
    ]
    return table(["language", "why", "not said", "but in"], rows)


TABLES: dict[str, Callable[[], str]] = {"figures": figures_table, "banned": banned_table}

if __name__ == "__main__":
    write_tables(PAGE, TABLES)
