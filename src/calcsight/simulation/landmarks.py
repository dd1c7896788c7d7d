"""What every reader knows and no reader reports: nodes, nipple, folds, moles, pores."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.drawing import add_bump, add_path, place_inside
from calcsight.simulation.families import Families
from calcsight.simulation.lines import bent_path, log_uniform
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field, band_field, enlarged
from calcsight.terms.mammogram import View

_SKIN_DETAIL_MM = 9.0


def draw_landmarks(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw lymph nodes, the nipple, skin folds and moles into log exposure, in place.

    Parameters
    ----------
    rng : numpy.random.Generator
    spec : ViewSpec
    canvas : Canvas
    clean : array (rows, columns), float32
        Log exposure lost, before detector blur; changed.
    noise_sd : float
        Noise behind fat, log exposure.
    """
    for _ in range(int(rng.poisson(1.6 if spec.view is View.MLO else 0.5))):
        _lymph_node(rng, spec, canvas, clean)
    if rng.random() < 0.5:
        across = rng.uniform(7.0, 14.0)
        shift = (rng.normal(0.0, 4.0), -rng.uniform(0.0, across))
        at = (canvas.nipple_mm[0] + shift[0], canvas.nipple_mm[1] + shift[1])
        size = (across, across * rng.uniform(0.6, 1.0))
        add_bump(clean, spec.pitch_mm, at, size, (0.0, rng.uniform(0.05, 0.3), 0.6))
    for _ in range(int(rng.poisson(0.5))):
        _fold(rng, spec, canvas, clean, noise_sd)
    for _ in range(int(rng.poisson(0.5))):
        _mole(rng, spec, canvas, clean, noise_sd)


def _lymph_node(rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field) -> None:
    """Draw an oval with a lucent hilum, in the axilla or the upper outer part."""
    # The axilla of an MLO and the outer half of a CC lie at the top of the image here.
    at = place_inside(rng, canvas, 6.0, (0.0, 0.45))
    if at is None:
        return
    long_mm = log_uniform(rng, 4.0, 18.0)
    size, angle = (long_mm, long_mm * rng.uniform(0.4, 0.8)), rng.uniform(0, np.pi)
    strength = log_uniform(rng, 0.03, 0.2)
    add_bump(clean, spec.pitch_mm, at, size, (angle, strength, rng.uniform(0.3, 0.6)))
    hilum = (size[0] * rng.uniform(0.3, 0.6), size[1] * rng.uniform(0.25, 0.5))
    aside = rng.uniform(0.0, 0.35) * size[1]
    middle = (at[0] + aside * np.cos(angle), at[1] - aside * np.sin(angle))
    taken = -strength * rng.uniform(0.5, 1.0)
    add_bump(clean, spec.pitch_mm, middle, hilum, (angle, taken, 0.8))


def _fold(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw a skin fold: a bright band with a dark one beside it."""
    start = place_inside(rng, canvas, 1.0, (0.0, 1.0))
    if start is None:
        return
    path = bent_path(rng, spec.families, np.array(start), float(rng.uniform(15.0, 60.0)))
    width_mm = float(rng.uniform(0.8, 3.0))
    aside = rng.uniform(-1.0, 1.0, 2) * width_mm
    size = (width_mm, float(rng.uniform(0.15, 0.5)) * width_mm)
    strength = log_uniform(rng, 1.5, 8.0) * noise_sd
    add_path(clean, spec.pitch_mm, path, size, strength)
    add_path(clean, spec.pitch_mm, path + aside, size, -strength * float(rng.uniform(0.2, 0.9)))


def _mole(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw a mole: round, sharp, with a dark rim of air, sometimes a rough surface."""
    at = place_inside(rng, canvas, 1.5, (0.0, 1.0))
    if at is None:
        return
    width_mm = log_uniform(rng, 1.2, 10.0)
    size, strength = (
        (width_mm, width_mm * rng.uniform(0.7, 1.0)),
        log_uniform(rng, 1.5, 9.0) * noise_sd,
    )
    angle = rng.uniform(0, np.pi)
    rim = (size[0] + 1.0, size[1] + 1.0)
    add_bump(clean, spec.pitch_mm, at, rim, (angle, -rng.uniform(0.3, 0.9) * strength, 0.15))
    add_bump(clean, spec.pitch_mm, at, size, (angle, strength * 1.5, rng.uniform(0.05, 0.4)))
    for _ in range(int(rng.integers(0, 8))):
        # Air in the grooves of a rough surface.
        groove = (at[0] + rng.normal(0, width_mm / 5), at[1] + rng.normal(0, width_mm / 5))
        fine = (rng.uniform(0.3, 1.5), rng.uniform(0.1, 0.3))
        add_bump(clean, spec.pitch_mm, groove, fine, (rng.uniform(0, np.pi), -0.5 * strength, 0.5))


def draw_skin(
    rng: np.random.Generator, spec: ViewSpec, depth: Field, clean: Field, noise_sd: float
) -> None:
    """Draw the skin's fine net and its pores near the skin line, in place.

    Parameters
    ----------
    depth : array (rows, columns), float32
        Distance to the skin line, mm; 0 outside.
    """
    share = rng.uniform(0.0, 1.5) if rng.random() < 0.6 else 0.0
    if share < 0.1:
        return
    near = np.exp(-depth / np.float32(_SKIN_DETAIL_MM)) * (depth > 0)
    grid_mm = max(spec.pitch_mm, 0.1)
    coarse = tuple(int(np.ceil(side * spec.pitch_mm / grid_mm)) + 2 for side in clean.shape)
    size = (coarse[0], coarse[1])
    if spec.families is Families.TUNING:
        net = band_field(rng, size, grid_mm, float(rng.uniform(0.5, 1.2)))
        net = -np.exp(-((net / np.float32(0.5)) ** 2))
    else:
        net = np.minimum(band_field(rng, size, grid_mm, 0.7), band_field(rng, size, grid_mm, 1.1))
    clean += (
        np.float32(share * noise_sd)
        * as_field(near)
        * enlarged(as_field(net), (clean.shape[0], clean.shape[1]), spec.pitch_mm / grid_mm)
    )
    pores = _dots(rng, spec, clean.shape)
    clean -= np.float32(2.0 * share * noise_sd) * as_field(near) * pores


def _dots(rng: np.random.Generator, spec: ViewSpec, shape: tuple[int, ...]) -> Field:
    """Draw small round dots about a millimetre apart, 0-1."""
    count = int(shape[0] * shape[1] * spec.pitch_mm**2 * rng.uniform(0.2, 0.8))
    dots: NDArray[np.float32] = np.zeros(shape, np.float32)
    dots[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = 1.0
    sigma = max(0.6, rng.uniform(0.08, 0.2) / spec.pitch_mm)
    return as_field(cv2.GaussianBlur(dots, (0, 0), sigma) * np.float32(2 * np.pi * sigma**2))
