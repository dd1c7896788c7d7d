"""How a set of places lies in the breast, in numbers."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.distribution import chance_of_elongation, fan_shape, ribbon_width_mm
from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret
from calcsight.terms.stages import Breast

Numbers = NDArray[np.float64]

_LEAST_MM = 0.1
_MOST_LOG = 6.0
_CELL_MM = 5.0
# A cell of the breast is reached by what lies so near.
_REACHED_MM = 12.0
_NEIGHBOURS = 3
# Where the apex of a fan is sought: from the nipple to its near end, and as far beyond the far end.
_APEXES = np.linspace(0.0, 1.0, 9)

LYING_NAMES = (
    "log_count",
    "log_extent",
    "log_width",
    "log_extent_over_width",
    "log_chance",
    "log_fan",
    "log_hull_share",
    "log_spacing",
    "towards_nipple",
    "members_along",
    "log_angle_sd",
    "log_across_over_along",
    "widens",
    "fan",
    "fan_over_turned",
    "fan_evidence",
    "fan_over_turned_evidence",
    "skew_outward",
    "distance_share",
    "nearest_share",
    "height_share",
    "depth_share",
    "reached",
    "reached_of_lesser_half",
    "neighbours_along",
    "evenness",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The breast that places lie in, mm.

    Parameters
    ----------
    tip_mm : array (2,)
        (row, column) of what stands for the nipple.
    area_mm2, height_mm, depth_mm : float
        Of the breast; height along the chest wall, depth from there.
    cells_mm : array (k, 2)
        Points inside the breast, 5 mm apart.
    """

    tip_mm: Numbers
    area_mm2: float
    height_mm: float
    depth_mm: float
    cells_mm: Numbers

    @classmethod
    def of(cls, breast: Breast, pitch_mm: float) -> "Ground":
        """Measure a breast."""
        factor = pitch_mm / _CELL_MM
        small = cv2.resize(breast.mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        cells = (np.argwhere(small > 0) + 0.5) * _CELL_MM
        corner = np.array([breast.box.top, breast.box.left]) * pitch_mm
        high, deep = breast.mask.shape
        return cls(
            tip_mm=np.array([breast.tip_row, breast.tip_column]) * pitch_mm,
            area_mm2=max(breast.area_px, 1) * pitch_mm**2,
            height_mm=max(high, 1) * pitch_mm,
            depth_mm=max(deep, 1) * pitch_mm,
            cells_mm=cells + corner if len(cells) else corner[None, :],
        )


def lying(places_mm: Numbers, axes: Numbers, ground: Ground) -> list[float]:
    """Return the numbers of one set of places, those of `LYING_NAMES`.

    Parameters
    ----------
    places_mm : array (n, 2)
        n >= 1.
    axes : array (n, 2)
        Which way each particle runs; see `appearance.long_axes`.
    ground : Ground

    Returns
    -------
    list of float
        Finite.
    """
    count = len(places_mm)
    hull = convex_hull(places_mm) if count > 2 else places_mm
    extent = max(maximum_feret(hull), _LEAST_MM)
    width = max(ribbon_width_mm(places_mm), _LEAST_MM) if count > 3 else extent
    fan = fan_shape(places_mm, ground.tip_mm) if count > 3 else 1.0
    main = _main_axis(places_mm)
    outward = ground.tip_mm - places_mm.mean(axis=0)
    share = hull_share(places_mm, ground)
    return [
        math.log(count),
        math.log(extent),
        math.log(width),
        math.log(extent / width),
        max(math.log(max(chance_of_elongation(places_mm), 1e-9)), -3 * _MOST_LOG),
        float(np.clip(math.log(max(fan, 0.02)), -_MOST_LOG, _MOST_LOG)),
        share,
        math.log(extent / math.sqrt(count)),
        _double_cosine(main, outward),
        float(np.mean([_double_cosine(main, one) * math.hypot(*one) for one in axes])),
        *_from_the_nipple(places_mm, ground),
        *_through_the_breast(places_mm, ground),
        *_among_themselves(places_mm, ground, share),
    ]


def hull_share(places_mm: Numbers, ground: Ground) -> float:
    """Log of the share of the breast that a hull covers."""
    area = hull_area(convex_hull(places_mm)) if len(places_mm) > 2 else 0.0
    return math.log(max(area / ground.area_mm2, 1e-4))


def reached(places_mm: Numbers, ground: Ground) -> tuple[float, float]:
    """Return the share of the breast that lies near a place, and that of its lesser half.

    The halves meet where the line from the nipple to the chest wall runs.
    """
    away, _ = cKDTree(places_mm).query(ground.cells_mm)
    near = away <= _REACHED_MM
    upper = ground.cells_mm[:, 0] < np.median(ground.cells_mm[:, 0])
    halves = [float(near[half].mean()) for half in (upper, ~upper) if half.any()]
    return float(near.mean()), min(halves)


def _from_the_nipple(places_mm: Numbers, ground: Ground) -> list[float]:
    """Return angles and distances as seen from the nipple, and how a fan would hold the places."""
    from_tip = places_mm - ground.tip_mm
    centre = from_tip.mean(axis=0)
    distance = max(float(np.hypot(*centre)), 1.0)
    outward = centre / distance
    along = from_tip @ outward
    across = from_tip @ np.array([-outward[1], outward[0]])
    away = np.hypot(along, across)
    angle = np.arctan2(across, along)
    spread = max(float(along.std()), _LEAST_MM)
    aside = np.abs(across - np.median(across))
    fan = _fan(along, across, 0.0, float(along.min()))
    turned = _fan(-along, across, float(-along.max()) - distance, float(-along.max()))
    count = len(along)
    return [
        math.log(max(float(angle.std()), 0.01)),
        math.log(max(float(across.std()), _LEAST_MM) / spread),
        _correlation(aside, along),
        fan,
        fan - turned,
        math.asinh(count * fan),
        math.asinh(count * (fan - turned)),
        _held(float((((along - along.mean()) / spread) ** 3).mean())),
        float(away.mean()) / ground.depth_mm,
        float(np.quantile(away, 0.1)) / ground.depth_mm,
    ]


def _fan(along: Numbers, across: Numbers, first_mm: float, near_mm: float) -> float:
    """Return how much better a fan explains the places than a band does, nats for each place.

    The fan has its apex on the axis before the near end, and its angles are as they are at every
    distance; in the band it is the places across that are. Both normal, each of its own SD: the
    difference of log likelihoods is log SD(across) - log SD(angle) - mean log distance.
    """
    last = max(near_mm - 1.0, first_mm)
    apexes = first_mm + _APEXES * (last - first_mm)
    ahead = along[None, :] - apexes[:, None]
    aside = across - np.median(across)
    angle = np.arctan2(aside[None, :], np.maximum(ahead, _LEAST_MM))
    away = np.maximum(np.hypot(ahead, aside[None, :]), _LEAST_MM)
    spread = np.maximum(angle.std(axis=1), 1e-3)
    gain = math.log(max(float(aside.std()), _LEAST_MM)) - np.log(spread) - np.log(away).mean(axis=1)
    return _held(float(gain.max()))


def _through_the_breast(places_mm: Numbers, ground: Ground) -> list[float]:
    """Return the share of height, depth and cells of the breast that the places span."""
    high, deep = np.ptp(places_mm, axis=0)
    return [high / ground.height_mm, deep / ground.depth_mm, *reached(places_mm, ground)]


def _among_themselves(places_mm: Numbers, ground: Ground, log_share: float) -> list[float]:
    """Return whether neighbours lie along the ducts, and how even the gaps are."""
    count = len(places_mm)
    if count < _NEIGHBOURS + 1:
        return [0.0, 0.0]
    away, at = cKDTree(places_mm).query(places_mm, _NEIGHBOURS)
    ahead = ground.tip_mm - places_mm
    cosines = [
        _double_cosine(places_mm[other] - places_mm[one], ahead[one])
        for one in range(count)
        for other in at[one, 1:]
    ]
    area = math.exp(log_share) * ground.area_mm2
    even = math.log(max(float(away[:, 1].mean()), _LEAST_MM) / (0.5 * math.sqrt(area / count)))
    return [float(np.mean(cosines)), _held(even)]


def _held(number: float) -> float:
    """Hold a number within what can happen to many places."""
    return float(np.clip(number, -_MOST_LOG, _MOST_LOG))


def _correlation(one: Numbers, other: Numbers) -> float:
    """Return the correlation; 0 when either is constant."""
    product = float(one.std() * other.std())
    if product < 1e-9:
        return 0.0
    return float(((one - one.mean()) * (other - other.mean())).mean()) / product


def _main_axis(places_mm: Numbers) -> Numbers:
    """Direction in which the places spread most, unit length."""
    centred = places_mm - places_mm.mean(axis=0)
    return np.asarray(np.linalg.eigh(centred.T @ centred)[1][:, 1])


def _double_cosine(one: Numbers, other: Numbers) -> float:
    """Return cos(2 angle) between two axes: 1 = along, -1 = across, 0 when one has no length."""
    lengths = math.hypot(*one) * math.hypot(*other)
    return 2.0 * (float(one @ other) / lengths) ** 2 - 1.0 if lengths > 1e-9 else 0.0
