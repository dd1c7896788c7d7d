"""Milk of calcium: round from above, crescents or level lines from the side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.analysis.matching_weights import SETTLED_BIAS, SETTLED_WEIGHTS
from calcsight.terms.calcification import Calcification
from calcsight.terms.mammogram import Projection

# Fewer members show no change between views. Our choice.
_LEAST_MEMBERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """How the members of a group lie in one view.

    Parameters
    ----------
    roundness : float
        0-1, mean of width over length: 1 = all round.
    levelness : float
        -1 to 1, mean of (1 - width over length) cos(2 angle from level): near 1 = all thin and
        level, 0 = round or any way, -1 = all thin and upright.
    """

    roundness: float
    levelness: float


def lie_of(members: Sequence[Calcification], mammogram: Projection) -> Lie | None:
    """Measure how members lie.

    Parameters
    ----------
    members : sequence of Calcification
        The file's own frame.
    mammogram : Projection
        Upright in its reading frame: there, level is along the rows.

    Returns
    -------
    Lie or None
        None for fewer than three members.
    """
    if len(members) < _LEAST_MEMBERS:
        return None
    flatness, level = [], []
    for one in members:
        # Directions alone count here, which the size of the image does not move.
        outline = mammogram.orientation.points_to_reading(one.outline, (0, 0))
        flat = 1.0 - 1.0 / max(one.elongation, 1.0)
        flatness.append(flat)
        level.append(flat * math.cos(2.0 * _angle(outline)))
    return Lie(roundness=1.0 - float(np.mean(flatness)), levelness=float(np.mean(level)))


def settled_probability(from_above: Lie, from_side: Lie) -> float:
    """Return the probability that the change between the views is that of settled calcium.

    A logistic form of the roundness from above, the levelness from the side and the levelness
    from above, fitted on simulated pairs of a CC and a lateral view (`training.fit_matching`). The
    fit that ships gives levelness from above no weight.

    Returns
    -------
    float
        0-1. Of an oblique view it is a hint alone, and never names anything.
    """
    numbers = np.array([from_above.roundness, from_side.levelness, from_above.levelness])
    return 1.0 / (
        1.0 + math.exp(-(SETTLED_BIAS + float(np.dot(np.array(SETTLED_WEIGHTS), numbers))))
    )


def _angle(outline: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Return the angle of the longer side of the smallest rectangle around, from level, radians."""
    centred = (outline - outline.mean(axis=0))[:, ::-1].astype(np.float32)
    corners = cv2.boxPoints(cv2.minAreaRect(np.ascontiguousarray(centred)))
    sides = np.diff(np.vstack([corners, corners[:1]]), axis=0)[:2]
    right, down = sides[int(np.argmax(np.hypot(*sides.T)))]
    return math.atan2(float(down), float(right))
