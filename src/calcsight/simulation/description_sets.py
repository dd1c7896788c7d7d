"""What the description of shapes and distributions is measured on: carved groups of every kind.

`benchmarks/description_test_set.jsonl` holds the views, one a line; tests pin file and code.
TEST families and seeds, outlines by the hand that nothing is tuned on. Nothing may be chosen by
looking at what is measured on it.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from calcsight.simulation.casting import one_of
from calcsight.simulation.detector import blur_families
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.kinds import CARVED, KindRule, kind_rules, usual_plan
from calcsight.simulation.looks import enhanced_looks, film_looks, known_looks
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.tissue import tissue_families
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View

DESCRIPTION_WOMEN = 72
GROUPS_OF_A_KIND = 24
DESCRIPTION_ROWS = 1600
# Fewer particles than this lie in no way that has a name of its own.
LEAST_SPREAD = 5

_SEEDS_FROM = TEST_SEEDS_FROM + (1 << 37)
# Pitch in mm; the first shows so small a breast that only compact groups fit.
_PITCHES_MM = (0.05, 0.065, 0.07, 0.085, 0.085, 0.1, 0.1)
_HEIGHT_MM = (110.0, 160.0)
_FILM_SHARE, _PLAIN_SHARE, _FINISHED_SHARE = 0.25, 0.2, 0.65
_GROUPS_OF_A_VIEW = (2, 3)
_BULKY = (Kind.LARGE_ROD, Kind.VASCULAR, Kind.SUTURE, Kind.RIM, Kind.POPCORN)


def description_test_set() -> tuple[ViewSpec, ...]:
    """Return 144 views of 72 women with 24 groups of each of the 15 kinds; TEST families only.

    Each kind lies in all its distributions, each as often as the others. Diameters, contrasts
    and counts are `kind_rules`; what is spread has at least five particles, and a grouped kind
    at least two. Pitch 0.05-0.1 mm; about a quarter of the women are on digitised film.
    """
    rng = np.random.Generator(np.random.PCG64(_SEEDS_FROM))
    pool = _shuffled(rng, [plan for rule in kind_rules().values() for plan in _plans(rng, rule)])
    views = [view for number in range(DESCRIPTION_WOMEN) for view in _woman(rng, number)]
    dealt = _dealt(pool, views)
    return tuple(
        replace(view, groups=tuple(groups)) for view, groups in zip(views, dealt, strict=True)
    )


def is_wide(plan: GroupPlan) -> bool:
    """Tell whether a group needs a large part of a breast."""
    return plan.distribution is not Distribution.GROUPED or plan.kind in _BULKY


def _plans(rng: np.random.Generator, rule: KindRule) -> Iterator[GroupPlan]:
    """Draw the groups of one kind."""
    for number in range(GROUPS_OF_A_KIND):
        distribution = rule.distributions[number % len(rule.distributions)]
        least = 2 if distribution is Distribution.GROUPED else LEAST_SPREAD
        fewest = max(rule.count[0], least)
        count = int(rng.integers(fewest, max(rule.count[1], fewest) + 1))
        yield usual_plan(rule.kind, distribution, count)


def _shuffled(rng: np.random.Generator, plans: list[GroupPlan]) -> list[GroupPlan]:
    return [plans[at] for at in rng.permutation(len(plans))]


def _dealt(pool: list[GroupPlan], views: list[ViewSpec]) -> list[list[GroupPlan]]:
    """Deal the groups: at most one that fills the breast and one other wide one to a view.

    Round by round each view takes the first group in the pool that suits it, so that all views
    hold two groups before one holds three. What is left when no view can take it goes to the
    views with the fewest, the fine-pitched ones aside.
    """
    dealt: list[list[GroupPlan]] = [[] for _ in views]
    left = list(pool)
    for _ in range(_GROUPS_OF_A_VIEW[1]):
        for view, mine in zip(views, dealt, strict=True):
            chosen = next((plan for plan in left if _suits(plan, view, mine)), None)
            if chosen is not None:
                mine.append(chosen)
                left.remove(chosen)
    roomy = [mine for view, mine in zip(views, dealt, strict=True) if not _is_small(view)]
    for plan in left:
        min(roomy, key=len).append(plan)
    # What lies anywhere comes last: it fills what the others leave.
    return [sorted(mine, key=_breadth) for mine in dealt]


def _suits(plan: GroupPlan, view: ViewSpec, mine: list[GroupPlan]) -> bool:
    if not is_wide(plan):
        return True
    if _is_small(view):
        return False
    fills = plan.distribution is Distribution.DIFFUSE
    return not any(
        is_wide(other) and (other.distribution is Distribution.DIFFUSE) == fills for other in mine
    )


def _is_small(view: ViewSpec) -> bool:
    return view.rows * view.pitch_mm < _HEIGHT_MM[0] * 0.9


def _breadth(plan: GroupPlan) -> int:
    """Order of planting: wide groups first, while there is room, diffuse ones last."""
    if plan.distribution is Distribution.DIFFUSE:
        return 2
    return 0 if is_wide(plan) else 1


def _woman(rng: np.random.Generator, number: int) -> list[ViewSpec]:
    """Draw the CC and MLO of one side, without groups yet."""
    pitch_mm = one_of(rng, _PITCHES_MM)
    film = rng.random() < _FILM_SHARE
    finished = rng.random() < _FINISHED_SHARE
    look = one_of(rng, film_looks() if film else _digital(finished))
    plain = rng.random() < _PLAIN_SHARE
    tissues = (tissue_families if plain else fine_tissue_families)(Families.TEST)
    background, blur = one_of(rng, tissues), one_of(rng, blur_families(Families.TEST))
    rows = min(int(rng.uniform(*_HEIGHT_MM) / pitch_mm), DESCRIPTION_ROWS)
    side = one_of(rng, (Laterality.LEFT, Laterality.RIGHT))
    seed = _SEEDS_FROM + 1000 * (number + 1)
    return [
        ViewSpec(
            name=f"description-{number:04d}-{side}-{view}",
            woman=f"description-{number:04d}",
            families=Families.TEST,
            woman_seed=seed,
            seed=seed + 1 + at,
            laterality=side,
            view=view,
            pitch_mm=pitch_mm,
            rows=rows,
            look=look,
            background=background,
            outlines=CARVED,
            blur=blur,
            isolated=int(rng.integers(0, 3)),
        )
        for at, view in enumerate((View.CC, View.MLO))
    ]


def _digital(finished: bool) -> tuple[str, ...]:
    return enhanced_looks() if finished else tuple(known_looks())
