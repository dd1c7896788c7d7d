"""Polygons as pixels, and how far a point lies outside one."""

from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Flags, Numbers
from calcsight.intake import MOST_PIXELS

MASK_WORDS = (
    "a pixel belongs to an outline when its centre lies in or on it; an outline without any "
    "pixel centre takes the pixel nearest to its middle"
)
# Corners that were rounded when written must stay on the pixels they were meant for.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mask:
    """The pixels of an outline.

    Parameters
    ----------
    row, column : int
        The file's row and column of `inside[0, 0]`.
    inside : array (rows, columns), bool
    """

    row: int
    column: int
    inside: Flags

    @property
    def area_px(self) -> int:
        """Number of pixels."""
        return int(self.inside.sum())


def fits_an_image(outline_px: Numbers) -> bool:
    """Tell whether the box of an outline has no more pixels than the largest image may have."""
    return float(np.prod(np.ptp(outline_px, axis=0) + 1.0)) <= MOST_PIXELS


def mask_of(outline_px: Numbers) -> Mask:
    """Draw an outline (k, 2) of `row, column`; see `MASK_WORDS`. Even-odd where it crosses itself.

    A mask's outermost pixel centres, joined to a polygon, give the same mask back.
    """
    low = np.ceil(outline_px.min(axis=0) - _ROUNDING).astype(int)
    high = np.floor(outline_px.max(axis=0) + _ROUNDING).astype(int)
    if np.all(low <= high):
        inside = _filled(outline_px - low, (int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1))
        if inside.any():
            return Mask(row=int(low[0]), column=int(low[1]), inside=inside)
    middle = np.rint(outline_px.mean(axis=0)).astype(int)
    return Mask(row=int(middle[0]), column=int(middle[1]), inside=np.ones((1, 1), dtype=bool))


def _filled(corners: Numbers, shape: tuple[int, int]) -> Flags:
    """Fill row by row, between crossings; lower and upper ends of sides both count."""
    ends = np.roll(corners, -1, axis=0)
    rows = np.arange(shape[0], dtype=np.float64)[:, None]
    top, bottom = np.minimum(corners[:, 0], ends[:, 0]), np.maximum(corners[:, 0], ends[:, 0])
    fall = ends[:, 0] - corners[:, 0]
    slope = (ends[:, 1] - corners[:, 1]) / np.where(fall == 0.0, 1.0, fall)
    crossing = corners[:, 1] + (rows - corners[:, 0]) * slope
    change = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    half_open = (
        (top <= rows + _ROUNDING) & (rows + _ROUNDING < bottom),
        (top < rows - _ROUNDING) & (rows - _ROUNDING <= bottom),
    )
    for crossed in half_open:
        columns = np.sort(np.where(crossed, crossing, np.inf), axis=1)
        pairs = columns.shape[1] // 2 * 2
        _add_spans(change, columns[:, 0:pairs:2], columns[:, 1:pairs:2])
    level = (np.abs(fall) <= _ROUNDING) & (np.abs(rows - top) <= _ROUNDING)
    left, right = np.minimum(corners[:, 1], ends[:, 1]), np.maximum(corners[:, 1], ends[:, 1])
    _add_spans(change, np.where(level, left, np.inf), np.where(level, right, np.inf))
    return np.asarray(np.cumsum(change, axis=1, dtype=np.int32)[:, :-1] > 0)


def _add_spans(change: Numbers | np.ndarray, left: Numbers, right: Numbers) -> None:
    """Note in `change` where spans of each row begin and end."""
    row, position = np.nonzero(np.isfinite(right))
    last = change.shape[1] - 1
    first = np.clip(np.ceil(left[row, position] - _ROUNDING), 0, last).astype(int)
    after = np.clip(np.floor(right[row, position] + _ROUNDING) + 1, 0, last).astype(int)
    kept = first < after
    np.add.at(change, (row[kept], first[kept]), 1)
    np.add.at(change, (row[kept], after[kept]), -1)


def shared_px(first: Mask, second: Mask) -> int:
    """Count pixels in both masks."""
    top, left = max(first.row, second.row), max(first.column, second.column)
    bottom = min(first.row + first.inside.shape[0], second.row + second.inside.shape[0])
    right = min(first.column + first.inside.shape[1], second.column + second.inside.shape[1])
    if bottom <= top or right <= left:
        return 0
    one, other = (
        mask.inside[top - mask.row : bottom - mask.row, left - mask.column : right - mask.column]
        for mask in (first, second)
    )
    return int((one & other).sum())


def intersection_over_union(first: Mask, second: Mask) -> float:
    """Return the share of the pixels of either mask that are in both, 0-1."""
    shared = shared_px(first, second)
    return shared / (first.area_px + second.area_px - shared)


def distance_outside(outline: Numbers, points: Numbers) -> Numbers:
    """Return how far each point lies outside an outline; 0 = in or on it.

    Parameters
    ----------
    outline : array (k, 2)
    points : array (n, 2)
        In the same unit, which is also that of the distances.

    Returns
    -------
    array (n,)
    """
    if len(points) == 0:
        return np.zeros(0)
    ends = np.roll(outline, -1, axis=0)
    side = ends - outline
    length2 = np.maximum((side**2).sum(axis=1), np.finfo(float).tiny)
    from_start = points[:, None, :] - outline[None]
    along = np.clip((from_start * side).sum(axis=2) / length2, 0.0, 1.0)
    gap = np.linalg.norm(from_start - along[..., None] * side, axis=2).min(axis=1)
    straddles = (outline[:, 0] > points[:, :1]) != (ends[:, 0] > points[:, :1])
    fall = np.where(side[:, 0] == 0.0, 1.0, side[:, 0])
    crossing = outline[:, 1] + (points[:, :1] - outline[:, 0]) / fall * side[:, 1]
    inside = (straddles & (points[:, 1:] < crossing)).sum(axis=1) % 2 == 1
    return np.where(inside, 0.0, gap)
