"""Views of an exam beside each other: which are matched, and what both say of one lesion."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.both_views import place_from_both, shape_from_both
from calcsight.analysis.exam_matching import matches
from calcsight.analysis.settling import lie_of, settled_probability
from calcsight.analysis.view_pairs import views_to_match
from calcsight.terms.calcification import Calcification
from calcsight.terms.description import Description
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Depth, Location, Region, Unplaced
from calcsight.terms.mammogram import Laterality, Mammogram, View, ViewModifier
from calcsight.terms.matching import MatchRemark, NotMatched
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.orientation import Orientation, all_orientations
from calcsight.terms.reading import GroupMatch, Provenance, Reading
from calcsight.terms.settings import BI_RADS_RULE
from calcsight.terms.spacing import Spacing

SETTINGS = DescriptionSettings()
LEFT, RIGHT = Laterality.LEFT, Laterality.RIGHT
PITCH_MM = 0.1
SHAPE = (60, 40)
MILK = Morphology.MILK_OF_CALCIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A group made by hand: where it is seen, and how its particles look."""

    behind_mm: float = 40.0
    beside_mm: float = 25.0
    shape: Morphology = Morphology.ROUND_PUNCTATE
    count: int = 8
    diameter_mm: float = 0.5
    long: float = 1.0
    angle_deg: float = 0.0


def rectangle(long: float, angle_deg: float) -> NDArray[np.float64]:
    """Return corners (row, column) about a point of a thing 8 px long, from level."""
    across = 8.0 / long
    corners = np.array([(-across, -8.0), (-across, 8.0), (across, 8.0), (across, -8.0)]) / 2.0
    turn = np.radians(angle_deg)
    down, right = corners.T
    return np.stack(
        [down * np.cos(turn) + right * np.sin(turn), right * np.cos(turn) - down * np.sin(turn)], 1
    )


def particle(made: Made, mammogram: Mammogram) -> Calcification:
    outline = rectangle(made.long, made.angle_deg) + np.array([30.0, 20.0])
    outline = mammogram.orientation.points_to_file(outline, mammogram.shape)
    width_mm = made.diameter_mm / made.long
    return Calcification(
        row=30.0,
        column=20.0,
        diameter_mm=made.diameter_mm,
        diameter_px=made.diameter_mm / PITCH_MM,
        area_mm2=made.diameter_mm * width_mm,
        area_px=1.0,
        length_mm=made.diameter_mm,
        width_mm=width_mm,
        contrast=1.0,
        contrast_to_noise=10.0,
        elongation=made.long,
        circularity=0.8,
        solidity=1.0,
        lucent_centre=False,
        outline=outline,
        score=0.9,
    )


def named(shape: Morphology) -> Named[Morphology]:
    rest = 0.1 / (len(Morphology) - 2)
    chances = {one: rest for one in Morphology if one not in (shape, MILK)}
    return Named(label=shape, probabilities={**chances, shape: 0.9, MILK: 0.0})


def described(made: Made, sides: bool) -> Description:
    return Description(
        morphology=named(made.shape),
        predominant=made.shape,
        worst=made.shape,
        distribution=Named(label=Distribution.GROUPED, probabilities={Distribution.GROUPED: 1.0}),
        size_variability=0.2,
        shape_variability=0.2,
        linearity=0.0,
        branching=0.0,
        nipple_angle_deg=None,
        duct_alignment=None,
        location=Location(
            region=Region.OUTER if sides else None,
            clock_hours=(3,) if sides else None,
            depth=Depth.MIDDLE,
            nipple_distance_mm=float(np.hypot(made.behind_mm, made.beside_mm)),
            skin_distance_mm=15.0,
            behind_nipple_mm=made.behind_mm,
            beside_nipple_mm=made.beside_mm if sides else None,
            unplaced=None if sides else Unplaced.TOP_NOT_STATED,
        ),
    )


NUMBERS = count()


def reading(
    view: View,
    groups: Sequence[Made] = (Made(),),
    laterality: Laterality = LEFT,
    sides: bool = True,
    **said: Any,
) -> Reading:
    pixels = np.zeros(SHAPE, np.float32)
    pixels[0, 0] = 1.0
    spacing = Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM)
    fields: dict[str, Any] = {"uid": f"1.2.{next(NUMBERS)}", "pixels": pixels, "spacing": spacing}
    mammogram = Mammogram(**{**fields, "laterality": laterality, "view": view, **said})
    ones: list[Calcification] = []
    found = []
    for number, made in enumerate(groups, start=1):
        start = len(ones)
        ones += [particle(made, mammogram) for _ in range(made.count)]
        found.append(
            Group(
                number=number,
                members=tuple(range(start, len(ones))),
                row=30.0,
                column=20.0,
                extent_mm=6.0,
                hull=np.zeros((3, 2)),
                density_per_cm2=30.0,
                mean_diameter_mm=made.diameter_mm,
                sd_diameter_mm=0.1,
                mean_neighbour_mm=1.0,
                sd_neighbour_mm=0.3,
                distribution=Distribution.GROUPED,
                score=0.9,
                description=described(made, sides),
            )
        )
    return Reading(
        mammogram=mammogram,
        calcifications=tuple(ones),
        groupings=(Grouping(rule=BI_RADS_RULE, groups=tuple(found)),),
        breast_area_mm2=None,
        limitations=(),
        provenance=Provenance(
            software="calcsight 0",
            judge="by hand",
            judge_digest="",
            settings_digest="",
            input_uid="1.2",
            pixel_digest="",
            operating_point=None,
            threshold=0.5,
        ),
    )


def only(readings: Sequence[Reading]) -> GroupMatch:
    found = matches(readings, SETTINGS)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("views", "pairs", "left_out"),
    [
        ([View.CC, View.MLO], ((0, 1),), {}),
        ([View.MLO, View.CC], ((1, 0),), {}),
        ([View.CC, View.MLO, View.ML], ((0, 2),), {1: NotMatched.ANOTHER_VIEW_TAKEN}),
        ([View.CC, View.CC, View.MLO], ((0, 2),), {1: NotMatched.ANOTHER_VIEW_TAKEN}),
        ([View.XCCL, View.CC, View.LM], ((1, 2),), {0: NotMatched.ANOTHER_VIEW_TAKEN}),
        ([View.MLO, View.ML], ((0, 1),), {}),
        (
            [View.CC, View.CC],
            (),
            {0: NotMatched.NO_SECOND_PROJECTION, 1: NotMatched.NO_SECOND_PROJECTION},
        ),
        (
            [View.CC, View.SIO],
            (),
            {0: NotMatched.NO_SECOND_PROJECTION, 1: NotMatched.NO_RULE_FOR_VIEW},
        ),
        (
            [View.CC, View.UNKNOWN],
            (),
            {0: NotMatched.NO_SECOND_PROJECTION, 1: NotMatched.VIEW_UNKNOWN},
        ),
        ([], (), {}),
    ],
)
def test_which_views_of_a_breast_are_matched(
    views: list[View], pairs: tuple[tuple[int, int], ...], left_out: dict[int, NotMatched]
) -> None:
    found = views_to_match([reading(view) for view in views])
    assert found.pairs == pairs
    assert dict(found.left_out) == left_out


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"modifiers": (ViewModifier.MAGNIFICATION,)}, NotMatched.PART_OF_BREAST),
        ({"modifiers": (ViewModifier.STEREOTACTIC,)}, NotMatched.PART_OF_BREAST),
        ({"limitations": (Limitation.PARTIAL_VIEW,)}, NotMatched.PART_OF_BREAST),
        ({"modifiers": (ViewModifier.ROLLED,)}, NotMatched.TURNED_VIEW),
        ({"laterality": Laterality.UNKNOWN}, NotMatched.LATERALITY_UNKNOWN),
        ({"spacing": None}, NotMatched.SPACING_UNKNOWN),
    ],
)
def test_views_that_cannot_be_matched_say_why(said: dict[str, Any], why: NotMatched) -> None:
    found = views_to_match([reading(View.CC), reading(View.MLO, **said)])
    assert found.pairs == ()
    assert dict(found.left_out) == {0: NotMatched.NO_SECOND_PROJECTION, 1: why}
    assert why.text.endswith(".")
    assert matches([reading(View.CC), reading(View.MLO, **said)], SETTINGS) == ()


def test_groups_that_were_not_described_are_not_matched() -> None:
    bare = reading(View.MLO)
    groups = tuple(replace(one, description=None) for one in bare.groups)
    bare = replace(bare, groupings=(replace(bare.groupings[0], groups=groups),))
    assert views_to_match([reading(View.CC), bare]).left_out[1] == (1, NotMatched.NOT_DESCRIBED)


def test_both_breasts_are_matched_each_with_its_own_views() -> None:
    exam = [
        reading(View.CC, laterality=RIGHT),
        reading(View.CC),
        reading(View.MLO, laterality=RIGHT),
        reading(View.MLO),
    ]
    assert {one.readings for one in matches(exam, SETTINGS)} == {(0, 2), (1, 3)}


def test_a_breast_without_groups_has_no_match() -> None:
    assert matches([reading(View.CC, ()), reading(View.MLO)], SETTINGS) == ()


@pytest.mark.parametrize(("laterality", "hour"), [(LEFT, 3), (RIGHT, 9)])
def test_quadrant_and_hour_from_cc_and_mlo_by_hand(laterality: Laterality, hour: int) -> None:
    # 25 mm outer; a 45-degree oblique that shows 25 mm up means 25 (sqrt 2 - 1) = 10.4 mm up.
    found = only(
        [reading(View.CC, laterality=laterality), reading(View.MLO, laterality=laterality)]
    )
    assert found.location.region is Region.UPPER_OUTER
    assert found.location.clock_hours == (2 if laterality is LEFT else 10,)
    assert found.remarks == (MatchRemark.OBLIQUE_HEIGHT,)
    assert hour in (3, 9)


def test_a_lateral_view_gives_the_height_itself() -> None:
    found = only([reading(View.CC), reading(View.ML, [Made(beside_mm=-45.0)])])
    assert found.location.region is Region.LOWER_OUTER
    assert found.location.clock_hours == (5,)
    assert found.location.nipple_distance_mm == pytest.approx(np.sqrt(40**2 + 25**2 + 45**2))
    assert MatchRemark.OBLIQUE_HEIGHT not in found.remarks


def test_without_sides_there_is_a_match_but_no_quadrant() -> None:
    found = only([reading(View.CC), reading(View.MLO, sides=False)])
    assert found.location.region is None
    assert found.location.clock_hours is None
    assert found.location.unplaced is Unplaced.TOP_NOT_STATED
    assert found.location.behind_nipple_mm == pytest.approx(40.0)


def test_central_and_retroareolar_have_no_hour() -> None:
    near = described(Made(behind_mm=12.0, beside_mm=4.0), sides=True).location
    deep = described(Made(behind_mm=50.0, beside_mm=4.0), sides=True).location
    both = place_from_both((View.CC, near), (View.ML, near), LEFT, SETTINGS)
    assert (both.region, both.clock_hours) == (Region.RETROAREOLAR, None)
    both = place_from_both((View.CC, deep), (View.ML, deep), LEFT, SETTINGS)
    assert (both.region, both.clock_hours) == (Region.CENTRAL, None)


def test_shapes_are_pooled_by_the_geometric_mean() -> None:
    one = Named(
        label=Morphology.AMORPHOUS,
        probabilities={Morphology.AMORPHOUS: 0.8, Morphology.RIM: 0.2},
    )
    pooled = shape_from_both(one, one, None, SETTINGS)
    assert pooled.label is Morphology.AMORPHOUS
    # The words that neither view allows keep one part in a thousand each.
    assert pooled.probabilities[Morphology.AMORPHOUS] == pytest.approx(0.8 / 1.01)
    assert pooled.probabilities[MILK] == 0.0
    milk = shape_from_both(one, one, 0.7, SETTINGS)
    assert milk.label is MILK
    assert milk.probabilities[MILK] == pytest.approx(0.7)
    assert milk.probabilities[Morphology.RIM] == pytest.approx(0.3 * 0.2 / 1.01)


def test_views_that_disagree_leave_the_shape_open() -> None:
    pooled = shape_from_both(
        named(Morphology.AMORPHOUS), named(Morphology.FINE_PLEOMORPHIC), None, SETTINGS
    )
    assert pooled.label is None


ROUND = Made(long=1.0, diameter_mm=0.7)
LEVEL = Made(long=3.5, diameter_mm=0.7, shape=Morphology.FINE_LINEAR_BRANCHING)


def test_milk_of_calcium_is_named_by_the_change_alone() -> None:
    changed = only([reading(View.CC, [ROUND]), reading(View.ML, [LEVEL])])
    assert changed.morphology.label is MILK
    assert MatchRemark.MILK_OF_CALCIUM_BY_CHANGE in changed.remarks
    # Long in both views, round in both, or upright from the side: no change, or the wrong one.
    for above, side in [
        (LEVEL, LEVEL),
        (ROUND, ROUND),
        (ROUND, replace(LEVEL, angle_deg=90.0)),
    ]:
        for found in matches([reading(View.CC, [above]), reading(View.LM, [side])], SETTINGS):
            assert found.morphology.label is not MILK
            assert MatchRemark.MILK_OF_CALCIUM_BY_CHANGE not in found.remarks


def test_an_oblique_view_never_names_milk_of_calcium() -> None:
    for found in matches([reading(View.CC, [ROUND]), reading(View.MLO, [LEVEL])], SETTINGS):
        assert found.morphology.probabilities[MILK] == 0.0
        assert MatchRemark.LATERAL_VIEW_CAN_SETTLE in found.remarks
    for found in matches([reading(View.MLO, [ROUND]), reading(View.ML, [LEVEL])], SETTINGS):
        assert found.morphology.probabilities[MILK] == 0.0


def test_milk_of_calcium_needs_to_know_which_way_is_up() -> None:
    exam = [reading(View.CC, [ROUND]), reading(View.ML, [LEVEL], sides=False)]
    for found in matches(exam, SETTINGS):
        assert found.morphology.probabilities[MILK] == 0.0


@pytest.mark.parametrize("orientation", all_orientations())
def test_level_is_level_however_the_file_is_turned(orientation: Orientation) -> None:
    side = reading(View.ML, [LEVEL], orientation=orientation)
    lie = lie_of(side.calcifications, side.mammogram)
    assert lie is not None
    assert lie.roundness == pytest.approx(1 / 3.5, abs=0.01)
    assert lie.levelness == pytest.approx(1 - 1 / 3.5, abs=0.01)
    slanted = reading(View.ML, [replace(LEVEL, angle_deg=45.0)], orientation=orientation)
    other = lie_of(slanted.calcifications, slanted.mammogram)
    assert other is not None
    assert other.levelness == pytest.approx(0.0, abs=0.01)


def test_two_particles_show_no_change() -> None:
    few = reading(View.CC, [replace(ROUND, count=2)])
    assert lie_of(few.calcifications, few.mammogram) is None


def test_a_larger_change_is_never_less_probable() -> None:
    above = lie_of(reading(View.CC, [ROUND]).calcifications, reading(View.CC).mammogram)
    assert above is not None
    chances = []
    for long in (1.0, 1.5, 2.0, 3.0, 5.0):
        side = reading(View.ML, [replace(LEVEL, long=long)])
        lie = lie_of(side.calcifications, side.mammogram)
        assert lie is not None
        chances.append(settled_probability(above, lie))
    assert chances == sorted(chances)


def test_another_day_and_the_same_image_are_left_out() -> None:
    cc = reading(View.CC)
    earlier = replace(cc, mammogram=replace(cc.mammogram, uid="0.1", acquired_on=date(2015, 1, 2)))
    today = replace(cc, mammogram=replace(cc.mammogram, acquired_on=date(2025, 1, 2)))
    mlo = reading(View.MLO)
    chosen = views_to_match([earlier, today, mlo, today])
    assert chosen.pairs == ((1, 2),)
    assert chosen.left_out == ((0, NotMatched.ANOTHER_DAY), (3, NotMatched.SAME_IMAGE))
    assert all(one.text.endswith(".") for one in NotMatched)
