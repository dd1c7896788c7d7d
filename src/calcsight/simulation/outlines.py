"""Outlines of particles: closed polygons whose maximum Feret diameter is 1."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.truth import Kind

Outline = NDArray[np.float64]
Drawer = Callable[[np.random.Generator, Kind], Outline]

# How irregular (0-1) and how long (length over width) each kind is, lowest and highest.
_IRREGULAR = {
    Kind.ROUND: (0.0, 0.1),
    Kind.PUNCTATE: (0.0, 0.12),
    Kind.AMORPHOUS: (0.1, 0.4),
    Kind.COARSE_HETEROGENEOUS: (0.3, 0.8),
    Kind.FINE_PLEOMORPHIC: (0.4, 1.0),
    Kind.FINE_LINEAR: (0.2, 0.6),
    Kind.FINE_LINEAR_BRANCHING: (0.3, 0.8),
    Kind.LARGE_ROD: (0.0, 0.1),
    Kind.RIM: (0.0, 0.1),
    Kind.POPCORN: (0.5, 1.0),
    Kind.VASCULAR: (0.1, 0.5),
    Kind.DYSTROPHIC: (0.3, 0.7),
}
_LONG = {
    Kind.ROUND: (1.0, 1.1),
    Kind.PUNCTATE: (1.0, 1.2),
    Kind.AMORPHOUS: (1.0, 1.5),
    Kind.COARSE_HETEROGENEOUS: (1.0, 1.9),
    Kind.FINE_PLEOMORPHIC: (1.1, 2.5),
    Kind.FINE_LINEAR: (3.0, 6.0),
    Kind.FINE_LINEAR_BRANCHING: (2.5, 5.0),
    Kind.LARGE_ROD: (3.5, 8.0),
    Kind.RIM: (1.0, 1.2),
    Kind.POPCORN: (1.0, 1.5),
    Kind.VASCULAR: (1.5, 4.0),
    Kind.DYSTROPHIC: (1.0, 2.0),
}


def max_feret(outline: Outline) -> float:
    """Largest distance between two points of a polygon, in its own units."""
    hull = cv2.convexHull(outline.astype(np.float32)).reshape(-1, 2)
    return float(pdist(hull.astype(np.float64)).max())


def centroid_and_area(outline: Outline) -> tuple[NDArray[np.float64], float]:
    """Centroid (2,) and area of the inside of a polygon (shoelace formula)."""
    ahead = np.roll(outline, -1, axis=0)
    cross = outline[:, 0] * ahead[:, 1] - ahead[:, 0] * outline[:, 1]
    twice = float(cross.sum())
    centre = ((outline + ahead) * cross[:, None]).sum(axis=0) / (3.0 * twice)
    return centre, abs(twice) / 2.0


def unit_outline(outline: Outline) -> Outline:
    """Move the centroid to 0 and scale the maximum Feret diameter to 1."""
    centre, _ = centroid_and_area(outline)
    return (outline - centre) / max_feret(outline)


def wobbly_polygon(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw an ellipse whose radius wobbles with a few harmonics."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    angle = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones_like(angle)
    for harmonic in range(2, 8):
        size = wobble * rng.normal(0.0, 0.45) / harmonic
        radius += size * np.cos(harmonic * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.3, None)
    return _turned(rng, np.stack([radius * np.sin(angle), radius * stretch * np.cos(angle)], 1))


def chipped(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw a chip with a few slightly rounded corners."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    count = int(rng.integers(5, 9)) if wobble > 0.25 else 24
    spacing = 2 * np.pi / count
    angle = np.arange(count) * spacing + wobble * rng.uniform(-0.35, 0.35, count) * spacing
    radius = 1.0 + wobble * rng.uniform(-0.35, 0.2, count)
    points = np.stack([radius * np.sin(angle), radius * stretch * np.cos(angle)], 1)
    return _turned(rng, _corner_cut(_corner_cut(points)))


def superformula(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw Gielis' superformula (Am J Bot 2003), slightly sheared."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    angle = np.linspace(0.0, 2 * np.pi, 96, endpoint=False)
    lobes = float(rng.integers(3, 8))
    power = rng.uniform(1.5, 4.0)
    inner = np.abs(np.cos(lobes * angle / 4)) ** power + np.abs(np.sin(lobes * angle / 4)) ** power
    radius = 1.0 + 1.6 * wobble * (inner ** (-1.0 / rng.uniform(2.0, 5.0)) - 1.0)
    points = np.stack([radius * np.sin(angle), radius * stretch * np.cos(angle)], 1)
    points[:, 0] += wobble * rng.uniform(-0.4, 0.4) * points[:, 1] / stretch
    return _turned(rng, points)


def metaballs(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw the level line of soft balls along a random walk, long for the linear kinds."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    count = 1 if wobble < 0.12 and stretch < 1.3 else int(np.clip(2 + 2 * stretch, 3, 12))
    heading = np.cumsum(rng.normal(0.0, 0.25 + 0.4 * wobble, count)) + rng.uniform(0, 2 * np.pi)
    step = 0.0 if count == 1 else 0.9 * max(stretch - 1.0, 0.35) / count * 2
    centres = np.cumsum(np.stack([np.sin(heading), np.cos(heading)], 1) * step, axis=0)
    radii = 0.5 * (1.0 + wobble * rng.uniform(-0.6, 0.3, count))
    if kind is Kind.FINE_LINEAR_BRANCHING:
        branch = heading[count // 2] + rng.choice((-1.0, 1.0)) * rng.uniform(0.6, 1.1)
        reach = np.arange(1, 1 + count // 2)[:, None] * step
        arm = centres[count // 2] + reach * np.array([np.sin(branch), np.cos(branch)])
        centres = np.concatenate([centres, arm])
        radii = np.concatenate([radii, radii[: count // 2] * 0.9])
    return unit_outline(_level_line(centres - centres.mean(axis=0), radii))


def _level_line(centres: Outline, radii: NDArray[np.float64]) -> Outline:
    """Outline of the largest piece where the summed soft balls exceed one half."""
    reach = float(np.abs(centres).max() + radii.max() * 1.6)
    ticks = np.linspace(-reach, reach, 128)
    rows, columns = np.meshgrid(ticks, ticks, indexing="ij")
    squared = (rows[..., None] - centres[:, 0]) ** 2 + (columns[..., None] - centres[:, 1]) ** 2
    total = np.exp(-np.log(2.0) * squared / radii**2).max(axis=2)
    total += 0.25 * (np.exp(-np.log(2.0) * squared / radii**2).sum(axis=2) - total)
    picture = (total >= 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(picture, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea).reshape(-1, 2)[:, ::-1].astype(np.float64)
    return _corner_cut(largest)[::2] * (2 * reach / 127)


def _corner_cut(points: Outline) -> Outline:
    """One round of Chaikin's corner cutting on a closed polygon."""
    ahead = np.roll(points, -1, axis=0)
    return np.stack([0.75 * points + 0.25 * ahead, 0.25 * points + 0.75 * ahead], 1).reshape(-1, 2)


def _turned(rng: np.random.Generator, points: Outline) -> Outline:
    """Turn by a random angle and normalise."""
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return unit_outline(points @ turn)


_OUTLINES: dict[Families, dict[str, Drawer]] = {
    Families.TUNING: {"wobbly": wobbly_polygon, "chipped": chipped},
    Families.TEST: {"superformula": superformula, "metaballs": metaballs},
}


def outline_families(families: Families) -> tuple[str, ...]:
    """Names of the outline families."""
    return tuple(_OUTLINES[families])


def draw_outline(rng: np.random.Generator, families: Families, name: str, kind: Kind) -> Outline:
    """Draw one outline (n, 2): maximum Feret diameter 1, centroid 0.

    Raises
    ------
    UsageError
        When `families` has no outline family of that name.
    """
    return pick_family(_OUTLINES, families, name)(rng, kind)
