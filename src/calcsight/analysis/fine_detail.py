"""The fine detail of two views in local noise SD, made equally sharp, one laid over the other."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.background import flatten, local_noise
from calcsight.analysis.breast import find_breast
from calcsight.analysis.filters import enlarged, gaussian_mean, shrunk
from calcsight.analysis.local_shifts import local_shifts
from calcsight.terms.errors import SpacingError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing

Detail = NDArray[np.float32]

# Both views are brought to about this pitch, and to this sharpness (sigma) unless one of them
# is too coarse for it.
_PITCH_MM = 0.12
_SHARPNESS_MM = 0.1
_COARSE_PIXELS = 0.6
# What is broader than this (sigma) is tissue and no particle.
_BROAD_MM = 0.5
# A pixel averages over its square: a Gaussian of this share of its side is as wide.
_PIXEL_SIGMA = 1.0 / np.sqrt(12.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detailed:
    """Fine detail of one view, in local noise SD.

    Parameters
    ----------
    detail : array (rows, columns), float32
        Reading frame, shrunk by `step`; 0 where no particle is looked for.
    shown : array of the same shape, uint8
        1 where a particle would be looked for.
    step : int
        How many pixels of the mammogram one of `detail` is wide.
    pitch_mm : tuple of float
        Distance between rows, between columns of `detail`.
    """

    detail: Detail
    shown: NDArray[np.uint8]
    step: int
    pitch_mm: tuple[float, float]


def detailed_pair(current: Mammogram, prior: Mammogram) -> tuple[Detailed, Detailed]:
    """Return the fine detail of two views, made equally sharp.

    Raises
    ------
    SpacingError
        When the spacing of one of them is unknown.
    """
    pitches = [_known(one).mean_mm * _step(one) for one in (current, prior)]
    sharpness_mm = max(_SHARPNESS_MM, _COARSE_PIXELS * max(pitches))
    return _detailed(current, sharpness_mm), _detailed(prior, sharpness_mm)


def laid_over(
    now: Detailed, before: Detailed, registration: Registration
) -> tuple[Detail, NDArray[np.uint8]]:
    """Lay the prior's detail over the current one's.

    Returns
    -------
    laid : array, float32
        The prior's detail on the current one's pixels.
    shown : array of the same shape, uint8
        1 where both show breast.
    """
    down, right = _prior_pixels(now, before, registration)
    laid = _resampled(before.detail, down, right)
    shown = now.shown & (_resampled(before.shown.astype(np.float32), down, right) > 0.5)
    shown = np.asarray(shown, np.uint8)
    moved = local_shifts(now.detail, laid, shown, now.pitch_mm[0])
    scale = [one / other for one, other in zip(now.pitch_mm, before.pitch_mm, strict=True)]
    laid = _resampled(before.detail, down + moved[0] * scale[0], right + moved[1] * scale[1])
    return laid, shown


def _known(mammogram: Mammogram) -> Spacing:
    """Return the spacing, or refuse."""
    if mammogram.spacing is None:
        raise SpacingError(
            f"{mammogram.uid}: unknown pixel spacing",
            "millimetres per pixel of both views",
            "state the spacing",
        )
    return mammogram.spacing


def _step(mammogram: Mammogram) -> int:
    return max(1, round(_PITCH_MM / _known(mammogram).mean_mm))


def _detailed(mammogram: Mammogram, sharpness_mm: float) -> Detailed:
    """Flatten a view and smooth it to a common sharpness."""
    spacing, step = _known(mammogram), _step(mammogram)
    small = replace(
        mammogram,
        pixels=shrunk(mammogram.pixels, step),
        spacing=replace(spacing, row_mm=spacing.row_mm * step, column_mm=spacing.column_mm * step),
    )
    pitch_mm, settings = spacing.mean_mm * step, Settings()
    view = flatten(small, find_breast(small, pitch_mm, settings.breast), pitch_mm, settings)
    own_mm = _PIXEL_SIGMA * pitch_mm
    sigma_px = float(np.sqrt(max(sharpness_mm**2 - own_mm**2, own_mm**2))) / pitch_mm
    smooth = gaussian_mean(view.pixels, sigma_px)
    smooth -= gaussian_mean(view.pixels, _BROAD_MM / pitch_mm)
    window_px = settings.background.noise_window_mm / pitch_mm
    shrink = max(1, round(window_px / 12.0))
    noise = enlarged(local_noise(smooth, view.mask, shrink, window_px), smooth.shape)
    detail: Detail = np.zeros(small.shape, np.float32)
    shown: NDArray[np.uint8] = np.zeros(small.shape, np.uint8)
    shown[view.box.slices] = view.mask
    detail[view.box.slices] = smooth / noise * view.mask
    return Detailed(
        detail=detail,
        shown=shown,
        step=step,
        pitch_mm=(spacing.row_mm * step, spacing.column_mm * step),
    )


def _prior_pixels(
    now: Detailed, before: Detailed, registration: Registration
) -> tuple[Detail, Detail]:
    """Say for every pixel of the current detail where in the prior's it lies."""
    rows, columns = now.detail.shape
    down_mm, right_mm = (
        (np.arange(count, dtype=np.float32) + 0.5) * pitch - 0.5 * pitch / now.step
        for count, pitch in zip((rows, columns), now.pitch_mm, strict=True)
    )
    # An affine map reads the field at the place of each pixel; beyond its last point it goes on.
    grid = np.float32(registration.grid_mm)
    scale = np.array(
        [
            [now.pitch_mm[1] / grid, 0.0, right_mm[0] / grid],
            [0.0, now.pitch_mm[0] / grid, down_mm[0] / grid],
        ]
    )
    moved = [
        cv2.warpAffine(
            one,
            scale,
            (columns, rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for one in registration.to_prior
    ]
    places_mm = (moved[0] + down_mm[:, None], moved[1] + right_mm[None, :])
    down, right = (
        (place + np.float32(0.5 * pitch / before.step)) / np.float32(pitch) - np.float32(0.5)
        for place, pitch in zip(places_mm, before.pitch_mm, strict=True)
    )
    return np.asarray(down, np.float32), np.asarray(right, np.float32)


def _resampled(image: Detail, down: Detail, right: Detail) -> Detail:
    """Read an image at places, linearly; 0 beyond it."""
    return np.asarray(cv2.remap(image, right, down, cv2.INTER_LINEAR), np.float32)
