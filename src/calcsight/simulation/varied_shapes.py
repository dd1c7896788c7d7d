"""Outlines of every kind in more ways than its rule draws: to learn shapes from, not to show.

A describer that saw one drawing of each kind would learn that drawing. These are other drawings
of the same words, and a warp that no two groups share.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.shapes import LEAST_ROD_WIDTH_MM, MOST_FORK_WIDTH_MM, MOST_LINE_WIDTH_MM
from calcsight.simulation.strokes import disc, melted, ribbon
from calcsight.simulation.truth import Kind

Drawer = Callable[[np.random.Generator, float], Outline]

# How far a warp moves the points of an outline, as a share of its size, at most.
_WARP: Mapping[Kind, float] = MappingProxyType(
    {
        Kind.ROUND: 0.03,
        Kind.PUNCTATE: 0.03,
        Kind.RIM: 0.04,
        Kind.SKIN: 0.03,
        Kind.MILK_OF_CALCIUM: 0.03,
        Kind.LARGE_ROD: 0.02,
        Kind.VASCULAR: 0.03,
        Kind.SUTURE: 0.03,
        Kind.FINE_LINEAR: 0.03,
        Kind.FINE_LINEAR_BRANCHING: 0.03,
    }
)
_USUAL_WARP = 0.1
_ROUND = (Kind.ROUND, Kind.PUNCTATE, Kind.RIM, Kind.SKIN, Kind.MILK_OF_CALCIUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the particles of one group are drawn.

    Parameters
    ----------
    redrawn : bool
        By the drawings of this module and not by those of the plan.
    warp : float
        0-1, share of the strongest warp of the kind.
    stretch : float
        Factor on the length of every particle.
    """

    redrawn: bool
    warp: float
    stretch: float


def draw_manner(rng: np.random.Generator, kind: Kind) -> Manner:
    """Draw one group's manner."""
    spread = 0.05 if kind in _ROUND else 0.15
    return Manner(
        redrawn=bool(rng.random() < 0.4),
        warp=float(rng.uniform(0.0, 1.0)) * float(rng.random() < 0.7),
        stretch=float(np.exp(rng.normal(0.0, spread))),
    )


def varied(
    rng: np.random.Generator, manner: Manner, kind: Kind, unit: Outline, diameter_mm: float
) -> Outline:
    """Draw one outline anew, or warp it.

    Parameters
    ----------
    rng : numpy.random.Generator
    manner : Manner
    kind : Kind
    unit : array (n, 2)
        The outline as planned, turned the way its particle runs.
    diameter_mm : float

    Returns
    -------
    array (k, 2)
        Maximum Feret diameter 1, centroid 0, turned alike.
    """
    angle = _main_angle(unit)
    draw = _DRAWN.get(kind)
    outline = _turned(unit, -angle)
    if manner.redrawn and draw is not None:
        outline = draw(rng, diameter_mm)
        outline = _turned(outline, -_main_angle(outline))
    outline = outline / max_feret(outline)
    outline[:, 1] *= manner.stretch
    outline = _warped(rng, outline, manner.warp * _WARP.get(kind, _USUAL_WARP))
    outline = _turned(outline, angle)
    return np.asarray((outline - centroid_and_area(outline)[0]) / max_feret(outline))


def _main_angle(outline: Outline) -> float:
    """Direction of the longest spread of points, radians from the column axis."""
    centred = outline - outline.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, 1]
    return float(np.arctan2(axis[0], axis[1]))


def _turned(outline: Outline, angle: float) -> Outline:
    """Turn (down, right) so that the column axis comes to point along `angle`."""
    down, right = outline.T
    sine, cosine = np.sin(angle), np.cos(angle)
    return np.stack([down * cosine + right * sine, right * cosine - down * sine], 1)


def _warped(rng: np.random.Generator, outline: Outline, size: float) -> Outline:
    """Move points by a few slow waves over the plane: what is near moves alike."""
    moved = outline.copy()
    for _ in range(3 if size > 0.0 else 0):
        wave = rng.normal(0.0, 2.5, 2)
        way = rng.normal(0.0, size / 2, 2)
        moved += np.sin(outline @ wave + rng.uniform(0, 2 * np.pi))[:, None] * way
    return moved


def _oval(rng: np.random.Generator, _: float) -> Outline:
    """Draw a superellipse near a circle."""
    turn = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    power = 2.0 / rng.uniform(1.8, 2.5)
    sides = [np.sign(f(turn)) * np.abs(f(turn)) ** power for f in (np.sin, np.cos)]
    return np.stack([sides[0], sides[1] * rng.uniform(1.0, 1.18)], 1)


def _cloud(rng: np.random.Generator, _: float) -> Outline:
    """Draw a few discs that overlap for the most part."""
    count = int(rng.integers(2, 6))
    discs = [disc(rng.normal(0.0, 0.35, 2), rng.uniform(0.5, 0.8)) for _ in range(count)]
    return melted(discs, 0.03)


def _wedges(rng: np.random.Generator, _: float) -> Outline:
    """Draw two or three wedges grown together, or a comma."""
    if rng.random() < 0.3:
        path = _walk(rng, 1.0, rng.uniform(0.5, 1.6))
        return ribbon(path, np.linspace(rng.uniform(0.2, 0.32), 0.05, len(path)))
    wedges = []
    for _ in range(int(rng.integers(1, 4))):
        turn = np.sort(rng.uniform(0.0, 2 * np.pi, 3)) + rng.uniform(0.0, 1.0)
        corners = np.stack([np.sin(turn), np.cos(turn)], 1) * rng.uniform(0.4, 1.0, (3, 1))
        wedges.append(corners + rng.normal(0.0, 0.25, 2))
    return melted([*wedges, disc(np.zeros(2), 0.22)], rng.uniform(0.004, 0.02))


def _lumps(rng: np.random.Generator, _: float) -> Outline:
    """Draw a stout irregular block, sometimes two that touch."""
    pieces = []
    for number in range(int(rng.integers(1, 3))):
        count = int(rng.integers(5, 9))
        turn = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * (2 * np.pi / count)
        corners = np.stack([np.sin(turn), np.cos(turn) * rng.uniform(1.0, 1.5)], 1)
        corners *= rng.uniform(0.65, 1.0, (count, 1))
        pieces.append(corners + number * rng.uniform(0.5, 1.1) * np.array([0.3, 1.0]))
    return melted(pieces, rng.uniform(0.015, 0.04))


def _bent_line(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a line that bends, thickens and thins at random."""
    path = _walk(rng, length_mm, rng.uniform(0.1, 1.2))
    half = min(MOST_LINE_WIDTH_MM, length_mm / rng.uniform(4.0, 9.0)) / 2
    knots = np.interp(np.linspace(0, 6, len(path)), np.arange(7), rng.uniform(0.4, 1.0, 7))
    return ribbon(path, half * knots)


def _tree(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a bent stem whose arms leave it anywhere, on either side."""
    width = min(MOST_FORK_WIDTH_MM, length_mm / rng.uniform(8.0, 13.0)) / 2
    stem = _walk(rng, length_mm, rng.uniform(0.1, 0.7))
    strokes = [ribbon(stem, np.linspace(1.0, rng.uniform(0.5, 1.0), len(stem)) * width)]
    for at in rng.uniform(0.15, 0.85, int(rng.integers(1, 4))):
        arm = _walk(rng, length_mm * rng.uniform(0.25, 0.5), rng.uniform(0.0, 0.8))
        arm = _turned(arm - arm[0], rng.choice((-1.0, 1.0)) * rng.uniform(0.4, 1.3))
        start = stem[int(at * (len(stem) - 1))]
        strokes.append(ribbon(arm + start, np.full(len(arm), width * rng.uniform(0.6, 1.0))))
    return melted(strokes)


def _cigar(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a smooth rod, thickest in its middle or even, gently bent."""
    width = max(LEAST_ROD_WIDTH_MM * 1.05, length_mm / rng.uniform(4.5, 10.0))
    path = _walk(rng, max(length_mm - width, 0.3 * length_mm), rng.uniform(0.0, 0.3), wander=0.0)
    belly = 1.0 - rng.uniform(0.0, 0.35) * np.linspace(-1.0, 1.0, len(path)) ** 2
    return ribbon(path, belly * width / 2)


def _cauliflower(rng: np.random.Generator, _: float) -> Outline:
    """Draw many discs of unlike sizes around a core."""
    turn = rng.uniform(0.0, 2 * np.pi, int(rng.integers(6, 14)))
    away = rng.uniform(0.45, 1.0, (len(turn), 1))
    centres = away * np.stack([np.sin(turn), np.cos(turn)], 1)
    lobes = [disc(centre, rng.uniform(0.2, 0.5)) for centre in centres]
    return melted([*lobes, disc(np.zeros(2), rng.uniform(0.5, 0.8))], rng.uniform(0.005, 0.02))


def _sheet(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a thick bent plate with ragged sides, or a ragged lump."""
    path = _walk(rng, 1.0, rng.uniform(0.3, 2.0))
    count = int(rng.integers(4, 9))
    knots = rng.uniform(0.4, 1.0, count) * rng.uniform(0.12, 0.35)
    half = np.interp(np.linspace(0, count - 1, len(path)), np.arange(count), knots)
    lump = _lumps(rng, length_mm) * 0.2 + path[len(path) // 2]
    return melted([ribbon(path, half), lump], 0.006)


def _curl(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a piece of thread: an arc, an S, a hook or a loop with two ends."""
    width = max(0.25, length_mm / rng.uniform(6.0, 10.0)) / length_mm
    path = _walk(rng, 1.0, rng.uniform(0.5, 5.0), wander=0.3)
    strokes = [ribbon(path, np.full(len(path), width / 2))]
    if rng.random() < 0.35:
        turn = np.linspace(0.0, 2.0 * np.pi, 32)
        loop = np.stack([np.sin(turn), np.cos(turn)], 1) * rng.uniform(0.12, 0.22)
        strokes.append(ribbon(loop + path[len(path) // 2], np.full(32, width / 2)))
    return melted(strokes)


def _walk(
    rng: np.random.Generator, length: float, bend: float, wander: float = 1.0
) -> NDArray[np.float64]:
    """Draw a path (n, 2) of a length whose direction turns by about `bend` radians in all."""
    along = np.linspace(0.0, 1.0, 24)
    turning = bend * rng.choice((-1.0, 1.0)) * (along - 0.5)
    turning += (
        wander * bend * 0.5 * np.sin(2 * np.pi * (along * rng.uniform(0.5, 2) + rng.uniform()))
    )
    path = np.stack([np.cumsum(np.sin(turning)), np.cumsum(np.cos(turning))], 1) * length / 24
    return np.asarray(path - path.mean(axis=0))


_DRAWN: Mapping[Kind, Drawer] = MappingProxyType(
    {
        Kind.ROUND: _oval,
        Kind.PUNCTATE: _oval,
        Kind.RIM: _oval,
        Kind.SKIN: _oval,
        Kind.AMORPHOUS: _cloud,
        Kind.FINE_PLEOMORPHIC: _wedges,
        Kind.COARSE_HETEROGENEOUS: _lumps,
        Kind.FINE_LINEAR: _bent_line,
        Kind.FINE_LINEAR_BRANCHING: _tree,
        Kind.LARGE_ROD: _cigar,
        Kind.POPCORN: _cauliflower,
        Kind.DYSTROPHIC: _sheet,
        Kind.SUTURE: _curl,
    }
)
