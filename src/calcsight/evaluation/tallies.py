"""From scored views to tallies: which marks are hits, which are false, which are neither."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.froc import ViewTally
from calcsight.evaluation.hits import match_groups, match_particles
from calcsight.evaluation.marks import Numbers, ScoredView, TrueMarks

Stratum = Callable[[TrueMarks], NDArray[np.bool_]]


def every_particle(true: TrueMarks) -> NDArray[np.bool_]:
    """Take every particle."""
    return np.ones(len(true.diameters_mm), dtype=bool)


def contrast_at_least(limit_sd: float) -> Stratum:
    """Take particles of at least this contrast, local SD."""
    return lambda true: true.contrasts_sd >= limit_sd


def diameter_between(low_mm: float, high_mm: float) -> Stratum:
    """Take particles of low <= diameter < high."""
    return lambda true: (true.diameters_mm >= low_mm) & (true.diameters_mm < high_mm)


def both(first: Stratum, second: Stratum) -> Stratum:
    """Take particles of both strata."""
    return lambda true: first(true) & second(true)


def particle_tallies(
    views: Sequence[ScoredView], stratum: Stratum = every_particle, normals_only: bool = False
) -> list[ViewTally]:
    """Tally particles.

    A mark that hits a particle outside the stratum is neither a hit nor false.

    Parameters
    ----------
    views : sequence of ScoredView
    stratum : callable
        Which true particles are targets.
    normals_only : bool
        Count false marks, and views, on normals alone.
    """
    return [_particle_tally(view, stratum, normals_only) for view in views]


def _particle_tally(view: ScoredView, stratum: Stratum, normals_only: bool) -> ViewTally:
    """Tally the particles of one view."""
    found, true = view.found, view.true
    matched = match_particles(found.places_mm, found.scores, true.places_mm)
    wanted = stratum(true)
    hits = np.array([m >= 0 and bool(wanted[m]) for m in matched], dtype=bool)
    return ViewTally(
        woman=view.woman,
        hit_scores=found.scores[hits],
        targets=int(wanted.sum()),
        false_scores=found.scores[matched < 0],
        counts=view.normal or not normals_only,
    )


def group_tallies(views: Sequence[ScoredView], normals_only: bool = False) -> list[ViewTally]:
    """Tally groups; a further mark on a group already hit is neither a hit nor false."""
    return [_group_tally(view, normals_only) for view in views]


def _group_tally(view: ScoredView, normals_only: bool) -> ViewTally:
    """Tally the groups of one view."""
    found, true = view.found, view.true
    matched = match_particles(found.places_mm, found.scores, true.places_mm)
    hits = match_groups(found, true, matched)
    scores = np.array([group.score for group in found.groups], dtype=np.float64)
    first = [float(scores[hits == number].max()) for number in np.unique(hits[hits > 0])]
    return ViewTally(
        woman=view.woman,
        hit_scores=np.array(first, dtype=np.float64),
        targets=len(true.hulls_mm),
        false_scores=scores[hits == 0],
        counts=view.normal or not normals_only,
    )


def matched_diameters(
    views: Sequence[ScoredView], lowest_score: float
) -> tuple[Numbers, Numbers, list[str]]:
    """Return true and measured diameters (mm) of matched particles, and their women.

    Parameters
    ----------
    lowest_score : float
        Marks below it are left out.
    """
    true_mm: list[float] = []
    measured_mm: list[float] = []
    women: list[str] = []
    for view in views:
        found = view.found
        matched = match_particles(found.places_mm, found.scores, view.true.places_mm)
        for mark in np.nonzero((matched >= 0) & (found.scores >= lowest_score))[0]:
            true_mm.append(float(view.true.diameters_mm[matched[mark]]))
            measured_mm.append(float(found.diameters_mm[mark]))
            women.append(view.woman)
    return np.array(true_mm), np.array(measured_mm), women
