"""Dots, chips and lumps, carved: what is not long."""

import numpy as np

from calcsight.simulation.carved_solids import (
    Block,
    Solid,
    cut,
    drifting_path,
    joined,
    kept,
    turned_solid,
)
from calcsight.simulation.outlines import Outline

_TAU = 2 * np.pi


def bead(rng: np.random.Generator, _: float) -> Outline:
    """Draw a round grain, a little shaved on one side."""
    block = Block.square(1.3)
    solid = block.oval((1.0, rng.uniform(1.0, 1.13)), rng.uniform(1.85, 2.35))
    shaved = kept(solid, block.slab(rng.uniform(0, _TAU), rng.uniform(0.92, 1.0)), 0.15)
    return turned_solid(block.outline(shaved), rng.uniform(0, _TAU))


def puff(rng: np.random.Generator, _: float) -> Outline:
    """Draw a cloud: soft balls about one place, run into each other."""
    block = Block.square(2.6)
    solid = block.disc(np.zeros(2), rng.uniform(0.5, 0.8))
    longer = np.array([1.0, rng.uniform(1.0, 1.6)])
    for _ball in range(int(rng.integers(3, 8))):
        centre = np.clip(rng.normal(0.0, 0.36, 2), -0.8, 0.8) * longer
        solid = joined(solid, block.disc(centre, rng.uniform(0.35, 0.7)), 0.5)
    return block.outline(solid)


def _hewn(rng: np.random.Generator, block: Block, cuts: tuple[int, int], soft: float) -> Solid:
    """Hew a ball flat on some sides."""
    solid = block.disc(np.zeros(2), 1.0)
    count = int(rng.integers(*cuts))
    for angle in _TAU * (np.arange(count) + rng.uniform(-0.4, 0.4, count)) / count:
        solid = kept(solid, block.slab(float(angle), rng.uniform(0.45, 0.9)), soft)
    return solid


def chunk(rng: np.random.Generator, _: float) -> Outline:
    """Draw one to three hewn stones grown together, here and there with a bite taken out."""
    block = Block.square(3.2)
    solid = _hewn(rng, block, (5, 9), 0.12)
    for _more in range(int(rng.integers(0, 3))):
        angle, away = rng.uniform(0, _TAU), rng.uniform(0.8, 1.25)
        centre = away * np.array([np.sin(angle), np.cos(angle)])
        lobe = block.disc(centre, rng.uniform(0.5, 0.85))
        lobe = kept(lobe, block.slab(angle, away + rng.uniform(0.2, 0.5)), 0.1)
        solid = joined(solid, lobe, 0.12)
    for _bite in range(int(rng.integers(0, 3))):
        angle, radius = rng.uniform(0, _TAU), rng.uniform(0.25, 0.45)
        centre = np.array([np.sin(angle), np.cos(angle)]) * (0.75 + radius)
        solid = cut(solid, block.disc(centre, radius), 0.1)
    return block.outline(solid)


def fragment(rng: np.random.Generator, _: float) -> Outline:
    """Draw one of several unlike broken bits: a chip, a comma, a drop, a bitten grain."""
    block = Block.square(2.4)
    form = int(rng.integers(4))
    if form == 0:
        angles = np.sort(rng.uniform(0, _TAU / 3, 3)) + np.arange(3) * _TAU / 3
        solid = block.disc(np.zeros(2), 1.4)
        for angle in angles:
            solid = kept(solid, block.slab(float(angle), rng.uniform(0.35, 0.8)), 0.06)
        return block.outline(solid)
    if form == 1:
        turn = np.linspace(0.0, rng.uniform(1.2, 2.2), 12)
        path = np.stack([1.0 - np.cos(turn), np.sin(turn)], 1) - 0.5
        return block.outline(block.stroke(path, np.linspace(rng.uniform(0.3, 0.5), 0.08, 12)))
    if form == 2:
        path = drifting_path(rng, rng.uniform(1.2, 2.6), 0.25, 10)
        radii = rng.uniform(0.35, 0.6) * np.linspace(1.0, rng.uniform(0.1, 0.5), 10)
        radii[int(rng.integers(3, 8))] *= rng.uniform(0.55, 0.9)
        return block.outline(block.stroke(path, radii))
    solid = _hewn(rng, block, (4, 7), 0.08)
    angle, radius = rng.uniform(0, _TAU), rng.uniform(0.4, 0.7)
    centre = np.array([np.sin(angle), np.cos(angle)]) * (0.55 + radius)
    return block.outline(cut(solid, block.disc(centre, radius), 0.08))


def pebble(rng: np.random.Generator, _: float) -> Outline:
    """Draw the outside of a shell: an oval, at most a little squarish."""
    block = Block.square(1.6)
    solid = block.oval((1.0, rng.uniform(1.0, 1.18)), rng.uniform(1.9, 2.3))
    return turned_solid(block.outline(solid), rng.uniform(0, _TAU))


def facet(rng: np.random.Generator, _: float) -> Outline:
    """Draw the outside of a skin calcification: rounded, with up to three flattened sides."""
    block = Block.square(1.6)
    solid = block.oval((1.0, rng.uniform(1.0, 1.2)), rng.uniform(2.0, 2.6))
    for _side in range(int(rng.integers(0, 4))):
        flat = block.slab(rng.uniform(0, _TAU), rng.uniform(0.82, 0.97))
        solid = kept(solid, flat, 0.2)
    return turned_solid(block.outline(solid), rng.uniform(0, _TAU))


def cauliflower(rng: np.random.Generator, _: float) -> Outline:
    """Draw a lump that grew knob by knob, each on one that was there before."""
    block = Block.square(2.6)
    centres, radii = [np.zeros(2)], [rng.uniform(0.65, 0.85)]
    solid = block.disc(centres[0], radii[0])
    for _knob in range(int(rng.integers(7, 13))):
        on = 0 if rng.random() < 0.7 else int(rng.integers(len(centres)))
        angle, radius = rng.uniform(0, _TAU), rng.uniform(0.28, 0.46)
        centre = centres[on] + radii[on] * np.array([np.sin(angle), np.cos(angle)])
        if np.hypot(*centre) > 1.25:
            continue
        centres, radii = [*centres, centre], [*radii, radius]
        solid = joined(solid, block.disc(centre, radius), 0.05)
    return block.outline(solid)


def slag(rng: np.random.Generator, _: float) -> Outline:
    """Draw a coarse plaque: an oval whose surface a rough field pushes in and out."""
    block = Block.square(2.9)
    solid = block.oval((1.0, rng.uniform(1.0, 1.7)), 2.0)
    solid = solid + rng.uniform(0.16, 0.32) * block.grain(rng, rng.uniform(0.6, 1.1))
    solid = solid + 0.05 * block.grain(rng, 0.3)
    for _notch in range(int(rng.integers(0, 3))):
        angle = rng.uniform(0, _TAU)
        way = np.array([np.sin(angle), np.cos(angle)])
        path = np.linspace(1.7, rng.uniform(0.5, 0.9), 6)[:, None] * way
        solid = cut(solid, block.stroke(path, np.linspace(0.28, 0.08, 6)), 0.08)
    return block.outline(solid)


def smudge(rng: np.random.Generator, _: float) -> Outline:
    """Draw calcium at the bottom of a cyst, seen from above."""
    block = Block.square(1.6)
    solid = block.oval((1.0, rng.uniform(1.0, 1.12)), 2.0) + 0.05 * block.grain(rng, 0.9)
    return block.outline(solid)


def settled(rng: np.random.Generator, _: float) -> Outline:
    """Draw calcium at the bottom of a cyst from the side: a segment, a sickle or a line."""
    block = Block.square(1.3)
    ball = block.disc(np.zeros(2), 1.0)
    form = rng.random()
    if form < 0.4:
        # A level surface, well below the middle of the cyst.
        return block.outline(kept(ball, block.slab(-np.pi / 2, -rng.uniform(0.3, 0.7)), 0.03))
    if form < 0.75:
        shift = rng.uniform(0.35, 0.6)
        sickle = cut(ball, block.disc(np.array([-shift, 0.0]), 1.02), 0.03)
        return block.outline(sickle)
    ends = np.array([[0.0, -1.0], [rng.uniform(-0.03, 0.1), 0.0], [0.0, 1.0]])
    middle = rng.uniform(0.06, 0.1)
    return block.outline(block.stroke(ends, np.array([0.035, middle, 0.035])))
