"""Words that no text for women holds, and those that it must, from `plain_words.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from calcsight.patient.sentences import sentences_of
from calcsight.terms.knowledge_base import Language


class WordList(StrEnum):
    """Lists of which a text must hold a word, or whose words need more than the text."""

    ASKED = "asked"
    """Whom to ask: every next step names one."""
    CONTACT = "contact"
    """Whom to call: every refusal names one."""
    CRISIS = "crisis"
    """Whom to call in despair."""
    SHARE = "share"
    """Words for more than half: only where a claim allows it."""
    TECHNICAL = "technical"
    """Words of reports and clinics: each stands in the glossary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Banned:
    """Words that are not said, why, and where they may be."""

    why: str
    listed: tuple[str, ...]
    words: re.Pattern[str]
    but_not: re.Pattern[str] | None
    allowed_in: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    """Words that are said only with their meaning, and the words that give it."""

    words: re.Pattern[str]
    by: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlainWords:
    """The lists of one language."""

    banned: tuple[_Banned, ...]
    explained: tuple[_Explained, ...]
    lists: Mapping[WordList, tuple[re.Pattern[str], re.Pattern[str] | None]]


def faults_in(text: str, language: Language, topic: str = "") -> list[str]:
    """Return what a text says that none for women may say, and what it does not explain.

    Parameters
    ----------
    text : str
        As it is shown; a longer answer behind its short one, so that a word explained there counts
        as explained.
    language : Language
    topic : str
        Id of the entry that it stands in, or "letters": some words are allowed there.

    Returns
    -------
    list of str
        Empty = nothing is wrong.
    """
    return banned_in(text, language, topic) + unexplained_in(text, language)


def banned_in(text: str, language: Language, topic: str = "") -> list[str]:
    """Return the words of a text that none for women holds, each with the reason."""
    said = _one_spelling(text)
    return [
        f"{match[0]!r}: {one.why}"
        for one in _plain_words(language).banned
        if topic not in one.allowed_in
        for match in one.words.finditer(_without(said, one.but_not))
    ]


def unexplained_in(text: str, language: Language) -> list[str]:
    """Return the words whose first sentence, and the next, do not say what they mean."""
    sentences = sentences_of(_one_spelling(text), language)
    return [
        f"{word!r} is not explained where it first stands"
        for one in _plain_words(language).explained
        if (word := _unexplained(sentences, one))
    ]


def banned_lists(language: Language) -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Return each list of banned words: why, the words as listed, the topics that may hold them.

    A `*` stands for any ending.
    """
    return [(one.why, one.listed, one.allowed_in) for one in _plain_words(language).banned]


def words_of_list(text: str, language: Language, of: WordList) -> list[str]:
    """Return the words of a list that a text holds, in its order."""
    words, but_not = _plain_words(language).lists[of]
    return [match[0] for match in words.finditer(_without(_one_spelling(text), but_not))]


def _unexplained(sentences: Sequence[str], one: _Explained) -> str:
    """Return a word whose first sentence, and the next, do not say what it means; "" = none."""
    for number, sentence in enumerate(sentences):
        match = one.words.search(sentence)
        if match:
            here = " ".join(sentences[number : number + 2])
            return "" if one.by.search(here) else match[0]
    return ""


def _without(text: str, but_not: re.Pattern[str] | None) -> str:
    """Blank phrases in which a word is meant otherwise."""
    return but_not.sub(" ", text) if but_not else text


def _one_spelling(text: str) -> str:
    """Write every apostrophe, hyphen and space in one way; line breaks stay."""
    return text.replace("’", "'").replace("‑", "-").replace("\N{NO-BREAK SPACE}", " ")


@cache
def _plain_words(language: Language) -> _PlainWords:
    """Read the lists of a language."""
    content = files("calcsight.patient").joinpath("plain_words.toml").read_text(encoding="utf-8")
    table = tomllib.loads(content)[language.value]
    return _PlainWords(
        banned=tuple(_banned(one) for one in table["banned"]),
        explained=tuple(
            _Explained(words=_pattern(one["words"]), by=_pattern(one["by"]))
            for one in table["explained"]
        ),
        lists=MappingProxyType(
            {
                one: (_pattern(table[one]["words"]), _optional(table[one].get("but_not", [])))
                for one in WordList
            }
        ),
    )


def _banned(table: Mapping[str, Any]) -> _Banned:
    """Build one list of banned words."""
    return _Banned(
        why=table["why"],
        listed=tuple(table["words"]),
        words=_pattern(table["words"]),
        but_not=_optional(table.get("but_not", [])),
        allowed_in=frozenset(table.get("allowed_in", [])),
    )


def _optional(words: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of phrases; none = None."""
    return _pattern(words) if words else None


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Match any of the words as whole words, longest first; `*` = any ending."""
    alternatives = "|".join(
        r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
        + (r"\w*" if word.endswith("*") else "")
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w])", re.IGNORECASE)
