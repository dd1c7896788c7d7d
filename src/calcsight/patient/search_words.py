"""A text as the words by which entries are searched: stems, without those that say nothing."""

from collections.abc import Mapping

from calcsight.patient.spelling import Mender
from calcsight.patient.spoken_words import sentences, stemmers
from calcsight.terms.knowledge_base import Language


class SearchWords:
    """Makes words to search of texts in one language.

    Parameters
    ----------
    language : Language
    stop_words : frozenset of str
        Words that are not searched.
    aliases : mapping from str to str
        What is searched for a word or phrase: "specks" as "calcification".
    short_forms : mapping from str to str
    mender : Mender or None
        Mends words before they are stemmed; None = they are taken as they are.
    """

    def __init__(
        self,
        language: Language,
        stop_words: frozenset[str],
        aliases: Mapping[str, str],
        short_forms: Mapping[str, str],
        mender: Mender | None = None,
    ) -> None:
        self._stems = stemmers()[language.value]
        self._stop_words = stop_words
        self._aliases = aliases
        self._longest = max((len(one.split()) for one in aliases), default=1)
        self._short_forms = short_forms
        self._mender = mender

    def of(self, text: str) -> list[str]:
        """Return the words to search of a text, in its order, one more than once."""
        found: list[str] = []
        for sentence in sentences(text, self._short_forms):
            words = self._mender.sentence(sentence) if self._mender else sentence
            for word in self._said(list(words)):
                if word not in self._stop_words and word != ",":
                    found.append(self._stems.of(word))
        return found

    def _said(self, words: list[str]) -> list[str]:
        """Put what is searched for each alias in its place, the longest first."""
        said: list[str] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + length])
                if phrase in self._aliases:
                    said += self._aliases[phrase].split()
                    at += length
                    break
            else:
                said.append(words[at])
                at += 1
        return said
