"""Thin lines in the breast: vessels, ducts and ligaments, as paths in millimetres."""

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.families import Families

Path = tuple[NDArray[np.float64], float]


def line_paths(
    rng: np.random.Generator,
    families: Families,
    field_mm: tuple[float, float],
    nipple_mm: tuple[float, float],
    count: int,
) -> list[Path]:
    """Draw lines of many widths, most of them running towards the nipple.

    Returns
    -------
    list of (points, width_mm)
        Points (n, 2): (down, right) in mm.
    """
    draw = _arc if families is Families.TUNING else _wander
    paths: list[Path] = []
    for _ in range(count):
        start = rng.uniform((0.0, 0.0), field_mm)
        toward = np.arctan2(nipple_mm[0] - start[0], nipple_mm[1] - start[1])
        angle = toward + rng.normal(0.0, 0.6)
        length_mm = float(rng.uniform(3.0, 35.0))
        width_mm = float(np.exp(rng.uniform(np.log(0.06), np.log(0.5))))
        paths.append((draw(rng, start, angle, length_mm), width_mm))
    return paths


def _arc(
    rng: np.random.Generator, start: NDArray[np.float64], angle: float, length_mm: float
) -> NDArray[np.float64]:
    """Draw a quadratic curve."""
    ahead = np.array([np.sin(angle), np.cos(angle)]) * length_mm
    aside = np.array([ahead[1], -ahead[0]]) * rng.normal(0.0, 0.2)
    middle, end = start + ahead / 2 + aside, start + ahead
    t = np.linspace(0.0, 1.0, max(4, int(length_mm)))[:, None]
    curve: NDArray[np.float64] = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    return curve


def _wander(
    rng: np.random.Generator, start: NDArray[np.float64], angle: float, length_mm: float
) -> NDArray[np.float64]:
    """Draw a walk whose direction drifts."""
    steps = max(4, int(length_mm / 0.7))
    drift = np.convolve(rng.normal(0.0, 0.12, steps + 4), np.ones(5) / 2.2, mode="valid")
    angles = angle + np.cumsum(drift)
    moves = np.stack([np.sin(angles), np.cos(angles)], axis=1) * (length_mm / steps)
    walk: NDArray[np.float64] = start + np.cumsum(moves, axis=0)
    return walk
