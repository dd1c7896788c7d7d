"""Outlines that follow the rule of their kind, in millimetres: as a textbook would draw them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.strokes import disc, melted, ribbon, wavy_path
from calcsight.simulation.truth import Kind
from calcsight.terms.mammogram import View

Shape = Callable[[np.random.Generator, float], Outline]

LEAST_ROD_WIDTH_MM = 0.5
MOST_LINE_WIDTH_MM = 0.4
# Where its arms meet, a forked line is wider than they are.
MOST_FORK_WIDTH_MM = 0.3


def shape_by_rule(
    rng: np.random.Generator, kind: Kind, diameter_mm: float, view: View = View.CC
) -> Outline:
    """Draw one outline by the rule of its kind.

    Parameters
    ----------
    rng : numpy.random.Generator
    kind : Kind
    diameter_mm : float
        Maximum Feret diameter.
    view : View
        Milk of calcium lies as a disc on a CC, and as a crescent or a line on any other view.

    Returns
    -------
    array (n, 2), float64
        (down, right) in mm about the centroid; its long side runs along the columns.
    """
    draw = _SHAPES[kind]
    if kind is Kind.MILK_OF_CALCIUM and view is not View.CC:
        draw = _crescent
    outline = draw(rng, diameter_mm)
    outline = outline * (diameter_mm / max_feret(outline))
    return outline - centroid_and_area(outline)[0]


def _blob(rng: np.random.Generator, wobble: float, longest: float) -> Outline:
    """Draw a smooth closed curve near a circle."""
    turn = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones_like(turn)
    for harmonic in range(2, 7):
        size = wobble * rng.normal(0.0, 1.0) / harmonic
        radius += size * np.cos(harmonic * turn + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.4, None)
    return np.stack([radius * np.sin(turn), radius * np.cos(turn) * rng.uniform(1.0, longest)], 1)


def _pearl(rng: np.random.Generator, _: float) -> Outline:
    return _blob(rng, 0.03, 1.12)


def _haze(rng: np.random.Generator, _: float) -> Outline:
    return _blob(rng, 0.18, 1.5)


def _shard(rng: np.random.Generator, _: float) -> Outline:
    """Draw an angular splinter: three to six corners, some with a bite taken out."""
    count = int(rng.integers(3, 7))
    turn = (np.arange(count) + rng.uniform(-0.35, 0.35, count)) * (2 * np.pi / count)
    radius = rng.uniform(0.55, 1.0, count)
    if count > 4:
        radius[int(rng.integers(count))] *= 0.45
    stretch = rng.uniform(1.0, 2.4)
    corners = np.stack([radius * np.sin(turn), radius * np.cos(turn) * stretch], 1)
    return melted([corners], 0.008)


def _coalescing(rng: np.random.Generator, _: float) -> Outline:
    """Draw one to three irregular lumps that have grown into each other."""
    lumps = [
        _blob(rng, 0.28, 1.5) * rng.uniform(0.7, 1.1) + rng.normal(0.0, 0.75, 2)
        for _ in range(int(rng.integers(1, 4)))
    ]
    return melted(lumps, 0.01)


def _thin_line(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a thin line of uneven width."""
    path = wavy_path(rng, length_mm, rng.uniform(0.02, 0.1))
    half = min(MOST_LINE_WIDTH_MM, length_mm / rng.uniform(4.5, 8.0)) / 2
    knots = np.interp(np.linspace(0, 5, len(path)), np.arange(6), rng.uniform(0.45, 1.0, 6))
    return ribbon(path, half * knots)


def _forked_line(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a thin trunk with one to three true forks, each at an acute angle."""
    width = min(MOST_FORK_WIDTH_MM, length_mm / rng.uniform(9.0, 13.0)) / 2
    trunk = wavy_path(rng, length_mm, 0.04)
    strokes = [ribbon(trunk, np.linspace(1.0, 0.6, len(trunk)) * width)]
    side = float(rng.choice((-1.0, 1.0)))
    for at in np.sort(rng.uniform(0.3, 0.7, int(rng.integers(1, 4)))):
        start = trunk[int(at * len(trunk))]
        angle = side * rng.uniform(0.45, 0.9)
        way = np.array([np.sin(angle), np.cos(angle)])
        reach = np.linspace(0.0, rng.uniform(0.28, 0.45) * length_mm, 10)[:, None]
        arm = start + reach * way + 0.15 * reach**2 / length_mm * np.array([way[1], -way[0]])
        strokes.append(ribbon(arm, np.linspace(0.9, 0.5, len(arm)) * width))
        side = -side
    return melted(strokes)


def _rod(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a smooth solid rod at least half a millimetre thick; one in eight is forked."""
    width = max(LEAST_ROD_WIDTH_MM * 1.05, length_mm / rng.uniform(5.0, 10.0))
    path = wavy_path(rng, max(length_mm - width, 0.2 * length_mm), rng.uniform(0.0, 0.05))
    taper = np.linspace(1.0, rng.uniform(0.95, 1.2), len(path)) * width / 2
    whole = ribbon(path, taper)
    if rng.random() > 1 / 8:
        return whole
    way = np.array([np.sin(0.5), np.cos(0.5)])
    arm = path[8] + np.linspace(0.0, 0.4 * length_mm, 10)[:, None] * way
    return melted([whole, ribbon(arm, np.full(10, width / 2))], 0.01)


def _popcorn(rng: np.random.Generator, _: float) -> Outline:
    """Draw a lump of five to nine rounded lobes."""
    count = int(rng.integers(5, 10))
    turn = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * (2 * np.pi / count)
    away = rng.uniform(0.6, 1.0, count) * np.array([1.0, rng.uniform(1.0, 1.4)])[:, None]
    centres = (away * np.stack([np.sin(turn), np.cos(turn)])).T
    lobes = [disc(centre, rng.uniform(0.35, 0.6)) for centre in centres]
    return melted([*lobes, disc(np.zeros(2), 0.75)], 0.008)


def _plaque(rng: np.random.Generator, _: float) -> Outline:
    """Draw a coarse irregular plaque with notches."""
    lumps = [
        _blob(rng, 0.35, 1.8) * rng.uniform(0.5, 1.0) + rng.normal(0.0, 0.9, 2)
        for _ in range(int(rng.integers(3, 7)))
    ]
    return melted(lumps, 0.006)


def _crescent(rng: np.random.Generator, width_mm: float) -> Outline:
    """Draw calcium settled at the bottom of a cyst: a teacup, or a line when little settled."""
    half = np.linspace(-0.5, 0.5, 32)
    bowl = rng.uniform(0.25, 0.45) if rng.random() < 0.7 else rng.uniform(0.02, 0.08)
    fill = rng.uniform(0.25, 0.6)
    bottom = bowl * np.sqrt(np.clip(1.0 - (2.0 * half) ** 2, 0.0, 1.0))
    # Its upper surface is level or dips a little; a line keeps a least thickness.
    top = bottom * (1.0 - fill) - 0.03
    return np.concatenate([np.stack([bottom, half], 1), np.stack([top, half], 1)[::-1]]) * width_mm


def _thread(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw a piece of a calcified thread: a line or tube, or a knot with two short ends."""
    width = length_mm / rng.uniform(6.0, 9.0)
    if rng.random() < 0.65:
        path = wavy_path(rng, length_mm, rng.uniform(0.05, 0.2))
        return ribbon(path, np.full(len(path), max(width, 0.3) / 2))
    turn = np.linspace(0.0, 2.0 * np.pi, 32)
    loop = np.stack([0.22 * np.sin(turn), 0.28 * np.cos(turn)], 1) * length_mm
    ends = [
        np.linspace(0.0, 1.0, 8)[:, None] * np.array([side * rng.uniform(0.2, 0.5), 0.5])
        * length_mm
        for side in (-1.0, 1.0)
    ]  # fmt: skip
    return melted([loop, *(ribbon(end, np.full(8, width / 2)) for end in ends)])


def _wall_plaque(rng: np.random.Generator, length_mm: float) -> Outline:
    """Draw one plaque of a vessel's wall, straight."""
    path = wavy_path(rng, length_mm, 0.02)
    return ribbon(path, wall_half_widths(rng, len(path), length_mm))


def wall_half_widths(
    rng: np.random.Generator, points: int, length_mm: float
) -> NDArray[np.float64]:
    """Draw half the thickness of a wall's plaque at each point of its path, mm."""
    half = min(rng.uniform(0.12, 0.25), 0.4 * length_mm)
    knots = np.interp(np.linspace(0, 7, points), np.arange(8), rng.uniform(0.5, 1.0, 8))
    return np.asarray(half * knots)


_SHAPES: dict[Kind, Shape] = {
    Kind.ROUND: _pearl,
    Kind.PUNCTATE: _pearl,
    Kind.AMORPHOUS: _haze,
    Kind.COARSE_HETEROGENEOUS: _coalescing,
    Kind.FINE_PLEOMORPHIC: _shard,
    Kind.FINE_LINEAR: _thin_line,
    Kind.FINE_LINEAR_BRANCHING: _forked_line,
    Kind.LARGE_ROD: _rod,
    Kind.RIM: _pearl,
    Kind.POPCORN: _popcorn,
    Kind.VASCULAR: _wall_plaque,
    Kind.DYSTROPHIC: _plaque,
    Kind.SKIN: _pearl,
    Kind.MILK_OF_CALCIUM: _pearl,
    Kind.SUTURE: _thread,
}
