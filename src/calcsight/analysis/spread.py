"""How a group lies in the breast, in numbers: what its distribution is named from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.appearance import centroids, long_axes
from calcsight.analysis.distribution import chance_of_elongation, fan_shape, ribbon_width_mm
from calcsight.analysis.group_shape import SAID
from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret
from calcsight.terms.calcification import Calcification
from calcsight.terms.morphology import Morphology
from calcsight.terms.stages import Breast

Numbers = NDArray[np.float64]

# Others are kin of a group when their shapes are as its members' are, by at least so much of
# Bhattacharyya's coefficient: 1 = the same shapes, 0 = no shape in common.
_KIN = 0.8
# Members of which nothing can be said are left aside as long as so many remain: most of them are
# false marks, and would bend any line.
_FEWEST = 4
# Kin no farther than this from each other are pieces of one spread.
_STEP_MM = 13.0
_BEYOND_MM = (10.0, 20.0, 40.0)
_LEAST_MM = 0.1
_MOST_LOG = 6.0
# Standardised numbers are held within this many SD: nothing far out decides alone.
_CLIP_SD = 3.0

_ARRANGED = (
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
)
# What lies in vessels, ducts, scars and skin lies there in ways of its own.
_OF_A_PLACE = (
    (Morphology.VASCULAR,),
    (Morphology.LARGE_ROD,),
    (Morphology.SUTURE,),
    (Morphology.SKIN,),
    (Morphology.FINE_LINEAR_BRANCHING,),
    (Morphology.RIM, Morphology.POPCORN, Morphology.DYSTROPHIC),
)
SPREAD_NAMES = (
    *(f"group_{name}" for name in _ARRANGED),
    *(f"pieces_{name}" for name in _ARRANGED),
    "group_share_of_pieces",
    *(f"kin_beyond_{mm:g}_mm" for mm in _BEYOND_MM),
    "kin_log_hull_share",
    "log_spacing_over_size",
    *(f"share_{'_'.join(shapes)}" for shapes in _OF_A_PLACE),
)


def spread_numbers(
    members: Sequence[int],
    calcifications: Sequence[Calcification],
    probabilities: Numbers,
    breast: Breast,
    pitch_mm: float,
) -> Numbers:
    """Measure how a group lies, and how all like it lie in the view.

    A spread through a large part of the breast is often found in pieces: kin are the members and
    whatever else in the view has the same shapes.

    Parameters
    ----------
    members : sequence of int
        Positions in `calcifications`, at least two.
    calcifications : sequence of Calcification
        All that count in the view, reading frame, measured in mm.
    probabilities : array (n, len(Morphology))
        Of each.
    breast : Breast
    pitch_mm : float

    Returns
    -------
    array (len(SPREAD_NAMES),), float64
        Finite.
    """
    every = centroids(calcifications) * pitch_mm
    inside = np.zeros(len(every), dtype=bool)
    inside[list(members)] = True
    inside = _core(inside, probabilities)
    mean = probabilities[inside].mean(axis=0)
    kin = inside | (np.sqrt(probabilities * mean).sum(axis=1) >= _KIN)
    pieces = _reached(every, inside, kin)
    axes = long_axes(calcifications)
    place = _Place.of(breast, pitch_mm)
    own = _arranged(every[inside], axes[inside], place)
    wide = _arranged(every[pieces], axes[pieces], place)
    away = np.hypot(*(every[kin & ~inside] - every[inside].mean(axis=0)).T)
    beyond = [math.log1p(float((away >= mm).sum())) for mm in _BEYOND_MM]
    size = float(np.mean([one.diameter_px for one in compress(calcifications, inside)]))
    words = list(Morphology)
    shares = [float(sum(mean[words.index(one)] for one in shapes)) for shapes in _OF_A_PLACE]
    spacing = own[_ARRANGED.index("log_spacing")] - math.log(max(size * pitch_mm, _LEAST_MM))
    hull = _log_share(every[kin], place)
    return np.array([*own, *wide, inside.sum() / pieces.sum(), *beyond, hull, spacing, *shares])


def _core(inside: NDArray[np.bool_], probabilities: Numbers) -> NDArray[np.bool_]:
    """Return the members of which something can be said; all, when those are few."""
    said = inside & (probabilities.max(axis=1) >= SAID)
    return said if said.sum() >= _FEWEST else inside


def _reached(
    places_mm: Numbers, inside: NDArray[np.bool_], kin: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the members and the kin that are reached from them in steps, nearest first."""
    tree = cKDTree(places_mm)
    reached, ahead = inside.copy(), list(np.flatnonzero(inside))
    while ahead:
        near = np.array(tree.query_ball_point(places_mm[ahead.pop()], _STEP_MM), dtype=np.intp)
        new = near[kin[near] & ~reached[near]]
        reached[new] = True
        ahead += new.tolist()
    return reached


def _log_share(places_mm: Numbers, place: "_Place") -> float:
    """Log of the share of the breast that a hull covers."""
    area = hull_area(convex_hull(places_mm)) if len(places_mm) > 2 else 0.0
    return math.log(max(area / place.area_mm2, 1e-4))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Place:
    """What a group lies in."""

    tip_mm: Numbers
    area_mm2: float

    @classmethod
    def of(cls, breast: Breast, pitch_mm: float) -> "_Place":
        tip = np.array([breast.tip_row, breast.tip_column]) * pitch_mm
        return cls(tip_mm=tip, area_mm2=max(breast.area_px, 1) * pitch_mm**2)


def _arranged(places_mm: Numbers, axes: Numbers, place: _Place) -> list[float]:
    """Return the numbers of one set of places, those of `_ARRANGED`."""
    count = len(places_mm)
    hull = convex_hull(places_mm) if count > 2 else places_mm
    extent = max(maximum_feret(hull), _LEAST_MM)
    width = max(ribbon_width_mm(places_mm), _LEAST_MM) if count > 3 else extent
    fan = fan_shape(places_mm, place.tip_mm) if count > 3 else 1.0
    main = _main_axis(places_mm)
    outward = place.tip_mm - places_mm.mean(axis=0)
    return [
        math.log(count),
        math.log(extent),
        math.log(width),
        math.log(extent / width),
        max(math.log(max(chance_of_elongation(places_mm), 1e-9)), -3 * _MOST_LOG),
        float(np.clip(math.log(max(fan, 0.02)), -_MOST_LOG, _MOST_LOG)),
        _log_share(places_mm, place),
        math.log(extent / math.sqrt(count)),
        _double_cosine(main, outward),
        float(np.mean([_double_cosine(main, one) * math.hypot(*one) for one in axes])),
    ]


def _main_axis(places_mm: Numbers) -> Numbers:
    """Direction in which the places spread most, unit length."""
    centred = places_mm - places_mm.mean(axis=0)
    return np.asarray(np.linalg.eigh(centred.T @ centred)[1][:, 1])


def _double_cosine(one: Numbers, other: Numbers) -> float:
    """Return cos(2 angle) between two axes: 1 = along, -1 = across, 0 when one has no length."""
    lengths = math.hypot(*one) * math.hypot(*other)
    return 2.0 * (float(one @ other) / lengths) ** 2 - 1.0 if lengths > 1e-9 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpreadModel:
    """A multinomial logistic model over the numbers and their products in pairs.

    Parameters
    ----------
    centre, scale : arrays (k,)
        Mean and SD of the numbers over the groups it was fitted to.
    weights : array (1 + k + k (k + 1) / 2, words)
        Of a constant, the numbers, and the products of each two, in the order of `terms`.
    """

    centre: Numbers
    scale: Numbers
    weights: Numbers

    def __call__(self, numbers: Numbers) -> Numbers:
        """Return the probability of each distribution, shape (len(Distribution),)."""
        evidence = terms((numbers - self.centre) / self.scale) @ self.weights
        grown = np.exp(evidence - evidence.max())
        return np.asarray(grown / grown.sum())


def terms(standardised: Numbers) -> Numbers:
    """Return 1, the numbers held within 3 SD, and their products in pairs, (..., m)."""
    held = np.clip(standardised, -_CLIP_SD, _CLIP_SD)
    one, other = np.triu_indices(held.shape[-1])
    constant = np.ones((*held.shape[:-1], 1))
    return np.concatenate([constant, held, held[..., one] * held[..., other]], axis=-1)
