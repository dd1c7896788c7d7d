"""A letter to the woman concerned, made from a person's final record alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
        "final.recommendation", "entry:why-six-months", "template:benign.saw.1", "facility.contact".
    fields : tuple of str
        Fields of the record or of the facility that are filled into it.
    """

    part: LetterPart
    text: str
    origin: str
    fields: tuple[str, ...] = ()


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
        SHA-256 of the texts that it was made with.
    """

    kind: LetterKind
    language: Language
    title: str
    dated: date
    sentences: tuple[LetterSentence, ...]
    is_sample: bool
    final_digest: str
    knowledge_digest: str
