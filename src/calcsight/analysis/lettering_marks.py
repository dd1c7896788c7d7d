"""Marks that could be one letter each: sharp, even in grey, made of strokes."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# Sizes of a letter, pixels of the picture as it was shrunk.
LEAST_HEIGHT_PX = 7
_MOST_WIDTH_PX = 40
# Wider than the stroke of the boldest letter of that height.
_KERNEL_PX = 15
# A letter stands out by this share of the range of greys, and by this many SD of the noise.
_LEAST_CONTRAST_SHARE = 0.06
_LEAST_CONTRAST_SD = 8.0
# The edge of a letter rises by this share of its contrast within a pixel, nearly all around.
_LEAST_SHARPNESS, _ROUND_PERCENT = 0.30, 12.0
# The grey of a letter varies by no more than this share of its contrast.
_MOST_UNEVEN = 0.30
_LEAST_FILL, _MOST_FILL = 0.12, 0.95
_LEAST_AREA_PX = 9
# Written by a program: this contrast and sharpness, or less of both at the end of the range.
_DRAWN_CONTRAST_SHARE, _DRAWN_SHARPNESS = 0.30, 0.80
_EXTREME_SHARE, _EXTREME_CONTRAST_SHARE, _EXTREME_SHARPNESS = 0.02, 0.10, 0.60
_NOISE_BLOCK_PX = 32
_SD_OF_MEDIAN = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """Marks of one picture, one entry each.

    Parameters
    ----------
    boxes : array (n, 4), float64
        top, left, height, width, pixels.
    grey : array (n,), float64
        Mean grey value.
    contrast : array (n,), float64
        Above what is around.
    complexity : array (n,), float64
        Length of the outline squared over 4 pi times the area: 1 for a disc, 2 and more for what
        is made of strokes.
    inside : array (n,), bool
        On the breast.
    drawn : array (n,), bool
        Sharp and strong as nothing is that X-rays show: written by a program.
    """

    boxes: NDArray[np.float64]
    grey: NDArray[np.float64]
    contrast: NDArray[np.float64]
    complexity: NDArray[np.float64]
    inside: NDArray[np.bool_]
    drawn: NDArray[np.bool_]


def marks_of(pixels: NDArray[np.float32], on_breast: NDArray[np.uint8], span: float) -> Marks:
    """Find marks that are brighter than what is around them.

    Parameters
    ----------
    pixels : array (rows, columns), float32
    on_breast : array (rows, columns), uint8
    span : float
        Range of greys of the whole picture.
    """
    above = _above(pixels)
    noise = _noise(pixels)
    least = np.maximum(_LEAST_CONTRAST_SHARE * span, _LEAST_CONTRAST_SD * noise)
    # Halfway up to the strongest nearby: there the edge of a letter runs, and tissue stays below.
    nearby = cv2.dilate(above, np.ones((_KERNEL_PX, _KERNEL_PX), np.uint8))
    strong = above > np.maximum(least, nearby / 2)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strong.astype(np.uint8), connectivity=8)
    kept = _of_letter_size(stats)
    edge = np.asarray(
        cv2.morphologyEx(pixels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)), dtype=np.float32
    )
    rows = [
        row
        for number in kept
        if (row := _measured(number, labels, stats, (pixels, above, edge))) is not None
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    places = (
        (table[:, 0] + table[:, 2] / 2).astype(int),
        (table[:, 1] + table[:, 3] / 2).astype(int),
    )
    return Marks(
        boxes=table[:, :4],
        grey=table[:, 4],
        contrast=table[:, 5],
        complexity=table[:, 6],
        inside=on_breast[places] > 0,
        drawn=_drawn(table, float(pixels.max()), span),
    )


def _above(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each pixel lies above what is around narrow strokes."""
    kernel = np.ones((_KERNEL_PX, _KERNEL_PX), np.uint8)
    return np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_TOPHAT, kernel), dtype=np.float32)


def _noise(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the SD of the noise around each pixel, from the median of each block."""
    fine = np.abs(pixels - cv2.medianBlur(pixels, 3))
    rows, columns = (max(1, side // _NOISE_BLOCK_PX) for side in pixels.shape)
    blocks = np.zeros((rows, columns), np.float32)
    for row, band in enumerate(np.array_split(fine, rows, axis=0)):
        for column, block in enumerate(np.array_split(band, columns, axis=1)):
            blocks[row, column] = np.median(block)
    wide = cv2.resize(blocks, pixels.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(_SD_OF_MEDIAN * wide, dtype=np.float32)


def _of_letter_size(stats: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the numbers of components that have the size of a letter, turned or not."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    longer = np.maximum(width, height)
    fill = area / (width * height)
    good = (longer >= LEAST_HEIGHT_PX) & (height <= _MOST_WIDTH_PX) & (width <= _MOST_WIDTH_PX)
    good &= (area >= _LEAST_AREA_PX) & (fill >= _LEAST_FILL)
    good[0] = False
    return np.flatnonzero(good)


def _measured(
    number: int,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    pictures: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
) -> tuple[float, ...] | None:
    """Return box, grey, contrast and complexity of a mark; None when it is no letter."""
    left, top, width, height = (int(one) for one in stats[number, :4])
    box = (slice(top, top + height), slice(left, left + width))
    inside = labels[box] == number
    pixels, above, edge = (picture[box] for picture in pictures)
    contrast = float(np.percentile(above[inside], 75))
    padded = np.pad(inside, 1).astype(np.uint8)
    rim = (padded - cv2.erode(padded, np.ones((3, 3), np.uint8)))[1:-1, 1:-1] > 0
    core = inside & ~rim
    if contrast <= 0:
        return None
    # A letter has an edge all around; the end of a plate, a ball or a breast has not.
    least, sharpness = np.percentile(edge[rim], (_ROUND_PERCENT, 50)) / contrast
    if least < _LEAST_SHARPNESS:
        return None
    if core.sum() >= _LEAST_AREA_PX and float(np.std(pixels[core])) > _MOST_UNEVEN * contrast:
        return None
    outlines, _ = cv2.findContours(padded, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(outline, True) for outline in outlines)
    complexity = length**2 / (4 * np.pi * float(inside.sum()))
    grey = float(np.percentile(pixels[inside], 75))
    return (top, left, height, width, grey, contrast, complexity, sharpness)


def _drawn(table: NDArray[np.float64], highest: float, span: float) -> NDArray[np.bool_]:
    """Tell which marks are sharper and stronger than what X-rays show, or as bright as can be."""
    grey, contrast, sharpness = table[:, 4], table[:, 5] / span, table[:, 7]
    strong = (contrast >= _DRAWN_CONTRAST_SHARE) & (sharpness >= _DRAWN_SHARPNESS)
    extreme = (grey >= highest - _EXTREME_SHARE * span) & (sharpness >= _EXTREME_SHARPNESS)
    return strong | (extreme & (contrast >= _EXTREME_CONTRAST_SHARE))
