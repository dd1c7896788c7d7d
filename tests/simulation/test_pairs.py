"""One lesion in two projections: geometry by hand, and the same particles in both."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.lesions import Lesion, body_of
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.pair_casting import pair_set
from calcsight.simulation.pairs import PairSpec, plan_pair, simulate_pair
from calcsight.simulation.projecting import Projection, in_picture
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.strokes import disc
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View

PLAIN = Projection(
    view=View.CC,
    angle_deg=0.0,
    roll_deg=0.0,
    across_stretch=1.0,
    behind_stretch=1.0,
    across_shift_mm=0.0,
    behind_shift_mm=0.0,
)


@pytest.mark.parametrize(
    ("angle_deg", "beside_mm"),
    [(0.0, 20.0), (90.0, 10.0), (45.0, 30.0 / math.sqrt(2.0)), (60.0, 10.0 + 5.0 * math.sqrt(3.0))],
)
def test_a_view_shows_outer_and_up_by_its_angle(angle_deg: float, beside_mm: float) -> None:
    # 40 mm behind the nipple, 20 mm outer, 10 mm up.
    shown = replace(PLAIN, angle_deg=angle_deg).shown(np.array([[40.0, 20.0, 10.0]]))
    np.testing.assert_allclose(shown, [[beside_mm, 40.0]])


def test_pressing_and_pulling_by_hand() -> None:
    pressed = replace(
        PLAIN, across_stretch=1.2, behind_stretch=0.9, across_shift_mm=3.0, behind_shift_mm=-2.0
    )
    np.testing.assert_allclose(pressed.shown(np.array([[40.0, 20.0, 10.0]])), [[27.0, 34.0]])
    np.testing.assert_allclose(in_picture(np.array([[27.0, 34.0]]), (80.0, 90.0)), [[53.0, 56.0]])


@given(st.floats(-90, 90), st.floats(-80, 80), st.floats(-80, 80))
def test_rolling_is_turning(roll_deg: float, outer_mm: float, up_mm: float) -> None:
    place = np.array([[30.0, outer_mm, up_mm]])
    rolled = replace(PLAIN, roll_deg=roll_deg).shown(place)
    turned = replace(PLAIN, angle_deg=roll_deg).shown(place)
    np.testing.assert_allclose(rolled, turned)


def test_a_line_along_the_beam_looks_short_and_one_across_it_whole() -> None:
    ways = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    lengths, angles = PLAIN.direction(ways)
    np.testing.assert_allclose(lengths, [0.0, 1.0, 1.0], atol=1e-12)
    # Outer is the top of the picture, the nipple is to its right.
    assert math.sin(angles[1]) == pytest.approx(-1.0)
    assert math.cos(angles[2]) == pytest.approx(1.0)


def test_particles_of_a_body_keep_apart_and_differ_in_size() -> None:
    plan = GroupPlan(
        kind=Kind.ROUND, distribution=Distribution.GROUPED, count=12, diameter_mm=(0.5, 0.9)
    )
    body = body_of(Lesion(plan=plan, place_mm=(40.0, 10.0, 10.0), seed=5))
    assert body is not None
    apart = np.linalg.norm(body.places_mm[:, None] - body.places_mm[None], axis=2)
    apart[np.diag_indices(12)] = np.inf
    assert apart.min() >= 0.5
    assert body.diameters_mm.min() >= 0.5
    assert body.diameters_mm.std() > 0.05
    np.testing.assert_allclose(np.linalg.norm(body.ways, axis=1), 1.0)


@pytest.fixture(scope="module")
def specs() -> tuple[PairSpec, ...]:
    return pair_set(Families.TUNING, 16)


def with_one(spec: PairSpec, kind: Kind, second: View) -> PairSpec:
    """Return the same breast with one lesion of a kind, seen in a CC and a second view."""
    plan = GroupPlan(kind=kind, distribution=Distribution.GROUPED, count=14, diameter_mm=(0.5, 1.0))
    lesion = Lesion(plan=plan, place_mm=(40.0, 5.0, 5.0), seed=9)
    projections = (spec.projections[0], replace(spec.projections[1], view=second))
    return replace(spec, lesions=(lesion,), projections=projections)


def elongations(spec: PairSpec, kind: Kind) -> list[list[float]]:
    """Length over width of the drawn outlines in each view, particle by particle."""
    return [
        [
            float(np.ptp(p.unit[:, 1]) / np.ptp(p.unit[:, 0]))
            for p in view.planned.particles
            if p.kind is kind
        ]
        for view in plan_pair(spec)
    ]


def test_milk_of_calcium_is_round_from_above_and_level_from_the_side(
    specs: tuple[PairSpec, ...],
) -> None:
    milk = Kind.MILK_OF_CALCIUM
    above, side = elongations(with_one(specs[0], milk, View.ML), milk)
    assert max(above) < 1.5
    assert np.median(side) > 1.5
    _, oblique = elongations(with_one(specs[0], milk, View.MLO), milk)
    assert min(oblique) < 1.3
    assert max(oblique) > 1.5


def test_pairs_hold_what_makes_matching_hard(specs: tuple[PairSpec, ...]) -> None:
    counts = {len(spec.lesions) for spec in specs}
    assert counts == {0, 1, 2, 3}
    seen = {one.seen for spec in specs for one in spec.lesions}
    assert (True, True) in seen
    assert seen & {(True, False), (False, True)}
    assert {spec.laterality for spec in specs} == {"L", "R"}


def test_the_same_spec_gives_the_same_bytes_and_test_women_are_others(
    specs: tuple[PairSpec, ...],
) -> None:
    spec = next(one for one in specs if len(one.lesions) == 1)
    assert pair_set(Families.TUNING, 1, start=3) == specs[3:4]
    once, again = simulate_pair(spec), simulate_pair(spec)
    for one, other in zip(once, again, strict=True):
        np.testing.assert_array_equal(one.mammogram.pixels, other.mammogram.pixels)
        assert one.mammogram.view == one.plan.projection.view
        assert len(one.truth.groups) == len(one.plan.lesions)
    tests = pair_set(Families.TEST, 3)
    assert all(one.seed >= TEST_SEEDS_FROM for spec in tests for one in spec.breasts)
    assert not {one.woman for one in tests} & {one.woman for one in specs}


def test_what_is_drawn_lies_where_the_projection_says(
    specs: tuple[PairSpec, ...],
) -> None:
    spec = next(one for one in specs if any(lesion.seen == (True, True) for lesion in one.lesions))
    number = next(i for i, lesion in enumerate(spec.lesions) if lesion.seen == (True, True))
    for view in simulate_pair(spec):
        lesion = spec.lesions[number]
        body = body_of(lesion)
        assert body is not None
        expected = in_picture(
            view.plan.projection.shown(body.places_mm), view.plan.canvas.nipple_mm
        ).mean(axis=0)
        group = view.truth.groups[view.plan.lesions.index(number)]
        mammogram = view.mammogram
        centre = np.array([[group.row, group.column]])
        found = mammogram.orientation.points_to_reading(centre, mammogram.shape)[0]
        np.testing.assert_allclose(found * view.plan.breast.pitch_mm, expected, atol=0.3)


def test_units_are_unit_outlines(specs: tuple[PairSpec, ...]) -> None:
    for view in plan_pair(with_one(specs[0], Kind.FINE_PLEOMORPHIC, View.MLO)):
        for particle in view.planned.particles:
            assert max_feret(particle.unit) == pytest.approx(1.0)
    assert max_feret(disc(np.zeros(2), 0.5)) == pytest.approx(1.0, abs=0.01)
