"""The border of a traced region in parts of pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import THREE_BY_THREE, Field, Rectangle
from calcsight.analysis.regions import Region, flood, height_inside, quartile_weight

_MARGIN_MM = 0.25
# Smoothing by this share of the width moves a straight edge not at all and the outline of a disc
# inwards by sigma^2 / diameter on each side, under 1 % of the diameter; noise shrinks with it.
_SMOOTHING_SHARE = 0.08
# Pixels are divided so that a particle is at most about this many parts long, 3 at most.
_MOST_PARTS = 96
_MOST_DIVIDED = 3
# Interpolated, a region may lie over this many times its pixels; more is a leak.
_LEAK = 1.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Border:
    """Border parts of one particle, just inside the level.

    Parameters
    ----------
    points : array (n, 2), int32
        `column, row` in parts of the window's pixels, in order.
    cross : array (5, n), float32
        Grey values there, to the right, left, below and above.
    parts : int
        Parts of a pixel's side.
    level : float
        Grey value over the slow background on which the outline shall run.
    contrast : float
        Height over the local background, grey values.
    window : Rectangle
        In the box.
    smoothing_mm : float
    """

    points: NDArray[np.int32]
    cross: NDArray[np.float32]
    parts: int
    level: float
    contrast: float
    window: Rectangle
    smoothing_mm: float


def find_border(field: Field, region: Region) -> Border:
    """Find the parts of pixels along the border of a region.

    Grey values are smoothed lightly and interpolated by cubic convolution [1]_.

    References
    ----------
    .. [1] R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE
       Trans. Acoustics, Speech, and Signal Processing 29 (1981) 1153-1160.
    """
    longest_mm = max(field.sides_mm(region.rectangle))
    area_px = int(cv2.countNonZero(region.inside))
    area_mm2 = area_px * field.pixel_mm2
    smoothing_mm = max(field.settings.smoothing_mm, _SMOOTHING_SHARE * area_mm2 / longest_mm)
    top, left, bottom, right = region.rectangle
    parts = max(1, min(_MOST_DIVIDED, _MOST_PARTS // max(bottom - top, right - left)))
    window = field.around(region.rectangle, _MARGIN_MM)
    flat = field.flat(window, smoothing_mm)
    fine = np.asarray(
        cv2.resize(flat, None, fx=parts, fy=parts, interpolation=cv2.INTER_CUBIC), np.float32
    )
    peak, seed = _peak_at(fine, (region.seed[0] - window[0], region.seed[1] - window[1]), parts)
    weight = quartile_weight(area_mm2)
    height = peak
    if weight > 0.0:
        middle = height_inside(field, flat, _in_window(region, window))
        height = middle if weight >= 1.0 else middle + (1.0 - weight) * max(peak - middle, 0.0)
    contrast = height - region.background
    level = region.background + region.fraction * contrast
    if peak <= level:
        _, _, _, (x, y) = cv2.minMaxLoc(flat, _in_window(region, window))
        peak, seed = _peak_at(fine, (y, x), parts)
        level = min(level, peak - 1e-3 * abs(peak - region.background))
    inside, rectangle = flood(fine, seed, level, neighbours=4)
    if cv2.countNonZero(inside) > (_LEAK * area_px + 9.0) * parts * parts:
        barrier = _barrier(_in_window(region, window), parts)
        barrier[seed] = 0
        inside, rectangle = flood(fine, seed, level, barrier, neighbours=4)
    points = _outer_border(inside, rectangle)
    return Border(
        points=points,
        cross=_cross(fine, points, padded=_touches(rectangle, fine.shape)),
        parts=parts,
        level=level,
        contrast=contrast,
        window=window,
        smoothing_mm=smoothing_mm,
    )


def _in_window(region: Region, window: Rectangle) -> NDArray[np.uint8]:
    """Return the region's pixels in another window."""
    inside = np.zeros((window[2] - window[0], window[3] - window[1]), np.uint8)
    top, left, bottom, right = region.rectangle
    inside[top - window[0] : bottom - window[0], left - window[1] : right - window[1]] = (
        region.tight
    )
    return inside


def _peak_at(
    fine: NDArray[np.float32], pixel: tuple[int, int], parts: int
) -> tuple[float, tuple[int, int]]:
    """Highest interpolated value in the 3 x 3 pixels around one, and its place."""
    top, left = max(0, pixel[0] - 1) * parts, max(0, pixel[1] - 1) * parts
    near = fine[top : (pixel[0] + 2) * parts, left : (pixel[1] + 2) * parts]
    _, peak, _, (x, y) = cv2.minMaxLoc(near)
    return peak, (top + y, left + x)


def _barrier(inside: NDArray[np.uint8], parts: int) -> NDArray[np.uint8]:
    """Everything farther than a pixel from the region, in parts of pixels."""
    near = np.asarray(cv2.dilate(inside, THREE_BY_THREE), np.uint8)
    return np.asarray(
        cv2.resize(1 - near, None, fx=parts, fy=parts, interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _touches(rectangle: Rectangle, shape: tuple[int, ...]) -> bool:
    """Tell whether a rectangle reaches the border of an array."""
    top, left, bottom, right = rectangle
    return min(top, left) == 0 or bottom == shape[0] or right == shape[1]


def _outer_border(inside: NDArray[np.uint8], rectangle: Rectangle) -> NDArray[np.int32]:
    """Outer border (n, 2), `column, row`, of the parts inside."""
    top, left, bottom, right = rectangle
    lines, _ = cv2.findContours(
        inside[top:bottom, left:right],
        cv2.RETR_EXTERNAL,
        cv2.CHAIN_APPROX_NONE,
        offset=(left, top),
    )
    return np.asarray(max(lines, key=len)[:, 0, :], np.int32)


def _cross(
    fine: NDArray[np.float32], points: NDArray[np.int32], *, padded: bool
) -> NDArray[np.float32]:
    """Grey values (5, n) at points and to the right, left, below and above."""
    offset = 0
    if padded:
        fine = np.asarray(cv2.copyMakeBorder(fine, 1, 1, 1, 1, cv2.BORDER_REPLICATE), np.float32)
        offset = 1
    width = fine.shape[1]
    at = (points[:, 1] + offset) * width + (points[:, 0] + offset)
    return np.asarray(
        fine.take(at + np.array([[0], [1], [-1], [width], [-width]], np.int32)), np.float32
    )
