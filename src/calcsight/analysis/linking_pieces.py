"""One particle that is outlined as two at the other date: split, or merged."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calcsight.analysis.listed import Listed
from calcsight.analysis.local_shift import Nearness
from calcsight.terms.comparison import LinkKind, ParticleLink

# A piece lies within the other's outline, give or take this, mm.
_BESIDE_MM = 0.1
# Pieces have together about the area of the whole (natural logarithm), and clearly less alone.
_AREA_LOG = 0.4
_LESS_ALONE = 0.8


def joined_pieces(
    links: Sequence[ParticleLink], both: tuple[Listed, Listed], near: Nearness
) -> tuple[list[ParticleLink], list[ParticleLink]]:
    """Give links their second pieces.

    Parameters
    ----------
    links : sequence of ParticleLink
        LINKED, one to one.
    both : tuple of Listed
        Current and prior.
    near : Nearness

    Returns
    -------
    (plain, joined)
        Links as they were, and those that became SPLIT or MERGED; each with all its pieces.
    """
    now, before = both
    taken = {one.current[0] for one in links}, {one.prior[0] for one in links}
    free = set(range(len(now))) - taken[0], set(range(len(before))) - taken[1]
    plain, joined = [], []
    for one in links:
        i, j = one.current[0], one.prior[0]
        shift = near.moved_mm[i, j]
        around_prior = near.moved_mm[:, j] - shift
        around_current = near.moved_mm[i] - shift
        parts = _parts(free[0], around_prior, i, now, float(before.areas_mm2[j]))
        others = _parts(free[1], around_current, j, before, float(now.areas_mm2[i]))
        if parts:
            free[0].difference_update(parts)
            joined.append(replace(one, kind=LinkKind.SPLIT, current=tuple(sorted((i, *parts)))))
        elif others:
            free[1].difference_update(others)
            joined.append(replace(one, kind=LinkKind.MERGED, prior=tuple(sorted((j, *others)))))
        else:
            plain.append(one)
    return plain, joined


def _parts(
    free: set[int], apart_mm: np.ndarray, known: int, pieces: Listed, whole_mm2: float
) -> list[int]:
    """Return the free ones that, with the known piece, make up a whole of that area."""
    known_mm2 = float(pieces.areas_mm2[known])
    if known_mm2 > _LESS_ALONE * whole_mm2:
        return []
    reach = 2.0 * np.sqrt(whole_mm2 / np.pi) + _BESIDE_MM
    near = [n for n in sorted(free) if np.hypot(*apart_mm[n]) <= reach]
    total = known_mm2 + sum(float(pieces.areas_mm2[n]) for n in near)
    fits = bool(near) and abs(np.log(total / whole_mm2)) <= _AREA_LOG
    return near if fits else []
