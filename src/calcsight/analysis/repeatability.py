"""What repetition alone does to the numbers of a group; written by a fit.

`python -m training.fit_repeatability --write` writes the numbers below, from simulated breasts
of tuning families and seeds that were drawn twice with new noise, position and compression and
nothing changed.
"""

import math
from collections.abc import Mapping

from calcsight.terms.comparison import Measure

# Share of unchanged breasts of which every group lies within its bands: what the fit aims at.
COVERED = 0.97
FITTED_ON: dict[str, int] = {"women": 321, "groups": 659}
# Half width of each band: of the count a + b * its root; of the extent a + b * the extent in mm;
# of the mean diameter and of the density the value times (a + b over the root of the count).
HALF_WIDTHS: Mapping[Measure, tuple[float, float]] = {
    Measure.COUNT: (1.4804, 0.3000),
    Measure.EXTENT_MM: (0.2000, 0.0377),
    Measure.MEAN_DIAMETER_MM: (0.0478, 0.7104),
    Measure.DENSITY_PER_CM2: (0.1801, 0.0000),
}


def half_width(measure: Measure, value: float, count: float) -> float:
    """Return how far a number of an unchanged group may differ between two mammograms.

    Parameters
    ----------
    measure : Measure
    value : float
        The number itself, mean of both dates, in the unit of its name.
    count : float
        Particles of the group, mean of both dates.

    Returns
    -------
    float
        Half the width of the band about no difference, same unit: within it are all measures of
        the groups of a `COVERED` share of unchanged breasts at once.
    """
    fixed, growing = HALF_WIDTHS[measure]
    first, second = parts(measure, value, count)
    return fixed * first + growing * second


def parts(measure: Measure, value: float, count: float) -> tuple[float, float]:
    """Return what the two numbers of a measure are multiplied by; see `half_width`."""
    root = math.sqrt(max(count, 1.0))
    return {
        Measure.COUNT: (1.0, math.sqrt(max(count, 0.0))),
        Measure.EXTENT_MM: (1.0, value),
        Measure.MEAN_DIAMETER_MM: (value, value / root),
        Measure.DENSITY_PER_CM2: (value, value / root),
    }[measure]
