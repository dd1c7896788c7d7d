"""Circles that hold enough particles, joined where they share one: exact and fast."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from calcsight.terms.group import GroupRule

_BORDER_TOLERANCE = 1e-9  # of the diameter: a particle exactly on the border is inside
_TURN = 2.0 * np.pi
_LAST_ANGLE = _TURN - 1e-10  # closer to a full turn than this is angle 0 again
_STRIDE = 16.0  # keeps the angles of one particle (below two turns) clear of the next one's
_PAIRS_AT_ONCE = 200_000  # bounds the memory of one sweep; the result does not depend on it


def joined_circles(points_mm: NDArray[np.float64], rule: GroupRule) -> tuple[NDArray[np.intp], ...]:
    """Find the sets of points covered by circles that hold enough of them.

    A circle of the rule's diameter, anywhere in the plane, border included, that holds at
    least the minimum count makes its points members; circles that share a point join.

    Parameters
    ----------
    points_mm : array (n, 2), float64
        mm, any frame.
    rule : GroupRule
        `minimum_count` >= 2.

    Returns
    -------
    tuple of array (m,), intp
        Rising positions of the members of each set, sets by their first position.

    Notes
    -----
    A circle that holds a set of points can be moved, without losing one, until some of them
    lie on its border. So it is enough to roll the circle once around every point, with that
    point on its border, and to count at each angle how many others are inside: the angular
    sweep of [1]_. Points that plainly belong together (a circle centred on one of them is
    full) are joined beforehand, and only where that leaves a question is the circle rolled.

    References
    ----------
    .. [1] B. M. Chazelle, D. T. Lee, "On a circle placement problem", Computing 36, 1986,
       pp. 1-16.
    """
    count = len(points_mm)
    if count < rule.minimum_count:
        return ()
    reach_mm = rule.circle_diameter_mm * (1.0 + _BORDER_TOLERANCE)
    pairs = cKDTree(points_mm).query_pairs(reach_mm, output_type="ndarray")
    apart_mm = np.hypot(*(points_mm[pairs[:, 1]] - points_mm[pairs[:, 0]]).T)
    labels = _join_around_centres(count, pairs, apart_mm <= reach_mm / 2, rule.minimum_count)
    labels = _join_by_rolling(points_mm, pairs, labels, reach_mm / 2, rule.minimum_count)
    return _sets(labels, rule.minimum_count)


def _join_around_centres(
    count: int, pairs: NDArray[np.intp], near: NDArray[np.bool_], minimum_count: int
) -> NDArray[np.intp]:
    """Join the points inside every full circle that is centred on a point."""
    near_pairs = pairs[near]
    held = 1 + np.bincount(near_pairs.ravel(), minlength=count)
    full = held >= minimum_count
    joined = full[near_pairs].any(axis=1)
    return _merged(np.arange(count), near_pairs[joined])


def _join_by_rolling(
    points_mm: NDArray[np.float64],
    pairs: NDArray[np.intp],
    labels: NDArray[np.intp],
    radius_mm: float,
    minimum_count: int,
) -> NDArray[np.intp]:
    """Join the points inside every full circle, whatever its place."""
    # Only a point with enough others in reach, one of them not yet joined to it, can tell.
    around = np.bincount(pairs.ravel(), minlength=len(points_mm))
    apart = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
    is_open = np.bincount(apart.ravel(), minlength=len(points_mm)) > 0
    is_open &= around + 1 >= minimum_count
    both_ways = np.concatenate([pairs[is_open[pairs[:, 0]]], pairs[is_open[pairs[:, 1]], ::-1]])
    both_ways = both_ways[np.argsort(both_ways[:, 0], kind="stable")]
    starts = np.unique(both_ways[:, 0], return_index=True)[1]
    for some in _portions(both_ways, starts):
        still_apart = some[labels[some[:, 0]] != labels[some[:, 1]], 0]
        undecided = some[np.isin(some[:, 0], still_apart)]
        held = _share_a_full_circle(points_mm, undecided, radius_mm, minimum_count)
        labels = _merged(labels, undecided[held])
    return labels


def _portions(pairs: NDArray[np.intp], starts: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Cut the pairs, sorted by their first, so that no first is cut through."""
    ends = np.append(starts[1:], len(pairs))
    begin = 0
    while begin < len(pairs):
        fitting = ends[(ends > begin) & (ends <= begin + _PAIRS_AT_ONCE)]
        end = int(fitting[-1]) if len(fitting) else int(ends[ends > begin][0])
        yield pairs[begin:end]
        begin = end


def _share_a_full_circle(
    points_mm: NDArray[np.float64],
    pairs: NDArray[np.intp],
    radius_mm: float,
    minimum_count: int,
) -> NDArray[np.bool_]:
    """Tell for each pair whether a full circle with the first on its border holds the second.

    Parameters
    ----------
    points_mm : array (n, 2), float64
    pairs : array (m, 2), intp
        Sorted by the first; all pairs in reach of every first that occurs.
    radius_mm : float
    minimum_count : int

    Returns
    -------
    array (m,), bool
    """
    _, own_first, turn, sizes = np.unique(
        pairs[:, 0], return_index=True, return_inverse=True, return_counts=True
    )
    own_first, own_last = own_first[turn], (own_first + sizes)[turn]
    offset = points_mm[pairs[:, 1]] - points_mm[pairs[:, 0]]
    apart = np.hypot(offset[:, 0], offset[:, 1])
    # The second is inside while the circle's centre lies within `half` of its direction.
    half = np.arccos(np.minimum(apart / (2.0 * radius_mm), 1.0))
    angle = np.mod(np.arctan2(offset[:, 1], offset[:, 0]) - half, _TURN)
    angle[angle >= _LAST_ANGLE] = 0.0
    at_one_place = apart <= _BORDER_TOLERANCE * radius_mm
    angle[at_one_place] = 0.0
    base = turn * _STRIDE
    enter = base + angle
    leave = np.where(at_one_place, base + _LAST_ANGLE, enter + 2.0 * half)
    enters, leaves = np.sort(enter), np.sort(leave)
    # At the angle where one enters: those that have entered, less those that have left,
    # and those that entered before angle 0 and are still inside.
    inside = (
        np.searchsorted(enters, enter, side="right")
        - np.searchsorted(leaves, enter, side="left")
        + own_last
        - np.searchsorted(leaves, enter + _TURN, side="left")
    )
    full = np.sort(enter[inside + 1 >= minimum_count])
    during = np.searchsorted(full, leave, "right") > np.searchsorted(full, enter, "left")
    after_zero = np.searchsorted(full, leave - _TURN, "right") > np.searchsorted(full, base)
    held: NDArray[np.bool_] = during | after_zero
    return held


def _merged(labels: NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the points of every pair, and all that had their labels, one label."""
    size = int(labels.max()) + 1
    first, second = labels[pairs[:, 0]], labels[pairs[:, 1]]
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (first, second)), shape=(size, size))
    merged = connected_components(graph, directed=False)[1]
    relabelled: NDArray[np.intp] = merged.astype(np.intp)[labels]
    return relabelled


def _sets(labels: NDArray[np.intp], minimum_count: int) -> tuple[NDArray[np.intp], ...]:
    """Return the positions that share a label, where they are enough."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    sets = (one for one in np.split(order, starts[1:]) if len(one) >= minimum_count)
    return tuple(sorted(sets, key=lambda one: int(one[0])))
