"""Which groups of two mammograms of one breast are one group."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from calcsight.analysis.frames import mm_of
from calcsight.analysis.hull import convex_hull
from calcsight.analysis.link_probability import logistic
from calcsight.analysis.linking_weights import GROUP_BIAS, GROUP_WEIGHTS
from calcsight.analysis.listed import Numbers, centres
from calcsight.terms.comparison import LinkKind, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.group import Group
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

# So far around its members a group is said to lie, mm.
_MARGIN_MM = 1.0
_CORNERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedGroups:
    """Groups of both readings that are one lesion, or one that has no counterpart.

    Parameters
    ----------
    kind : LinkKind
        LINKED, SPLIT, MERGED; APPEARED or DISAPPEARED for a group alone.
    current, prior : tuple of int
        Numbers of the groups in each reading.
    probability : float
        0-1, that they are one; 0 for a group alone.
    """

    kind: LinkKind
    current: tuple[int, ...]
    prior: tuple[int, ...]
    probability: float


def joined_groups(
    both: tuple[Reading, Reading],
    registration: Registration,
    links: Sequence[ParticleLink],
    settings: ComparisonSettings,
) -> tuple[JoinedGroups, ...]:
    """Join the groups of the primary rule of two readings.

    The surest pairs are joined first. A group that is joined already takes more only while all
    stay one that split, or several that merged.

    Parameters
    ----------
    both : tuple of Reading
        Current and prior.
    registration : Registration
    links : sequence of ParticleLink
    settings : ComparisonSettings

    Returns
    -------
    tuple of JoinedGroups
        Every group of either reading in exactly one; current groups first, in their order.
    """
    told = [one for one in links if _counts(one, settings.link_probability)]
    chances = group_probabilities(both, registration, told)
    pairs = np.argwhere(chances >= settings.link_probability)
    order = np.argsort(-chances[tuple(pairs.T)], kind="stable")
    kept: list[tuple[int, int]] = []
    for g, h in ((int(g), int(h)) for g, h in pairs[order]):
        beside_g = [b for a, b in kept if a == g]
        beside_h = [a for a, b in kept if b == h]
        alone = [not beside_g, not beside_h]
        splits = alone[0] and all([b for a, b in kept if a == other] == [h] for other in beside_h)
        merges = alone[1] and all([a for a, b in kept if b == other] == [g] for other in beside_g)
        if all(alone) or splits or merges:
            kept.append((g, h))
    return _told(both, kept, chances)


def _counts(one: ParticleLink, least: float) -> bool:
    """Tell whether a link says anything of its group: what is one mark of chance does not."""
    return bool(one.current and one.prior) or one.probability >= least


def group_probabilities(
    both: tuple[Reading, Reading], registration: Registration, links: Sequence[ParticleLink]
) -> Numbers:
    """Return the probability that each pair of groups is one lesion, array (current, prior).

    A logistic form over the share of particles that are linked and the overlap of the hulls,
    each of the group that has less of it.
    """
    chances = np.zeros((len(both[0].groups), len(both[1].groups)))
    for g, one in enumerate(both[0].groups):
        for h, other in enumerate(both[1].groups):
            features = group_features((one, other), both, registration, links)
            chances[g, h] = float(logistic(GROUP_BIAS + features @ np.array(GROUP_WEIGHTS)))
    return chances


def group_features(
    pair: tuple[Group, Group],
    both: tuple[Reading, Reading],
    registration: Registration,
    links: Sequence[ParticleLink],
) -> Numbers:
    """Return (share of the members linked, overlap of the hulls) of two groups, 0-1 each."""
    members = set(pair[0].members), set(pair[1].members)
    here = [one for one in links if members[0].intersection(one.current)]
    there = [one for one in links if members[1].intersection(one.prior)]
    shared = [one for one in here if members[1].intersection(one.prior)]
    share = len(shared) / max(min(len(here), len(there)), 1)
    moved = np.zeros(2)
    carried = registration.in_current(mm_of(pair[1].hull, both[1].mammogram))
    if shared:
        ends = np.array([[one.current[0], one.prior[0]] for one in shared])
        places = [
            mm_of(centres([reading.calcifications[at] for at in column]), reading.mammogram)
            for reading, column in zip(both, ends.T, strict=True)
        ]
        moved = np.median(places[0] - registration.in_current(places[1]), axis=0)
    return np.array([share, _overlap(mm_of(pair[0].hull, both[0].mammogram), carried + moved)])


def _told(
    both: tuple[Reading, Reading], kept: list[tuple[int, int]], chances: Numbers
) -> tuple[JoinedGroups, ...]:
    """Say what became of every group."""
    numbers = [[one.number for one in reading.groups] for reading in both]
    told: dict[tuple[tuple[int, ...], tuple[int, ...]], JoinedGroups] = {}
    for g in range(len(numbers[0])):
        mine = tuple(sorted(h for a, h in kept if a == g))
        ours = tuple(sorted({a for a, h in kept if h in mine})) or (g,)
        told.setdefault((ours, mine), _one(numbers, ours, mine, chances))
    for h in range(len(numbers[1])):
        if all(b != h for _, b in kept):
            told[(), (h,)] = _one(numbers, (), (h,), chances)
    return tuple(told.values())


def _one(
    numbers: list[list[int]], current: tuple[int, ...], prior: tuple[int, ...], chances: Numbers
) -> JoinedGroups:
    """Name one lesion's groups."""
    kinds = {
        LinkKind.APPEARED: not prior,
        LinkKind.DISAPPEARED: not current,
        LinkKind.SPLIT: len(current) > 1,
        LinkKind.MERGED: len(prior) > 1,
        LinkKind.LINKED: True,
    }
    least = min((float(chances[g, h]) for g in current for h in prior), default=0.0)
    return JoinedGroups(
        kind=next(kind for kind, held in kinds.items() if held),
        current=tuple(numbers[0][g] for g in current),
        prior=tuple(numbers[1][h] for h in prior),
        probability=least,
    )


def _overlap(one: Numbers, other: Numbers) -> float:
    """Return the area that two hulls share over that of the smaller, both grown a little."""
    grown = [_grown(hull).astype(np.float32) for hull in (one, other)]
    shared, _ = cv2.intersectConvexConvex(grown[0], grown[1])
    smaller = min(cv2.contourArea(hull) for hull in grown)
    return float(min(shared / smaller, 1.0))


def _grown(hull: Numbers) -> Numbers:
    """Grow a hull by the margin, all around."""
    angles = np.arange(_CORNERS) * 2.0 * np.pi / _CORNERS
    around = _MARGIN_MM * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    return convex_hull((hull[:, None] + around[None]).reshape(-1, 2))
