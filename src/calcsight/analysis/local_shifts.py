"""What is still shifted between two views after registration, found again at every place."""

from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import gaussian_mean, shrunk

Detail = NDArray[np.float32]

# Pitch at which blocks are laid over each other.
_PITCH_MM = 0.2
# Blocks that are laid over each other, how far apart they are, and how far they may move.
_BLOCK_MM, _APART_MM, _REACH_MM = 10.0, 5.0, 2.5
# Bright detail counts up to this many SD: one coarse piece must not outweigh its block.
_MOST_SD = 8.0
# A block's best place must be that much likelier than a usual place within reach, in SD of all.
_CLEAR_SD = 4.0
_LEAST_LIKENESS = 0.15
# Where no block nearby says anything, nothing is moved: this is a block's weight of saying so.
_STAY = 0.05
_SMOOTH_BLOCKS = 1.0


def local_shifts(
    current: Detail, prior: Detail, shown: NDArray[np.uint8], pitch_mm: float
) -> NDArray[np.float32]:
    """Find small shifts by laying blocks of one view over the other.

    Blocks of both are correlated [1]_; the best place of a block counts where it stands out
    from all others within reach. Shifts are averaged over neighbouring blocks; where no block
    is sure there is none.

    Parameters
    ----------
    current, prior : arrays (rows, columns), float32
        Bright detail of both, local noise SD, already laid over each other.
    shown : array of the same shape, uint8
        1 where both show breast.
    pitch_mm : float
        Distance between pixel centres, mm.

    Returns
    -------
    array (2, rows, columns), float32
        (down, right) in pixels: what is at a place of `current` lies there plus this in `prior`.

    References
    ----------
    .. [1] A. Kano, K. Doi, H. MacMahon, D. D. Hassell, M. L. Giger, "Digital image subtraction
       of temporally sequential chest images for detection of interval change", Medical Physics
       21 (1994) 453-461 (abstract seen).
    """
    step = max(1, round(_PITCH_MM / pitch_mm))
    sizes_mm = (_BLOCK_MM, _APART_MM, _REACH_MM)
    block, apart, reach = (round(mm / (pitch_mm * step)) for mm in sizes_mm)
    bright, there = (shrunk(np.clip(one, 0.0, _MOST_SD), step) for one in (current, prior))
    padded = np.asarray(
        cv2.copyMakeBorder(there, reach, reach, reach, reach, cv2.BORDER_CONSTANT), np.float32
    )
    rows, columns = (-(-side // apart) for side in bright.shape)
    found: NDArray[np.float32] = np.zeros((3, rows, columns), np.float32)
    last_row, last_column = (side - 1 for side in shown.shape)
    for row, column in product(range(rows), range(columns)):
        middle = (row * apart + apart // 2, column * apart + apart // 2)
        if shown[min(middle[0] * step, last_row), min(middle[1] * step, last_column)]:
            found[:, row, column] = _best_shift(bright, padded, middle, (block, reach))
    weight = gaussian_mean(found[0], _SMOOTH_BLOCKS)
    shifts: NDArray[np.float32] = np.empty((2, *current.shape), np.float32)
    for axis in range(2):
        mean = gaussian_mean(found[0] * found[1 + axis], _SMOOTH_BLOCKS) / (weight + _STAY)
        shifts[axis] = _enlarged(mean * np.float32(step), current.shape, apart * step)
    return shifts


def _best_shift(
    current: Detail, padded: Detail, middle: tuple[int, int], sizes: tuple[int, int]
) -> tuple[float, float, float]:
    """Return (weight, down, right) of one block; weight 0 = nothing stands out."""
    block, reach = sizes
    top, left = (max(0, at - block // 2) for at in middle)
    here = current[top : top + block, left : left + block]
    height, width = here.shape
    there = padded[top : top + height + 2 * reach, left : left + width + 2 * reach]
    if min(height, width) < block // 2 or float(here.std()) < 1e-3 or float(there.std()) < 1e-3:
        return (0.0, 0.0, 0.0)
    likeness = cv2.matchTemplate(there, here, cv2.TM_CCOEFF_NORMED)
    _, best, _, (right, down) = cv2.minMaxLoc(likeness)
    clear = best - float(likeness.mean()) > _CLEAR_SD * float(likeness.std())
    if not clear or best < _LEAST_LIKENESS:
        return (0.0, 0.0, 0.0)
    return (best, float(down - reach), float(right - reach))


def _enlarged(small: NDArray[np.float32], shape: tuple[int, ...], step: int) -> Detail:
    """Give every pixel its shift, linearly between the middles of blocks `step` pixels apart."""
    size = (small.shape[1] * step, small.shape[0] * step)
    wide = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide[: shape[0], : shape[1]], np.float32)
