"""Who is seen when in the sets of series, by which detectors, and what becomes of what."""

import math
from dataclasses import replace

import numpy as np

from calcsight.simulation.casting import one_of
from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.histories import COUNT_RATIO, LEAST_MORE, SIZE_RATIO, History
from calcsight.simulation.kinds import BY_RULE, kind_rules
from calcsight.simulation.repeated import Seen
from calcsight.simulation.series_spec import VisitSpec
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.warps import Position
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Laterality, View

_PITCH_MM = 0.085
_ROWS = (1300, 1700)
# Two visits lie on either side of the reference: what is between them is up to twice this; their
# stretch is held to `SeriesSpec.most_stretch`.
MOST_SHIFT_MM, MOST_ROTATION_DEG = 5.0, 4.0
MOST_STRETCH, MOST_SPREAD = 0.1, 0.025
# A detector's pitch and how its maker draws for the eye.
_VENDORS = (
    (0.07, "narrow"),
    (0.085, "contrasty"),
    (0.1, "soft"),
    (0.07, "enhanced-12"),
    (0.1, "enhanced-12"),
    (0.085, "enhanced-16"),
)
MONTHS = (6, 12, 12, 24)
_KINDS = (
    Kind.ROUND,
    Kind.PUNCTATE,
    Kind.COARSE_HETEROGENEOUS,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_LINEAR,
    Kind.FINE_LINEAR_BRANCHING,
)
# Those of changing women; what is stable or new is there in the others, too.
_FATES = (
    Change.STABLE,
    Change.INCREASED,
    Change.INCREASED,
    Change.DECREASED,
    Change.DECREASED,
    Change.NEW,
    Change.RESOLVED,
)
# What the women of each ten have, by number: unchanged; the same and one group of 5 more; nothing.
_UNCHANGED, _ADDED, _BARE = (0, 1), (2, 3), (4,)
_BY_SIZE, _GOES_ON, _LONE_APPEARS = 0.35, 0.4, 0.5
_MANY = 15
# How often fine linear pieces lie in a row; longer ones would make no group by the rule.
_LINEAR, _LONGEST_MM = 0.4, 1.8
_LONE = (Kind.ROUND, Kind.PUNCTATE, Kind.COARSE_HETEROGENEOUS)


def draw_reference(rng: np.random.Generator, families: Families, woman: str, seed: int) -> ViewSpec:
    """Draw the breast in the frame that no visit has."""
    side = one_of(rng, (Laterality.LEFT, Laterality.RIGHT))
    view = one_of(rng, (View.CC, View.MLO))
    return ViewSpec(
        name=f"{woman}-{side}-{view}",
        woman=woman,
        families=families,
        woman_seed=seed,
        seed=seed + 1,
        laterality=side,
        view=view,
        pitch_mm=_PITCH_MM,
        rows=int(rng.integers(*_ROWS)),
        look=_VENDORS[0][1],
        background=one_of(rng, fine_tissue_families(families)),
        outlines=BY_RULE,
        blur=one_of(rng, blur_families(families)),
    )


def draw_makers(rng: np.random.Generator, visits: int, one: bool) -> tuple[tuple[float, str], ...]:
    """Draw which detector is used at each visit: one, or another one from some visit on."""
    before, after = (_VENDORS[int(at)] for at in rng.permutation(len(_VENDORS))[:2])
    changed = visits if one else int(rng.integers(1, visits))
    return (before,) * changed + (after,) * (visits - changed)


def draw_visit(
    rng: np.random.Generator, seed: int, number: int, maker: tuple[float, str], changes: bool
) -> VisitSpec:
    """Draw one visit; every other one lies to the other side of the reference."""
    side = 1.0 if number % 2 == 0 else -1.0
    away, way = MOST_SHIFT_MM * np.sqrt(rng.uniform()), rng.normal(0.0, 0.5)
    spread = float(rng.uniform(-MOST_SPREAD, MOST_SPREAD))
    return VisitSpec(
        seed=seed,
        months=number,
        pitch_mm=maker[0],
        look=maker[1],
        position=Position(
            seed=seed + 1,
            shift_mm=(float(side * away * np.cos(way)), float(side * away * np.sin(way))),
            rotation_deg=float(side * rng.uniform() * MOST_ROTATION_DEG),
            spread=spread,
            stretch=float(rng.uniform(0.03, MOST_STRETCH)),
        ),
        seen=Seen(
            redrawn=float(rng.uniform(0.3, 0.7)),
            gland=float(rng.uniform(0.88, 1.05)) if changes else 1.0,
            patchy=float(rng.uniform(0.0, 0.12)) if changes else 0.0,
            skin_mm=float(rng.uniform(0.2, 0.7)),
            exposure=float(np.exp(rng.uniform(-0.2, 0.2))),
            thickness=(1.0 + spread) ** -2,
        ),
        room_mm=(float(rng.uniform(2.0, 10.0)), float(rng.uniform(2.0, 10.0))),
    )


def draw_histories(rng: np.random.Generator, slot: int, visits: int) -> tuple[History, ...]:
    """Draw what is there, and what becomes of it."""
    if slot in _BARE:
        return ()
    groups: list[History] = []
    if slot in _ADDED:
        groups.append(_added(rng, visits))
    for _ in range(int(rng.integers(1, 4))):
        unchanged = slot in _ADDED or slot in _UNCHANGED
        groups.append(_group(rng, Change.STABLE if unchanged else one_of(rng, _FATES), visits))
    for _ in range(int(rng.integers(0, 4))):
        appears = slot not in _ADDED and slot not in _UNCHANGED and rng.random() < _LONE_APPEARS
        since = int(rng.integers(1, visits)) if appears else 0
        groups.append(_alone(rng, since, visits))
    return tuple(groups)


def _added(rng: np.random.Generator, visits: int) -> History:
    """Draw a group of 5 that appears after the first visit."""
    plan = replace(_plan(rng, one_of(rng, _KINDS), 5), distribution=Distribution.GROUPED)
    return History(plan=plan, counts=(0, *(5,) * (visits - 1)), sizes=(1.0,) * visits)


def _alone(rng: np.random.Generator, since: int, visits: int) -> History:
    """Draw one particle that stays, or is there from some visit on."""
    counts = tuple(int(at >= since) for at in range(visits))
    return History(plan=_plan(rng, one_of(rng, _LONE), 1), counts=counts, sizes=(1.0,) * visits)


def _group(rng: np.random.Generator, fate: Change, visits: int) -> History:
    """Draw one group that changes before a visit drawn at random; what grows may go on growing."""
    at, few = int(rng.integers(1, visits)), int(rng.integers(5, 11))
    counts, sizes = [few] * visits, [1.0] * visits
    if fate is Change.NEW:
        counts[:at] = [0] * at
    elif fate is Change.RESOLVED:
        counts[at:] = [0] * (visits - at)
    elif fate is not Change.STABLE and rng.random() < _BY_SIZE:
        sizes[:at] = [1.0 / float(rng.uniform(SIZE_RATIO + 0.05, 1.8))] * at
    elif fate is not Change.STABLE:
        for later in range(at, visits):
            if later == at or (counts[-1] < _MANY and rng.random() < _GOES_ON):
                more = max(LEAST_MORE, math.ceil(counts[later] * rng.uniform(COUNT_RATIO - 1, 1.2)))
                counts[later:] = [counts[later] + more] * (visits - later)
    if fate is Change.DECREASED:
        counts, sizes = counts[::-1], sizes[::-1]
    return History(
        plan=_plan(rng, one_of(rng, _KINDS), max(counts)), counts=tuple(counts), sizes=tuple(sizes)
    )


def _plan(rng: np.random.Generator, kind: Kind, count: int) -> GroupPlan:
    """Draw a group's own sizes and contrasts within those of its kind."""
    rule = kind_rules()[kind]
    linear = kind is Kind.FINE_LINEAR and count > 1 and rng.random() < _LINEAR
    longest = min(rule.diameter_mm[1], _LONGEST_MM)
    least, most = np.log(max(rule.diameter_mm[0], 0.25)), np.log(longest)
    start = rng.uniform(least, (least + most) / 2)
    faintest = float(rng.uniform(5.0, 9.0))
    return GroupPlan(
        kind=kind,
        distribution=Distribution.LINEAR if linear else Distribution.GROUPED,
        count=count,
        diameter_mm=(float(np.exp(start)), float(np.exp(start + (most - least) / 2))),
        contrast_sd=(faintest, faintest + float(rng.uniform(3.0, 12.0))),
        tightness=rule.tightness * float(rng.uniform(0.8, 1.2)),
    )
