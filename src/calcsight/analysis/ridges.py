"""Where a view is bright along a line: ridge strength and direction at a working pitch."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import gaussian_mean
from calcsight.terms.stages import FlatView

Image = NDArray[np.float32]

# A clip or a plate must not outshine everything within reach of the filters.
_MOST_SD = 15.0
_LEAST_SD = -5.0
_EDGE_MM = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ridges:
    """Ridges of one view on a coarser grid.

    Parameters
    ----------
    contrast : array (rows, columns), float32
        Over the local background, in local noise SD.
    mask : array of the same shape, uint8
        1 where lines may lie: the searched breast without 1 mm along its border.
    strength : array of the same shape, float32
        >= 0: curvature across the line times the squared filter size, the strongest of the sizes;
        0 outside the mask, and where a round spot curves as much both ways.
    along : array of the same shape, float32
        Direction of the line, radians from the column axis towards rising rows, -pi/2 to pi/2.
    pitch_mm : float
        Of this grid.
    scale : tuple of float
        Grid steps per pixel of the view, down and across.
    """

    contrast: Image
    mask: NDArray[np.uint8]
    strength: Image
    along: Image
    pitch_mm: float
    scale: tuple[float, float]

    def to_view(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (..., 2) grid points as pixels of the view's box."""
        return np.asarray((points + 0.5) / np.array(self.scale) - 0.5)


def find_ridges(view: FlatView, working_pitch_mm: float, sigmas_mm: tuple[float, ...]) -> Ridges:
    """Filter a view for bright lines.

    The second derivatives of Gaussian means give, at every point, the direction across which the
    picture bends most [1]_.

    Parameters
    ----------
    view : FlatView
    working_pitch_mm : float
        Finer views are shrunk to this pitch; coarser ones stay.
    sigmas_mm : tuple of float
        Sigmas of the Gaussians, mm; a bright band of width w answers most at about 0.4 w.

    References
    ----------
    .. [1] C. Steger, "An unbiased detector of curvilinear structures", IEEE Trans. Pattern
       Analysis and Machine Intelligence 20 (1998) 113-125.
    """
    contrast, mask, scale = _shrunk_contrast(view, working_pitch_mm)
    pitch_mm = view.pitch_mm / scale[0]
    best: Image | None = None
    along = np.zeros_like(contrast)
    for sigma_mm in sigmas_mm:
        strength, direction = _bent(contrast, sigma_mm / pitch_mm)
        if best is None:
            best, along = strength, direction
        else:
            np.copyto(along, direction, where=strength > best)
            np.maximum(best, strength, out=best)
    strength = np.zeros_like(contrast) if best is None else best
    strength *= mask
    return Ridges(
        contrast=contrast, mask=mask, strength=strength, along=along, pitch_mm=pitch_mm, scale=scale
    )


def _shrunk_contrast(
    view: FlatView, working_pitch_mm: float
) -> tuple[Image, NDArray[np.uint8], tuple[float, float]]:
    """Return the contrast in noise SD and where lines may lie, shrunk."""
    factor = min(1.0, view.pitch_mm / working_pitch_mm)
    rows, columns = (max(4, round(n * factor)) for n in view.pixels.shape)
    # Background and noise are smooth: single points of them do.
    small = [
        np.asarray(cv2.resize(one, (columns, rows), interpolation=how), np.float32)
        for one, how in (
            (view.pixels, cv2.INTER_AREA),
            (view.background, cv2.INTER_LINEAR),
            (view.noise, cv2.INTER_LINEAR),
        )
    ]
    mask: NDArray[Any] = cv2.resize(view.mask, (columns, rows), interpolation=cv2.INTER_NEAREST)
    # The edge of film, field and skin is a line too.
    margin = 2 * round(_EDGE_MM / (view.pitch_mm / factor)) + 1
    disc = np.ones((margin, margin), np.uint8)
    mask = cv2.erode(mask, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    contrast: NDArray[Any] = (small[0] - small[1]) / small[2]
    np.clip(contrast, _LEAST_SD, _MOST_SD, out=contrast)
    return (
        np.asarray(contrast, np.float32),
        np.asarray(mask, np.uint8),
        (rows / view.pixels.shape[0], columns / view.pixels.shape[1]),
    )


def _bent(contrast: Image, sigma_px: float) -> tuple[Image, Image]:
    """Return ridge strength and direction at one filter size."""
    mean = gaussian_mean(contrast, sigma_px)
    line = np.array([[1.0, -2.0, 1.0]], np.float32)
    slope = np.array([[-0.5, 0.0, 0.5]], np.float32)
    down = cv2.filter2D(mean, -1, line.T)
    right = cv2.filter2D(mean, -1, line)
    mixed = cv2.sepFilter2D(mean, -1, slope, slope)
    difference, total = right - down, right + down
    mixed = np.asarray(mixed * np.float32(2.0), np.float32)
    spread = cv2.magnitude(difference, mixed)
    # Curvature across minus that along when the line is a spot too; across alone on a saddle.
    strength = np.minimum(spread, (spread - total) * np.float32(0.5))
    np.maximum(strength, 0.0, out=strength)
    strength *= np.float32(sigma_px**2)
    # The eigenvector of the larger (least negative) curvature runs along the line.
    angle = cv2.phase(difference, mixed) * np.float32(0.5)
    angle = np.where(angle > np.float32(np.pi / 2), angle - np.float32(np.pi), angle)
    return np.asarray(strength, np.float32), np.asarray(angle, np.float32)
