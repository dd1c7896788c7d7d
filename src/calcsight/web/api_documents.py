"""The documents of the JSON interface, as `/api/openapi.json` describes them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import AnswerKind, RedFlag
from calcsight.web.desk import QUESTION_LETTERS


class Document(BaseModel):
    """What is sent or taken; nothing else than its fields."""

    model_config = ConfigDict(extra="forbid")


class Asked(Document):
    """A question; it is answered and forgotten."""

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_LETTERS)]
    language: Annotated[
        Language | None, Field(description="Of the answer; left out: that of the question.")
    ] = None


class Wanted(Document):
    """What a list or a topic is asked for with; any other key of the query is refused."""

    lang: Annotated[Language, Field(description="The language of the texts.")] = Language.ENGLISH


class TopicName(Document):
    """A topic and its title."""

    entry: str
    title: str


class Source(Document):
    """What an answer rests on."""

    id: str
    title: str
    author: str
    publisher: str
    address: str
    published: str
    accessed: str
    seen: str
    licence: str
    grade: str
    grade_words: str
    edition: str
    chapter: str
    superseded_by: str


class Number(Document):
    """A value or a range, in its unit, and the counts behind a share; null = not known."""

    value: float | None
    low: float | None
    high: float | None
    unit: str
    numerator: int | None
    denominator: int | None


class ClaimDocument(Document):
    """A number with its five facts: population, stage, horizon, source and date."""

    id: str
    statement: str
    number: Number
    population: str
    stage: str
    horizon: str
    source: str
    address: str
    date: str
    n: int | None
    interval: str
    grade: str
    grade_words: str
    verdict: str
    conflicts: list[str]
    note: str


class ReviewDocument(Document):
    """That a clinician has read a string, word for word."""

    passage: str
    reviewer: str
    on: str


class Answer(Document):
    """An answer or a reply, with all that it rests on; the question is no part of it."""

    document: str
    software: str
    version: str
    intended_use: str
    knowledge_base: Annotated[str, Field(description="SHA-256 of all texts.")]
    kind: AnswerKind
    red_flag: RedFlag | None
    language: Language
    entry: str
    title: str
    answer: str
    longer: list[str]
    next_step: str
    contact: list[str]
    sources: list[Source]
    claims: list[ClaimDocument]
    author: str
    written_on: str
    reviewed: Annotated[
        dict[str, bool], Field(description="By passage: whether a clinician has reviewed it.")
    ]
    reviews: list[ReviewDocument]
    checked_on: str
    stale: bool
    closest: list[TopicName]
    related: list[TopicName]


class ChapterDocument(Document):
    """Topics that belong together."""

    title: str
    topics: list[TopicName]


class Topics(Document):
    """Every topic once, by chapters."""

    language: Language
    knowledge_base: str
    chapters: list[ChapterDocument]


class WordDocument(Document):
    """A technical word in plain ones."""

    id: str
    words: list[str]
    meaning: str
    entry: str


class Words(Document):
    """The glossary."""

    language: Language
    words: list[WordDocument]


class Trouble(Document):
    """Why a request was not answered; see the errors of calcsight for every code."""

    code: str
    found: str
    needed: str
    to_do: str
