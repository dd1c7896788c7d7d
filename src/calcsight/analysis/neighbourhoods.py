"""What a learned judge looks at: small pictures of each candidate and of what lies around it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import shrunk
from calcsight.terms.stages import FlatView

Pictures = NDArray[np.float32]

# Contrast of this many SD is where the compression of bright things begins.
_LINEAR_TO_SD = 2.0
# Pictures sampled at once; OpenCV maps at most 32767 rows.
_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A square around a candidate, sampled on a fixed grid in mm whatever the pixel pitch.

    Parameters
    ----------
    side_px : int
        Samples along one side.
    step_mm : float
        Distance between samples.
    """

    side_px: int
    step_mm: float

    @property
    def offsets_mm(self) -> NDArray[np.float64]:
        """Where the samples of one side lie from the candidate, mm, shape (side_px,)."""
        return np.asarray((np.arange(self.side_px) - (self.side_px - 1) / 2.0) * self.step_mm)


FINE = Field(side_px=32, step_mm=0.05)
CONTEXT = Field(side_px=64, step_mm=0.15)


def contrast_pictures(view: FlatView, points: NDArray[np.float64], field: Field) -> Pictures:
    """Sample the contrast around each point, in local noise SD, bright things compressed.

    Contrast is (grey - background) / noise, averaged over whole pixels to cells of about the step,
    then arcsinh(contrast / 2 SD): linear for faint things, logarithmic for bright ones.

    Parameters
    ----------
    view : FlatView
    points : array (n, 2)
        `row, column` in the box.
    field : Field

    Returns
    -------
    array (n, side_px, side_px), float32
        What lies beyond the image repeats its edge.
    """
    contrast = (view.pixels - view.background) / view.noise
    step = max(1, round(field.step_mm / view.pitch_mm))
    grid = field.offsets_mm / view.pitch_mm
    pictures = _sampled(shrunk(contrast, step), (points + 0.5) / step - 0.5, grid / step)
    # Averaging over step x step pixels divides their noise by about `step`.
    pictures *= np.float32(step / _LINEAR_TO_SD)
    return np.arcsinh(pictures, out=pictures)


def neighbour_pictures(
    view: FlatView, points: NDArray[np.float64], evidence: NDArray[np.float64], field: Field
) -> Pictures:
    """Draw the other candidates around each point as dots, as bright as their evidence.

    Parameters
    ----------
    view : FlatView
    points : array (n, 2)
        `row, column` in the box.
    evidence : array (n,)
        0-1; where two fall on one sample the larger stands.
    field : Field

    Returns
    -------
    array (n, side_px, side_px), float32, 0-1
    """
    scale = view.pitch_mm / field.step_mm
    cells = np.floor((points + 0.5) * scale).astype(np.intp)
    half = field.side_px // 2
    size = np.ceil(np.array(view.pixels.shape) * scale).astype(int) + 2 * field.side_px
    dots = np.zeros(size, np.float32)
    np.maximum.at(dots, (cells[:, 0] + half, cells[:, 1] + half), evidence.astype(np.float32))
    windows = np.lib.stride_tricks.sliding_window_view(dots, (field.side_px, field.side_px))
    return np.ascontiguousarray(windows[cells[:, 0], cells[:, 1]])


def _sampled(image: Pictures, points: NDArray[np.float64], grid: NDArray[np.float64]) -> Pictures:
    """Interpolate squares of `grid` offsets around each point."""
    side = len(grid)
    pictures = np.empty((len(points), side, side), np.float32)
    for start in range(0, len(points), _AT_ONCE):
        some = points[start : start + _AT_ONCE]
        rows = np.broadcast_to((some[:, 0, None] + grid)[:, :, None], (len(some), side, side))
        columns = np.broadcast_to((some[:, 1, None] + grid)[:, None, :], (len(some), side, side))
        maps = [np.ascontiguousarray(at.reshape(-1, side), np.float32) for at in (columns, rows)]
        mapped = cv2.remap(
            image, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        pictures[start : start + _AT_ONCE] = mapped.reshape(len(some), side, side)
    return pictures
