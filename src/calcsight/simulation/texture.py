"""Random textures from which simulated tissue is built; arrays are float32."""

from typing import Any

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

Field = NDArray[np.float32]


def as_field(values: Any) -> Field:
    """Return the values as float32, without a copy where they are."""
    return np.asarray(values, dtype=np.float32)


def power_law_field(
    rng: np.random.Generator,
    shape: tuple[int, int],
    pitch_mm: float,
    beta: float,
    stretch: tuple[float, float] = (1.0, 0.0),
) -> Field:
    """Return a Gaussian field whose power falls as frequency ** -beta.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : tuple of int
        (rows, columns).
    pitch_mm : float
        Distance between samples, mm.
    beta : float
        Exponent of the power spectrum; breast tissue has about 3 (Burgess, Med Phys 1999).
    stretch : tuple of float
        (ratio >= 1, angle in radians from the column axis): how much longer than wide the
        structures are, and which way they run.

    Returns
    -------
    array (rows, columns), float32
        Mean 0, standard deviation 1.
    """
    rows, columns = (scipy.fft.next_fast_len(n, real=True) for n in shape)
    ratio, angle = stretch
    v = scipy.fft.fftfreq(rows, pitch_mm).astype(np.float32)[:, None]
    u = scipy.fft.rfftfreq(columns, pitch_mm).astype(np.float32)[None, :]
    along = np.float32(np.cos(angle)) * u + np.float32(np.sin(angle)) * v
    across = -np.float32(np.sin(angle)) * u + np.float32(np.cos(angle)) * v
    squared = (along * np.float32(ratio)) ** 2 + across**2
    squared[0, 0] = 1.0
    # Flatten below one cycle in 60 mm: no breast is larger than its own structures.
    amplitude = (squared + np.float32((1 / 60.0) ** 2)) ** np.float32(-beta / 4)
    amplitude[0, 0] = 0.0
    noise = rng.standard_normal((rows, columns), dtype=np.float32)
    field = scipy.fft.irfft2(scipy.fft.rfft2(noise) * amplitude, s=(rows, columns))
    return standardised(field[: shape[0], : shape[1]])


def standardised(field: Field) -> Field:
    """Return the field with mean 0 and standard deviation 1."""
    mean, deviation = cv2.meanStdDev(np.ascontiguousarray(field, dtype=np.float32))
    scale = max(float(deviation[0, 0]), 1e-9)
    return ((field - np.float32(mean[0, 0])) * np.float32(1.0 / scale)).astype(np.float32)


def band_field(
    rng: np.random.Generator, shape: tuple[int, int], pitch_mm: float, size_mm: float
) -> Field:
    """Return a smooth Gaussian field with structures of about `size_mm`, mean 0 and SD 1."""
    coarse = max(size_mm / 4.0, pitch_mm)
    small = tuple(max(8, int(np.ceil(n * pitch_mm / coarse)) + 4) for n in shape)
    noise = rng.standard_normal(small, dtype=np.float32)
    sigma = max(size_mm / 2.5 / coarse, 0.5)
    smooth = as_field(cv2.GaussianBlur(noise, (0, 0), sigma))
    return standardised(enlarged(smooth[1:, 1:], shape, pitch_mm / coarse))


def ridges(field: Field, width: float) -> Field:
    """Return thin curved lines where the field crosses zero, 0-1; `width` in its own SD."""
    return (1.0 / (1.0 + (field / np.float32(width)) ** 2)).astype(np.float32)


def enlarged(coarse: Field, shape: tuple[int, int], step: float) -> Field:
    """Read a coarse field at `shape` places `step` of its pixels apart, from its first on."""
    matrix = np.array([[step, 0.0, 0.0], [0.0, step, 0.0]])
    return as_field(
        cv2.warpAffine(
            coarse,
            matrix,
            (shape[1], shape[0]),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def read_at(field: Field, down_mm: Field, right_mm: Field, pitch_mm: float) -> Field:
    """Read a field of pitch `pitch_mm` at places in mm from its first point; mirrored beyond it."""
    per = np.float32(1.0 / pitch_mm)
    return as_field(
        cv2.remap(
            field, right_mm * per, down_mm * per, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
        )
    )


def displaced(field: Field, down: Field, right: Field) -> Field:
    """Return the field read at places moved by `down` and `right` pixels."""
    rows, columns = np.indices(field.shape, dtype=np.float32)
    moved: Field = cv2.remap(
        field, columns + right, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    ).astype(np.float32, copy=False)
    return moved


def smeared(field: Field, direction: tuple[Field, Field], length_px: float) -> Field:
    """Return the field averaged along curved lines: fine strands out of noise.

    Line integral convolution (Cabral and Leedom, SIGGRAPH 1993) by doubling steps.

    Parameters
    ----------
    field : array (rows, columns)
        Usually white noise.
    direction : two arrays (rows, columns)
        Unit vectors (down, right) along which to average.
    length_px : float
        About how long the strands become, pixels.
    """
    down, right = direction
    step = 0.5
    result = field
    while step < length_px / 2:
        ahead = displaced(result, down * np.float32(step), right * np.float32(step))
        back = displaced(result, down * np.float32(-step), right * np.float32(-step))
        result = (result + ahead + back) * np.float32(1.0 / 3.0)
        step *= 2.0
    return standardised(result)
