"""Whether an outline branches: how many deep bays it has against its convex hull."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# A bay counts from this depth on, as a share of the largest size of the outline.
_DEEP = 0.12
_SUB_PX = 16.0
# A bay between two arms; one alone is a bend.
_BAYS_OF_A_FORK = 2
# Arms are thin: an outline that fills more of its hull is a notched lump.
_MOST_SOLID = 0.72


def arms_of(outline: NDArray[np.float64]) -> tuple[int, float]:
    """Return how many deep bays an outline has, and how deep the deepest is.

    Parameters
    ----------
    outline : array (n, 2)
        Closed, any unit.

    Returns
    -------
    bays : int
        Bays between outline and convex hull deeper than an eighth of the outline's size: none
        for a straight line or a disc, one for a bent line, two or more for a fork.
    deepest : float
        0-1, share of the size.
    """
    points = np.rint((outline - outline.min(axis=0)) * _SUB_PX).astype(np.int32)
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    if len(points) < 4:
        return 0, 0.0
    size = float(np.ptp(points, axis=0).max())
    hull = cv2.convexHull(points, returnPoints=False)
    hull = np.sort(np.asarray(hull).reshape(-1, 1), axis=0)[::-1]
    try:
        defects: Any = cv2.convexityDefects(points, hull)
    except cv2.error:
        # An outline that crosses itself has no hull in order.
        return 0, 0.0
    # None = convex, in some versions of OpenCV.
    found = np.zeros((0, 4)) if defects is None else np.asarray(defects).reshape(-1, 4)
    depths = found[:, 3] / 256.0 / size
    return int((depths >= _DEEP).sum()), float(depths.max(initial=0.0))


def branches(outline: NDArray[np.float64], solidity: float) -> bool:
    """Tell whether an outline branches: two deep bays or more, and thin arms.

    Parameters
    ----------
    outline : array (n, 2)
    solidity : float
        Area over area of the convex hull, 0-1.
    """
    return solidity <= _MOST_SOLID and arms_of(outline)[0] >= _BAYS_OF_A_FORK
