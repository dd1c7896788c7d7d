"""One particle of calcium as measured."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.limitation import Limitation
from calcsight.terms.morphology import Morphology, Named


class SizeClass(StrEnum):
    """Micro or macro by a stated threshold on the diameter."""

    MICRO = "micro"
    MACRO = "macro"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Particle:
    """One particle as measured, before anybody judged it.

    Parameters
    ----------
    row, column : float
        Centroid, 0-based pixel centres; the reading frame while steps run, the input file's
        own frame once inside a `Reading`.
    diameter_mm : float or None
        Maximum Feret diameter of the outline; None when the spacing is unknown.
    diameter_px : float
        The same in pixels.
    area_mm2 : float or None
        Area inside the outline (a lucent centre counts as inside).
    area_px : float
        The same in pixels.
    length_mm, width_mm : float or None
        Longer and shorter side of the smallest rectangle around the outline.
    contrast : float
        Peak over the local background, grey values of the file.
    contrast_to_noise : float
        The same in local noise SD.
    elongation : float
        Length over width, >= 1.
    circularity : float
        4 pi area / perimeter^2 of the outline, 0-1, 1 = disc.
    solidity : float
        Area over area of the convex hull, 0-1.
    lucent_centre : bool
        Darker in the middle than on the rim (an eggshell or oil cyst).
    outline : array (n, 2), float64
        Closed outline, `row, column`, same frame; the last point is not repeated.
    limitations : tuple of Limitation
        Why a measurement may be wrong.
    """

    row: float
    column: float
    diameter_mm: float | None
    diameter_px: float
    area_mm2: float | None
    area_px: float
    length_mm: float | None
    width_mm: float | None
    contrast: float
    contrast_to_noise: float
    elongation: float
    circularity: float
    solidity: float
    lucent_centre: bool
    outline: NDArray[np.float64]
    limitations: tuple[Limitation, ...] = ()

    def size_class(self, threshold_mm: float) -> SizeClass | None:
        """Say micro or macro; None when the spacing is unknown.

        Parameters
        ----------
        threshold_mm : float
            A diameter of exactly the threshold is macro. 0.5 and 1.0 mm are in common use
            (clinical conventions; see `docs/conventions.md`).
        """
        if self.diameter_mm is None:
            return None
        return SizeClass.MICRO if self.diameter_mm < threshold_mm else SizeClass.MACRO


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calcification(Particle):
    """A particle with the judge's score.

    Parameters
    ----------
    score : float
        0-1, higher = more surely a calcification.
    morphology : Named of Morphology or None
        Its shape; None = not described (unknown spacing, or no describer was given). A label
        of None within = cannot be classified.
    """

    score: float
    morphology: Named[Morphology] | None = None
