"""The ground a group is laid on: a grid over the breast, seen from any point and direction."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.distributions import Places
from calcsight.simulation.room import Room

Grid = NDArray[np.float64]
# Of any kind of number, not below 0.
Density = NDArray[Any]

STEP_MM = 0.5
# Share of a layout that must lie on the ground, tissue between two particles, and how few make one.
_KEPT = 0.8
_BETWEEN_MM = 0.25
_LEAST = 5
_TRIES = 40


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """Where particles may lie, point by point.

    Parameters
    ----------
    allowed : array (rows, columns), bool
        Of a grid 0.5 mm apart.
    nipple_mm : array (2,)
        (down, right), mm from the first pixel centre.
    """

    allowed: NDArray[np.bool_]
    nipple_mm: NDArray[np.float64]

    @classmethod
    def of(cls, canvas: Canvas, room: Room) -> "Ground":
        """Take the free part of a room."""
        free = room.without_taken().allowed
        factor = room.pitch_mm / STEP_MM
        allowed = cv2.resize(free, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST) > 0
        return cls(allowed=allowed, nipple_mm=np.array(canvas.nipple_mm))

    @cached_property
    def places_mm(self) -> Grid:
        """(down, right) of every point, shape (2, rows, columns), mm."""
        return np.indices(self.allowed.shape, dtype=np.float64) * STEP_MM

    def draw(
        self, rng: np.random.Generator, reach_mm: tuple[float, float]
    ) -> NDArray[np.float64] | None:
        """Draw a free place whose distance from the nipple lies in a range; None when none is."""
        away = np.hypot(*(self.places_mm - self.nipple_mm[:, None, None]))
        rows, columns = np.nonzero(self.allowed & (away >= reach_mm[0]) & (away <= reach_mm[1]))
        if not len(rows):
            return None
        at = int(rng.integers(len(rows)))
        return np.array([rows[at], columns[at]]) * STEP_MM

    def outward(self, place_mm: NDArray[np.float64]) -> float:
        """Return the direction from the nipple to a place, radians from the column axis."""
        down, right = place_mm - self.nipple_mm
        return float(np.arctan2(down, right))

    def seen_from(self, place_mm: NDArray[np.float64], heading: float) -> tuple[Grid, Grid]:
        """Return how far every point lies along and across a heading, mm from a place."""
        down, right = self.places_mm - place_mm[:, None, None]
        along = down * np.sin(heading) + right * np.cos(heading)
        return along, down * np.cos(heading) - right * np.sin(heading)

    def clouds(self, rng: np.random.Generator, size_mm: float) -> Grid:
        """Return smooth noise of mean 0 and SD 1 with lumps of about a size."""
        rough = rng.standard_normal(self.allowed.shape)
        smooth = cv2.GaussianBlur(rough, (0, 0), size_mm / STEP_MM / 2)
        return np.asarray((smooth - smooth.mean()) / max(float(smooth.std()), 1e-9))

    def near(self, path_mm: Places, width_mm: float) -> Grid:
        """Return 1 on a path, falling to 0 beside it over about its width."""
        drawn = np.ones(self.allowed.shape, np.uint8)
        points = np.rint(path_mm[:, ::-1] / STEP_MM).astype(np.int32)
        cv2.polylines(drawn, [points[:, None, :]], False, 0, 1)
        away = np.minimum(cv2.distanceTransform(drawn, cv2.DIST_L2, 5), 1e4) * STEP_MM
        return np.asarray(np.exp(-0.5 * (away / width_mm) ** 2) * (away < 2.5 * width_mm))

    def scatter(
        self, rng: np.random.Generator, density: Density, diameters_mm: NDArray[np.float64]
    ) -> Places | None:
        """Draw places by a density, none touching another; as many as find room.

        Parameters
        ----------
        rng : numpy.random.Generator
        density : array (rows, columns)
            Not below 0; what lies off the ground counts as lost.
        diameters_mm : array (n,)

        Returns
        -------
        array (k <= n, 2) or None
            (down, right) in mm, in the order of the diameters; None when much of the density is
            lost, or fewer than five and fewer than half found room.
        """
        free = np.where(self.allowed, density, 0.0)
        if free.sum() < _KEPT * max(float(density.sum()), 1e-9):
            return None
        cells = np.cumsum(free.ravel())
        places = np.zeros((0, 2))
        for number, diameter in enumerate(diameters_mm):
            needed = (diameters_mm[:number] + diameter) / 2 + _BETWEEN_MM
            for at in np.searchsorted(cells, rng.uniform(0.0, cells[-1], _TRIES)):
                cell = np.array(np.unravel_index(min(int(at), cells.size - 1), free.shape))
                place = (cell + rng.uniform(-0.5, 0.5, 2)) * STEP_MM
                if (np.hypot(*(places - place).T) >= needed).all():
                    places = np.vstack([places, place])
                    break
            else:
                break
        enough = min(_LEAST, len(diameters_mm))
        return places if len(places) >= max(enough, len(diameters_mm) // 2) else None
