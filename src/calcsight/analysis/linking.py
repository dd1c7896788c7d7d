"""Which particles of two mammograms of one breast are one particle."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from calcsight.analysis.link_probability import (
    alone_probabilities,
    company_of,
    link_probabilities,
)
from calcsight.analysis.linking_pieces import joined_pieces
from calcsight.analysis.listed import Listed, Numbers
from calcsight.analysis.local_shift import nearness
from calcsight.analysis.looked_at import looked_at
from calcsight.terms.comparison import LinkKind, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

_SURE = 1e-9


def link(
    current: Reading, prior: Reading, registration: Registration, settings: ComparisonSettings
) -> tuple[ParticleLink, ...]:
    """Link the listed particles of two mammograms, each with at most one of the other.

    The prior's particles are carried over, the local shift of every neighbourhood is taken out
    (`local_shift`), a logistic form gives each pair its probability, and of all ways to pair them
    the one is taken whose links are together most probable against the threshold (sum of log-odds
    over that of `link_probability`), by the Hungarian method [1]_. Then pieces of one particle
    are joined.

    Parameters
    ----------
    current, prior : Reading
        Both list down to `comparison.weak_score`.
    registration : Registration
    settings : ComparisonSettings

    Returns
    -------
    tuple of ParticleLink
        Every listed particle of either reading is in exactly one: those of the current reading
        first, in its order, then the prior's that are not there any more, in its order.

    Raises
    ------
    SpacingError
        When the pixel spacing of either is unknown.

    References
    ----------
    .. [1] H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research
       Logistics Quarterly 2 (1955) 83-97.
    """
    now, before = Listed.of(current), Listed.of(prior)
    near = nearness(now, before, registration.in_current(before.places_mm))
    chances = link_probabilities(near, now, before)
    residual_mm = near.residual_mm
    chances[residual_mm > settings.link_mm] = 0.0
    pairs = _paired(chances, settings.link_probability)
    linked = [_linked(residual_mm, chances, i, j) for i, j in pairs]
    linked, pieces = joined_pieces(linked, (now, before), near)
    seen = {i for one in (*linked, *pieces) for i in one.current}
    kept = {j for one in (*linked, *pieces) for j in one.prior}
    new = [
        _alone(LinkKind.APPEARED, i, float(p))
        for i, p in enumerate(alone_probabilities(now, company_of(current, seen)))
        if i not in seen
    ]
    gone = [
        _alone(LinkKind.DISAPPEARED, j, float(p))
        for j, p in enumerate(alone_probabilities(before, company_of(prior, kept)))
        if j not in kept
    ]
    new = _where_shown(new, _shown((current, prior), now.places_mm, registration, to_prior=True))
    gone = _where_shown(gone, _shown((current, prior), before.places_mm, registration))
    first = sorted([*linked, *pieces, *new], key=lambda one: one.current[0])
    return (*first, *gone)


def _paired(chances: Numbers, least: float) -> list[tuple[int, int]]:
    """Pair one to one; only what is probable enough."""
    kept = np.clip(chances, _SURE, 1.0 - _SURE)
    gains = np.log(kept / (1.0 - kept)) - np.log(least / max(1.0 - least, _SURE))
    rows, columns = linear_sum_assignment(-np.maximum(gains, 0.0))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if chances[i, j] >= least]


def _linked(residual_mm: Numbers, chances: Numbers, i: int, j: int) -> ParticleLink:
    """Link two."""
    return ParticleLink(
        kind=LinkKind.LINKED,
        current=(i,),
        prior=(j,),
        probability=float(chances[i, j]),
        residual_mm=float(residual_mm[i, j]),
    )


def _alone(kind: LinkKind, position: int, probability: float) -> ParticleLink:
    """Say of one that it has no counterpart."""
    new = kind is LinkKind.APPEARED
    return ParticleLink(
        kind=kind,
        current=(position,) if new else (),
        prior=() if new else (position,),
        probability=probability,
        residual_mm=None,
    )


def _shown(
    both: tuple[Reading, Reading],
    places_mm: Numbers,
    registration: Registration,
    to_prior: bool = False,
) -> NDArray[np.bool_]:
    """Tell which places of one view the other shows, and looked at."""
    shown = registration.shown_in_prior if to_prior else registration.shown_in_current
    at = np.rint(places_mm / registration.grid_mm).astype(int)
    inside = np.all((at >= 0) & (at < shown.shape), axis=1)
    there = np.zeros(len(at), bool)
    there[inside] = shown[tuple(at[inside].T)] > 0
    carried = registration.in_prior if to_prior else registration.in_current
    return there & looked_at(both[1] if to_prior else both[0], carried(places_mm))


def _where_shown(ones: list[ParticleLink], there: NDArray[np.bool_]) -> list[ParticleLink]:
    """Say of those whose place the other view does not show that nothing can be said."""
    return [
        one
        if there[(one.current or one.prior)[0]]
        else ParticleLink(
            kind=LinkKind.NOT_SHOWN,
            current=one.current,
            prior=one.prior,
            probability=1.0,
            residual_mm=None,
        )
        for one in ones
    ]
