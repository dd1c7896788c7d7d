"""One particle as a small picture of contrast: drawn finely, blurred, brought to pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.detector import Kernel, blurred
from calcsight.simulation.inner_structure import inner_seed, thickness
from calcsight.simulation.outlines import Outline, max_feret
from calcsight.simulation.texture import Field
from calcsight.simulation.truth import Kind

Calcium = Callable[[Kind, NDArray[np.uint8], int], Field]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stamp:
    """Contrast of one particle on the view's pixels.

    Parameters
    ----------
    top, left : int
        Where `contrast[0, 0]` lies.
    contrast : array (rows, columns), float32
        Peak 1 after detector blur.
    """

    top: int
    left: int
    contrast: Field


def oversampling_for(diameter_mm: float, pitch_mm: float) -> int:
    """Fine samples per pixel: at least 4, and at least 12 across the particle up to 12."""
    return int(np.clip(np.ceil(12.0 * pitch_mm / diameter_mm), 4, 12))


def stamp_particle(
    outline_px: Outline,
    plate: Kind | None,
    kernel: Kernel,
    fine: int,
    calcium: Calcium = thickness,
) -> Stamp:
    """Draw one particle.

    Parameters
    ----------
    outline_px : array (n, 2)
        `row, column` of the outline in the view's pixels, 0-based pixel centres.
    plate : Kind or None
        The kind whose thickness profile is drawn; None = a flat plate.
    kernel : array
        Point spread sampled on the fine grid.
    fine : int
        Fine samples per pixel.
    calcium : callable
        (kind, inside, seed) to that profile.

    Returns
    -------
    Stamp
        The pixel value is the mean over its fine samples (the pixel's aperture).
    """
    margin = int(np.ceil(kernel.shape[0] / 2 / fine)) + 2
    low = np.floor(outline_px.min(axis=0)).astype(int) - margin
    high = np.ceil(outline_px.max(axis=0)).astype(int) + margin + 1
    size = (high - low) * fine
    # Pixel (0, 0) of the patch covers fine samples 0 .. fine - 1; centres differ by half of it.
    local = (outline_px - low + 0.5) * fine - 0.5
    inside = np.zeros(size, np.uint8)
    cv2.fillPoly(inside, [np.rint(local[:, ::-1] * 256).astype(np.int32)], 1, shift=8)
    flat = inside.astype(np.float32)
    picture = blurred(
        flat if plate is None else calcium(plate, inside, inner_seed(outline_px)), kernel
    )
    shape = (high[0] - low[0], fine, high[1] - low[1], fine)
    pixels = picture.reshape(shape).mean(axis=(1, 3), dtype=np.float32)
    return Stamp(
        top=int(low[0]),
        left=int(low[1]),
        contrast=np.ascontiguousarray(pixels / max(float(pixels.max()), 1e-9)),
    )


def overlap(
    stamp: Stamp, shape: tuple[int, ...]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return where a stamp lies in an image, and the part of the stamp that lies there."""
    rows, columns = stamp.contrast.shape
    top, left = max(stamp.top, 0), max(stamp.left, 0)
    bottom = max(top, min(stamp.top + rows, shape[0]))
    right = max(left, min(stamp.left + columns, shape[1]))
    return (slice(top, bottom), slice(left, right)), (
        slice(top - stamp.top, bottom - stamp.top),
        slice(left - stamp.left, right - stamp.left),
    )


def add_stamp(signal: Field, stamp: Stamp, peak: float) -> None:
    """Add one particle to `signal` in place, its peak `peak`; what lies outside is cut."""
    image, part = overlap(stamp, signal.shape)
    signal[image] += stamp.contrast[part] * np.float32(peak)


def placed(unit: Outline, centre_px: NDArray[np.float64], diameter_px: float) -> Outline:
    """Scale an outline of maximum Feret 1 and centroid 0, and put it at a place."""
    return np.asarray(unit * (diameter_px / max_feret(unit)) + centre_px)
