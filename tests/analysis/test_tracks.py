"""Calcified vessels over their length: drawn tubes, and what is none."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.tracks import find_tracks
from calcsight.terms.description_settings import TrackSettings
from calcsight.terms.errors import SettingsError
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Box, FlatView
from calcsight.terms.track import Track

SETTINGS = TrackSettings()
HEIGHT_MM, WIDTH_MM = 60.0, 45.0


def course(bend: float = 4.0) -> NDArray[np.float64]:
    """A winding line of about 27 mm, (down, right) in mm."""
    along = np.linspace(0.0, 25.0, 120)
    return np.stack([25.0 + bend * np.sin(along / 6.0), 8.0 + along], 1)


def flat(pitch_mm: float, seed: int = 3) -> FlatView:
    """An even view of unit noise, with the grain of the same size in mm at every pitch."""
    shape = (round(HEIGHT_MM / pitch_mm), round(WIDTH_MM / pitch_mm))
    noise = np.random.default_rng(seed).normal(0.0, 1.0, shape).astype(np.float32)
    return FlatView(
        box=Box(top=7, left=5, bottom=7 + shape[0], right=5 + shape[1]),
        pixels=noise,
        background=np.zeros(shape, np.float32),
        noise=np.ones(shape, np.float32),
        mask=np.ones(shape, np.uint8),
        pitch_mm=pitch_mm,
    )


def with_tube(
    view: FlatView, path_mm: NDArray[np.float64], width_mm: float, peak_sd: float, hollow: bool
) -> FlatView:
    """Draw a tube: dense walls around a fainter middle, or an even soft cord."""
    shape = view.pixels.shape
    off = np.ones(shape, np.uint8)
    points = np.rint(path_mm[:, ::-1] / view.pitch_mm * 256).astype(np.int32)
    cv2.polylines(off, [points], isClosed=False, color=0, shift=8)
    away = cv2.distanceTransform(off, cv2.DIST_L2, 5) * view.pitch_mm
    if hollow:
        dots = np.random.default_rng(8).normal(0.0, 1.0, shape)
        grain = np.asarray(cv2.GaussianBlur(dots, (0, 0), 0.12 / view.pitch_mm), np.float64)
        grain = 1.0 + 0.25 * grain / grain.std()
        wall = (away < width_mm / 2) * (0.6 + 0.4 * (away > 0.25 * width_mm)) * grain
    else:
        wall = np.exp(-0.5 * (away / (0.4 * width_mm)) ** 2)
    return replace(view, pixels=(view.pixels + peak_sd * wall).astype(np.float32))


def tube_view(pitch_mm: float, width_mm: float = 1.1) -> FlatView:
    return with_tube(flat(pitch_mm), course(), width_mm, 8.0, hollow=True)


def only(tracks: tuple[Track, ...]) -> Track:
    assert len(tracks) == 1
    return tracks[0]


@pytest.mark.parametrize("pitch_mm", [0.05, 0.07, 0.1])
def test_a_drawn_tube_is_one_track_of_its_length_and_width(pitch_mm: float) -> None:
    track = only(find_tracks(tube_view(pitch_mm), SETTINGS))
    length_mm = np.hypot(*np.diff(course(), axis=0).T).sum()
    assert track.length_mm == pytest.approx(length_mm, rel=0.1)
    assert track.width_mm == pytest.approx(1.1, abs=0.25)
    assert track.filled > 0.9
    # Reading frame: the box's corner is added.
    middle = (track.centre_line - (7, 5)) * pitch_mm
    apart = np.hypot(*(middle[:, None] - course()[None]).transpose(2, 0, 1)).min(axis=1)
    assert apart[5:-5].max() < 0.45


def test_a_gap_is_bridged_and_a_bare_stretch_is_not() -> None:
    def broken(gap_mm: float) -> FlatView:
        path = np.stack([np.full(200, 30.0), np.linspace(5.0, 40.0, 200)], 1)
        near = with_tube(flat(0.07), path[path[:, 1] < 22.0], 1.0, 8.0, hollow=True)
        return with_tube(near, path[path[:, 1] > 22.0 + gap_mm], 1.0, 8.0, hollow=True)

    assert only(find_tracks(broken(1.2), SETTINGS)).length_mm > 30.0
    apart = find_tracks(broken(6.0), SETTINGS)
    assert sorted(round(one.length_mm) for one in apart) == pytest.approx([12, 17], abs=2)


@pytest.mark.parametrize("width_mm", [0.6, 1.5])
def test_a_soft_ligament_is_no_track(width_mm: float) -> None:
    assert find_tracks(with_tube(flat(0.07), course(), width_mm, 1.5, hollow=False), SETTINGS) == ()


def test_an_even_view_has_no_track() -> None:
    assert find_tracks(flat(0.07), SETTINGS) == ()
    still = flat(0.07)
    assert find_tracks(replace(still, pixels=still.background), SETTINGS) == ()


def test_nothing_outside_the_searched_breast_is_a_track() -> None:
    view = tube_view(0.07)
    assert find_tracks(replace(view, mask=np.zeros_like(view.mask)), SETTINGS) == ()


@pytest.mark.parametrize("side", [1, 7, 60])
def test_a_tiny_view_has_no_track(side: int) -> None:
    view = flat(0.07)
    cut = {name: getattr(view, name)[:side, :side] for name in ("pixels", "background", "noise")}
    assert find_tracks(replace(view, mask=view.mask[:side, :side], **cut), SETTINGS) == ()


def test_very_short_lines_may_be_asked_for() -> None:
    short = replace(SETTINGS, least_length_mm=0.1, least_score=1e-6, least_contrast_sd=0.1)
    assert find_tracks(tube_view(0.07), short)


def test_where_sure_tracks_are_long_a_less_sure_one_counts() -> None:
    view = with_tube(tube_view(0.07), course() + np.array([20.0, 0.0]), 0.7, 5.0, hollow=True)
    every = find_tracks(view, replace(SETTINGS, least_score=1e-6))
    assert len(every) == 2
    between = replace(SETTINGS, least_score=(every[0].score + every[1].score) / 2)
    lower = replace(between, continuation_score=every[1].score * 0.9)
    strict = replace(lower, continuation_score=between.least_score)
    assert len(find_tracks(view, lower)) == 2
    only(find_tracks(view, strict))
    # Neither near it nor long enough together.
    only(find_tracks(view, replace(lower, several_mm=100.0)))


def test_a_short_tube_is_no_track() -> None:
    path = course(0.0)[:14]
    assert find_tracks(with_tube(flat(0.07), path, 1.0, 8.0, hollow=True), SETTINGS) == ()


def test_the_same_view_gives_the_same_tracks() -> None:
    first, second = (only(find_tracks(tube_view(0.07), SETTINGS)) for _ in range(2))
    assert np.array_equal(first.centre_line, second.centre_line)
    assert (first.score, first.width_mm) == (second.score, second.width_mm)


def test_a_brighter_scale_changes_nothing() -> None:
    view = tube_view(0.07)
    louder = replace(
        view,
        pixels=view.pixels * np.float32(8.0),
        background=view.background * np.float32(8.0),
        noise=view.noise * np.float32(8.0),
    )
    assert only(find_tracks(louder, SETTINGS)).length_mm == pytest.approx(
        only(find_tracks(view, SETTINGS)).length_mm
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sigmas_mm": (0.4, 0.2)}, "rising"),
        ({"weak_ridge_sd": 3.0}, "weak_ridge_sd"),
        ({"least_score": 1.5}, "at most 1"),
        ({"gap_mm": 0.0}, "positive"),
    ],
)
def test_impossible_settings_are_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.from_mapping({"tracks": changed})
