"""Find lettering on a picture: names, numbers and labels that were burned into the pixels.

Letters are strokes: much longer than wide, sharp at the edge, all of one grey, of one height, side
by side. They are looked for at several sizes, bright and dark, in any direction. What is found is
to be looked at by a person; what is not found may still be there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.lettering_marks import marks_of
from calcsight.analysis.lettering_words import words_of
from calcsight.terms.stages import Box

# Letters of 7 to 28 pixels are looked for at every size of the picture, halved as long as this
# many pixels are left along its longer side.
_LEAST_SIDE_PX = 256
# Air and breast have the widest range of greys between these percentiles; letters may be above.
_RANGE_PERCENT = (0.5, 99.5)
_SAMPLED_SIDE_PX = 1024
# Boxes that overlap by this share of the smaller one are the same words, seen at two sizes.
_SAME_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """Marks that look like letters side by side.

    Parameters
    ----------
    box : Box
        Around all of them, in the frame of the picture given.
    marks : int
        How many.
    inside_breast : bool
        More than half of the box lies on the breast.
    """

    box: Box
    marks: int
    inside_breast: bool


def find_lettering(
    pixels: NDArray[np.float32], breast: NDArray[np.uint8] | None = None
) -> tuple[Lettering, ...]:
    """Find what looks like letters.

    Parameters
    ----------
    pixels : array (rows, columns), float32
        Any grey values, in any frame.
    breast : array (rows, columns), uint8, optional
        1 on the breast; on it more is asked of letters, since vessels and calcifications are
        sharp and bright, too. None: all may be breast.

    Returns
    -------
    tuple of Lettering
        From top to bottom, then left to right; boxes do not overlap much.
    """
    span = _span(pixels)
    if span <= 0.0:
        return ()
    found: list[Lettering] = []
    for small, on_breast, zoom in _sizes(pixels, breast):
        for bright in (True, False):
            marks = marks_of(small if bright else -small, on_breast, span)
            found += [_lettering(marks.boxes[words], zoom, on_breast) for words in words_of(marks)]
    return tuple(sorted(_once(found), key=lambda one: (one.box.top, one.box.left)))


def _span(pixels: NDArray[np.float32]) -> float:
    step = max(1, max(pixels.shape) // _SAMPLED_SIDE_PX)
    low, high = np.percentile(pixels[::step, ::step], _RANGE_PERCENT)
    return float(high - low)


def _sizes(
    pixels: NDArray[np.float32], breast: NDArray[np.uint8] | None
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.uint8], int]]:
    """Yield the picture and the breast, halved again and again, with how often."""
    small = np.ascontiguousarray(pixels, dtype=np.float32)
    on_breast = np.ones(small.shape, np.uint8) if breast is None else breast
    zoom = 1
    yield small, on_breast, zoom
    while max(small.shape) // 2 >= _LEAST_SIDE_PX:
        half = (small.shape[1] // 2, small.shape[0] // 2)
        small = np.asarray(cv2.resize(small, half, interpolation=cv2.INTER_AREA), dtype=np.float32)
        on_breast = np.asarray(
            cv2.resize(on_breast, half, interpolation=cv2.INTER_NEAREST), dtype=np.uint8
        )
        zoom *= 2
        yield small, on_breast, zoom


def _lettering(boxes: NDArray[np.float64], zoom: int, on_breast: NDArray[np.uint8]) -> Lettering:
    """Put a box around marks, in the frame of the whole picture."""
    top, left = (int(edge) for edge in boxes[:, :2].min(axis=0))
    bottom, right = (int(edge) for edge in (boxes[:, :2] + boxes[:, 2:]).max(axis=0))
    return Lettering(
        box=Box(top=top * zoom, left=left * zoom, bottom=bottom * zoom, right=right * zoom),
        marks=len(boxes),
        inside_breast=float(on_breast[top:bottom, left:right].mean()) > 0.5,
    )


def _once(found: Sequence[Lettering]) -> list[Lettering]:
    """Keep the words with most letters of those that lie over each other."""
    kept: list[Lettering] = []
    for one in sorted(found, key=lambda each: (-each.marks, each.box.top, each.box.left)):
        if all(_shared(one.box, other.box) < _SAME_SHARE for other in kept):
            kept.append(one)
    return kept


def _shared(one: Box, other: Box) -> float:
    """Return which share of the smaller box lies in the other."""
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    width = min(one.right, other.right) - max(one.left, other.left)
    areas = [(box.bottom - box.top) * (box.right - box.left) for box in (one, other)]
    return max(0, height) * max(0, width) / max(1, min(areas))
