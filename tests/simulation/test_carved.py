"""The second hand draws every kind by the same rule, and nothing may be tuned on it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from calcsight.simulation.anatomy import Canvas, draw_canvas
from calcsight.simulation.carved_calcium import carved_calcium
from calcsight.simulation.carved_layouts import lay_out_carved
from calcsight.simulation.carved_shapes import carved_shape
from calcsight.simulation.carved_solids import Block, cut, joined, kept
from calcsight.simulation.distributions import makes_one_group
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.inner_structure import inner_seed
from calcsight.simulation.insertion import Hand, plan_insertion
from calcsight.simulation.kinds import BY_RULE, CARVED, kind_rules, usual_plan
from calcsight.simulation.outlines import (
    Outline,
    centroid_and_area,
    max_feret,
    outline_families,
)
from calcsight.simulation.planting import Planned, plan_particles
from calcsight.simulation.rule_families import rule_family
from calcsight.simulation.shapes import LEAST_ROD_WIDTH_MM, shape_by_rule
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.strokes import disc
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

EVERY = [(rule.kind, d) for rule in kind_rules().values() for d in rule.distributions]
# What a reader would still call by the kind's name: elongation and solidity, lowest and highest.
SHAPE = {
    Kind.ROUND: ((1.0, 1.25), (0.97, 1.0)),
    Kind.PUNCTATE: ((1.0, 1.25), (0.97, 1.0)),
    Kind.AMORPHOUS: ((1.0, 2.2), (0.8, 1.0)),
    Kind.COARSE_HETEROGENEOUS: ((1.0, 2.4), (0.7, 1.0)),
    Kind.FINE_PLEOMORPHIC: ((1.0, 4.5), (0.6, 1.0)),
    Kind.FINE_LINEAR: ((2.5, 12.0), (0.4, 1.0)),
    Kind.FINE_LINEAR_BRANCHING: ((1.1, 6.0), (0.2, 0.7)),
    Kind.LARGE_ROD: ((1.8, 10.0), (0.45, 1.0)),
    Kind.RIM: ((1.0, 1.3), (0.97, 1.0)),
    Kind.POPCORN: ((1.0, 2.0), (0.78, 0.98)),
    Kind.VASCULAR: ((1.5, 14.0), (0.8, 1.0)),
    Kind.DYSTROPHIC: ((1.0, 2.8), (0.6, 0.99)),
    Kind.SKIN: ((1.0, 1.35), (0.96, 1.0)),
    Kind.MILK_OF_CALCIUM: ((1.0, 20.0), (0.35, 1.0)),
    Kind.SUTURE: ((1.0, 10.0), (0.2, 1.0)),
}


def anywhere(_: np.ndarray) -> bool:
    return True


def canvas(view: View = View.CC) -> Canvas:
    return draw_canvas(np.random.default_rng(3), view, (180.0, 110.0), 0.2)


def carved_spec(plan: GroupPlan, view: View = View.CC) -> ViewSpec:
    return ViewSpec(
        name="one",
        woman="a",
        families=Families.TEST,
        woman_seed=TEST_SEEDS_FROM + 1,
        seed=TEST_SEEDS_FROM + 2,
        laterality=Laterality.LEFT,
        view=view,
        pitch_mm=0.1,
        rows=1800,
        look="raw-log",
        background="fibres",
        outlines=CARVED,
        blur="glare",
        groups=(plan,),
    )


def planted(plan: GroupPlan, seed: int, view: View = View.CC) -> Planned:
    """Plant one carved group in a breast of 18 cm."""
    return plan_particles(np.random.default_rng(seed), carved_spec(plan, view), canvas(view))


def outlines_mm(planned: Planned) -> list[Outline]:
    return [p.unit * p.diameter_mm + p.place_mm for p in planned.particles]


def drawn_mm(kind: Kind, seed: int, view: View = View.CC) -> Outline:
    low, high = kind_rules()[kind].diameter_mm
    return carved_shape(np.random.default_rng(seed), kind, low + (high - low) * seed / 23, view)


def width_mm(outline: Outline) -> float:
    """Return twice the largest distance from the outline inwards, mm."""
    scale = 600 / float(np.ptp(outline, axis=0).max())
    corners = (outline - outline.min(axis=0)) * scale + 20
    picture = np.zeros((700, 700), np.uint8)
    cv2.fillPoly(picture, [np.rint(corners[:, ::-1]).astype(np.int32)], 1)
    return float(2 * cv2.distanceTransform(picture, cv2.DIST_L2, 5).max() / scale)


def long_and_solid(outline: Outline) -> tuple[float, float]:
    """Return length over width of the smallest rectangle, and area over that of the hull."""
    points = outline.astype(np.float32)
    sides = sorted(cv2.minAreaRect(points)[1])
    hull = float(cv2.contourArea(cv2.convexHull(points)))
    return float(sides[1] / sides[0]), centroid_and_area(outline)[1] / hull


def way(outline: Outline) -> np.ndarray:
    """Return the direction of the longest extent."""
    about = outline - outline.mean(axis=0)
    return np.asarray(np.linalg.svd(about, full_matrices=False)[2][0])


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("view", [View.CC, View.MLO])
def test_shapes_keep_the_rule_of_their_kind(kind: Kind, view: View) -> None:
    low, high = kind_rules()[kind].diameter_mm
    (least_long, most_long), (least_solid, most_solid) = SHAPE[kind]
    for seed in range(24):
        outline = drawn_mm(kind, seed, view)
        centre, area = centroid_and_area(outline)
        assert max_feret(outline) == pytest.approx(low + (high - low) * seed / 23, rel=1e-6)
        assert centre == pytest.approx([0.0, 0.0], abs=1e-8)
        elongation, solidity = long_and_solid(outline)
        assert least_long <= elongation <= most_long
        assert least_solid <= solidity <= most_solid + 1e-6
        assert area > 0.01 * max_feret(outline) ** 2


def test_widths_follow_the_rule() -> None:
    for seed in range(24):
        assert width_mm(drawn_mm(Kind.LARGE_ROD, seed)) >= 0.9 * LEAST_ROD_WIDTH_MM
        assert width_mm(drawn_mm(Kind.FINE_LINEAR, seed)) < 0.5
        assert width_mm(drawn_mm(Kind.FINE_LINEAR_BRANCHING, seed)) < 0.5
        assert width_mm(drawn_mm(Kind.VASCULAR, seed)) < 0.6


def test_the_second_hand_draws_otherwise_than_the_first() -> None:
    for kind in Kind:
        first = shape_by_rule(np.random.default_rng(5), kind, 2.0)
        second = carved_shape(np.random.default_rng(5), kind, 2.0)
        assert first.shape != second.shape or not np.allclose(first, second)
        assert inner_seed(first) != inner_seed(second)


def test_the_same_seed_carves_the_same_and_another_does_not() -> None:
    for kind in Kind:
        one, same, other = (carved_shape(np.random.default_rng(s), kind, 2.0) for s in (1, 1, 2))
        assert one.tobytes() == same.tobytes()
        assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize(("kind", "distribution"), EVERY)
def test_every_kind_is_planted_whole_in_every_distribution(
    kind: Kind, distribution: Distribution
) -> None:
    rule, plan, breast = kind_rules()[kind], usual_plan(kind, distribution), canvas()
    found = 0
    for seed in range(3):
        planned = planted(plan, seed)
        found += bool(planned.particles)
        assert len(planned.particles) in (0, plan.count)
        for particle, outline in zip(planned.particles, outlines_mm(planned), strict=True):
            assert rule.diameter_mm[0] * 0.75 <= particle.diameter_mm
            assert particle.diameter_mm <= rule.diameter_mm[1] * 1.06
            index = np.rint(outline / breast.pitch_mm).astype(int)
            assert breast.mask[index[:, 0], index[:, 1]].all()
        places = np.array([p.place_mm for p in planned.particles])
        if distribution is Distribution.REGIONAL and plan.count > 2 and len(places):
            assert max_feret(places) > 20.0 or kind is Kind.SKIN
        if distribution is Distribution.GROUPED and kind is Kind.PUNCTATE and len(places):
            assert makes_one_group(places)
    assert found >= 2


def test_lines_in_a_duct_run_along_it_and_towards_the_nipple() -> None:
    plan = usual_plan(Kind.FINE_LINEAR, Distribution.LINEAR, 10)
    for heading in (0.0, 0.7, -1.2):
        rng = np.random.default_rng(8)
        laid = lay_out_carved(rng, plan, rng.uniform(0.5, 2.5, 10), heading, View.CC, anywhere)
        assert laid is not None
        row = way(laid.places)
        assert abs(row @ [np.sin(heading), np.cos(heading)]) > 0.95
        assert np.median([abs(way(outline) @ row) for outline in laid.outlines]) > 0.9


def test_a_segment_widens_away_from_the_nipple() -> None:
    plan = usual_plan(Kind.FINE_LINEAR_BRANCHING, Distribution.SEGMENTAL, 12)
    wider = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        laid = lay_out_carved(rng, plan, rng.uniform(1.2, 3.0, 12), 0.0, View.CC, anywhere)
        assert laid is not None
        across, along = laid.places.T
        near = along > np.median(along)
        wider += np.ptp(across[~near]) > np.ptp(across[near])
        assert np.ptp(along) > 12.0
    assert wider >= 8


def test_plaques_lie_on_both_walls_of_a_vessel() -> None:
    planned = planted(usual_plan(Kind.VASCULAR), 1)
    tube = planned.tubes[0]
    steps = np.diff(tube.path, axis=0)
    normal = np.stack([steps[:, 1], -steps[:, 0]], 1) / np.hypot(*steps.T)[:, None]
    sides = []
    for particle in planned.particles:
        away = particle.place_mm - tube.path[:-1]
        nearest = int(np.hypot(*away.T).argmin())
        sides.append(float(away[nearest] @ normal[nearest]))
    assert np.abs(sides) == pytest.approx(np.full(len(sides), tube.calibre_mm / 2), abs=0.25)
    assert 0.3 < np.mean(np.array(sides) > 0) < 0.7


def test_skin_particles_lie_near_the_skin_in_nests_under_5_mm() -> None:
    planned, breast = planted(usual_plan(Kind.SKIN), 1), canvas()
    places = np.array([p.place_mm for p in planned.particles])
    for place in places:
        row, column = np.rint(place / breast.pitch_mm).astype(int)
        assert 0.0 < breast.depth[row, column] < 10.0
        assert (np.hypot(*(places - place).T) < 5.0).sum() >= 2


def test_milk_of_calcium_is_round_on_cc_and_level_on_mlo() -> None:
    for seed in range(8):
        assert np.ptp(drawn_mm(Kind.MILK_OF_CALCIUM, seed)[:, 0]) > 0.8 * max_feret(
            drawn_mm(Kind.MILK_OF_CALCIUM, seed)
        )
        side = drawn_mm(Kind.MILK_OF_CALCIUM, seed, View.MLO)
        assert np.ptp(side[:, 0]) < 0.65 * np.ptp(side[:, 1])


@pytest.mark.parametrize("kind", [Kind.RIM, Kind.SKIN])
def test_shells_are_lucent_inside_and_a_popcorn_is_uneven(kind: Kind) -> None:
    ball, picture = disc(np.zeros(2), 60.0), np.zeros((200, 200), np.uint8)
    cv2.fillPoly(picture, [np.rint(ball[:, ::-1] + 100).astype(np.int32)], 1)
    for seed in range(5):
        shell = carved_calcium(kind, picture, seed)
        assert shell[95:106, 95:106].mean() < 0.6 * shell.max()
        assert (shell[picture == 0] == 0).all()
        assert carved_calcium(Kind.POPCORN, picture, seed)[70:130, 70:130].std() > 0.05


def test_it_is_refused_for_tuning_and_belongs_to_no_set_that_is_drawn() -> None:
    with pytest.raises(UsageError, match="carved"):
        rule_family(Families.TUNING, CARVED, Kind.ROUND)
    assert all(CARVED not in outline_families(half) for half in Families)
    family = rule_family(Families.TEST, CARVED, Kind.ROUND)
    assert family is not None
    assert family.shape is carved_shape
    seen = rule_family(Families.TUNING, BY_RULE, Kind.ROUND)
    assert seen is not None
    assert seen.shape is shape_by_rule


def test_a_view_or_an_insertion_of_tuning_families_cannot_be_carved() -> None:
    spec = replace(
        carved_spec(usual_plan(Kind.ROUND)),
        families=Families.TUNING,
        seed=2,
        woman_seed=1,
        background="webs",
        blur="gaussian",
        rows=500,
    )
    with pytest.raises(UsageError, match="carved"):
        simulate_view(spec)
    bare = simulate_view(replace(spec, outlines=BY_RULE, groups=())).mammogram()
    with pytest.raises(UsageError, match="carved"):
        plan_insertion(bare, spec.groups, 3, Hand(outlines=CARVED))


def test_a_carved_view_is_the_same_bytes_again_and_says_what_it_holds() -> None:
    plan = usual_plan(Kind.COARSE_HETEROGENEOUS)
    spec = replace(carved_spec(plan), rows=700, isolated=2)
    one, again = simulate_view(spec), simulate_view(spec)
    assert one.stored.tobytes() == again.stored.tobytes()
    assert [group.kind for group in one.truth.groups] == [Kind.COARSE_HETEROGENEOUS]
    assert len(one.truth.groups[0].members) == plan.count
    textbook = simulate_view(replace(spec, outlines=BY_RULE))
    assert textbook.stored.tobytes() != one.stored.tobytes()


def test_joining_and_cutting_of_discs_worked_by_hand() -> None:
    block = Block.square(3.0)
    left, right = block.disc(np.array([0.0, -1.0]), 1.0), block.disc(np.array([0.0, 1.5]), 1.0)
    both = block.outline(joined(left, right))
    # They do not touch: the larger piece stays, and both are alike.
    assert centroid_and_area(both)[1] == pytest.approx(np.pi, rel=0.01)
    half = kept(block.disc(np.zeros(2), 2.0), block.slab(0.0, 0.0))
    assert centroid_and_area(block.outline(half))[1] == pytest.approx(2 * np.pi, rel=0.01)
    bitten = cut(block.disc(np.zeros(2), 2.0), block.slab(0.0, 0.0))
    centre, area = centroid_and_area(block.outline(bitten))
    assert area == pytest.approx(2 * np.pi, rel=0.01)
    # The centroid of a half disc lies 4 r / (3 pi) from its flat side.
    assert centre == pytest.approx([0.0, 8.0 / (3 * np.pi)], abs=0.02)
