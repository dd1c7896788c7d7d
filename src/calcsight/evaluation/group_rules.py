"""When a found group hits a true region: every rule that is in use, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import Case, Numbers, TrueRegion
from calcsight.evaluation.masks import MASK_WORDS, intersection_over_union, mask_of, shared_px
from calcsight.evaluation.matching import match_one_to_one
from calcsight.evaluation.particle_rules import REACH_MM, within_mm
from calcsight.evaluation.verdicts import (
    Verdict,
    allowance_lacks,
    hit_scores_of,
    in_doubtful,
    in_region,
)

LEAST_GROUP_IOU = 0.3
MEMBER_HITS = 2
ONCE = (
    "a group hits one region at most, the one that it fits best; a further group on a region "
    "already hit is neither hit nor false"
)
# How well each group (row) fits each region (column); 0 = not at all.
Fits = Callable[[Case], Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A rule by which groups hit regions.

    Parameters
    ----------
    code, words, source : str
    fits : callable
        Returns how well each group fits each region of a view, (groups, regions); 0 = no hit.
    by_outline, by_members, by_particle : bool
        Needs outlines of groups; needs members on both sides; a single particle may hit a
        region that is too small to hold a group.
    """

    code: str
    words: str
    source: str
    fits: Fits
    by_outline: bool = False
    by_members: bool = False
    by_particle: bool = False

    def problem(self, cases: Sequence[Case]) -> str:
        """Say why the rule cannot be measured on these cases; "" when it can."""
        marked = [case for case in cases if case.true.regions is not None]
        if not any(case.true.regions for case in marked):
            return "the data set marks no groups"
        for lacks in (allowance_lacks, self._outline_lacks, self._member_lacks, self._small_lacks):
            if said := lacks(marked):
                return said
        return ""

    def judge(self, case: Case) -> Verdict | None:
        """Judge one view; None when its groups were not marked."""
        regions = () if case.true.normal and not case.true.regions else case.true.regions
        if regions is None:
            return None
        groups = case.found.groups
        scores = np.array([group.score for group in groups], dtype=np.float64)
        targets = np.array([self._is_target(region) for region in regions], dtype=bool)
        fits = self.fits(case)
        best = np.where(targets, fits, 0.0)
        matched = np.full(len(groups), -1, dtype=np.int64)
        if len(groups) and len(regions):
            matched = np.where(best.max(axis=1) > 0.0, best.argmax(axis=1), -1)
        elsewhere = (fits > 0.0).any(axis=1) if len(regions) else np.zeros(len(groups), bool)
        places = np.array([group.centre_px for group in groups]).reshape(-1, 2)
        neither = elsewhere | in_doubtful(case, places)
        return Verdict(
            hit_scores=self._hit_scores(
                case, regions, hit_scores_of(matched, scores, len(regions))
            ),
            targets=targets,
            false_scores=scores[(matched < 0) & ~neither],
            matched=matched,
        )

    def _hit_scores(
        self, case: Case, regions: tuple[TrueRegion, ...], by_groups: Numbers
    ) -> Numbers:
        """Let particles hit the regions that single particles may hit."""
        scores = by_groups.copy()
        for number, region in enumerate(regions):
            if self.by_particle and region.particle_hits:
                inside = in_region(case.true, region, case.found.places_px)
                scores[number] = max(scores[number], *case.found.scores[inside].tolist(), -np.inf)
        return scores

    def _is_target(self, region: TrueRegion) -> bool:
        """Tell whether a region can be hit by this rule at all."""
        return not region.doubtful and not (self.by_members and len(region.members) < MEMBER_HITS)

    def _outline_lacks(self, cases: Sequence[Case]) -> str:
        """Say what a rule by outlines lacks."""
        if not self.by_outline:
            return ""
        groups = [group for case in cases for group in case.found.groups]
        bare = sum(group.outline_px is None for group in groups)
        return f"{bare} of {len(groups)} groups have no outline" if bare else ""

    def _member_lacks(self, cases: Sequence[Case]) -> str:
        """Say what a rule by members lacks."""
        if not self.by_members:
            return ""
        if not any(self._is_target(r) for case in cases for r in case.true.regions or ()):
            return "the data set does not say which particles make a group"
        if unknown := sum(case.true.spacing_mm is None for case in cases):
            return f"{unknown} of {len(cases)} views have no known pixel spacing"
        groups = [group for case in cases for group in case.found.groups]
        bare = sum(not group.members for group in groups)
        return f"{bare} of {len(groups)} groups name no members" if bare else ""

    def _small_lacks(self, cases: Sequence[Case]) -> str:
        """Say when the rule is the plain one."""
        if self.by_particle and not any(
            region.particle_hits for case in cases for region in case.true.regions or ()
        ):
            return "no region of the data set is marked as too small to hold a group"
        return ""


def _centre_in(case: Case) -> Numbers:
    """1 where the group's centre lies in the region or its allowance."""
    places = np.array([group.centre_px for group in case.found.groups]).reshape(-1, 2)
    regions = case.true.regions or ()
    columns = [in_region(case.true, region, places).astype(float) for region in regions]
    return np.array(columns).reshape(len(regions), len(places)).T


def _overlap(case: Case, iou: bool) -> Numbers:
    """Share (IoU), or number of pixels, that group and region have in common."""
    regions = [mask_of(region.outline_px) for region in case.true.regions or ()]
    fits = np.zeros((len(case.found.groups), len(regions)))
    for row, group in enumerate(case.found.groups):
        if group.outline_px is None or not regions:
            continue
        mask = mask_of(group.outline_px)
        for column, region in enumerate(regions):
            if iou:
                share = intersection_over_union(mask, region)
                fits[row, column] = share if share >= LEAST_GROUP_IOU else 0.0
            else:
                fits[row, column] = shared_px(mask, region)
    return fits


def _member_hits(case: Case) -> Numbers:
    """Count the region's particles that the group's members hit, when at least 2."""
    particles = case.true.particles
    places = np.zeros((0, 2)) if particles is None else particles.places_px
    regions = case.true.regions or ()
    fits = np.zeros((len(case.found.groups), len(regions)))
    if not len(places) or not fits.size:
        return fits
    matched = match_one_to_one(within_mm(case), case.found.scores, len(places))
    for row, group in enumerate(case.found.groups):
        hit = matched[list(group.members)]
        for column, region in enumerate(regions):
            count = float(np.isin(hit[hit >= 0], region.members).sum())
            fits[row, column] = count if count >= MEMBER_HITS else 0.0
    return fits


def _centre_and_members(case: Case) -> Numbers:
    """Both of the two rules before."""
    return _member_hits(case) * _centre_in(case)


_ALLOWANCE = "or within the allowance that the data set states for it"
GROUP_RULES = (
    GroupRule(
        code="centre_and_two_members",
        words=f"centre in the true region, {_ALLOWANCE}, and at least {MEMBER_HITS} of its "
        f"particles hit by members (centroids within {REACH_MM} mm, one to one); {ONCE}",
        source="this project: the strictest of the rules here",
        fits=_centre_and_members,
        by_members=True,
    ),
    GroupRule(
        code="two_member_hits",
        words=f"at least {MEMBER_HITS} particles of the true group hit by members (centroids "
        f"within {REACH_MM} mm, one to one); {ONCE}",
        source="usual for clusters of marked particles",
        fits=_member_hits,
        by_members=True,
    ),
    GroupRule(
        code="centre_in_region",
        words=f"centre in the true region, {_ALLOWANCE}; {ONCE}",
        source="usual in CAD studies",
        fits=_centre_in,
    ),
    GroupRule(
        code="centre_or_particle",
        words=f"centre in the true region, {_ALLOWANCE}; a region marked as too small to hold a "
        "group is also hit by one particle inside (its score is compared with those of groups); "
        f"{ONCE}",
        source="this project, for circles of a few pixels on film",
        fits=_centre_in,
        by_particle=True,
    ),
    GroupRule(
        code="overlap_any",
        words=f"at least one pixel of the group's outline in the true region ({MASK_WORDS}); "
        f"{ONCE}",
        source="the most generous rule in use",
        fits=lambda case: _overlap(case, iou=False),
        by_outline=True,
    ),
    GroupRule(
        code="overlap_iou_0.3",
        words=f"IoU of the group's outline and the true region at least {LEAST_GROUP_IOU} "
        f"({MASK_WORDS}); {ONCE}",
        source="usual for boxes",
        fits=lambda case: _overlap(case, iou=True),
        by_outline=True,
    ),
)
