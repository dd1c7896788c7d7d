"""Tissue as sheaves of fine strands of many widths, drawn by smearing noise along curved lines."""

from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.texture import (
    Field,
    as_field,
    band_field,
    enlarged,
    smeared,
    standardised,
)

# Widths of strands, mm; each layer is drawn on its own grid, no finer than this.
WIDTHS_MM = (0.1, 0.18, 0.33, 0.6, 1.1, 2.0, 3.7, 7.0)
FINEST_GRID_MM = 0.07
_GRID_SHARE = 0.45
_LAYERS_BELOW_MM = 0.5
_BROAD_MM = 1.0
# Strands narrower than this many pixels are not drawn.
_LEAST_PX = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Weave:
    """How the strands of one breast run.

    Parameters
    ----------
    slope : float
        Exponent of the power spectrum, about 3 in breast tissue (Burgess, Med Phys 1999).
    lengths : tuple of float
        Shortest and longest strand as multiples of its width.
    turn : float
        How far strands turn away from the nipple, radians (standard deviation).
    skew : float
        How much brighter strands are than the gaps between them are dark, 0-1.
    """

    slope: float
    lengths: tuple[float, float]
    turn: float
    skew: float


def sheaves(
    rng: np.random.Generator, canvas: Canvas, shape: tuple[int, int], pitch_mm: float, weave: Weave
) -> tuple[Field, Field]:
    """Draw strands of all widths.

    Parameters
    ----------
    rng : numpy.random.Generator
    canvas : Canvas
    shape, pitch_mm : tuple of int, float
        Size and pitch of the full image.
    weave : Weave

    Returns
    -------
    fine : array (rows, columns), float32
        At full resolution, mean 0, in units of a strand 1 mm wide.
    broad : array of the canvas's shape, float32
        The layers from 1 mm on, on the coarse grid.
    """
    fine = np.zeros(shape, np.float32)
    broad = np.zeros(canvas.shape, np.float32)
    for width_mm in WIDTHS_MM:
        # Power ~ f ** -b in two dimensions: amplitude per octave ~ width ** ((b - 2) / 2).
        gain = np.float32(width_mm ** ((weave.slope - 2.0) / 2.0))
        finest_mm = canvas.pitch_mm if width_mm >= _BROAD_MM else max(pitch_mm, FINEST_GRID_MM)
        grid_mm = max(finest_mm, width_mm * _GRID_SHARE)
        if width_mm >= _BROAD_MM:
            layer = _layer(rng, canvas, width_mm, grid_mm, weave)
            broad += gain * enlarged(layer, canvas.shape, canvas.pitch_mm / grid_mm)
        elif width_mm >= _LEAST_PX * pitch_mm:
            # Tissue lies in layers, and their finest strands cross.
            for _ in range(2 if width_mm < _LAYERS_BELOW_MM else 1):
                layer = _layer(rng, canvas, width_mm, grid_mm, weave)
                if grid_mm == pitch_mm:
                    fine += gain * layer[: shape[0], : shape[1]]
                else:
                    fine += gain * enlarged(layer, shape, pitch_mm / grid_mm)
    fine += enlarged(broad, shape, pitch_mm / canvas.pitch_mm)
    return fine, broad


def _layer(
    rng: np.random.Generator, canvas: Canvas, width_mm: float, grid_mm: float, weave: Weave
) -> Field:
    """Draw strands of one width on a grid of their own over the whole canvas."""
    rows, columns = (int(np.ceil(side * canvas.pitch_mm / grid_mm)) + 2 for side in canvas.shape)
    shape = (rows, columns)
    down, right = np.indices(shape, dtype=np.float32) * np.float32(-grid_mm)
    toward = np.arctan2(
        down + np.float32(canvas.nipple_mm[0]), right + np.float32(canvas.nipple_mm[1])
    )
    size_mm = float(rng.uniform(max(6.0, 5.0 * width_mm), max(30.0, 8.0 * width_mm)))
    turn = band_field(rng, shape, grid_mm, size_mm) * np.float32(weave.turn)
    angle = toward + turn + np.float32(rng.normal(0.0, 0.3))
    noise = rng.standard_normal(shape, dtype=np.float32)
    noise = as_field(cv2.GaussianBlur(noise, (0, 0), max(0.5, 0.4 * width_mm / grid_mm)))
    # The broader a strand, the shorter for its width.
    length_mm = min(width_mm * float(rng.uniform(*weave.lengths)), 4.0 + 3.0 * width_mm)
    strand = smeared(noise, (as_field(np.sin(angle)), as_field(np.cos(angle))), length_mm / grid_mm)
    # Strands come and go.
    presence = band_field(rng, shape, grid_mm, max(4.0, 4.0 * width_mm))
    strand = strand * np.exp(np.float32(weave.skew) * np.clip(presence, -2.5, 2.5))
    return standardised(np.exp(np.clip(strand, -4.0, 4.0) * np.float32(weave.skew)))
