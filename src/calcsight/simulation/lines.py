"""Thin lines in the breast: vessels, ducts and ligaments, as paths in millimetres."""

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.families import Families

Path = tuple[NDArray[np.float64], float, float]


def line_paths(
    rng: np.random.Generator,
    families: Families,
    field_mm: tuple[float, float],
    nipple_mm: tuple[float, float],
) -> list[Path]:
    """Draw lines of many widths, most of them running towards the nipple.

    Returns
    -------
    list of (points, width_mm, strength)
        Points (n, 2): (down, right) in mm; strength 0-1.
    """
    draw = _arc if families is Families.TUNING else _wander
    thin = int(field_mm[0] * field_mm[1] / 100.0 * rng.uniform(2.5, 6.0))
    vessels = int(rng.integers(4, 12))
    paths: list[Path] = []
    for number in range(thin + vessels):
        start = rng.uniform((0.0, 0.0), field_mm)
        toward = np.arctan2(nipple_mm[0] - start[0], nipple_mm[1] - start[1])
        angle = toward + rng.normal(0.0, 0.6)
        if number < thin:
            length_mm, width_mm = rng.uniform(4.0, 40.0), log_uniform(rng, 0.08, 0.6)
            strength = log_uniform(rng, 0.08, 0.8)
        else:
            length_mm, width_mm = rng.uniform(30.0, 90.0), log_uniform(rng, 0.5, 2.5)
            strength = log_uniform(rng, 0.12, 0.5)
        paths.append((draw(rng, start, angle, length_mm), width_mm, strength))
    return paths


def knot_paths(
    rng: np.random.Generator, families: Families, field_mm: tuple[float, float]
) -> list[Path]:
    """Draw short thick pieces of fibrous tissue: what looks most like a particle and is none.

    Returns
    -------
    list of (points, width_mm, strength)
        As `line_paths`.
    """
    draw = _arc if families is Families.TUNING else _wander
    count = int(field_mm[0] * field_mm[1] / 100.0 * rng.uniform(0.1, 0.8))
    paths: list[Path] = []
    for _ in range(count):
        start, angle = rng.uniform((0.0, 0.0), field_mm), float(rng.uniform(0, 2 * np.pi))
        length_mm, width_mm = log_uniform(rng, 0.3, 2.0), log_uniform(rng, 0.15, 0.5)
        paths.append((draw(rng, start, angle, length_mm), width_mm, log_uniform(rng, 0.2, 1.0)))
    return paths


def bent_path(
    rng: np.random.Generator, families: Families, start: NDArray[np.float64], length_mm: float
) -> NDArray[np.float64]:
    """Draw one bent line of the families' kind from a place (down, right) in mm; any heading."""
    draw = _arc if families is Families.TUNING else _wander
    return draw(rng, start, float(rng.uniform(0, 2 * np.pi)), length_mm)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw one log-uniform number."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _arc(
    rng: np.random.Generator, start: NDArray[np.float64], angle: float, length_mm: float
) -> NDArray[np.float64]:
    """Draw a bent line with a gentle wave."""
    ahead = np.array([np.sin(angle), np.cos(angle)]) * length_mm
    aside = np.array([ahead[1], -ahead[0]])
    bend, wave, turns = rng.normal(0.0, 0.3), rng.normal(0.0, 0.04), rng.uniform(1.0, 4.0)
    t = np.linspace(0.0, 1.0, max(6, int(length_mm * 1.5)))[:, None]
    shift = bend * t * (1.0 - t) + wave * np.sin(2 * np.pi * turns * t + rng.uniform(0, 6.28))
    curve: NDArray[np.float64] = start + ahead * t + aside * shift
    return curve


def _wander(
    rng: np.random.Generator, start: NDArray[np.float64], angle: float, length_mm: float
) -> NDArray[np.float64]:
    """Draw a walk whose direction drifts."""
    steps = max(4, int(length_mm / 0.7))
    drift = np.convolve(rng.normal(0.0, 0.11, steps + 4), np.ones(5) / 2.2, mode="valid")
    angles = angle + np.cumsum(drift)
    moves = np.stack([np.sin(angles), np.cos(angles)], axis=1) * (length_mm / steps)
    walk: NDArray[np.float64] = start + np.cumsum(moves, axis=0)
    return walk
