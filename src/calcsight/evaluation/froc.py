"""Sensitivity at a fixed number of false marks, for many weightings of the patients at once.

Marks of one score are taken or left together. The operating score at an allowed number of false
marks is the lowest at which no more than that many are taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.cases import Indices, Numbers

# Allowed numbers are compared with sums of products.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FalseMarks:
    """False marks by falling score.

    Parameters
    ----------
    scores : array (l,)
        Different scores, falling.
    counts : array (l, patients), float32
        False marks of each patient with at least that score.
    per : array (patients,)
        What they are counted on: views, or cm2 of breast.
    """

    scores: Numbers
    counts: NDArray[np.float32]
    per: Numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Targets hit, by falling score.

    Parameters
    ----------
    scores : array (h,)
        Score at which each was hit, falling.
    counts : array (h + 1, patients)
        Targets of each patient among the first 0, 1, ... h hits.
    targets : array (patients,)
        Targets, hit or not.
    """

    scores: Numbers
    counts: Numbers
    targets: Numbers


def gather_false(scores: Sequence[Numbers], patients: Indices, per: Numbers) -> FalseMarks:
    """Gather the false marks of views.

    Parameters
    ----------
    scores : sequence of array
        Of each view's false marks.
    patients : array (views,), int
        Position of each view's patient in `per`.
    per : array (patients,)
    """
    every = np.concatenate([np.zeros(0), *scores])
    owner = np.repeat(patients, [len(one) for one in scores])
    levels, level = np.unique(-every, return_inverse=True)
    # Single precision holds every count that memory does, and this is the largest array here.
    counts = np.zeros((len(levels), len(per)), dtype=np.float32)
    np.add.at(counts, (level, owner), 1.0)
    np.cumsum(counts, axis=0, out=counts)
    return FalseMarks(scores=-levels, counts=counts, per=per)


def gather_hits(scores: Numbers, patients: Indices, women: int) -> Hits:
    """Gather targets.

    Parameters
    ----------
    scores : array (t,)
        At which each target was hit; -inf = never.
    patients : array (t,), int
        Position of each target's patient.
    women : int
        Number of patients.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[np.isfinite(scores[order])]
    counts = np.zeros((len(order) + 1, women))
    counts[np.arange(1, len(order) + 1), patients[order]] = 1.0
    return Hits(
        scores=scores[order],
        counts=np.cumsum(counts, axis=0),
        targets=np.bincount(patients, minlength=women).astype(float),
    )


def first_beyond(false: FalseMarks, allowed: Numbers, weights: Numbers) -> Indices:
    """Find the highest score level that brings too many false marks.

    Parameters
    ----------
    false : FalseMarks
    allowed : array (k,)
        False marks for each unit of `false.per`.
    weights : array (b, patients)
        How often each patient counts.

    Returns
    -------
    array (b, k), int
        Position in `false.scores`; its length when every mark may be taken.
    """
    limits = (weights @ false.per)[:, None] * allowed + _ROUNDING
    low = np.zeros(limits.shape, dtype=np.int64)
    high = np.full(limits.shape, len(false.scores), dtype=np.int64)
    while (open_ := low < high).any():
        # Where the search is over, the middle may lie one past the end.
        middle = np.minimum((low + high) // 2, max(len(false.scores) - 1, 0))
        taken = np.einsum("bkp,bp->bk", false.counts[middle], weights)
        fits = taken <= limits
        low = np.where(open_ & fits, middle + 1, low)
        high = np.where(open_ & ~fits, middle, high)
    return low


def sensitivity(hits: Hits, false: FalseMarks, beyond: Indices, weights: Numbers) -> Numbers:
    """Return the share of targets hit above the level that brings too many false marks.

    Parameters
    ----------
    hits : Hits
    false : FalseMarks
    beyond : array (b, k), int
        As `first_beyond` gives it.
    weights : array (b, patients)

    Returns
    -------
    array (b, k)
        0-1; nan without targets, or where false marks are counted on nothing.
    """
    limits = np.append(false.scores, -np.inf)[beyond]
    # Strictly above: hits that share the score of the mark too many are left with it.
    taken = np.searchsorted(-hits.scores, -limits, side="left")
    hit = np.einsum("bkp,bp->bk", hits.counts[taken], weights)
    targets, per = weights @ hits.targets, weights @ false.per
    known = (targets > 0) & (per > 0)
    return np.where(known[:, None], hit / np.where(known, targets, 1.0)[:, None], np.nan)


def operating_score(hits: Hits, false: FalseMarks, allowed: float) -> float:
    """Return the lowest score of any hit or false mark that is taken; inf when none is."""
    everyone = np.ones((1, len(false.per)))
    if not everyone @ false.per:
        return float("inf")
    beyond = int(first_beyond(false, np.array([allowed]), everyone)[0, 0])
    limit = np.append(false.scores, -np.inf)[beyond]
    every = np.concatenate([hits.scores, false.scores])
    return float(every[every > limit].min(initial=np.inf))


def taken_at(false: FalseMarks, beyond: int) -> float:
    """Return the false marks that are taken for each unit of `false.per`, everyone counted once.

    Parameters
    ----------
    false : FalseMarks
    beyond : int
        As `first_beyond` gives it.
    """
    marks = false.counts[beyond - 1].sum(dtype=np.float64) if beyond else 0.0
    return float(marks / false.per.sum())


def curve_points(hits: Hits, false: FalseMarks) -> Numbers:
    """Return the corners of the curve.

    Returns
    -------
    array (c, 3)
        Score, false marks for each unit, sensitivity; falling scores, from no mark at all
        (infinite score) to every mark. Empty when nothing can be measured.
    """
    targets, per = hits.targets.sum(), false.per.sum()
    if not targets or not per:
        return np.zeros((0, 3))
    scores = np.unique(np.concatenate([hits.scores, false.scores]))[::-1]
    hit = np.searchsorted(-hits.scores, -scores, side="right") / targets
    total = np.append(0.0, false.counts.sum(axis=1, dtype=np.float64))
    marks = total[np.searchsorted(-false.scores, -scores, side="right")] / per
    points = np.column_stack([scores, marks, hit])
    points = np.vstack([[np.inf, 0.0, 0.0], points])
    # Only where sensitivity changes, and the last: between them the curve is level.
    rises = np.append(True, np.diff(points[:, 2]) > 0)
    before = np.append(rises[1:], True)
    return np.asarray(points[rises | before])
