"""Numbers that describe closed outlines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.polygons import Polygons


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an outline measures, in the unit of its points.

    Parameters
    ----------
    diameter : float
        Maximum Feret diameter: the largest distance between two points of the outline.
    area : float
        Area inside.
    row, column : float
        Centroid of that area.
    length, width : float
        Longer and shorter side of the smallest rectangle around.
    circularity : float
        4 pi area / perimeter^2, at most 1.
    solidity : float
        Area over area of the convex hull, at most 1.
    """

    diameter: float
    area: float
    row: float
    column: float
    length: float
    width: float
    circularity: float
    solidity: float

    @property
    def elongation(self) -> float:
        """Length over width, >= 1."""
        return self.length / self.width


def describe_outlines(outlines: Sequence[NDArray[np.float32]]) -> list[Shape]:
    """Measure closed outlines.

    Parameters
    ----------
    outlines : sequence of arrays (n, 2), float32
        `column, row` of n >= 3 points in order, not all on one line; the last is not repeated.
        Points should lie near the origin, since hulls are taken in float32.

    Returns
    -------
    list of Shape
        Circularity as in [1]_.

    References
    ----------
    .. [1] E. P. Cox, "A method of assigning numerical and percentage values to the degree of
       roundness of sand grains", J. Paleontology 1 (1927) 179-183.
    """
    if not outlines:
        return []
    polygons = Polygons.of(outlines)
    areas, centroids = polygons.areas_and_centroids()
    circularities = np.minimum(1.0, 4.0 * math.pi * areas / polygons.perimeters() ** 2)
    shapes = []
    for outline, area, (column, row), circularity in zip(
        outlines, areas.tolist(), centroids.tolist(), circularities.tolist(), strict=True
    ):
        hull = np.asarray(cv2.convexHull(outline), np.float32)
        _, sides, _ = cv2.minAreaRect(hull)
        shapes.append(
            Shape(
                diameter=largest_distance(hull[:, 0, :]),
                area=area,
                row=row,
                column=column,
                length=max(sides),
                width=min(sides),
                circularity=circularity,
                solidity=min(1.0, area / cv2.contourArea(hull)),
            )
        )
    return shapes


def largest_distance(points: NDArray[np.float32]) -> float:
    """Largest distance between two of the points (n, 2)."""
    columns, rows = points[:, 0], points[:, 1]
    across, down = columns[:, None] - columns, rows[:, None] - rows
    return math.sqrt(float((across * across + down * down).max()))
