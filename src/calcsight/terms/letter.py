"""A letter to the woman concerned, made from a person's final record alone."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from calcsight.terms.follow_up import FollowUpSettings
from calcsight.terms.knowledge_base import Language


class LetterKind(StrEnum):
    """What a letter tells."""

    NO_FINDING = "no_finding"
    BENIGN = "benign"
    PROBABLY_BENIGN = "probably_benign"
    INCOMPLETE = "incomplete"
    BIOPSY_ADVISED = "biopsy_advised"
    BIOPSY_BENIGN = "biopsy_benign"
    HIGH_RISK = "high_risk"
    MALIGNANT = "malignant"
    OVERDUE = "overdue"


class LetterPart(StrEnum):
    """The parts of every letter, in this order."""

    SAW = "saw"
    MEANS = "means"
    NEXT = "next"
    CALL = "call"
    LIMITS = "limits"
    DENSITY = "density"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSentence:
    """One sentence, and where it comes from.

    Parameters
    ----------
    part : LetterPart
    text : str
    origin : str
        "template:benign.saw.1": the first sentence of that part in `letters/benign.toml`;
        "entry:why-six-months": word for word of the knowledge base; "facility.density": of the
        clinic's profile; "source:bcsc-2017": one of `sources.toml`.
    fields : tuple of str
        What is filled into it: "final.exam_on", "facility.contact.phone", "order.on".
    """

    part: LetterPart
    text: str
    origin: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOrder:
    """What was asked for, beside the record.

    Parameters
    ----------
    language : Language
    on : date
        Day that the letter bears: what has passed or lies ahead is counted from it.
    conversation_on : date or None
        When a malignant result was talked over with the woman; None = it was not, or nobody said.
    settings : FollowUpSettings
        Intervals by which a short-interval mammogram is due, and from when it is overdue.
    final_digest : str
        SHA-256 of the file of the record; "" = it is of no file.
    """

    language: Language
    on: date
    conversation_on: date | None = None
    settings: FollowUpSettings = field(default_factory=FollowUpSettings)
    final_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter before it is set as text, HTML or PDF.

    Parameters
    ----------
    kind : LetterKind
    language : Language
    title : str
    dated : date
    sentences : tuple of LetterSentence
        In the order in which they are read.
    is_sample : bool
        No facility has adopted it: every page says so.
    final_digest : str
        SHA-256 of the file that it was made from.
    knowledge_digest : str
        SHA-256 of the knowledge base that it was made with.
    texts_digest : str
        SHA-256 of the texts of all letters.
    facility : str
        Name of the clinic at the head; "" = none.
    """

    kind: LetterKind
    language: Language
    title: str
    dated: date
    sentences: tuple[LetterSentence, ...]
    is_sample: bool
    final_digest: str
    knowledge_digest: str
    texts_digest: str
    facility: str = ""
