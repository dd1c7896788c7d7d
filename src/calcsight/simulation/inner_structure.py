"""How much calcium lies at each point inside an outline: shells, lobes, lucent parts."""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.outlines import Outline, max_feret
from calcsight.simulation.texture import Field, as_field
from calcsight.simulation.truth import Kind

# Exponent of thickness against distance from the edge: 0 = flat plate, 0.5 = dome, 1 = cone.
_DOME = {
    Kind.AMORPHOUS: 1.0,
    Kind.LARGE_ROD: 0.3,
    Kind.FINE_LINEAR: 0.4,
    Kind.FINE_LINEAR_BRANCHING: 0.4,
    Kind.POPCORN: 0.35,
    Kind.DYSTROPHIC: 0.3,
    Kind.MILK_OF_CALCIUM: 0.9,
    Kind.SUTURE: 0.4,
}
# Thickness of a shell over the radius. A rim of 9 mm has one of 0.45 mm.
_RIM_SHELL = 0.1
_SKIN_SHELL = 0.45
_TUBE_SHELL = 0.5
# Shorter than this against its width, a piece of thread is a loop of a knot.
_LOOP_ELONGATION = 2.5


def inner_seed(outline: Outline) -> int:
    """Return a number drawn from an outline's shape alone, wherever and however large it is.

    A particle's inner structure comes from it, so that a particle needs no other description
    than its kind and outline.
    """
    shape = (outline - outline.mean(axis=0)) / max_feret(outline)
    return zlib.crc32(np.rint(shape * 500).astype(np.int16).tobytes())


def thickness(kind: Kind, inside: NDArray[np.uint8], seed: int = 0) -> Field:
    """Return calcium thickness (0-1) from the filled outline.

    Parameters
    ----------
    kind : Kind
    inside : array, uint8
        1 inside the outline, on the fine grid.
    seed : int
        Of the lobes and gaps, from `inner_seed`.
    """
    rng = np.random.default_rng(seed)
    hollow = kind in (Kind.RIM, Kind.SKIN)
    mask = cv2.DIST_MASK_PRECISE if hollow else cv2.DIST_MASK_5
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, mask).astype(np.float32)
    share = deep / max(float(deep.max()), 1e-6)
    if hollow:
        # The ridges of the distance would show as streaks through the shell.
        share = as_field(cv2.GaussianBlur(share, (0, 0), 0.06 * float(deep.max()) + 0.3))
    if kind is Kind.RIM:
        # Only the wall seen edge on is broken; what lies over its middle stays thin and even.
        whole = 1.0 - (1.0 - _broken_ring(rng, inside)) * np.clip(1.0 - 2.5 * share, 0.0, 1.0)
        return as_field(_hollow(share, _RIM_SHELL) * whole * inside)
    if kind is Kind.SKIN:
        return as_field(_hollow(share, _SKIN_SHELL) * inside)
    if kind is Kind.LARGE_ROD and rng.random() < 1 / 3:
        return as_field(_hollow(share, _TUBE_SHELL) * inside)
    if kind is Kind.SUTURE and (rng.random() < 0.5 or _elongation(inside) < _LOOP_ELONGATION):
        return as_field(_hollow(share, _TUBE_SHELL) * inside)
    solid = np.power(share, np.float32(_DOME.get(kind, 0.5))) * inside
    if kind is Kind.POPCORN:
        lobes = _spots(rng, inside, (6, 11), (0.07, 0.16))
        clefts = _spots(rng, inside, (2, 5), (0.04, 0.08))
        solid = solid * (0.45 + 0.75 * lobes) * (1.0 - 0.6 * clefts)
    if kind is Kind.DYSTROPHIC:
        lucent = _spots(rng, inside, (1, 4), (0.06, 0.14))
        solid = solid * (0.6 + 0.4 * _spots(rng, inside, (3, 7), (0.1, 0.2))) * (1 - 0.7 * lucent)
    return as_field(solid)


def _hollow(share: Field, shell: float) -> Field:
    """Return the path length through a hollow ball or tube with a shell of this thickness."""
    outer = np.sqrt(np.clip(1.0 - (1.0 - share) ** 2, 0.0, 1.0))
    inner = np.sqrt(np.clip((1.0 - shell) ** 2 - (1.0 - share) ** 2, 0.0, 1.0))
    return as_field(outer - inner)


def _broken_ring(rng: np.random.Generator, inside: NDArray[np.uint8]) -> Field:
    """Return how complete a shell is in each direction, 0.1-1: thick here, all but gone there."""
    rows, columns = np.indices(inside.shape, dtype=np.float32)
    middle = (np.array(inside.shape) - 1) / 2
    turn = np.arctan2(rows - middle[0], columns - middle[1])
    weight = np.full(inside.shape, 0.7, np.float32)
    for harmonic in (1, 2, 3, 5):
        weight += 0.3 * rng.normal() * np.cos(harmonic * turn + rng.uniform(0, 2 * np.pi))
    return as_field(np.clip(weight, 0.1, 1.0))


def _spots(
    rng: np.random.Generator,
    inside: NDArray[np.uint8],
    count: tuple[int, int],
    size: tuple[float, float],
) -> Field:
    """Return round soft spots at random places inside, 0-1; sizes are shares of the whole."""
    rows, columns = np.nonzero(inside)
    whole = max(float(np.ptp(rows)), float(np.ptp(columns)), 1.0)
    down, right = (np.arange(n, dtype=np.float32) for n in inside.shape)
    field = np.zeros(inside.shape, np.float32)
    for at in rng.integers(0, len(rows), int(rng.integers(*count))):
        width = rng.uniform(*size) * whole
        tall = np.exp(-0.5 * ((down - rows[at]) / width) ** 2)
        wide = np.exp(-0.5 * ((right - columns[at]) / width) ** 2)
        field = np.maximum(field, tall[:, None] * wide[None, :])
    return as_field(field)


def _elongation(inside: NDArray[np.uint8]) -> float:
    """Return length over width of the smallest rectangle around the filled outline."""
    points = np.asarray(cv2.findNonZero(inside))
    box = cv2.boxPoints(cv2.minAreaRect(points)).astype(np.float64)
    one, other = np.hypot(*(box[1] - box[0])), np.hypot(*(box[2] - box[1]))
    return float(max(one, other) / max(min(one, other), 1e-6))
