"""When a mark hits a particle: every rule that is in use, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from calcsight.evaluation.cases import Case, Flags, Numbers, TrueParticles
from calcsight.evaluation.masks import MASK_WORDS, Mask, intersection_over_union, mask_of
from calcsight.evaluation.matching import ONE_TO_ONE, Pairs, match_one_to_one
from calcsight.evaluation.verdicts import Verdict, allowance_lacks, hit_scores_of, in_doubtful

REACH_MM = 0.35
LEAST_IOU = 0.3
_POINT_REACH_PX = 5.0
# Reach of a rule: pairs exactly this far apart are still a hit.
_SLACK = 1 + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticleRule:
    """A rule by which marks hit particles.

    Parameters
    ----------
    code, words, source : str
    pairs : callable
        Finds the pairs near enough in one view.
    in_mm, by_outline : bool
        Needs the spacing; needs outlines on both sides.
    """

    code: str
    words: str
    source: str
    pairs: Callable[[Case], Pairs]
    in_mm: bool = False
    by_outline: bool = False

    def problem(self, cases: Sequence[Case]) -> str:
        """Say why the rule cannot be measured on these cases; "" when it can."""
        marked = [case for case in cases if particles_of(case) is not None]
        if not any(case.true.particles is not None for case in cases):
            return "the data set does not mark particles one by one"
        if not any(case.true.particles and len(case.true.particles.places_px) for case in cases):
            return "the data set holds no particle"
        if self.in_mm and (unknown := sum(c.true.spacing_mm is None for c in marked)):
            return f"{unknown} of {len(marked)} views have no known pixel spacing"
        if said := allowance_lacks(cases):
            return said
        return _outline_problem(marked) if self.by_outline else ""

    def judge(self, case: Case) -> Verdict | None:
        """Judge one view; None when its particles were not marked one by one."""
        particles = particles_of(case)
        if particles is None:
            return None
        found = case.found
        matched = match_one_to_one(self.pairs(case), found.scores, len(particles.places_px))
        targets, doubtful = _targets(case, particles), in_doubtful(case, found.places_px)
        if self.by_outline:
            points = np.array([outline is None for outline in particles.outlines_px], dtype=bool)
            targets &= ~points
            doubtful |= _near(found.places_px, particles.places_px[points], _POINT_REACH_PX)
        return Verdict(
            hit_scores=hit_scores_of(matched, found.scores, len(targets)),
            targets=targets,
            false_scores=found.scores[(matched < 0) & ~doubtful],
            matched=matched,
        )


def particles_of(case: Case) -> TrueParticles | None:
    """Return the particles of a view; a normal one has none, marked or not."""
    if case.true.particles is None and case.true.normal:
        return TrueParticles(
            places_px=np.zeros((0, 2)),
            outlines_px=(),
            diameters_mm=np.zeros(0),
            contrasts_sd=np.zeros(0),
        )
    return case.true.particles


def _targets(case: Case, particles: TrueParticles) -> Flags:
    """Take every particle but those of doubtful regions."""
    targets = ~in_doubtful(case, particles.places_px)
    for region in case.true.regions or ():
        if region.doubtful:
            targets[list(region.members)] = False
    return targets


def _near(places: Numbers, points: Numbers, reach: float) -> Flags:
    """Tell which places have a point within reach."""
    if len(places) == 0 or len(points) == 0:
        return np.zeros(len(places), dtype=bool)
    gaps, _ = cKDTree(points).query(places)
    return np.asarray(gaps <= reach * _SLACK)


def within(places: Numbers, true: Numbers, reach: float) -> Pairs:
    """Pair marks with particles by the distance of their centroids, in the unit of `reach`."""
    if len(places) == 0 or len(true) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Pairs(marks=none, particles=none, gaps=np.zeros(0))
    near = cKDTree(places).sparse_distance_matrix(
        cKDTree(true), reach * _SLACK, output_type="ndarray"
    )
    return Pairs(
        marks=near["i"].astype(np.int64), particles=near["j"].astype(np.int64), gaps=near["v"]
    )


def within_px(reach_px: float) -> Callable[[Case], Pairs]:
    """Pair by distance in pixels."""
    return lambda case: within(case.found.places_px, _places(case), reach_px)


def within_mm(case: Case) -> Pairs:
    """Pair by distance in millimetres; rows and columns may have different pitches."""
    if case.true.spacing_mm is None:
        raise ValueError("a rule in millimetres on a view of unknown spacing")
    scale = np.array(case.true.spacing_mm)
    return within(case.found.places_px * scale, _places(case) * scale, REACH_MM)


def by_mask(case: Case) -> Pairs:
    """Pair by the overlap of masks; the gap is 1 - IoU."""
    particles = particles_of(case)
    true = () if particles is None else particles.outlines_px
    found = case.found.outlines_px
    true_at, true_boxes = _boxes(true)
    found_at, found_boxes = _boxes(found)
    meet = np.all(
        (found_boxes[:, None, :2] <= true_boxes[None, :, 2:])
        & (true_boxes[None, :, :2] <= found_boxes[:, None, 2:]),
        axis=2,
    )
    masks: dict[tuple[str, int], Mask] = {}
    rows: list[tuple[int, int, float]] = []
    for one, other in zip(*np.nonzero(meet), strict=True):
        mark, particle = int(found_at[one]), int(true_at[other])
        for key, outline in ((("mark", mark), found[mark]), (("true", particle), true[particle])):
            if key not in masks and outline is not None:
                masks[key] = mask_of(outline)
        iou = intersection_over_union(masks["mark", mark], masks["true", particle])
        if iou >= LEAST_IOU:
            rows.append((mark, particle, 1.0 - iou))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Pairs(
        marks=table[:, 0].astype(np.int64),
        particles=table[:, 1].astype(np.int64),
        gaps=table[:, 2],
    )


def by_centroid_else_mask(case: Case) -> Pairs:
    """Pair by centroids within 5 px; further pairs by masks, always after those."""
    near, overlapping = within_px(_POINT_REACH_PX)(case), by_mask(case)
    known = set(zip(near.marks.tolist(), near.particles.tolist(), strict=True))
    pairs = zip(overlapping.marks.tolist(), overlapping.particles.tolist(), strict=True)
    new = np.array([pair not in known for pair in pairs], dtype=bool)
    return Pairs(
        marks=np.concatenate([near.marks, overlapping.marks[new]]),
        particles=np.concatenate([near.particles, overlapping.particles[new]]),
        gaps=np.concatenate([near.gaps, 2 * _POINT_REACH_PX + overlapping.gaps[new]]),
    )


def _places(case: Case) -> Numbers:
    """Return the true centroids in pixels."""
    particles = particles_of(case)
    return np.zeros((0, 2)) if particles is None else particles.places_px


def _boxes(outlines: Sequence[Numbers | None]) -> tuple[Numbers, Numbers]:
    """Return which outlines there are, and their boxes (top, left, bottom, right) and a pixel."""
    at = [number for number, outline in enumerate(outlines) if outline is not None]
    boxes = [
        np.concatenate([outline.min(axis=0) - 0.5, outline.max(axis=0) + 0.5])
        for outline in outlines
        if outline is not None
    ]
    return np.array(at), np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _outline_problem(cases: Sequence[Case]) -> str:
    """Say what a rule by outlines lacks."""
    marks = sum(len(case.found.scores) for case in cases)
    bare = sum(outline is None for case in cases for outline in case.found.outlines_px)
    if bare:
        return f"{bare} of {marks} marks have no outline"
    true = [outline for c in cases if (p := particles_of(c)) for outline in p.outlines_px]
    if true and all(outline is None for outline in true):
        return "the data set marks particles as points, without outlines"
    return ""


PARTICLE_RULES = (
    ParticleRule(
        code="within_0.35_mm",
        words=f"centroids within {REACH_MM} mm; {ONE_TO_ONE}",
        source="this project: 5 px of a 0.07 mm detector, at any pitch",
        pairs=within_mm,
        in_mm=True,
    ),
    ParticleRule(
        code="within_5_px",
        words=f"centroids within 5 px of the file; {ONE_TO_ONE}",
        source="the first half of Marasinou 2021",
        pairs=within_px(5.0),
    ),
    ParticleRule(
        code="within_7_px",
        words=f"centroids within 7 px of the file; {ONE_TO_ONE}",
        source="GravityNet 2026",
        pairs=within_px(7.0),
    ),
    ParticleRule(
        code="mask_iou_0.3",
        words=f"IoU of the masks at least {LEAST_IOU} ({MASK_WORDS}); {ONE_TO_ONE}. A particle "
        "marked as a point is no target, and a mark within 5 px of one is neither hit nor false",
        source="the second half of Marasinou 2021",
        pairs=by_mask,
        by_outline=True,
    ),
    ParticleRule(
        code="hdogreg",
        words=f"centroids within 5 px of the file, else IoU of the masks at least {LEAST_IOU} "
        f"({MASK_WORDS}); {ONE_TO_ONE}",
        source="HDoGReg, Marasinou 2021",
        pairs=by_centroid_else_mask,
    ),
)
