"""Where particles may lie in a breast."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.distributions import Places

SKIN_MM = 5.0
UNDER_SKIN_MM = (0.8, 9.0)
IMAGE_EDGE_MM = 3.0
FROM_OTHERS_MM = 14.0
TRIES = 300


@dataclass(slots=True, kw_only=True, eq=False)
class Room:
    """Where particles may still lie; places already taken keep others 14 mm away.

    `tries` is how many places a group is tried at before it is left out.
    """

    allowed: NDArray[np.uint8]
    pitch_mm: float
    taken: Places = field(default_factory=lambda: np.zeros((0, 2)))
    tries: int = TRIES

    @classmethod
    def of(cls, canvas: Canvas) -> "Room":
        """Start with the whole breast, off the skin and off the edges of the image."""
        return cls._within(canvas, (canvas.depth > SKIN_MM).astype(np.uint8) & canvas.mask)

    @classmethod
    def near_skin(cls, canvas: Canvas) -> "Room":
        """Start with the band just inside the skin line, where skin lies over the breast."""
        least, most = UNDER_SKIN_MM
        return cls._within(canvas, ((canvas.depth > least) & (canvas.depth < most)).astype("u1"))

    @classmethod
    def _within(cls, canvas: Canvas, inside: NDArray[np.uint8]) -> "Room":
        edge = int(np.ceil(IMAGE_EDGE_MM / canvas.pitch_mm))
        allowed = np.zeros_like(inside)
        allowed[edge:-edge, edge:-edge] = inside[edge:-edge, edge:-edge]
        return cls(allowed=allowed, pitch_mm=canvas.pitch_mm)

    def holds(self, places: Places) -> bool:
        """Tell whether every place may be used."""
        if not self.covers(places):
            return False
        gaps = np.hypot(*(places[:, None, :] - self.taken[None, :, :]).transpose(2, 0, 1))
        return bool(gaps.min(initial=np.inf) >= FROM_OTHERS_MM)

    def covers(self, points: Places) -> bool:
        """Tell whether every point lies where particles may lie, taken or not."""
        index = np.rint(points / self.pitch_mm).astype(int)
        if (index < 0).any() or (index >= np.array(self.allowed.shape)).any():
            return False
        return bool(self.allowed[index[:, 0], index[:, 1]].all())

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """Draw one place that may be used; None when none was found."""
        rows, columns = np.nonzero(self.allowed[::4, ::4])
        for _ in range(TRIES if len(rows) else 0):
            at = int(rng.integers(len(rows)))
            place = (np.array([rows[at], columns[at]]) * 4.0 + rng.uniform(0, 1, 2)) * self.pitch_mm
            if self.holds(place[None, :]):
                return np.asarray(place, dtype=np.float64)
        return None

    def take(self, places: Places) -> None:
        """Keep everything planned later away from these places."""
        self.taken = np.vstack([self.taken, places])

    def without_taken(self) -> "Room":
        """Return the same room with everything near taken places cut out."""
        allowed = self.allowed.copy()
        radius = int(np.ceil(FROM_OTHERS_MM / self.pitch_mm))
        for row, column in np.rint(self.taken / self.pitch_mm).astype(int):
            cv2.circle(allowed, (int(column), int(row)), radius, 0, -1)
        return Room(allowed=allowed, pitch_mm=self.pitch_mm)
