"""Convex hulls: what a group spans, by closed formulas."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist


def convex_hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of the convex hull, in order around it.

    Parameters
    ----------
    points : array (n, 2), float64
        n >= 1, any frame and unit.

    Returns
    -------
    array (m, 2), float64
        m <= n corners, the first not repeated. Points on one line give its two ends, points
        at one place give that place once.
    """
    # Qhull joins corners that differ by rounding relative to the coordinates, so centre first.
    centre = points.mean(axis=0)
    try:
        corners = ConvexHull(points - centre).vertices
    except QhullError:
        order = np.lexsort((points[:, 1], points[:, 0]))
        ends = points[order[[0, -1]]]
        return np.unique(ends, axis=0)
    return np.asarray(points[corners], dtype=np.float64)


def maximum_feret(hull: NDArray[np.float64]) -> float:
    """Return the greatest distance between two corners, in the unit of the points; 0 for one."""
    return float(pdist(hull).max()) if len(hull) > 1 else 0.0


def hull_area(hull: NDArray[np.float64], margin: float = 0.0) -> float:
    """Return the area of a convex hull grown by a margin on all sides.

    Parameters
    ----------
    hull : array (n, 2), float64
        Corners of a convex polygon in order, as `convex_hull` gives them.
    margin : float
        How far it is grown (Minkowski sum with a disc of this radius), same unit, >= 0.

    Returns
    -------
    float
        A + P m + pi m^2 with area A, perimeter P and margin m: Steiner's formula [1]_, exact
        for every convex set. A line counts with twice its length as perimeter.

    References
    ----------
    .. [1] J. Steiner, "Ueber parallele Flaechen", Monatsbericht der Akademie der
       Wissenschaften zu Berlin, 1840, pp. 114-118.
    """
    centred = hull - hull.mean(axis=0)
    following = np.roll(centred, -1, axis=0)
    cross = centred[:, 0] * following[:, 1] - centred[:, 1] * following[:, 0]
    area = 0.5 * abs(float(cross.sum()))
    perimeter = float(np.hypot(*(following - centred).T).sum())
    return area + perimeter * margin + np.pi * margin**2
