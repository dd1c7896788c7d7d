"""The views that shapes are learned from: other women each, every kind, the same every time."""

from dataclasses import replace

import numpy as np

from calcsight.simulation.casting_shapes import plan_shapes, shapes_set, vessels_set
from calcsight.simulation.families import Families
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.truth import Kind
from calcsight.simulation.varied_shapes import Manner, varied
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution


def test_sets_with_other_ranges_share_no_woman_and_start_alike() -> None:
    some = shapes_set(6)
    assert shapes_set(3, 3) == some[3:]
    assert len({spec.woman for spec in some}) == 6
    assert all(spec.families is Families.TUNING for spec in some)


def test_views_of_vessels_are_other_women_and_hold_vessels() -> None:
    views = vessels_set(4)
    assert not {spec.woman for spec in views} & {spec.woman for spec in shapes_set(4)}
    assert not {spec.seed for spec in views} & {spec.seed for spec in shapes_set(4)}
    assert all(spec.groups[0].kind is Kind.VASCULAR for spec in views)


def test_every_kind_and_distribution_is_planned() -> None:
    plans = [plan for spec in shapes_set(60) for plan in spec.groups]
    assert {plan.kind for plan in plans} == set(Kind)
    assert {plan.distribution for plan in plans} == set(Distribution)


def test_a_view_is_the_same_every_time_and_its_truth_agrees_with_itself() -> None:
    spec = replace(shapes_set(1, 4)[0], rows=700, pitch_mm=0.15)
    one, other = (simulate_view(spec, plan_shapes) for _ in range(2))
    assert np.array_equal(one.stored, other.stored)
    assert one.truth.particles
    for group in one.truth.groups:
        assert {one.truth.particles[at].group for at in group.members} == {group.number}


def test_drawing_anew_keeps_size_and_the_way_a_particle_runs() -> None:
    rod = np.array([(-0.05, -0.5), (-0.05, 0.5), (0.05, 0.5), (0.05, -0.5)])
    rng = np.random.default_rng(3)
    for redrawn in (False, True):
        for kind in Kind:
            made = varied(rng, Manner(redrawn=redrawn, warp=1.0, stretch=1.0), kind, rod, 2.0)
            assert abs(max_feret(made) - 1.0) < 1e-6
    line = varied(rng, Manner(redrawn=True, warp=0.0, stretch=1.0), Kind.LARGE_ROD, rod, 5.0)
    assert np.ptp(line[:, 1]) > 3 * np.ptp(line[:, 0])
