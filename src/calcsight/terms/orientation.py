"""The eight turns and mirrors between a file's frame and the reading frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How a file's pixels become the reading frame (chest wall left).

    The file's array is transposed first when `transposed`, then its rows are reversed when
    `rows_reversed`, then its columns when `columns_reversed`: eight cases in all.
    """

    transposed: bool = False
    rows_reversed: bool = False
    columns_reversed: bool = False

    def to_reading(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Turn an array (rows, columns) of the file's frame into the reading frame (a view)."""
        turned = pixels.T if self.transposed else pixels
        return turned[
            :: -1 if self.rows_reversed else 1,
            :: -1 if self.columns_reversed else 1,
        ]

    def to_file(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Turn an array (rows, columns) of the reading frame back to the file's (a view)."""
        turned = pixels[
            :: -1 if self.rows_reversed else 1,
            :: -1 if self.columns_reversed else 1,
        ]
        return turned.T if self.transposed else turned

    def points_to_file(
        self, points: NDArray[np.floating[Any]], reading_shape: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Move points from the reading frame to the file's frame.

        Parameters
        ----------
        points : array (n, 2)
            `row, column`, 0-based pixel centres, reading frame.
        reading_shape : tuple of int
            (rows, columns) of the reading frame.

        Returns
        -------
        array (n, 2), float64
            `row, column`, 0-based pixel centres, file's frame.
        """
        moved = np.array(points, dtype=np.float64).reshape(-1, 2)
        if self.rows_reversed:
            moved[:, 0] = reading_shape[0] - 1 - moved[:, 0]
        if self.columns_reversed:
            moved[:, 1] = reading_shape[1] - 1 - moved[:, 1]
        return moved[:, ::-1].copy() if self.transposed else moved

    def points_to_reading(
        self, points: NDArray[np.floating[Any]], reading_shape: tuple[int, int]
    ) -> NDArray[np.float64]:
        """Move points (n, 2) from the file's frame to the reading frame; see `points_to_file`."""
        moved = np.array(points, dtype=np.float64).reshape(-1, 2)
        if self.transposed:
            moved = moved[:, ::-1].copy()
        if self.rows_reversed:
            moved[:, 0] = reading_shape[0] - 1 - moved[:, 0]
        if self.columns_reversed:
            moved[:, 1] = reading_shape[1] - 1 - moved[:, 1]
        return moved


def all_orientations() -> tuple[Orientation, ...]:
    """Return the eight orientations, the identity first."""
    return tuple(
        Orientation(transposed=t, rows_reversed=r, columns_reversed=c)
        for t in (False, True)
        for r in (False, True)
        for c in (False, True)
    )
