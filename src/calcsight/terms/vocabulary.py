"""A versioned vocabulary: what each word means, in our own words, with its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from calcsight.terms.errors import VocabularyError


class Concern(StrEnum):
    """How a vocabulary files a shape."""

    TYPICALLY_BENIGN = "typically_benign"
    BENIGN_UNLESS = "benign_unless"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word.

    Parameters
    ----------
    code : str
        A value of `Morphology` or `Distribution`.
    name : str
        As shown to a reader.
    definition : str
        Own words.
    sources : tuple of str
        Citations.
    concern : Concern or None
        None for a distribution.
    suspicion_rank : int or None
        0 = least; equal ranks are not ordered. None for a distribution.
    """

    code: str
    name: str
    definition: str
    sources: tuple[str, ...]
    concern: Concern | None = None
    suspicion_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every word that a reading may use.

    Parameters
    ----------
    id, version : str
        Stand in every reading.
    title : str
    words : mapping of str to Word
    """

    id: str
    version: str
    title: str
    words: Mapping[str, Word]

    def word(self, label: str) -> Word:
        """Return the word for a label.

        Raises
        ------
        VocabularyError
            When this vocabulary does not have it.
        """
        found = self.words.get(str(label))
        if found is None:
            raise VocabularyError(
                f"the label {str(label)[:60]!r}",
                f"a word of the vocabulary {self.id} {self.version}",
                "use its words, or another vocabulary",
            )
        return found
