"""Each step of laying one view over another, by cases worked by hand."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.affine_lay import affine_lay
from calcsight.analysis.bent_lay import Lay, bent_lay, drawn, unbent
from calcsight.analysis.coarse_lay import coarse_lay
from calcsight.analysis.inverse_lay import (
    as_field,
    breast_at,
    folded_share,
    grid_places,
    in_current,
    missed_mm,
)
from calcsight.analysis.patch_matching import Search, Witnesses, find_patches
from calcsight.analysis.registration_quality import agreement, good_enough, tissue_quality
from calcsight.analysis.tissue_picture import (
    Band,
    SmallView,
    TissuePicture,
    small_view,
    tissue_picture,
)
from calcsight.terms.comparison_settings import RegistrationSettings
from calcsight.terms.errors import SettingsError, SpacingError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import RegistrationQuality
from calcsight.terms.spacing import Spacing, SpacingSource
from calcsight.terms.stages import Box, Breast

Pixels = NDArray[np.float32]
STILL = np.column_stack([np.eye(2), np.zeros(2)])
GOOD = RegistrationQuality(
    likeness=0.8,
    likeness_by_chance=0.1,
    agreement=0.9,
    overlap=0.95,
    outline_mm=1.0,
    folded=0.0,
    inverse_mm=0.0,
)


def texture(shape: tuple[int, int], seed: int = 1, sigma: float = 2.0) -> Pixels:
    noise = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma), np.float32)
    return np.asarray(smooth / smooth.std(), np.float32)


def picture(
    values: Pixels, pitch_mm: float = 1.0, tissue: NDArray[np.uint8] | None = None
) -> TissuePicture:
    mask = np.ones(values.shape, np.uint8) if tissue is None else tissue
    return TissuePicture(values=values * mask, tissue=mask, breast=mask, pitch_mm=pitch_mm)


def whole_breast(shape: tuple[int, int]) -> Breast:
    return Breast(
        box=Box(top=0, left=0, bottom=shape[0], right=shape[1]),
        mask=np.ones(shape, np.uint8),
        area_px=shape[0] * shape[1],
        tip_row=shape[0] / 2,
        tip_column=float(shape[1]),
    )


def mammogram(pixels: Pixels, spacing: Spacing | None) -> Mammogram:
    return Mammogram(uid="1.2.3", pixels=pixels, spacing=spacing)


# small views and pictures


def test_a_small_view_is_sampled_from_the_first_pixels_centre() -> None:
    rows, columns = np.indices((120, 90), dtype=np.float32)
    spacing = Spacing(row_mm=0.1, column_mm=0.15, source=SpacingSource.STATED)
    ramp = mammogram(rows * np.float32(0.1), spacing)
    small = small_view(ramp, whole_breast(ramp.shape), 0.4)
    inside = np.indices(small.grey.shape)[0] * 0.4
    # A ramp of millimetres down says where each point lies; at the rim the median is one-sided.
    assert small.grey[2:-2] == pytest.approx(inside[2:-2], abs=0.02)
    assert small.grey.shape == (int(119 * 0.1 / 0.4) + 1, int(89 * 0.15 / 0.4) + 1)
    across = mammogram(columns * np.float32(0.15), spacing)
    other = small_view(across, whole_breast(across.shape), 0.4)
    wanted = np.indices(other.grey.shape)[1] * 0.4
    assert other.grey[:, 2:-2] == pytest.approx(wanted[:, 2:-2], abs=0.02)


def test_a_view_of_unknown_spacing_is_refused() -> None:
    view = mammogram(texture((40, 40)), None)
    with pytest.raises(SpacingError, match="unknown pixel spacing"):
        small_view(view, whole_breast((40, 40)), 0.4)


def test_a_picture_is_the_same_for_every_linear_grey_scale() -> None:
    band = Band(pitch_mm=0.8, narrow_mm=0.6, wide_mm=5.0, even_mm=8.0)
    mask = np.zeros((100, 80), np.uint8)
    mask[10:90, :60] = 1
    small = SmallView(grey=10.0 + texture((100, 80)), breast=mask, pitch_mm=0.4)
    other = replace(small, grey=np.asarray(500.0 + 37.0 * small.grey, np.float32))
    first, second = tissue_picture(small, band), tissue_picture(other, band)
    assert first.values == pytest.approx(second.values, abs=2e-3)
    assert np.abs(first.values).max() <= 3.0
    assert not first.values[first.tissue == 0].any()
    assert first.tissue.sum() < first.breast.sum()


def test_a_picture_without_breast_is_empty() -> None:
    band = Band(pitch_mm=0.8, narrow_mm=0.6, wide_mm=5.0, even_mm=8.0)
    small = SmallView(grey=texture((60, 60)), breast=np.zeros((60, 60), np.uint8), pitch_mm=0.4)
    found = tissue_picture(small, band)
    assert not found.values.any()
    assert not found.tissue.any()


# the lays


@pytest.mark.parametrize("shift", [(0, 0), (6, -3), (-20, 4)])
def test_the_coarse_lay_finds_a_shift(shift: tuple[int, int]) -> None:
    wide = texture((140, 90))
    current = wide[30:110, 10:70]
    prior = wide[30 - shift[0] : 110 - shift[0], 10 - shift[1] : 70 - shift[1]]
    lay = coarse_lay(picture(current.copy(), 2.0), picture(prior.copy(), 2.0))
    assert lay[:, :2] == pytest.approx(np.eye(2))
    assert lay[:, 2] == pytest.approx(2.0 * np.array(shift))


def test_the_coarse_lay_finds_a_turn() -> None:
    wide = texture((160, 160), sigma=3.0)
    turn = cv2.getRotationMatrix2D((80.0, 80.0), 6.0, 1.0)
    turned = np.asarray(cv2.warpAffine(wide, turn, (160, 160)), np.float32)
    lay = coarse_lay(
        picture(wide[40:120, 40:110].copy(), 2.0), picture(turned[40:120, 40:110].copy(), 2.0)
    )
    # What lies at (80, 80) of both, frame of the pictures.
    assert lay[:, :2] @ (80.0, 80.0) + lay[:, 2] == pytest.approx((80.0, 80.0), abs=2.1)
    assert np.degrees(np.arctan2(lay[1, 0], lay[0, 0])) == pytest.approx(6.0, abs=0.1)


def test_patches_find_a_shift_to_a_fifth_of_a_point() -> None:
    values = texture((80, 70), sigma=2.5)
    shift = np.array([[1.0, 0.0, 2.3], [0.0, 1.0, -1.6]])
    moved = np.asarray(cv2.warpAffine(values, shift, (70, 80), flags=cv2.INTER_CUBIC), np.float32)
    found = find_patches(
        picture(values, 0.5), moved, Search(patch_mm=10.0, reach_mm=3.0, step_mm=5.0)
    )
    inside = ((found.places_mm > 8.0) & (found.places_mm < (30.0, 26.0))).all(axis=1)
    assert inside.sum() >= 9
    assert found.moves_mm[inside] == pytest.approx(
        np.tile([0.5 * -1.6, 0.5 * 2.3], (inside.sum(), 1)), abs=0.1
    )
    assert found.weights[inside].min() > 0.9


def test_patches_outside_tissue_are_not_asked() -> None:
    mask = np.zeros((60, 60), np.uint8)
    values = texture((60, 60))
    search = Search(patch_mm=8.0, reach_mm=2.0, step_mm=4.0)
    assert len(find_patches(picture(values, 0.5, mask), values, search).weights) == 0
    mask[:, :30] = 1
    found = find_patches(picture(values, 0.5, mask), values, search)
    assert found.places_mm[:, 1].max() < 15.0


def witnesses(places: NDArray[np.float64], moves: NDArray[np.float64]) -> Witnesses:
    return Witnesses(places_mm=places, moves_mm=moves, weights=np.full(len(places), 0.8))


def grid(step: float = 6.0) -> NDArray[np.float64]:
    return np.indices((12, 10)).reshape(2, -1).T * np.float64(step)


def test_the_affine_lay_follows_the_many_and_not_the_few() -> None:
    places = grid()
    stretch, shift = np.array([[0.03, -0.02], [0.01, 0.04]]), np.array([1.0, -0.5])
    moves = places @ stretch.T + shift
    moves[::5] = np.random.default_rng(2).uniform(-8.0, 8.0, moves[::5].shape)
    lay = affine_lay(STILL, witnesses(places, moves))
    kept = np.ones(len(places), bool)
    kept[::5] = False
    laid = places[kept] @ lay[:, :2].T + lay[:, 2]
    assert laid == pytest.approx(places[kept] + moves[kept], abs=0.25)


def test_without_witnesses_a_lay_stays_as_it_is() -> None:
    none = witnesses(np.zeros((0, 2)), np.zeros((0, 2)))
    assert affine_lay(STILL, none) is STILL
    lay = unbent(STILL, (20.0, 20.0), 2.0)
    assert bent_lay(lay, none, 8.0) is lay


def test_a_bend_is_smooth_and_hears_no_lone_voice() -> None:
    places = grid(4.0)
    moves = np.tile([1.0, -2.0], (len(places), 1))
    moves[57] = (-6.0, 6.0)
    lay = bent_lay(unbent(STILL, (50.0, 40.0), 2.0), witnesses(places, moves), 8.0)
    at = places[57][None]
    assert lay.in_prior(at) == pytest.approx(at + np.array([1.0, -2.0]), abs=0.1)


def test_a_bend_adds_to_the_one_before() -> None:
    places = grid(4.0)
    moves = np.tile([0.5, 0.0], (len(places), 1))
    once = bent_lay(unbent(STILL, (50.0, 40.0), 2.0), witnesses(places, moves), 8.0)
    twice = bent_lay(once, witnesses(places, moves), 8.0)
    middle = np.array([[20.0, 20.0]])
    assert twice.in_prior(middle) - middle == pytest.approx(np.array([[1.0, 0.0]]), abs=0.02)


def test_drawing_follows_the_lay() -> None:
    values = texture((60, 50), sigma=3.0)
    bend = np.zeros((2, 31, 26), np.float32)
    bend[0], bend[1] = 2.0, -1.0
    lay = Lay(affine=STILL, bend=bend, grid_mm=2.0)
    shown = drawn(values, lay, 1.0, (60, 50))
    assert shown[5:50, 5:45] == pytest.approx(values[7:52, 4:44], abs=1e-4)


# the way back, folds, and what is shown


def wave() -> Lay:
    down, right = np.indices((31, 26)) * 2.0
    bend = np.stack([1.5 * np.sin(right / 8.0), 1.5 * np.cos(down / 9.0)]).astype(np.float32)
    angle = np.radians(5.0)
    affine = np.array([[np.cos(angle), -np.sin(angle), 3.0], [np.sin(angle), np.cos(angle), -2.0]])
    return Lay(affine=affine, bend=bend, grid_mm=2.0)


def test_there_and_back_is_where_it_started() -> None:
    lay, places = wave(), np.random.default_rng(3).uniform(8.0, 40.0, (50, 2))
    assert in_current(lay, lay.in_prior(places)) == pytest.approx(places, abs=1e-6)


def test_the_fields_on_grids_miss_by_little() -> None:
    lay = wave()
    here, shape = grid_places((60.0, 50.0), 2.0)
    fields = (
        as_field(here, lay.in_prior(here), shape),
        as_field(here, in_current(lay, here), shape),
    )
    middle = np.random.default_rng(4).uniform(15.0, 35.0, (40, 2))
    assert missed_mm(fields, 2.0, middle).max() < 0.05


def test_a_field_that_goes_back_on_itself_is_folded_there() -> None:
    field = np.zeros((2, 20, 10), np.float32)
    inside = np.ones((20, 10), np.uint8)
    assert folded_share(field, 2.0, inside) == 0.0
    # From row 8 to 12 places move back by 3 mm for each 2 mm.
    field[0] = -1.5 * np.clip(np.arange(20) * 2.0 - 16.0, 0.0, 8.0)[:, None]
    assert folded_share(field, 2.0, inside) == pytest.approx(3 / 20)
    assert folded_share(field, 2.0, np.zeros_like(inside)) == 0.0


def test_a_breast_is_shown_inside_its_mask_and_off_the_edges() -> None:
    mask = np.zeros((51, 51), np.uint8)
    mask[:, :31] = 1
    view = SmallView(grey=np.zeros((51, 51), np.float32), breast=mask, pitch_mm=1.0)
    places = np.array([(25.0, 10.0), (25.0, 2.0), (1.0, 10.0), (25.0, 40.0), (60.0, 10.0)])
    assert breast_at(places, view).tolist() == [1, 0, 0, 0, 0]
    assert breast_at(places, view, 0.0).tolist() == [1, 1, 1, 0, 0]


# quality


def test_the_same_picture_agrees_throughout_and_another_hardly_anywhere() -> None:
    shape = (150, 120)
    one, other = picture(texture(shape, 1), 0.8), picture(texture(shape, 2), 0.8)
    lay = unbent(STILL, (119.2, 95.2), 2.0)
    assert agreement(one, one, lay) == pytest.approx(1.0)
    assert agreement(one, other, lay) < 0.2
    quality = tissue_quality(one, one, lay)
    assert quality["likeness"] == pytest.approx(1.0)
    assert abs(quality["likeness_by_chance"]) < 0.3
    assert quality["overlap"] == pytest.approx(1.0)
    assert quality["outline_mm"] is None


def test_a_handful_of_pieces_proves_little() -> None:
    one = picture(texture((30, 30), 1), 0.8)
    # Four by four pieces 6 mm apart are enough, three by three are 9 of the 12 wanted.
    share = agreement(one, one, unbent(STILL, (24.0, 24.0), 2.0))
    assert share == pytest.approx(1.0)
    small = picture(texture((16, 16), 1), 0.8)
    assert agreement(small, small, unbent(STILL, (12.0, 12.0), 2.0)) == pytest.approx(9 / 12)


def test_the_outlines_distance_is_in_millimetres() -> None:
    mask, other = np.zeros((80, 80), np.uint8), np.zeros((80, 80), np.uint8)
    mask[:, :40], other[:, :45] = 1, 1
    first = picture(texture((80, 80)), 0.8, mask)
    second = picture(texture((80, 80)), 0.8, other)
    quality = tissue_quality(first, second, unbent(STILL, (63.2, 63.2), 2.0))
    assert quality["outline_mm"] == pytest.approx(5 * 0.8)
    assert quality["overlap"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("worse", "enough"),
    [
        ({}, True),
        ({"agreement": 0.5}, True),
        ({"agreement": 0.49}, False),
        ({"likeness": 0.1}, False),
        ({"overlap": 0.59}, False),
        ({"folded": 0.011}, False),
        ({"outline_mm": None}, True),
    ],
)
def test_each_limit_decides(worse: dict[str, float], enough: bool) -> None:
    assert good_enough(replace(GOOD, **worse), RegistrationSettings()) is enough


def test_shares_above_one_are_refused() -> None:
    for name in ("least_agreement", "least_overlap", "most_folded"):
        with pytest.raises(SettingsError):
            RegistrationSettings(**{name: 1.1})
