"""Average precision of marks by falling score."""

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.froc import FalseMarks, Hits

AVERAGE_PRECISION_WORDS = (
    "sum over falling scores of (rise in recall) x precision, without interpolation; marks of one "
    "score enter together; recall over all targets, those never marked included; marks that "
    "are neither hit nor false are left out"
)
# Replicates that are worked on at once: bounds the memory.
_AT_ONCE = 100


def average_precision(hits: Hits, false: FalseMarks, weights: Numbers) -> Numbers:
    """Return the average precision for each weighting of the patients; see the words above.

    Parameters
    ----------
    hits, false
    weights : array (b, patients)

    Returns
    -------
    array (b,)
        nan without targets.
    """
    levels = np.unique(-hits.scores)
    # Position after the last hit of each level, hits being sorted by falling score.
    ends = np.searchsorted(-hits.scores, levels, side="right")
    # Nothing is taken above the first level.
    at = np.searchsorted(-false.scores, levels, side="right")
    false_at = np.zeros((len(levels), len(false.per)))
    false_at[at > 0] = false.counts[at[at > 0] - 1]
    hits_at = hits.counts[ends]
    values = [
        _one_block(hits_at, false_at, hits.targets, weights[start : start + _AT_ONCE])
        for start in range(0, len(weights), _AT_ONCE)
    ]
    return np.concatenate([np.zeros(0), *values])


def _one_block(hits_at: Numbers, false_at: Numbers, targets: Numbers, weights: Numbers) -> Numbers:
    """Work out some replicates; `hits_at`, `false_at` are (levels, patients)."""
    hit, wrong, whole = weights @ hits_at.T, weights @ false_at.T, weights @ targets
    marks = hit + wrong
    precision = np.where(marks > 0, hit / np.where(marks > 0, marks, 1.0), 0.0)
    gained = np.diff(hit, axis=1, prepend=0.0)
    summed = (gained * precision).sum(axis=1)
    return np.where(whole > 0, summed / np.where(whole > 0, whole, 1.0), np.nan)
