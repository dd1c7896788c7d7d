"""Every kind in every distribution it has, each against the numbers of its rule."""

import cv2
import numpy as np
import pytest

from calcsight.simulation.anatomy import Canvas, draw_canvas
from calcsight.simulation.distributions import makes_one_group
from calcsight.simulation.families import Families
from calcsight.simulation.inner_structure import inner_seed, thickness
from calcsight.simulation.insertion import Hand
from calcsight.simulation.kinds import BY_RULE, KindRule, kind_rules, usual_plan
from calcsight.simulation.layouts import lay_out
from calcsight.simulation.outlines import Outline, centroid_and_area, max_feret
from calcsight.simulation.planting import Planned, plan_particles
from calcsight.simulation.shapes import (
    LEAST_ROD_WIDTH_MM,
    MOST_LINE_WIDTH_MM,
    shape_by_rule,
)
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.strokes import disc
from calcsight.simulation.truth import Kind
from calcsight.simulation.vessels import CALIBRE_MM
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

EVERY = [(rule.kind, d) for rule in kind_rules().values() for d in rule.distributions]


def canvas(view: View = View.CC) -> Canvas:
    return draw_canvas(np.random.default_rng(3), view, (180.0, 110.0), 0.2)


def planted(plan: GroupPlan, seed: int, view: View = View.CC) -> Planned:
    """Plant one group by rule in a breast of 18 cm."""
    spec = ViewSpec(
        name="one",
        woman="a",
        families=Families.TUNING,
        woman_seed=1,
        seed=2,
        laterality=Laterality.LEFT,
        view=view,
        pitch_mm=0.1,
        rows=1800,
        look="raw-log",
        background="webs",
        outlines=BY_RULE,
        blur="gaussian",
        groups=(plan,),
    )
    return plan_particles(np.random.default_rng(seed), spec, canvas(view))


def outlines_mm(planned: Planned) -> list[Outline]:
    return [p.unit * p.diameter_mm + p.place_mm for p in planned.particles]


def width_mm(outline: Outline) -> float:
    """Return twice the largest distance from the outline inwards, mm."""
    picture = np.zeros((700, 700), np.uint8)
    scale = 600 / float(np.ptp(outline, axis=0).max())
    corners = (outline - outline.min(axis=0)) * scale + 20
    cv2.fillPoly(picture, [np.rint(corners[:, ::-1]).astype(np.int32)], 1)
    return float(2 * cv2.distanceTransform(picture, cv2.DIST_L2, 5).max() / scale)


def test_every_kind_has_a_rule_and_every_distribution_is_had() -> None:
    rules = kind_rules()
    assert set(rules) == set(Kind)
    assert {d for rule in rules.values() for d in rule.distributions} == set(Distribution)
    for rule in rules.values():
        assert 0 < rule.diameter_mm[0] < rule.diameter_mm[1]
        assert 2 <= rule.contrast_sd[0] < rule.contrast_sd[1] <= 30
        assert usual_plan(rule.kind).distribution is rule.distributions[0]


def test_a_kind_that_does_not_lie_so_is_refused() -> None:
    with pytest.raises(UsageError, match="vascular"):
        usual_plan(Kind.VASCULAR, Distribution.DIFFUSE)
    with pytest.raises(UsageError, match="0 particles"):
        usual_plan(Kind.ROUND, count=0)


@pytest.mark.parametrize(("kind", "distribution"), EVERY)
def test_every_kind_is_planted_whole_in_every_distribution(
    kind: Kind, distribution: Distribution
) -> None:
    rule: KindRule = kind_rules()[kind]
    plan = usual_plan(kind, distribution)
    breast = canvas()
    found = 0
    for seed in range(3):
        planned = planted(plan, seed)
        if not planned.particles:
            continue
        found += 1
        assert len(planned.particles) == plan.count
        assert {p.kind for p in planned.particles} == {kind}
        for particle, outline in zip(planned.particles, outlines_mm(planned), strict=True):
            low, high = rule.diameter_mm
            # A plaque on the outer side of a bend is a little longer, one inside it shorter.
            assert low * 0.75 <= particle.diameter_mm <= high * 1.06
            assert rule.contrast_sd[0] <= particle.contrast_sd <= rule.contrast_sd[1]
            index = np.rint(outline / breast.pitch_mm).astype(int)
            assert breast.mask[index[:, 0], index[:, 1]].all()
        if distribution is Distribution.GROUPED and plan.count >= 5 and kind.value in FINE:
            assert makes_one_group(np.array([p.place_mm for p in planned.particles]))
    assert found >= 2


FINE = ("punctate", "round", "amorphous", "fine_pleomorphic", "milk_of_calcium")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("view", [View.CC, View.MLO])
def test_shapes_have_their_diameter_and_lie_about_their_centroid(kind: Kind, view: View) -> None:
    for seed in range(12):
        low, high = kind_rules()[kind].diameter_mm
        diameter = low + (high - low) * seed / 11
        outline = shape_by_rule(np.random.default_rng(seed), kind, diameter, view)
        assert max_feret(outline) == pytest.approx(diameter, rel=1e-6)
        centre, area = centroid_and_area(outline)
        assert centre == pytest.approx([0.0, 0.0], abs=1e-8)
        assert 0.01 * diameter**2 < area <= np.pi / 4 * diameter**2 + 1e-9


def test_widths_follow_the_rule() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert width_mm(shape_by_rule(rng, Kind.LARGE_ROD, 3.0 + seed / 4)) >= (
            0.93 * LEAST_ROD_WIDTH_MM
        )
        assert width_mm(shape_by_rule(rng, Kind.FINE_LINEAR, 0.5 + seed / 10)) < 0.5
        assert width_mm(shape_by_rule(rng, Kind.FINE_LINEAR_BRANCHING, 1.2 + seed / 7)) < 0.5
    assert MOST_LINE_WIDTH_MM < 0.5


def test_branching_lines_are_forked_and_shards_have_corners() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        forked = shape_by_rule(rng, Kind.FINE_LINEAR_BRANCHING, 3.0)
        hull = cv2.convexHull(forked.astype(np.float32)).reshape(-1, 2)
        solidity = centroid_and_area(forked)[1] / float(cv2.contourArea(hull))
        assert solidity < 0.6
        pearl, shard = (shape_by_rule(rng, k, 0.4) for k in (Kind.ROUND, Kind.FINE_PLEOMORPHIC))
        assert centroid_and_area(shard)[1] < 0.9 * centroid_and_area(pearl)[1]


def test_vascular_plaques_are_two_tracks_a_vessel_apart() -> None:
    for seed in range(4):
        planned = planted(usual_plan(Kind.VASCULAR), seed)
        if not planned.tubes:
            continue
        tube = planned.tubes[0]
        assert 1.0 <= CALIBRE_MM[0] <= tube.calibre_mm <= CALIBRE_MM[1] <= 3.0
        steps = np.diff(tube.path, axis=0)
        normal = np.stack([steps[:, 1], -steps[:, 0]], 1) / np.hypot(*steps.T)[:, None]
        sides = []
        for particle in planned.particles:
            away = particle.place_mm - tube.path[:-1]
            nearest = int(np.hypot(*away.T).argmin())
            sides.append(float(away[nearest] @ normal[nearest]))
        assert np.abs(sides) == pytest.approx(np.full(len(sides), tube.calibre_mm / 2), abs=0.2)
        assert (np.array(sides)[::2] * np.array(sides)[1::2] < 0).all()
        return
    raise AssertionError("no vessel was planted")


def test_skin_particles_lie_near_the_skin_in_groups_under_5_mm() -> None:
    planned = planted(usual_plan(Kind.SKIN), 1)
    breast = canvas()
    count = max(1, round(len(planned.particles) / 4))
    for number in range(count):
        members = outlines_mm(planned)[number::count]
        assert max_feret(np.concatenate(members)) < 5.0
    for particle in planned.particles:
        row, column = np.rint(particle.place_mm / breast.pitch_mm).astype(int)
        assert 0.0 < breast.depth[row, column] < 10.0


def test_milk_of_calcium_is_round_on_cc_and_level_on_mlo() -> None:
    for seed in range(6):
        disc_like, settled = (
            shape_by_rule(np.random.default_rng(seed), Kind.MILK_OF_CALCIUM, 1.0, view)
            for view in (View.CC, View.MLO)
        )
        assert np.ptp(disc_like[:, 0]) > 0.8
        assert np.ptp(settled[:, 1]) == pytest.approx(1.0, abs=0.02)
        assert np.ptp(settled[:, 0]) < 0.6
    planned = planted(usual_plan(Kind.MILK_OF_CALCIUM), 2, View.MLO)
    for outline in outlines_mm(planned):
        assert np.ptp(outline[:, 0]) < 0.75 * np.ptp(outline[:, 1])


def test_segments_and_rods_run_to_the_nipple() -> None:
    planned = planted(usual_plan(Kind.LARGE_ROD, Distribution.SEGMENTAL), 4)
    nipple = np.array(canvas().nipple_mm)
    for particle, outline in zip(planned.particles, outlines_mm(planned), strict=True):
        about = outline - outline.mean(axis=0)
        long = np.linalg.svd(about, full_matrices=False)[2][0]
        ahead = nipple - particle.place_mm
        assert abs(long @ ahead) / np.hypot(*ahead) > np.cos(0.8)


def test_regional_is_larger_than_2_cm_and_diffuse_fills_the_breast() -> None:
    regional = planted(usual_plan(Kind.PUNCTATE, Distribution.REGIONAL, 20), 1)
    assert max_feret(np.array([p.place_mm for p in regional.particles])) > 20.0
    diffuse = planted(usual_plan(Kind.PUNCTATE, Distribution.DIFFUSE, 40), 1)
    places = np.array([p.place_mm for p in diffuse.particles])
    hull = cv2.convexHull(places.astype(np.float32))
    assert cv2.contourArea(hull) > 0.4 * canvas().mask.sum() * 0.2**2


def filled(outline_px: Outline) -> np.ndarray:
    picture = np.zeros((200, 200), np.uint8)
    cv2.fillPoly(picture, [np.rint(outline_px[:, ::-1] + 100).astype(np.int32)], 1)
    return picture


@pytest.mark.parametrize("kind", [Kind.RIM, Kind.SKIN])
def test_shells_are_lucent_inside(kind: Kind) -> None:
    ball = disc(np.zeros(2), 60.0)
    calcium = thickness(kind, filled(ball), inner_seed(ball))
    assert calcium[95:106, 95:106].mean() < 0.6 * calcium.max()


def test_a_rim_is_broken_and_a_popcorn_is_uneven() -> None:
    ball = disc(np.zeros(2), 60.0)
    ring = np.hypot(*np.indices((200, 200)) - 100)
    edge = (ring > 54) & (ring < 58)
    spread = []
    for seed in range(6):
        rim = thickness(Kind.RIM, filled(ball), seed)[edge]
        spread.append(float(np.percentile(rim, 5) / np.percentile(rim, 95)))
        core = ring < 40
        assert thickness(Kind.POPCORN, filled(ball), seed)[core].std() > 0.05
    assert min(spread) < 0.5


def test_inner_structure_belongs_to_the_shape_and_not_to_its_place_or_size() -> None:
    outline = shape_by_rule(np.random.default_rng(1), Kind.POPCORN, 5.0)
    assert inner_seed(outline) == inner_seed(outline * 1.0 + np.array([40.0, 7.0]))
    other = shape_by_rule(np.random.default_rng(2), Kind.POPCORN, 5.0)
    assert inner_seed(outline) != inner_seed(other)


def test_a_simulated_view_holds_the_new_kinds_with_their_truth() -> None:
    spec = ViewSpec(
        name="one",
        woman="a",
        families=Families.TUNING,
        woman_seed=1,
        seed=2,
        laterality=Laterality.RIGHT,
        view=View.MLO,
        pitch_mm=0.1,
        rows=1500,
        look="raw-log",
        background="webs",
        outlines="wobbly",
        blur="gaussian",
        groups=tuple(usual_plan(k) for k in (Kind.SKIN, Kind.MILK_OF_CALCIUM, Kind.SUTURE)),
    )
    truth = simulate_view(spec).truth
    assert [g.kind for g in truth.groups] == [Kind.SKIN, Kind.MILK_OF_CALCIUM, Kind.SUTURE]
    for group in truth.groups:
        plan = spec.groups[group.number - 1]
        assert len(group.members) == plan.count
        for member in group.members:
            particle = truth.particles[member]
            assert max_feret(particle.outline) * 0.1 == pytest.approx(
                particle.diameter_mm, rel=1e-4
            )


def test_the_hand_draws_by_rule_unless_told() -> None:
    assert Hand().outlines == BY_RULE


@pytest.mark.parametrize("heading", [0.0, 0.3, 1.2, -0.8])
@pytest.mark.parametrize("kind", [Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING, Kind.LARGE_ROD])
def test_a_row_in_a_duct_runs_towards_the_nipple(kind: Kind, heading: float) -> None:
    for seed in range(6):
        plan = usual_plan(kind, Distribution.LINEAR, 6)
        laid = lay_out(np.random.default_rng(seed), plan, np.full(6, 1.5), heading, View.CC)
        assert laid is not None
        centred = laid.places - laid.places.mean(axis=0)
        axis = np.linalg.eigh(centred.T @ centred)[1][:, 1]
        assert abs(axis @ np.array([np.sin(heading), np.cos(heading)])) > 0.8
