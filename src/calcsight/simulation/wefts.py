"""Tissue as stretched power-law sheets that run many ways and are folded: no strand is drawn."""

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.sheaves import FINEST_GRID_MM, Weave
from calcsight.simulation.texture import (
    Field,
    as_field,
    band_field,
    displaced,
    enlarged,
    power_law_field,
    standardised,
)

_SHEETS = 4
_BROAD_MM = 1.0


def wefts(
    rng: np.random.Generator, canvas: Canvas, shape: tuple[int, int], pitch_mm: float, weave: Weave
) -> tuple[Field, Field]:
    """Draw stretched sheets; each shows where the tissue runs its way. See `sheaves.sheaves`."""
    grid_mm = max(pitch_mm, FINEST_GRID_MM)
    size = (
        int(np.ceil(shape[0] * pitch_mm / grid_mm)) + 2,
        int(np.ceil(shape[1] * pitch_mm / grid_mm)) + 2,
    )
    rows, columns = np.indices(size, dtype=np.float32) * np.float32(grid_mm)
    heading = np.arctan2(
        np.float32(canvas.nipple_mm[0]) - rows, np.float32(canvas.nipple_mm[1]) - columns
    )
    heading = heading + np.float32(weave.turn) * band_field(rng, size, grid_mm, 14.0)
    total = np.zeros(size, np.float32)
    for number in range(_SHEETS):
        angle = np.pi * (number + rng.uniform(-0.3, 0.3)) / _SHEETS
        stretch = (float(rng.uniform(1.3, 0.5 * weave.lengths[1])), float(angle))
        sheet = power_law_field(rng, size, grid_mm, weave.slope, stretch)
        alike = np.cos(np.float32(2.0) * (heading - np.float32(angle)))
        total += sheet * np.exp(np.float32(1.2) * alike)
    for fold_mm, reach_mm in ((9.0, 1.2), (2.5, 0.25)):
        reach = np.float32(reach_mm / grid_mm * rng.uniform(0.4, 1.0))
        down = band_field(rng, size, grid_mm, fold_mm) * reach
        right = band_field(rng, size, grid_mm, fold_mm) * reach
        total = displaced(total, down, right)
    total = standardised(total)
    bent = standardised(np.exp(np.clip(total, -3.5, 3.5) * np.float32(weave.skew)))
    fine = enlarged(bent, shape, pitch_mm / grid_mm) if grid_mm != pitch_mm else bent
    fine = as_field(fine[: shape[0], : shape[1]])
    broad = enlarged(_softened(bent, _BROAD_MM / grid_mm), canvas.shape, canvas.pitch_mm / grid_mm)
    return fine, broad


def _softened(field: Field, size_px: float) -> Field:
    """Blur to structures of about `size_px`."""
    return as_field(cv2.GaussianBlur(field, (0, 0), max(0.5, 0.4 * size_px)))
