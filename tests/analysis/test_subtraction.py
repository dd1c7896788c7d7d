"""Temporal subtraction: what is new is bright, what is gone dark, what stayed nearly nothing."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.analysis.subtraction import subtracted
from calcsight.terms.errors import SpacingError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.registration import Registration, RegistrationQuality
from calcsight.terms.spacing import Spacing, SpacingSource

STAYED = ((20.0, 14.0), (22.0, 15.5), (21.0, 17.0), (24.0, 14.5), (23.0, 18.0))
NEW = ((42.0, 14.0), (43.5, 15.0))
GONE = ((60.0, 15.0), (61.0, 17.0))
GRID_MM = 2.0
SHIFT_MM = (3.0, 1.5)


@dataclass(frozen=True)
class Drawn:
    """How one view of the same tissue is drawn; lengths in mm."""

    seed: int
    pitch_mm: float = 0.1
    shift_mm: tuple[float, float] = (0.0, 0.0)
    blur_mm: float = 0.07

    def mammogram(self, specks: tuple[tuple[float, float], ...], peak: float = 12.0) -> Mammogram:
        """Draw a breast of smooth tissue in noise of SD 1, with specks at these places."""
        shape = (round(80.0 / self.pitch_mm), round(45.0 / self.pitch_mm))
        rng = np.random.default_rng(self.seed)
        down, right = (
            axis * self.pitch_mm - moved
            for axis, moved in zip(np.indices(shape, np.float32), self.shift_mm, strict=True)
        )
        breast = ((down - 40.0) / 36.0) ** 2 + (right / 36.0) ** 2 < 1.0
        tissue = 8.0 * np.sin(down / 3.0 + np.sin(right / 4.0)) + 40.0
        # Larger pixels gather more light.
        noise = rng.normal(size=shape).astype(np.float32) * 0.1 / self.pitch_mm
        # Thicker, and noisier, behind the skin than at it.
        depth = np.sqrt(np.maximum(1.0 - ((down - 40.0) / 36.0) ** 2 - (right / 36.0) ** 2, 0.0))
        pixels = 100.0 + np.where(breast, tissue + 150.0 * depth + noise, 0.1 * noise)
        for row, column in specks:
            away = (down - row) ** 2 + (right - column) ** 2
            sigma = np.hypot(0.12, self.blur_mm)
            # The same calcium, spread wider.
            lower = (0.12**2 + 0.07**2) / sigma**2
            pixels += peak * lower * np.exp(-away / (2.0 * sigma**2))
        return Mammogram(
            uid=str(self.seed),
            pixels=pixels.astype(np.float32),
            spacing=Spacing(
                row_mm=self.pitch_mm, column_mm=self.pitch_mm, source=SpacingSource.SIMULATED
            ),
        )


def registration(shift_mm: tuple[float, float] = SHIFT_MM) -> Registration:
    """A field that is the same shift everywhere: prior place = current place + shift."""
    rows, columns = 42, 24
    ones = np.ones((rows, columns))
    to_prior = np.stack([ones * shift_mm[0], ones * shift_mm[1]]).astype(np.float32)
    quality = RegistrationQuality(
        likeness=0.8,
        likeness_by_chance=0.1,
        agreement=0.9,
        overlap=0.9,
        outline_mm=1.0,
        folded=0.0,
        inverse_mm=0.0,
    )
    shown = ones.astype(np.uint8)
    return Registration(
        grid_mm=GRID_MM,
        to_prior=to_prior,
        to_current=-to_prior,
        shown_in_prior=shown,
        shown_in_current=shown,
        quality=quality,
        succeeded=True,
        method="known",
    )


def strongest(picture: NDArray[np.float32], place: tuple[float, float], pitch: float) -> float:
    """The value farthest from 0 within 0.4 mm of a place of the current view."""
    row, column = (round(mm / pitch) for mm in place)
    reach = round(0.4 / pitch)
    near = picture[row - reach : row + reach + 1, column - reach : column + reach + 1]
    return float(near.flat[int(np.abs(near).argmax())])


CURRENT = Drawn(seed=1).mammogram(STAYED + NEW)
PRIOR = Drawn(seed=2, shift_mm=SHIFT_MM).mammogram(STAYED + GONE)


def test_new_is_bright_gone_is_dark_and_what_stayed_cancels() -> None:
    picture = subtracted(CURRENT, PRIOR, registration())
    assert picture.shape == CURRENT.shape
    assert picture.dtype == np.float32
    assert min(strongest(picture, place, 0.1) for place in NEW) > 12.0
    assert max(strongest(picture, place, 0.1) for place in GONE) < -12.0
    assert max(abs(strongest(picture, place, 0.1)) for place in STAYED) < 5.0


@pytest.mark.parametrize("off_mm", [0.4, 1.2])
def test_a_field_that_is_a_little_wrong_does_not_make_old_particles_new(off_mm: float) -> None:
    wrong = registration((SHIFT_MM[0] + off_mm, SHIFT_MM[1] - off_mm))
    picture = subtracted(CURRENT, PRIOR, wrong)
    plain = subtracted(CURRENT, PRIOR, wrong, tolerance_mm=0.0)
    assert max(abs(strongest(picture, place, 0.1)) for place in STAYED) < 5.0
    assert min(strongest(picture, place, 0.1) for place in NEW) > 12.0
    # Pixel against pixel more is left, although the same shifts were found.
    left = [sum(abs(strongest(one, p, 0.1)) for p in STAYED) for one in (picture, plain)]
    assert left[0] < left[1]


def test_a_prior_of_another_pitch_and_sharpness_still_cancels() -> None:
    coarse = Drawn(seed=3, pitch_mm=0.15, shift_mm=SHIFT_MM, blur_mm=0.1)
    picture = subtracted(CURRENT, coarse.mammogram(STAYED + GONE), registration())
    assert picture.shape == CURRENT.shape
    assert max(abs(strongest(picture, place, 0.1)) for place in STAYED) < 5.0
    assert min(strongest(picture, place, 0.1) for place in NEW) > 12.0


def test_where_the_prior_shows_no_breast_nothing_is_said() -> None:
    away = registration((SHIFT_MM[0] + 400.0, SHIFT_MM[1]))
    assert not subtracted(CURRENT, PRIOR, away).any()


def test_outside_the_breast_nothing_is_said() -> None:
    picture = subtracted(CURRENT, PRIOR, registration())
    assert not picture[:, 400:].any()


def test_the_same_pair_gives_the_same_bytes_and_keeps_its_pixels() -> None:
    before = CURRENT.pixels.copy()
    once, again = (subtracted(CURRENT, PRIOR, registration()) for _ in range(2))
    assert once.tobytes() == again.tobytes()
    assert np.array_equal(before, CURRENT.pixels)


def test_grey_scale_and_offset_of_either_view_do_not_matter() -> None:
    other = replace(PRIOR, pixels=np.asarray(7.0 * PRIOR.pixels + 1000.0, np.float32))
    first, second = (subtracted(CURRENT, one, registration()) for one in (PRIOR, other))
    # Rounding may tip a pixel over a threshold; nothing else differs.
    assert (np.abs(first - second) > 0.05).mean() < 1e-4


def test_unknown_spacing_is_refused() -> None:
    with pytest.raises(SpacingError, match="unknown pixel spacing"):
        subtracted(CURRENT, replace(PRIOR, spacing=None), registration())


def test_pixels_that_are_not_square_are_laid_right() -> None:
    assert PRIOR.spacing is not None
    taller = replace(
        PRIOR,
        pixels=np.asarray(
            cv2.resize(PRIOR.pixels, None, fx=1.0, fy=0.8, interpolation=cv2.INTER_AREA), np.float32
        ),
        spacing=replace(PRIOR.spacing, row_mm=PRIOR.spacing.row_mm / 0.8),
    )
    picture = subtracted(CURRENT, taller, registration())
    assert max(strongest(picture, place, 0.1) for place in STAYED) < 5.0
    assert max(strongest(picture, place, 0.1) for place in GONE) < -12.0
