"""The canvas of a breast that was not simulated: found, not drawn."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.texture import as_field
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import BreastSettings

PITCH_MM = 0.2
# Sides of a pixel may differ by this factor.
_SQUARE_TO = 1.02


def known_pitch_mm(mammogram: Mammogram) -> float:
    """Return the distance between pixel centres, mm.

    Raises
    ------
    UsageError
        When the spacing is unknown, as particles have sizes in millimetres; or when pixels are
        not square, as particles drawn on them would be stretched.
    """
    if mammogram.spacing is None:
        raise UsageError(
            "a mammogram of unknown spacing", "millimetres per pixel", "state the spacing"
        )
    rows, columns = mammogram.spacing.row_mm, mammogram.spacing.column_mm
    if max(rows, columns) > _SQUARE_TO * min(rows, columns):
        raise UsageError(
            f"pixels of {rows:g} x {columns:g} mm", "square pixels", "resample the mammogram first"
        )
    return mammogram.spacing.mean_mm


def canvas_of(mammogram: Mammogram, settings: BreastSettings | None = None) -> Canvas:
    """Return the geometry of any mammogram's breast, reading frame.

    The breast is what `analysis.breast.find_breast` finds; the nipple is taken to be its point
    farthest from the chest wall. Where the image ends, tissue is taken to go on: only air
    counts as beyond the skin.

    Raises
    ------
    UsageError
        When the spacing is unknown, or pixels are not square.
    NoBreastError
        When there is no breast.
    """
    pitch_mm = known_pitch_mm(mammogram)
    breast = find_breast(mammogram, pitch_mm, settings or BreastSettings())
    full = np.zeros(mammogram.shape, np.uint8)
    full[breast.box.slices] = breast.mask
    rows, columns = (max(32, round((n - 1) * pitch_mm / PITCH_MM) + 1) for n in full.shape)
    # Pixel centres of both grids meet in the first corner, as a canvas promises.
    at = [
        np.clip(np.rint(np.arange(n) * PITCH_MM / pitch_mm).astype(int), 0, full.shape[axis] - 1)
        for axis, n in enumerate((rows, columns))
    ]
    mask: NDArray[np.uint8] = np.ascontiguousarray(full[np.ix_(*at)])
    walled = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = np.minimum(cv2.distanceTransform(walled, cv2.DIST_L2, 5)[1:-1, 1:-1], max(mask.shape))
    return Canvas(
        shape=(rows, columns),
        pitch_mm=PITCH_MM,
        mask=mask,
        depth=as_field(depth * np.float32(PITCH_MM)),
        nipple_mm=(breast.tip_row * pitch_mm, breast.tip_column * pitch_mm),
        view=mammogram.view,
    )
