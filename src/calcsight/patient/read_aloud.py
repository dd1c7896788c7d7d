"""Words that are spoken otherwise than they are written, from `read_aloud.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from calcsight.terms.knowledge_base import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsAloud:
    """The exceptions of one language.

    Parameters
    ----------
    syllables : mapping from str to int
        By word in lower case, without hyphens.
    abbreviations : mapping from str to str
        What each stands for; its stop ends no sentence.
    ending_abbreviations : mapping from str to str
        Likewise; before a capital letter or the end of the text its stop also ends the sentence.
    symbols : mapping from str to str
        Signs and units that are spoken as words.
    """

    syllables: Mapping[str, int]
    abbreviations: Mapping[str, str]
    ending_abbreviations: Mapping[str, str]
    symbols: Mapping[str, str]


@cache
def words_aloud(language: Language) -> WordsAloud:
    """Read the exceptions of a language."""
    content = files("calcsight.patient").joinpath("read_aloud.toml").read_text(encoding="utf-8")
    table = tomllib.loads(content)[language.value]
    return WordsAloud(
        syllables={cut.replace("-", ""): cut.count("-") + 1 for cut in table["words"].split()},
        abbreviations=table["abbreviations"],
        ending_abbreviations=table["ending_abbreviations"],
        symbols=table["symbols"],
    )
