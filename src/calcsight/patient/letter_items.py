"""What the texts of letters are made of: items with conditions and fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calcsight.terms.knowledge_base import KnowledgeSource, Language, Passage
from calcsight.terms.letter import LetterPart

COMMON = "common"


class When(StrEnum):
    """What may have to hold for a sentence to be said; `no_` before it = must not hold."""

    FINDING = "finding"
    ONE_BREAST = "one_breast"
    ROUTINE = "routine"
    SHORT_INTERVAL = "short_interval"
    DUE_AHEAD = "due_ahead"
    DUE_PAST = "due_past"
    CALLED_BENIGN = "called_benign"
    CALLED_PROBABLY_BENIGN = "called_probably_benign"
    ASSOCIATED = "associated"
    BIOPSIED = "biopsied"
    SURGERY = "surgery"
    DCIS = "dcis"
    CONTACT = "contact"
    HOURS = "hours"
    ADOPTED = "adopted"


class Field(StrEnum):
    """What may be filled into a sentence."""

    EXAM_ON = "exam_on"
    DUE_ON = "due_on"
    BIOPSY_ON = "biopsy_on"
    CONVERSATION_ON = "conversation_on"
    BREAST = "breast"
    CONTACT = "contact"
    PHONE = "phone"
    HOURS = "hours"
    FACILITY = "facility"
    ADOPTED_BY = "adopted_by"
    ADOPTED_ON = "adopted_on"
    WRITTEN_ON = "written_on"
    BLANK = "blank"


class Word(StrEnum):
    """Headings and words of the page, beside a heading for each part."""

    SOURCES_LEAD = "sources_lead"
    SAMPLE = "sample"
    SAMPLE_LINE = "sample_line"
    NAME = "name"
    DATE = "date"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextItem:
    """One numbered item of a part.

    Parameters
    ----------
    part : LetterPart
    number : int
        1, 2, ... within its part; the same in every language.
    when : tuple of str
        All of them have to hold; empty = it is always said.
    sentences : tuple of str
        With their fields in braces; empty = it is quoted from an entry.
    entry : str
        Id of the entry that it quotes; "" = none.
    passage : Passage
        Which string of that entry.
    """

    part: LetterPart
    number: int
    when: tuple[str, ...]
    sentences: tuple[str, ...]
    entry: str = ""
    passage: Passage = Passage.SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTexts:
    """One file of texts.

    Parameters
    ----------
    name : str
        A kind, or `COMMON`.
    author : str
    written_on : date
    sources : tuple of KnowledgeSource
    titles : mapping from Language to str
        "" = it has none: `COMMON`.
    items : mapping from Language to tuple of TextItem
    """

    name: str
    author: str
    written_on: date
    sources: tuple[KnowledgeSource, ...]
    titles: Mapping[Language, str]
    items: Mapping[Language, tuple[TextItem, ...]]

    @property
    def quoted(self) -> tuple[str, ...]:
        """Ids of the entries that it quotes, each once; the same in every language."""
        found = (one.entry for items in self.items.values() for one in items if one.entry)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLibrary:
    """The texts of all letters.

    Parameters
    ----------
    texts : mapping from str to LetterTexts
        By their names.
    words : mapping from Language to mapping of str to str
        Headings by the value of their part, and the words of `Word`.
    digest : str
        SHA-256 of all files.
    """

    texts: Mapping[str, LetterTexts]
    words: Mapping[Language, Mapping[str, str]]
    digest: str
