"""Noise around a place in a mammogram of any grey scale, and what calcium adds to it."""

import math

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.particles import Stamp
from calcsight.simulation.texture import Field, as_field
from calcsight.terms.errors import UsageError

RING_INNER_MM = 0.6
RING_OUTER_MM = 1.5
# Standard deviation of a normal distribution over its median absolute deviation.
_SD_OVER_MAD = 1.4826
_LEAST_SHARE = 1e-3
_ROUNDS = 4
_FAR_SD = 3.0


def ring_around(
    background: Field, row: float, column: float, pitch_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return rows, columns (from the place) and values of the pixels of a ring around a place.

    The ring runs from 0.6 mm to 1.5 mm from the place (3 mm across).
    """
    reach = int(np.ceil(RING_OUTER_MM / pitch_mm)) + 1
    top, left = max(0, round(row) - reach), max(0, round(column) - reach)
    patch = background[top : round(row) + reach + 1, left : round(column) + reach + 1]
    rows = np.arange(patch.shape[0], dtype=np.float64)[:, None] + top - row
    columns = np.arange(patch.shape[1], dtype=np.float64)[None, :] + left - column
    distance = np.hypot(rows, columns) * pitch_mm
    inside = (distance >= RING_INNER_MM) & (distance <= RING_OUTER_MM)
    at = np.broadcast_arrays(rows, columns)
    return at[0][inside], at[1][inside], patch[inside].astype(np.float64)


def noise_sd(background: Field, row: float, column: float, pitch_mm: float) -> float:
    """Return the standard deviation in a ring around a place, robust to what else lies there.

    The same ring as `insertion.local_sd`, but the plane through its values is taken out and the
    rest measured by the median absolute deviation (times 1.4826), so that the slope of the
    breast or a bright line across the ring does not count as noise. On plain noise both agree.

    Parameters
    ----------
    background : array (rows, columns), float32
        Any grey scale, before any particle is put in.
    row, column : float
        0-based pixel centres.
    pitch_mm : float

    Raises
    ------
    UsageError
        When the values around the place do not vary at all.
    """
    rows, columns, values = ring_around(background, row, column, pitch_mm)
    if len(values) == 0 or np.ptp(values) == 0:
        raise UsageError(
            f"no noise around row {row:.0f}, column {column:.0f}",
            "grey values that vary",
            "put the particle where the image is not saturated",
        )
    plane = np.stack([rows, columns, np.ones_like(rows)], 1)
    kept = np.ones(len(values), dtype=bool)
    for _ in range(_ROUNDS):
        # What lies far off the plane (a vessel, an edge) must not tilt it.
        flat = values - plane @ np.linalg.lstsq(plane[kept], values[kept], rcond=None)[0]
        flat -= np.median(flat[kept])
        deviation = float(np.median(np.abs(flat))) * _SD_OVER_MAD
        near = np.abs(flat) <= _FAR_SD * deviation
        kept = near if near.sum() >= len(values) // 2 else kept
    # Coarsely quantised noise may have most values equal: then the plain deviation.
    return deviation if deviation > _LEAST_SHARE * float(values.std()) else float(flat.std())


def fine_noise_sd(background: Field, stamp: Stamp) -> float:
    """Return the part of the noise that changes from pixel to pixel, as quantum noise does.

    From the differences of neighbours in and around the stamp, by their median absolute
    deviation; what the detector's blur makes alike in neighbours is left out.
    """
    rows, columns = stamp.contrast.shape
    patch = background[
        max(stamp.top - 10, 0) : stamp.top + rows + 10,
        max(stamp.left - 10, 0) : stamp.left + columns + 10,
    ]
    steps = np.diff(patch.astype(np.float64), axis=1)
    deviation = float(np.median(np.abs(steps - np.median(steps)))) * _SD_OVER_MAD
    return deviation / math.sqrt(2.0)


def excess_variance(signal: Field, fine_sd: float, grey_per_log_exposure: float) -> Field:
    """Return the variance that fewer photons add to noise that is already there.

    Behind calcium that adds s to the log exposure arrive exp(-s) of the photons, and the
    variance of the log of a Poisson count is one over the count.

    Parameters
    ----------
    signal : array
        What the calcium adds, grey values.
    fine_sd : float
        Quantum noise where there is no calcium, grey values.
    grey_per_log_exposure : float
    """
    added = np.clip(signal / np.float32(grey_per_log_exposure), 0.0, 2.0)
    return as_field(np.expm1(added) * np.float32(fine_sd**2))
