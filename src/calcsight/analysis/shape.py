"""Numbers that describe a closed outline."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


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


def describe_outline(outline: NDArray[np.float32]) -> Shape:
    """Measure a closed outline.

    Parameters
    ----------
    outline : array (n, 2), float32
        `column, row` of n >= 3 points in order, not all on one line; the last is not repeated.
        Points should lie near the origin, since float32 is used.

    Returns
    -------
    Shape
        Circularity as in [1]_.

    References
    ----------
    .. [1] E. P. Cox, "A method of assigning numerical and percentage values to the degree of
       roundness of sand grains", J. Paleontology 1 (1927) 179-183.
    """
    hull = np.asarray(cv2.convexHull(outline), np.float32)
    moments = cv2.moments(outline)
    area = abs(moments["m00"])
    perimeter = cv2.arcLength(outline, closed=True)
    _, sides, _ = cv2.minAreaRect(hull)
    return Shape(
        diameter=largest_distance(hull[:, 0, :]),
        area=area,
        row=moments["m01"] / moments["m00"],
        column=moments["m10"] / moments["m00"],
        length=max(sides),
        width=min(sides),
        circularity=min(1.0, 4.0 * math.pi * area / perimeter**2),
        solidity=min(1.0, area / cv2.contourArea(hull)),
    )


def largest_distance(points: NDArray[np.float32]) -> float:
    """Largest distance between two of the points (n, 2)."""
    columns, rows = points[:, 0], points[:, 1]
    squared = (columns[:, None] - columns) ** 2 + (rows[:, None] - rows) ** 2
    return math.sqrt(float(squared.max()))
