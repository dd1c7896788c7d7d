"""How far two ways of giving ordered categories agree, and how well a number ranks."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.intervals import percentile_interval


class Weights(Enum):
    """What a disagreement by d of k ordered categories costs."""

    LINEAR = 1
    QUADRATIC = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % percentile bootstrap interval by woman; nan = nothing to measure."""

    value: float
    low: float
    high: float


def weighted_kappa(tables: Numbers, weights: Weights) -> Numbers:
    """Return Cohen's weighted kappa.

    Parameters
    ----------
    tables : array (b, k, k)
        Counts: first rater down, second across, categories in order.
    weights : Weights

    Returns
    -------
    array (b,)
        1 = agreement throughout, 0 = as by chance; nan when chance cannot disagree (an empty
        table, or one category for all by both).

    References
    ----------
    Cohen, Psychol Bull 1968.
    """
    size = tables.shape[-1]
    steps = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :])
    cost = (steps / max(size - 1, 1)) ** weights.value
    total = tables.sum(axis=(1, 2))
    by_chance = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :]
    seen = (tables * cost).sum(axis=(1, 2)) * total
    expected = (by_chance * cost).sum(axis=(1, 2))
    return np.where(expected > 0, 1.0 - seen / np.where(expected > 0, expected, 1.0), np.nan)


def area_under_curve(ill: Numbers, well: Numbers) -> Numbers:
    """Return the probability that an ill one scores above a well one, ties counted half.

    Parameters
    ----------
    ill, well : arrays (b, levels)
        Counts at each score, lowest score first.

    Returns
    -------
    array (b,)
        0-1; nan without ill or without well ones.

    References
    ----------
    Mann and Whitney, Ann Math Stat 1947; Hanley and McNeil, Radiology 1982.
    """
    below = np.cumsum(well, axis=1) - well
    won = (ill * (below + well / 2.0)).sum(axis=1)
    pairs = ill.sum(axis=1) * well.sum(axis=1)
    return np.where(pairs > 0, won / np.where(pairs > 0, pairs, 1.0), np.nan)


def estimated(whole: Numbers, replicates: Numbers) -> Estimate:
    """Return a figure with the interval of its replicates.

    Parameters
    ----------
    whole : array (1,)
    replicates : array (b,)
    """
    low, high = percentile_interval(replicates)
    return Estimate(value=float(whole[0]), low=low, high=high)
