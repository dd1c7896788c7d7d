"""Schemes of categories, policies of intervals, and what they say of one reading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from calcsight.terms.claim import Claim
from calcsight.terms.suspicion import Population, Suspicion
from calcsight.terms.vocabulary import Vocabulary

# What no category may be called: it would clear a woman of what was never looked for.
_NEVER_SAID = frozenset({"negative", "normal"})


def says_that_nothing_is_wrong(name: str) -> bool:
    """Tell whether the name of a category holds a word that would clear somebody."""
    return not _NEVER_SAID.isdisjoint(re.findall(r"[a-z]+", name.lower()))


class Change(StrEnum):
    """How a group compares with the prior mammogram; made by a comparison, never by a reading."""

    NEW = "new"
    INCREASED = "increased"
    DECREASED = "decreased"
    STABLE = "stable"
    RESOLVED = "resolved"


class Level(StrEnum):
    """What a program may suggest, whatever a scheme calls it; the scheme gives the words.

    `INDETERMINATE` (work-up, perhaps biopsy) is reached only where a scheme puts it in the place
    of `PROBABLY_BENIGN` (watching) or `SUSPICIOUS_LOW`.
    """

    NO_CALCIFICATION_FINDING = "no_calcification_finding"
    TYPICALLY_BENIGN_ONLY = "typically_benign_only"
    INCOMPLETE = "incomplete"
    BENIGN_FINDING = "benign_finding"
    PROBABLY_BENIGN = "probably_benign"
    INDETERMINATE = "indeterminate"
    SUSPICIOUS_LOW = "suspicious_low"
    SUSPICIOUS_MODERATE = "suspicious_moderate"
    SUSPICIOUS_HIGH = "suspicious_high"
    HIGHLY_SUGGESTIVE = "highly_suggestive"
    CANNOT_BE_CLASSIFIED = "cannot_be_classified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category of a scheme.

    Parameters
    ----------
    code : str
        As the scheme prints it: "0", "2", "4B", "R3"; "" where the scheme has none for a level.
    name : str
    low, high : float or None
        Likelihood of malignancy that it stands for, 0-1: over `low`, up to `high`.
    claims : tuple of str
        Claims behind its numbers.
    """

    code: str
    name: str
    low: float | None
    high: float | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """The level that a scheme has in the place of one it does not know.

    Parameters
    ----------
    level : Level
    words : str
        Why, for a reader.
    """

    level: Level
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A versioned scheme of categories.

    Parameters
    ----------
    id, version, title, source : str
    categories : mapping of Level to Category
        Every level that may be suggested in this scheme.
    note : str
    instead : mapping of Level to Replacement
        Levels that this scheme does not know, and what stands in their place.
    """

    id: str
    version: str
    title: str
    source: str
    categories: Mapping[Level, Category]
    note: str
    instead: Mapping[Level, Replacement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What usually follows.

    Parameters
    ----------
    code : str
        Stable: "routine", "magnification_views", "follow_up", "stereotactic_biopsy", ...
    words : str
        What readers usually do, with no order to anyone.
    reason : str
    months : tuple of int
        When, counted from the exam; empty = no interval is stated.
    claims : tuple of str
    """

    code: str
    words: str
    reason: str
    months: tuple[int, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Local intervals and words of what follows.

    Parameters
    ----------
    id, version, title : str
    steps : mapping of Level to tuple of Step
    """

    id: str
    version: str
    title: str
    steps: Mapping[Level, tuple[Step, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A rule that decided something.

    Parameters
    ----------
    code : str
        Stable.
    words : str
        Why it held, for a reader.
    """

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A category that the rules arrive at; only a person assigns one.

    Parameters
    ----------
    scheme, scheme_version : str
    found : Level
        What the rules arrive at, the same in every scheme; findings outweigh each other by it.
    level : Level
        That, or what the scheme has in its place.
    category : Category or None
        None: the scheme has no category that may be suggested here.
    rules : tuple of FiredRule
        In the order in which they were applied.
    """

    scheme: str
    scheme_version: str
    found: Level
    level: Level
    category: Category | None
    rules: tuple[FiredRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What the rules say of one group, of one view or of one exam.

    Parameters
    ----------
    suspicion : Suspicion or None
        None for a view or an exam.
    suggestion : Suggestion
    steps : tuple of Step
        What usually follows.
    """

    suspicion: Suspicion | None
    suggestion: Suggestion
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guidance:
    """Every data file that weighing rests on, parsed, with one digest.

    Parameters
    ----------
    vocabulary : Vocabulary
    population : Population
        The one that probabilities come from.
    beside : tuple of Population
        The others that ship.
    scheme : Scheme
    policy : Policy
    claims : mapping of str to Claim
    digest : str
        SHA-256 over the files, hexadecimal.
    """

    vocabulary: Vocabulary
    population: Population
    beside: tuple[Population, ...]
    scheme: Scheme
    policy: Policy
    claims: Mapping[str, Claim]
    digest: str
