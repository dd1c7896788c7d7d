"""Where small pieces of the current view's tissue lie in the prior: many independent witnesses."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.tissue_picture import TissuePicture

# A patch is asked where this share of it is tissue.
_LEAST_TISSUE = 0.5
# A best place on the rim of what was searched is hardly one.
_RIM_WEIGHT = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How patches are looked for.

    Parameters
    ----------
    patch_mm : float
        Side of the square patches.
    reach_mm : float
        How far from its present place a patch is looked for.
    step_mm : float
        Distance between the middles of patches.
    """

    patch_mm: float
    reach_mm: float
    step_mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Witnesses:
    """What each patch says.

    Parameters
    ----------
    places_mm : array (n, 2), float64
        Middles of the patches (down, right), frame of the current.
    moves_mm : array (n, 2), float64
        How far each has to move to lie best.
    weights : array (n,), float64
        0-1: correlation there, times the share of tissue; 0 where it is not positive.
    """

    places_mm: NDArray[np.float64]
    moves_mm: NDArray[np.float64]
    weights: NDArray[np.float64]


def find_patches(
    current: TissuePicture, prior_values: NDArray[np.float32], search: Search
) -> Witnesses:
    """Look for each patch of the current picture in the prior's, by normalised correlation [1]_.

    Parameters
    ----------
    current : TissuePicture
    prior_values : array of the same shape, float32
        The prior's picture as it is laid over the current at present.
    search : Search

    References
    ----------
    .. [1] J. P. Lewis, "Fast normalized cross-correlation", Vision Interface (1995) 120-123.
    """
    pitch_mm = current.pitch_mm
    half, reach = (max(2, round(n / pitch_mm)) for n in (search.patch_mm / 2, search.reach_mm))
    wide = np.pad(prior_values, half + reach)
    found = []
    for row in _middles(current.values.shape[0], pitch_mm, search.step_mm):
        for column in _middles(current.values.shape[1], pitch_mm, search.step_mm):
            if not current.tissue[row, column]:
                continue
            rows = slice(max(0, row - half), row + half + 1)
            columns = slice(max(0, column - half), column + half + 1)
            share = float(current.tissue[rows, columns].mean())
            if share < _LEAST_TISSUE:
                continue
            patch = current.values[rows, columns]
            top, left = rows.start + half, columns.start + half
            window = wide[
                top : top + patch.shape[0] + 2 * reach, left : left + patch.shape[1] + 2 * reach
            ]
            down, right, likeness = _best_place(window, patch, reach)
            found.append((row, column, down, right, max(likeness, 0.0) * share))
    table = np.array(found, np.float64).reshape(-1, 5)
    return Witnesses(
        places_mm=table[:, :2] * pitch_mm, moves_mm=table[:, 2:4] * pitch_mm, weights=table[:, 4]
    )


def _middles(side: int, pitch_mm: float, step_mm: float) -> list[int]:
    """Return the points nearest to 0, 1, 2, ... steps."""
    count = int((side - 1) * pitch_mm / step_mm + 1e-9) + 1
    return [round(at * step_mm / pitch_mm) for at in range(count)]


def _best_place(
    window: NDArray[np.float32], patch: NDArray[np.float32], reach: int
) -> tuple[float, float, float]:
    """Return the best shift (down, right), points, and the correlation there."""
    scores = np.asarray(cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED), np.float32)
    row, column = np.unravel_index(int(np.argmax(scores)), scores.shape)
    best = float(scores[row, column])
    inside = 0 < row < scores.shape[0] - 1 and 0 < column < scores.shape[1] - 1
    if not inside:
        return float(row - reach), float(column - reach), _RIM_WEIGHT * best
    down = _summit(scores[row - 1 : row + 2, column])
    right = _summit(scores[row, column - 1 : column + 2])
    return float(row - reach + down), float(column - reach + right), best


def _summit(three: NDArray[np.float32]) -> float:
    """Return where the parabola through three neighbouring scores is highest, -0.5 to 0.5."""
    before, best, after = (float(one) for one in three)
    bend = before - 2.0 * best + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0
