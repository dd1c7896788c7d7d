"""Patterns of words, written in the files of rules, as regular expressions over a sentence.

::

    lump            the word
    lump*           a word that begins so
    lump|bump       either
    {lumps}         any word or phrase of the set `lumps`
    {filler}+3      up to three of that set, or none
    ~3              up to three words of any kind
    ~               any words of the same sentence
    ^  $            the sentence begins, ends here
    A & B           both, in any order
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from calcsight.terms.errors import GuidanceError

Sets = Mapping[str, tuple[str, ...]]

_GAP = re.compile(r"~(\d*)")
_SET = re.compile(r"\{(\w+)\}")
_PLAIN = re.compile(r"[a-z0-9,]+\*?")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Parts that must all be in a sentence.

    Parameters
    ----------
    parts : tuple of str
        Regular expressions; each is compiled when it is first looked for, for many never are.
    """

    parts: tuple[str, ...]

    def is_in(self, sentence: str) -> bool:
        """Tell whether a sentence, its words between single spaces, has all parts."""
        return all(_expression_of(one).search(sentence) for one in self.parts)


def compiled(pattern: str, sets: Sets) -> Pattern:
    """Read one pattern.

    Parameters
    ----------
    pattern : str
    sets : mapping
        The words and phrases of each set.

    Raises
    ------
    GuidanceError
        When it names no such set or holds what no pattern has.
    """
    parts = [one.split() for one in pattern.split(" & ")]
    return Pattern(tuple(_expression(one, sets) for one in parts))


@cache
def _expression_of(said: str) -> re.Pattern[str]:
    """Compile an expression of the rules, once."""
    return re.compile(said)


def spaced(words: Sequence[str]) -> str:
    """Return a sentence as patterns look at it."""
    return f" {' '.join(words)} "


def _expression(pieces: Sequence[str], sets: Sets) -> str:
    """Return the expression of pieces that follow each other."""
    said = ""
    for piece in pieces:
        said += _one(piece, sets)
    return said + r"(?= |$)"


def _one(piece: str, sets: Sets) -> str:
    """Return the expression of one piece, with the space before it."""
    if piece == "^":
        return "^"
    if piece == "$":
        return r"(?= $)"
    if gap := _GAP.fullmatch(piece):
        return r"(?: [^ ]+){,%s}?" % (gap[1] or "40")
    either, _, most = piece.partition("+")
    phrases = [_phrase(one) for word in either.split("|") for one in _words(word, sets)]
    said = rf"(?:{'|'.join(phrases)})(?= |$)"
    return f"(?:{said}){{,{int(most)}}}" if most.isdecimal() else said


def _words(said: str, sets: Sets) -> tuple[str, ...]:
    """Return the phrases of a set, or the one word that is said."""
    if named := _SET.fullmatch(said):
        if named[1] not in sets:
            raise GuidanceError(f"a pattern names the set {named[1]!r}", "a set of its file")
        return sets[named[1]]
    if not _PLAIN.fullmatch(said):
        raise GuidanceError(f"{said!r} in a pattern", "a word, a set or a gap")
    return (said,)


def _phrase(phrase: str) -> str:
    """Return the expression of a phrase: each word after a space; its end is looked at later."""
    return "".join(_word(one) for one in phrase.split())


def _word(word: str) -> str:
    """Return the expression of one word of a phrase."""
    if gap := _GAP.fullmatch(word):
        return r"(?: [^ ]+){,%s}?" % (gap[1] or "40")
    stem = re.escape(word.removesuffix("*"))
    return f" {stem}[^ ]*" if word.endswith("*") else f" {stem}"
