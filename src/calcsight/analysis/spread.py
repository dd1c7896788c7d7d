"""How a group lies in the breast, in numbers: what its distribution is named from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.appearance import centroids, long_axes
from calcsight.analysis.group_shape import SAID
from calcsight.analysis.lying import LYING_NAMES, Ground, hull_share, lying, reached
from calcsight.terms.calcification import Calcification
from calcsight.terms.morphology import Morphology
from calcsight.terms.stages import Breast

Numbers = NDArray[np.float64]

# Others are kin of a group when their shapes are as its members' are, by at least so much of
# Bhattacharyya's coefficient: 1 = the same shapes, 0 = no shape in common. Kin no farther than
# this from each other are pieces of one spread; by a looser rule, of its wider reach.
_KIN, _STEP_MM = 0.8, 13.0
_LOOSE_KIN, _LONG_STEP_MM = 0.65, 22.0
# What is more likely a false mark than not is left aside as long as so many others remain, and so
# are members of which nothing can be said: they would bend any line.
_SURE = 0.5
_FEWEST = 4
_BEYOND_MM = (10.0, 20.0, 40.0)
_LEAST_MM = 0.1

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
    *(f"group_{name}" for name in LYING_NAMES),
    *(f"pieces_{name}" for name in LYING_NAMES),
    *(f"wide_{name}" for name in LYING_NAMES),
    "group_share_of_pieces",
    "core_share_of_group",
    "mean_score",
    *(f"kin_beyond_{mm:g}_mm" for mm in _BEYOND_MM),
    "kin_log_hull_share",
    "kin_reached",
    "kin_reached_of_lesser_half",
    "log_spacing_over_size",
    *(f"share_{'_'.join(shapes)}" for shapes in _OF_A_PLACE),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """All that count in one view, as far as a distribution asks.

    Parameters
    ----------
    places_mm : array (n, 2)
        Centroids, reading frame.
    axes : array (n, 2)
        Which way each runs; see `appearance.long_axes`.
    diameters_mm, scores : array (n,)
        Scores 0-1.
    probabilities : array (n, len(Morphology))
    """

    places_mm: Numbers
    axes: Numbers
    diameters_mm: Numbers
    scores: Numbers
    probabilities: Numbers

    @classmethod
    def of(
        cls, calcifications: Sequence[Calcification], probabilities: Numbers, pitch_mm: float
    ) -> "Marks":
        """Take them from measured calcifications."""
        return cls(
            places_mm=centroids(calcifications) * pitch_mm,
            axes=long_axes(calcifications),
            diameters_mm=np.array([one.diameter_px for one in calcifications]) * pitch_mm,
            scores=np.array([one.score for one in calcifications]),
            probabilities=probabilities,
        )


def spread_numbers(
    members: Sequence[int],
    calcifications: Sequence[Calcification],
    probabilities: Numbers,
    breast: Breast,
    pitch_mm: float,
) -> Numbers:
    """Measure how a group lies, and how all like it lie in the view.

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
    marks = Marks.of(calcifications, probabilities, pitch_mm)
    return numbers_of(members, marks, Ground.of(breast, pitch_mm))


def numbers_of(members: Sequence[int], marks: Marks, ground: Ground) -> Numbers:
    """Return the same, of marks and a breast already measured.

    A spread through a large part of the breast is often found in pieces: kin are the members and
    whatever else in the view has the same shapes and is about as surely there.
    """
    every, rows = marks.places_mm, marks.probabilities
    listed = np.zeros(len(every), dtype=bool)
    listed[list(members)] = True
    inside = _core(listed, marks)
    mean = rows[inside].mean(axis=0)
    alike = np.sqrt(rows * mean).sum(axis=1)
    there = marks.scores >= min(_SURE, float(np.median(marks.scores[inside])))
    kin = inside | (there & (alike >= _KIN))
    loose = inside | (there & (alike >= _LOOSE_KIN))
    pieces = _reached(every, inside, kin, _STEP_MM)
    wide = _reached(every, pieces, loose, _LONG_STEP_MM)
    own = lying(every[inside], marks.axes[inside], ground)
    away = np.hypot(*(every[kin & ~inside] - every[inside].mean(axis=0)).T)
    spacing = own[LYING_NAMES.index("log_spacing")]
    words = list(Morphology)
    return np.array(
        [
            *own,
            *lying(every[pieces], marks.axes[pieces], ground),
            *lying(every[wide], marks.axes[wide], ground),
            inside.sum() / pieces.sum(),
            inside.sum() / listed.sum(),
            float(marks.scores[inside].mean()),
            *(math.log1p(float((away >= mm).sum())) for mm in _BEYOND_MM),
            hull_share(every[kin], ground),
            *reached(every[kin], ground),
            spacing - math.log(max(float(marks.diameters_mm[inside].mean()), _LEAST_MM)),
            *(float(sum(mean[words.index(one)] for one in shapes)) for shapes in _OF_A_PLACE),
        ]
    )


def _core(listed: NDArray[np.bool_], marks: Marks) -> NDArray[np.bool_]:
    """Return the members that are surely there and of which something can be said.

    When those are few: those of which something can be said; when those are, too: all.
    """
    said = listed & (marks.probabilities.max(axis=1) >= SAID)
    for some in (said & (marks.scores >= _SURE), said):
        if some.sum() >= _FEWEST:
            return np.asarray(some)
    return listed


def _reached(
    places_mm: Numbers, inside: NDArray[np.bool_], kin: NDArray[np.bool_], step_mm: float
) -> NDArray[np.bool_]:
    """Return what is inside and the kin that are reached from there in steps, nearest first."""
    tree = cKDTree(places_mm)
    found, ahead = inside.copy(), list(np.flatnonzero(inside))
    while ahead:
        near = np.array(tree.query_ball_point(places_mm[ahead.pop()], step_mm), dtype=np.intp)
        new = near[kin[near] & ~found[near]]
        found[new] = True
        ahead += new.tolist()
    return found
