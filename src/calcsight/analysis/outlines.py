"""The outlines of traced particles between the pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.borders import Border, find_border
from calcsight.analysis.field import Field, Rectangle
from calcsight.analysis.polygons import Polygons
from calcsight.analysis.regions import Region

# The last step towards the level never goes farther than this many parts.
_LONGEST_STEP = 1.5
_FLATTEST = float(np.finfo(np.float32).tiny)
# What covers less than this is drawn as a diamond as wide as a pixel.
_SMALLEST_PX2 = 0.1
_DIAMOND = np.array([[0.0, -0.5], [0.5, 0.0], [0.0, 0.5], [-0.5, 0.0]], np.float32)


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


def draw_outlines(field: Field, regions: Sequence[Region]) -> list[Outline]:
    """Draw the outline of each region at its fraction of the contrast, between the pixels.

    The border of the interpolated pixels above the level is moved along the gradient onto the
    level (one Newton step).

    Returns
    -------
    list of Outline
        In the order of the regions.
    """
    if not regions:
        return []
    borders = [find_border(field, region) for region in regions]
    points, starts = _on_level(borders)
    areas, centroids = Polygons(
        points=points.astype(np.float64), starts=starts
    ).areas_and_centroids()
    outlines = []
    ends = [*starts[1:].tolist(), len(points)]
    for index, (border, start, end) in enumerate(zip(borders, starts.tolist(), ends, strict=True)):
        own = points[start:end]
        if areas[index] < _SMALLEST_PX2:
            own = _DIAMOND + centroids[index].astype(np.float32)
        outlines.append(
            Outline(
                points=own,
                window=border.window,
                contrast=border.contrast,
                smoothing_mm=border.smoothing_mm,
            )
        )
    return outlines


def _on_level(borders: Sequence[Border]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Move border parts along the gradient onto the level.

    Returns
    -------
    points : array (n, 2), float32
        `column, row` in pixels of the windows, border after border.
    starts : array (k,), intp
        Where each border begins.
    """
    sizes = np.array([len(border.points) for border in borders], np.intp)
    points = np.concatenate([border.points for border in borders]).astype(np.float32)
    here, right, left, below, above = np.concatenate([border.cross for border in borders], axis=1)
    level = np.repeat(np.array([border.level for border in borders], np.float32), sizes)
    parts = np.repeat(np.array([border.parts for border in borders], np.float32), sizes)
    across, down = (right - left) / 2, (below - above) / 2
    slope = np.sqrt(across * across + down * down) + _FLATTEST
    step = np.minimum((here - level) / slope, _LONGEST_STEP) / slope
    points -= np.stack([across, down], axis=1) * step[:, None]
    points = (points + np.float32(0.5)) / parts[:, None] - np.float32(0.5)
    return points, np.cumsum(sizes) - sizes
