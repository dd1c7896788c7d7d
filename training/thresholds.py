"""Operating points and calibration, read off validation views that nothing was fitted to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.emerging import emerging
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import LITERATURE_RULE
from training.samples import Samples

# False groups per normal view, by the rule that the detection literature counts them by.
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
    """

    samples: Samples
    scores: NDArray[np.float64]
    normals: tuple[str, ...]
    slope: float
    offset: float


def operating_points(validation: Validation) -> dict[OperatingPoint, float]:
    """Return the lowest scores whose false groups per normal view stay within `FALSE_GROUPS`."""
    normals = [validation.samples.view == name for name in validation.normals]
    places = validation.samples.places_mm.astype(np.float64)
    scores = [
        score
        for here in normals
        for score, _ in emerging(places[here], validation.scores[here], LITERATURE_RULE)
    ]
    falling = np.sort(np.array(scores))[::-1]
    points = {}
    for point, wanted in FALSE_GROUPS.items():
        allowed = int(wanted * len(normals))
        # Just above the first group that is one too many.
        edge = falling[allowed] if allowed < len(falling) else 0.0
        points[point] = min(1.0, float(np.ceil((edge + 1e-6) * 1e5) / 1e5))
    return points


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
