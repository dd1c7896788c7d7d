"""Connected pixels above a level, and the background around them."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import THREE_BY_THREE, Field, Rectangle

_FEWEST_PIXELS = 8
# The height of a particle is its peak up to this diameter and its upper quartile from the other:
# one pixel decides for a speck, noise must not decide for a coarse piece.
_PEAK_UP_TO_MM = 0.2
_QUARTILE_FROM_MM = 0.8
_INSIDE = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """The pixels of one particle.

    Parameters
    ----------
    window : Rectangle
        Where `inside` lies in the box.
    inside : array of the window's shape, uint8
        1 inside, 0 elsewhere.
    rectangle : Rectangle
        The smallest around the pixels inside, in the box.
    seed : tuple of int
        `row, column` in the box of a pixel inside.
    background : float
        Local background over the view's slow one, grey values.
    fraction : float
        Share of the contrast at which the outline runs.
    smoothing_mm : float
        Sigma of the smoothing under which it was traced.
    noise : float
        Local noise SD, grey values.
    held : bool
        The outline ran away, or into a stronger particle, and was held near the seed.
    """

    window: Rectangle
    inside: NDArray[np.uint8]
    rectangle: Rectangle
    seed: tuple[int, int]
    background: float
    fraction: float
    smoothing_mm: float
    noise: float
    held: bool = False

    @property
    def tight(self) -> NDArray[np.uint8]:
        """`inside`, cut to `rectangle` (a view)."""
        top, left = self.window[:2]
        a, b, c, d = self.rectangle
        return self.inside[a - top : c - top, b - left : d - left]


def flood(
    flat: NDArray[np.float32],
    seed: tuple[int, int],
    level: float,
    barrier: NDArray[np.uint8] | None = None,
    neighbours: int = 8,
) -> tuple[NDArray[np.uint8], Rectangle]:
    """Return the pixels at or above `level` that are connected with the seed.

    Parameters
    ----------
    flat : array (rows, columns), float32
    seed : tuple of int
        `row, column`, a pixel above the level.
    level : float
    barrier : array of the same shape, uint8, optional
        1 where the flood must not go.
    neighbours : int
        4 or 8.

    Returns
    -------
    inside : array of the same shape, uint8
    rectangle : Rectangle
        The smallest around them.
    """
    height, width = flat.shape
    mask = np.zeros((height + 2, width + 2), np.uint8)
    if barrier is not None:
        mask[1:-1, 1:-1] = barrier
    _, _, _, (left, top, columns, rows) = cv2.floodFill(
        flat,
        mask,
        (seed[1], seed[0]),
        0,
        float(flat[seed]) - level,
        float(np.finfo(np.float32).max) / 4.0,
        neighbours | (_INSIDE << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE,
    )
    inside = (mask[1:-1, 1:-1] == _INSIDE).view(np.uint8)
    return inside, (top, left, top + rows, left + columns)


def moved(rectangle: Rectangle, window: Rectangle) -> Rectangle:
    """Move a rectangle from a window's own pixels to the box's."""
    top, left = window[:2]
    return rectangle[0] + top, rectangle[1] + left, rectangle[2] + top, rectangle[3] + left


def ranked(values: NDArray[np.float32], share: float) -> float:
    """Return the value that `share` (0-1) of the values lie below."""
    rank = min(int(values.size * share), values.size - 1)
    return float(np.partition(values, rank)[rank])


def quartile_weight(area_mm2: float) -> float:
    """Weight (0-1) of the upper quartile against the peak in the height of a particle."""
    diameter_mm = 2.0 * math.sqrt(area_mm2 / math.pi)
    share = (diameter_mm - _PEAK_UP_TO_MM) / (_QUARTILE_FROM_MM - _PEAK_UP_TO_MM)
    return min(max(share, 0.0), 1.0)


def height_inside(field: Field, flat: NDArray[np.float32], inside: NDArray[np.uint8]) -> float:
    """Height of a particle: its peak when small, nearer its upper quartile when large."""
    values = flat[inside > 0]
    return ranked(values, 1.0 - 0.25 * quartile_weight(values.size * field.pixel_mm2))


def background_at(
    field: Field, flat: NDArray[np.float32], window: Rectangle, where: NDArray[np.bool_]
) -> float:
    """Median over the chosen pixels that are usable; over all of them when those are few."""
    top, left, bottom, right = window
    values = flat[where & field.usable[top:bottom, left:right].view(np.bool_)]
    if values.size < _FEWEST_PIXELS:
        values = flat[where]
    return ranked(values if values.size else flat.ravel(), 0.5)


def background_around(
    field: Field, flat: NDArray[np.float32], window: Rectangle, inside: NDArray[np.uint8]
) -> float:
    """Median in a shell around the pixels inside, beyond their blur."""
    near = np.asarray(cv2.dilate(inside, field.blur_kernel), np.uint8)
    shell = np.asarray(cv2.dilate(near, field.shell_kernel), np.uint8) > near
    return background_at(field, flat, window, shell)


def edge_sigma_mm(field: Field, region: Region) -> float:
    """Gaussian sigma of the edge of a region, mm: how soft its outline is.

    A step of height h blurred by a Gaussian of sigma s has the slope h / (s sqrt(2 pi)) at its
    middle; s follows from the mean slope along the region's border, less the smoothing.
    """
    flat = field.flat(region.window, region.smoothing_mm)
    across = cv2.Sobel(flat, cv2.CV_32F, 1, 0, scale=0.125 / field.column_mm)
    down = cv2.Sobel(flat, cv2.CV_32F, 0, 1, scale=0.125 / field.row_mm)
    core = cv2.erode(region.inside, THREE_BY_THREE)
    slope = float(cv2.mean(cv2.magnitude(across, down), cv2.subtract(region.inside, core))[0])
    height = height_inside(field, flat, region.inside) - region.background
    if slope <= 0.0:
        return math.inf
    smoothed = height / (math.sqrt(2.0 * math.pi) * slope)
    return math.sqrt(max(0.0, smoothed**2 - region.smoothing_mm**2))
