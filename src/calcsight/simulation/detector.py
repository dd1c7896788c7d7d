"""Detector blur and quantum noise."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.texture import Field, as_field

Kernel = NDArray[np.float32]


def gaussian_kernel(width_mm: float, step_mm: float) -> Kernel:
    """Point spread of a Gaussian of standard deviation `width_mm`, sampled `step_mm` apart."""
    return _normalised(np.exp(-0.5 * (_radii(4.0 * width_mm, step_mm) / width_mm) ** 2))


def exponential_kernel(width_mm: float, step_mm: float) -> Kernel:
    """Point spread with exponential tails: MTF = (1 + (2 pi f a) ** 2) ** -1.5, a = width / 2."""
    return _normalised(np.exp(-_radii(4.0 * width_mm, step_mm) / (width_mm / 2.0)))


def glare_kernel(width_mm: float, step_mm: float) -> Kernel:
    """Sharp core with wide tails, as scatter in a phosphor leaves: 1 / (1 + (r / w) ** 2) ** 2."""
    spread = _radii(6.0 * width_mm, step_mm) / (1.4 * width_mm)
    return _normalised((1.0 + spread**2) ** -2.0)


_BLURS = {
    Families.TUNING: {"gaussian": gaussian_kernel},
    Families.TEST: {"exponential": exponential_kernel, "glare": glare_kernel},
}


def blur_families(families: Families) -> tuple[str, ...]:
    """Names of the blur families."""
    return tuple(_BLURS[families])


def point_spread(families: Families, name: str, width_mm: float, step_mm: float) -> Kernel:
    """Return the kernel of a blur family, odd-sized, sum 1.

    Parameters
    ----------
    families : Families
    name : str
    width_mm : float
        0.03-0.09 for mammographic detectors.
    step_mm : float
        Distance between samples of the kernel.

    Raises
    ------
    UsageError
        When `families` has no blur of that name.
    """
    return pick_family(_BLURS, families, name)(width_mm, step_mm)


def _radii(reach_mm: float, step_mm: float) -> NDArray[np.float64]:
    """Distances from the middle of an odd-sized square that reaches `reach_mm`."""
    half = max(1, int(np.ceil(reach_mm / step_mm)))
    ticks = np.arange(-half, half + 1) * step_mm
    return np.asarray(np.hypot(ticks[:, None], ticks[None, :]))


def _normalised(kernel: NDArray[np.float64]) -> Kernel:
    """Return the kernel with sum 1."""
    return as_field(kernel / kernel.sum())


def blurred(field: Field, kernel: Kernel) -> Field:
    """Convolve with a point spread."""
    return as_field(cv2.filter2D(field, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT_101))


def noise_grain(rng: np.random.Generator, shape: tuple[int, int], correlation_px: float) -> Field:
    """Return unit noise whose neighbouring pixels are slightly alike.

    Parameters
    ----------
    correlation_px : float
        Standard deviation of the Gaussian that smooths white noise, pixels.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    kernel = gaussian_kernel(correlation_px, 1.0)
    gain = np.float32(1.0 / np.sqrt(float((kernel**2).sum())))
    return blurred(white, kernel * gain)


def quantum_noise_sd(attenuation: Field, at_reference: float, reference: float) -> Field:
    """Return the standard deviation of the noise in log exposure.

    Photons fall as exp(-attenuation), and the relative noise of a Poisson count N is
    1 / sqrt(N): it grows as exp(attenuation / 2).

    Parameters
    ----------
    attenuation : array
        Log of exposure lost; 0 = air.
    at_reference : float
        Noise where the attenuation is `reference`.
    reference : float
    """
    exponent = np.clip((attenuation - np.float32(reference)) * np.float32(0.5), -2.0, 2.0)
    return as_field(np.exp(exponent) * np.float32(at_reference))
