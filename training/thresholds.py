"""Operating points and calibration, read off validation views that nothing was fitted to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.circles import joined_circles
from calcsight.terms.group import GroupRule
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import Settings
from training.samples import Samples

# False groups per normal view, by the primary rule of grouping.
FALSE_GROUPS = {
    OperatingPoint.SCREENING: 0.1,
    OperatingPoint.BALANCED: 0.5,
    OperatingPoint.SENSITIVE: 2.0,
}
_BINS = 10


@dataclass(frozen=True, slots=True)
class Validation:
    """Validation views with the calibrated scores of their candidates.

    Parameters
    ----------
    samples : Samples
    scores : array (n,)
    normals : tuple of str
        Names of the views without a calcification.
    slope, offset : float
        Of the calibration.
    planted : int
        Particles in all views.
    """

    samples: Samples
    scores: NDArray[np.float64]
    normals: tuple[str, ...]
    slope: float
    offset: float
    planted: int


def primary_rule() -> GroupRule:
    """Return the rule that the groups of a reading follow by default."""
    return Settings().grouping.rules[0]


def operating_points(validation: Validation) -> dict[OperatingPoint, float]:
    """Return the lowest scores whose false groups per normal view stay within `FALSE_GROUPS`."""
    scores = np.concatenate([group_scores(validation, name) for name in validation.normals])
    falling = np.sort(scores)[::-1]
    points = {}
    for point, wanted in FALSE_GROUPS.items():
        allowed = int(wanted * len(validation.normals))
        # Just above the first group that is one too many.
        edge = falling[allowed] if allowed < len(falling) else 0.0
        points[point] = float(np.ceil((edge + 1e-6) * 1e5) / 1e5)
    return points


def group_scores(validation: Validation, name: str) -> NDArray[np.float64]:
    """Return the scores at which groups appear in one view as the threshold falls.

    Only appearances are counted: at any threshold there are at most as many groups.
    """
    rule = primary_rule()
    here = validation.samples.view == name
    places, scores = validation.samples.places_mm[here], validation.scores[here]
    order = np.argsort(-scores, kind="stable")
    places, scores = places[order].astype(np.float64), scores[order]
    found: list[float] = []
    count = 0
    for last in range(rule.minimum_count, len(scores) + 1):
        groups = len(joined_circles(places[:last], rule))
        found += [float(scores[last - 1])] * (groups - count)
        count = max(count, groups)
        # Nobody asks for more; the lowest point allows two a view on average.
        if count >= 12:
            break
    return np.array(found)


def reliability(validation: Validation) -> list[dict[str, float]]:
    """Compare scores with shares of true particles, in bins of equal width."""
    clear = validation.samples.labels >= 0
    scores = validation.scores[clear]
    true = validation.samples.labels[clear] == 1
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return [
        {
            "mean_score": round(float(scores[bins == b].mean()), 4),
            "share_true": round(float(true[bins == b].mean()), 4),
            "candidates": int((bins == b).sum()),
        }
        for b in range(_BINS)
        if (bins == b).any()
    ]
