"""What looks like calcification and is none: fibrous nodes, crossing vessels, noise, clips."""

import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.drawing import add_bump, add_path, place_inside
from calcsight.simulation.families import Families
from calcsight.simulation.lines import bent_path, log_uniform
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field, band_field

# Metal takes this much log exposure: saturated on every look.
_METAL = 3.0
_WALLED_MM = 0.8


def draw_lookalikes(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw what looks like calcification into log exposure, in place.

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
    area_cm2 = float(canvas.mask.sum()) * canvas.pitch_mm**2 / 100.0
    for _ in range(int(rng.poisson(area_cm2 * log_uniform(rng, 0.02, 0.4)))):
        _fibrous_node(rng, spec, canvas, clean, noise_sd)
    for _ in range(int(rng.poisson(1.5))):
        _crossing_vessels(rng, spec, canvas, clean, noise_sd)
    for _ in range(int(rng.poisson(1.5))):
        _noise_clump(rng, spec, canvas, clean, noise_sd)
    if rng.random() < 0.1:
        for _ in range(int(rng.integers(1, 3))):
            _clip(rng, spec, canvas, clean)


def draw_passing(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw what one compression makes and the next one does not: see `draw_lookalikes`.

    Small soft spots where strands happen to cross, and now and then a clump of noise.
    """
    for _ in range(int(rng.poisson(1.5))):
        _fibrous_node(rng, spec, canvas, clean, noise_sd)
    for _ in range(int(rng.poisson(0.7))):
        _noise_clump(rng, spec, canvas, clean, noise_sd)


def _fibrous_node(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw a soft-edged spot of fibrous tissue, round or lying in a strand."""
    at = place_inside(rng, canvas, 3.0, (0.0, 1.0))
    if at is None:
        return
    long_mm = log_uniform(rng, 0.4, 5.0)
    size = (long_mm, long_mm * rng.uniform(0.35, 1.0))
    strength = log_uniform(rng, 0.8, 5.0) * noise_sd * min(1.0, spec.pitch_mm / 0.07)
    shape = (rng.uniform(0, np.pi), strength * np.sqrt(1.0 + long_mm), rng.uniform(0.5, 1.0))
    add_bump(clean, spec.pitch_mm, at, size, shape)


def _crossing_vessels(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw two to four tubes that cross; some show their walls."""
    middle = place_inside(rng, canvas, 6.0, (0.0, 1.0))
    if middle is None:
        return
    unit = noise_sd * min(1.0, spec.pitch_mm / 0.07)
    for _ in range(int(rng.integers(2, 5))):
        path = bent_path(rng, spec.families, np.array(middle), float(rng.uniform(8.0, 40.0)))
        path = path - path[int(rng.integers(len(path)))] + np.array(middle)
        path = path + rng.normal(0.0, 1.0, 2)
        width_mm = log_uniform(rng, 0.15, 1.8)
        strength, soft_mm = log_uniform(rng, 0.7, 4.0) * unit, float(rng.uniform(0.03, 0.15))
        add_path(clean, spec.pitch_mm, path, (width_mm, soft_mm), strength)
        if width_mm > _WALLED_MM and rng.random() < 0.4:
            inner = -strength * float(rng.uniform(0.4, 0.9))
            add_path(clean, spec.pitch_mm, path, (width_mm - 0.5, soft_mm), inner)


def _noise_clump(
    rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field, noise_sd: float
) -> None:
    """Draw a patch of louder fine detail: bright grains that are no particles."""
    at = place_inside(rng, canvas, 4.0, (0.0, 1.0))
    if at is None:
        return
    reach = rng.uniform(1.5, 6.0)
    side = max(24, int(4 * reach / spec.pitch_mm))
    top, left = (int(place / spec.pitch_mm) - side // 2 for place in at)
    if top < 0 or left < 0 or top + side > clean.shape[0] or left + side > clean.shape[1]:
        return
    size_mm = max(rng.uniform(0.15, 0.6), 1.5 * spec.pitch_mm)
    grains = band_field(rng, (side, side), spec.pitch_mm, float(size_mm))
    if spec.families is Families.TEST:
        grains = np.abs(grains) - np.float32(0.8)
    ticks = (np.arange(side, dtype=np.float32) - side / 2) * spec.pitch_mm / reach
    window = np.exp(-0.5 * (ticks[:, None] ** 2 + ticks[None, :] ** 2))
    strength = np.float32(log_uniform(rng, 0.4, 1.6) * noise_sd)
    clean[top : top + side, left : left + side] += strength * as_field(grains * window)


def _clip(rng: np.random.Generator, spec: ViewSpec, canvas: Canvas, clean: Field) -> None:
    """Draw a metal marker clip of 2-3 mm: ribbon, wing, coil or bar."""
    at = place_inside(rng, canvas, 6.0, (0.0, 1.0))
    if at is None:
        return
    t = np.linspace(0.0, 1.0, 40)
    forms = (
        np.stack([0.35 * np.sin(2 * np.pi * t), np.sin(np.pi * (2 * t - 1.0)) * np.cos(np.pi * t)]),
        np.stack([np.abs(t - 0.5), t - 0.5]),
        np.stack([0.25 * np.sin(8 * np.pi * t), t - 0.5 + 0.12 * np.cos(8 * np.pi * t)]),
        np.stack([np.zeros_like(t), t - 0.5]),
    )
    form = forms[int(rng.integers(len(forms)))]
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    path = (turn @ form).T * rng.uniform(1.8, 3.4) + np.array(at)
    add_path(clean, spec.pitch_mm, path, (float(rng.uniform(0.2, 0.5)), 0.0), _METAL, False)
