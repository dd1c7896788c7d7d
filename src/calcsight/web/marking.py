"""Words of the glossary and numbers of telephones, found in texts and made links of."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import GlossaryTerm, Language


class Marked(NamedTuple):
    """Passages with links on the first place of each technical word, and those words."""

    passages: tuple[Markup, ...]
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
        """Return passages as HTML; each word leads to its meaning, once on a page."""
        seen: dict[str, GlossaryTerm] = {}
        return Marked(
            tuple(self._passage(one, seen) for one in passages),
            tuple(seen.values()),
        )

    def _passage(self, text: str, seen: dict[str, GlossaryTerm]) -> Markup:
        """Mark one passage, but not the words of earlier ones."""
        parts, end = [], 0
        for match in self._pattern.finditer(text):
            term = self._term_of[match[0].casefold()]
            if term.id in seen:
                continue
            seen[term.id] = term
            link = Markup('<a class="term" href="#word-{}">{}</a>').format(term.id, match[0])
            parts += [escape(text[end : match.start()]), link]
            end = match.end()
        return Markup("").join((*parts, escape(text[end:])))


def with_telephones(line: str, facility: Facility) -> Markup:
    """Return a line on whom to call, its telephone numbers as links that call."""
    said = escape(line)
    for one in _telephones(facility):
        dialled = re.sub(r"[^0-9+*#]", "", one)
        if one in line and dialled:
            link = Markup('<a href="tel:{}">{}</a>').format(dialled, one)
            said = Markup(said.replace(escape(one), link))
    return said


def _telephones(facility: Facility) -> tuple[str, ...]:
    """Return the numbers that a clinic has configured, the longest first."""
    lines = (facility.contact, facility.crisis_line)
    numbers = {facility.emergency_number, *(one.phone for one in lines if one)}
    return tuple(sorted(filter(None, numbers), key=lambda one: (-len(one), one)))
