"""How alike two groups are that two projections of one breast show."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.clock import front_from, usual_angle_deg
from calcsight.terms.calcification import Calcification
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.location import Location
from calcsight.terms.mammogram import View
from calcsight.terms.morphology import Label, Morphology, Named

# Differences are taken as ln(1 + (d / scale)^2): quadratic while small, and a large one counts
# as large, not as impossible. The scales only set where that turns; the weights are fitted.
_DEPTH_SCALE_MM = 6.0
_RATIO_SCALE = 0.3
_FRONT_SCALE_MM = 50.0

LIKENESS_NAMES = (
    "behind_nipple",
    "nipple_distance",
    "front",
    "count",
    "extent",
    "density",
    "diameter",
    "size_spread",
    "calibre",
    "neighbours",
    "shape",
    "distribution",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownGroup:
    """One group as one view shows it.

    Parameters
    ----------
    view : View
    group : Group
        In millimetres; positions are not used.
    members : tuple of Calcification
    location : Location
    morphology : Named of Morphology or None
        None = not described.
    distribution : Named of Distribution or None
    """

    view: View
    group: Group
    members: tuple[Calcification, ...]
    location: Location
    morphology: Named[Morphology] | None
    distribution: Named[Distribution] | None


def unlikeness(
    first: ShownGroup, second: ShownGroup, settings: DescriptionSettings
) -> NDArray[np.float64]:
    """Measure how two groups differ.

    Parameters
    ----------
    first, second : ShownGroup
        From two projections of one breast; their order does not matter.
    settings : DescriptionSettings

    Returns
    -------
    array (len(LIKENESS_NAMES),), float64
        0 = alike, larger = less alike; NaN = not known. `behind_nipple` compares the distances
        behind the nipple, perpendicular to the chest wall, which compression changes least;
        `nipple_distance` those along the straight line; `front` is how far from the nipple's
        axis one lesion would have to lie to be seen where both are; the others compare numbers
        of the groups; `shape` and `distribution` are 1 - the Bhattacharyya coefficient [1]_ of
        the probabilities.

    References
    ----------
    .. [1] A. Bhattacharyya, "On a measure of divergence between two statistical populations
       defined by their probability distributions", Bulletin of the Calcutta Mathematical
       Society 35 (1943) 99-109.
    """
    a, b = first.group, second.group
    return np.array(
        [
            _apart(first.location.behind_nipple_mm, second.location.behind_nipple_mm),
            _apart(first.location.nipple_distance_mm, second.location.nipple_distance_mm),
            _front(first, second, settings),
            _ratio(a.count, b.count),
            _ratio(a.extent_mm, b.extent_mm),
            _ratio(a.density_per_cm2, b.density_per_cm2),
            _ratio(a.mean_diameter_mm, b.mean_diameter_mm),
            abs(a.sd_diameter_mm / a.mean_diameter_mm - b.sd_diameter_mm / b.mean_diameter_mm),
            _ratio(_calibre_mm(first), _calibre_mm(second)),
            _ratio(a.mean_neighbour_mm, b.mean_neighbour_mm),
            _overlap_lost(first.morphology, second.morphology),
            _overlap_lost(first.distribution, second.distribution),
        ],
        dtype=np.float64,
    )


def _soft(difference: float, scale: float) -> float:
    return math.log1p((difference / scale) ** 2)


def _apart(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return math.nan
    return _soft(one - other, _DEPTH_SCALE_MM)


def _ratio(one: float | None, other: float | None) -> float:
    if one is None or other is None or one <= 0.0 or other <= 0.0:
        return math.nan
    return _soft(math.log(one / other), _RATIO_SCALE)


def _front(first: ShownGroup, second: ShownGroup, settings: DescriptionSettings) -> float:
    """Compare where one lesion would lie, seen from the front, with the size of a breast."""
    angles = usual_angle_deg(first.view, settings), usual_angle_deg(second.view, settings)
    beside = first.location.beside_nipple_mm, second.location.beside_nipple_mm
    if angles[0] is None or angles[1] is None or beside[0] is None or beside[1] is None:
        return math.nan
    front = front_from((angles[0], beside[0]), (angles[1], beside[1]))
    if front is None:
        return math.nan
    return _soft(math.hypot(front.outer_mm, front.up_mm), _FRONT_SCALE_MM)


def _calibre_mm(shown: ShownGroup) -> float | None:
    """Return the median width of the members; None when none was measured in mm."""
    widths = [one.width_mm for one in shown.members if one.width_mm is not None]
    return float(np.median(widths)) if widths else None


def _overlap_lost(one: Named[Label] | None, other: Named[Label] | None) -> float:
    if one is None or other is None:
        return math.nan
    p, q = one.probabilities, other.probabilities
    return 1.0 - min(1.0, sum(math.sqrt(p[word] * q.get(word, 0.0)) for word in p))
