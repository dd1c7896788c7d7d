"""Calcifications that lie together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """When particles make a group.

    Parameters
    ----------
    name : str
        Printed with every group.
    minimum_count : int
        A circle must hold at least this many particles.
    circle_diameter_mm : float
        Diameter of that circle, mm. Circles that share a particle join.
    """

    name: str
    minimum_count: int
    circle_diameter_mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """One group.

    Parameters
    ----------
    number : int
        1, 2, ... within one reading and rule, by falling score.
    members : tuple of int
        Positions in `Reading.calcifications`, rising.
    row, column : float
        Mean of the members' centroids, the file's own frame.
    extent_mm : float
        Maximum Feret diameter over the members' outlines.
    hull : array (n, 2), float64
        Convex hull of the members' outlines, file's own frame.
    density_per_cm2 : float
        Count over the area of the hull grown by 0.5 mm.
    mean_diameter_mm, sd_diameter_mm : float
        Of the members' diameters (population SD).
    mean_neighbour_mm, sd_neighbour_mm : float
        Of the members' distances to their nearest member.
    distribution : Distribution
    score : float
        0-1, higher = more surely a group of calcifications.
    description : Description or None
        None = not described: no interpreter was given, or a rule other than the primary one.
    weighing : Weighing or None
        None = not weighed, as above.
    """

    number: int
    members: tuple[int, ...]
    row: float
    column: float
    extent_mm: float
    hull: NDArray[np.float64]
    density_per_cm2: float
    mean_diameter_mm: float
    sd_diameter_mm: float
    mean_neighbour_mm: float
    sd_neighbour_mm: float
    distribution: Distribution
    score: float
    description: Description | None = None
    weighing: Weighing | None = None

    @property
    def count(self) -> int:
        """Number of members."""
        return len(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """All groups of one reading by one rule; none found = an empty tuple."""

    rule: GroupRule
    groups: tuple[Group, ...]
