"""The alternative FROC: targets hit against normal views with any false mark as sure.

The area under the weighted curve is

    theta = 1 / (N A) * sum over normal views i, abnormal views j, targets k of j:
            w_jk * psi(x_i, y_jk)

with x_i the highest false score on normal view i, y_jk the score at which target k of view j was
hit, both -inf when there is none, psi(x, y) = 1 when y > x, 1/2 when y = x, else 0, and
w_jk = 1 / (targets of view j). Without weights every target counts the same: w_jk = A / (all
targets). It is the trapezoidal area under the curve, the straight line from its last point to
(1, 1) included. The case is the view.

References
----------
Chakraborty and Berbaum, Med Phys 31 (2004) 2313-2330 (JAFROC); Chakraborty and Zhai, Med Phys 43
(2016) 2548-2557 (the weighted figure of merit).
"""

from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Indices, Numbers

WAFROC_WORDS = (
    "area under the curve of targets hit (each view's targets share a weight of 1) against normal "
    "views with a false mark of at least the score; trapezoids, the straight line to (1, 1) "
    "included; views are cases"
)
AFROC_WORDS = (
    "area under the curve of targets hit (each counts the same) against normal views with a "
    "false mark of at least the score; trapezoids, the straight line to (1, 1) included; "
    "views are cases"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normals:
    """Normal views.

    Parameters
    ----------
    highest : array (n,)
        Highest false score of each, -inf when it has no mark.
    patients : array (n,), int
    """

    highest: Numbers
    patients: Indices


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesions:
    """Targets of abnormal views.

    Parameters
    ----------
    scores : array (t,)
        Score at which each was hit, -inf = never.
    shares : array (t,)
        Weights; those of a view add up to 1 (weighted), or each is 1 (unweighted).
    patients : array (t,), int
    """

    scores: Numbers
    shares: Numbers
    patients: Indices


def areas(normals: Normals, lesions: Lesions, weights: Numbers) -> Numbers:
    """Return theta for each weighting of the patients.

    Parameters
    ----------
    normals, lesions
    weights : array (b, patients)

    Returns
    -------
    array (b,)
        nan without a normal view or without a target.
    """
    patients = weights.shape[1]
    order = np.argsort(normals.highest, kind="stable")
    highest, owners = normals.highest[order], normals.patients[order]
    # Normal views of each patient among the 0, 1, ... lowest.
    counted = np.zeros((len(order) + 1, patients))
    counted[np.arange(1, len(order) + 1), owners] = 1.0
    counted = np.cumsum(counted, axis=0)
    below = counted[np.searchsorted(highest, lesions.scores, side="left")]
    not_above = counted[np.searchsorted(highest, lesions.scores, side="right")]
    won = (below + not_above) / 2.0 * lesions.shares[:, None]
    by_patient = np.zeros((patients, patients))
    np.add.at(by_patient, lesions.patients, won)
    whole = np.bincount(lesions.patients, weights=lesions.shares, minlength=patients)
    pairs = (weights @ whole) * (weights @ counted[-1])
    score = np.einsum("bp,pq,bq->b", weights, by_patient, weights, optimize=True)
    return np.where(pairs > 0, score / np.where(pairs > 0, pairs, 1.0), np.nan)


def afroc_points(normals: Normals, lesions: Lesions) -> Numbers:
    """Return the corners of the curve.

    Returns
    -------
    array (c, 3)
        Score, share of normal views with a false mark of at least that score, (weighted) share
        of targets hit; from (0, 0) to (1, 1), the last step straight. Empty when it cannot be
        measured.
    """
    if not len(normals.highest) or not len(lesions.scores):
        return np.zeros((0, 3))
    every = np.concatenate([normals.highest, lesions.scores])
    scores = np.unique(every[np.isfinite(every)])[::-1]
    order = np.argsort(-lesions.scores, kind="stable")
    shares = np.append(0.0, np.cumsum(lesions.shares[order])) / lesions.shares.sum()
    hit = shares[np.searchsorted(-lesions.scores[order], -scores, side="right")]
    marks = np.sort(-normals.highest)
    false = np.searchsorted(marks, -scores, side="right") / len(marks)
    inner = np.column_stack([scores, false, hit])
    return np.vstack([[np.inf, 0.0, 0.0], inner, [-np.inf, 1.0, 1.0]])
