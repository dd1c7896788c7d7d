"""How far a place is from the skin that the image shows."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Breast

# A breast that ends in a straight line this long is cut off there: skin is round. Our choice.
_STRAIGHT_MM = 30.0
_STEP_MM = 0.4


def skin_distances_mm(
    places: Sequence[tuple[float, float]], breast: Breast, spacing: Spacing
) -> tuple[float | None, ...]:
    """Return the distance from each place to the nearest skin in the image, mm.

    Skin is where the breast meets air. Neither the edge of the image, nor the chest wall, nor a
    dark border beside the chest wall, nor the straight end of a breast that a border cuts off
    above or below is skin.

    Parameters
    ----------
    places : sequence of (float, float)
        `row, column`, reading frame, 0-based pixel centres.
    breast : Breast
    spacing : Spacing
        Of the reading frame.

    Returns
    -------
    tuple of (float or None)
        To the centre of the nearest pixel of air, at least 0; all None when no skin is seen.
    """
    if not places:
        return ()
    skin = np.argwhere(_skin(breast, spacing))
    if len(skin) == 0:
        return (None,) * len(places)
    return tuple(_nearest_mm(skin, place, breast, spacing) for place in places)


def edge_distances_mm(
    breast: Breast, places: NDArray[np.float64], pitch_mm: float
) -> NDArray[np.float64]:
    """Return the distance of each place to the nearest point outside the breast, mm.

    Faster and cruder than `skin_distances_mm`: what a describer weighs. Edges of the image are no
    skin; the chest wall and a border beside it may be taken for it.

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
    # The square is whole. Left as it is, the last digit follows the number of OpenCV's threads.
    squared = np.rint(cv2.distanceTransform(coarse, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) ** 2)
    away = np.sqrt(squared) * step * pitch_mm
    at = (places - (breast.box.top, breast.box.left)) / step
    rows, columns = np.clip(np.rint(at).astype(np.intp), 0, np.array(coarse.shape) - 1).T
    return np.asarray(away[rows, columns], np.float64)


def _nearest_mm(
    skin: NDArray[np.intp], place: tuple[float, float], breast: Breast, spacing: Spacing
) -> float:
    """Return how far the nearest of some pixels of the box is."""
    away = skin + np.array([breast.box.top - place[0], breast.box.left - place[1]])
    return float(np.hypot(away[:, 0] * spacing.row_mm, away[:, 1] * spacing.column_mm).min())


def _skin(breast: Breast, spacing: Spacing) -> NDArray[np.bool_]:
    """Mark the pixels of air that touch the breast where skin must lie between them."""
    tissue: NDArray[np.bool_] = breast.mask.astype(bool)
    grown = np.asarray(cv2.dilate(breast.mask, np.ones((3, 3), np.uint8)), np.uint8).astype(bool)
    held, wall = np.asarray(tissue.any(axis=1)), np.argmax(tissue, axis=1)
    beyond_wall = np.arange(tissue.shape[1])[None, :] >= wall[:, None]
    air: NDArray[np.bool_] = beyond_wall | ~held[:, None]
    skin: NDArray[np.bool_] = grown & ~tissue & air
    rows = np.flatnonzero(held)
    if len(rows) == 0:
        return skin
    for end, beyond in ((rows[0], slice(0, rows[0])), (rows[-1], slice(rows[-1] + 1, None))):
        if tissue[end].sum() * spacing.column_mm > _STRAIGHT_MM:
            skin[beyond] = False
    return skin
