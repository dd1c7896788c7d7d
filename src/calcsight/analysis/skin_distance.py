"""How far from the skin something lies in the plane of the image."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.terms.stages import Breast

_STEP_MM = 0.4


def skin_distances_mm(
    breast: Breast, places: NDArray[np.float64], pitch_mm: float
) -> NDArray[np.float64]:
    """Return the distance of each place to the nearest point outside the breast, mm.

    Edges of the image are no skin.

    Parameters
    ----------
    breast : Breast
    places : array (n, 2)
        `row, column`, reading frame.
    pitch_mm : float

    Returns
    -------
    array (n,), float64
        0 outside the breast; right to about half a millimetre.
    """
    step = max(1, round(_STEP_MM / pitch_mm))
    coarse = np.ascontiguousarray(breast.mask[::step, ::step] > 0).astype(np.uint8)
    if coarse.all():
        return np.full(len(places), np.inf)
    away = cv2.distanceTransform(coarse, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * step * pitch_mm
    at = (places - (breast.box.top, breast.box.left)) / step
    rows, columns = np.clip(np.rint(at).astype(np.intp), 0, np.array(coarse.shape) - 1).T
    return np.asarray(away[rows, columns], np.float64)
