"""A text as the words by which entries are searched: stems, without those that say nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence

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
        What a word or phrase is searched as, too: "specks" as "calcification".
    short_forms : mapping from str to str
    """

    def __init__(
        self,
        language: Language,
        stop_words: frozenset[str],
        aliases: Mapping[str, str],
        short_forms: Mapping[str, str],
    ) -> None:
        self._stems = stemmers()[language.value]
        self._stop_words = stop_words
        self._aliases = aliases
        self._longest = max((len(one.split()) for one in aliases), default=1)
        self._short_forms = short_forms

    def of(self, text: str) -> list[str]:
        """Return the words to search of a text of the knowledge base, one more than once.

        Their stems are kept; those of a question are not, see `of_sentences`.
        """
        return self._found(sentences(text, self._short_forms), self._stems.kept)

    def of_sentences(self, asked: Iterable[Sequence[str]]) -> list[str]:
        """Return the words to search of the sentences of a question, in their order."""
        return self._found(asked, self._stems.of)

    def _found(self, asked: Iterable[Sequence[str]], stem: Callable[[str], str]) -> list[str]:
        """Return the stems of what is to be searched."""
        return [
            stem(word)
            for sentence in asked
            for word in self._said([one for one in sentence if one != ","])
            if word not in self._stop_words
        ]

    def _said(self, words: list[str]) -> list[str]:
        """Put behind each word or phrase what else it is called, the longest first."""
        said: list[str] = []
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + length])
                if phrase in self._aliases:
                    said += [*words[at : at + length], *self._aliases[phrase].split()]
                    at += length
                    break
            else:
                said.append(words[at])
                at += 1
        return said
