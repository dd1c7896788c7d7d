"""A letter as one page of HTML: nothing outside it, no program, fit for print and screen reader."""

from typing import Any

from calcsight.patient.days import day_in_words
from calcsight.patient.letter_facts import BLANK
from calcsight.patient.letter_text import paragraphs, sources
from calcsight.patient.letter_texts import load_letter_texts
from calcsight.reports.visible_text import in_page
from calcsight.terms.letter import Letter, LetterPart
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import SOFTWARE


def letter_page(letter: Letter) -> str:
    """Return the page; its watermark is repeated on every page that is printed."""
    return str(
        _environment()
        .get_template("letter.html.j2")
        .render(
            letter=letter,
            dated=day_in_words(letter.dated, letter.language),
            words=load_letter_texts().words[letter.language],
            parts=[(part, paragraphs(letter, part)) for part in LetterPart],
            sources=sources(letter),
            next_part=LetterPart.NEXT,
            sources_part=LetterPart.SOURCES,
            blank=BLANK,
            intended_use=INTENDED_USE,
            software=SOFTWARE,
        )
    )


def _environment() -> Any:
    """Return the environment in which the page is filled: escaped and strict."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("calcsight.patient"),
        autoescape=True,
        finalize=in_page,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
