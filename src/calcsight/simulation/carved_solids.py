"""Solids that are joined and cut like wood: signed distances on a grid, and their outline."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from calcsight.simulation.outlines import Outline

# Negative inside, about the distance to the surface near it.
Solid = NDArray[np.float64]

_ACROSS = 240
_REFINEMENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """The block that solids are carved in.

    Parameters
    ----------
    across : array (n, 1)
        Coordinate of each row of the grid.
    along : array (1, m)
        Coordinate of each column.
    step : float
        Between grid points, in the same unit.
    """

    across: NDArray[np.float64]
    along: NDArray[np.float64]
    step: float

    @classmethod
    def around(cls, low: NDArray[np.float64], high: NDArray[np.float64]) -> "Block":
        """Make a block from one corner (across, along) to the other, with a margin."""
        step = float((high - low).max()) / _ACROSS
        margin = 8 * step
        axes = [
            np.arange(a - margin, b + margin + step, step) for a, b in zip(low, high, strict=True)
        ]
        return cls(across=axes[0][:, None], along=axes[1][None, :], step=step)

    @classmethod
    def square(cls, half: float) -> "Block":
        """Make a square block about 0."""
        return cls.around(np.full(2, -half), np.full(2, half))

    def disc(self, centre: NDArray[np.float64], radius: float) -> Solid:
        """Return a disc."""
        away = np.hypot(self.across - centre[0], self.along - centre[1])
        return np.asarray(away - radius)

    def slab(self, angle: float, offset: float) -> Solid:
        """Return all that lies less far out than `offset` in one direction."""
        out = np.sin(angle) * self.across + np.cos(angle) * self.along
        return np.asarray(out - offset)

    def oval(self, half: tuple[float, float], power: float) -> Solid:
        """Return a superellipse about 0: power 2 = an ellipse, more = squarer."""
        far = np.abs(self.across / half[0]) ** power + np.abs(self.along / half[1]) ** power
        return np.asarray((far ** (1.0 / power) - 1.0) * min(half))

    def stroke(self, path: NDArray[np.float64], radii: NDArray[np.float64]) -> Solid:
        """Return a stroke along a path (n, 2), its radius changing from point to point."""
        solid = np.full((self.across.size, self.along.size), np.inf)
        for at in range(len(path) - 1):
            start, step = path[at], path[at + 1] - path[at]
            squared = max(float(step @ step), 1e-18)
            share = (self.across - start[0]) * step[0] + (self.along - start[1]) * step[1]
            share = np.clip(share / squared, 0.0, 1.0)
            away = np.hypot(
                self.across - start[0] - share * step[0], self.along - start[1] - share * step[1]
            )
            np.minimum(solid, away - radii[at] - share * (radii[at + 1] - radii[at]), out=solid)
        return solid

    def grain(self, rng: np.random.Generator, width: float) -> Solid:
        """Return a smooth random field of SD 1 whose blotches are about `width` wide."""
        white = rng.standard_normal((self.across.size, self.along.size))
        smooth = np.asarray(cv2.GaussianBlur(white, (0, 0), max(width / 2.0 / self.step, 0.8)))
        return np.asarray(smooth / smooth.std())

    def outline(self, solid: Solid) -> Outline:
        """Return the outline (n, 2) of a solid's largest piece, its holes filled."""
        contours, _ = cv2.findContours(
            (solid < 0.0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        index = max(contours, key=cv2.contourArea).reshape(-1, 2)[:, ::-1].astype(np.float64)
        slope = np.gradient(solid)
        for _ in range(_REFINEMENTS):
            # One Newton step each: from the grid to where the distance is 0.
            value = map_coordinates(solid, index.T, order=1, mode="nearest")
            ahead = np.stack([map_coordinates(s, index.T, order=1, mode="nearest") for s in slope])
            steep = np.maximum((ahead**2).sum(axis=0), (0.3 * self.step) ** 2)
            index -= np.clip(value * ahead / steep, -1.5, 1.5).T
        ahead, behind = np.roll(index, -1, axis=0), np.roll(index, 1, axis=0)
        smooth = ((2 * index + ahead + behind) / 4)[::2]
        return np.asarray(smooth * self.step + [self.across[0, 0], self.along[0, 0]])


def joined(one: Solid, other: Solid, soft: float = 0.0) -> Solid:
    """Return both solids together; notches narrower than about `soft` are filled."""
    if soft <= 0.0:
        return np.minimum(one, other)
    near = np.clip(soft - np.abs(one - other), 0.0, None) / soft
    return np.asarray(np.minimum(one, other) - near**2 * soft / 4.0)


def kept(one: Solid, other: Solid, soft: float = 0.0) -> Solid:
    """Return what both solids share; edges sharper than about `soft` are rounded."""
    return -joined(-one, -other, soft)


def cut(one: Solid, other: Solid, soft: float = 0.0) -> Solid:
    """Return the first solid without the second."""
    return kept(one, -other, soft)


def turned_solid(outline: Outline, angle: float) -> Outline:
    """Turn an outline about 0."""
    sine, cosine = np.sin(angle), np.cos(angle)
    return np.asarray(outline @ np.array([[cosine, -sine], [sine, cosine]]))


def drifting_path(rng: np.random.Generator, length: float, sway: float, points: int) -> Outline:
    """Draw a path (n, 2) of (across, along) whose direction drifts like a random walk held back.

    Parameters
    ----------
    rng : numpy.random.Generator
    length : float
        Travelled along the path.
    sway : float
        SD of the direction, radians.
    points : int
    """
    direction = np.zeros(points - 1)
    now = rng.normal(0.0, sway)
    memory = float(np.exp(-4.0 / points))
    for at in range(points - 1):
        direction[at] = now
        now = memory * now + np.sqrt(1.0 - memory**2) * rng.normal(0.0, sway)
    direction -= direction.mean()
    steps = np.stack([np.sin(direction), np.cos(direction)], 1) * (length / (points - 1))
    path = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
    return np.asarray(path - path.mean(axis=0))
