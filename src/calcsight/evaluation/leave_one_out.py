"""Two classes told apart by a logistic form that never saw the patient it judges."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from calcsight.evaluation.cases import Flags, Indices, Numbers
from calcsight.evaluation.figures import UNKNOWN, Measured
from calcsight.evaluation.intervals import (
    draw_patients,
    percentile_interval,
    share,
    wilson_interval,
)

# Ridge on the weights of standardised features.
PENALTY = 1.0


def leave_one_patient_out(features: Numbers, positive: Flags, patients: Sequence[str]) -> Numbers:
    """Return the probability of the positive class, each patient judged by a form of the others.

    Parameters
    ----------
    features : array (n, k)
        nan = unknown: the mean of the others stands in.
    positive : array (n,), bool
    patients : sequence of n str

    Returns
    -------
    array (n,)
        0-1; nan where the other patients are all of one class.
    """
    owners = np.unique(np.array(patients), return_inverse=True)[1]
    chances = np.full(len(positive), np.nan)
    for owner in np.unique(owners):
        held, others = owners == owner, owners != owner
        if len(np.unique(positive[others])) == 2:
            chances[held] = _judged(features[others], positive[others], features[held])
    return chances


def _judged(rows: Numbers, positive: Flags, held: Numbers) -> Numbers:
    """Fit by maximum likelihood with a ridge, and judge what was held back."""
    known = np.isfinite(rows)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, rows, 0.0).sum(axis=0) / counts
    sds = np.sqrt((np.where(known, rows - means, 0.0) ** 2).sum(axis=0) / counts)
    sds = np.where(sds > 0.0, sds, 1.0)
    standard, asked = (np.nan_to_num((one - means) / sds, nan=0.0) for one in (rows, held))

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        odds = standard @ parameters[1:] + parameters[0]
        value = np.logaddexp(0.0, np.where(positive, -odds, odds)).sum()
        wrong = _chance(odds) - positive
        slope = standard.T @ wrong + PENALTY * parameters[1:]
        ridge = 0.5 * PENALTY * float((parameters[1:] ** 2).sum())
        return float(value) + ridge, np.concatenate([[wrong.sum()], slope])

    start = np.zeros(standard.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return _chance(asked @ found[1:] + found[0])


def _chance(odds: Numbers) -> Numbers:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -40.0, 40.0))), np.float64)


def accuracy(
    chances: Numbers, positive: Flags, patients: Sequence[str], draws: tuple[int, int]
) -> Measured:
    """Measure the share that is on the right side of one half; `draws` = (replicates, seed)."""
    owners, weights = _drawn(patients, draws)
    right = ((chances >= 0.5) == positive).astype(np.float64)
    women = weights.shape[1]
    parts = np.bincount(owners, right, women).astype(np.float64)
    wholes = np.bincount(owners, minlength=women).astype(np.float64)
    return _measured(share(parts, wholes, weights), women)


def area_under_roc(
    chances: Numbers, positive: Flags, patients: Sequence[str], draws: tuple[int, int]
) -> Measured:
    """Measure the area under the ROC curve, ties counted half; `draws` = (replicates, seed)."""
    owners, weights = _drawn(patients, draws)
    order = np.argsort(chances, kind="stable")
    levels = np.unique(chances[order], return_inverse=True)[1]
    each = weights[:, owners[order]]
    up = positive[order]
    values = np.array([_area(one, up, levels) for one in each])
    return _measured(values, weights.shape[1])


def _area(weights: Numbers, positive: Flags, levels: Indices) -> float:
    """Return the weighted share of pairs in which the positive one is higher."""
    ups = np.bincount(levels, weights * positive)
    downs = np.bincount(levels, weights * ~positive)
    pairs = ups.sum() * downs.sum()
    if pairs <= 0.0:
        return UNKNOWN
    return float((ups * (np.cumsum(downs) - downs / 2.0)).sum() / pairs)


def _drawn(patients: Sequence[str], draws: tuple[int, int]) -> tuple[Indices, Numbers]:
    """Return each one's patient, and weights of the patients: everybody, then each draw."""
    names, owners = np.unique(np.array(patients), return_inverse=True)
    replicates, seed = draws
    drawn = draw_patients(len(names), replicates, seed)
    return owners.astype(np.int64), np.concatenate([np.ones((1, len(names))), drawn])


def _measured(values: Numbers, patients: int) -> Measured:
    """Return the value of everybody with the interval of the draws.

    Draws that are all 0 or all 1 do not say how sure that is: Wilson's interval over the patients
    stands in their place, as in every other figure.
    """
    value = float(values[0])
    low, high = percentile_interval(values[1:])
    if value in (0.0, 1.0) and low == high == value:
        low, high = wilson_interval(round(value * patients), patients)
    return Measured(value=value, low=low, high=high)
