"""Groups: measurements worked by hand, and the relations that must hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.analysis.grouping import group
from calcsight.terms.calcification import Calcification
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import SpacingError
from calcsight.terms.group import Group, Grouping
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.settings import BI_RADS_RULE, LITERATURE_RULE, GroupingSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Box, Breast

SQUARE = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
TENTH = Spacing(row_mm=0.1, column_mm=0.1)
DEFAULT = GroupingSettings()


def breast(tip_row: float = 500.0, tip_column: float = 900.0, area_px: int = 900_000) -> Breast:
    return Breast(
        box=Box(top=0, left=0, bottom=1000, right=1000),
        mask=np.ones((1000, 1000), dtype=np.uint8),
        area_px=area_px,
        tip_row=tip_row,
        tip_column=tip_column,
    )


def particle(
    row: float, column: float, score: float = 0.9, diameter_mm: float | None = 0.3
) -> Calcification:
    """A square of 2 x 2 pixels about the centre."""
    return Calcification(
        row=row,
        column=column,
        diameter_mm=diameter_mm,
        diameter_px=2.8,
        area_mm2=0.04,
        area_px=4.0,
        length_mm=0.2,
        width_mm=0.2,
        contrast=100.0,
        contrast_to_noise=8.0,
        elongation=1.0,
        circularity=0.8,
        solidity=1.0,
        lucent_centre=False,
        outline=SQUARE + np.array([row, column]),
        score=score,
    )


def moved(one: Calcification, orientation: Orientation, shape: tuple[int, int]) -> Calcification:
    centre = orientation.points_to_file(np.array([[one.row, one.column]]), shape)[0]
    outline = orientation.points_to_file(one.outline, shape)
    return replace(one, row=float(centre[0]), column=float(centre[1]), outline=outline)


def members(grouping: Grouping) -> set[frozenset[int]]:
    return {frozenset(one.members) for one in grouping.groups}


def numbers(one: Group) -> list[float]:
    return [
        one.extent_mm,
        one.density_per_cm2,
        one.mean_diameter_mm,
        one.sd_diameter_mm,
        one.mean_neighbour_mm,
        one.sd_neighbour_mm,
        one.score,
    ]


# A cross: 4 mm between neighbours at a pitch of 0.1 mm.
CROSS = [(100, 100), (100, 140), (100, 60), (140, 100), (60, 100)]


def test_a_group_measured_by_hand() -> None:
    sizes = [0.2, 0.4, 0.4, 0.4, 0.6]
    scores = [0.9, 0.8, 0.7, 0.6, 0.95]
    ones = [particle(r, c, s, d) for (r, c), s, d in zip(CROSS, scores, sizes, strict=True)]
    (found,) = group(ones, TENTH, breast(), DEFAULT)[0].groups
    assert (found.number, found.members, found.count) == (1, (0, 1, 2, 3, 4), 5)
    assert (found.row, found.column) == (100.0, 100.0)
    # Octagon with sides 0.2 mm (the squares') and 4 mm x 4 mm steps of 3.9 mm at 45 degrees:
    # the box of 8.2 mm less four corner triangles of 4 x 4 / 2 mm2.
    area_mm2 = 8.2**2 - 4 * 4.0 * 4.0 / 2
    around_mm = 4 * 0.2 + 4 * 4.0 * np.sqrt(2.0)
    grown_cm2 = (area_mm2 + 0.5 * around_mm + np.pi * 0.25) / 100
    assert found.extent_mm == pytest.approx(np.hypot(8.2, 0.2))
    assert found.density_per_cm2 == pytest.approx(5 / grown_cm2)
    assert len(found.hull) == 8
    assert found.mean_diameter_mm == pytest.approx(0.4)
    assert found.sd_diameter_mm == pytest.approx(np.sqrt(0.08 / 5))
    assert found.mean_neighbour_mm == pytest.approx(4.0)
    assert found.sd_neighbour_mm == pytest.approx(0.0)
    assert found.score == 0.6
    assert found.distribution is Distribution.GROUPED


def test_both_rules_are_applied_in_their_order() -> None:
    three = [particle(r, c) for r, c in CROSS[:3]]
    strict, loose = group(three, TENTH, breast(), DEFAULT)
    assert (strict.rule, strict.groups) == (BI_RADS_RULE, ())
    assert loose.rule == LITERATURE_RULE
    assert members(loose) == {frozenset({0, 1, 2})}
    turned_round = GroupingSettings(rules=(LITERATURE_RULE, BI_RADS_RULE))
    assert [g.rule for g in group(three, TENTH, breast(), turned_round)] == [
        LITERATURE_RULE,
        BI_RADS_RULE,
    ]


def test_four_particles_give_no_group_and_five_give_one() -> None:
    ones = [particle(r, c) for r, c in CROSS]
    assert group(ones[:4], TENTH, breast(), DEFAULT)[0].groups == ()
    assert len(group(ones, TENTH, breast(), DEFAULT)[0].groups) == 1


def test_nothing_to_group_gives_groupings_without_groups() -> None:
    groupings = group((), TENTH, breast(), DEFAULT)
    assert [g.rule for g in groupings] == [BI_RADS_RULE, LITERATURE_RULE]
    assert [g.groups for g in groupings] == [(), ()]


def test_rows_and_columns_have_their_own_spacing() -> None:
    column = [particle(r, 100) for r in (0, 30, 60, 90, 120)]
    row = [particle(100, c) for c in (0, 30, 60, 90, 120)]
    tall = Spacing(row_mm=0.1, column_mm=0.05)
    assert group(column, tall, breast(), DEFAULT)[0].groups == ()
    (found,) = group(row, tall, breast(), DEFAULT)[0].groups
    assert found.extent_mm == pytest.approx(np.hypot(122 * 0.05, 2 * 0.1))
    assert found.mean_neighbour_mm == pytest.approx(1.5)


def test_groups_are_numbered_by_score_then_by_place() -> None:
    def cross(row: int, column: int, score: float) -> list[Calcification]:
        return [particle(r + row, c + column, score) for r, c in CROSS]

    ones = cross(600, 0, 0.7) + cross(0, 600, 0.7) + cross(600, 600, 0.8) + cross(0, 0, 0.7)
    found = group(ones, TENTH, breast(), DEFAULT)[0].groups
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert [one.score for one in found] == [0.8, 0.7, 0.7, 0.7]
    assert [(one.row, one.column) for one in found] == [
        (700.0, 700.0),
        (100.0, 100.0),
        (100.0, 700.0),
        (700.0, 100.0),
    ]


def test_the_score_is_the_threshold_at_which_too_few_are_left() -> None:
    scores = [0.3, 0.9, 0.5, 0.8, 0.7, 0.6]
    places = [*CROSS, (110, 110)]
    ones = [particle(r, c, s) for (r, c), s in zip(places, scores, strict=True)]
    (found,) = group(ones, TENTH, breast(), DEFAULT)[0].groups
    assert found.score == 0.5
    left = [one for one in ones if one.score > found.score]
    assert group(left, TENTH, breast(), DEFAULT)[0].groups == ()


def test_particles_at_one_place_are_still_measured() -> None:
    flat = np.array([[50.0, 50.0]])
    ones = [replace(particle(50, 50), outline=flat) for _ in range(5)]
    (found,) = group(ones, TENTH, breast(), DEFAULT)[0].groups
    assert found.extent_mm == 0.0
    assert found.mean_neighbour_mm == 0.0
    assert found.density_per_cm2 == pytest.approx(5 / (np.pi * 0.25 / 100))
    assert found.distribution is Distribution.GROUPED


def test_sizes_without_millimetres_are_refused() -> None:
    ones = [particle(r, c, diameter_mm=None) for r, c in CROSS]
    with pytest.raises(SpacingError, match="millimetres"):
        group(ones, TENTH, breast(), DEFAULT)


def test_planted_groups_far_apart_are_each_found_whole() -> None:
    rng = np.random.default_rng(2)
    planted = {}
    ones: list[Calcification] = []
    for corner in ((0, 0), (0, 500), (500, 0), (500, 500)):
        count = int(rng.integers(5, 20))
        places = rng.uniform(0, 70, (count, 2)) + np.array(corner)
        planted[corner] = frozenset(range(len(ones), len(ones) + count))
        ones += [particle(r, c) for r, c in places]
    for grouping in group(ones, TENTH, breast(), DEFAULT):
        assert members(grouping) == set(planted.values())


Places = NDArray[np.float64]
places_px = st.lists(
    st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=3, max_size=25
).map(lambda places: np.array(places, dtype=np.float64))
crowded = st.builds(lambda near, far: np.concatenate([near / 4 + 100, far]), places_px, places_px)
relation = settings(max_examples=40, deadline=None)


def scored(places: Places) -> list[Calcification]:
    """Particles whose scores and sizes follow from their place in the list."""
    return [
        particle(r, c, round(0.99 - 0.01 * i, 2), 0.2 + 0.01 * i) for i, (r, c) in enumerate(places)
    ]


@relation
@given(places=crowded, data=st.data())
def test_the_order_of_particles_changes_nothing(places: Places, data: st.DataObject) -> None:
    ones = scored(places)
    order = data.draw(st.permutations(range(len(ones))))
    shuffled = [ones[i] for i in order]
    for before, after in zip(
        group(ones, TENTH, breast(), DEFAULT),
        group(shuffled, TENTH, breast(), DEFAULT),
        strict=True,
    ):
        assert members(before) == {frozenset(order[i] for i in one.members) for one in after.groups}
        for one, same in zip(before.groups, after.groups, strict=True):
            assert one.number == same.number
            assert numbers(one) == pytest.approx(numbers(same))
            assert one.distribution is same.distribution


@relation
@given(places=crowded, down=st.integers(-300, 3000), right=st.integers(-300, 3000))
def test_a_shift_changes_only_the_place(places: Places, down: int, right: int) -> None:
    near = group(scored(places), TENTH, breast(), DEFAULT)
    far = group(
        scored(places + np.array([down, right])), TENTH, breast(500 + down, 900 + right), DEFAULT
    )
    for before, after in zip(near, far, strict=True):
        assert members(before) == members(after)
        for one, same in zip(before.groups, after.groups, strict=True):
            assert (same.row, same.column) == pytest.approx((one.row + down, one.column + right))
            assert numbers(one) == pytest.approx(numbers(same))
            assert one.distribution is same.distribution


@pytest.mark.parametrize("orientation", all_orientations())
@settings(max_examples=10, deadline=None)
@given(places=crowded)
def test_the_eight_turns_change_only_the_place(orientation: Orientation, places: Places) -> None:
    shape = (900, 1000)
    spacing = Spacing(row_mm=0.1, column_mm=0.08)
    turned_spacing = Spacing(row_mm=0.08, column_mm=0.1) if orientation.transposed else spacing
    tip = orientation.points_to_file(np.array([[500.0, 900.0]]), shape)[0]
    ones = scored(places)
    turned = [moved(one, orientation, shape) for one in ones]
    for before, after in zip(
        group(ones, spacing, breast(), DEFAULT),
        group(turned, turned_spacing, breast(float(tip[0]), float(tip[1])), DEFAULT),
        strict=True,
    ):
        assert members(before) == members(after)
        by_members = {one.members: one for one in after.groups}
        for one in before.groups:
            same = by_members[one.members]
            centre = orientation.points_to_file(np.array([[one.row, one.column]]), shape)[0]
            assert (same.row, same.column) == pytest.approx(tuple(centre))
            assert numbers(one) == pytest.approx(numbers(same))
            assert one.distribution is same.distribution


@relation
@given(places=crowded, factor=st.sampled_from([0.5, 0.7, 1.3, 2.0]))
def test_finer_pixels_of_the_same_breast_change_nothing_in_mm(
    places: Places, factor: float
) -> None:
    ones = scored(places)
    finer = [
        replace(one, row=one.row * factor, column=one.column * factor, outline=one.outline * factor)
        for one in ones
    ]
    pitch = Spacing(row_mm=0.1 / factor, column_mm=0.1 / factor)
    scaled = breast(500 * factor, 900 * factor, round(900_000 * factor**2))
    for before, after in zip(
        group(ones, TENTH, breast(), DEFAULT), group(finer, pitch, scaled, DEFAULT), strict=True
    ):
        assert members(before) == members(after)
        for one, same in zip(before.groups, after.groups, strict=True):
            assert numbers(one) == pytest.approx(numbers(same))
            assert one.distribution is same.distribution


@relation
@given(places=crowded)
def test_a_far_particle_changes_nothing_elsewhere(places: Places) -> None:
    ones = scored(places)
    farther = [*ones, particle(2000.0, 2000.0, 1.0)]
    for before, after in zip(
        group(ones, TENTH, breast(), DEFAULT),
        group(farther, TENTH, breast(), DEFAULT),
        strict=True,
    ):
        assert [one.members for one in before.groups] == [one.members for one in after.groups]
        assert [numbers(one) for one in before.groups] == [numbers(one) for one in after.groups]


@relation
@given(places=crowded)
def test_every_bi_rads_group_lies_within_one_literature_group(places: Places) -> None:
    strict, loose = group(scored(places), TENTH, breast(), DEFAULT)
    for one in members(strict):
        assert sum(one <= other for other in members(loose)) == 1
