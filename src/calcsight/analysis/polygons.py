"""Many closed polygons at once: area, centroid and perimeter without a loop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polygons:
    """Closed polygons, laid end to end.

    Parameters
    ----------
    points : array (n, 2), float64
        `column, row` of all corners, polygon after polygon; no last corner is repeated.
    starts : array (k,), intp
        Where each polygon begins; each has at least one corner.
    """

    points: NDArray[np.float64]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, polygons: Sequence[NDArray[np.float32]]) -> "Polygons":
        """Lay polygons (n, 2) end to end."""
        sizes = np.array([len(one) for one in polygons], dtype=np.intp)
        points = np.concatenate([np.zeros((0, 2), np.float32), *polygons]).astype(np.float64)
        return cls(points=points, starts=np.cumsum(sizes) - sizes)

    def _sides(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Corners and the corners that follow them."""
        following = np.roll(self.points, -1, axis=0)
        ends = np.append(self.starts[1:], len(self.points)) - 1
        following[ends] = self.points[self.starts]
        return self.points, following

    def areas_and_centroids(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Area (k,) and centroid (k, 2) by Green's theorem; the mean corner when the area is 0."""
        here, there = self._sides()
        cross = here[:, 0] * there[:, 1] - there[:, 0] * here[:, 1]
        doubled = np.add.reduceat(cross, self.starts)
        moments = np.add.reduceat((here + there) * cross[:, None], self.starts, axis=0)
        sizes = np.diff(np.append(self.starts, len(here)))
        means = np.add.reduceat(here, self.starts, axis=0) / sizes[:, None]
        flat = doubled == 0.0
        centroids = moments / (3.0 * np.where(flat, 1.0, doubled))[:, None]
        return np.abs(doubled) / 2.0, np.where(flat[:, None], means, centroids)

    def perimeters(self) -> NDArray[np.float64]:
        """Length of each closed polygon (k,)."""
        here, there = self._sides()
        return np.asarray(
            np.add.reduceat(np.hypot(*(there - here).T), self.starts), dtype=np.float64
        )
