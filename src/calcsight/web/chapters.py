"""The topics in the order in which they are shown."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from calcsight.terms.knowledge_base import KnowledgeBase, KnowledgeEntry, Language
from calcsight.web.wording import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Topics that belong together.

    Parameters
    ----------
    id : str
    title : str
    entries : tuple of KnowledgeEntry
        At least one.
    """

    id: str
    title: str
    entries: tuple[KnowledgeEntry, ...]


def chapters(base: KnowledgeBase, language: Language) -> tuple[Chapter, ...]:
    """Return every topic once, by chapters; those that no chapter names come last."""
    found, left = [], dict(base.entries)
    for one in _chapters():
        entries = tuple(left.pop(name) for name in one["entries"] if name in left)
        found.append(Chapter(id=one["id"], title=one["title"][language.value], entries=entries))
    title = page_words(language)["other_topics"]
    found.append(Chapter(id="other", title=title, entries=tuple(left.values())))
    return tuple(one for one in found if one.entries)


@cache
def chapter_entries() -> tuple[str, ...]:
    """Return the ids of the entries that the chapters name, in their order."""
    return tuple(name for one in _chapters() for name in one["entries"])


@cache
def _chapters() -> tuple[Mapping[str, Any], ...]:
    """Read the chapters."""
    text = files("calcsight.web").joinpath("chapters.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["chapter"])
