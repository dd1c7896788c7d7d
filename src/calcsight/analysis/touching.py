"""Specks that touch: one outline around several is cut where a valley lies between them."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import Field
from calcsight.analysis.regions import Region, flood, moved
from calcsight.analysis.seeds import Seed, calm_noise

# Up to this scale a candidate is a speck.
SPECK_SCALE_MM = 0.17
# Two particles are apart when the valley between them is this deep, in noise SD,
VALLEY_SD = 1.5
# and this share of the lower one's contrast: one object's own roughness leaves shallower ones.
_DEPTH = 0.3
# What is larger is not a handful of specks.
_LARGEST_MM = 2.5
# A speck cut out of its neighbours is at most this long; a part of a rod is longer.
_LONGEST_SPECK_MM = 0.6
_FRACTIONS = (0.6, 0.7, 0.8)


def lone_speck(field: Field, region: Region, seed: Seed) -> Region:
    """Cut a speck out of a region that holds other specks too.

    The outline is raised until the valley to another speck lies below it, both peaks clearly
    above it; the lowest outline that leaves the most others out is taken.

    Parameters
    ----------
    field : Field
        Knows where the specks are that may be (`specks`).
    region : Region
        Traced at half contrast.
    seed : Seed
        Where the region was traced from, or the brightest detail in it.

    Returns
    -------
    Region
        The same region when it is one object as far as can be told.
    """
    top, left, bottom, right = region.rectangle
    marks = field.specks[top:bottom, left:right]
    if cv2.countNonZero(marks) < 2 or max(field.sides_mm(region.rectangle)) > _LARGEST_MM:
        return region
    local = (seed.place[0] - region.window[0], seed.place[1] - region.window[1])
    specks = np.argwhere(marks & region.tight)
    if len(specks) < 2 or not _covers(region, local):
        return region
    specks += (top - region.window[0], left - region.window[1])
    flat = field.flat(region.window, region.smoothing_mm)
    noise = calm_noise(field.view, seed.place, field.row_mm, field.column_mm, region.noise)
    contrast = float(flat[local]) - region.background
    best, most = region, 0
    for fraction in _FRACTIONS:
        height = fraction * contrast
        if contrast - height < VALLEY_SD * noise:
            break
        inside, rectangle = flood(flat, local, region.background + height)
        rectangle = moved(rectangle, region.window)
        if max(field.sides_mm(rectangle)) > _LONGEST_SPECK_MM:
            continue
        left_out = _left_out(flat - region.background, inside, specks, height, noise)
        if left_out > most:
            best = replace(
                region,
                inside=inside,
                rectangle=rectangle,
                seed=seed.place,
                fraction=fraction,
                held=True,
            )
            most = left_out
    return best


def _covers(region: Region, local: tuple[int, int]) -> bool:
    """Tell whether a pixel of the region's window lies inside the region."""
    rows, columns = region.inside.shape
    return 0 <= local[0] < rows and 0 <= local[1] < columns and bool(region.inside[local])


def _left_out(
    rise: NDArray[np.float32],
    inside: NDArray[np.uint8],
    specks: NDArray[np.intp],
    height: float,
    noise: float,
) -> int:
    """Count the specks outside that stand clearly above `height`, the flood's level."""
    outside = specks[inside[specks[:, 0], specks[:, 1]] == 0]
    peaks = np.array(
        [
            np.where(inside[near] > 0, 0.0, rise[near]).max()
            for row, column in outside.tolist()
            for near in [np.s_[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]]
        ]
    )
    return int(((peaks - height >= VALLEY_SD * noise) & (peaks - height >= _DEPTH * peaks)).sum())
