"""What is truly in a simulated view."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.distribution import Distribution


class Kind(StrEnum):
    """Kinds of calcification a particle can be drawn as."""

    ROUND = "round"
    PUNCTATE = "punctate"
    AMORPHOUS = "amorphous"
    COARSE_HETEROGENEOUS = "coarse_heterogeneous"
    FINE_PLEOMORPHIC = "fine_pleomorphic"
    FINE_LINEAR = "fine_linear"
    FINE_LINEAR_BRANCHING = "fine_linear_branching"
    LARGE_ROD = "large_rod"
    RIM = "rim"
    POPCORN = "popcorn"
    VASCULAR = "vascular"
    DYSTROPHIC = "dystrophic"
    SKIN = "skin"
    MILK_OF_CALCIUM = "milk_of_calcium"
    SUTURE = "suture"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueParticle:
    """One particle as it was drawn.

    Parameters
    ----------
    row, column : float
        Centroid of the area inside the outline, 0-based pixel centres, the file's own frame.
    diameter_mm : float
        Maximum Feret diameter of the drawn outline, before any blur.
    area_mm2 : float
        Area inside the outline (the lucent centre of a rim counts as inside).
    contrast_sd : float
        Peak of the particle after detector blur, in the units of `background_sd`, over it.
    background_sd : float
        Standard deviation of the view before any particle was put in, in a ring of outer
        diameter 3 mm around the particle: of log exposure in a simulated view
        (`insertion.local_sd`), of grey values where particles were inserted into a mammogram
        (`insertion.noise_sd`).
    kind : Kind
    outline : array (n, 2), float64
        `row, column`, the file's own frame; the last point is not repeated.
    group : int or None
        Number of the group it was planted with; None = isolated.
    """

    row: float
    column: float
    diameter_mm: float
    area_mm2: float
    contrast_sd: float
    background_sd: float
    kind: Kind
    outline: NDArray[np.float64]
    group: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueGroup:
    """One group as it was planted.

    Parameters
    ----------
    number : int
        1, 2, ... within the view.
    members : tuple of int
        Positions in `Truth.particles`, rising.
    row, column : float
        Mean of the members' centroids, the file's own frame.
    hull : array (n, 2), float64
        Convex hull of the members' outlines, the file's own frame.
    kind : Kind
    distribution : Distribution
    """

    number: int
    members: tuple[int, ...]
    row: float
    column: float
    hull: NDArray[np.float64]
    kind: Kind
    distribution: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything planted in one view; empty tuples = nothing was planted."""

    particles: tuple[TrueParticle, ...]
    groups: tuple[TrueGroup, ...]
