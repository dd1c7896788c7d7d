"""Truth and findings of one view, in millimetres, as every rule of evaluation takes them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrueMarks:
    """What is truly in a view.

    Parameters
    ----------
    places_mm : array (n, 2)
        (down, right) of the centroids; mm in the file's frame.
    diameters_mm, contrasts_sd : arrays (n,)
    groups : array (n,), int
        Number of the particle's group; 0 = isolated.
    hulls_mm : dict of int to array (k, 2)
        Convex hull of each group's outlines, by its number.
    """

    places_mm: Numbers
    diameters_mm: Numbers
    contrasts_sd: Numbers
    groups: Indices
    hulls_mm: dict[int, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundGroup:
    """One group that was found.

    Parameters
    ----------
    centre_mm : array (2,)
    score : float
    members : tuple of int
        Positions among the particles of the same `FoundMarks`.
    """

    centre_mm: Numbers
    score: float
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundMarks:
    """What was found in a view.

    Parameters
    ----------
    places_mm : array (m, 2)
    diameters_mm, scores : arrays (m,)
    groups : tuple of FoundGroup
    """

    places_mm: Numbers
    diameters_mm: Numbers
    scores: Numbers
    groups: tuple[FoundGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredView:
    """One view with truth and findings.

    Parameters
    ----------
    name, woman : str
        Intervals resample women, never views.
    normal : bool
        Nothing was planted in this view.
    true : TrueMarks
    found : FoundMarks
    """

    name: str
    woman: str
    normal: bool
    true: TrueMarks
    found: FoundMarks
