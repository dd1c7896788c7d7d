"""The many ways to lie that distributions are learned from: drawn where and as their word says."""

import numpy as np
import pytest

from calcsight.simulation.anatomy import draw_canvas
from calcsight.simulation.casting_layouts import LaidPlan
from calcsight.simulation.casting_shapes import layouts_set, plan_shapes, shapes_set
from calcsight.simulation.grounds import Ground
from calcsight.simulation.layers import scene_canvas
from calcsight.simulation.room import Room
from calcsight.simulation.varied_layouts import layouts
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View


@pytest.fixture(scope="module")
def room() -> Room:
    canvas = draw_canvas(np.random.default_rng(5), View.CC, (160.0, 110.0), 0.5)
    return Room.of(canvas)


@pytest.fixture(scope="module")
def ground(room: Room) -> Ground:
    canvas = draw_canvas(np.random.default_rng(5), View.CC, (160.0, 110.0), 0.5)
    return Ground.of(canvas, room)


def places_in(name: str, ground: Ground, rng: np.random.Generator) -> np.ndarray:
    for _ in range(60):
        density = layouts()[name][1](rng, ground)
        if density is not None:
            found = ground.scatter(rng, density, np.full(30, 0.3))
            if found is not None:
                return found
    raise AssertionError(f"{name} found no room")


@pytest.mark.parametrize("name", layouts())
def test_a_layout_lies_in_the_breast_and_spans_what_its_word_says(
    name: str, ground: Ground, room: Room
) -> None:
    rng, word = np.random.default_rng(11), layouts()[name][0]
    for _ in range(4):
        found = places_in(name, ground, rng)
        assert room.covers(found)
        gaps = np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1))
        assert gaps[np.triu_indices(len(found), 1)].min() >= 0.3
        if word is Distribution.GROUPED:
            assert gaps.max() <= 25.0
        if word is Distribution.REGIONAL:
            assert gaps.max() >= 15.0
        if word is Distribution.DIFFUSE:
            middle = np.median(np.nonzero(ground.allowed)[0]) * 0.5
            upper = (found[:, 0] < middle).mean()
            assert gaps.max() >= 50.0
            assert 0.02 < upper < 0.98


def test_a_wedge_is_narrow_at_the_nipple_and_wide_away_from_it(ground: Ground) -> None:
    rng, wider = np.random.default_rng(3), []
    for _ in range(20):
        found = places_in("wedge", ground, rng)
        along, across = ground.seen_from(ground.nipple_mm, ground.outward(found.mean(axis=0)))
        at = np.rint(found / 0.5).astype(int)
        away, aside = along[at[:, 0], at[:, 1]], across[at[:, 0], at[:, 1]]
        far = away > np.median(away)
        wider.append(aside[far].std() > aside[~far].std())
    assert np.mean(wider) > 0.85


def test_views_of_layouts_are_other_women_and_hold_the_layout_they_are_named_by() -> None:
    views = layouts_set(8)
    assert layouts_set(3, 5) == views[5:]
    assert not {spec.seed for spec in views} & {spec.seed for spec in shapes_set(8)}
    for spec in views[:3]:
        planned = plan_shapes(np.random.default_rng((spec.seed, 3)), spec, scene_canvas(spec))
        laid = [plan for plan in planned.groups if isinstance(plan, LaidPlan)]
        assert laid
        assert spec.name.endswith(laid[0].layout)
        for number, plan in enumerate(planned.groups, 1):
            members = [one for one in planned.particles if one.group == number]
            assert plan.kind in {one.kind for one in members}
