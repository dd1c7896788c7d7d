"""Analytic objects on noise, for the tests of measurement."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from calcsight.terms.stages import Box, Candidates, FlatView

Place = tuple[float, float]
Cover = NDArray[np.float32]
_FINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A rectangle of plain background on which objects are drawn; lengths in mm.

    Places are `row, column` from the centre of the first pixel. Objects are drawn on a grid
    four times finer, blurred by a Gaussian and averaged over each pixel.
    """

    row_mm: float = 0.07
    column_mm: float = 0.07
    rows: int = 140
    columns: int = 140
    fwhm_mm: float = 0.15

    @property
    def middle(self) -> Place:
        return (self.rows - 1) / 2 * self.row_mm, (self.columns - 1) / 2 * self.column_mm

    def _grid(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        down = ((np.arange(self.rows * _FINE) + 0.5) / _FINE - 0.5) * self.row_mm
        across = ((np.arange(self.columns * _FINE) + 0.5) / _FINE - 0.5) * self.column_mm
        return down[:, None], across[None, :]

    def disc(self, place: Place, diameter_mm: float) -> Cover:
        down, across = self._grid()
        away = np.hypot(down - place[0], across - place[1])
        return np.asarray(away <= diameter_mm / 2, np.float32)

    def rod(self, place: Place, length_mm: float, width_mm: float, angle: float) -> Cover:
        """A rod with round ends; `length_mm` over all."""
        down, across = self._grid()
        half = (length_mm - width_mm) / 2
        dr, dc = down - place[0], across - place[1]
        along = np.clip(dr * np.sin(angle) + dc * np.cos(angle), -half, half)
        apart = np.hypot(dr - along * np.sin(angle), dc - along * np.cos(angle))
        return np.asarray(apart <= width_mm / 2, np.float32)

    def blurred(self, cover: Cover) -> NDArray[np.float32]:
        """Blur and bring to pixels."""
        sigma_mm = self.fwhm_mm / (2 * np.sqrt(2 * np.log(2)))
        soft = cv2.GaussianBlur(
            cover,
            (0, 0),
            sigma_mm / self.column_mm * _FINE,
            sigmaY=sigma_mm / self.row_mm * _FINE,
            borderType=cv2.BORDER_REPLICATE,
        )
        parts = np.asarray(soft, np.float32).reshape(self.rows, _FINE, self.columns, _FINE)
        return np.asarray(parts.mean(axis=(1, 3)), np.float32)

    def noise(self, seed: int) -> NDArray[np.float32]:
        return np.random.default_rng(seed).normal(size=(self.rows, self.columns)).astype(np.float32)

    def view(self, pixels: NDArray[np.float32], top: int = 0, left: int = 0) -> FlatView:
        """A view whose background is the Gaussian mean (1.5 mm) and whose noise SD is 1."""
        pitch_mm = float(np.sqrt(self.row_mm * self.column_mm))
        background = cv2.GaussianBlur(
            pixels, (0, 0), 1.5 / self.column_mm, sigmaY=1.5 / self.row_mm
        )
        return FlatView(
            box=Box(top=top, left=left, bottom=top + self.rows, right=left + self.columns),
            pixels=np.ascontiguousarray(pixels, np.float32),
            background=np.asarray(background, np.float32),
            noise=np.ones(pixels.shape, np.float32),
            mask=np.ones(pixels.shape, np.uint8),
            pitch_mm=pitch_mm,
        )

    def candidates(
        self, places: Sequence[Place], scales_mm: Sequence[float], top: int = 0, left: int = 0
    ) -> Candidates:
        """Candidates at these places, in this order."""
        count = len(places)
        return Candidates(
            row=np.array([row / self.row_mm + top for row, _ in places]),
            column=np.array([column / self.column_mm + left for _, column in places]),
            scale_mm=np.array(scales_mm, np.float64).reshape(count),
            response=np.arange(count, 0, -1, dtype=np.float64) + 5.0,
            features=np.arange(count, dtype=np.float64).reshape(count, 1),
            feature_names=("position",),
        )


@pytest.fixture(scope="session")
def sheets() -> type[Sheet]:
    """The class of plain sheets."""
    return Sheet
