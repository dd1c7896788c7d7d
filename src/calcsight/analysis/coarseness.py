"""Where in a breast coarse pieces may lie: broad places far brighter than all around."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import gaussian_mean, shrunk, where_masked
from calcsight.terms.stages import FlatView

# Rise and noise are looked at in cells about this wide.
_CELL_MM = 0.4
# What a coarse piece rises over: the mean under a Gaussian much wider than itself.
_SURROUND_SIGMA_MM = 6.0
# The calmest noise this near; the piece's own edge is not in it.
_NOISE_REACH_MM = 5.0
_RISE_SD = 3.0


def coarse_places(view: FlatView, pitch_mm: float) -> NDArray[np.uint8]:
    """Mark where a coarse piece may lie.

    At least 3 x 3 cells of 0.4 mm rise over the mean under a wide Gaussian by three times the
    calmest noise within 5 mm; a cell more is marked around them. Specks and thin rods are not.

    Parameters
    ----------
    view : FlatView
    pitch_mm : float
        Distance between pixel centres, mm.

    Returns
    -------
    array, uint8
        1 where one may lie; the box, shrunk.
    """
    step = cell_px(pitch_mm)
    sigma = _SURROUND_SIGMA_MM / (step * pitch_mm)
    pixels = shrunk(view.pixels, step)
    mask = (view.mask[::step, ::step] > 0).view(np.uint8)
    weight = gaussian_mean(mask.astype(np.float32), sigma)
    around = gaussian_mean(where_masked(pixels, mask), sigma) / np.maximum(weight, 1e-3)
    reach = 2 * max(1, round(_NOISE_REACH_MM / (step * pitch_mm))) + 1
    noise = cv2.erode(
        np.ascontiguousarray(view.noise[::step, ::step]), np.ones((reach, reach), np.uint8)
    )
    broad = (pixels - around > _RISE_SD * noise).astype(np.uint8)
    block = np.ones((3, 3), np.uint8)
    broad = np.asarray(cv2.morphologyEx(broad, cv2.MORPH_OPEN, block), np.uint8)
    return np.asarray(cv2.dilate(broad, block), np.uint8)


def cell_px(pitch_mm: float) -> int:
    """Side of a cell, pixels."""
    return max(1, round(_CELL_MM / pitch_mm))
