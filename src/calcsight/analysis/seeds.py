"""Where tracing starts: the brightest free pixel near a candidate, and its own background."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.field import BLUR_MARGIN_MM, Field, Rectangle
from calcsight.analysis.regions import background_at
from calcsight.terms.stages import FlatView

# Difference filters of ratio 1.6 answer a disc most whose diameter is this many sigmas.
DIAMETER_OF_SCALE = 3.2
# Tracing smooths by this share of the diameter that the scale stands for, at least as set.
_SMOOTHING_SHARE = 0.08
_RING_MM = 0.25
# Noise is also read on a circle this far away, where the particle's own height is not in it.
_NOISE_RADIUS_MM = 3.5
# Circles around a coarse piece.
_CALM_RADII_MM = (3.5, 5.0, 7.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seed:
    """A starting pixel with the window around it.

    Parameters
    ----------
    place : tuple of int
        `row, column` in the box.
    window : Rectangle
    flat : array of the window's shape, float32
        Grey values over the slow background, smoothed.
    peak : float
        `flat` at the seed.
    background : float
        Median of `flat` on the ring around the seed.
    squared_mm : array of the window's shape, float32
        Squared distance from the seed, mm2.
    inner_mm : float
        Inner radius of that ring.
    smoothing_mm : float
    noise : float
        Local noise SD, grey values.
    """

    place: tuple[int, int]
    window: Rectangle
    flat: NDArray[np.float32]
    peak: float
    background: float
    squared_mm: NDArray[np.float32]
    inner_mm: float
    smoothing_mm: float
    noise: float

    @property
    def local(self) -> tuple[int, int]:
        """`row, column` in the window."""
        return self.place[0] - self.window[0], self.place[1] - self.window[1]

    @property
    def contrast(self) -> float:
        """Peak over background, grey values."""
        return self.peak - self.background


def seed_near(
    field: Field, place: tuple[int, int], scale_mm: float, search_mm: float, noise: float
) -> Seed | None:
    """Find the brightest free pixel within `search_mm`, and the background around it.

    Parameters
    ----------
    field : Field
    place : tuple of int
        `row, column` in the box.
    scale_mm : float
        Sigma of the filter that answered most; it sets smoothing and ring.
    search_mm : float
        Half the side of the square that is searched.
    noise : float
        Local noise SD.

    Returns
    -------
    Seed or None
        None when every pixel there lies inside an outline.
    """
    diameter_mm = DIAMETER_OF_SCALE * scale_mm
    inner_mm = 0.75 * diameter_mm + BLUR_MARGIN_MM
    outer_mm = inner_mm + max(_RING_MM, 0.5 * diameter_mm)
    smoothing_mm = max(field.settings.smoothing_mm, _SMOOTHING_SHARE * diameter_mm)
    pixel = (place[0], place[1], place[0] + 1, place[1] + 1)
    window = field.around(pixel, outer_mm + search_mm)
    flat = field.flat(window, smoothing_mm)
    found = _brightest(field, flat, window, field.around(pixel, search_mm))
    if found is None:
        return None
    peak, seed = found
    squared_mm = field.squared_mm(window, seed)
    ring = (squared_mm >= inner_mm**2) & (squared_mm <= outer_mm**2)
    return Seed(
        place=seed,
        window=window,
        flat=flat,
        peak=peak,
        background=background_at(field, flat, window, ring),
        squared_mm=squared_mm,
        inner_mm=inner_mm,
        smoothing_mm=smoothing_mm,
        noise=noise,
    )


def _brightest(
    field: Field, flat: NDArray[np.float32], window: Rectangle, square: Rectangle
) -> tuple[float, tuple[int, int]] | None:
    """Brightest value in a square, outside every outline, and its place in the box."""
    top, left, bottom, right = square
    part = flat[top - window[0] : bottom - window[0], left - window[1] : right - window[1]]
    free = 1 - field.taken(square)
    if not free.any():
        return None
    _, peak, _, (x, y) = cv2.minMaxLoc(part, free)
    return peak, (top + y, left + x)


def noise_near(
    view: FlatView,
    places: NDArray[np.intp],
    row_mm: float,
    column_mm: float,
) -> NDArray[np.float64]:
    """Local noise SD at each place, without what a coarse particle adds to it.

    Parameters
    ----------
    view : FlatView
    places : array (n, 2)
        `row, column` in the box.
    row_mm, column_mm : float

    Returns
    -------
    array (n,), float64
        The view's noise there, or the median of eight places 3.5 mm around when that is less.
    """
    angles = np.arange(8) * (np.pi / 4.0)
    reach = np.stack([np.sin(angles) / row_mm, np.cos(angles) / column_mm], axis=1)
    circle = places[:, None, :] + np.rint(reach * _NOISE_RADIUS_MM).astype(np.intp)
    last = np.array(view.noise.shape) - 1
    kept = np.clip(circle, 0, last)
    around = view.noise[kept[..., 0], kept[..., 1]].astype(np.float64)
    outside = (kept != circle).any(axis=2) | (view.mask[kept[..., 0], kept[..., 1]] == 0)
    around[outside] = np.inf
    here = view.noise[places[:, 0], places[:, 1]].astype(np.float64)
    middle = np.sort(around, axis=1)[:, 3:5].mean(axis=1)
    return np.asarray(np.minimum(here, middle), np.float64)


def calm_noise(
    view: FlatView, place: tuple[int, int], row_mm: float, column_mm: float, noise: float
) -> float:
    """Noise SD around a coarse piece: the least of circles wide enough to lie outside it.

    Parameters
    ----------
    view : FlatView
    place : tuple of int
        `row, column` in the box.
    row_mm, column_mm : float
    noise : float
        Local noise SD; never more than this is returned.
    """
    angles = np.arange(16) * (np.pi / 8.0)
    radii = np.array(_CALM_RADII_MM)[:, None]
    rows = np.rint(place[0] + radii * np.sin(angles) / row_mm).astype(np.intp)
    columns = np.rint(place[1] + radii * np.cos(angles) / column_mm).astype(np.intp)
    height, width = view.noise.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    around = np.where(inside & (view.mask[rows, columns] > 0), view.noise[rows, columns], np.inf)
    middle = np.sort(around.astype(np.float64), axis=1)[:, 7:9].mean(axis=1)
    return min(noise, float(middle.min()))
