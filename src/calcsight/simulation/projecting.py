"""One breast in space, and what a view of it shows.

Places in the breast are (behind, outer, up) in mm from the nipple: towards the chest wall, away
from the breastbone and towards the head.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.distributions import Places
from calcsight.terms.mammogram import View

InSpace = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """How a breast is laid, pressed and looked at for one view.

    Parameters
    ----------
    view : View
    angle_deg : float
        Of the beam: 0 = from above (CC), 90 = from the side (ML).
    roll_deg : float
        How far the breast is rolled about the line from the nipple to the chest wall, upper part
        outward above 0.
    across_stretch, behind_stretch : float
        Pressing spreads the breast along the chest wall, and away from it.
    across_shift_mm, behind_shift_mm : float
        Where the nipple is pulled against the breast: added to what is shown.
    """

    view: View
    angle_deg: float
    roll_deg: float
    across_stretch: float
    behind_stretch: float
    across_shift_mm: float
    behind_shift_mm: float

    def shown(self, places_mm: InSpace) -> Places:
        """Return (beside, behind) in mm from the nipple as the view shows it.

        Parameters
        ----------
        places_mm : array (n, 3)
            (behind, outer, up).

        Returns
        -------
        array (n, 2)
            `beside` is outer on a CC and upper on a lateral view.
        """
        turn = math.radians(self.angle_deg + self.roll_deg)
        across = places_mm[:, 1] * math.cos(turn) + places_mm[:, 2] * math.sin(turn)
        beside = self.across_stretch * across + self.across_shift_mm
        behind = self.behind_stretch * places_mm[:, 0] + self.behind_shift_mm
        return np.stack([beside, behind], 1)

    def direction(self, ways: InSpace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how long a thing of length 1 looks, and which way it runs.

        Parameters
        ----------
        ways : array (n, 3)
            Unit vectors (behind, outer, up).

        Returns
        -------
        arrays (n,), (n,)
            Length 0-1, and angle in radians from the column axis of the picture (chest wall
            left, top outer or upper).
        """
        turn = math.radians(self.angle_deg + self.roll_deg)
        across = ways[:, 1] * math.cos(turn) + ways[:, 2] * math.sin(turn)
        return np.hypot(across, ways[:, 0]), np.arctan2(-across, -ways[:, 0])


def in_picture(shown_mm: Places, nipple_mm: tuple[float, float]) -> Places:
    """Return (down, right) in mm from the first pixel's centre, of what `Projection.shown` gave."""
    return np.array(nipple_mm) - shown_mm


def toward_nipple(place_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unit vector from a place (behind, outer, up) to the nipple."""
    return np.asarray(-place_mm / max(float(np.linalg.norm(place_mm)), 1e-9))
