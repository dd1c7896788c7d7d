"""The breast's outline, thickness, skin and pectoral muscle, chest wall left."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from calcsight.simulation.texture import Field, as_field
from calcsight.terms.mammogram import View

# Height and reach of the skin line as fractions of breast height and depth.
_CC = ((0.0, 0.06), (0.04, 0.34), (0.15, 0.66), (0.3, 0.9), (0.5, 1.0))
_CC_LOWER = ((0.7, 0.9), (0.85, 0.66), (0.96, 0.34), (1.0, 0.06))
_MLO = ((0.0, 0.6), (0.14, 0.6), (0.3, 0.68), (0.48, 0.88), (0.64, 1.0))
_MLO_LOWER = ((0.78, 0.86), (0.89, 0.54), (0.95, 0.26), (0.985, 0.1), (1.0, 0.04))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canvas:
    """Geometry of one view on a coarse grid, on which tissue is built.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns) of the coarse grid.
    pitch_mm : float
        Distance between its points.
    mask : array, uint8
        1 inside the breast.
    depth : array, float32
        Distance to the skin line, mm; 0 outside.
    nipple_mm : tuple of float
        (down, right), mm from the centre of the top left point.
    view : View
    """

    shape: tuple[int, int]
    pitch_mm: float
    mask: NDArray[np.uint8]
    depth: Field
    nipple_mm: tuple[float, float]
    view: View

    def toward_nipple(self) -> tuple[Field, Field]:
        """Return unit vectors (down, right) that point to the nipple, at each point."""
        rows, columns = np.indices(self.shape, dtype=np.float32)
        down = np.float32(self.nipple_mm[0] / self.pitch_mm) - rows
        right = np.float32(self.nipple_mm[1] / self.pitch_mm) - columns
        length = np.sqrt(down**2 + right**2) + np.float32(4.0)
        return down / length, right / length


def draw_canvas(
    rng: np.random.Generator, view: View, field_mm: tuple[float, float], pitch_mm: float
) -> Canvas:
    """Draw the skin line of one view.

    Parameters
    ----------
    rng : numpy.random.Generator
    view : View
        CC (half an ellipse) or MLO (open at the axilla).
    field_mm : tuple of float
        Height and width of the image, mm.
    pitch_mm : float
        Distance between points of the coarse grid, mm.
    """
    upper, lower = (_CC, _CC_LOWER) if view is View.CC else (_MLO, _MLO_LOWER)
    points = np.array(upper + lower, dtype=np.float64)
    points[1:-1, 1] *= 1.0 + rng.uniform(-0.04, 0.04, len(points) - 2)
    top = 0.0 if view is View.MLO else rng.uniform(0.03, 0.09)
    height = field_mm[0] * (rng.uniform(0.88, 0.97) - top)
    reach = field_mm[1] * rng.uniform(0.8, 0.9)
    down_mm = field_mm[0] * top + points[:, 0] * height
    skin = PchipInterpolator(down_mm, points[:, 1] * reach)
    shape = (int(np.ceil(field_mm[0] / pitch_mm)), int(np.ceil(field_mm[1] / pitch_mm)))
    rows_mm = np.arange(shape[0], dtype=np.float64) * pitch_mm
    inside = (rows_mm >= down_mm[0]) & (rows_mm <= down_mm[-1])
    skin_mm = np.asarray(skin(np.clip(rows_mm, down_mm[0], down_mm[-1])), dtype=np.float64)
    edge_mm = np.where(inside, skin_mm, -1.0)
    nipple_row = int(np.argmax(edge_mm))
    edge_mm = _with_nipple(rng, rows_mm, np.asarray(edge_mm, np.float64), nipple_row)
    mask = (np.arange(shape[1])[None, :] * pitch_mm < edge_mm[:, None]).astype(np.uint8)
    depth = _depth_mm(mask, view, pitch_mm)
    return Canvas(
        shape=shape,
        pitch_mm=pitch_mm,
        mask=(depth > 0).astype(np.uint8),
        depth=depth,
        nipple_mm=(nipple_row * pitch_mm, float(edge_mm[nipple_row])),
        view=view,
    )


def _depth_mm(mask: NDArray[np.uint8], view: View, pitch_mm: float) -> Field:
    """Return the distance to the skin line, mm, 0 outside; smooth below one grid step."""
    # The chest wall (and the axilla on MLO) is where the image ends, not skin.
    walled = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    walled[:, 0] = walled[:, 1]
    if view is View.MLO:
        walled[0] = walled[1]
    inward = cv2.distanceTransform(walled, cv2.DIST_L2, 5)
    outward = cv2.distanceTransform(1 - walled, cv2.DIST_L2, 5)
    signed = cv2.GaussianBlur(inward - outward, (0, 0), 1.5)[1:-1, 1:-1]
    return as_field(np.maximum(signed * np.float32(pitch_mm), np.float32(0.0)))


def _with_nipple(
    rng: np.random.Generator,
    rows_mm: NDArray[np.float64],
    edge_mm: NDArray[np.float64],
    nipple_row: int,
) -> NDArray[np.float64]:
    """Push the skin line out where the nipple is."""
    bump = rng.uniform(0.0, 6.0) * np.exp(-(((rows_mm - rows_mm[nipple_row]) / 4.0) ** 4))
    return np.where(edge_mm > 0, edge_mm + bump, edge_mm)


def thickness_profile(depth: Field, roll_mm: float) -> Field:
    """Return the compressed thickness, 0-1: flat inside, a half circle at the skin."""
    inward = np.clip(depth / np.float32(roll_mm), 0.0, 1.0)
    return as_field(np.sqrt(1.0 - (1.0 - inward) ** 2))


def pectoral_muscle(rng: np.random.Generator, canvas: Canvas) -> Field:
    """Return the pectoral muscle of an MLO, 0-1 with a soft edge; zeros on a CC."""
    if canvas.view is not View.MLO:
        return np.zeros(canvas.shape, np.float32)
    rows_mm, columns_mm = np.indices(canvas.shape, dtype=np.float32) * np.float32(canvas.pitch_mm)
    top = canvas.nipple_mm[1] * rng.uniform(0.35, 0.55)
    bottom = canvas.shape[0] * canvas.pitch_mm * rng.uniform(0.5, 0.75)
    bulge = np.float32(rng.uniform(0.0, 0.08) * top)
    along = rows_mm / np.float32(bottom)
    edge = top * (1.0 - along) + bulge * np.sin(np.pi * np.clip(along, 0.0, 1.0))
    soft = np.float32(rng.uniform(0.3, 1.2))
    muscle: Field = (1.0 / (1.0 + np.exp(np.clip((columns_mm - edge) / soft, -30.0, 30.0)))).astype(
        np.float32
    )
    return muscle
