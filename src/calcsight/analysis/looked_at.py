"""Where a reading looked for particles: what it left out shows nothing, and clears nothing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.background import searched
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

    Not beyond the breast nor in the margin along its skin, where tissue ends and nothing is
    searched: where a file was blacked out, too. Not on the markers, plates and over-exposed
    tissue that it left out (`Limitation.PLATEAU_LEFT_OUT`), nor so near to them that their noise
    blinds it. The breast is found with the usual settings.

    Parameters
    ----------
    reading : Reading
        Its mammogram is of known spacing.
    places_mm : array (n, 2), float64
        (down, right) from the first pixel's centre, mm, reading frame.

    Returns
    -------
    array (n,), bool

    Raises
    ------
    NoBreastError
        When there is no breast in its mammogram.
    """
    mammogram = reading.mammogram
    if not len(places_mm) or mammogram.spacing is None:
        return np.ones(len(places_mm), bool)
    pitch_mm, settings = mammogram.spacing.mean_mm, BreastSettings()
    breast = find_breast(mammogram, pitch_mm, settings)
    looked = searched(breast.mask, pitch_mm, settings)
    if Limitation.PLATEAU_LEFT_OUT in reading.limitations:
        pixels = np.ascontiguousarray(mammogram.pixels[breast.box.slices])
        width = 2 * max(1, round(_BLINDED_MM / pitch_mm)) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        blinded = np.asarray(cv2.dilate(plateaus(pixels, breast.mask, pitch_mm), disc))
        looked = np.where(blinded > 0, np.uint8(0), looked)
    sides_mm = np.array([mammogram.spacing.row_mm, mammogram.spacing.column_mm])
    at = np.rint(places_mm / sides_mm).astype(int) - (breast.box.top, breast.box.left)
    inside = np.all((at >= 0) & (at < looked.shape), axis=1)
    seen = np.zeros(len(at), bool)
    seen[inside] = looked[tuple(at[inside].T)] > 0
    return seen
