"""Outlines as pixels of the file's own frame."""

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.calcification import Calcification


def pixels_of(
    particle: Calcification, shape: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixels of a particle: those whose centre lies inside its outline.

    A centre exactly on the outline belongs to one side of it alone, so that two particles that
    touch share no pixel. A particle that holds no centre keeps the pixel at its own centre.

    Parameters
    ----------
    particle : Calcification
    shape : tuple of int
        (rows, columns) of the file's own frame; what lies outside it is left out.

    Returns
    -------
    rows, columns : array (n,), intp
        0-based, n >= 1, each pixel once.
    """
    rows, columns = _inside(particle.outline)
    within = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    if within.any():
        return rows[within], columns[within]
    row = int(np.clip(np.rint(particle.row), 0, shape[0] - 1))
    column = int(np.clip(np.rint(particle.column), 0, shape[1] - 1))
    return np.array([row], np.intp), np.array([column], np.intp)


def _inside(outline: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixels whose centre a closed polygon (n, 2) of `row, column` holds: even-odd.

    Each side crosses every row of centres between its ends once; a centre is inside when an odd
    number of sides cross its row to the right of it.
    """
    here = np.asarray(outline, dtype=np.float64).reshape(-1, 2)
    there = np.roll(here, -1, axis=0)
    low, high = np.minimum(here[:, 0], there[:, 0]), np.maximum(here[:, 0], there[:, 0])
    first_rows, end_rows = np.ceil(low).astype(np.intp), np.ceil(high).astype(np.intp)
    crossed = end_rows - first_rows
    if crossed.sum() == 0:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    sides = np.repeat(np.arange(len(here)), crossed)
    steps = np.arange(len(sides)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    rows = first_rows[sides] + steps
    share = (rows - here[sides, 0]) / (there[sides, 0] - here[sides, 0])
    columns = here[sides, 1] + share * (there[sides, 1] - here[sides, 1])
    return _filled(rows, np.ceil(columns).astype(np.intp))


def _filled(
    rows: NDArray[np.intp], ends: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixels with an odd number of crossings to their right; `ends` are exclusive."""
    top, left = int(rows.min()), int(ends.min())
    counts = np.zeros((int(rows.max()) - top + 1, int(ends.max()) - left + 1), np.intp)
    np.add.at(counts, (rows - top, ends - left), 1)
    # counts[r, j] sides cross row r right of pixels j - 1 and less.
    right_of = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    found_rows, found_columns = np.nonzero(right_of[:, 1:] % 2)
    return found_rows + top, found_columns + left
