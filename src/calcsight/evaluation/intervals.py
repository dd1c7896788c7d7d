"""Intervals: by resampling patients, and for a plain share."""

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.terms.share import wilson_interval as of_share

BY_PATIENT = "95 % percentile bootstrap by patient"
WILSON = "95 % Wilson (views taken as independent)"
_LEVEL = 0.95


def draw_patients(patients: int, replicates: int, seed: int) -> Numbers:
    """Draw patients with replacement.

    Returns
    -------
    array (replicates, patients)
        How often each patient was drawn; every figure that uses the same draws is compared on
        the same patients.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13.
    """
    if patients == 0:
        return np.zeros((replicates, 0))
    drawn = np.random.default_rng(seed).integers(patients, size=(replicates, patients))
    flat = drawn + patients * np.arange(replicates)[:, None]
    counts = np.bincount(flat.ravel(), minlength=replicates * patients)
    return counts.reshape(replicates, patients).astype(np.float64)


def percentile_interval(values: Numbers) -> tuple[float, float]:
    """Return the middle 95 % of replicates; nan (nothing to measure in a draw) is left out."""
    measured = values[~np.isnan(values)]
    if len(measured) == 0:
        return float("nan"), float("nan")
    tail = (1.0 - _LEVEL) / 2.0
    low, high = np.quantile(measured, [tail, 1.0 - tail])
    return float(low), float(high)


def share(parts: Numbers, wholes: Numbers, weights: Numbers) -> Numbers:
    """Return sum of parts over sum of wholes for each weighting of the patients.

    Parameters
    ----------
    parts, wholes : arrays (patients,)
    weights : array (b, patients)

    Returns
    -------
    array (b,)
        nan where the wholes add up to 0.
    """
    whole = weights @ wholes
    return np.where(whole > 0, (weights @ parts) / np.where(whole > 0, whole, 1.0), np.nan)


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share, 0-1; (nan, nan) when `total` is 0."""
    return of_share(count, total) if total else (float("nan"), float("nan"))
