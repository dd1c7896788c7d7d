"""What a hit rule says of one view: targets hit, at which score, and marks that are false."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Case, Flags, Indices, Numbers, TrueRegion, TrueView
from calcsight.evaluation.masks import distance_outside

# Allowances are compared after divisions and products of spacings.
_ROUNDING_MM = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """One view under one rule.

    Parameters
    ----------
    hit_scores : array (n,)
        Highest score at which each particle, or region, was hit; -inf = never.
    targets : array (n,), bool
        Whether it counts at all: what lies in a doubtful region does not.
    false_scores : array (f,)
        Scores of the marks that hit nothing and lie in no doubtful region.
    matched : array (m,), int
        What each mark hit, -1 = nothing.
    """

    hit_scores: Numbers
    targets: Flags
    false_scores: Numbers
    matched: Indices


def hit_scores_of(matched: Indices, scores: Numbers, targets: int) -> Numbers:
    """Return the highest score on each target, -inf where none."""
    best = np.full(targets, -np.inf)
    hits = matched >= 0
    np.maximum.at(best, matched[hits], scores[hits])
    return best


def in_region(view: TrueView, region: TrueRegion, places_px: Numbers) -> Flags:
    """Tell which places lie in or on a region, or within its allowance of it.

    Raises
    ------
    ValueError
        When the region has an allowance in millimetres and the view no spacing.
    """
    if region.allowance_mm == 0.0:
        return distance_outside(region.outline_px, places_px) <= _ROUNDING_MM
    if view.spacing_mm is None:
        raise ValueError("an allowance in millimetres on a view of unknown spacing")
    scale = np.array(view.spacing_mm)
    gaps = distance_outside(region.outline_px * scale, places_px * scale)
    return gaps <= region.allowance_mm + _ROUNDING_MM


def regions_of(view: TrueView) -> tuple[TrueRegion, ...]:
    """Return the regions of a view; none where nothing was marked."""
    return view.regions or ()


def in_doubtful(case: Case, places_px: Numbers) -> Flags:
    """Tell which places lie in a doubtful region."""
    inside = np.zeros(len(places_px), dtype=bool)
    for region in regions_of(case.true):
        if region.doubtful:
            inside |= in_region(case.true, region, places_px)
    return inside


def allowance_lacks(cases: Sequence[Case]) -> str:
    """Say how many views have an allowance in mm that cannot be applied."""
    unknown = sum(
        case.true.spacing_mm is None
        and any(region.allowance_mm for region in case.true.regions or ())
        for case in cases
    )
    return f"{unknown} views have an allowance in mm and no known pixel spacing" if unknown else ""
