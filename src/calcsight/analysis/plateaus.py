"""Flat bright regions: markers, clips, plates and over-exposed film, told from dense calcium."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from calcsight.analysis.filters import box_mean, enlarged, gaussian_mean, shrunk

_GRID_MM = 0.2
_PAD_CELLS = 150
_FINE_MM = 0.1
# A plateau's fine structure is under this share of the breast's median: metal stops every photon
# and saturated pixels stop counting, whereas calcium keeps the noise of what passes.
_FLAT_SHARE = 0.3
_BRIGHT_PERCENTILE = 95.0
# This near the highest grey, as a share of the range, a pixel is clipped (crosses and wires).
_CLIPPED_SHARE = 0.005
_SMALLEST_MM2 = 0.8
# Larger flat regions are plates or over-exposed tissue.
_LARGEST_MM2 = 50.0
# Crosses, wires and letters fill less of their convex hull.
_SMALLEST_SOLIDITY = 0.7
# Nipple balls and other lead markers: discs of this width on or near the skin.
_BALL_MM = (1.2, 4.0)
_BALL_FILL = 0.7
_BALL_FROM_SKIN_MM = 20.0
# Calcium stands out of what surrounds it by this share of the breast's range of grey values.
_STANDS_OUT_SHARE = 0.15
_RING_MM = 1.0
# Halo of edge enhancement and blur around a marker.
_HALO_MM = 0.9


def plateaus(
    pixels: NDArray[np.float32], mask: NDArray[np.uint8], pitch_mm: float
) -> NDArray[np.uint8]:
    """Find bright regions without noise, or clipped, of at least 0.8 mm2, grown by their halo.

    Those that may be dense calcium are not among them: compact, of at most 50 mm2, standing out
    of their surroundings, and no disc of 1.2 to 4 mm near the skin.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        Grey values of the breast box, dense = bright.
    mask : array of the same shape, uint8
        1 inside the breast.
    pitch_mm : float

    Returns
    -------
    array of the same shape, uint8
        1 on plateaus and their halo.
    """
    step = max(1, round(_GRID_MM / pitch_mm))
    level = shrunk(pixels, step)
    inside = shrunk(mask, step) > 0.5
    flat = _flat_and_bright(pixels, level, inside, pitch_mm)
    if flat is None:
        return np.zeros_like(mask)
    left_out = np.zeros(level.shape, np.uint8)
    judge = _Calcium.of(level, inside, step * pitch_mm)
    outlines, _ = cv2.findContours(flat, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        if judge.area_mm2(outline) >= _SMALLEST_MM2 and not judge.may_be_calcium(outline):
            cv2.drawContours(left_out, [outline], -1, (1,), -1)
    if not left_out.any():
        return np.zeros_like(mask)
    width = 2 * max(1, round(_HALO_MM / (step * pitch_mm))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    grown = np.asarray(cv2.dilate(left_out, disc), np.float32)
    return (enlarged(grown, pixels.shape) > 0.5).astype(np.uint8)


def _flat_and_bright(
    pixels: NDArray[np.float32],
    level: NDArray[np.float32],
    inside: NDArray[np.bool_],
    pitch_mm: float,
) -> NDArray[np.uint8] | None:
    """Mark noiseless bright and clipped parts on the coarse grid; None when there is none."""
    if not inside.any():
        return None
    step = max(1, round(_GRID_MM / pitch_mm))
    fine = np.abs(pixels - gaussian_mean(pixels, max(0.5, _FINE_MM / pitch_mm)))
    roughness = box_mean(shrunk(fine, step), 3)
    flat = roughness <= _FLAT_SHARE * float(np.median(roughness[inside]))
    bright = level >= float(np.percentile(level[inside], _BRIGHT_PERCENTILE))
    lowest, highest = float(pixels.min()), float(pixels.max())
    top = highest - _CLIPPED_SHARE * (highest - lowest)
    clipped = shrunk((pixels >= top).astype(np.float32), step) > 0.5
    found = ((flat & bright) | clipped) & inside
    return found.astype(np.uint8) if found.any() else None


@dataclass(frozen=True, slots=True, eq=False)
class _Calcium:
    """Tells which flat regions of the coarse grid may be dense calcium."""

    level: NDArray[np.float32]
    from_skin_mm: NDArray[np.float32]
    grid_mm: float
    needed_step: float

    @classmethod
    def of(
        cls, level: NDArray[np.float32], inside: NDArray[np.bool_], grid_mm: float
    ) -> "_Calcium":
        # The image edge is no skin: it is continued outwards.
        padded = np.pad(inside.astype(np.uint8), _PAD_CELLS, mode="edge")
        distance = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3), np.float32)
        low, high = np.percentile(level[inside], [5.0, 95.0])
        return cls(
            level,
            distance[_PAD_CELLS:-_PAD_CELLS, _PAD_CELLS:-_PAD_CELLS] * np.float32(grid_mm),
            grid_mm,
            _STANDS_OUT_SHARE * float(high - low),
        )

    def area_mm2(self, outline: MatLike) -> float:
        """Area of a region of grid cells: between its outer cells' centres, plus half a cell."""
        perimeter = cv2.arcLength(outline, closed=True)
        return float(cv2.contourArea(outline) + perimeter / 2 + 1) * self.grid_mm**2

    def may_be_calcium(self, outline: MatLike) -> bool:
        """Tell whether a region is compact, inside the image, stands out and is no ball."""
        left, top, width, height = cv2.boundingRect(outline)
        rows, columns = self.level.shape
        if min(left, top) <= 0 or left + width >= columns or top + height >= rows:
            return False
        area_mm2 = self.area_mm2(outline)
        hull_mm2 = self.area_mm2(cv2.convexHull(outline))
        if area_mm2 > _LARGEST_MM2 or area_mm2 < _SMALLEST_SOLIDITY * hull_mm2:
            return False
        (column, row), radius = cv2.minEnclosingCircle(outline)
        width_mm = (2.0 * radius + 1.0) * self.grid_mm
        round_share = area_mm2 / (np.pi / 4.0 * width_mm**2)
        at_skin = float(self.from_skin_mm[round(row), round(column)]) < _BALL_FROM_SKIN_MM
        if at_skin and round_share > _BALL_FILL and _BALL_MM[0] <= width_mm <= _BALL_MM[1]:
            return False
        return self._rise(outline) >= self.needed_step

    def _rise(self, outline: MatLike) -> float:
        """Mean grey value of a region over that of a ring around it."""
        region = cv2.drawContours(np.zeros(self.level.shape, np.uint8), [outline], -1, (1,), -1)
        width = 2 * max(1, round(_RING_MM / self.grid_mm)) + 1
        grown = cv2.dilate(region, np.ones((width, width), np.uint8))
        core = cv2.dilate(region, np.ones((3, 3), np.uint8))
        ring = np.asarray(cv2.subtract(grown, core)) > 0
        if not ring.any():
            return 0.0
        return float(self.level[np.asarray(region) > 0].mean() - np.median(self.level[ring]))
