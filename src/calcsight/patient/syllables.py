"""Syllables of English and Spanish words, numbers and initials among them."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from calcsight.patient.read_aloud import words_aloud
from calcsight.patient.spoken_numbers import number_syllables
from calcsight.terms.knowledge_base import Language

_LONG_LETTERS: Mapping[Language, Mapping[str, int]] = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType({"w": 3}),
        Language.SPANISH: MappingProxyType({**dict.fromkeys("fhjlmnñrsxz", 2), "w": 3}),
    }
)
_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")

_SILENT_INSIDE = re.compile(
    r"(?<=[aeiouy])([^aeiouyl]+|l)e(?=(?:ly|ful|fully|less|ness|ments?|thing|where|time)$)"
)
_SILENT_ED = re.compile(r"(?<![dt])ed$")
_SPOKEN_LED = re.compile(r"[^aeiouylrw]led$")
_SILENT_ES = re.compile(r"(?<=[^aeiouyscxzg])(?<!sh)(?<!ch)es$")
_SILENT_E = re.compile(r"(?<=[^aeiouy])e$")
_SPOKEN_E = re.compile(r"[^aeiouy][lr]es?$")
# Two vowels that are two syllables: each match adds one.
_APART = re.compile(
    r"(?<![ctsg])ia|(?<=[ct])ia(?=t)|(?<![ctsgx])(?<!ll)(?<!n)io|iu|iet|(?<![ct])ien[ct]"
    r"|(?<![tp])ier$|iers$|iest|(?<!g)eou|(?<!p)(?<!g)eo(?!u)|(?<![gq])ua|(?<![gq])ue[nl]"
    r"|(?<![gq])uou|(?<=[eou])ing|[^aeiou]y[aeiou]|sms?$"
)
_ADDING_S = re.compile(r"(?:[sxz]|[cs]h|[csgz]e)$")

_WEAK = "iuü"
_STRONG = "aeoáéó"


def syllables(word: str, language: Language) -> int:
    """Count the syllables of one word as it is spoken.

    A word in capitals is spelt letter by letter ("DCIS" 4), a number is spoken ("13" 2), parts
    joined by a hyphen are added.

    Parameters
    ----------
    word : str
    language : Language

    Returns
    -------
    int
        At least 1.
    """
    known = words_aloud(language).syllables.get(re.sub(r"['’‑-]", "", word.lower()))
    if known is not None:
        return known
    return sum(_of_piece(piece, language) for piece in _PIECE.findall(word)) or 1


def _of_piece(piece: str, language: Language) -> int:
    """Count those of a part without hyphens: a number, initials or a word."""
    if piece[0].isdigit():
        return number_syllables(piece, language)
    low = piece.lower()
    known = words_aloud(language).syllables.get(low)
    if known is not None:
        return known
    initials = piece.removesuffix("s")
    if len(initials) > 1 and initials.isupper():
        return sum(_LONG_LETTERS[language].get(one, 1) for one in initials.lower())
    return max(1, _RULES[language](low))


def _english(word: str) -> int:
    """Count by spelling: groups of vowels, less the silent e, more where two vowels stand apart."""
    stem, *endings = re.split(r"['’]", word)
    if endings:
        return _contracted(stem, endings[-1])
    known = words_aloud(Language.ENGLISH).syllables.get(stem)
    if known is not None:
        return known
    apart = len(_APART.findall(stem.replace("qu", "q")))
    stem = _SILENT_INSIDE.sub(r"\1", stem.replace("qu", "q"))
    if not _SPOKEN_LED.search(stem):
        stem = _SILENT_ED.sub("d", stem)
    if not _SPOKEN_E.search(stem):
        stem = _SILENT_E.sub("", _SILENT_ES.sub("s", stem))
    # A y between vowels, or before one at the beginning, is a consonant: "beyond", "yes".
    stem = re.sub(r"(?:(?<=[aeiou])|^)y(?=[aeiou])", "j", stem)
    stem = re.sub(r"(?<=[aeiou])y", "", stem)
    groups = len(re.findall(r"[aeiou]+|y[aeiou]*", stem))
    return max(1, groups + apart)


def _contracted(stem: str, ending: str) -> int:
    """Count a word with an apostrophe: "doesn't", "nurse's", "you're"."""
    if ending == "t":
        negated = stem.removesuffix("n")
        return _english(negated) + bool(re.search(r"(?:[dsv]|ve)$", negated))
    if ending == "s":
        return _english(stem) + bool(_ADDING_S.search(stem))
    if ending == "ll":
        return _english(stem) + (stem[-1] not in "aeiouy")
    return _english(stem)


def _spanish(word: str) -> int:
    """Count by the rules of the Royal Academy's orthography (2010).

    Strong vowels are a syllable each; a weak one joins its neighbour unless it is stressed in
    writing beside a strong one; two different weak ones are one syllable. An h changes nothing; u
    is silent in que, qui, gue, gui; y is a vowel at the end of a word.
    """
    word = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.replace("h", ""))
    word = re.sub(r"y(?![aeiouáéíóúü])", "i", word)
    return sum(_nuclei(run) for run in re.findall(r"[aeiouáéíóúü]+", word))


def _nuclei(run: str) -> int:
    """Count the syllables of vowels that stand together."""
    strong = sum(one in _STRONG for one in run)
    if not strong:
        return 1 + len(re.findall(r"(?=ii|ií|uu|uú)", run))
    beside = rf"(?<=[{_STRONG}])[íú]|[íú](?=[{_STRONG}])"
    return strong + len(re.findall(beside, run))


_RULES: Mapping[Language, Callable[[str], int]] = MappingProxyType(
    {Language.ENGLISH: _english, Language.SPANISH: _spanish}
)
