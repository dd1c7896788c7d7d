"""Misspelt words, mended to the nearest of those that a reader of them knows."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process as nearest
from rapidfuzz.distance import OSA

# Shorter words have too many neighbours; longer ones may have two slips.
_SHORTEST, _TWO_SLIPS = 4, 8
_REMEMBERED = 4_096


class Mender:
    """Mends words to those of a vocabulary.

    Parameters
    ----------
    vocabulary : iterable of str
        What a word may be mended to.
    known : iterable of str
        Words that are right as they are, beside the vocabulary.
    """

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str]) -> None:
        words = sorted({one for one in vocabulary if len(one) >= _SHORTEST})
        self._right = frozenset(words) | frozenset(known)
        self._by_length: dict[int, list[str]] = {}
        for word in words:
            self._by_length.setdefault(len(word), []).append(word)
        self.mended = lru_cache(_REMEMBERED)(self._mended)

    def sentence(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return a sentence with each word mended."""
        return tuple(self.mended(one) for one in words)

    def _mended(self, word: str) -> str:
        """Return the nearest word of the vocabulary; the word itself when none is near.

        One slip (a letter left out, put in, changed, or two that changed places) in a word of four
        letters or more, two in one of eight or more; the first letter stays, but in a change of
        places, unless the word is long.
        """
        if word in self._right or len(word) < _SHORTEST or not word.isalpha():
            return word
        most = 2 if len(word) >= _TWO_SLIPS else 1
        near = [
            one
            for length in range(len(word) - most, len(word) + most + 1)
            for one in self._by_length.get(length, ())
        ]
        found = nearest.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=8)
        ranked = sorted(
            (distance, abs(len(one) - len(word)), one)
            for one, distance, _ in found
            if _may_be(word, one, distance)
        )
        return ranked[0][2] if ranked else word


def _may_be(word: str, meant: str, slips: float) -> bool:
    """Tell whether so many slips are believed of so long a word."""
    if min(len(word), len(meant)) < _SHORTEST or (slips > 1 and len(meant) < _TWO_SLIPS):
        return False
    if word[0] == meant[0] or word[:2] == meant[1::-1]:
        return True
    return len(meant) > 5
