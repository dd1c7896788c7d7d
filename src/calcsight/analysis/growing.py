"""Grow one particle from its seed: half its contrast over its own background."""

import math

import cv2

from calcsight.analysis.field import BLUR_MARGIN_MM, Field, Rectangle
from calcsight.analysis.regions import (
    Region,
    background_around,
    edge_sigma_mm,
    flood,
    height_inside,
    moved,
)
from calcsight.analysis.seeds import Seed

# A particle larger than this with a soft edge is tissue, not calcium. After the slow background is
# taken off, the sigma of the edge is 0.16-0.20 of the width (area over diagonal) for a sphere of
# calcium of 1.6-4 mm and 0.26-0.31 for a Gaussian lump of 1.6-2.5 mm.
_SOFT_FROM_MM = 1.2
_SOFT_SHARE = 0.225
# Ragged and blurred balls reach 0.28; they are let pass where they outshine any tissue.
_BRIGHT_SHARE = 0.3
_BRIGHT_SD = 15.0
_SOFT_EDGE_MM = (0.2, 0.4)
# Thinner than this share of its length it is a fibre or a vessel's wall.
_THINNEST = 0.05
# At the lower contrast an outline may grow to the lower size, at the higher to the largest size
# set, geometrically between.
_LOWER_SD, _HIGHER_SD = 2.0, 6.0
_LOWER_LIMIT_MM = 1.0
# Noise lifts the brightest pixel by about this much.
_PEAK_SD = 0.5
# Up to this size the ring around the seed is background enough.
_SMALL_MM = 0.8
_WINDOW_MARGIN_MM = 0.3
_WIDENING = 0.4
_SETTLED = 0.04
_MOST_ROUNDS = 12


def grown(
    field: Field, seed: Seed, background: float, height: float, *, freely: bool = False
) -> Region | None:
    """Flood at half contrast, widening the window and correcting the level until both settle.

    Parameters
    ----------
    field : Field
    seed : Seed
    background, height : float
        First guesses, grey values over the view's slow background.
    freely : bool
        Only the largest size set limits the growth, not the contrast.

    Returns
    -------
    Region or None
        None when the seed is not above the level, or the flood outgrows its limit.
    """
    window, flat = seed.window, seed.flat
    fraction = field.settings.outline_fraction
    level = background + fraction * (height - background)
    for turn in range(_MOST_ROUNDS):
        local = (seed.place[0] - window[0], seed.place[1] - window[1])
        if flat[local] <= level:
            return None
        inside, flooded = flood(flat, local, level)
        rectangle = moved(flooded, window)
        longest_mm = math.hypot(*field.sides_mm(rectangle))
        small = longest_mm <= _SMALL_MM and within_ring(field, rectangle, seed)
        if small and turn == 0 and not freely:
            break
        contrast_sd = (seed.peak - background) / seed.noise - _PEAK_SD
        if longest_mm > _limit_mm(field, math.inf if freely else contrast_sd):
            return None
        needed = field.around(rectangle, _WINDOW_MARGIN_MM)
        if _union(window, needed) != window:
            if turn == _MOST_ROUNDS - 1:
                return None
            window = _union(window, field.around(rectangle, _WIDENING * (longest_mm + 1.0)))
            flat = field.flat(window, seed.smoothing_mm)
            continue
        background = background_around(field, flat, window, inside)
        height = height_inside(field, flat, inside)
        contrast_sd = (height - background) / seed.noise
        if longest_mm > _limit_mm(field, math.inf if freely else contrast_sd):
            return None
        before, level = level, background + fraction * (height - background)
        if abs(level - before) <= _SETTLED * (height - background):
            break
    return Region(
        window=window,
        inside=inside,
        rectangle=rectangle,
        seed=seed.place,
        background=background,
        fraction=fraction,
        smoothing_mm=seed.smoothing_mm,
        noise=seed.noise,
    )


def within_ring(field: Field, rectangle: Rectangle, seed: Seed) -> bool:
    """Tell whether a rectangle keeps clear of the ring that gave the background."""
    row, column = seed.place
    rows = max(row - rectangle[0], rectangle[2] - 1 - row) * field.row_mm
    columns = max(column - rectangle[1], rectangle[3] - 1 - column) * field.column_mm
    return max(rows, columns) <= seed.inner_mm - BLUR_MARGIN_MM


def _union(one: Rectangle, other: Rectangle) -> Rectangle:
    """Return the smallest rectangle around two."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _limit_mm(field: Field, contrast_sd: float) -> float:
    """Size to which an outline of this contrast may grow, mm."""
    share = (contrast_sd - _LOWER_SD) / (_HIGHER_SD - _LOWER_SD)
    ratio = field.settings.largest_mm / _LOWER_LIMIT_MM
    return float(_LOWER_LIMIT_MM * ratio ** min(max(share, 0.0), 1.0))


def is_soft(field: Field, region: Region, contrast_sd: float = 0.0) -> bool:
    """Tell tissue from calcium by edge and width; only large regions show the difference.

    Parameters
    ----------
    field : Field
    region : Region
    contrast_sd : float
        Contrast in noise SD where the noise is known well; from 15 on the edge may be softer.
    """
    longest_mm = math.hypot(*field.sides_mm(region.rectangle))
    if longest_mm <= _SOFT_FROM_MM:
        return False
    width_mm = cv2.countNonZero(region.inside) * field.pixel_mm2 / longest_mm
    if width_mm < _THINNEST * longest_mm:
        return True
    narrowest, widest = _SOFT_EDGE_MM
    share = _SOFT_SHARE if contrast_sd < _BRIGHT_SD else _BRIGHT_SHARE
    return edge_sigma_mm(field, region) > min(max(share * width_mm, narrowest), widest)
