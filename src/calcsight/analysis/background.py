"""Local background and local noise: the scale on which every contrast is judged."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import box_mean, enlarged, gaussian_mean, shrunk, where_masked
from calcsight.analysis.plateaus import plateaus
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import BreastSettings, Settings
from calcsight.terms.stages import Breast, FlatView

# Standard deviation of a normal variable over its mean absolute deviation.
SD_OVER_MEAN_ABSOLUTE = float(np.sqrt(np.pi / 2.0))
# Noise never falls under this share of the breast's median: smooth saturated film is no licence.
NOISE_FLOOR_SHARE = 0.3
# What a coarse calcification adds to its own noise is held down: no small cell counts for more
# than this many times the mean over a window this much wider.
_WIDE = 5
_MOST_OF_WIDE = 2.0
_ROUNDS = 2
_LEAST_WEIGHT = 1e-3


def flatten(mammogram: Mammogram, breast: Breast, pitch_mm: float, settings: Settings) -> FlatView:
    """Estimate background and noise at every pixel of the breast.

    The background is a Gaussian mean over breast pixels alone (normalised convolution [1]_), so
    that air and skin line do not leak in; the noise is the mean absolute deviation from it in a
    window, times sqrt(pi/2), which bright particles move less than a root mean square.

    Parameters
    ----------
    mammogram : Mammogram
    breast : Breast
    pitch_mm : float
        Distance between pixel centres, mm.
    settings : Settings

    Returns
    -------
    FlatView

    References
    ----------
    .. [1] H. Knutsson, C.-F. Westin, "Normalized and differential convolution", Proc. IEEE
       CVPR (1993) 515-523.
    """
    pixels = np.ascontiguousarray(mammogram.pixels[breast.box.slices])
    step = max(1, round(settings.background.background_sigma_mm / pitch_mm / 4.0))
    # The outermost tissue is thin and the mask ends between two of its coarse cells there.
    tissue = _eroded(breast.mask, settings.breast.skin_margin_mm / 2.0 / pitch_mm)
    background = masked_mean(
        pixels, tissue, step, settings.background.background_sigma_mm / pitch_mm
    )
    noise = local_noise(
        pixels - background, tissue, step, settings.background.noise_window_mm / pitch_mm
    )
    looked = searched(breast.mask, pitch_mm, settings.breast)
    left_out = plateaus(pixels, breast.mask, pitch_mm)
    return FlatView(
        box=breast.box,
        # Beyond the tissue the background goes on: a filter near the skin must not see a step.
        pixels=np.where(tissue > 0, pixels, background),
        background=background,
        noise=enlarged(noise, pixels.shape),
        mask=np.where(left_out > 0, np.uint8(0), looked),
        pitch_mm=pitch_mm,
        plateau_left_out=bool((left_out * looked).any()),
    )


def masked_mean(
    pixels: NDArray[np.float32], mask: NDArray[np.uint8], step: int, sigma_px: float
) -> NDArray[np.float32]:
    """Gaussian mean over masked pixels, computed on a copy shrunk by `step`.

    Parameters
    ----------
    pixels, mask : arrays (rows, columns), float32 and uint8
    step : int
        Shrinking factor, small against `sigma_px`.
    sigma_px : float
        Of the Gaussian, in pixels of `pixels`.
    """
    weight = gaussian_mean(shrunk(mask.astype(np.float32), step), sigma_px / step)
    total = gaussian_mean(shrunk(where_masked(pixels, mask), step), sigma_px / step)
    # Where no masked pixel is near, the mean of all stands in.
    everywhere = float(total.sum() / max(float(weight.sum()), 1e-3))
    mean = np.divide(
        total,
        weight,
        out=np.full(total.shape, everywhere, np.float32),
        where=weight > _LEAST_WEIGHT,
    )
    return enlarged(mean, pixels.shape)


def local_noise(
    deviation: NDArray[Any], mask: NDArray[Any], step: int, window_px: float
) -> NDArray[np.float32]:
    """Estimate the standard deviation in a square window, breast pixels alone.

    Cells of `step` pixels that deviate more than twice as much as a window five times as wide
    count as twice: a rim or a coarse piece must not hide in the noise it makes itself.

    Parameters
    ----------
    deviation : array (rows, columns), float32
        Deviations of either sign.
    mask : array of the same shape
        1 inside the breast, 0 outside.
    step : int
        Shrinking factor, small against the window.
    window_px : float
        Side of the window, pixels.

    Returns
    -------
    array, float32, > 0
        Shrunk by `step`; `filters.enlarged` undoes that.
    """
    width = max(3, 2 * round(window_px / step / 2.0) + 1)
    share = mask.astype(np.float32, copy=False)
    weight = shrunk(share, step)
    size = np.abs(deviation)
    size *= share
    cells = shrunk(size, step)
    far = np.maximum(box_mean(weight, _WIDE * width), 1e-3)
    for _ in range(_ROUNDS):
        cells = np.minimum(cells, _MOST_OF_WIDE * box_mean(cells, _WIDE * width) / far * weight)
    near = box_mean(weight, width)
    noise = SD_OVER_MEAN_ABSOLUTE * box_mean(cells, width) / np.maximum(near, 1e-3)
    inside = noise[near > 0.5]
    typical = float(np.median(inside)) if inside.size else float(noise.max())
    floor = max(NOISE_FLOOR_SHARE * typical, float(np.finfo(np.float32).tiny))
    return np.maximum(noise, floor).astype(np.float32)


def searched(
    mask: NDArray[np.uint8], pitch_mm: float, settings: BreastSettings
) -> NDArray[np.uint8]:
    """Return the breast without a margin along the skin and a narrow one along the image edge.

    Parameters
    ----------
    mask : array (rows, columns), uint8
        1 inside the breast, as `find_breast` gives it in its box.
    pitch_mm : float
        Distance between pixel centres, mm.
    settings : BreastSettings

    Returns
    -------
    array of the same shape, uint8
        1 where particles are looked for.
    """
    inner = _eroded(mask, settings.skin_margin_mm / pitch_mm)
    edge = max(1, round(settings.edge_margin_mm / pitch_mm))
    # The box may end inside the image, but there air lies beyond: the narrow margin is harmless.
    inner[:edge] = inner[-edge:] = inner[:, :edge] = inner[:, -edge:] = 0
    return inner


def _eroded(mask: NDArray[np.uint8], margin_px: float) -> NDArray[np.uint8]:
    """Take a margin off a mask; along the image edge it stays."""
    step = max(1, round(margin_px / 4.0))
    width = 2 * max(1, round(margin_px / step)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    small = cv2.erode((shrunk(mask, step) > 0.5).astype(np.uint8), disc)
    return (enlarged(np.asarray(small), mask.shape) > 0.5).astype(np.uint8)
