"""Who has what in the views that shapes are learned from: many groups of unlike kinds a view."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.distance import cdist

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.casting import one_of
from calcsight.simulation.casting_layouts import LaidPlan, plan_layout
from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.kinds import BY_RULE, KindRule, kind_rules
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.looks import enhanced_looks, film_looks, known_looks
from calcsight.simulation.outlines import outline_families
from calcsight.simulation.planting import Planned, PlannedParticle, plan_particles
from calcsight.simulation.room import Room
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.varied_layouts import layouts
from calcsight.simulation.varied_shapes import draw_manner, varied
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View

# Far from the seeds of every other set.
_SEEDS_FROM = 1 << 37
_VESSEL_SEEDS_FROM = 3 << 36
_LAYOUT_SEEDS_FROM = 7 << 35
_VESSEL_FILM_SHARE = 0.65
_MOST_ROWS = 1800
_HEIGHT_MM = (110.0, 190.0)
_FILM_SHARE, _COARSE_SHARE = 0.12, 0.15
# How often a kind is planted: what comes in ones and twos more often than what comes in dozens.
_SHARES = {
    Kind.ROUND: 1.1,
    Kind.PUNCTATE: 1.1,
    Kind.AMORPHOUS: 1.2,
    Kind.COARSE_HETEROGENEOUS: 1.5,
    Kind.FINE_PLEOMORPHIC: 1.3,
    Kind.FINE_LINEAR: 0.9,
    Kind.FINE_LINEAR_BRANCHING: 0.9,
    Kind.LARGE_ROD: 1.4,
    Kind.RIM: 2.0,
    Kind.POPCORN: 2.5,
    Kind.VASCULAR: 0.8,
    Kind.DYSTROPHIC: 2.0,
    Kind.SKIN: 1.4,
    Kind.MILK_OF_CALCIUM: 0.4,
    Kind.SUTURE: 1.3,
}
SMALL = (
    Kind.ROUND,
    Kind.PUNCTATE,
    Kind.AMORPHOUS,
    Kind.COARSE_HETEROGENEOUS,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_LINEAR,
    Kind.FINE_LINEAR_BRANCHING,
)
_ALONE = (
    Kind.ROUND,
    Kind.PUNCTATE,
    Kind.RIM,
    Kind.POPCORN,
    Kind.DYSTROPHIC,
    Kind.COARSE_HETEROGENEOUS,
    Kind.LARGE_ROD,
    Kind.SKIN,
)
# The words that are hard to tell are drawn more often.
LAID_WORDS = (
    Distribution.SEGMENTAL,
    Distribution.SEGMENTAL,
    Distribution.SEGMENTAL,
    Distribution.REGIONAL,
    Distribution.REGIONAL,
    Distribution.REGIONAL,
    Distribution.DIFFUSE,
    Distribution.DIFFUSE,
    Distribution.LINEAR,
    Distribution.GROUPED,
)
LAID_COUNTS = {
    Distribution.SEGMENTAL: (6.0, 60.0),
    Distribution.REGIONAL: (7.0, 60.0),
    Distribution.DIFFUSE: (20.0, 120.0),
    Distribution.LINEAR: (5.0, 30.0),
    Distribution.GROUPED: (5.0, 40.0),
}
_NARROW = (Distribution.LINEAR, Distribution.GROUPED)
WITH_RODS = (Distribution.SEGMENTAL, Distribution.DIFFUSE, Distribution.LINEAR)
_MIXED_SHARE = 0.12
_SPREAD_LESS = 0.5
_GAP_MM = 0.2
# Fewer than usual: there are more groups than room for them.
_TRIES = 20


def shapes_set(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return views to learn shapes from, one a woman; TUNING families and seeds only.

    To be simulated with `plan_shapes` as planner. Pitch 0.05-0.1 mm, some to 0.2; an eighth
    digitised film; each view with up to nine groups of every kind and distribution that
    `kind_rules` allows, somewhat wider and fainter, a few of two kinds mixed, and isolated ones.

    Parameters
    ----------
    views : int
    start : int
        Women to skip: sets with other ranges of women share none.
    """
    return tuple(_view(number) for number in range(start, start + views))


def _view(number: int) -> ViewSpec:
    """Draw one woman and her view."""
    rng = np.random.Generator(np.random.PCG64(_SEEDS_FROM + 7919 * number))
    coarse = rng.random() < _COARSE_SHARE
    pitch_mm = round(float(rng.uniform(0.1, 0.2) if coarse else rng.uniform(0.05, 0.1)), 4)
    plain = known_looks() if rng.random() < 0.5 else enhanced_looks()
    look = one_of(rng, film_looks() if rng.random() < _FILM_SHARE else tuple(plain))
    seed = _SEEDS_FROM + 1000 * (number + 1)
    groups = [_group(rng, pitch_mm) for _ in range(int(rng.integers(4, 10)))]
    groups += [_alone(rng, pitch_mm) for _ in range(int(rng.integers(1, 6)))]
    return ViewSpec(
        name=f"shapes-{number:05d}",
        woman=f"shapes-{number:05d}",
        families=Families.TUNING,
        woman_seed=seed,
        seed=seed + 1,
        laterality=one_of(rng, (Laterality.LEFT, Laterality.RIGHT)),
        view=one_of(rng, (View.CC, View.MLO)),
        pitch_mm=pitch_mm,
        rows=min(int(rng.uniform(*_HEIGHT_MM) / pitch_mm), _MOST_ROWS),
        look=look,
        background=one_of(rng, fine_tissue_families(Families.TUNING)),
        outlines=BY_RULE,
        blur=one_of(rng, blur_families(Families.TUNING)),
        groups=tuple(groups),
    )


def vessels_set(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return views with vessels whose walls are calcified in fine pieces, most of them film.

    As `shapes_set`, of other women, with a pitch of 0.045-0.08 mm: long vessels in many fine or
    faint pieces, among a few other groups and the false marks that film gives.

    Parameters
    ----------
    views : int
    start : int
        Women to skip.
    """
    return tuple(_view_of_vessels(number) for number in range(start, start + views))


def layouts_set(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return views to learn distributions from: one layout a view, among a few other groups.

    As `shapes_set`, of other women, with a pitch of 0.07-0.12 mm. The name of a view ends with that
    of its layout (`varied_layouts.layouts`).

    Parameters
    ----------
    views : int
    start : int
        Women to skip.
    """
    return tuple(_view_of_layout(number) for number in range(start, start + views))


def _view_of_layout(number: int) -> ViewSpec:
    """Draw one woman and her view with one layout, once or a few times."""
    rng = np.random.Generator(np.random.PCG64(_LAYOUT_SEEDS_FROM + 7919 * number))
    word = one_of(rng, LAID_WORDS)
    layout = one_of(rng, tuple(name for name, one in layouts().items() if one[0] is word))
    pitch_mm = round(float(rng.uniform(0.07, 0.12)), 4)
    seed = _LAYOUT_SEEDS_FROM + 1000 * (number + 1)
    times = int(rng.integers(2, 5)) if word in _NARROW else 1
    groups: list[GroupPlan] = [_laid(rng, word, layout, pitch_mm) for _ in range(times)]
    if word is not Distribution.DIFFUSE:
        groups += [_laid(rng, Distribution.GROUPED, "round", pitch_mm)] * int(rng.random() < 0.3)
    groups += [_alone(rng, pitch_mm) for _ in range(int(rng.integers(0, 4)))]
    film = rng.random() < _FILM_SHARE
    plain = known_looks() if rng.random() < 0.5 else enhanced_looks()
    return ViewSpec(
        name=f"layouts-{number:05d}-{layout}",
        woman=f"layouts-{number:05d}",
        families=Families.TUNING,
        woman_seed=seed,
        seed=seed + 1,
        laterality=one_of(rng, (Laterality.LEFT, Laterality.RIGHT)),
        view=one_of(rng, (View.CC, View.MLO)),
        pitch_mm=pitch_mm,
        rows=min(int(rng.uniform(*_HEIGHT_MM) / pitch_mm), _MOST_ROWS),
        look=one_of(rng, film_looks() if film else tuple(plain)),
        background=one_of(rng, fine_tissue_families(Families.TUNING)),
        outlines=BY_RULE,
        blur=one_of(rng, blur_families(Families.TUNING)),
        groups=tuple(groups),
    )


def _laid(rng: np.random.Generator, word: Distribution, layout: str, pitch_mm: float) -> LaidPlan:
    """Draw one group of a layout, of a kind that is found so."""
    kinds = (*SMALL, *SMALL, Kind.LARGE_ROD) if word in WITH_RODS else SMALL
    rule = kind_rules()[one_of(rng, kinds)]
    few, many = LAID_COUNTS[word]
    return LaidPlan(
        kind=rule.kind,
        distribution=word,
        count=round(log_uniform(rng, few, many)),
        diameter_mm=_diameters(rng, rule, pitch_mm),
        contrast_sd=_contrasts(rng, rule),
        layout=layout,
    )


def _view_of_vessels(number: int) -> ViewSpec:
    """Draw one woman and her view with vessels."""
    rng = np.random.Generator(np.random.PCG64(_VESSEL_SEEDS_FROM + 7919 * number))
    pitch_mm = round(float(rng.uniform(0.045, 0.08)), 4)
    film = rng.random() < _VESSEL_FILM_SHARE
    seed = _VESSEL_SEEDS_FROM + 1000 * (number + 1)
    vessels = [_fine_vessel(rng) for _ in range(int(rng.integers(1, 4)))]
    others = [_group(rng, pitch_mm) for _ in range(int(rng.integers(1, 4)))]
    return ViewSpec(
        name=f"vessels-{number:05d}",
        woman=f"vessels-{number:05d}",
        families=Families.TUNING,
        woman_seed=seed,
        seed=seed + 1,
        laterality=one_of(rng, (Laterality.LEFT, Laterality.RIGHT)),
        view=one_of(rng, (View.CC, View.MLO)),
        pitch_mm=pitch_mm,
        rows=_MOST_ROWS,
        look=one_of(rng, film_looks() if film else enhanced_looks()),
        background=one_of(rng, fine_tissue_families(Families.TUNING)),
        outlines=BY_RULE,
        blur=one_of(rng, blur_families(Families.TUNING)),
        groups=(*vessels, *others),
    )


def _fine_vessel(rng: np.random.Generator) -> GroupPlan:
    """Draw one vessel in many small pieces."""
    low = log_uniform(rng, 0.15, 0.5)
    faint = log_uniform(rng, 3.0, 9.0)
    return GroupPlan(
        kind=Kind.VASCULAR,
        distribution=Distribution.LINEAR,
        count=int(rng.integers(24, 90)),
        diameter_mm=(round(low, 3), round(low * float(rng.uniform(2.0, 5.0)), 3)),
        contrast_sd=(round(faint, 2), round(faint * float(rng.uniform(1.3, 3.0)), 2)),
    )


def _group(rng: np.random.Generator, pitch_mm: float) -> GroupPlan:
    """Draw one group near the rule of its kind."""
    share = np.array([_SHARES[kind] for kind in Kind])
    kind = tuple(Kind)[int(rng.choice(len(share), p=share / share.sum()))]
    rule = kind_rules()[kind]
    distribution = one_of(rng, rule.distributions)
    if distribution is Distribution.DIFFUSE and rng.random() < _SPREAD_LESS:
        # What is spread through the breast leaves no room for anything else.
        distribution = rule.distributions[0]
    count = int(rng.integers(rule.count[0], rule.count[1] + 1))
    if rng.random() < 0.12:
        count = int(rng.integers(2, 5))
    elif kind in SMALL and distribution is Distribution.DIFFUSE:
        count = int(count * rng.uniform(1.0, 5.0))
    elif kind in SMALL and distribution in (Distribution.REGIONAL, Distribution.SEGMENTAL):
        count = int(count * rng.uniform(1.0, 2.2))
    tight = rule.tightness * float(rng.uniform(0.7, 1.1))
    return GroupPlan(
        kind=kind,
        distribution=distribution,
        count=count,
        diameter_mm=_diameters(rng, rule, pitch_mm),
        contrast_sd=_contrasts(rng, rule),
        tightness=round(tight, 3) if distribution is Distribution.GROUPED else 1.0,
    )


def _alone(rng: np.random.Generator, pitch_mm: float) -> GroupPlan:
    """Draw one isolated particle."""
    rule = kind_rules()[one_of(rng, _ALONE)]
    return GroupPlan(
        kind=rule.kind,
        distribution=Distribution.GROUPED,
        count=1,
        diameter_mm=_diameters(rng, rule, pitch_mm),
        contrast_sd=_contrasts(rng, rule),
    )


def _diameters(rng: np.random.Generator, rule: KindRule, pitch_mm: float) -> tuple[float, float]:
    """Draw a range of sizes: the rule's, a part of it, or a little more."""
    low, high = rule.diameter_mm
    chance = rng.random()
    if chance < 0.3:
        low, high = sorted(log_uniform(rng, low, high) for _ in range(2))
    elif chance < 0.45:
        low, high = low * 0.87, high * 1.1
    # What is far smaller than a pixel leaves nothing to find.
    low = max(low, 0.8 * pitch_mm)
    return round(low, 4), round(max(high, low), 4)


def _contrasts(rng: np.random.Generator, rule: KindRule) -> tuple[float, float]:
    """Draw a range of contrasts: the rule's, a part of it, or fainter."""
    low, high = rule.contrast_sd
    chance = rng.random()
    if chance < 0.3:
        low, high = sorted(log_uniform(rng, low, high) for _ in range(2))
    elif chance < 0.5:
        low, high = (max(2.0, end * rng.uniform(0.5, 0.9)) for end in (low, high))
    return round(low, 2), round(max(high, low * 1.05), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The wishes of one group, as `planting.plan_particles` takes them."""

    families: Families
    outlines: str
    groups: tuple[GroupPlan, ...]
    isolated: int = 0


def plan_shapes(rng: np.random.Generator, spec: ViewSpec, canvas: Canvas) -> Planned:
    """Plan every particle of a view, each group by a drawing of its own; see `shapes_set`."""
    room = Room.of(canvas)
    room.tries = _TRIES
    whole = Planned(particles=(), groups=())
    for plan in spec.groups:
        outlines = one_of(rng, (BY_RULE, BY_RULE, *outline_families(spec.families)))
        wanted = _Wanted(families=spec.families, outlines=outlines, groups=(plan,))
        if isinstance(plan, LaidPlan):
            planned = plan_layout(rng, plan, canvas, room)
        else:
            planned = plan_particles(rng, wanted, canvas, room)
        particles = _drawn_anew(rng, plan.kind, planned.particles)
        if plan.kind in SMALL and plan.count > 4 and rng.random() < _MIXED_SHARE:
            particles += _among(rng, particles, canvas, spec.pitch_mm)
        before = len(whole.groups)
        particles = tuple(
            replace(one, group=None if one.group is None else one.group + before)
            for one in particles
        )
        whole = Planned(
            particles=whole.particles + particles,
            groups=whole.groups + planned.groups,
            tubes=whole.tubes + planned.tubes,
        )
    return whole


def _drawn_anew(
    rng: np.random.Generator, kind: Kind, particles: tuple[PlannedParticle, ...]
) -> tuple[PlannedParticle, ...]:
    """Redraw or warp the particles of one group, all in one manner."""
    manner = draw_manner(rng, kind)
    return tuple(
        replace(one, unit=varied(rng, manner, kind, one.unit, one.diameter_mm)) for one in particles
    )


def _among(
    rng: np.random.Generator,
    hosts: tuple[PlannedParticle, ...],
    canvas: Canvas,
    pitch_mm: float,
) -> tuple[PlannedParticle, ...]:
    """Plant particles of another small kind among those of a group."""
    if not hosts:
        return ()
    kind = one_of(rng, tuple(one for one in SMALL if one is not hosts[0].kind))
    rule, room = kind_rules()[kind], Room.of(canvas)
    room.tries = _TRIES
    plan = GroupPlan(
        kind=kind,
        distribution=Distribution.GROUPED,
        count=int(rng.integers(2, 2 + len(hosts))),
        diameter_mm=_diameters(rng, rule, pitch_mm),
        contrast_sd=_contrasts(rng, rule),
    )
    outlines = one_of(rng, (BY_RULE, *outline_families(Families.TUNING)))
    wanted = _Wanted(families=Families.TUNING, outlines=outlines, groups=(plan,))
    guests = plan_particles(rng, wanted, canvas, room).particles
    if not guests:
        return ()
    shift = hosts[int(rng.integers(len(hosts)))].place_mm - np.mean(
        [one.place_mm for one in guests], axis=0
    )
    kept = list(hosts)
    for one in _drawn_anew(rng, kind, guests):
        moved = replace(one, place_mm=one.place_mm + shift, group=hosts[0].group)
        if room.covers(moved.place_mm[None, :]) and _apart(moved, kept):
            kept.append(moved)
    return tuple(kept[len(hosts) :])


def _apart(one: PlannedParticle, others: list[PlannedParticle]) -> bool:
    """Tell whether tissue is left between one particle and all others."""
    gaps = cdist(one.place_mm[None, :], np.array([other.place_mm for other in others]))[0]
    reach = np.array([(other.diameter_mm + one.diameter_mm) / 2 + _GAP_MM for other in others])
    return bool((gaps >= reach).all())
