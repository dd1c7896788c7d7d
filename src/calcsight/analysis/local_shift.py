"""Where each neighbourhood really went: what registration left over, by the particles' pattern.

Registration is good to a millimetre or two, particles of one group lie as near to each other.
So the particles themselves say how far their neighbourhood is still off: first by votes, then by
a smooth field through what agrees.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.listed import Listed, Numbers

# How far registration may be off, mm: standard deviations and reaches of two smooth fields.
_FIELDS_MM = ((1.2, 25.0), (0.7, 7.0))
_FARTHEST_MM = 6.0
_AROUND_MM = 8.0
_ANCHORS_APART_MM = 4.0
_VOTE_MM = 0.4
_NARROWING_MM = (0.6, 0.45, 0.35, 0.3)
# Centroids of one particle at two dates, over a smooth field.
_JITTER_MM = 0.15
_LIKE_LOOKS = np.array([0.35, 0.5, 0.35])
_SHARE_SEEN_AGAIN = 0.7
_CROWD_MM = 5.0
_MOST_VOTES = 200
_MOST_VOTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nearness:
    """How each current particle lies to each prior one that was carried over.

    Parameters
    ----------
    moved_mm : array (current, prior, 2), float64
        Current place less the prior's place carried over, mm, current reading frame.
    shift_mm : array (current, 2), float64
        What the neighbours of each current particle say that this should be.
    spread_mm : array (current,), float64
        Standard deviation of that along one axis, mm.
    looks : array (current, prior, 3), float64
        Current less prior logarithm of diameter, contrast (both views' typical contrast taken
        out) and elongation.
    crowd_per_mm2 : array (prior,), float64
        Listed particles per mm2 around each prior one.
    """

    moved_mm: Numbers
    shift_mm: Numbers
    spread_mm: Numbers
    looks: Numbers
    crowd_per_mm2: Numbers

    @property
    def residual_mm(self) -> Numbers:
        """Distance that is left after the local shift, array (current, prior), mm."""
        away = self.moved_mm - self.shift_mm[:, None]
        return np.asarray(np.hypot(away[..., 0], away[..., 1]))


def nearness(current: Listed, prior: Listed, carried_mm: Numbers) -> Nearness:
    """Find the local shift of every current particle by its neighbours, itself left out.

    A mixture of "the same particle, moved as its neighbours moved" and "chance" is fitted by
    expectation maximisation over a Gaussian random field [1]_, from the best of the shifts that
    single pairs vote for.

    Parameters
    ----------
    current, prior : Listed
    carried_mm : array (n, 2), float64
        Places of the prior particles, carried over into the current reading frame, mm.

    References
    ----------
    .. [1] A. Myronenko and X. Song, "Point set registration: coherent point drift", IEEE
       Transactions on Pattern Analysis and Machine Intelligence 32 (2010) 2262-2275.
    """
    moved = current.places_mm[:, None] - carried_mm[None]
    looks = current.looks[:, None] - prior.looks[None]
    looks[..., 1] -= _typical_contrast(current) - _typical_contrast(prior)
    crowd = _crowd(carried_mm)
    alike = np.exp(-0.5 * ((looks / _LIKE_LOOKS) ** 2).sum(axis=2)) * prior.weights
    start = _voted(current, moved, alike, crowd)
    shift, spread = _refined(current, moved, alike, crowd, start)
    return Nearness(
        moved_mm=moved, shift_mm=shift, spread_mm=spread, looks=looks, crowd_per_mm2=crowd
    )


def _typical_contrast(listed: Listed) -> float:
    """Median log contrast of what surely counts: two detectors show one particle differently."""
    if not len(listed):
        return 0.0
    sure = listed.log_odds >= min(0.0, float(listed.log_odds.max()))
    return float(np.median(listed.looks[sure, 1]))


def _crowd(places_mm: Numbers) -> Numbers:
    """Count the others around each place, per mm2; at least one."""
    apart = places_mm[:, None] - places_mm[None]
    near = np.hypot(apart[..., 0], apart[..., 1]) <= _CROWD_MM
    return np.asarray(np.maximum(near.sum(axis=1), 1) / (np.pi * _CROWD_MM**2), np.float64)


def _normal(apart_mm: Numbers, sigma_mm: float | Numbers) -> Numbers:
    """Return the round normal density at distances (..., 2), per mm2."""
    variance = np.square(sigma_mm)
    return np.asarray(
        np.exp(-0.5 * (apart_mm[..., 0] ** 2 + apart_mm[..., 1] ** 2) / variance)
        / (2.0 * np.pi * variance)
    )


def _voted(current: Listed, moved: Numbers, alike: Numbers, crowd: Numbers) -> Numbers:
    """Return for each current particle the shift that most of its neighbourhood agrees on."""
    shift = np.zeros((len(current), 2))
    if not moved.size:
        return shift
    near = np.hypot(moved[..., 0], moved[..., 1]) <= _FARTHEST_MM
    whole = float(np.sqrt(sum(size**2 for size, _ in _FIELDS_MM)))
    anchors, weights = _anchors(current), current.weights
    votes = []
    for anchor in anchors:
        apart = current.places_mm - current.places_mm[anchor]
        around = np.flatnonzero(np.hypot(*apart.T) <= _AROUND_MM)
        around = around[np.argsort(-current.log_odds[around], kind="stable")[:_MOST_VOTERS]]
        tried = moved[around][near[around]]
        strong = np.argsort(-alike[around][near[around]], kind="stable")[:_MOST_VOTES]
        tried = np.concatenate([np.zeros((1, 2)), tried[strong]])
        gain = np.log(_normal(tried, whole))
        for one in around:
            others = np.flatnonzero(near[one])
            likely = _normal(tried[:, None] - moved[one, others][None], _VOTE_MM)
            seen = (likely * alike[one, others] / crowd[others]).sum(axis=1)
            gain += weights[one] * np.log1p(_SHARE_SEEN_AGAIN * (seen - 1.0))
        votes.append(tried[int(np.argmax(gain))])
    apart = current.places_mm[:, None] - current.places_mm[anchors][None]
    nearest = np.argmin(np.hypot(apart[..., 0], apart[..., 1]), axis=1)
    return np.asarray(np.array(votes)[nearest])


def _same(evidence: Numbers) -> Numbers:
    """Share each particle out over its possible partners, none belonging to two.

    `evidence` is how much likelier each pair is as one particle than by chance.
    """
    rivals = evidence.sum(axis=0)[None] + evidence.sum(axis=1)[:, None] - evidence
    return np.asarray(evidence / (1.0 - _SHARE_SEEN_AGAIN + rivals))


def _anchors(current: Listed) -> NDArray[np.intp]:
    """Choose particles, surest first, so that every one has such a one near."""
    left = np.argsort(-current.log_odds, kind="stable")
    chosen = []
    while len(left):
        chosen.append(left[0])
        apart = current.places_mm[left] - current.places_mm[left[0]]
        left = left[np.hypot(*apart.T) > _ANCHORS_APART_MM]
    return np.array(chosen, np.intp)


def _refined(
    current: Listed, moved: Numbers, alike: Numbers, crowd: Numbers, start: Numbers
) -> tuple[Numbers, Numbers]:
    """Fit the smooth field; return each particle's shift by the others, and its spread."""
    apart = current.places_mm[:, None] - current.places_mm[None]
    squared = (apart**2).sum(axis=2)
    kernel = sum(
        (size**2 * np.exp(-0.5 * squared / reach**2) for size, reach in _FIELDS_MM),
        start=np.zeros_like(squared),
    )
    shift = start
    for width in _NARROWING_MM:
        shares = _same(_SHARE_SEEN_AGAIN * alike * _normal(moved - shift[:, None], width) / crowd)
        weight = shares.sum(axis=1) * current.weights
        target = np.einsum("ij,ijk->ik", shares, moved)
        target /= np.maximum(shares.sum(axis=1), 1e-9)[:, None]
        noise = _JITTER_MM**2 / np.maximum(weight, 1e-6)
        shift = kernel @ np.linalg.solve(kernel + np.diag(noise), target)
    inverse = np.linalg.inv(kernel + np.diag(noise))
    own = np.diag(inverse)
    by_others = target - (inverse @ target) / own[:, None]
    spread = np.sqrt(np.maximum(1.0 / own - noise, 0.0) + _JITTER_MM**2)
    return by_others, np.asarray(spread)
