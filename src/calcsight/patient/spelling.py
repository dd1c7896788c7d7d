"""Misspelt words, mended to the nearest of those that a reader of them knows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rapidfuzz import process as nearest
from rapidfuzz.distance import OSA

# Shorter words have too many neighbours; longer ones may have two slips.
_SHORTEST, _TWO_SLIPS = 4, 8
# Letters of one sound, in most of Latin America.
_AS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("qu", "k", "c"), "k"),
        **dict.fromkeys(("ce", "se", "ze"), "se"),
        **dict.fromkeys(("ci", "si", "zi"), "si"),
        **dict.fromkeys(("ge", "je"), "je"),
        **dict.fromkeys(("gi", "ji"), "ji"),
        **dict.fromkeys(("z", "x"), "s"),
        "gue": "ge",
        "gui": "gi",
        "ch": "ch",
        "h": "",
        "v": "b",
        "ll": "y",
    }
)
_SOUND = re.compile("gue|gui|qu|ch|ll|[cszgj][ei]|[kchvzx]")
_DOUBLED = re.compile(r"(.)\1+")


class Mender:
    """Mends words to those of a vocabulary.

    Parameters
    ----------
    vocabulary : iterable of str
        What a word may be mended to.
    known : iterable of str
        Words that are right as they are, beside the vocabulary.
    stems : iterable of str
        Beginnings of words that are right.
    """

    def __init__(
        self, vocabulary: Iterable[str], known: Iterable[str], stems: Iterable[str]
    ) -> None:
        self._stems = tuple(stems)
        words = sorted({one for one in vocabulary if one.isalpha()})
        self._right = frozenset(words) | frozenset(known)
        self._by_length: dict[int, list[str]] = {}
        self._by_sound: dict[str, str] = {}
        for word in words:
            if len(word) >= _SHORTEST:
                self._by_length.setdefault(len(word), []).append(word)
                self._by_sound.setdefault(sound(word), word)

    def sentence(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return a sentence with each word mended."""
        return tuple(self.mended(one) for one in words)

    def mended(self, word: str) -> str:
        """Return the nearest word of the vocabulary; the word itself when none is near.

        One that sounds the same in Spanish ("volita", "bolita") is nearest; then one with
        one slip (a letter left out, put in, changed, or two that changed places) in a word of four
        letters or more, two in one of eight or more; the first letter stays, but in a change of
        places, unless the word is long.
        """
        if word in self._right or len(word) < _SHORTEST or not word.isalpha():
            return word
        begun = self._stem_of(word)
        like = self._by_sound.get(sound(word), "")
        if like.startswith(begun) and like:
            return like
        most = 2 if len(word) >= _TWO_SLIPS else 1
        near = [
            one
            for length in range(len(word) - most, len(word) + most + 1)
            for one in self._by_length.get(length, ())
        ]
        found = nearest.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=8)
        ranked = sorted(
            (distance, _unlikely(word, one), one)
            for one, distance, _ in found
            if one.startswith(begun) and _may_be(word, one, distance)
        )
        return ranked[0][2] if ranked else word

    def _stem_of(self, word: str) -> str:
        """Return the beginning by which a rule knows a word; "" = none."""
        if not word.startswith(self._stems):
            return ""
        return max((one for one in self._stems if word.startswith(one)), key=len)


def _unlikely(word: str, meant: str) -> int:
    """Rank kinds of slips: places changed, a letter left out, one put in, one changed."""
    if sorted(word) == sorted(meant):
        return 0
    return 1 if len(meant) > len(word) else 2 if len(meant) < len(word) else 3


def sound(word: str) -> str:
    """Return how a Spanish word sounds, for those who write as they speak."""
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda match: _AS[match[0]], word))


def _may_be(word: str, meant: str, slips: float) -> bool:
    """Tell whether so many slips are believed of so long a word."""
    if min(len(word), len(meant)) < _SHORTEST or (slips > 1 and len(meant) < _TWO_SLIPS):
        return False
    if word[0] == meant[0] or word[:2] == meant[1::-1]:
        return True
    return len(meant) > 5
