"""Which groups of two projections of one breast are one lesion."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from calcsight.analysis.likeness import ShownGroup, unlikeness
from calcsight.analysis.matching_weights import BIAS, MEANS, SDS, WEIGHTS
from calcsight.terms.description_settings import DescriptionSettings

_SURE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPair:
    """Two groups taken for one lesion.

    Parameters
    ----------
    first, second : int
        Positions in the two sequences that were matched.
    probability : float
        0-1, that they are one lesion.
    """

    first: int
    second: int
    probability: float


def match(
    first: Sequence[ShownGroup], second: Sequence[ShownGroup], settings: DescriptionSettings
) -> tuple[MatchedPair, ...]:
    """Pair the groups of two projections, each at most once.

    Of all ways to pair them, the one whose matches are together most probable against the
    threshold (sum of log-odds over that of `match_probability`), by the Hungarian method [1]_;
    no pair under the threshold is made. Groups whose place behind the nipple is unknown are
    left out.

    Parameters
    ----------
    first, second : sequence of ShownGroup
    settings : DescriptionSettings

    Returns
    -------
    tuple of MatchedPair
        By falling probability.

    References
    ----------
    .. [1] H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research
       Logistics Quarterly 2 (1955) 83-97.
    """
    if not first or not second:
        return ()
    chances = match_probabilities(first, second, settings)
    gains = np.maximum(_log_odds(chances) - _log_odds(np.array(settings.match_probability)), 0.0)
    rows, columns = linear_sum_assignment(-gains)
    pairs = [
        MatchedPair(first=int(i), second=int(j), probability=float(chances[i, j]))
        for i, j in zip(rows, columns, strict=True)
        if chances[i, j] >= settings.match_probability
    ]
    return tuple(sorted(pairs, key=lambda one: (-one.probability, one.first)))


def match_probabilities(
    first: Sequence[ShownGroup], second: Sequence[ShownGroup], settings: DescriptionSettings
) -> NDArray[np.float64]:
    """Return the probability that each pair is one lesion, array (first, second).

    A logistic form over `unlikeness`, each difference less its mean over its SD; what is not
    known counts as the mean. 0 where the place behind the nipple of either is unknown.
    """
    chances = np.zeros((len(first), len(second)))
    for i, one in enumerate(first):
        for j, other in enumerate(second):
            if one.location.behind_nipple_mm is None or other.location.behind_nipple_mm is None:
                continue
            standard = (unlikeness(one, other, settings) - np.array(MEANS)) / np.array(SDS)
            odds = BIAS + float(np.dot(np.array(WEIGHTS), np.nan_to_num(standard, nan=0.0)))
            chances[i, j] = 1.0 / (1.0 + math.exp(-odds))
    return chances


def _log_odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(chances, _SURE, 1.0 - _SURE)
    return np.asarray(np.log(kept) - np.log1p(-kept))
