"""Words of the glossary and numbers of telephones, found in texts: they become links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import GlossaryTerm, Language


class Piece(NamedTuple):
    """A piece of a text; `link` is where it leads, "" = nowhere."""

    text: str
    link: str = ""


Passage = tuple[Piece, ...]


class Marked(NamedTuple):
    """Passages in which each technical word leads to its meaning once, and those words."""

    passages: tuple[Passage, ...]
    terms: tuple[GlossaryTerm, ...]


class WordMarker:
    """Marks the words of a glossary in one language.

    Parameters
    ----------
    glossary : sequence of GlossaryTerm
    language : Language
    """

    def __init__(self, glossary: Sequence[GlossaryTerm], language: Language) -> None:
        self._term_of: Mapping[str, GlossaryTerm] = {
            word.casefold(): term for term in glossary for word in term.words[language]
        }
        # The longest first: "fine pleomorphic" before "pleomorphic".
        words = sorted(self._term_of, key=lambda word: (-len(word), word))
        self._pattern = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else r"(?!)",
            re.IGNORECASE,
        )

    def marked(self, passages: Sequence[str]) -> Marked:
        """Mark the first place of each word on a page, whose passages these are."""
        seen: dict[str, GlossaryTerm] = {}
        return Marked(
            tuple(tuple(self._pieces(one, seen)) for one in passages), tuple(seen.values())
        )

    def _pieces(self, text: str, seen: dict[str, GlossaryTerm]) -> Iterator[Piece]:
        """Cut one passage; words of earlier ones are left as they are."""
        end = 0
        for match in self._pattern.finditer(text):
            term = self._term_of[match[0].casefold()]
            if term.id in seen:
                continue
            seen[term.id] = term
            yield Piece(text[end : match.start()])
            yield Piece(match[0], f"#word-{term.id}")
            end = match.end()
        yield Piece(text[end:])


def with_telephones(line: str, facility: Facility) -> Passage:
    """Return a line on whom to call; the telephone numbers that a clinic configured call it."""
    numbers = {facility.emergency_number}
    numbers |= {one.phone for one in (facility.contact, facility.crisis_line) if one}
    # The longest first: a short number may be the beginning of a long one.
    known = sorted((one for one in numbers if _dialled(one)), key=lambda one: (-len(one), one))
    if not known:
        return (Piece(line),)
    parts = re.split(rf"({'|'.join(map(re.escape, known))})", line)
    return tuple(Piece(one, f"tel:{_dialled(one)}" if one in known else "") for one in parts)


def _dialled(number: str) -> str:
    """Return what a telephone dials."""
    return re.sub(r"[^0-9+*#]", "", number)
