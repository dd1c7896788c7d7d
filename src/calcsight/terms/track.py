"""A calcified tube: what a calcified artery is over its length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One long thin calcified structure, unbranched; a branch is a track of its own.

    Parameters
    ----------
    centre_line : array (n, 2), float64
        `row, column` from end to end, n >= 2, gaps bridged; the reading frame while steps run.
    length_mm : float
        Along the centre line.
    width_mm : float
        Full width at half height of its mean profile.
    contrast_sd : float
        Mean height over the brighter of its two sides, in local noise SD.
    filled : float
        0-1, share of its length that stands out from both sides.
    double_walled : float
        0-1, share of its length at which both borders are brighter than the middle.
    score : float
        0-1, how surely it is a calcified artery rather than a vessel without calcium, a
        ligament, a rod or a row of other calcifications: higher = more surely.
    """

    centre_line: NDArray[np.float64]
    length_mm: float
    width_mm: float
    contrast_sd: float
    filled: float
    double_walled: float
    score: float
