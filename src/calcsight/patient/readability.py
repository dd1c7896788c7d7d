"""How easily a text is read: Flesch-Kincaid, SMOG, and Fernández Huerta for Spanish."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

from calcsight.patient.sentences import sentences_of, words_of
from calcsight.patient.syllables import syllables
from calcsight.terms.knowledge_base import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCounts:
    """What the formulas are made of.

    Parameters
    ----------
    sentences, words, syllables : int
        Each at least 1.
    polysyllables : int
        Words of three syllables or more, each time they stand there.
    """

    sentences: int
    words: int
    syllables: int
    polysyllables: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimit:
    """How easily the texts for women are to be read.

    Parameters
    ----------
    wanted : float
        Limit of the median of all texts.
    stop : float
        Limit of every single text.
    high_is_easy : bool
        Whether a higher figure is easier.
    """

    wanted: float
    stop: float
    high_is_easy: bool

    def passes_stop(self, figure: float) -> bool:
        """Tell whether one text is easy enough; the limit itself is."""
        return figure >= self.stop if self.high_is_easy else figure <= self.stop

    def passes_wanted(self, median: float) -> bool:
        """Tell whether all texts together are easy enough; the limit itself is."""
        return median >= self.wanted if self.high_is_easy else median <= self.wanted


READING_LIMITS: Mapping[Language, ReadingLimit] = MappingProxyType(
    {
        Language.ENGLISH: ReadingLimit(wanted=6, stop=8, high_is_easy=False),
        Language.SPANISH: ReadingLimit(wanted=70, stop=60, high_is_easy=True),
    }
)


def counted(text: str, language: Language) -> TextCounts:
    """Count a text; see `sentences.sentences_of` and `syllables.syllables` for the rules.

    Raises
    ------
    ValueError
        When it holds no word.
    """
    words = [syllables(word, language) for word in words_of(text, language)]
    if not words:
        raise ValueError("a text without a word cannot be counted")
    return TextCounts(
        sentences=len(sentences_of(text, language)),
        words=len(words),
        syllables=sum(words),
        polysyllables=sum(one >= 3 for one in words),
    )


def english_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: the school year of the United States that reads it.

    0.39 words per sentence + 11.8 syllables per word - 15.59.

    Parameters
    ----------
    text : str
        Of any length; may come out below 0.

    Raises
    ------
    ValueError
        When it holds no word.

    References
    ----------
    J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom. Derivation of new readability
    formulas for Navy enlisted personnel. Research Branch Report 8-75 (1975).
    """
    found = counted(text, Language.ENGLISH)
    return 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59


def smog(text: str) -> float:
    """Return the SMOG grade: 1.0430 sqrt(30 polysyllables per sentence) + 3.1291.

    Made for samples of thirty sentences: of fewer, its figure is an extrapolation, which may be
    printed beside another but decides nothing.

    Parameters
    ----------
    text : str
        English.

    Raises
    ------
    ValueError
        When it holds no word.

    References
    ----------
    G. H. McLaughlin. SMOG grading: a new readability formula. Journal of Reading 12 (1969)
    639-646.
    """
    found = counted(text, Language.ENGLISH)
    return 1.0430 * sqrt(30 * found.polysyllables / found.sentences) + 3.1291


def spanish_ease(text: str) -> float:
    """Return the ease of reading after Fernández Huerta: 100 is very easy, under 30 very hard.

    206.84 - 60 syllables per word - 1.02 words per sentence. The formula is disputed: it was
    published with a term F, described as sentences per hundred words, by which long sentences
    would be easier. Here as in common use F is the mean length of a sentence in words, by which
    they are harder.

    Parameters
    ----------
    text : str
        Of any length; may come out above 100 or below 0.

    Raises
    ------
    ValueError
        When it holds no word.

    References
    ----------
    J. Fernández Huerta. Medidas sencillas de lecturabilidad. Consigna 214 (1959) 29-32.
    """
    found = counted(text, Language.SPANISH)
    return 206.84 - 60 * found.syllables / found.words - 1.02 * found.words / found.sentences


def reading_figure(text: str, language: Language) -> float:
    """Return the figure that a language's limits are about.

    Raises
    ------
    ValueError
        When the text holds no word.
    """
    return english_grade(text) if language is Language.ENGLISH else spanish_ease(text)
