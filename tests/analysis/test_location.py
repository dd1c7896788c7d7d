"""Where something lies, worked out by hand for both sides and every projection."""

import math
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.analysis.clock import Front, clock_hour, front_from, hours_possible, quadrant
from calcsight.analysis.location import locate, locate_each
from calcsight.analysis.skin import skin_distances_mm
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.errors import SettingsError, SpacingError
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Depth, Location, Region, Unplaced
from calcsight.terms.mammogram import Laterality, Mammogram, View, ViewModifier
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Box, Breast

SETTINGS = DescriptionSettings()
LEFT, RIGHT = Laterality.LEFT, Laterality.RIGHT
SHAPE = (320, 200)
PITCH_MM = 0.5
# Half an ellipse on the left edge: 75 mm tall each way, 80 mm deep, its tip at row 160.
TIP_ROW, TIP_COLUMN = 160, 160


def ellipse() -> Breast:
    full = np.zeros(SHAPE, np.uint8)
    cv2.ellipse(full, (0, TIP_ROW), (TIP_COLUMN, 150), 0, 0, 360, 1, -1)
    return Breast(
        box=Box(top=0, left=0, bottom=SHAPE[0], right=SHAPE[1]),
        mask=full,
        area_px=int(full.sum()),
        tip_row=float(TIP_ROW),
        tip_column=float(TIP_COLUMN),
    )


BREAST = ellipse()


def view(laterality: Laterality = LEFT, projection: View = View.CC, **said: Any) -> Mammogram:
    pixels = np.zeros(SHAPE, np.float32)
    pixels[0, 0] = 1.0
    fields = {
        "uid": "1.2",
        "pixels": pixels,
        "spacing": Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM),
        "laterality": laterality,
        "view": projection,
    }
    return Mammogram(**{**fields, **said})


def at(beside_mm: float, behind_mm: float, mammogram: Mammogram) -> Location:
    row, column = TIP_ROW - beside_mm / PITCH_MM, TIP_COLUMN - behind_mm / PITCH_MM
    return locate(row, column, BREAST, mammogram, SETTINGS)


@pytest.mark.parametrize(
    ("laterality", "projection", "beside_mm", "region", "hours"),
    [
        (LEFT, View.CC, 30.0, Region.OUTER, (1, 2, 3, 4, 5, 6, 12)),
        (LEFT, View.CC, -30.0, Region.INNER, (6, 7, 8, 9, 10, 11, 12)),
        (RIGHT, View.CC, 30.0, Region.OUTER, (6, 7, 8, 9, 10, 11, 12)),
        (RIGHT, View.CC, -30.0, Region.INNER, (1, 2, 3, 4, 5, 6, 12)),
        (LEFT, View.CC, 4.0, Region.CENTRAL, (1, 5, 6, 7, 11, 12)),
        (LEFT, View.MLO, 30.0, Region.UPPER, (1, 2, 3, 4, 5, 10, 11, 12)),
        (LEFT, View.MLO, -30.0, Region.LOWER, (4, 5, 6, 7, 8, 9, 10, 11)),
        (RIGHT, View.MLO, 30.0, Region.UPPER, (1, 2, 7, 8, 9, 10, 11, 12)),
        (RIGHT, View.MLO, -30.0, Region.LOWER, (1, 2, 3, 4, 5, 6, 7, 8)),
        (LEFT, View.ML, 30.0, Region.UPPER, (1, 2, 3, 9, 10, 11, 12)),
        (RIGHT, View.LM, -30.0, Region.LOWER, (3, 4, 5, 6, 7, 8, 9)),
        (RIGHT, View.LM, 0.0, Region.CENTRAL, (2, 3, 4, 8, 9, 10)),
    ],
)
def test_half_and_hours_of_one_view(
    laterality: Laterality,
    projection: View,
    beside_mm: float,
    region: Region,
    hours: tuple[int, ...],
) -> None:
    found = at(beside_mm, 45.0, view(laterality, projection))
    assert found.region is region
    assert found.clock_hours == hours
    assert found.unplaced is None


def test_distances_to_nipple_and_skin_by_hand() -> None:
    found = at(-30.0, 40.0, view())
    assert found.behind_nipple_mm == pytest.approx(40.0)
    assert found.beside_nipple_mm == pytest.approx(-30.0)
    assert found.nipple_distance_mm == pytest.approx(50.0)
    # On the nipple's own line the skin is nearest straight ahead, one pixel beyond the tip.
    assert at(0.0, 20.0, view()).skin_distance_mm == pytest.approx(20.0, abs=0.8)


def test_neither_chest_wall_nor_image_edge_is_skin() -> None:
    # 78 mm behind the nipple and 1 mm from the chest wall: skin is above and below, 75 mm away.
    assert at(0.0, 79.0, view()).skin_distance_mm == pytest.approx(75.0, abs=1.0)
    full = np.zeros(SHAPE, np.uint8)
    full[:, :TIP_COLUMN] = 1
    cut = replace(BREAST, mask=full)
    spacing = Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM)
    assert skin_distances_mm([(2.0, 100.0)], cut, spacing) == pytest.approx((30.0,))
    bordered = full.copy()
    bordered[:6] = bordered[-6:] = 0
    bordered[:, :5] = 0
    beside = replace(BREAST, mask=bordered)
    assert skin_distances_mm([(10.0, 100.0)], beside, spacing) == pytest.approx((30.0,))
    everywhere = replace(BREAST, mask=np.ones(SHAPE, np.uint8))
    assert skin_distances_mm([(10.0, 10.0)] * 2, everywhere, spacing) == (None, None)


def test_skin_distance_in_pixels_that_are_not_square() -> None:
    full = np.zeros((40, 60), np.uint8)
    full[:, :30] = 1
    breast = replace(BREAST, box=Box(top=0, left=0, bottom=40, right=60), mask=full)
    spacing = Spacing(row_mm=0.1, column_mm=0.2)
    assert skin_distances_mm([(20.0, 20.0)], breast, spacing) == pytest.approx((2.0,))


@pytest.mark.parametrize(
    ("behind_mm", "depth"),
    [(21.0, Depth.ANTERIOR), (28.0, Depth.MIDDLE), (52.0, Depth.MIDDLE), (55.0, Depth.POSTERIOR)],
)
def test_depth_by_thirds(behind_mm: float, depth: Depth) -> None:
    assert at(25.0, behind_mm, view()).depth is depth


def test_retroareolar_has_no_hour() -> None:
    found = at(12.0, 15.0, view())
    assert found.region is Region.RETROAREOLAR
    assert found.clock_hours is None
    assert found.unplaced is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"laterality": Laterality.UNKNOWN}, Unplaced.LATERALITY_UNKNOWN),
        ({"view": View.UNKNOWN}, Unplaced.VIEW_UNKNOWN),
        ({"view": View.SIO}, Unplaced.NO_RULE_FOR_VIEW),
        ({"view": View.SPECIMEN}, Unplaced.NO_RULE_FOR_VIEW),
        ({"modifiers": (ViewModifier.ROLLED,)}, Unplaced.TURNED_VIEW),
        ({"limitations": (Limitation.ORIENTATION_FROM_PIXELS,)}, Unplaced.TOP_NOT_STATED),
        ({"limitations": (Limitation.TOP_NOT_STATED,)}, Unplaced.TOP_NOT_STATED),
    ],
)
def test_sides_that_cannot_be_told_leave_the_distances(said: dict[str, Any], why: Unplaced) -> None:
    found = at(30.0, 40.0, view(**said))
    assert (found.region, found.clock_hours, found.beside_nipple_mm) == (None, None, None)
    assert found.unplaced is why
    assert why.text.endswith(".")
    assert found.depth is Depth.MIDDLE
    assert found.nipple_distance_mm == pytest.approx(50.0)


@pytest.mark.parametrize(
    "said",
    [
        {"modifiers": (ViewModifier.MAGNIFICATION,)},
        {"modifiers": (ViewModifier.STEREOTACTIC,)},
        {"limitations": (Limitation.PARTIAL_VIEW,)},
    ],
)
def test_a_part_of_the_breast_has_no_nipple(said: dict[str, Any]) -> None:
    found = at(30.0, 40.0, view(**said))
    assert found.unplaced is Unplaced.PART_OF_BREAST
    assert (found.depth, found.nipple_distance_mm, found.region) == (None, None, None)
    assert found.skin_distance_mm is not None


def test_a_breast_that_fills_the_picture_has_no_nipple() -> None:
    filled = replace(BREAST, mask=np.ones(SHAPE, np.uint8))
    found = locate(100.0, 100.0, filled, view(), SETTINGS)
    assert found.unplaced is Unplaced.NIPPLE_NOT_SEEN
    assert found.skin_distance_mm is None


PLACES = [(20.5, 3.0), (TIP_ROW, TIP_COLUMN), (100.25, 90.75), (201.0, 12.125), (150.0, 60.0)]


@pytest.mark.parametrize(
    "mammogram",
    [view(), view(projection=View.MLO), view(modifiers=(ViewModifier.MAGNIFICATION,))],
    ids=["CC", "MLO", "magnified"],
)
def test_several_places_are_those_of_each_alone_to_the_digit(mammogram: Mammogram) -> None:
    shifted = replace(BREAST, box=Box(top=30, left=20, bottom=350, right=220))
    for breast in (BREAST, shifted):
        together = locate_each(PLACES, breast, mammogram, SETTINGS)
        alone = tuple(locate(*place, breast, mammogram, SETTINGS) for place in PLACES)
        assert together == alone
        assert len({one.skin_distance_mm for one in together}) == len(PLACES)


def test_the_skin_is_sought_once_for_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    dilate = Mock(wraps=cv2.dilate)
    monkeypatch.setattr(cv2, "dilate", dilate)
    assert locate_each([], BREAST, view(), SETTINGS) == ()
    assert dilate.call_count == 0
    assert len(locate_each(PLACES, BREAST, view(), SETTINGS)) == len(PLACES)
    assert dilate.call_count == 1


def test_unknown_spacing_is_refused() -> None:
    with pytest.raises(SpacingError):
        at(30.0, 40.0, view(spacing=None))


@given(
    st.floats(-70, 70),
    st.floats(1, 78),
    st.sampled_from([View.CC, View.MLO, View.ML, View.XCCL, View.LMO]),
)
def test_the_other_breast_differs_in_the_clock_alone(
    beside_mm: float, behind_mm: float, projection: View
) -> None:
    one = at(beside_mm, behind_mm, view(LEFT, projection))
    other = at(beside_mm, behind_mm, view(RIGHT, projection))
    mirrored = one.clock_hours and tuple(sorted(12 - hour or 12 for hour in one.clock_hours))
    assert other == replace(one, clock_hours=mirrored)


@given(st.floats(0.02, 0.4), st.floats(-60, 60), st.floats(1, 70))
def test_units_scale(pitch_mm: float, beside_mm: float, behind_mm: float) -> None:
    spacing = Spacing(row_mm=pitch_mm, column_mm=pitch_mm)
    row, column = TIP_ROW - beside_mm, TIP_COLUMN - behind_mm
    found = locate(row, column, BREAST, view(spacing=spacing), SETTINGS)
    assert found.behind_nipple_mm == pytest.approx(behind_mm * pitch_mm)
    assert found.beside_nipple_mm == pytest.approx(beside_mm * pitch_mm)


@pytest.mark.parametrize(
    ("outer_mm", "up_mm", "region", "left_hour", "right_hour"),
    [
        (0.0, 40.0, Region.UPPER, 12, 12),
        (40.0, 0.0, Region.OUTER, 3, 9),
        (-40.0, 0.0, Region.INNER, 9, 3),
        (0.0, -40.0, Region.LOWER, 6, 6),
        (30.0, 30.0 * math.sqrt(3.0), Region.UPPER_OUTER, 1, 11),
        (-30.0, -30.0 * math.sqrt(3.0), Region.LOWER_INNER, 7, 5),
        (30.0, -15.0, Region.LOWER_OUTER, 4, 8),
        (-30.0, 15.0, Region.UPPER_INNER, 10, 2),
        (5.0, -5.0, Region.CENTRAL, 5, 7),
    ],
)
def test_quadrant_and_hour_from_the_front(
    outer_mm: float, up_mm: float, region: Region, left_hour: int, right_hour: int
) -> None:
    front = Front(outer_mm=outer_mm, up_mm=up_mm)
    assert quadrant(front, SETTINGS) is region
    if region is not Region.CENTRAL:
        assert clock_hour(front, LEFT) == left_hour
        assert clock_hour(front, RIGHT) == right_hour


def test_two_views_give_the_front_by_hand() -> None:
    # 20 mm outer, 10 mm up: a 45-degree oblique shows (20 + 10) / sqrt 2.
    front = front_from((0.0, 20.0), (45.0, 30.0 / math.sqrt(2.0)))
    assert front is not None
    assert front.outer_mm == pytest.approx(20.0)
    assert front.up_mm == pytest.approx(10.0)
    assert front_from((45.0, 3.0), (50.0, 3.0)) is None


@given(
    st.floats(-80, 80),
    st.floats(-80, 80),
    st.sampled_from([(0.0, 45.0), (0.0, 90.0), (45.0, 90.0)]),
)
def test_two_views_undo_their_projections(
    outer_mm: float, up_mm: float, angles: tuple[float, float]
) -> None:
    shown = [
        (a, outer_mm * math.cos(math.radians(a)) + up_mm * math.sin(math.radians(a)))
        for a in angles
    ]
    front = front_from(shown[0], shown[1])
    assert front is not None
    assert front.outer_mm == pytest.approx(outer_mm, abs=1e-9)
    assert front.up_mm == pytest.approx(up_mm, abs=1e-9)


@given(
    st.floats(11, 80),
    st.floats(0, 360),
    st.floats(30, 60),
    st.sampled_from([View.CC, View.MLO, View.ML]),
    st.sampled_from([LEFT, RIGHT]),
)
def test_the_true_hour_is_among_those_of_one_view(
    from_axis_mm: float, degrees: float, oblique_deg: float, projection: View, side: Laterality
) -> None:
    turn = math.radians(degrees)
    front = Front(outer_mm=from_axis_mm * math.sin(turn), up_mm=from_axis_mm * math.cos(turn))
    angle = {View.CC: 0.0, View.MLO: oblique_deg, View.ML: 90.0}[projection]
    shown = front.outer_mm * math.cos(math.radians(angle)) + front.up_mm * math.sin(
        math.radians(angle)
    )
    if abs(shown) <= SETTINGS.central_mm:
        return
    hours = hours_possible(projection, side, shown, SETTINGS)
    assert hours is not None
    assert clock_hour(front, side) in hours


def test_an_oblique_view_stays_between_above_and_side() -> None:
    with pytest.raises(SettingsError):
        DescriptionSettings(oblique_deg=80.0)
