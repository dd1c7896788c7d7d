"""Marks put into a picture: soft ovals, lines and places for them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.texture import Field, as_field

_WHOLE = ((255, 0.0),)
_FADING = ((50, 0.0), (100, 0.06), (150, 0.12), (205, 0.18), (255, 0.24))


def place_inside(
    rng: np.random.Generator, canvas: Canvas, depth_mm: float, rows: tuple[float, float]
) -> tuple[float, float] | None:
    """Draw a place (down, right) in mm inside the breast.

    Parameters
    ----------
    rng : numpy.random.Generator
    canvas : Canvas
    depth_mm : float
        Least distance to the skin line.
    rows : tuple of float
        From where to where in the image, as shares of its height.

    Returns
    -------
    tuple of float, or None
        None when there is no such place.
    """
    top, bottom = (int(share * canvas.shape[0]) for share in rows)
    down, right = np.nonzero(canvas.depth[top:bottom:4, ::4] > depth_mm)
    if len(down) == 0:
        return None
    at = int(rng.integers(len(down)))
    shift = rng.uniform(0.0, 4.0, 2)
    return (
        float((top + down[at] * 4 + shift[0]) * canvas.pitch_mm),
        float((right[at] * 4 + shift[1]) * canvas.pitch_mm),
    )


def add_bump(
    picture: Field,
    pitch_mm: float,
    at_mm: tuple[float, float],
    size_mm: tuple[float, float],
    shape: tuple[float, float, float],
) -> None:
    """Add a soft oval in place.

    Parameters
    ----------
    picture : array (rows, columns), float32
    pitch_mm : float
    at_mm : tuple of float
        Centre (down, right).
    size_mm : tuple of float
        Length and width at half height.
    shape : tuple of float
        Angle of the length, radians from the column axis; height; softness of the edge from 0
        (a plate) to 1 (a dome).
    """
    angle, height, softness = shape
    reach = 0.5 * max(size_mm) * (1.0 + 2.0 * softness) + 2.0 * pitch_mm
    low = np.floor((np.array(at_mm) - reach) / pitch_mm).astype(int)
    high = np.ceil((np.array(at_mm) + reach) / pitch_mm).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, picture.shape)
    if (low >= high).any():
        return
    down = np.arange(low[0], high[0], dtype=np.float32)[:, None] * pitch_mm - at_mm[0]
    right = np.arange(low[1], high[1], dtype=np.float32)[None, :] * pitch_mm - at_mm[1]
    along = right * np.cos(angle) + down * np.sin(angle)
    across = down * np.cos(angle) - right * np.sin(angle)
    away = np.hypot(along / (0.5 * size_mm[0]), across / (0.5 * size_mm[1]))
    # No edge is sharper than the pixels.
    sharp = max(softness, pitch_mm / min(size_mm)) * 0.35
    rise = np.clip((away - 1.0) / sharp, -30.0, 30.0)
    picture[low[0] : high[0], low[1] : high[1]] += np.float32(height) / (1.0 + np.exp(rise))


def add_path(
    picture: Field,
    pitch_mm: float,
    path_mm: NDArray[np.float64],
    size_mm: tuple[float, float],
    height: float,
    fading: bool = True,
) -> None:
    """Add a line of constant width in place.

    Parameters
    ----------
    picture : array (rows, columns), float32
    pitch_mm : float
    path_mm : array (n, 2)
        (down, right); what lies outside the picture is cut.
    size_mm : tuple of float
        Width, and the Gaussian SD that softens the edge.
    height : float
        What a line wider than a pixel adds; a narrower one adds its share of that.
    fading : bool
        Whether its ends fade.
    """
    width_mm, soft_mm = size_mm
    margin = 0.5 * width_mm + 4.0 * soft_mm + 2.0 * pitch_mm
    low = np.floor((path_mm.min(axis=0) - margin) / pitch_mm).astype(int)
    high = np.ceil((path_mm.max(axis=0) + margin) / pitch_mm).astype(int) + 1
    low, high = np.maximum(low, 0), np.minimum(high, picture.shape)
    if (low >= high).any():
        return
    cover = np.zeros((int(high[0] - low[0]), int(high[1] - low[1])), np.uint8)
    corners = np.round((path_mm / pitch_mm - low)[:, ::-1] * 16).astype(np.int32)
    width = max(1, round(width_mm / pitch_mm))
    # Ever shorter pieces, each brighter than the one it covers.
    for shade, cut in _FADING if fading else _WHOLE:
        ends = int(cut * len(corners))
        piece = corners[ends : len(corners) - ends]
        cv2.polylines(cover, [piece], False, shade, width, cv2.LINE_AA, 4)
    share = np.float32(height * min(1.0, width_mm / pitch_mm / width) / 255.0)
    line = softened(cover * share, soft_mm / pitch_mm)
    picture[low[0] : high[0], low[1] : high[1]] += line


def softened(picture: Field, sigma_px: float) -> Field:
    """Blur a picture; nothing below a quarter of a pixel."""
    if sigma_px < 0.25:
        return picture
    return as_field(cv2.GaussianBlur(picture, (0, 0), sigma_px))
