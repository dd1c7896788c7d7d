"""Where particles are traced: a flattened breast, its pitch, and what is already outlined."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.terms.settings import MeasurementSettings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import FlatView

# (top, left, bottom, right) in pixels of the breast box, half-open.
Rectangle = tuple[int, int, int, int]


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
        1 inside the outlines found so far; written to as tracing goes on.
    """

    view: FlatView
    row_mm: float
    column_mm: float
    settings: MeasurementSettings
    outlined: NDArray[np.uint8]

    @classmethod
    def of(cls, view: FlatView, spacing: Spacing | None, settings: MeasurementSettings) -> "Field":
        """Start with nothing outlined."""
        return cls(
            view=view,
            row_mm=spacing.row_mm if spacing else view.pitch_mm,
            column_mm=spacing.column_mm if spacing else view.pitch_mm,
            settings=settings,
            outlined=np.zeros(view.pixels.shape, np.uint8),
        )

    @property
    def pixel_mm2(self) -> float:
        """Area of one pixel, mm2."""
        return self.row_mm * self.column_mm

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
