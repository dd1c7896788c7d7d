"""Views made worse after they were stored: blur, noise and coarser pixels."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from calcsight.simulation.detector import noise_grain
from calcsight.simulation.texture import Field, as_field
from calcsight.terms.mammogram import Mammogram

_WINDOW_MM = 3.0
# SD of the second difference (1, -2, 1) along rows and columns of white noise of SD 1.
_LAPLACE_SD = 6.0
# Median absolute value of a normal variable of SD 1.
_MEDIAN_ABSOLUTE = 0.6745
_GRAIN_PX = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Worsening:
    """What is done to an image.

    Parameters
    ----------
    name : str
    blur_mm : float
        SD of an extra Gaussian over the stored pixels: it blurs their noise, too.
    noise : float
        Factor on the fine noise: what it lacks is added.
    pitch_mm : float or None
        The mean over pixels of this pitch is taken, where they are coarser than the view's own.
    seed : int
    """

    name: str
    blur_mm: float = 0.0
    noise: float = 1.0
    pitch_mm: float | None = None
    seed: int = 20260101

    def applied(self, mammogram: Mammogram) -> tuple[Mammogram, float]:
        """Return the worse mammogram, and by which factor positions in pixels shrank."""
        pixels, spacing = mammogram.pixels, mammogram.spacing
        assert spacing is not None
        pitch_mm, scale = spacing.mean_mm, 1.0
        if self.blur_mm > 0.0:
            pixels = as_field(cv2.GaussianBlur(pixels, (0, 0), self.blur_mm / pitch_mm))
        if self.noise > 1.0:
            grain = noise_grain(
                np.random.default_rng(self.seed), (pixels.shape[0], pixels.shape[1]), _GRAIN_PX
            )
            more = np.float32(np.sqrt(self.noise**2 - 1.0))
            pixels = pixels + grain * fine_noise_map(pixels, pitch_mm) * more
        if self.pitch_mm is not None and self.pitch_mm > pitch_mm * 1.001:
            scale = pitch_mm / self.pitch_mm
            size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
            pixels = as_field(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
            spacing = replace(spacing, row_mm=self.pitch_mm, column_mm=self.pitch_mm)
        worse = replace(mammogram, pixels=np.ascontiguousarray(pixels), spacing=spacing)
        return worse, scale


def fine_noise_map(pixels: Field, pitch_mm: float) -> Field:
    """Return the SD of the noise from pixel to pixel, over windows of 3 mm.

    The mean absolute answer of the Laplacian mask of Immerkaer (Computer Vision and Image
    Understanding 1996), which leaves out what is smooth.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(pixels, cv2.CV_32F, mask, borderType=cv2.BORDER_REFLECT_101))
    side = max(3, round(_WINDOW_MM / pitch_mm))
    # Particles are few pixels of a window: what is far above the rest is cut.
    usual = float(np.median(answer[::7, ::7])) / (_MEDIAN_ABSOLUTE * _LAPLACE_SD)
    capped = np.minimum(answer, np.float32(8.0 * max(usual, 1e-6) * _LAPLACE_SD))
    mean = cv2.blur(capped, (side, side))
    return as_field(mean * np.float32(np.sqrt(np.pi / 2.0) / _LAPLACE_SD))


PLAIN = Worsening(name="as simulated")
WORSENINGS = (
    PLAIN,
    Worsening(name="blur of 0.05 mm added", blur_mm=0.05),
    Worsening(name="blur of 0.1 mm added", blur_mm=0.1),
    Worsening(name="noise x 1.5", noise=1.5),
    Worsening(name="noise x 2", noise=2.0),
    Worsening(name="pixels of 0.1 mm", pitch_mm=0.1),
)
