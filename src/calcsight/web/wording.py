"""What the pages say around the answers, from `wording.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from calcsight.terms.knowledge_base import Language


@cache
def page_words(language: Language) -> Mapping[str, Any]:
    """Return the words of the pages in a language, by key."""
    text = files("calcsight.web").joinpath("wording.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text)[language.value])


def preferred_language(accepted: str) -> Language:
    """Return the language that a browser asks for; English where it asks for none of ours.

    Parameters
    ----------
    accepted : str
        The value of the header Accept-Language: "es-MX,es;q=0.9,en;q=0.8".
    """
    best, best_quality = Language.ENGLISH, 0.0
    for part in accepted.split(","):
        tag, _, rest = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        quality = _quality(rest)
        if name in set(Language) and quality > best_quality:
            best, best_quality = Language(name), quality
    return best


def _quality(said: str) -> float:
    """Return the weight of a language; one that is no number weighs nothing."""
    name, _, value = said.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
