"""One breast drawn twice: where each place went is known exactly."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.analysis.registration import register
from calcsight.simulation.texture import band_field
from calcsight.terms.comparison_settings import RegistrationSettings
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration
from calcsight.terms.settings import BreastSettings
from calcsight.terms.spacing import Spacing, SpacingSource

Points = NDArray[np.float64]

ROWS, COLUMNS = 400, 280
PITCH_MM = 0.25
SETTINGS = RegistrationSettings()


@dataclass(frozen=True)
class Moved:
    """prior place = turn @ (current place) + shift, plus a wave, mm."""

    turn_deg: float = 0.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    wave_mm: float = 0.0

    def back(self, prior_mm: Points) -> Points:
        """Where places of the prior lie in the current view."""
        angle = np.radians(self.turn_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        wave = self.wave_mm * np.sin(prior_mm[:, ::-1] / 10.0)
        middle = np.array([50.0, 25.0])
        return np.asarray((prior_mm - middle - self.shift_mm) @ turn + middle + wave)


def tissue(seed: int) -> NDArray[np.float32]:
    """Return a breast of grey 1 to about 3 before air of 0."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((ROWS, COLUMNS), dtype=np.float32) * np.float32(PITCH_MM)
    depth = 1.0 - ((rows - 50.0) / 45.0) ** 2 - (columns / 58.0) ** 2
    inside = np.sqrt(np.clip(depth, 0.0, 0.25) / 0.25)
    texture = sum(
        np.float32(0.12) * band_field(rng, (ROWS, COLUMNS), PITCH_MM, size)
        for size in (1.0, 2.0, 4.0)
    )
    return np.asarray((2.0 + texture) * inside, np.float32)


def view(pixels: NDArray[np.float32], seed: int, pitch_mm: float = PITCH_MM) -> Mammogram:
    """Return a mammogram of what is drawn, with noise of its own."""
    noise = np.random.default_rng(seed).normal(0.0, 0.03, pixels.shape).astype(np.float32)
    return Mammogram(
        uid=f"1.2.{seed}",
        pixels=pixels + noise,
        spacing=Spacing(row_mm=pitch_mm, column_mm=pitch_mm, source=SpacingSource.SIMULATED),
    )


def prior_of(pixels: NDArray[np.float32], moved: Moved, pitch_mm: float) -> NDArray[np.float32]:
    """Draw the breast as it lay before, at another pitch and on another grey scale."""
    shape = (round(ROWS * PITCH_MM / pitch_mm), round(COLUMNS * PITCH_MM / pitch_mm))
    places: Points = np.indices(shape).reshape(2, -1).T * np.float64(pitch_mm)
    down, right = (moved.back(places) / PITCH_MM).astype(np.float32).T.reshape(2, *shape)
    # The chest wall goes on beyond the image.
    rim = 100
    wide = cv2.copyMakeBorder(pixels, 0, 0, rim, 0, cv2.BORDER_REFLECT_101)
    drawn = cv2.remap(wide, right + rim, down, cv2.INTER_LINEAR)
    return np.asarray(100.0 * np.sqrt(np.maximum(drawn, 0.0)), np.float32)


def laid(current: Mammogram, prior: Mammogram, settings: RegistrationSettings) -> Registration:
    breasts = [
        find_breast(one, one.spacing.mean_mm if one.spacing else 0.0, BreastSettings())
        for one in (current, prior)
    ]
    return register(current, prior, (breasts[0], breasts[1]), settings)


def pair(moved: Moved, pitch_mm: float = 0.2, seed: int = 5) -> tuple[Mammogram, Mammogram]:
    pixels = tissue(seed)
    before = prior_of(pixels, moved, pitch_mm)
    noise = np.random.default_rng(seed + 1).normal(0.0, 1.5, before.shape).astype(np.float32)
    return view(pixels, seed), replace(view(before, seed, pitch_mm), pixels=before + noise)


def landmarks(moved: Moved) -> tuple[Points, Points]:
    """Return places of the prior inside the breast, and where they lie in the current."""
    rows, columns = np.mgrid[20:80:6, 6:40:6]
    prior = np.stack([rows.ravel(), columns.ravel()], 1).astype(np.float64)
    current = moved.back(prior)
    depth = 1.0 - ((current[:, 0] - 50.0) / 45.0) ** 2 - (current[:, 1] / 58.0) ** 2
    inside = (depth > 0.15) & (current[:, 1] > 2.0)
    return prior[inside], current[inside]


@pytest.mark.parametrize(
    "moved",
    [
        Moved(),
        Moved(shift_mm=(7.0, -6.0)),
        Moved(turn_deg=8.0),
        Moved(turn_deg=-6.0, shift_mm=(-5.0, 5.0), wave_mm=1.5),
    ],
    ids=["still", "shifted", "turned", "all"],
)
def test_places_are_carried_both_ways_within_a_millimetre(moved: Moved) -> None:
    registration = laid(*pair(moved), SETTINGS)
    prior, current = landmarks(moved)
    there = np.linalg.norm(registration.in_prior(current) - prior, axis=1)
    back = np.linalg.norm(registration.in_current(prior) - current, axis=1)
    assert np.median(there) < 0.5
    assert np.percentile(there, 95) < 1.0
    assert np.percentile(back, 95) < 1.0
    assert registration.succeeded
    assert registration.quality.folded == 0.0
    assert registration.quality.inverse_mm < 0.1


def test_without_a_shift_a_place_stays_to_a_fifth_of_a_pixel_of_the_pictures() -> None:
    current = view(tissue(8), 8)
    registration = laid(current, view(tissue(8), 9), SETTINGS)
    prior, _ = landmarks(Moved())
    moved = registration.in_prior(prior) - prior
    assert np.abs(moved.mean(axis=0)).max() < 0.2 * SETTINGS.working_pitch_mm


def test_another_womans_breast_fails() -> None:
    current, _ = pair(Moved(), seed=5)
    _, other = pair(Moved(), seed=6)
    registration = laid(current, other, SETTINGS)
    assert not registration.succeeded
    assert registration.quality.agreement < SETTINGS.least_agreement


def test_a_breast_upside_down_fails() -> None:
    current, prior = pair(Moved())
    turned = replace(prior, pixels=np.ascontiguousarray(prior.pixels[::-1]))
    assert not laid(current, turned, SETTINGS).succeeded


def test_an_even_breast_without_tissue_fails() -> None:
    current, prior = pair(Moved())
    even = np.where(prior.pixels > 60.0, 60.0, prior.pixels)
    noise = np.random.default_rng(1).normal(0.0, 1.0, even.shape)
    blank = replace(prior, pixels=(even + noise).astype(np.float32))
    assert not laid(current, blank, SETTINGS).succeeded


def test_shown_masks_leave_out_what_lies_outside_the_other_image() -> None:
    moved = Moved(shift_mm=(0.0, -8.0))
    registration = laid(*pair(moved), SETTINGS)
    row = int(50 / registration.grid_mm)
    # 8 mm at the chest wall of the current lie left of the prior's image, 3 mm more at its edge.
    assert not registration.shown_in_prior[row, : int(10 / registration.grid_mm)].any()
    assert registration.shown_in_prior[row, int(14 / registration.grid_mm)]
    # All of the prior's chest wall lies well inside the current's image.
    assert registration.shown_in_current[row, 0]
    # Air is shown as nothing.
    assert not registration.shown_in_prior[0].any()


def test_masks_and_fields_cover_each_view() -> None:
    current, prior = pair(Moved())
    registration = laid(current, prior, SETTINGS)
    for field, mask, one in (
        (registration.to_prior, registration.shown_in_prior, current),
        (registration.to_current, registration.shown_in_current, prior),
    ):
        assert one.spacing is not None
        assert field.shape[1:] == mask.shape
        assert (field.shape[1] - 1) * registration.grid_mm >= (one.shape[0] - 1) * 0.99 * (
            one.spacing.row_mm
        ) - registration.grid_mm
        assert field.dtype == np.float32
        assert mask.dtype == np.uint8


def test_the_same_pair_gives_the_same_bytes_on_one_thread_or_two() -> None:
    current, prior = pair(Moved(turn_deg=3.0))
    before = cv2.getNumThreads()
    try:
        found = []
        for threads in (1, 2):
            cv2.setNumThreads(threads)
            found.append(laid(current, prior, SETTINGS))
    finally:
        cv2.setNumThreads(before)
    assert found[0].to_prior.tobytes() == found[1].to_prior.tobytes()
    assert found[0].to_current.tobytes() == found[1].to_current.tobytes()
    assert found[0].quality == found[1].quality


def test_bright_specks_do_not_pull_the_field() -> None:
    current, prior = pair(Moved())
    rng = np.random.default_rng(4)
    pixels = current.pixels.copy()
    for _ in range(20):
        row, column = rng.integers(180, 220), rng.integers(60, 100)
        pixels[row, column] += 3.0
    speckled = replace(current, pixels=pixels)
    plain = laid(current, prior, SETTINGS)
    with_specks = laid(speckled, prior, SETTINGS)
    places = np.array([[50.0, 20.0]])
    assert np.linalg.norm(with_specks.in_prior(places) - plain.in_prior(places)) < 0.2
