"""When a mark counts as a hit. Each rule is stated in words beside its code."""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from calcsight.evaluation.marks import FoundMarks, Indices, Numbers, TrueMarks

PARTICLE_REACH_MM = 0.35
PARTICLE_RULE = "centroids within 0.35 mm, one mark to one particle, by falling score"
GROUP_MEMBER_HITS = 2
GROUP_RULE = "centre in the true group's hull and at least 2 of its particles hit by members"


def match_particles(
    places_mm: Numbers, scores: Numbers, true_mm: Numbers, reach_mm: float = PARTICLE_REACH_MM
) -> Indices:
    """Match marks to true particles, one to one, by falling score.

    Marks of equal score are matched together, nearest pair first, so that their order in the
    list changes nothing.

    Parameters
    ----------
    places_mm : array (m, 2)
    scores : array (m,)
    true_mm : array (n, 2)
    reach_mm : float
        Pairs exactly this far apart are still a hit.

    Returns
    -------
    array (m,), int
        Index of the true particle each mark hits, -1 = none.
    """
    matched = np.full(len(scores), -1, dtype=np.int64)
    if len(scores) == 0 or len(true_mm) == 0:
        return matched
    near = cKDTree(places_mm).sparse_distance_matrix(
        cKDTree(true_mm), reach_mm * (1 + 1e-9), output_type="ndarray"
    )
    order = np.lexsort((near["j"], near["i"], near["v"], -scores[near["i"]]))
    taken = np.zeros(len(true_mm), dtype=bool)
    for mark, particle in zip(near["i"][order], near["j"][order], strict=True):
        if matched[mark] < 0 and not taken[particle]:
            matched[mark] = particle
            taken[particle] = True
    return matched


def match_groups(found: FoundMarks, true: TrueMarks, matched: Indices) -> Indices:
    """Match found groups to true groups, by falling score.

    A hit: the found group's centre lies in (or on) the true group's hull, and at least two of
    its members hit particles of that true group (`match_particles`).

    Parameters
    ----------
    found : FoundMarks
    true : TrueMarks
    matched : array (m,)
        As `match_particles` returned it for all marks of the view.

    Returns
    -------
    array (number of found groups,), int
        Number of the true group each found group hits, 0 = none. More than one may hit the
        same true group.
    """
    hits = np.zeros(len(found.groups), dtype=np.int64)
    for position, group in enumerate(found.groups):
        particles = matched[list(group.members)]
        numbers = true.groups[particles[particles >= 0]]
        best = 0
        for number in np.unique(numbers[numbers > 0]):
            count = int((numbers == number).sum())
            enough = count >= max(GROUP_MEMBER_HITS, best + 1)
            if enough and _inside(group.centre_mm, true.hulls_mm[int(number)]):
                best, hits[position] = count, number
    return hits


def _inside(point_mm: Numbers, hull_mm: Numbers) -> bool:
    """Tell whether a point lies in or on a hull."""
    corners = hull_mm.astype(np.float32).reshape(-1, 1, 2)
    return cv2.pointPolygonTest(corners, (float(point_mm[0]), float(point_mm[1])), False) >= 0
