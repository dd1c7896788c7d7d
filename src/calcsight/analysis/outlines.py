"""The outline of a traced particle between the pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import Field, Rectangle
from calcsight.analysis.regions import Region, flood, height_inside, quartile_weight

_MARGIN_MM = 0.25
# Smoothing by this share of the width moves a straight edge not at all and the outline of a disc
# inwards by sigma^2 / diameter on each side, under 1 % of the diameter; noise shrinks with it.
_SMOOTHING_SHARE = 0.08
# Pixels are divided so that a particle is at most about this many parts long, 4 at most.
_MOST_PARTS = 96
_MOST_DIVIDED = 4
# The last step towards the level never goes farther than this many parts.
_LONGEST_STEP = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """A closed outline.

    Parameters
    ----------
    points : array (n, 2), float32
        `column, row` in pixels of `window`, in order; the last is not repeated.
    window : Rectangle
        In the box.
    contrast : float
        Height over the local background, grey values.
    smoothing_mm : float
        Sigma of the smoothing under which the outline was drawn.
    """

    points: NDArray[np.float32]
    window: Rectangle
    contrast: float
    smoothing_mm: float


def outline(field: Field, region: Region) -> Outline:
    """Draw the outline of a region at its fraction of the contrast, between the pixels.

    Grey values are smoothed lightly and interpolated by cubic convolution [1]_; the border of the
    pixels above the level is moved along the gradient onto the level (one Newton step).

    References
    ----------
    .. [1] R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE
       Trans. Acoustics, Speech, and Signal Processing 29 (1981) 1153-1160.
    """
    longest_mm = max(field.sides_mm(region.rectangle))
    area_mm2 = int(cv2.countNonZero(region.inside)) * field.pixel_mm2
    smoothing_mm = max(field.settings.smoothing_mm, _SMOOTHING_SHARE * area_mm2 / longest_mm)
    window = field.around(region.rectangle, _MARGIN_MM)
    flat = field.flat(window, smoothing_mm)
    longest_px = max(
        region.rectangle[2] - region.rectangle[0], region.rectangle[3] - region.rectangle[1]
    )
    parts = max(1, min(_MOST_DIVIDED, _MOST_PARTS // longest_px))
    fine = np.asarray(
        cv2.resize(flat, None, fx=parts, fy=parts, interpolation=cv2.INTER_CUBIC), np.float32
    )
    inside = _in_window(region, window)
    peak, seed = _peak_at(fine, (region.seed[0] - window[0], region.seed[1] - window[1]), parts)
    weight = quartile_weight(area_mm2)
    height = peak
    if weight > 0.0:
        middle = height_inside(field, flat, inside)
        height = middle if weight >= 1.0 else middle + (1.0 - weight) * max(peak - middle, 0.0)
    contrast = height - region.background
    level = region.background + region.fraction * contrast
    if peak <= level:
        _, _, _, (x, y) = cv2.minMaxLoc(flat, inside)
        peak, seed = _peak_at(fine, (y, x), parts)
        level = min(level, peak - 1e-3 * abs(peak - region.background))
    barrier = _barrier(inside, parts) if region.held else None
    if barrier is not None and barrier[seed]:
        barrier[seed] = 0
    points = _border(fine, seed, level, barrier)
    return Outline(
        points=_on_level(fine, points, level, parts),
        window=window,
        contrast=contrast,
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
    near = cv2.dilate(inside, np.ones((3, 3), np.uint8))
    return np.asarray(
        cv2.resize(1 - near, None, fx=parts, fy=parts, interpolation=cv2.INTER_NEAREST), np.uint8
    )


def _border(
    fine: NDArray[np.float32],
    seed: tuple[int, int],
    level: float,
    barrier: NDArray[np.uint8] | None,
) -> NDArray[np.int32]:
    """Outer border (n, 2), `column, row`, of the parts at or above the level."""
    inside, (top, left, bottom, right) = flood(fine, seed, level, barrier, neighbours=4)
    lines, _ = cv2.findContours(
        inside[top:bottom, left:right],
        cv2.RETR_EXTERNAL,
        cv2.CHAIN_APPROX_NONE,
        offset=(left, top),
    )
    return np.asarray(max(lines, key=len)[:, 0, :], np.int32)


def _on_level(
    fine: NDArray[np.float32], points: NDArray[np.int32], level: float, parts: int
) -> NDArray[np.float32]:
    """Move border parts along the gradient onto the level; return `column, row` in pixels."""
    height, width = fine.shape
    columns, rows = points[:, 0], points[:, 1]
    right, left = np.minimum(columns + 1, width - 1), np.maximum(columns - 1, 0)
    below, above = np.minimum(rows + 1, height - 1), np.maximum(rows - 1, 0)
    across = 0.5 * (fine[rows, right] - fine[rows, left])
    down = 0.5 * (fine[below, columns] - fine[above, columns])
    slope = np.maximum(np.sqrt(across * across + down * down), np.finfo(np.float32).tiny)
    step = np.minimum((fine[rows, columns] - level) / slope, _LONGEST_STEP)
    turned = np.stack([across / slope, down / slope], axis=1)
    moved = points - turned * step[:, None]
    return np.asarray((moved + 0.5) / parts - 0.5, np.float32)
