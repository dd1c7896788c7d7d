"""Who has which lesions in the sets of paired views."""

from dataclasses import replace

import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.casting import one_of
from calcsight.simulation.detector import blur_families
from calcsight.simulation.distributions import Places
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.kinds import BY_RULE, KindRule, kind_rules
from calcsight.simulation.layers import scene_canvas
from calcsight.simulation.lesions import LONG_KINDS, Lesion, body_of
from calcsight.simulation.looks import enhanced_looks, known_looks
from calcsight.simulation.pairs import PairSpec
from calcsight.simulation.projecting import InSpace, Projection, in_picture
from calcsight.simulation.room import Room
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View

_KINDS = (
    Kind.ROUND,
    Kind.PUNCTATE,
    Kind.AMORPHOUS,
    Kind.COARSE_HETEROGENEOUS,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_PLEOMORPHIC,
    Kind.FINE_LINEAR,
    Kind.FINE_LINEAR_BRANCHING,
    Kind.MILK_OF_CALCIUM,
)
# What a lateral view is for comes more often there.
_LATERAL_KINDS = (*_KINDS, *(Kind.MILK_OF_CALCIUM,) * 4)
# Far from the seeds of every other set.
_SEEDS_FROM = 1 << 38
_MOST_ROWS = 1700
_ONE_VIEW_SHARE = 0.25
_SAME_KIND_SHARE = 0.4
_TRIES = 200


def pair_set(
    families: Families, women: int, start: int = 0, second: View = View.MLO
) -> tuple[PairSpec, ...]:
    """Draw pairs of views of one breast, one woman each.

    None to three lesions a breast; a quarter of the lesions is seen in one view alone. Angle,
    roll, compression and where the nipple is pulled differ between the views of a woman.

    Parameters
    ----------
    families : Families
    women : int
    start : int
        Women to skip: sets with other ranges share none.
    second : View
        MLO, or ML for a lateral view, where five of thirteen lesions are milk of calcium; the
        first view is a CC.
    """
    return tuple(_pair(families, number, second) for number in range(start, start + women))


def _pair(families: Families, number: int, second: View) -> PairSpec:
    """Draw one woman."""
    first_seed = _SEEDS_FROM + (TEST_SEEDS_FROM if families is Families.TEST else 0)
    seed = first_seed + 1000 * (2 * number + (second is not View.MLO))
    rng = np.random.default_rng((seed, 41))
    woman = f"pairs-{families}-{second}-{number:04d}"
    side = (Laterality.LEFT, Laterality.RIGHT)[int(rng.integers(2))]
    breasts = _breasts(rng, families, woman, seed, side)
    canvases = (scene_canvas(breasts[0]), scene_canvas(breasts[1]))
    reach = [canvas.nipple_mm[1] for canvas in canvases]
    projections = (
        _projection(rng, View.CC, 2.0 * reach[0] / sum(reach)),
        _projection(rng, second, 2.0 * reach[1] / sum(reach)),
    )
    return PairSpec(
        woman=woman,
        families=families,
        laterality=side,
        breasts=breasts,
        projections=projections,
        lesions=_lesions(rng, seed, projections, canvases),
    )


def _breasts(
    rng: np.random.Generator, families: Families, woman: str, seed: int, side: Laterality
) -> tuple[ViewSpec, ViewSpec]:
    """Draw detector and tissue of both views."""
    pitch_mm = round(float(rng.uniform(0.08, 0.1)), 4)
    looks = enhanced_looks() if rng.random() < 0.65 else tuple(known_looks())
    common = ViewSpec(
        name=f"{woman}-1",
        woman=woman,
        families=families,
        woman_seed=seed,
        seed=seed + 1,
        laterality=side,
        view=View.CC,
        pitch_mm=pitch_mm,
        rows=min(int(rng.uniform(120.0, 170.0) / pitch_mm), _MOST_ROWS),
        look=one_of(rng, looks),
        background=one_of(rng, fine_tissue_families(families)),
        outlines=BY_RULE,
        blur=one_of(rng, blur_families(families)),
    )
    return (common, replace(common, name=f"{woman}-2", seed=seed + 2, view=View.MLO))


def _projection(rng: np.random.Generator, view: View, reach: float) -> Projection:
    """Draw how a view was taken; `reach` is its depth over the mean of both."""
    angle = {View.CC: 0.0, View.ML: 90.0}.get(view)
    return Projection(
        view=view,
        angle_deg=float(np.clip(rng.normal(45.0, 6.0), 32.0, 58.0)) if angle is None else angle,
        roll_deg=float(rng.normal(0.0, 6.0)),
        across_stretch=float(rng.uniform(1.0, 1.25)),
        behind_stretch=float((1.0 + 0.5 * (reach - 1.0)) * rng.uniform(0.9, 1.1)),
        across_shift_mm=float(rng.normal(0.0, 3.0)),
        behind_shift_mm=float(rng.normal(0.0, 4.0)),
    )


def _lesions(
    rng: np.random.Generator,
    seed: int,
    projections: tuple[Projection, Projection],
    canvases: tuple[Canvas, Canvas],
) -> tuple[Lesion, ...]:
    """Draw the lesions of a breast, each where both views can show it."""
    rooms = (Room.of(canvases[0]), Room.of(canvases[1]))
    kinds = _KINDS if projections[1].view is View.MLO else _LATERAL_KINDS
    lesions: list[Lesion] = []
    for number in range(int(rng.integers(0, 4))):
        plan = _plan(rng, lesions[-1].plan.kind if lesions else None, kinds)
        seen = (True, True)
        if rng.random() < _ONE_VIEW_SHARE:
            seen = ((True, False), (False, True))[int(rng.integers(2))]
        lesion = _placed(
            rng,
            Lesion(plan=plan, place_mm=(0.0, 0.0, 0.0), seed=seed + 10 + number, seen=seen),
            projections,
            canvases,
            rooms,
        )
        lesions += [] if lesion is None else [lesion]
    return tuple(lesions)


def _placed(
    rng: np.random.Generator,
    lesion: Lesion,
    projections: tuple[Projection, Projection],
    canvases: tuple[Canvas, Canvas],
    rooms: tuple[Room, Room],
) -> Lesion | None:
    """Find a lesion a place that both views have room for, and take it; None when there is none."""
    for _ in range(_TRIES):
        moved = replace(lesion, place_mm=_place(rng, canvases))
        # The centre first, since drawing a body takes long.
        if not _fits(rooms, _shown(np.array([moved.place_mm]), projections, canvases)):
            continue
        body = body_of(moved)
        if body is None and lesion.plan.distribution is Distribution.GROUPED:
            # Nor would it find room among its own particles elsewhere.
            return None
        shown = [] if body is None else _shown(body.places_mm, projections, canvases)
        if body is not None and _fits(rooms, shown):
            for room, places in zip(rooms, shown, strict=True):
                room.take(places)
            return moved
    return None


def _fits(rooms: tuple[Room, Room], shown: list[Places]) -> bool:
    """Tell whether both views have room."""
    return all(room.holds(places) for room, places in zip(rooms, shown, strict=True))


def _plan(rng: np.random.Generator, before: Kind | None, kinds: tuple[Kind, ...]) -> GroupPlan:
    """Draw what a lesion is: often the kind of the one before, within its own sizes."""
    same = before is not None and rng.random() < _SAME_KIND_SHARE
    kind = before if same and before is not None else one_of(rng, kinds)
    rule = kind_rules()[kind]
    if kind in LONG_KINDS:
        distribution = one_of(rng, (Distribution.LINEAR, Distribution.SEGMENTAL))
    else:
        distribution = Distribution.GROUPED
    return GroupPlan(
        kind=kind,
        distribution=distribution,
        count=int(rng.integers(max(rule.count[0], 7), rule.count[1] + 1)),
        diameter_mm=_part_of(rng, rule.diameter_mm, rule),
        contrast_sd=(max(rule.contrast_sd[0], 6.0), max(rule.contrast_sd[1], 10.0)),
        tightness=rule.tightness * float(rng.uniform(0.8, 1.3)),
    )


def _part_of(
    rng: np.random.Generator, limits: tuple[float, float], rule: KindRule
) -> tuple[float, float]:
    """Draw a lesion's own sizes: half of what its kind may have, on a logarithmic scale."""
    least, most = np.log(max(limits[0], 0.15)), np.log(rule.diameter_mm[1])
    start = rng.uniform(least, (least + most) / 2)
    return (float(np.exp(start)), float(np.exp(start + (most - least) / 2)))


def _place(rng: np.random.Generator, canvases: tuple[Canvas, Canvas]) -> tuple[float, float, float]:
    """Draw a place in the breast's own half ball, mm (behind, outer, up)."""
    reach = min(canvas.nipple_mm[1] for canvas in canvases)
    half = min(min(c.nipple_mm[0], c.shape[0] * c.pitch_mm - c.nipple_mm[0]) for c in canvases)
    turn, away = rng.uniform(0.0, 2 * np.pi), half * np.sqrt(rng.uniform())
    behind = rng.uniform(8.0, 0.92 * reach)
    return (float(behind), float(away * np.sin(turn)), float(away * np.cos(turn)))


def _shown(
    places_mm: InSpace,
    projections: tuple[Projection, Projection],
    canvases: tuple[Canvas, Canvas],
) -> list[Places]:
    """Return where both views show some places (behind, outer, up)."""
    return [
        in_picture(projection.shown(places_mm), canvas.nipple_mm)
        for projection, canvas in zip(projections, canvases, strict=True)
    ]
