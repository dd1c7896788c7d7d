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
    Kind.SKIN: (0.0, 0.15),
    Kind.MILK_OF_CALCIUM: (0.0, 0.15),
    Kind.SUTURE: (0.0, 0.2),
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
    Kind.SKIN: (1.0, 1.2),
    Kind.MILK_OF_CALCIUM: (1.0, 1.2),
    Kind.SUTURE: (3.0, 6.0),
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


def unit_outline(outline: Outline, angle: float = 0.0) -> Outline:
    """Move the centroid to 0, scale the maximum Feret diameter to 1, turn by `angle` radians."""
    centre, _ = centroid_and_area(outline)
    sine, cosine = np.sin(angle), np.cos(angle)
    moved = (outline - centre) / max_feret(outline)
    return np.asarray(moved @ np.array([[cosine, -sine], [sine, cosine]]))


def wobbly(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw an ellipse whose radius wobbles with a few harmonics, bent when it is long."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    angle = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    if kind is Kind.FINE_LINEAR_BRANCHING:
        return _three_arms(rng, angle)
    radius = np.ones_like(angle)
    for harmonic in range(2, 9 if kind is Kind.POPCORN else 7):
        size = wobble * rng.normal(0.0, 0.45) / harmonic
        radius += size * np.cos(harmonic * angle + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.3, None)
    blunt = 0.5 if kind is Kind.LARGE_ROD else 1.0
    along = radius * stretch * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** blunt
    bend = wobble * rng.normal(0.0, 0.12) * (along**2 / stretch) * (stretch > 2.5)
    across = radius * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** blunt
    return np.stack([across + bend, along], 1)


def _three_arms(rng: np.random.Generator, angle: NDArray[np.float64]) -> Outline:
    """Draw a short trunk that forks in two."""
    radius = np.full_like(angle, 0.18)
    for arm, reach in ((np.pi, 1.0), (0.5, 0.85), (-0.5, 0.85)):
        middle = arm + rng.normal(0.0, 0.15)
        away = np.angle(np.exp(1j * (angle - middle)))
        radius += reach * rng.uniform(0.6, 1.0) * np.exp(-((away / 0.22) ** 2))
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], 1)


def chipped(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw a chip with a few slightly rounded corners."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    count = int(rng.integers(5, 9)) if wobble > 0.25 else 24
    spacing = 2 * np.pi / count
    angle = np.arange(count) * spacing + wobble * rng.uniform(-0.35, 0.35, count) * spacing
    radius = 1.0 + wobble * rng.uniform(-0.35, 0.2, count)
    points = np.stack([radius * np.sin(angle), radius * stretch * np.cos(angle)], 1)
    return _corner_cut(_corner_cut(points))


def superformula(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw Gielis' superformula (Am J Bot 2003), slightly sheared."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    angle = np.linspace(0.0, 2 * np.pi, 96, endpoint=False)
    lobes = float(2 * rng.integers(2, 4)) if stretch > 2.5 else float(rng.integers(3, 8))
    power = rng.uniform(1.5, 4.0)
    turned = lobes * (angle + rng.uniform(0, 2 * np.pi)) / 4
    inner = np.abs(np.cos(turned)) ** power + np.abs(np.sin(turned)) ** power
    radius = 1.0 + 1.6 * wobble * (inner ** (-1.0 / rng.uniform(2.0, 5.0)) - 1.0)
    # An odd number of quarter lobes leaves a step where the angle wraps; close it slowly.
    radius -= (radius[-1] - radius[0]) * np.linspace(0.0, 1.0, len(radius)) ** 2
    points = np.stack([radius * np.sin(angle), radius * stretch * np.cos(angle)], 1)
    points[:, 0] += wobble * rng.uniform(-0.4, 0.4) * points[:, 1] / stretch
    return points


def metaballs(rng: np.random.Generator, kind: Kind) -> Outline:
    """Draw the level line of soft balls along a random walk, long for the linear kinds."""
    wobble, stretch = rng.uniform(*_IRREGULAR[kind]), rng.uniform(*_LONG[kind])
    count = 1 if wobble < 0.12 and stretch < 1.3 else int(np.clip(2 + 2 * stretch, 4, 12))
    heading = np.cumsum(rng.normal(0.0, 0.2 + 0.3 * wobble, count))
    if stretch < 1.5:
        heading = rng.uniform(0, 2 * np.pi, count)
    step = 0.0 if count == 1 else 1.8 * max(stretch - 1.0, 0.9 * wobble) / count
    centres = np.cumsum(np.stack([np.sin(heading), np.cos(heading)], 1) * step, axis=0)
    radii = 0.5 * (1.0 + wobble * rng.uniform(-0.6, 0.3, count))
    if kind is Kind.FINE_LINEAR_BRANCHING:
        branch = heading[count // 2] + rng.choice((-1.0, 1.0)) * rng.uniform(0.6, 1.1)
        reach = np.arange(1, 1 + count // 2)[:, None] * step
        arm = centres[count // 2] + reach * np.array([np.sin(branch), np.cos(branch)])
        centres = np.concatenate([centres, arm])
        radii = np.concatenate([radii, radii[: count // 2] * 0.9])
    return _level_line(centres - centres.mean(axis=0), radii)


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


_OUTLINES: dict[Families, dict[str, Drawer]] = {
    Families.TUNING: {"wobbly": wobbly, "chipped": chipped},
    Families.TEST: {"superformula": superformula, "metaballs": metaballs},
}


def outline_families(families: Families) -> tuple[str, ...]:
    """Names of the outline families."""
    return tuple(_OUTLINES[families])


def draw_outline(
    rng: np.random.Generator, families: Families, name: str, kind: Kind, angle: float | None
) -> Outline:
    """Draw one outline (n, 2): maximum Feret diameter 1, centroid 0.

    Parameters
    ----------
    angle : float or None
        Which way its long side runs, radians from the column axis (rows grow downwards);
        None = any way.

    Raises
    ------
    UsageError
        When `families` has no outline family of that name.
    """
    outline = pick_family(_OUTLINES, families, name)(rng, kind)
    return unit_outline(outline, rng.uniform(0, 2 * np.pi) if angle is None else angle)
