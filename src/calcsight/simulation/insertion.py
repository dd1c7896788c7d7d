"""Putting particles into a background with a stated contrast."""

import numpy as np

from calcsight.simulation.particles import Stamp
from calcsight.simulation.texture import Field

RING_INNER_MM = 0.6
RING_OUTER_MM = 1.5


def local_sd(background: Field, row: float, column: float, pitch_mm: float) -> float:
    """Return the standard deviation of the pixels in a ring around a place.

    The ring runs from 0.6 mm to 1.5 mm from the place (3 mm across); nothing is smoothed and
    no trend is taken out.

    Parameters
    ----------
    background : array (rows, columns), float32
        Log exposure with noise, before any particle is put in.
    row, column : float
        0-based pixel centres.
    pitch_mm : float
    """
    reach = int(np.ceil(RING_OUTER_MM / pitch_mm)) + 1
    top, left = max(0, round(row) - reach), max(0, round(column) - reach)
    patch = background[top : round(row) + reach + 1, left : round(column) + reach + 1]
    rows = np.arange(patch.shape[0], dtype=np.float64)[:, None] + top - row
    columns = np.arange(patch.shape[1], dtype=np.float64)[None, :] + left - column
    distance = np.hypot(rows, columns) * pitch_mm
    ring = patch[(distance >= RING_INNER_MM) & (distance <= RING_OUTER_MM)]
    return float(ring.astype(np.float64).std())


def add_stamp(signal: Field, stamp: Stamp, peak: float) -> None:
    """Add one particle to `signal` in place, its peak `peak`; what lies outside is cut."""
    rows, columns = stamp.contrast.shape
    top, left = max(stamp.top, 0), max(stamp.left, 0)
    bottom = min(stamp.top + rows, signal.shape[0])
    right = min(stamp.left + columns, signal.shape[1])
    if top >= bottom or left >= right:
        return
    part = stamp.contrast[
        top - stamp.top : bottom - stamp.top, left - stamp.left : right - stamp.left
    ]
    signal[top:bottom, left:right] += part * np.float32(peak)
