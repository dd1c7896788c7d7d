"""Words and sentences of a text, as somebody who reads it aloud counts them."""

import re

from calcsight.patient.read_aloud import WordsAloud, words_aloud
from calcsight.terms.knowledge_base import Language

# Letters and digits; inside a word an apostrophe, a hyphen, and the marks within a number.
_WORD = re.compile(r"[^\W_]+(?:(?:(?<=\d)[.,](?=\d)|['’‑-])[^\W_]+)*")
_ITEM = re.compile(r"^\s*(?:[-–*•]|\d{1,2}[.)])\s+")
# A stop, a question or exclamation mark, with the quotes and brackets that close after it.
_STOP = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+")

_THOUSANDS = re.compile(r"(?<=\d)[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3}\b)")


def sentences_of(text: str, language: Language) -> tuple[str, ...]:
    """Return the sentences that hold a word.

    A sentence ends at a full stop, a question or exclamation mark before a space or the end; a
    paragraph and an item of a list also end one, with or without a mark. A colon or semicolon
    does not. The stop of an abbreviation and the point of a decimal end none. Abbreviations and
    signs stand as the words they are spoken as.

    Parameters
    ----------
    text : str
        Paragraphs apart by an empty line; items of a list each on a line, led by a dash, a bullet
        or a number. Any other line break is a space.
    language : Language
    """
    spoken = words_aloud(language)
    found = (
        sentence
        for paragraph in _paragraphs(text)
        for sentence in _STOP.split(_spelt_out(paragraph, spoken))
    )
    return tuple(one.strip() for one in found if _WORD.search(one))


def words_of(text: str, language: Language) -> tuple[str, ...]:
    """Return the words of a text; a number is one, and so is a word with a hyphen."""
    return tuple(
        word for sentence in sentences_of(text, language) for word in _WORD.findall(sentence)
    )


def _paragraphs(text: str) -> list[str]:
    """Cut at empty lines and before items, whose marks are dropped."""
    paragraphs = [""]
    for line in text.splitlines():
        if not line.strip() or _ITEM.match(line):
            paragraphs.append("")
        paragraphs[-1] += f"{_ITEM.sub('', line).strip()} "
    return paragraphs


def _spelt_out(text: str, spoken: WordsAloud) -> str:
    """Write abbreviations and signs as words, and thousands that a space parts as one number."""
    text = _THOUSANDS.sub("", text)
    for short, words in spoken.abbreviations.items():
        text = re.sub(rf"(?<![\w.]){re.escape(short)}", words, text, flags=re.IGNORECASE)
    for short, words in spoken.ending_abbreviations.items():
        begins = re.escape(short)
        text = re.sub(
            rf"(?<![\w.])(?i:{begins})(?=[\"”»)]*\s+[¿¡]?[A-ZÁÉÍÓÚÑ]|\s*$)", f"{words}.", text
        )
        text = re.sub(rf"(?<![\w.])(?i:{begins})", words, text)
    for sign, words in spoken.symbols.items():
        edge = r"\b" if sign.isalpha() else ""
        text = re.sub(rf"{edge}{re.escape(sign)}{edge}", f" {words} ", text)
    return text
