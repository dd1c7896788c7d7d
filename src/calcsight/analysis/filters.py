"""Float32 image arithmetic that several steps share; a thin typed layer over OpenCV."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def gaussian_mean(pixels: NDArray[Any], sigma_px: float) -> NDArray[np.float32]:
    """Blur with a Gaussian of `sigma_px` pixels; the border is reflected."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), np.float32)


def box_mean(pixels: NDArray[Any], width_px: int) -> NDArray[np.float32]:
    """Average over a square of `width_px` pixels; the border is reflected."""
    return np.asarray(cv2.blur(pixels, (width_px, width_px)), np.float32)


def where_masked(pixels: NDArray[Any], mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Keep masked pixels and set the others to 0."""
    return np.asarray(cv2.copyTo(pixels, mask), np.float32)


def shrunk(pixels: NDArray[Any], step: int) -> NDArray[np.float32]:
    """Shrink by an integer factor, averaging; what is left over makes smaller last cells."""
    if step == 1:
        return np.asarray(pixels, np.float32)
    height, width = pixels.shape
    rows, columns = height // step, width // step
    small = np.empty((-(-height // step), -(-width // step)), np.float32)
    below, beside = pixels[rows * step :], pixels[:, columns * step :]
    if rows and columns:
        small[:rows, :columns] = _averaged(pixels[: rows * step, : columns * step], columns, rows)
    if below.size and columns:
        small[rows:, :columns] = _averaged(below[:, : columns * step], columns, 1)
    if beside.size and rows:
        small[:rows, columns:] = _averaged(beside[: rows * step], 1, rows)
    if below.size and beside.size:
        small[rows:, columns:] = below[:, columns * step :].mean()
    return small


def _averaged(pixels: NDArray[Any], columns: int, rows: int) -> NDArray[np.float32]:
    """Average whole cells; OpenCV reads the strided part without a copy."""
    return np.asarray(cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def enlarged(small: NDArray[Any], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Undo `shrunk`, linearly, up to `shape`."""
    rows, columns = shape
    step = -(-rows // small.shape[0])
    large = cv2.resize(
        small.astype(np.float32, copy=False),
        (small.shape[1] * step, small.shape[0] * step),
        interpolation=cv2.INTER_LINEAR,
    )
    return np.ascontiguousarray(large[:rows, :columns], np.float32)


def sampled(image: NDArray[Any], points: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Linear interpolation of `image` (shrunk by `step`) at box points of any leading shape."""
    places = (points + 0.5) / step - 0.5
    rows = np.clip(places[..., 0], 0, image.shape[0] - 1)
    columns = np.clip(places[..., 1], 0, image.shape[1] - 1)
    top = np.minimum(rows.astype(np.intp), image.shape[0] - 2)
    left = np.minimum(columns.astype(np.intp), image.shape[1] - 2)
    down, right = rows - top, columns - left
    upper = image[top, left] * (1 - right) + image[top, left + 1] * right
    lower = image[top + 1, left] * (1 - right) + image[top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down, np.float64)
