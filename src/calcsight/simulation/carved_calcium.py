"""How much calcium lies at each point inside a carved outline: its own walls, knobs and gaps."""

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.texture import Field, as_field
from calcsight.simulation.truth import Kind

# Wall over radius, from thin to thick.
_RIM_WALL = (0.07, 0.14)
_SKIN_WALL = (0.32, 0.5)
_TUBE_WALL = (0.4, 0.55)
_TUBE_SHARE: Mapping[Kind, float] = MappingProxyType({Kind.LARGE_ROD: 0.3, Kind.SUTURE: 0.4})
_LUMPS = (Kind.COARSE_HETEROGENEOUS, Kind.FINE_PLEOMORPHIC)
_SOFT = (Kind.AMORPHOUS, Kind.MILK_OF_CALCIUM)


def carved_calcium(kind: Kind, inside: NDArray[np.uint8], seed: int = 0) -> Field:
    """Return calcium thickness (0-1) from the filled outline; as `inner_structure.thickness`.

    Parameters
    ----------
    kind : Kind
    inside : array, uint8
        1 inside the outline, on the fine grid.
    seed : int
        Of everything uneven, from `inner_seed`.
    """
    rng = np.random.default_rng((seed, 1))
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    depth = as_field(deep / np.float32(max(float(deep.max()), 1e-6)))
    if kind is Kind.RIM:
        calcium = _shell(rng, inside, depth)
    elif kind is Kind.SKIN:
        calcium = _wall(_eased(depth), rng.uniform(*_SKIN_WALL))
        calcium = as_field(calcium * _leaning(rng, inside, 0.35))
    elif rng.random() < _TUBE_SHARE.get(kind, 0.0):
        calcium = _wall(_eased(depth), rng.uniform(*_TUBE_WALL))
    else:
        calcium = _solid(rng, kind, inside, depth)
    return as_field(calcium * inside)


def _solid(rng: np.random.Generator, kind: Kind, inside: NDArray[np.uint8], depth: Field) -> Field:
    """Return the calcium of what is not hollow."""
    if kind in _SOFT:
        grain = np.clip(1.0 + 0.15 * _patches(rng, inside, 0.25), 0.5, 1.5)
        return as_field(depth * depth * (3.0 - 2.0 * depth) * grain)
    if kind is Kind.POPCORN:
        return as_field((1.0 - (1.0 - depth) ** 4) * _knobs(rng, inside))
    if kind is Kind.DYSTROPHIC:
        patchy = np.clip(0.75 + 0.4 * _patches(rng, inside, 0.3), 0.15, 1.3)
        return as_field((1.0 - (1.0 - depth) ** 3) * patchy)
    chord = np.sqrt(np.clip(1.0 - (1.0 - depth) ** 2, 0.0, 1.0))
    if kind in (Kind.ROUND, Kind.PUNCTATE):
        return as_field(chord)
    width = 0.35 if kind in _LUMPS else 0.15
    uneven = 0.06 if kind is Kind.LARGE_ROD else 0.18
    return as_field(chord * np.clip(1.0 + uneven * _patches(rng, inside, width), 0.4, 1.5))


def _wall(depth: Field, wall: float) -> Field:
    """Return the way through a hollow ball or tube, its wall a share of the radius."""
    outside = np.sqrt(np.clip(depth * (2.0 - depth), 0.0, 1.0))
    hollow = np.sqrt(np.clip((1.0 - wall) ** 2 - (1.0 - depth) ** 2, 0.0, 1.0))
    return as_field(outside - hollow)


def _eased(depth: Field) -> Field:
    """Blur the ridges of a depth, which would show as streaks."""
    return as_field(cv2.GaussianBlur(depth, (0, 0), 0.02 * float(np.sqrt(depth.size)) + 0.3))


def _shell(rng: np.random.Generator, inside: NDArray[np.uint8], depth: Field) -> Field:
    """Return a thin shell with one or two thick stretches and up to two near gaps."""
    rows, columns = np.indices(inside.shape, dtype=np.float32)
    middle = (np.array(inside.shape) - 1) / 2
    turn = np.arctan2(rows - middle[0], columns - middle[1])
    weight = np.full(inside.shape, rng.uniform(0.45, 0.7), np.float32)
    for _thick in range(int(rng.integers(1, 3))):
        narrow = rng.uniform(0.8, 3.0)
        weight += np.exp(narrow * (np.cos(turn - rng.uniform(0, 2 * np.pi)) - 1.0)) * 0.5
    for _gap in range(int(rng.integers(0, 3))):
        narrow = rng.uniform(4.0, 12.0)
        weight *= 1.0 - 0.8 * np.exp(narrow * (np.cos(turn - rng.uniform(0, 2 * np.pi)) - 1.0))
    # The wall over the middle lies flat: only what is seen edge on is thick here and thin there.
    edge = np.clip(1.0 - 3.0 * depth, 0.0, 1.0)
    even = np.float32(rng.uniform(0.7, 1.0))
    wall = _wall(_eased(depth), rng.uniform(*_RIM_WALL))
    return as_field(wall * (edge * weight + (1.0 - edge) * even))


def _leaning(rng: np.random.Generator, inside: NDArray[np.uint8], much: float) -> Field:
    """Return a weight that falls from one side to the other: the ring is thicker there."""
    rows, columns = np.indices(inside.shape, dtype=np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    way = np.sin(angle) * rows + np.cos(angle) * columns
    return as_field(1.0 - much * rng.uniform() * (way - way.min()) / max(float(np.ptp(way)), 1.0))


def _patches(rng: np.random.Generator, inside: NDArray[np.uint8], width: float) -> Field:
    """Return a smooth random field of SD 1; patches are a share `width` of the shorter side."""
    rows, columns = np.nonzero(inside)
    if len(rows) == 0:
        return np.zeros(inside.shape, np.float32)
    side = max(float(np.minimum(np.ptp(rows), np.ptp(columns))), 4.0)
    white = rng.standard_normal(inside.shape, dtype=np.float32)
    smooth = cv2.GaussianBlur(white, (0, 0), max(width * side / 2.0, 0.8))
    return as_field(smooth / max(float(np.std(smooth)), 1e-6))


def _knobs(rng: np.random.Generator, inside: NDArray[np.uint8]) -> Field:
    """Return knobs of unlike density with clefts between: cells around random places."""
    rows, columns = np.nonzero(inside)
    count = min(int(rng.integers(6, 13)), len(rows))
    if count < 2:
        return np.ones(inside.shape, np.float32)
    chosen = rng.choice(len(rows), count, replace=False)
    density = rng.uniform(0.6, 1.0, count).astype(np.float32)
    down, right = np.indices(inside.shape, dtype=np.float32)
    away = np.stack([np.hypot(down - rows[i], right - columns[i]) for i in chosen])
    nearest = np.sort(away, axis=0)[:2]
    scale = np.sqrt(len(rows) / count)
    apart = np.clip((nearest[1] - nearest[0]) / (0.45 * scale), 0.0, 1.0)
    return as_field(density[away.argmin(axis=0)] * (0.45 + 0.55 * apart))
