"""Specks that touch are told apart; one object stays one."""

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from calcsight.analysis.detection import find_candidates
from calcsight.analysis.measurement import measure
from calcsight.terms.limitation import Limitation
from calcsight.terms.settings import DetectionSettings, MeasurementSettings
from calcsight.terms.spacing import Spacing

if TYPE_CHECKING:
    from tests.analysis.conftest import Cover, Sheet

SPACING = Spacing(row_mm=0.07, column_mm=0.07)


def diameters(sheet: "Sheet", cover: "Cover", seed: int, contrast: float) -> list[float]:
    """Sizes of what is found and measured within 2 mm of the middle, mm."""
    view = sheet.view(contrast * sheet.blurred(cover) + sheet.noise(seed))
    candidates = find_candidates(view, DetectionSettings())
    _, particles = measure(view, candidates, SPACING, MeasurementSettings())
    row, column = sheet.middle
    near = [
        one
        for one in particles
        if np.hypot(one.row * 0.07 - row, one.column * 0.07 - column) < 2.0
        and one.contrast_to_noise > 5.0
    ]
    for one in near:
        assert one.diameter_mm is not None
        if one.diameter_mm > 0.4:
            assert Limitation.TRUNCATED_OUTLINE not in one.limitations
    return [one.diameter_mm for one in near if one.diameter_mm is not None]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("apart_mm", [0.45, 0.32])
def test_specks_of_a_tight_group_stay_apart(
    sheets: type["Sheet"], apart_mm: float, seed: int
) -> None:
    sheet = sheets()
    cover = np.zeros((560, 560), np.float32)
    for down in (-1.0, 0.0, 1.0):
        for across in (-1.5, -0.5, 0.5, 1.5):
            place = (
                sheet.middle[0] + down * apart_mm,
                sheet.middle[1] + (across + down / 2) * apart_mm,
            )
            cover = np.maximum(cover, sheet.disc(place, 0.2))
    found = diameters(sheet, cover, seed, 36.0)
    assert len(found) == 12
    assert max(found) < 0.36


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("diameter_mm", [0.6, 1.0, 1.6])
def test_a_rough_piece_stays_one(sheets: type["Sheet"], diameter_mm: float, seed: int) -> None:
    sheet = sheets()
    grain = np.random.default_rng(seed).normal(size=(560, 560)).astype(np.float32)
    grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.12 / 0.07 * 4), np.float32)
    rough = 1.0 + 0.15 * grain / grain.std()
    for contrast in (8.0, 20.0):
        found = diameters(sheet, sheet.disc(sheet.middle, diameter_mm) * rough, seed, contrast)
        assert len(found) == 1
        assert found[0] == pytest.approx(diameter_mm, abs=0.2)
