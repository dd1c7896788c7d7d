"""Grey levels for the eye: a window from the pixels of the breast alone."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings

# Percentiles of the breast shown as black and as white; calcifications may saturate.
_DARKEST, _BRIGHTEST = 1.0, 99.9
# A crop is windowed on itself, so that faint particles stand out.
_CROP_DARKEST, _CROP_BRIGHTEST = 1.0, 99.95
# Percentiles are taken over about this many pixels.
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Grey values shown as black and as white."""

    low: float
    high: float


def breast_window(mammogram: Mammogram, settings: Settings) -> Window:
    """Return the window of a whole view: percentiles of the pixels inside the breast.

    Raises
    ------
    NoBreastError
        When there is no breast in the image.
    """
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    breast = find_breast(mammogram, pitch_mm, settings.breast)
    step = max(1, round((breast.area_px / _SAMPLE) ** 0.5))
    pixels = mammogram.pixels[breast.box.slices][::step, ::step]
    mask = np.ascontiguousarray(breast.mask[::step, ::step])
    # Without the rim, where air may lie under the mask; a breast too small for that keeps it.
    inside = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=2) > 0
    return _window(pixels[inside if inside.any() else mask > 0], _DARKEST, _BRIGHTEST)


def crop_window(pixels: NDArray[np.float32]) -> Window:
    """Return the window of a magnified crop: its own percentiles."""
    return _window(pixels, _CROP_DARKEST, _CROP_BRIGHTEST)


def as_grey(pixels: NDArray[np.float32], window: Window, levels: int = 256) -> NDArray[np.uint8]:
    """Map the window to `levels` grey levels, 0 = black; what lies outside saturates."""
    scale = (levels - 1) / (window.high - window.low)
    grey = np.asarray(
        cv2.addWeighted(pixels, scale, pixels, 0.0, -window.low * scale, dtype=cv2.CV_8U), np.uint8
    )
    if levels < 256:
        np.minimum(grey, levels - 1, out=grey)
    return grey


def _window(values: NDArray[np.float32], darkest: float, brightest: float) -> Window:
    """Take two percentiles, kept apart."""
    low, high = (float(v) for v in np.percentile(values, [darkest, brightest]))
    return Window(low=low, high=high if high > low else low + 1.0)
