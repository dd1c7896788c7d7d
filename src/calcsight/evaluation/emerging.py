"""Groups as they emerge while the threshold on the score falls: one mark each, for whole curves.

Groups of a reading are those of one threshold: at a low one, two groups have long grown into one.
A free-response curve asks how many groups there are at every threshold.
"""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from calcsight.analysis.circles import joined_circles
from calcsight.evaluation.cases import FoundGroup, FoundView, Indices, Numbers
from calcsight.terms.group import GroupRule


def emerging(places_mm: Numbers, scores: Numbers, rule: GroupRule) -> list[tuple[float, Indices]]:
    """Find each group at the highest threshold at which it is one.

    A group grows as the threshold falls and may join others; it emerges once, with the members it
    has then. So at any threshold at least as many have emerged as a reading there would show.

    Parameters
    ----------
    places_mm : array (n, 2)
    scores : array (n,)
        Those of one score enter together.
    rule : GroupRule

    Returns
    -------
    list of (score, members)
        By falling score; `members` are rising positions.
    """
    if len(scores) == 0:
        return []
    order = np.argsort(-scores, kind="stable")
    falling, places = scores[order], places_mm[order]
    ends = np.flatnonzero(np.append(np.diff(falling) != 0.0, True)) + 1
    entering = _Entering(places, rule)
    found: list[tuple[float, Indices]] = []
    begin = 0
    for end in map(int, ends):
        if entering.may_bring_a_group(begin, end):
            for members in joined_circles(places[:end], rule):
                if not entering.emerged[members].any():
                    entering.emerged[members[0]] = True
                    found.append((float(falling[end - 1]), np.sort(order[members])))
                entering.taken[members] = True
        begin = end
    return found


class _Entering:
    """Which places that have entered belong to a group that has emerged; never too many.

    A new group is made of circles that each hold a new place, and none that is taken: any other
    would belong to a group that is there already. So most new places need no search for circles.
    """

    def __init__(self, places_mm: Numbers, rule: GroupRule) -> None:
        reach_mm = rule.circle_diameter_mm * (1.0 + 1e-9)
        tree = cKDTree(places_mm)
        self._least = rule.minimum_count
        self._in_reach = [np.array(one) for one in tree.query_ball_point(places_mm, reach_mm)]
        # Inside a circle about the place itself; narrowed, as the border is not worth a doubt.
        half_mm = rule.circle_diameter_mm / 2 * (1.0 - 1e-9)
        self._around = [np.array(one) for one in tree.query_ball_point(places_mm, half_mm)]
        self.emerged = np.zeros(len(places_mm), bool)
        self.taken = np.zeros(len(places_mm), bool)

    def may_bring_a_group(self, begin: int, end: int) -> bool:
        """Tell whether places begin to end - 1 can bring a new group; take those that do not."""
        for new in range(begin, end):
            around = self._around[new][self._around[new] < end]
            if len(around) >= self._least and self.taken[around].any():
                self.taken[around] = True
        return any(self._free(new, end) >= self._least for new in range(begin, end))

    def _free(self, new: int, end: int) -> int:
        """Count the places in reach that have entered and belong to no group."""
        near = self._in_reach[new]
        return int((~self.taken[near[near < end]]).sum())


def with_emerging_groups(
    found: FoundView, spacing_mm: tuple[float, float], rule: GroupRule, least_score: float
) -> FoundView:
    """Return the same particles with the groups that emerge down to `least_score`.

    Parameters
    ----------
    found : FoundView
    spacing_mm : tuple of float
        Distance between rows, between columns.
    rule : GroupRule
    least_score : float
    """
    kept = np.flatnonzero(found.scores >= least_score)
    places_mm = found.places_px[kept] * np.array(spacing_mm)
    groups = tuple(
        _group(found, kept[members], score)
        for score, members in emerging(places_mm, found.scores[kept], rule)
    )
    return FoundView(
        name=found.name,
        places_px=found.places_px,
        scores=found.scores,
        diameters_mm=found.diameters_mm,
        outlines_px=found.outlines_px,
        groups=groups,
        refused=found.refused,
        breast_area_mm2=found.breast_area_mm2,
    )


def _group(found: FoundView, members: Indices, score: float) -> FoundGroup:
    """Put a group together: centre of its members, hull of their outlines."""
    outlines = [found.outlines_px[member] for member in members]
    corners = [one for one in outlines if one is not None] or [found.places_px[members]]
    hull = cv2.convexHull(np.concatenate(corners).astype(np.float32)).reshape(-1, 2)
    return FoundGroup(
        centre_px=found.places_px[members].mean(axis=0),
        score=score,
        members=tuple(int(member) for member in members),
        outline_px=hull.astype(np.float64),
    )
