"""Marks and targets one to one, by falling score."""

from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Indices, Numbers

ONE_TO_ONE = (
    "one mark to one particle, by falling score, marks of equal score nearest first; a further "
    "mark on a particle already hit is false"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Marks and particles near enough to be one.

    Parameters
    ----------
    marks, particles : arrays (p,), int
    gaps : array (p,)
        Smaller = nearer; any scale that is one within a view.
    """

    marks: Indices
    particles: Indices
    gaps: Numbers


def match_one_to_one(pairs: Pairs, scores: Numbers, particles: int) -> Indices:
    """Give each mark at most one particle and each particle at most one mark.

    The order of the marks in their list changes nothing, and weaker marks never change what
    stronger ones hit.

    Parameters
    ----------
    pairs : Pairs
    scores : array (m,)
    particles : int
        Number of particles.

    Returns
    -------
    array (m,), int
        Index of the particle each mark hits, -1 = none.
    """
    matched = np.full(len(scores), -1, dtype=np.int64)
    taken = np.zeros(particles, dtype=bool)
    order = np.lexsort((pairs.particles, pairs.marks, pairs.gaps, -scores[pairs.marks]))
    for mark, particle in zip(
        pairs.marks[order].tolist(), pairs.particles[order].tolist(), strict=True
    ):
        if matched[mark] < 0 and not taken[particle]:
            matched[mark] = particle
            taken[particle] = True
    return matched
