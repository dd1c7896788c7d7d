"""Carved particles in ducts, vessels and scars: trees, winding vessels, rows of stitches."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.carved_solids import drifting_path
from calcsight.simulation.carved_strokes import plaque_radii
from calcsight.simulation.distributions import Places, turned
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.vessels import TUBE_SD, Tube
from calcsight.terms.distribution import Distribution

CALIBRE_MM = (1.1, 2.8)
_GAPS_MM = (0.35, 1.5)
_TREE_GAP_MM = 8.0
_LEAST_WALL_GAP_MM = 0.2
_STEP_MM = 0.1
_TRIES = 40
_CLEAR_MM = 0.5
_BARE_MM = 3.0


def along_a_tree(
    rng: np.random.Generator,
    distribution: Distribution,
    lengths_mm: NDArray[np.float64],
    heading: float,
) -> tuple[Places, NDArray[np.float64]] | None:
    """Lay particles along one duct, or along the branches of a tree that parts twice.

    Parameters
    ----------
    rng : numpy.random.Generator
    distribution : Distribution
        LINEAR (one duct) or SEGMENTAL (a tree whose root lies towards the nipple).
    lengths_mm : array (n,)
        Of the particles, which run along their duct.
    heading : float
        Direction of the nipple, radians from the column axis.

    Returns
    -------
    places : array (n, 2)
        (down, right) about the middle of all, mm.
    angles : array (n,)
        Which way each particle runs, radians from the column axis.
    None when branches kept running into each other.
    """
    for _ in range(_TRIES):
        if distribution is Distribution.LINEAR:
            gaps = rng.uniform(*_GAPS_MM, len(lengths_mm))
            places, angles = _on_duct(rng, lengths_mm, gaps, np.zeros(2), 0.0)[:2]
        else:
            places, angles = _on_tree(rng, lengths_mm)
        if _clear(places, angles, lengths_mm):
            places = places - (places.min(axis=0) + places.max(axis=0)) / 2
            return turned(places, heading), angles + heading
    return None


def _on_duct(
    rng: np.random.Generator,
    lengths_mm: NDArray[np.float64],
    gaps_mm: NDArray[np.float64],
    start: Places,
    direction: float,
) -> tuple[Places, NDArray[np.float64], Places]:
    """Lay pieces one behind the other away from the nipple; also return where the duct ends."""
    ends = np.cumsum(lengths_mm + gaps_mm)
    total = float(ends[-1]) if len(ends) else _BARE_MM
    drift = drifting_path(rng, total, 0.16, 40)
    drift = drift - drift[0]
    ahead = np.array([np.sin(direction), -np.cos(direction)])
    aside = np.array([np.cos(direction), np.sin(direction)])
    path = start + drift[:, :1] * aside + drift[:, 1:] * ahead
    travelled = np.linspace(0.0, total, len(path))
    middles = ends - lengths_mm / 2
    places = np.stack([np.interp(middles, travelled, path[:, axis]) for axis in (0, 1)], 1)
    slope = np.gradient(path, axis=0)
    own = np.unwrap(np.arctan2(slope[:, 0], slope[:, 1]))
    return places, np.interp(middles, travelled, own), path[-1]


def _on_tree(
    rng: np.random.Generator, lengths_mm: NDArray[np.float64]
) -> tuple[Places, NDArray[np.float64]]:
    """Deal the pieces over two branches and their four children."""
    places, angles = np.zeros((len(lengths_mm), 2)), np.zeros(len(lengths_mm))
    # Short pieces lie farther apart, so that a segment is one, whatever it holds.
    gaps = rng.uniform(_GAPS_MM[0], np.maximum(_GAPS_MM[1], _TREE_GAP_MM - lengths_mm))
    children = 4 if len(lengths_mm) >= 5 else 2
    near = np.arange(len(lengths_mm)) % 3 == 0 if children == 4 else np.zeros(len(lengths_mm), bool)
    first, rest = np.nonzero(near)[0], np.nonzero(~near)[0]
    opening = rng.uniform(0.3, 0.42)
    for side, sign in enumerate((-1.0, 1.0)):
        direction = sign * opening + rng.normal(0.0, 0.04)
        mine = first[side::2]
        root = np.array([np.sin(direction), -np.cos(direction)]) * rng.uniform(7.0, 11.0)
        places[mine], angles[mine], end = _on_duct(
            rng, lengths_mm[mine], gaps[mine], root, direction
        )
        parts = (-1.0, 1.0) if children == 4 else (0.0,)
        for part, twist in enumerate(parts):
            leaf = rest[side * len(parts) + part :: children]
            turn = direction + twist * rng.uniform(0.2, 0.3)
            away = end + np.array([np.sin(turn), -np.cos(turn)]) * rng.uniform(1.0, 3.0)
            places[leaf], angles[leaf], _ = _on_duct(rng, lengths_mm[leaf], gaps[leaf], away, turn)
    return places, angles


def _clear(places: Places, angles: NDArray[np.float64], lengths_mm: NDArray[np.float64]) -> bool:
    """Tell whether no piece runs into another."""
    share = np.linspace(-0.5, 0.5, 9)[:, None]
    ways = np.stack([np.sin(angles), np.cos(angles)], 1)
    lines = [p + share * w * mm for p, w, mm in zip(places, ways, lengths_mm, strict=True)]
    for at, one in enumerate(lines):
        for other in lines[at + 1 :]:
            gaps = np.hypot(*(one[:, None, :] - other[None, :, :]).transpose(2, 0, 1))
            if gaps.min() < _CLEAR_MM:
                return False
    return True


def row_of_stitches(
    rng: np.random.Generator, lengths_mm: NDArray[np.float64]
) -> tuple[Places, NDArray[np.float64]]:
    """Lay stitches at even steps along a bent scar, all at about one angle to it."""
    slant = float(rng.choice((0.0, 0.6, 1.3))) * float(rng.choice((-1.0, 1.0)))
    along = np.abs(np.cos(slant)) * lengths_mm + np.abs(np.sin(slant)) * 0.45 * lengths_mm
    middles = np.cumsum(along + rng.uniform(0.8, 1.4)) - along / 2
    middles -= middles.mean()
    bend = rng.uniform(-0.5, 0.5) / max(float(np.ptp(middles)), 8.0)
    places = np.stack([bend * middles**2, middles], 1)
    places[:, 0] += rng.normal(0.0, 0.15, len(middles))
    angles = np.arctan(2.0 * bend * middles) + slant + rng.normal(0.0, 0.12, len(middles))
    turn = rng.uniform(0.0, np.pi)
    return turned(places, turn), angles + turn


def _spindle(path: Places, radii: NDArray[np.float64]) -> Outline:
    """Return the outline of a plaque along a wall: its ends run out to a point."""
    fine = np.linspace(0.0, 1.0, 33)
    share = np.linspace(0.0, 1.0, len(path))
    middle = np.stack([np.interp(fine, share, path[:, axis]) for axis in (0, 1)], 1)
    step = np.gradient(middle, axis=0)
    normal = np.stack([step[:, 1], -step[:, 0]], 1) / np.hypot(*step.T)[:, None]
    half = np.interp(fine, share, radii) * (1.0 - np.abs(2.0 * fine - 1.0) ** 6) ** 0.5
    aside = normal * half[:, None]
    return np.concatenate([middle + aside, (middle - aside)[-2:0:-1]])


def spline_vessel(
    rng: np.random.Generator,
    lengths_mm: NDArray[np.float64],
    heading: float,
    fits: Callable[[Places], bool],
) -> tuple[Places, tuple[Outline, ...], Tube] | None:
    """Lay plaques along both walls of a winding vessel; as `vessels.calcified_vessel`.

    None when the vessel's middle line does not fit.

    Plaques fall on either wall at random places, so that tracks are broken apart from each
    other: here both walls, there one.
    """
    calibre = float(rng.uniform(*CALIBRE_MM))
    wall_of = rng.permutation(np.arange(len(lengths_mm)) % 2)
    begins = np.zeros(len(lengths_mm))
    reached = np.array([rng.uniform(0.0, 2.0), rng.uniform(0.0, 2.0)])
    for at, wall in enumerate(wall_of):
        gap = _LEAST_WALL_GAP_MM + min(rng.exponential(0.6), 4.0)
        begins[at] = reached[wall] + gap
        reached[wall] = begins[at] + lengths_mm[at]
    total = float(reached.max()) + 2.0
    points = max(int(total / _STEP_MM), 40)
    middle = drifting_path(rng, total, rng.uniform(0.15, 0.35), points)
    kernel = np.hanning(2 * int(2.5 / _STEP_MM) + 1)
    padded = np.pad(middle, ((len(kernel) // 2,) * 2, (0, 0)), mode="reflect", reflect_type="odd")
    middle = np.stack(
        [np.convolve(padded[:, axis], kernel / kernel.sum(), mode="valid") for axis in (0, 1)], 1
    )
    if not fits(turned(middle[10:-10:5], heading)):
        return None
    step = np.gradient(middle, axis=0)
    step /= np.hypot(*step.T)[:, None]
    normal = np.stack([step[:, 1], -step[:, 0]], 1)
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(middle, axis=0).T))])
    places, outlines = np.zeros((len(lengths_mm), 2)), []
    for at, wall in enumerate(wall_of):
        radii = plaque_radii(rng, 12, float(lengths_mm[at]))
        span = np.linspace(begins[at], begins[at] + lengths_mm[at], len(radii))
        edge = middle + normal * (wall - 0.5) * calibre
        piece = np.stack([np.interp(span, travelled, edge[:, axis]) for axis in (0, 1)], 1)
        outline = turned(_spindle(piece, radii), heading)
        places[at] = centroid_and_area(outline)[0]
        about = outline - places[at]
        outlines.append(about * min(1.0, 1.05 * float(lengths_mm[at]) / max_feret(about)))
    tube = Tube(
        path=turned(middle, heading), calibre_mm=calibre, contrast_sd=float(rng.uniform(*TUBE_SD))
    )
    return places, tuple(outlines), tube
