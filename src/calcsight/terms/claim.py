"""A clinical number with everything that must be known to repeat it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology


class Grade(StrEnum):
    """What was seen of the source; no study was read in full, so no number is verified."""

    ABSTRACT = "A"
    SECOND_HAND = "S"
    MEMORY = "M"
    UNSIGNED = "D"
    OF_THIS_PROJECT = "C"

    @property
    def words(self) -> str:
        """What the letter means."""
        return _WORDS[self]


_WORDS: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.ABSTRACT: "an abstract, excerpt or page of the source was seen, not the whole",
        Grade.SECOND_HAND: "known only through another document",
        Grade.MEMORY: "from memory, unverified",
        Grade.UNSIGNED: "no author, date or address; never the only support",
        Grade.OF_THIS_PROJECT: "of this project: counted from a table of cases, or chosen",
    }
)


class Verdict(StrEnum):
    """What the project makes of a number."""

    USED = "used"
    CONTESTED = "contested"
    UNSUPPORTED = "unsupported"
    WRONG = "wrong"
    OUR_CHOICE = "our_choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One registered number; nothing clinical is printed that has none.

    Parameters
    ----------
    id : str
        Stable, lower case, dots between parts: "rominger-2012.amorphous".
    statement : str
        The number in one own sentence.
    value, low, high : float or None
        In `unit`; `low` and `high` bound the 95 % interval, or a range when `interval` says so.
    unit : str
        "%", "mm", "months", "per 1000", ...
    numerator, denominator : int or None
        Counts behind a share.
    n : int or None
        Size of the whole study.
    population, stage, horizon : str
        Who, at which step of care (recalled, biopsied, film enriched with cancers, ...), over
        which time; "not stated" when the source does not say.
    source, address, date : str
        Citation, where it was found, and the date of the source.
    interval : str
        What the interval is: "95 % CI", "range", "none given", "Wilson, computed here".
    grade : Grade
    verdict : Verdict
    conflicts : tuple of str
        Ids of claims that say otherwise.
    note : str
    shapes : tuple of Morphology
        Of groups of which shapes it is the share that was malignant, together; empty = it is no
        such share, or one of no shape of the vocabulary.
    distributions : tuple of Distribution
        In which distributions, together; empty = in all.
    """

    id: str
    statement: str
    value: float | None
    unit: str
    population: str
    stage: str
    horizon: str
    source: str
    address: str
    date: str
    grade: Grade
    verdict: Verdict
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None
    interval: str = "none given"
    conflicts: tuple[str, ...] = ()
    note: str = ""
    shapes: tuple[Morphology, ...] = ()
    distributions: tuple[Distribution, ...] = ()

    @property
    def may_be_repeated(self) -> bool:
        """Whether a text may state the number, or a population rest on it."""
        refuted = self.verdict in {Verdict.WRONG, Verdict.UNSUPPORTED}
        return not refuted and self.grade is not Grade.UNSIGNED
