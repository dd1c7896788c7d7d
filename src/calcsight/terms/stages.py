"""What the steps of one reading hand to each other, all in the reading frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of pixels, half-open: rows [top, bottom), columns [left, right)."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index an array with `array[box.slices]`."""
        return (slice(self.top, self.bottom), slice(self.left, self.right))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Breast:
    """Where the breast is.

    Parameters
    ----------
    box : Box
        The part of the image that holds the breast, reading frame.
    mask : array (rows, columns) of the box, uint8
        1 inside the breast, 0 elsewhere.
    area_px : int
        Number of pixels inside.
    tip_row, tip_column : float
        The point of the breast farthest from the chest wall, which leans in an oblique view,
        reading frame: a crude stand-in for the nipple.
    """

    box: Box
    mask: NDArray[np.uint8]
    area_px: int
    tip_row: float
    tip_column: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlatView:
    """The breast with its slow background removed, in units of local noise.

    Parameters
    ----------
    box : Box
        Where `pixels` lie in the reading frame.
    pixels : array (rows, columns) of the box, float32
        The grey values themselves, dense = bright; at the skin and beyond it the background
        goes on.
    background : array of the same shape, float32
        Slowly varying background, grey values.
    noise : array of the same shape, float32
        Local standard deviation about the background (3 mm across), grey values, > 0.
    mask : array of the same shape, uint8
        1 where a particle may lie: inside the breast, away from its edge and from artefacts.
    pitch_mm : float
        Distance between pixel centres, mm (the assumed one when the spacing is unknown).
    plateau_left_out : bool
        A flat bright region (marker, plate, over-exposure) was taken out of `mask`.
    """

    box: Box
    pixels: NDArray[np.float32]
    background: NDArray[np.float32]
    noise: NDArray[np.float32]
    mask: NDArray[np.uint8]
    pitch_mm: float
    plateau_left_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Places where a particle may be, strongest first, one entry each.

    Parameters
    ----------
    row, column : arrays (n,), float64
        Centres in the reading frame, 0-based pixel centres.
    scale_mm : array (n,), float64
        Sigma of the matched filter that answered most, mm.
    response : array (n,), float64
        Answer of that filter in its own local noise SD.
    features : array (n, k), float64
        What the judge weighs; the columns are named by `feature_names`.
    feature_names : tuple of str
    cut : bool
        More candidates were found than the limit and the weakest left out.
    """

    row: NDArray[np.float64]
    column: NDArray[np.float64]
    scale_mm: NDArray[np.float64]
    response: NDArray[np.float64]
    features: NDArray[np.float64]
    feature_names: tuple[str, ...]
    cut: bool = False
