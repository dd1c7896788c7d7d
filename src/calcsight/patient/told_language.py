"""In which language a question is, told from its own words."""

from collections.abc import Mapping, Sequence

from calcsight.terms.knowledge_base import Language

# Letters and marks that English does not have.
_SPANISH_MARKS = frozenset("ñáéíóú¿¡")


def told_language(
    text: str,
    sentences: Sequence[Sequence[str]],
    words_of: Mapping[Language, frozenset[str]],
) -> Language:
    """Return the language of a question; English when nothing tells.

    Parameters
    ----------
    text : str
        As it was typed.
    sentences : sequence of sequence of str
        Its words.
    words_of : mapping
        Frequent words of each language, those that both have left out.
    """
    words = [word for sentence in sentences for word in sentence]
    score = dict.fromkeys(Language, 0.0)
    for word in words:
        for language in Language:
            score[language] += word in words_of[language]
        score[Language.SPANISH] += 0.5 * word.endswith(("cion", "ciones", "grafia", "mente"))
        score[Language.ENGLISH] += 0.5 * word.endswith(("tion", "tions", "ing", "gram", "ed"))
    score[Language.SPANISH] += min(2, sum(one in _SPANISH_MARKS for one in text.casefold()[:2000]))
    if score[Language.SPANISH] > score[Language.ENGLISH]:
        return Language.SPANISH
    return Language.ENGLISH


def is_in_another_language(
    sentences: Sequence[Sequence[str]],
    words_of: Mapping[Language, frozenset[str]],
    elsewhere: frozenset[str],
) -> bool:
    """Tell whether a question is in a language that the guide does not speak.

    Parameters
    ----------
    sentences : sequence of sequence of str
        Its words.
    words_of : mapping
        Frequent words of each language of the guide.
    elsewhere : frozenset of str
        Frequent words of other languages, that neither of those has.
    """
    words = [word for sentence in sentences for word in sentence]
    foreign = sum(word in elsewhere for word in words)
    most = max(sum(word in words_of[one] for word in words) for one in Language)
    return foreign >= 2 and foreign >= most
