"""Flat bright regions: markers, clips, plates and over-exposed film hold no calcification."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import box_mean, enlarged, gaussian_mean, shrunk

_GRID_MM = 0.2
_FINE_MM = 0.1
# A plateau's fine structure is under this share of the breast's median: metal stops every photon
# and saturated pixels stop counting, whereas calcium keeps the noise of what passes.
_FLAT_SHARE = 0.3
_BRIGHT_PERCENTILE = 95.0
# This near the highest grey, as a share of the range, a pixel is clipped (crosses and wires).
_CLIPPED_SHARE = 0.005
_SMALLEST_MM2 = 0.8
# Halo of edge enhancement and blur around a marker.
_HALO_MM = 0.9


def plateaus(
    pixels: NDArray[np.float32], mask: NDArray[np.uint8], pitch_mm: float
) -> NDArray[np.uint8]:
    """Find bright regions without noise, or clipped, of at least 0.8 mm2, grown by their halo.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        Grey values of the breast box, dense = bright.
    mask : array of the same shape, uint8
        1 inside the breast.
    pitch_mm : float

    Returns
    -------
    array of the same shape, uint8
        1 on plateaus and their halo.
    """
    step = max(1, round(_GRID_MM / pitch_mm))
    fine = np.abs(pixels - gaussian_mean(pixels, max(0.5, _FINE_MM / pitch_mm)))
    level = shrunk(pixels, step)
    inside = shrunk(mask, step) > 0.5
    if not inside.any():
        return np.zeros_like(mask)
    roughness = box_mean(shrunk(fine, step), 3)
    flat = roughness <= _FLAT_SHARE * float(np.median(roughness[inside]))
    bright = level >= float(np.percentile(level[inside], _BRIGHT_PERCENTILE))
    lowest, highest = float(pixels.min()), float(pixels.max())
    top = highest - _CLIPPED_SHARE * (highest - lowest)
    clipped = shrunk((pixels >= top).astype(np.float32), step) > 0.5
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (((flat & bright) | clipped) & inside).astype(np.uint8), connectivity=8
    )
    # The window for roughness has eaten one grid step all round: count it as part of the region.
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].sum(axis=1)
    areas_px = stats[:, cv2.CC_STAT_AREA] + sides
    large = np.flatnonzero(areas_px * (step * pitch_mm) ** 2 >= _SMALLEST_MM2)
    found = np.isin(labels, large[large > 0]).astype(np.uint8)
    if count < 2 or not found.any():
        return np.zeros_like(mask)
    width = 2 * max(1, round(_HALO_MM / (step * pitch_mm))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    grown = np.asarray(cv2.dilate(found, disc), np.float32)
    return (enlarged(grown, pixels.shape) > 0.5).astype(np.uint8)
