"""Lines, forks, rods, threads and plaques of vessels, carved: what is long."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.carved_solids import Block, drifting_path, joined
from calcsight.simulation.outlines import Outline

Path = NDArray[np.float64]
Stroke = tuple[Path, NDArray[np.float64]]

LEAST_ROD_WIDTH_MM = 0.53
MOST_LINE_WIDTH_MM = 0.42
MOST_FORK_WIDTH_MM = 0.26
_POINTS = 18
_TAU = 2 * np.pi


def drawn(strokes: Sequence[Stroke], soft: float = 0.0) -> Outline:
    """Return the outline of strokes that touch, in the unit of their paths."""
    block = _block(strokes)
    solid = block.stroke(*strokes[0])
    for path, radii in strokes[1:]:
        solid = joined(solid, block.stroke(path, radii), soft)
    return block.outline(solid)


def _block(strokes: Sequence[Stroke]) -> Block:
    every = np.concatenate([path for path, _ in strokes])
    widest = max(float(radii.max()) for _, radii in strokes)
    return Block.around(every.min(axis=0) - widest, every.max(axis=0) + widest)


def _uneven(rng: np.random.Generator, points: int, least: float) -> NDArray[np.float64]:
    """Draw a width that wanders between `least` and 1 from end to end."""
    knots = rng.uniform(least, 1.0, int(rng.integers(4, 9)))
    return np.interp(np.linspace(0.0, 1.0, points), np.linspace(0.0, 1.0, len(knots)), knots)


def casting(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a thin uneven line that filled part of a duct; one in four is all but broken."""
    width = min(MOST_LINE_WIDTH_MM, length_mm / rng.uniform(4.8, 8.5))
    path = drifting_path(rng, length_mm - width, rng.uniform(0.08, 0.35), _POINTS)
    radii = _uneven(rng, _POINTS, 0.5) * width / 2
    if rng.random() < 0.25:
        radii[int(rng.integers(5, _POINTS - 5))] *= 0.45
    return drawn([(path, radii)])


def twig(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a thin line that parts in two, and often once more, like a duct does."""
    width = min(MOST_FORK_WIDTH_MM, length_mm / rng.uniform(10.0, 15.0))
    trunk_mm = length_mm * rng.uniform(0.35, 0.5)
    trunk = drifting_path(rng, trunk_mm, 0.15, 8)
    trunk = trunk - trunk[0]
    strokes: list[Stroke] = [(trunk, _uneven(rng, 8, 0.75) * width / 2)]
    opening = rng.uniform(0.55, 1.0)
    lean = rng.uniform(0.35, 0.65)
    for direction in (lean * opening, (lean - 1.0) * opening):
        arm = _arm(rng, trunk[-1], direction, length_mm * rng.uniform(0.5, 0.65))
        strokes.append((arm, np.linspace(0.9, 0.55, len(arm)) * width / 2))
        if rng.random() < 0.4:
            start = arm[len(arm) // 2]
            away = direction - np.sign(direction) * rng.uniform(0.5, 0.8)
            side = _arm(rng, start, float(away), length_mm * rng.uniform(0.15, 0.28))
            strokes.append((side, np.linspace(0.7, 0.45, len(side)) * width / 2))
    return drawn(strokes, 0.15 * width)


def _arm(rng: np.random.Generator, start: Path, direction: float, length: float) -> Path:
    """Draw a bent arm from a place on."""
    bend = direction + np.linspace(0.0, rng.normal(0.0, 0.25), 8)
    steps = np.stack([np.sin(bend), np.cos(bend)], 1) * (length / 8)
    return np.asarray(np.concatenate([start[None, :], start + np.cumsum(steps, axis=0)]))


def cigar(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a smooth rod, thickest in its middle and at least half a millimetre; a few part."""
    width = max(LEAST_ROD_WIDTH_MM, length_mm / rng.uniform(5.0, 9.5))
    reach = max(length_mm - width, 0.2 * length_mm)
    along = np.linspace(-0.5, 0.5, _POINTS)
    sag = rng.normal(0.0, 0.04)
    path = np.stack([sag * 4.0 * along**2, along], 1) * reach
    slim = 1.0 - rng.uniform(0.05, 0.35) * np.abs(2.0 * along) ** 3
    strokes: list[Stroke] = [(path, slim * width / 2)]
    if rng.random() < 1 / 9:
        start, side = path[_POINTS // 3], float(rng.choice((-1.0, 1.0)))
        arm = _arm(rng, start, side * rng.uniform(0.4, 0.6), 0.45 * length_mm)
        strokes.append((arm, np.full(len(arm), 0.45 * width)))
    return drawn(strokes, 0.2 * width)


def stitch(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a piece of a calcified thread: a wave, a hook, or a knot with two tails."""
    width = max(0.3, length_mm / rng.uniform(7.0, 10.0))
    form = rng.random()
    if form < 0.45:
        along = np.linspace(-0.5, 0.5, _POINTS)
        wave = rng.uniform(0.04, 0.16) * np.sin(_TAU * along * rng.uniform(0.6, 1.3))
        path = np.stack([wave, along], 1) * (length_mm - width)
        return drawn([(path, np.full(_POINTS, width / 2))])
    if form < 0.7:
        turn = np.linspace(0.0, rng.uniform(3.4, 4.6), _POINTS)
        radius = 0.2 * length_mm
        hook = np.stack([np.cos(turn) - 1.0, -np.sin(turn)], 1) * radius
        tail = np.array([0.0, 1.0]) * np.linspace(0.6 * length_mm, 0.0, 6)[:, None]
        path = np.concatenate([tail[:-1], hook])
        return drawn([(path, np.full(len(path), width / 2))])
    knot = np.zeros((2, 2))
    knot[1, 1] = 0.08 * length_mm
    strokes: list[Stroke] = [(knot, np.full(2, rng.uniform(0.12, 0.16) * length_mm))]
    for side in (-1.0, 1.0):
        arm = _arm(
            rng, np.zeros(2), side * rng.uniform(0.6, 2.4), rng.uniform(0.4, 0.7) * length_mm
        )
        strokes.append((arm, np.full(len(arm), width / 2)))
    return drawn(strokes, 0.1 * width)


def plaque_radii(rng: np.random.Generator, points: int, length_mm: float) -> NDArray[np.float64]:
    """Draw half the thickness of a vessel wall's plaque at each point of its path, mm."""
    thickest = min(rng.uniform(0.1, 0.24), 0.35 * length_mm)
    share = np.linspace(0.0, 1.0, points)
    peak = rng.uniform(0.25, 0.75)
    spindle = np.where(share < peak, share / peak, (1.0 - share) / (1.0 - peak))
    return np.asarray(thickest * (0.45 + 0.55 * np.sqrt(spindle)) * _uneven(rng, points, 0.5))


def plaque(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw one plaque of a vessel's wall, nearly straight."""
    radii = plaque_radii(rng, 12, length_mm)
    path = drifting_path(rng, max(length_mm - radii[0] - radii[-1], 0.3 * length_mm), 0.06, 12)
    return drawn([(path, radii)])
