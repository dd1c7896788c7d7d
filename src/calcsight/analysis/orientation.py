"""Where the chest wall is and whether dense tissue is bright, from the pixels alone.

Used only where a file does not say, or says what cannot be: the result is then a guess that
the reading names as such.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.terms.orientation import Orientation

_WORKING_SIDE_PX = 256
_GAMMA = 0.5
_SMALLEST_FRACTION = 0.02
_SURE_MARGIN = 0.2
_FRAME_FRACTION = 0.02
_SMALLEST_SIDE_PX = 16


class Side(StrEnum):
    """A side of the image."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"

    @property
    def opposite(self) -> "Side":
        """The side across."""
        return _OPPOSITE[self]


_OPPOSITE = {
    Side.LEFT: Side.RIGHT,
    Side.RIGHT: Side.LEFT,
    Side.TOP: Side.BOTTOM,
    Side.BOTTOM: Side.TOP,
}
_ORIENTATIONS = {
    Side.LEFT: Orientation(),
    Side.RIGHT: Orientation(columns_reversed=True),
    Side.TOP: Orientation(transposed=True, rows_reversed=True),
    Side.BOTTOM: Orientation(transposed=True, columns_reversed=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """How much of each side of its own frame the brightest large region lies along.

    Parameters
    ----------
    lengths : dict of Side to float
        Length along the side over the longer side of the image, 0-1.
    area_fraction : float
        Area of the region over the area of the image, 0-1.
    """

    lengths: dict[Side, float]
    area_fraction: float

    @property
    def chest_wall(self) -> Side:
        """The side with the longest contact; left when nothing is found."""
        return max(self.lengths, key=lambda side: self.lengths[side])

    def speak_against(self, stated: Side) -> bool:
        """Tell whether a stated chest wall is impossible: hardly a contact, a long one across."""
        here, across = self.lengths[stated], self.lengths[stated.opposite]
        return self.area_fraction > 0.1 and here < 0.2 and across > max(0.3, 2.5 * here)


def side_contacts(pixels: NDArray[Any]) -> Contacts:
    """Measure along which side the breast lies straight, as it does along the chest wall.

    Everywhere else the outline of a breast is round, so that only a short piece of it lies
    along a side. The frame is that of the breast, not of the image: padding does not matter.

    Parameters
    ----------
    pixels : array (rows, columns)
        Dense = bright. A coarse copy does.
    """
    region = _largest_bright_region(pixels)
    if region is None:
        return Contacts(lengths=dict.fromkeys(Side, 0.0), area_fraction=0.0)
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    framed = region[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(region.shape)
    lengths = {
        Side.LEFT: framed[:, :2].any(1).sum() / longest,
        Side.RIGHT: framed[:, -2:].any(1).sum() / longest,
        Side.TOP: framed[:2].any(0).sum() / longest,
        Side.BOTTOM: framed[-2:].any(0).sum() / longest,
    }
    return Contacts(
        lengths={side: float(length) for side, length in lengths.items()},
        area_fraction=float(region.mean()),
    )


def orientation_with_chest_wall(side: Side) -> Orientation:
    """Return how to bring a chest wall on this side to the left, by a turn where it can be."""
    return _ORIENTATIONS[side]


def dense_is_bright(pixels: NDArray[Any]) -> bool | None:
    """Tell from the air whether dense tissue is bright; None when it cannot be told.

    Of the two possible breasts, the brightest and the darkest large region, the true one is
    convex and leaves most of the image's edge to the air; the air lies around it.

    Parameters
    ----------
    pixels : array (rows, columns)
        Either polarity. A coarse copy does.
    """
    values = _coarse(pixels)
    # Twice, with and without the margin: digitised film may have a white frame there.
    rows, columns = (int(n * _FRAME_FRACTION) for n in values.shape)
    inner = values[rows : values.shape[0] - rows, columns : values.shape[1] - columns]
    margin = sum(_likeness(v) - _likeness(v.max(initial=0.0) - v) for v in (values, inner))
    return None if abs(margin) < _SURE_MARGIN else margin > 0.0


def _likeness(pixels: NDArray[np.float32]) -> float:
    """Score how much the largest bright region looks like a breast: convex, off the edges."""
    region = _largest_bright_region(pixels)
    if region is None:
        return 0.0
    outlines, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull_area = max(cv2.contourArea(cv2.convexHull(outline)) for outline in outlines)
    edge = np.concatenate([region[0], region[-1], region[:, 0], region[:, -1]])
    return float(region.sum() / max(hull_area, 1.0) - edge.mean())


def _largest_bright_region(pixels: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return the mask of the largest bright region on a coarse copy; None when there is none."""
    coarse = _coarse(pixels)
    if min(coarse.shape) < _SMALLEST_SIDE_PX:
        return None
    low, high = np.percentile(coarse, (0.5, 99.5))
    if not high > low:
        return None
    grey = np.clip((coarse - low) / (high - low), 0.0, 1.0) ** _GAMMA * 255.0
    _, bright = cv2.threshold(grey.astype(np.uint8), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    opened = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    region: NDArray[np.uint8] = (labels == largest).astype(np.uint8)
    return region if region.mean() > _SMALLEST_FRACTION else None


def _coarse(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Shrink to at most 256 pixels a side."""
    shrink = max(pixels.shape) / _WORKING_SIDE_PX
    values: NDArray[np.float32] = np.ascontiguousarray(pixels, dtype=np.float32)
    if shrink <= 1.0:
        return values
    rows, columns = (max(1, round(n / shrink)) for n in pixels.shape)
    small = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)
