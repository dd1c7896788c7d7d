"""Where a reading looked for particles: what it left out shows nothing, and clears nothing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.analysis.listed import Numbers
from calcsight.analysis.plateaus import plateaus
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import Reading
from calcsight.terms.settings import BreastSettings

# The noise that a plateau makes around itself hides particles within half of its window.
_BLINDED_MM = 1.5


def looked_at(reading: Reading, places_mm: Numbers) -> NDArray[np.bool_]:
    """Tell at which places of a breast a reading looked for particles.

    Not on the markers, plates and over-exposed tissue that it left out
    (`Limitation.PLATEAU_LEFT_OUT`), nor so near to them that their noise blinds it. The breast is
    found with the usual settings.

    Parameters
    ----------
    reading : Reading
        Its mammogram is of known spacing.
    places_mm : array (n, 2), float64
        (down, right) from the first pixel's centre, mm, reading frame.

    Returns
    -------
    array (n,), bool
    """
    mammogram = reading.mammogram
    seen = np.ones(len(places_mm), bool)
    if Limitation.PLATEAU_LEFT_OUT not in reading.limitations or mammogram.spacing is None:
        return seen
    pitch_mm = mammogram.spacing.mean_mm
    breast = find_breast(mammogram, pitch_mm, BreastSettings())
    pixels = np.ascontiguousarray(mammogram.pixels[breast.box.slices])
    width = 2 * max(1, round(_BLINDED_MM / pitch_mm)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    left_out = np.asarray(cv2.dilate(plateaus(pixels, breast.mask, pitch_mm), disc))
    sides_mm = np.array([mammogram.spacing.row_mm, mammogram.spacing.column_mm])
    at = np.rint(places_mm / sides_mm).astype(int) - (breast.box.top, breast.box.left)
    inside = np.all((at >= 0) & (at < left_out.shape), axis=1)
    seen[inside] = left_out[tuple(at[inside].T)] == 0
    return seen
