"""A letter as plain text, for a message or a printer without pictures."""

from textwrap import wrap

from calcsight.patient.days import day_in_words
from calcsight.patient.letter_facts import BLANK
from calcsight.patient.letter_items import Word
from calcsight.patient.letter_texts import load_letter_texts
from calcsight.terms.letter import Letter, LetterPart, LetterSentence

_WIDTH = 72


def letter_text(letter: Letter) -> str:
    """Return the letter in lines of at most 72 characters, a line feed at the end."""
    words = load_letter_texts().words[letter.language]
    blocks = [
        f"{words[Word.DATE]}: {day_in_words(letter.dated, letter.language)}\n"
        f"{words[Word.NAME]}: {BLANK}",
        _wrapped(letter.title) + "\n" + "=" * min(len(letter.title), _WIDTH),
        *(_part(letter, part) for part in LetterPart),
    ]
    if letter.facility:
        blocks.insert(0, _wrapped(letter.facility))
    if letter.is_sample:
        mark = _wrapped(f"*** {words[Word.SAMPLE_LINE]} ***")
        blocks = [mark, *blocks, mark]
    return "\n\n".join(one for one in blocks if one) + "\n"


def _part(letter: Letter, part: LetterPart) -> str:
    """Return one part under its heading; "" = the letter has none."""
    words = load_letter_texts().words[letter.language]
    lines = [
        _wrapped(" ".join(one.text for one in paragraph)) for paragraph in paragraphs(letter, part)
    ]
    if part is LetterPart.SOURCES:
        lines.append(words[Word.SOURCES_LEAD])
        lines += [_wrapped(one.text, first="- ", rest="  ") for one in sources(letter)]
    return "\n".join([words[part], "-" * len(words[part]), *lines]) if lines else ""


def sources(letter: Letter) -> tuple[LetterSentence, ...]:
    """Return what the letter rests on."""
    return tuple(one for one in letter.sentences if one.origin.startswith("source:"))


def paragraphs(letter: Letter, part: LetterPart) -> list[list[LetterSentence]]:
    """Return the sentences of a part, sources aside; what is filled in by hand has its own line."""
    found: list[list[LetterSentence]] = []
    before = True
    for one in letter.sentences:
        if one.part is not part or one.origin.startswith("source:"):
            continue
        by_hand = BLANK in one.text
        if before or by_hand:
            found.append([])
        found[-1].append(one)
        before = by_hand
    return found


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Break a text into lines, between words alone where that can be."""
    return "\n".join(
        wrap(
            text,
            _WIDTH,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
        )
    )
