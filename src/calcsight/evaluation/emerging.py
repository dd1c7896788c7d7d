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
    order = np.argsort(-scores, kind="stable")
    falling, places = scores[order], places_mm[order]
    if len(scores) == 0:
        return []
    ends = np.flatnonzero(np.append(np.diff(falling) != 0.0, True)) + 1
    reach_mm = rule.circle_diameter_mm * (1.0 + 1e-9)
    around = cKDTree(places).query_ball_point(places, reach_mm)
    found: list[tuple[float, Indices]] = []
    emerged: list[int] = []
    begin = 0
    for end in ends:
        # Only where enough lie within reach of a new one can a group emerge.
        if any(
            sum(i < end for i in around[new]) >= rule.minimum_count for new in range(begin, end)
        ):
            for members in joined_circles(places[:end], rule):
                if not np.isin(emerged, members).any():
                    emerged.append(int(members[0]))
                    found.append((float(falling[end - 1]), np.sort(order[members])))
        begin = int(end)
    return found


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
