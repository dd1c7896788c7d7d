"""Masks: which pixels were marked, as outlines of particles or of regions."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.data_sets.shapes import Mark, polygon
from calcsight.terms.errors import UsageError

MOST_PARTS = 20_000
# Masks stretched differently along rows and columns by more than this do not fit their image.
MOST_DISTORTION = 0.02
# Part of a region's mask: below this share it is a stray speck of its reader's pen.
_SMALLEST_SHARE = 0.1
# Particles are a few pixels wide: an outline through pixel centres would lose one of them.
_FINER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a mask of one size lies on an image of another.

    Parameters
    ----------
    row_factor, column_factor : float
        Image pixels for each pixel of the mask.
    """

    row_factor: float
    column_factor: float

    @classmethod
    def of(cls, mask: tuple[int, int], image: tuple[int, int] | None) -> "Fit":
        """Compare sizes (rows, columns); an image of unknown size is taken to fit."""
        if image is None:
            return cls(row_factor=1.0, column_factor=1.0)
        return cls(row_factor=image[0] / mask[0], column_factor=image[1] / mask[1])

    @property
    def exact(self) -> bool:
        """Mask and image have one size."""
        return self.row_factor == 1.0 == self.column_factor

    @property
    def distorted(self) -> bool:
        """The two do not have one form, so nobody can say where the mask belongs."""
        ratio = self.row_factor / self.column_factor
        return not 1 / (1 + MOST_DISTORTION) <= ratio <= 1 + MOST_DISTORTION

    def placed(self, points: Numbers) -> Numbers:
        """Move points (n, 2) from the mask to the image: edges fall on edges."""
        factors = np.array([self.row_factor, self.column_factor])
        return np.asarray((points + 0.5) * factors - 0.5, dtype=np.float64)


def marked_particles(marked: NDArray[np.bool_], fit: Fit, smallest_px: int = 1) -> list[Mark]:
    """Return one mark for each connected part (8 neighbours); a hole counts as inside.

    Parameters
    ----------
    marked : array (rows, columns), bool
    fit : Fit
    smallest_px : int
        Parts of fewer pixels are dropped.

    Raises
    ------
    UsageError
        When there are more than 20,000: noise, or no mask.
    """
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8))
    if count - 1 > MOST_PARTS:
        raise UsageError(f"a mask of {count - 1} parts", f"at most {MOST_PARTS} particles")
    marks = []
    for part in range(1, count):
        left, top, width, height, size = (int(value) for value in boxes[part])
        if size < smallest_px:
            continue
        own = labels[top : top + height, left : left + width] == part
        fine = np.kron(own.astype(np.uint8), np.ones((_FINER, _FINER), np.uint8))
        outline = _outer(fine)
        middle = _FINER // 2
        points = (outline - middle) / _FINER + np.array([top, left])
        corners = polygon(fit.placed(points))
        filled = np.zeros_like(fine)
        cv2.drawContours(filled, [outline[:, ::-1].astype(np.int32)], -1, 1, cv2.FILLED)
        rows, columns = np.nonzero(filled)
        place = (np.array([rows.mean(), columns.mean()]) - middle) / _FINER + np.array([top, left])
        marks.append(Mark(place=fit.placed(place), outline=corners))
    return marks


def marked_regions(marked: NDArray[np.bool_], fit: Fit) -> list[Numbers]:
    """Return the outlines of a mask's connected parts, largest first, through pixel centres.

    Parts of less than a tenth of the marked area, and those without any, are left out.
    """
    contours, _ = cv2.findContours(
        marked.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    areas = [cv2.contourArea(one) for one in contours]
    total = sum(areas)
    order = sorted(range(len(areas)), key=lambda one: -areas[one])
    outlines = [
        polygon(fit.placed(contours[one].reshape(-1, 2)[:, ::-1].astype(np.float64)))
        for one in order
        if areas[one] >= _SMALLEST_SHARE * total
    ]
    return [outline for outline in outlines if outline is not None]


def _outer(mask: NDArray[np.uint8]) -> Numbers:
    """Return the outer border (k, 2), row and column, of a mask of one part."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=len)
    return np.asarray(largest.reshape(-1, 2)[:, ::-1], dtype=np.float64)
