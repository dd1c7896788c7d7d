"""Where particles are traced: a flattened breast, its pitch, and what is already outlined."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.coarseness import cell_px, coarse_places
from calcsight.terms.settings import MeasurementSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import FlatView

# (top, left, bottom, right) in pixels of the breast box, half-open.
Rectangle = tuple[int, int, int, int]
# Pixels nearer than this to an outline at half contrast still hold the particle's blur.
BLUR_MARGIN_MM = 0.15
# The background of a particle is looked for no farther than this beyond the blur.
_SHELL_MM = 0.45
_REACH_MM = 4.5
# Narrower regions than this have no hole to speak of.
_HOLES_FROM_PX = 5
THREE_BY_THREE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """The breast box on which particles are traced one after the other.

    Parameters
    ----------
    view : FlatView
    row_mm, column_mm : float
        Distance between pixel centres, mm (the assumed pitch when the spacing is unknown).
    settings : MeasurementSettings
    outlined : array of the box's shape, uint8
        1 inside the outlines found so far; written to by `take`.
    usable : array of the box's shape, uint8
        1 where background may be read: in the mask and in no outline; written to by `take`.
    pitch : array (2,), float32
        `column_mm, row_mm`, in the order of outline points.
    squares : array (odd, odd), float32
        Squared distance of each pixel from the middle one, mm2.
    blur_kernel, shell_kernel : arrays (odd, odd), uint8
        Ones: they grow a region by its blur, and further by the shell of its background.
    coarse : array, uint8
        1 where a coarse piece may lie; the box, shrunk (see `coarse_places`).
    specks : array of the box's shape, uint8
        1 at each candidate of a narrow filter; written to by `mark_specks`.
    """

    view: FlatView
    row_mm: float
    column_mm: float
    settings: MeasurementSettings
    outlined: NDArray[np.uint8]
    usable: NDArray[np.uint8]
    pitch: NDArray[np.float32]
    squares: NDArray[np.float32]
    blur_kernel: NDArray[np.uint8]
    shell_kernel: NDArray[np.uint8]
    coarse: NDArray[np.uint8]
    specks: NDArray[np.uint8]

    @classmethod
    def of(cls, view: FlatView, spacing: Spacing | None, settings: MeasurementSettings) -> "Field":
        """Start with nothing outlined."""
        row_mm = spacing.row_mm if spacing else view.pitch_mm
        column_mm = spacing.column_mm if spacing else view.pitch_mm
        return cls(
            view=view,
            row_mm=row_mm,
            column_mm=column_mm,
            settings=settings,
            outlined=np.zeros(view.pixels.shape, np.uint8),
            usable=(view.mask > 0).view(np.uint8),
            pitch=np.array([column_mm, row_mm], np.float32),
            squares=_squares(row_mm, column_mm),
            blur_kernel=_ones(BLUR_MARGIN_MM, row_mm, column_mm),
            shell_kernel=_ones(_SHELL_MM, row_mm, column_mm),
            coarse=coarse_places(view, math.sqrt(row_mm * column_mm)),
            specks=np.zeros(view.pixels.shape, np.uint8),
        )

    @property
    def pixel_mm2(self) -> float:
        """Area of one pixel, mm2."""
        return self.row_mm * self.column_mm

    def coarse_at(self, place: tuple[int, int]) -> bool:
        """Tell whether a coarse piece may lie at a place of the box."""
        step = cell_px(math.sqrt(self.pixel_mm2))
        return bool(self.coarse[place[0] // step, place[1] // step])

    def rule_out_coarse(self, place: tuple[int, int]) -> None:
        """Note that no coarse piece lies around a place of the box; tried once, not again."""
        step = cell_px(math.sqrt(self.pixel_mm2))
        row, column = place[0] // step, place[1] // step
        self.coarse[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0

    def around(self, rectangle: Rectangle, reach_mm: float) -> Rectangle:
        """Grow a rectangle by `reach_mm` on each side, cut at the box's edges."""
        rows, columns = int(reach_mm / self.row_mm) + 1, int(reach_mm / self.column_mm) + 1
        height, width = self.view.pixels.shape
        top, left, bottom, right = rectangle
        return (
            max(0, top - rows),
            max(0, left - columns),
            min(height, bottom + rows),
            min(width, right + columns),
        )

    def sides_mm(self, rectangle: Rectangle) -> tuple[float, float]:
        """Height and width of a rectangle, mm."""
        top, left, bottom, right = rectangle
        return (bottom - top) * self.row_mm, (right - left) * self.column_mm

    def at_edge(self, rectangle: Rectangle) -> bool:
        """Tell whether a rectangle touches an edge of the box."""
        height, width = self.view.pixels.shape
        top, left, bottom, right = rectangle
        return top <= 0 or left <= 0 or bottom >= height or right >= width

    def taken(self, window: Rectangle) -> NDArray[np.uint8]:
        """Return the part of `outlined` in a window (a view)."""
        top, left, bottom, right = window
        return self.outlined[top:bottom, left:right]

    def squared_mm(self, window: Rectangle, place: tuple[int, int]) -> NDArray[np.float32]:
        """Squared distance of each pixel of a window from a place in the box, mm2."""
        row, column = self.squares.shape[0] // 2, self.squares.shape[1] // 2
        top, left, bottom, right = window
        top, bottom = top - place[0] + row, bottom - place[0] + row
        left, right = left - place[1] + column, right - place[1] + column
        if min(top, left) < 0 or bottom > 2 * row + 1 or right > 2 * column + 1:
            return _squared(
                np.arange(top - row, bottom - row) * self.row_mm,
                np.arange(left - column, right - column) * self.column_mm,
            )
        return self.squares[top:bottom, left:right]

    def mark_specks(self, places: NDArray[np.intp]) -> None:
        """Note where specks may be: `row, column` (n, 2) in the box."""
        self.specks[places[:, 0], places[:, 1]] = 1

    def take(self, rectangle: Rectangle, inside: NDArray[np.uint8]) -> None:
        """Mark pixels of a rectangle (1 inside, 0 elsewhere) and the holes in them as taken."""
        top, left, bottom, right = rectangle
        if min(inside.shape) > _HOLES_FROM_PX:
            lines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            inside = np.asarray(cv2.drawContours(inside.copy(), lines, -1, (1,), -1), np.uint8)
        self.outlined[top:bottom, left:right] |= inside
        self.usable[top:bottom, left:right] &= 1 - inside

    def flat(self, window: Rectangle, smoothing_mm: float) -> NDArray[np.float32]:
        """Grey values over the slow background in a window, smoothed by a Gaussian."""
        top, left, bottom, right = window
        return self.smooth(
            cv2.subtract(
                self.view.pixels[top:bottom, left:right],
                self.view.background[top:bottom, left:right],
            ),
            smoothing_mm,
        )

    def raw(self, window: Rectangle, smoothing_mm: float) -> NDArray[np.float32]:
        """Grey values themselves in a window, smoothed by a Gaussian."""
        top, left, bottom, right = window
        return self.smooth(self.view.pixels[top:bottom, left:right], smoothing_mm)

    def smooth(self, patch: cv2.typing.MatLike, smoothing_mm: float) -> NDArray[np.float32]:
        """Smooth by a Gaussian whose sigma is given in mm."""
        return np.asarray(
            cv2.GaussianBlur(
                patch,
                (0, 0),
                smoothing_mm / self.column_mm,
                sigmaY=smoothing_mm / self.row_mm,
                borderType=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )


def _squares(row_mm: float, column_mm: float) -> NDArray[np.float32]:
    """Squared distances, mm2, in a window that reaches `_REACH_MM` from its middle."""
    rows, columns = int(_REACH_MM / row_mm), int(_REACH_MM / column_mm)
    return _squared(
        np.arange(-rows, rows + 1) * row_mm, np.arange(-columns, columns + 1) * column_mm
    )


def _squared(
    down_mm: NDArray[np.floating[Any]], across_mm: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    return np.asarray(np.add.outer(down_mm**2, across_mm**2), np.float32)


def _ones(margin_mm: float, row_mm: float, column_mm: float) -> NDArray[np.uint8]:
    """Return a kernel of ones that reaches a margin from its middle, one pixel at least."""
    rows, columns = max(1, round(margin_mm / row_mm)), max(1, round(margin_mm / column_mm))
    return np.ones((2 * rows + 1, 2 * columns + 1), np.uint8)
