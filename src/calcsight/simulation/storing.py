"""From log exposure to stored values, by whatever the view's look went through."""

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.background import Background
from calcsight.simulation.dirt import draw_dirt
from calcsight.simulation.drawing import add_bump, softened
from calcsight.simulation.enhancement import enhanced
from calcsight.simulation.looks import Look, Medium, stored_pixels
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.texture import Field, as_field, band_field, enlarged

_SLOW_GRID_MM = 2.0
_FLARED = 0.2


def store(
    spec: ViewSpec, look: Look, background: Background, exposure: Field
) -> NDArray[np.uint16]:
    """Store a view's log exposure, reading frame.

    Parameters
    ----------
    spec : ViewSpec
    look : Look
    background : Background
    exposure : array (rows, columns), float32
        Log of exposure lost, particles and noise included; 0 = air.

    Returns
    -------
    array (rows, columns), uint16
    """
    inside = (background.roll_off > 0.5 * background.roll_off.max()).astype(np.uint8)
    if look.medium is Medium.DETECTOR:
        return stored_pixels(look, exposure, background.roll_off, inside)
    rng = np.random.default_rng((spec.seed, 28))
    if look.medium is Medium.ENHANCED:
        shown = enhanced(rng, spec, exposure, background.roll_off, inside)
    else:
        shown = _developed(rng, spec, background, exposure)
    return _quantised(look, shown)


def _developed(
    rng: np.random.Generator, spec: ViewSpec, background: Background, exposure: Field
) -> Field:
    """Develop and scan a film: uneven exposure, curve, fog, dirt, the scanner's range, 0-1."""
    if background.emulsion is None:
        raise ValueError("a film look needs a background with an emulsion")
    size = (exposure.shape[0], exposure.shape[1])
    grid = tuple(int(np.ceil(side * spec.pitch_mm / _SLOW_GRID_MM)) + 2 for side in size)
    uneven = band_field(rng, (grid[0], grid[1]), _SLOW_GRID_MM, float(rng.uniform(25.0, 80.0)))
    uneven = enlarged(uneven, size, spec.pitch_mm / _SLOW_GRID_MM)
    lit = exposure + np.float32(rng.uniform(0.0, 0.12)) * uneven
    if rng.random() < _FLARED:
        _flare(rng, spec, lit)
    bright = background.emulsion.brightness(lit)
    fog, clear = rng.uniform(0.0, 0.12), rng.uniform(0.8, 1.0)
    bright = np.float32(fog) + np.float32(clear - fog) * bright
    bright = bright + np.float32(rng.uniform(0.0, 0.02)) * uneven
    # The scanner's own blur; dirt lies on the glass and is sharper.
    bright = softened(bright, float(rng.uniform(0.0, 0.6)))
    draw_dirt(rng, spec, bright)
    # A scanner that clips at either end burns film out.
    low, high = rng.uniform(-0.03, 0.1), rng.uniform(0.85, 1.1)
    return as_field((bright - np.float32(low)) / np.float32(high - low))


def _flare(rng: np.random.Generator, spec: ViewSpec, exposure: Field) -> None:
    """Over- or under-expose one part of the film, in place."""
    rows_mm, columns_mm = (side * spec.pitch_mm for side in exposure.shape)
    at = (float(rng.uniform(0.0, rows_mm)), float(rng.uniform(0.0, columns_mm)))
    size = (float(rng.uniform(15.0, 60.0)), float(rng.uniform(15.0, 60.0)))
    height = float(rng.choice((-1.0, 1.0)) * rng.uniform(0.2, 1.2))
    add_bump(exposure, spec.pitch_mm, at, size, (float(rng.uniform(0, np.pi)), height, 1.0))


def _quantised(look: Look, shown: Field) -> NDArray[np.uint16]:
    """Round brightness 0-1 to the levels that are used, and spread them over those stored."""
    used = look.bits_used if look.bits_used is not None else look.bits_stored
    levels = np.clip(np.rint(shown * np.float32((1 << used) - 1)), 0, (1 << used) - 1)
    return np.asarray(levels, dtype=np.uint16) << np.uint16(look.bits_stored - used)
