"""Follow bright lines from their strongest points, over short gaps, to where they end."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.ridges import Ridges
from calcsight.terms.description_settings import TrackSettings

Path = NDArray[np.float64]
_Step = tuple[float, float, float]

# A line turns by at most this much from one step to the next, and over a gap.
_TURN = math.radians(40.0)
_GAP_TURN = math.radians(30.0)
_STEP_PX = 2.0
_ASIDE_PX = (0.0, 1.0, -1.0)
_SHORTEST_STEPS = 5
_MOST_STEPS = 4000
_MOST_SEEDS = 600


@dataclass(slots=True, kw_only=True, eq=False)
class _Trail:
    """What a walk looks at; `taken` is 1 where a line was followed already."""

    strength: NDArray[np.float32]
    along: NDArray[np.float32]
    taken: NDArray[np.uint8]
    weak: float
    gap_px: float

    def at(self, row: float, column: float) -> tuple[int, int] | None:
        """Return the nearest grid point, or None outside."""
        r, c = int(row + 0.5), int(column + 0.5)
        if 0 <= r < self.strength.shape[0] and 0 <= c < self.strength.shape[1]:
            return r, c
        return None


def trace_lines(ridges: Ridges, settings: TrackSettings) -> list[Path]:
    """Follow every line that is strong somewhere.

    Parameters
    ----------
    ridges : Ridges
    settings : TrackSettings

    Returns
    -------
    list of array (n, 2)
        Grid points, strongest line first. No point belongs to two lines but where they meet.
    """
    trail = _Trail(
        strength=ridges.strength,
        along=ridges.along,
        taken=np.zeros(ridges.strength.shape, np.uint8),
        weak=settings.weak_ridge_sd,
        gap_px=settings.gap_mm / ridges.pitch_mm,
    )
    reach = max(2, round(settings.apart_mm / ridges.pitch_mm))
    paths: list[Path] = []
    for row, column in _seeds(ridges.strength, settings.strong_ridge_sd):
        if trail.taken[row, column]:
            continue
        heading = float(ridges.along[row, column])
        ahead = _walk(trail, (float(row), float(column), heading))
        back = _walk(trail, (float(row), float(column), heading + np.pi))
        path = np.array([*back[::-1], (row, column), *ahead], np.float64)
        _take(trail.taken, path, reach)
        if len(path) >= _SHORTEST_STEPS:
            paths.append(path)
    return paths


def _seeds(strength: NDArray[np.float32], strong: float) -> list[tuple[int, int]]:
    """Return the strongest local maxima, strongest first; equal ones in reading order."""
    highest = np.asarray(cv2.dilate(strength, np.ones((5, 5), np.uint8)))
    rows, columns = np.nonzero((strength >= highest) & (strength > strong))
    order = np.argsort(-strength[rows, columns], kind="stable")[:_MOST_SEEDS]
    return [(int(rows[i]), int(columns[i])) for i in order]


def _take(taken: NDArray[np.uint8], path: Path, reach: int) -> None:
    """Mark a line and what lies beside it as followed."""
    corners = np.rint(path[:, ::-1]).astype(np.int32)
    cv2.polylines(taken, [corners], isClosed=False, color=1, thickness=2 * reach + 1)


def _walk(trail: _Trail, start: _Step) -> list[tuple[float, float]]:
    """Step along a line until it ends, leaves the image or meets one already followed."""
    points: list[tuple[float, float]] = []
    row, column, heading = start
    own: set[tuple[int, int]] = set()
    for _ in range(_MOST_STEPS):
        found = _next(trail, (row, column, heading), _STEP_PX) or _over_gap(
            trail, (row, column, heading)
        )
        if found is None:
            break
        place = trail.at(found[0], found[1])
        if place is None or place in own:
            break
        own.add(place)
        row, column, heading = found
        points.append((row, column))
        if trail.taken[place]:
            break
    return points


def _next(trail: _Trail, step: _Step, far: float) -> _Step | None:
    """Return the strongest grid point ahead or a little aside that the line goes on at."""
    row, column, heading = step
    down, right = math.sin(heading), math.cos(heading)
    best, chosen = trail.weak, None
    for aside in _ASIDE_PX:
        there = (row + far * down - aside * right, column + far * right + aside * down)
        place = trail.at(*there)
        if place is None:
            continue
        strength = float(trail.strength[place])
        if strength > best:
            turned = _forward(float(trail.along[place]), heading)
            if abs(_between(turned, heading)) <= _TURN:
                best, chosen = strength, (*there, heading + 0.6 * _between(turned, heading))
    return chosen


def _over_gap(trail: _Trail, step: _Step) -> _Step | None:
    """Look straight ahead over a gap for where the line goes on."""
    row, column, heading = step
    away = np.arange(2 * _STEP_PX, trail.gap_px + 0.5)
    if not len(away):
        return None
    lean = np.tan(_GAP_TURN / 2) * away
    aside = np.array((0.0, 0.5, -0.5, 1.0, -1.0))[:, None] * lean
    down, right = math.sin(heading), math.cos(heading)
    rows = np.rint(row + away * down - aside * right).astype(int)
    columns = np.rint(column + away * right + aside * down).astype(int)
    inside = (rows >= 0) & (columns >= 0)
    inside &= (rows < trail.strength.shape[0]) & (columns < trail.strength.shape[1])
    rows, columns = np.where(inside, rows, 0), np.where(inside, columns, 0)
    turned = np.abs((trail.along[rows, columns] - heading + np.pi / 2) % np.pi - np.pi / 2)
    good = inside & (trail.strength[rows, columns] > 1.5 * trail.weak) & (turned <= _GAP_TURN)
    if not good.any():
        return None
    at = int(good.any(axis=0).argmax())
    across = int(np.where(good[:, at], trail.strength[rows[:, at], columns[:, at]], -1).argmax())
    there = (float(rows[across, at]), float(columns[across, at]))
    course = math.atan2(there[0] - row, there[1] - column)
    return (*there, _forward(float(trail.along[int(there[0]), int(there[1])]), course))


def _forward(along: float, heading: float) -> float:
    """Return the direction of a line that goes on as a heading does."""
    return along if math.cos(along - heading) >= 0 else along + math.pi


def _between(angle: float, other: float) -> float:
    """Return the angle from `other` to `angle`, -pi to pi."""
    return (angle - other + math.pi) % (2 * math.pi) - math.pi
