"""How probable malignancy was in a published population, for groups that look like this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of a population: a morphology row, or a morphology x distribution cell.

    Parameters
    ----------
    claim : str
        Id of the registered claim.
    probability : float
        0-1.
    low, high : float or None
        Its 95 % interval, 0-1; None when the source gives neither one nor the counts for it.
    malignant, n : int or None
        Counts behind it; None when the source gives none.
    denominator : str
        Of what: "groups recalled and biopsied", ...
    """

    claim: str
    probability: float
    low: float | None
    high: float | None
    malignant: int | None
    n: int | None
    denominator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One named population; no number of another one is ever mixed in.

    Parameters
    ----------
    id, version, title, source : str
    note : str
        What a reader must know of it.
    rows : mapping of Morphology to Cell
    cells : mapping of (Morphology, Distribution) to Cell
    """

    id: str
    version: str
    title: str
    source: str
    note: str
    rows: Mapping[Morphology, Cell]
    cells: Mapping[tuple[Morphology, Distribution], Cell]


class NoProbability(StrEnum):
    """Why no probability is given."""

    TYPICALLY_BENIGN = "typically_benign"
    CANNOT_BE_CLASSIFIED = "cannot_be_classified"
    NOT_IN_POPULATION = "not_in_population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One cell with what it was drawn for.

    Parameters
    ----------
    population : str
        Id of the population.
    morphology : Morphology
    distribution : Distribution or None
        None = the morphology's row.
    cell : Cell
    """

    population: str
    morphology: Morphology
    distribution: Distribution | None
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A machine's weighing of one group; never an assessment, which only a person makes.

    Parameters
    ----------
    population : str
        Id of the one population that `probability` comes from.
    probability : float or None
        0-1; that of the weighed shape, or a higher one of a less suspicious shape in the same
        population. None: see `missing`.
    low, high : float or None
        0-1; they span the cells of every shape that is possible: an interval only where each of
        them has its own, else a span of published values. None: there is no number, or its one
        source gives no interval.
    evidence : tuple of Drawn
        The cells of that population, that of the weighed shape first.
    beside : tuple of Drawn
        What other populations say of the weighed shape; never part of the number.
    missing : NoProbability or None
        Why there is no number.
    note : str
        The rule that was applied, in words.
    """

    population: str
    probability: float | None
    low: float | None
    high: float | None
    evidence: tuple[Drawn, ...]
    beside: tuple[Drawn, ...]
    missing: NoProbability | None
    note: str
