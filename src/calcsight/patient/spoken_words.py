"""A question as plain words: one spelling of each letter, no marks, cut into sentences."""

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

# Longer than any question; what stands after it is not read (a pasted report is a page or two).
_LONGEST = 8_000
# A "sentence" of more words has no marks; parts overlap so that no phrase is cut in two.
_MOST_WORDS, _OVERLAP = 60, 20
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[.?!;:,\n()]")
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc\u00b4`\u2032\u00bf\u00a1", "''''''..")
_LONG_DRAWN = re.compile(r"([a-z])\1{2,}")
_ENDS = frozenset(".?!;\n()")


def plain(text: str) -> str:
    """Return a text in small letters without accents, in one form of each letter.

    "¿Me SALIÓ un bulto?" becomes ".me salio un bulto?"; what is neither a letter, a digit nor
    a mark is left as it is.
    """
    text = text[:_LONGEST]
    if text.isascii():
        # Nothing of what follows changes it, and most texts are so.
        return text.casefold().translate(_APOSTROPHES)
    text = unicodedata.normalize("NFKC", text).casefold()
    # What cannot be seen must not part a word.
    text = "".join(one for one in text if unicodedata.category(one) not in {"Cf", "Cs"})
    bare = unicodedata.normalize("NFD", text.translate(_APOSTROPHES))
    return "".join(one for one in bare if not unicodedata.combining(one))


def sentences(
    text: str, short_forms: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[str, ...], ...]:
    """Return the words of each sentence, in its order; a comma stays as a word.

    Parameters
    ----------
    text : str
        As it was typed.
    short_forms : mapping from str to str
        What is written out: "i'm" as "i am".
    """
    found: list[tuple[str, ...]] = []
    words: list[str] = []
    for piece in _WORD.findall(plain(text)):
        if piece in _ENDS:
            found += _in_parts(words)
            words = []
        elif piece in ",:":
            words.append(",")
        else:
            words += short_forms.get(piece, _without_possessive(piece, short_forms)).split()
    return tuple(found + _in_parts(words))


def _without_possessive(piece: str, short_forms: Mapping[str, str]) -> str:
    """Write "mother's" as "mother s" and "lumppp" as "lump"."""
    if _LONG_DRAWN.search(piece):
        once = _LONG_DRAWN.sub(r"\1", piece)
        return short_forms.get(once, once).replace("'", " ")
    return piece.replace("'", " ")


def _in_parts(words: list[str]) -> list[tuple[str, ...]]:
    """Cut what is longer than any sentence."""
    if not any(one != "," for one in words):
        return []
    step = _MOST_WORDS - _OVERLAP
    last = max(1, len(words) - _OVERLAP)
    return [tuple(words[start : start + _MOST_WORDS]) for start in range(0, last, step)]


@cache
def stemmers() -> Mapping[str, "_Stems"]:
    """Return the stems of words, by the code of the language."""
    return MappingProxyType({"en": _Stems("english"), "es": _Stems("spanish")})


class _Stems:
    """Stems of one language.

    Parameters
    ----------
    algorithm : str
        As `snowballstemmer` names it.
    """

    def __init__(self, algorithm: str) -> None:
        import snowballstemmer  # noqa: PLC0415 - help must not wait

        self._stem = snowballstemmer.stemmer(algorithm).stemWord
        # A stemmer works in place, on one word at a time.
        self._lock = threading.Lock()
        self._kept: dict[str, str] = {}

    def kept(self, word: str) -> str:
        """Return the stem of a word of our own texts, and keep it; see `of`."""
        if word not in self._kept:
            self._kept[word] = self.of(word)
        return self._kept[word]

    def of(self, word: str) -> str:
        """Return the stem of a word in small letters without accents; the word is not kept."""
        if word in self._kept:
            return self._kept[word]
        with self._lock:
            stem = str(self._stem(word))
            self._stem("")  # It keeps the last word that it was given.
        return stem
