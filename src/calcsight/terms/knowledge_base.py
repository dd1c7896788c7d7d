"""The knowledge base for the woman concerned: entries with their sources, reviews and words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.calendar_months import months_later
from calcsight.terms.claim import Claim, Grade


class Language(StrEnum):
    """The languages in which answers are kept, by ISO 639-1; `text` is the language's own name."""

    ENGLISH = "en"
    SPANISH = "es"

    @property
    def text(self) -> str:
        """What the language calls itself."""
        return _OWN_NAMES[self]


_OWN_NAMES: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "English", Language.SPANISH: "Español"}
)


class Passage(StrEnum):
    """The strings of an entry in one language, each reviewed by itself."""

    TITLE = "title"
    NAMES = "names"
    QUESTIONS = "questions"
    SHORT = "short"
    LONGER = "longer"
    NEXT_STEP = "next_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSource:
    """What an answer rests on.

    Parameters
    ----------
    id : str
    title, author, publisher : str
        "not stated" where it is not known.
    address : str
        Where it was found; "not given" where the source gave none.
    published : str
        Its own date, as it prints it; "not stated".
    accessed : str
        When it was seen, as far as that is known: "November 2026".
    seen : str
        What was seen of it: an abstract, an excerpt, a summary, the page.
    licence : str
    grade : Grade
        A source of grade D is never the only support.
    edition, chapter, superseded_by : str
        "" = none.
    """

    id: str
    title: str
    author: str
    publisher: str
    address: str
    published: str
    accessed: str
    seen: str
    licence: str
    grade: Grade
    edition: str = ""
    chapter: str = ""
    superseded_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryText:
    """One entry in one language; every number stands there as its claim has it.

    Parameters
    ----------
    title : str
        A question or a topic, as a woman would put it.
    names : tuple of str
        Other names of the topic.
    questions : tuple of str
        Other ways to ask it: they are searched, and shown as examples.
    short : str
        The answer in two to four sentences.
    longer : tuple of str
        More of it, by paragraphs; read after `short`, whose words it does not repeat.
    next_step : str
        What a woman can do next.
    """

    title: str
    names: tuple[str, ...]
    questions: tuple[str, ...]
    short: str
    longer: tuple[str, ...]
    next_step: str

    def passage(self, which: Passage) -> str:
        """Return one string; lists are joined by line breaks."""
        value = getattr(self, which.value)
        return value if isinstance(value, str) else "\n".join(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageReview:
    """That a clinician has read one string of one language, word for word.

    Parameters
    ----------
    reviewer : str
    on : date
    digest : str
        SHA-256 of the string that was read: a review ends when a letter of it changes.
    """

    reviewer: str
    on: date
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeEntry:
    """One topic, in every language.

    Parameters
    ----------
    id : str
    author : str
    written_on : date
        Day on which its words were last written.
    texts : mapping from Language to EntryText
    sources : tuple of KnowledgeSource
        Best first; at least one, and not of grade D alone.
    claims : tuple of Claim
        The numbers that it states, in their order.
    related : tuple of str
        Ids of entries to read next.
    reviews : mapping from (Language, Passage) to PassageReview
        Of the strings as they stand now; a string that is not in it, no clinician has reviewed.
    """

    id: str
    author: str
    written_on: date
    texts: Mapping[Language, EntryText]
    sources: tuple[KnowledgeSource, ...]
    claims: tuple[Claim, ...]
    related: tuple[str, ...]
    reviews: Mapping[tuple[Language, Passage], PassageReview]

    def is_reviewed(self, language: Language) -> bool:
        """Tell whether a clinician has reviewed every string of a language."""
        return all((language, one) in self.reviews for one in Passage)

    def checked_on(self, language: Language) -> date:
        """Return the day from which staleness counts: of the oldest review, or of the writing."""
        if not self.is_reviewed(language):
            return self.written_on
        return min(self.reviews[language, one].on for one in Passage)

    def is_stale(self, language: Language, on: date, after_months: int) -> bool:
        """Tell whether, on a day, more than so many calendar months have passed since."""
        return on > months_later(self.checked_on(language), after_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm:
    """A technical word in plain ones.

    Parameters
    ----------
    id : str
    words : mapping from Language to tuple of str
        The word itself first, then its other forms, as they stand in texts.
    meanings : mapping from Language to str
    entry : str
        Id of the entry that says more; "" = none.
    """

    id: str
    words: Mapping[Language, tuple[str, ...]]
    meanings: Mapping[Language, str]
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """Everything that may be answered, and what is said where nothing may.

    Parameters
    ----------
    entries : mapping from str to KnowledgeEntry
        By id, in alphabetical order.
    replies : mapping from str to KnowledgeEntry
        What is said instead of an answer, made as entries are: see `patient.knowledge_files`.
    sources : mapping from str to KnowledgeSource
        By id: every one that an entry may name, also those that replace others.
    glossary : tuple of GlossaryTerm
    digest : str
        SHA-256 of all its files and of the register of claims: which words these were.
    stale_after_months : int
    """

    entries: Mapping[str, KnowledgeEntry]
    replies: Mapping[str, KnowledgeEntry]
    sources: Mapping[str, KnowledgeSource]
    glossary: tuple[GlossaryTerm, ...]
    digest: str
    stale_after_months: int


def passage_digest(text: str) -> str:
    """Return the SHA-256 of a string, in hexadecimal: what a review is bound to."""
    return hashlib.sha256(text.encode()).hexdigest()
