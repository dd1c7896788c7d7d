"""Many ways to lie grouped, linear, segmental, regional or diffuse: to learn from, not to show.

A describer that saw one layout of each word would learn that layout. Each of these is a density
over the breast, from which places are drawn.
"""

from collections.abc import Callable

import numpy as np

from calcsight.simulation.grounds import STEP_MM, Density, Grid, Ground
from calcsight.terms.distribution import Distribution

Random = np.random.Generator
Layout = Callable[[Random, Ground], Density | None]

_ANYWHERE_MM = (8.0, 400.0)
_BEHIND_NIPPLE_MM = (18.0, 75.0)


def layouts() -> dict[str, tuple[Distribution, Layout]]:
    """Return every layout by its name, with the word for it."""
    by_word: dict[Distribution, dict[str, Layout]] = {
        Distribution.SEGMENTAL: {
            "wedge": _fan,
            "graded-fan": _graded_fan,
            "bent-fan": lambda rng, ground: _fan(rng, ground, bend=_signed(rng, 0.25, 0.7)),
            "one-sided-fan": _one_sided_fan,
            "leaf": _leaf,
            "ducts": _ducts,
            "patchy-fan": _patchy_fan,
            "cut-fan": lambda rng, ground: _fan(rng, ground, begins=rng.uniform(0.3, 0.55)),
        },
        Distribution.REGIONAL: {
            "oval": _oval,
            "crescent": _crescent,
            "band": _band,
            "two-lobes": _two_lobes,
            "blotch": _blotch,
            "cored": _cored,
            "arc": _arc,
            "block": _block,
            "tapered": _tapered,
        },
        Distribution.DIFFUSE: {
            "even": lambda _, ground: 1.0 * ground.allowed,
            "uneven": _uneven,
            "holes": _holes,
            "graded": _graded,
            "clumps": _clumps,
            "inner": _inner,
        },
        Distribution.LINEAR: {
            "straight": lambda rng, ground: _line(rng, ground, 0.0, 0.0),
            "bent": lambda rng, ground: _line(rng, ground, _signed(rng, 0.4, 1.2), 0.0),
            "broken": lambda rng, ground: _line(
                rng, ground, rng.normal(0.0, 0.3), rng.uniform(0.3, 0.6)
            ),
            "winding": lambda rng, ground: _line(rng, ground, rng.normal(0.0, 0.3), 0.0, sway=1.0),
        },
        Distribution.GROUPED: {
            "round": lambda rng, ground: _cluster(rng, ground, 1.0),
            "long": lambda rng, ground: _cluster(rng, ground, rng.uniform(1.4, 2.3)),
            "cloud": _cloud,
            "ring": _ring,
            "dense-core": _dense_core,
        },
    }
    return {name: (word, one) for word, some in by_word.items() for name, one in some.items()}


def _signed(rng: Random, low: float, high: float) -> float:
    """Draw a number of either sign."""
    return float(rng.uniform(low, high) * rng.choice((-1.0, 1.0)))


def _fan_frame(rng: Random, ground: Ground) -> tuple[Grid, Grid, float, float] | None:
    """Draw a fan's apex and axis: distances along and off it (angle), its length, half opening."""
    centre = ground.draw(rng, _BEHIND_NIPPLE_MM)
    if centre is None:
        return None
    outward = ground.outward(centre)
    distance = float(np.hypot(*(centre - ground.nipple_mm)))
    length = float(rng.uniform(15.0, 60.0))
    # The centre lies two thirds of the way out; the apex at the nipple or part of the way.
    apex = max(distance - length * 0.65, 0.0)
    from_nipple = np.array([np.sin(outward), np.cos(outward)])
    tilt = float(rng.normal(0.0, 0.12)) * (apex > 0.0)
    along, across = ground.seen_from(ground.nipple_mm + apex * from_nipple, outward + tilt)
    opening = float(np.clip(rng.uniform(0.12, 0.6), 3.0 / length, 15.0 / length))
    return np.hypot(along, across), np.arctan2(across, along), length, opening


def _fan(
    rng: Random, ground: Ground, bend: float = 0.0, begins: float | None = None
) -> Density | None:
    """Fill a fan that opens away from the nipple."""
    frame = _fan_frame(rng, ground)
    if frame is None:
        return None
    away, angle, length, opening = frame
    first = rng.uniform(0.03, 0.3) if begins is None else begins
    turned = angle - bend * (away / length - 0.5)
    return (np.abs(turned) < opening) * (away > first * length) * (away < length) * 1.0


def _graded_fan(rng: Random, ground: Ground) -> Density | None:
    """Fill a fan more densely near the nipple, or away from it."""
    frame = _fan_frame(rng, ground)
    if frame is None:
        return None
    away, angle, length, opening = frame
    inside = (np.abs(angle) < opening) & (away > 0.06 * length) & (away < length)
    return inside * np.maximum(away / length, 0.06) ** _signed(rng, 0.7, 1.6)


def _one_sided_fan(rng: Random, ground: Ground) -> Density | None:
    """Fill a fan more densely along one of its edges."""
    frame = _fan_frame(rng, ground)
    if frame is None:
        return None
    away, angle, length, opening = frame
    inside = (np.abs(angle) < opening) & (away > 0.06 * length) & (away < length)
    return inside * np.exp(_signed(rng, 0.6, 1.6) * np.clip(angle / opening, -1.0, 1.0))


def _leaf(rng: Random, ground: Ground) -> Density | None:
    """Fill a lobe: a fan whose far end is rounded off."""
    frame = _fan_frame(rng, ground)
    if frame is None:
        return None
    away, angle, length, opening = frame
    share = np.clip(away / length, 0.0, 1.0)
    wide = 1.5 * opening * np.sqrt(np.maximum(1.0 - share ** rng.uniform(2.0, 5.0), 0.0))
    return (np.abs(angle) < wide) * (away > 0.05 * length) * (away < length) * 1.0


def _patchy_fan(rng: Random, ground: Ground) -> Density | None:
    """Fill a fan unevenly."""
    fan = _fan(rng, ground)
    return None if fan is None else fan * np.exp(0.9 * ground.clouds(rng, rng.uniform(5.0, 12.0)))


def _ducts(rng: Random, ground: Ground) -> Density | None:
    """Lay along several ducts that part from one on their way from the nipple."""
    centre = ground.draw(rng, _BEHIND_NIPPLE_MM)
    if centre is None:
        return None
    outward, length = ground.outward(centre), float(rng.uniform(18.0, 55.0))
    apex = centre - rng.uniform(0.45, 0.7) * length * np.array([np.sin(outward), np.cos(outward)])
    opening = float(np.clip(rng.uniform(0.2, 0.65), 3.5 / length, 15.0 / length))
    count = int(rng.integers(3, 8))
    angles = np.linspace(-opening, opening, count) + rng.normal(0.0, 0.15 * opening, count)
    width, total = float(rng.uniform(0.4, 1.1)), np.zeros(ground.allowed.shape)
    for angle in angles:
        reach = length * float(rng.uniform(0.7, 1.0))
        steps = np.linspace(rng.uniform(0.0, 0.3), 1.0, 40)
        wander = rng.normal(0.0, 0.12) * np.sin(np.pi * steps) + angle * np.minimum(steps * 2, 1.0)
        way = outward + wander
        path = apex + (steps * reach)[:, None] * np.stack([np.sin(way), np.cos(way)], 1)
        total = np.maximum(total, ground.near(path, width))
    return total


def _centred(rng: Random, ground: Ground, turn: float) -> tuple[Grid, Grid] | None:
    """Draw a centre; distances along (outward, turned) and across it."""
    centre = ground.draw(rng, _ANYWHERE_MM)
    return None if centre is None else ground.seen_from(centre, ground.outward(centre) + turn)


def _oval(rng: Random, ground: Ground) -> Density | None:
    """Fill an oval of any direction; the longer, the more it lies across the ducts."""
    stretch = float(rng.uniform(1.0, 1.7))
    usual = rng.uniform(-np.pi / 2, np.pi / 2)
    turn = usual if stretch < 1.3 else np.pi / 2 + rng.uniform(-0.8, 0.8)
    frame = _centred(rng, ground, turn)
    if frame is None:
        return None
    radius = float(rng.uniform(11.0, 24.0))
    return (np.hypot(frame[0] / stretch, frame[1]) < radius) * 1.0


def _crescent(rng: Random, ground: Ground) -> Density | None:
    """Fill a crescent that is hollow to any side."""
    frame = _centred(rng, ground, rng.uniform(-np.pi, np.pi))
    if frame is None:
        return None
    radius = float(rng.uniform(13.0, 24.0))
    bitten = np.hypot(frame[0] - radius * rng.uniform(0.6, 0.9), frame[1]) < radius * 0.85
    return (np.hypot(*frame) < radius) * ~bitten * 1.0


def _band(rng: Random, ground: Ground) -> Density | None:
    """Fill a band across the ducts."""
    frame = _centred(rng, ground, rng.uniform(-0.5, 0.5))
    if frame is None:
        return None
    half, length = rng.uniform(5.0, 11.0), rng.uniform(13.0, 32.0)
    return (np.abs(frame[0]) < half) * (np.abs(frame[1]) < length) * 1.0


def _two_lobes(rng: Random, ground: Ground) -> Density | None:
    """Fill two discs beside each other."""
    frame = _centred(rng, ground, np.pi / 2 + rng.uniform(-0.9, 0.9))
    if frame is None:
        return None
    one, other = rng.uniform(6.0, 13.0, 2)
    apart = (one + other) * rng.uniform(0.9, 1.2) / 2
    first = np.hypot(frame[0] - apart, frame[1]) < one
    return np.asarray((first | (np.hypot(frame[0] + apart, frame[1]) < other)) * 1.0)


def _blotch(rng: Random, ground: Ground) -> Density | None:
    """Fill irregular patches within a disc."""
    frame = _centred(rng, ground, 0.0)
    if frame is None:
        return None
    clouds = ground.clouds(rng, rng.uniform(6.0, 14.0))
    return (np.hypot(*frame) < rng.uniform(14.0, 26.0)) * np.exp(rng.uniform(0.6, 1.5) * clouds)


def _cored(rng: Random, ground: Ground) -> Density | None:
    """Lie densest in the middle, thinning out."""
    turn = np.pi / 2 + rng.uniform(-0.8, 0.8)
    frame = _centred(rng, ground, turn)
    if frame is None:
        return None
    away = np.hypot(frame[0] / rng.uniform(1.0, 1.5), frame[1]) / rng.uniform(6.5, 11.0)
    return np.exp(-0.5 * away**2) * (away < 2.6)


def _arc(rng: Random, ground: Ground) -> Density | None:
    """Fill a part of a ring about the nipple."""
    centre = ground.draw(rng, (25.0, 80.0))
    if centre is None:
        return None
    along, across = ground.seen_from(ground.nipple_mm, ground.outward(centre))
    distance = float(np.hypot(*(centre - ground.nipple_mm)))
    reach = rng.uniform(13.0, 30.0) / distance
    ring = np.abs(np.hypot(along, across) - distance) < rng.uniform(4.5, 10.0)
    return ring * (np.abs(np.arctan2(across, along)) < reach) * 1.0


def _block(rng: Random, ground: Ground) -> Density | None:
    """Fill a block with straight sides."""
    frame = _centred(rng, ground, rng.uniform(-np.pi / 4, np.pi / 4))
    if frame is None:
        return None
    high, half = rng.uniform(9.0, 18.0), rng.uniform(11.0, 22.0)
    return (np.abs(frame[0]) < high) * (np.abs(frame[1]) < half) * 1.0


def _tapered(rng: Random, ground: Ground) -> Density | None:
    """Fill a patch that narrows away from the nipple."""
    frame = _centred(rng, ground, rng.normal(0.0, 0.3))
    if frame is None:
        return None
    length, wide = rng.uniform(22.0, 40.0), rng.uniform(9.0, 18.0)
    share = frame[0] / length + 0.5
    inside = (share > 0.0) & (share < 1.0)
    return inside * (np.abs(frame[1]) < wide * (1.0 - 0.75 * share)) * 1.0


def _graded(rng: Random, ground: Ground) -> Density:
    """Lie through the breast, denser to one side."""
    frame = ground.seen_from(ground.nipple_mm, rng.uniform(0.0, 2 * np.pi))
    share = (frame[0] - frame[0].min()) / np.ptp(frame[0])
    return np.asarray(ground.allowed * (0.25 + share))


def _clumps(rng: Random, ground: Ground) -> Density:
    """Lie in many clumps through the breast, with some between them."""
    total = ground.allowed * rng.uniform(0.02, 0.15)
    for _ in range(int(rng.integers(8, 20))):
        place = ground.draw(rng, _ANYWHERE_MM)
        if place is not None:
            away = np.hypot(*ground.seen_from(place, 0.0)) / rng.uniform(3.0, 8.0)
            total += ground.allowed * np.exp(-0.5 * away**2)
    return total


def _uneven(rng: Random, ground: Ground) -> Density:
    """Lie through the breast, here denser and there thinner."""
    clouds = ground.clouds(rng, rng.uniform(10.0, 30.0))
    return np.asarray(ground.allowed * np.exp(rng.uniform(0.4, 1.1) * clouds))


def _holes(rng: Random, ground: Ground) -> Density:
    """Lie through the breast but for some holes."""
    clouds = ground.clouds(rng, rng.uniform(10.0, 22.0))
    return ground.allowed * (clouds > rng.uniform(-0.6, 0.2)) * 1.0


def _inner(rng: Random, ground: Ground) -> Density:
    """Lie through the breast but for a margin at the skin."""
    middle = np.argwhere(ground.allowed).mean(axis=0) * STEP_MM
    shrunk = (ground.places_mm - middle[:, None, None]) / rng.uniform(0.6, 0.85) + middle[
        :, None, None
    ]
    at = np.rint(shrunk / STEP_MM).astype(int)
    high, wide = ground.allowed.shape
    known = (at[0] >= 0) & (at[0] < high) & (at[1] >= 0) & (at[1] < wide)
    inside = np.zeros(ground.allowed.shape)
    inside[known] = ground.allowed[at[0][known], at[1][known]]
    return ground.allowed * inside


def _line(
    rng: Random, ground: Ground, bend: float, missing: float, sway: float = 0.0
) -> Density | None:
    """Lay along a line, mostly one that runs to the nipple."""
    centre = ground.draw(rng, (15.0, 400.0))
    if centre is None:
        return None
    usual = rng.normal(0.0, 0.35)
    heading = ground.outward(centre) + (usual if rng.random() < 0.8 else rng.uniform(0.0, np.pi))
    length, steps = float(rng.uniform(9.0, 45.0)), np.linspace(-0.5, 0.5, 80)
    way = heading + bend * steps
    if sway:
        way = way + rng.uniform(0.2, 0.5) * np.sin(steps * rng.uniform(6.0, 14.0))
    moves = np.stack([np.sin(way), np.cos(way)], 1) * length / len(steps)
    path = centre + np.cumsum(moves, axis=0) - moves.sum(axis=0) / 2
    width = float(rng.uniform(0.2, 0.9))
    if not missing:
        return ground.near(path, width)
    first, last = path[: int((1 - missing) * 40)], path[int((1 + missing) * 40) :]
    return np.maximum(ground.near(first, width), ground.near(last, width))


def _cluster(rng: Random, ground: Ground, stretch: float) -> Density | None:
    """Fill a small disc or oval of any direction."""
    frame = _centred(rng, ground, rng.uniform(0.0, np.pi))
    if frame is None:
        return None
    most = 9.5 / stretch
    radius = float(np.exp(rng.uniform(np.log(1.6), np.log(most))))
    return (np.hypot(frame[0] / stretch, frame[1]) < radius) * 1.0


def _cloud(rng: Random, ground: Ground) -> Density | None:
    """Lie in a few small clouds that join."""
    frame = _centred(rng, ground, 0.0)
    if frame is None:
        return None
    reach, total = rng.uniform(1.0, 4.5), np.zeros(ground.allowed.shape)
    for _ in range(int(rng.integers(2, 5))):
        down, right = rng.normal(0.0, 0.6 * reach, 2)
        away = np.hypot(frame[0] - down, frame[1] - right) / (reach * rng.uniform(0.4, 0.9))
        total += np.exp(-0.5 * away**2) * (away < 2.2)
    return total


def _ring(rng: Random, ground: Ground) -> Density | None:
    """Lie about an empty middle."""
    frame = _centred(rng, ground, 0.0)
    if frame is None:
        return None
    radius = float(rng.uniform(2.0, 7.5))
    return (np.abs(np.hypot(*frame) - radius) < 0.35 * radius) * 1.0


def _dense_core(rng: Random, ground: Ground) -> Density | None:
    """Lie densest in the middle of a small group."""
    frame = _centred(rng, ground, rng.uniform(0.0, np.pi))
    if frame is None:
        return None
    away = np.hypot(frame[0] / rng.uniform(1.0, 1.8), frame[1]) / rng.uniform(1.0, 3.0)
    return np.exp(-0.5 * away**2) * (away < 2.6)
