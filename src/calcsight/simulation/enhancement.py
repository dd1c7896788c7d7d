"""Drawing a digital view for the eye: what makers do to it, in strengths drawn for each view."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.families import Families
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field

_SCALES_MM = (0.35, 0.8, 1.8, 4.0, 9.0)


def enhanced(
    rng: np.random.Generator,
    spec: ViewSpec,
    exposure: Field,
    roll_off: Field,
    inside: NDArray[np.uint8],
) -> Field:
    """Draw a view for the eye.

    Parameters
    ----------
    rng : numpy.random.Generator
    spec : ViewSpec
    exposure : array (rows, columns), float32
        Log of exposure lost, noise included; 0 = air.
    roll_off : array of the same shape
        The part of `exposure` that compressed thickness alone makes.
    inside : array of the same shape
        1 inside the breast.

    Returns
    -------
    array, float32
        Brightness, about 0-1, dense tissue bright, air 0.
    """
    full = np.float32(roll_off.max())
    picture = exposure + np.float32(rng.uniform(0.88, 1.0)) * (full - roll_off)
    if rng.random() < 0.35:
        picture = _calmed(rng, spec, picture)
    if rng.random() < 0.6:
        picture = _evened(rng, spec, picture)
    if rng.random() < 0.6:
        picture = _sharpened(rng, spec, picture)
    shown = _curve(rng, picture, inside)
    # The skin fades into air that is drawn black.
    fade = np.clip(roll_off / (np.float32(rng.uniform(0.15, 0.6)) * full), 0.0, 1.0)
    shown *= fade * fade * (np.float32(3.0) - np.float32(2.0) * fade)
    return shown


def _calmed(rng: np.random.Generator, spec: ViewSpec, picture: Field) -> Field:
    """Reduce noise: smooth a little, less where detail stands out."""
    sigma = max(0.5, rng.uniform(0.04, 0.09) / spec.pitch_mm)
    smooth = cv2.GaussianBlur(picture, (0, 0), sigma)
    detail = picture - smooth
    if spec.families is Families.TUNING:
        side = 2 * int(3 * sigma) + 1
        local = cv2.blur(detail * detail, (side, side))
        usual = np.float32(np.median(local[::7, ::7]))
        keep = np.clip(local / (local + usual), 0.2, 1.0)
    else:
        keep = np.full((1, 1), rng.uniform(0.3, 0.8), np.float32)
    return as_field(smooth + keep * detail)


def _evened(rng: np.random.Generator, spec: ViewSpec, picture: Field) -> Field:
    """Raise detail of several sizes and hold the broad contrast down."""
    base = picture
    gain = float(rng.uniform(1.0, 2.2))
    result = np.zeros_like(picture)
    for scale_mm in _SCALES_MM:
        smooth = _broad(base, scale_mm / spec.pitch_mm)
        result += np.float32(gain * rng.uniform(0.8, 1.25)) * (base - smooth)
        base = smooth
    return as_field(result + np.float32(rng.uniform(0.35, 1.0)) * base)


def _broad(picture: Field, sigma_px: float) -> Field:
    """Gaussian mean, on a smaller copy where it is wide."""
    step = max(1, int(sigma_px / 3.0))
    if step == 1:
        return as_field(cv2.GaussianBlur(picture, (0, 0), sigma_px))
    rows, columns = picture.shape
    size = (-(-columns // step), -(-rows // step))
    small = as_field(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    small = as_field(cv2.GaussianBlur(small, (0, 0), sigma_px / step))
    return as_field(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR))


def _sharpened(rng: np.random.Generator, spec: ViewSpec, picture: Field) -> Field:
    """Unsharp masking."""
    width_mm, amount = log_uniform(rng, 0.12, 1.2), np.float32(rng.uniform(0.2, 1.6))
    if spec.families is Families.TUNING:
        smooth = _broad(picture, width_mm / spec.pitch_mm)
    else:
        side = 2 * max(1, round(1.2 * width_mm / spec.pitch_mm)) + 1
        smooth = as_field(cv2.blur(picture, (side, side)))
    return as_field(picture + amount * (picture - smooth))


def _curve(rng: np.random.Generator, picture: Field, inside: NDArray[np.uint8]) -> Field:
    """Bend the grey scale: an S, a power, or straight."""
    tissue = picture[inside > 0][::7]
    low, high = np.quantile(tissue, (0.02, 0.995))
    span = max(float(high - low), 1e-3)
    share = (picture - np.float32(low)) * np.float32(1.0 / span)
    form = rng.random()
    if form < 0.45:
        steep, centre = rng.uniform(1.0, 3.6), rng.uniform(0.4, 0.95)
        rise = np.clip(np.float32(-steep) * (share - np.float32(centre)), -30.0, 30.0)
        bent = as_field(1.0 / (1.0 + np.exp(rise)))
    elif form < 0.85:
        power = rng.uniform(0.9, 2.2)
        bent = as_field(
            np.power(np.clip(share * np.float32(0.8) + np.float32(0.15), 0.0, 2.0), power)
        )
    else:
        bent = share
    floor, top = rng.uniform(0.03, 0.45), rng.uniform(0.65, 1.0)
    ends = np.quantile(bent[inside > 0][::7], (0.02, 0.995))
    scale = (top - floor) / max(float(ends[1] - ends[0]), 1e-3)
    return as_field(np.float32(floor) + (bent - np.float32(ends[0])) * np.float32(scale))
