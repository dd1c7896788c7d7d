"""Something to draw marks on, in the file's own frame at any scale."""

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.inks import Ink, bgr, letter_indices, palette_index

# OpenCV draws to 1/16 pixel when told so.
_SHIFT = 4


class Canvas(Protocol):
    """What the drawing of marks needs; positions are canvas pixels, row first."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture: palette entries (rows, columns) or BGR (rows, columns, 3)."""

    def polygon(self, points: NDArray[np.float64], ink: Ink, thickness: int) -> None:
        """Draw a closed polygon (n, 2)."""

    def ring(self, centre: tuple[float, float], radius: float, ink: Ink, thickness: int) -> None:
        """Draw a circle."""

    def box(self, top: int, left: int, height: int, width: int, ink: Ink) -> None:
        """Fill a rectangle."""

    def letters(self, mask: NDArray[np.uint8], top: int, left: int, ink: Ink) -> None:
        """Write letters (see `Lettering.mask`) on PAPER, cut off at the edges."""


class PaletteCanvas:
    """Palette entries: grey values below the marks stay as they are, files stay small."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels

    def polygon(self, points: NDArray[np.float64], ink: Ink, thickness: int) -> None:
        """Draw a closed polygon (n, 2)."""
        colour = (palette_index(ink),)
        cv2.polylines(self.pixels, [_fixed(points)], True, colour, thickness, cv2.LINE_8, _SHIFT)

    def ring(self, centre: tuple[float, float], radius: float, ink: Ink, thickness: int) -> None:
        """Draw a circle."""
        self.polygon(circle(centre, radius), ink, thickness)

    def box(self, top: int, left: int, height: int, width: int, ink: Ink) -> None:
        """Fill a rectangle."""
        self.pixels[max(0, top) : top + height, max(0, left) : left + width] = palette_index(ink)

    def letters(self, mask: NDArray[np.uint8], top: int, left: int, ink: Ink) -> None:
        """Write letters on PAPER, cut off at the edges."""
        target, part = _overlap(self.pixels, mask, top, left)
        target[...] = letter_indices(part, ink)


class ColourCanvas:
    """Blue, green, red with smooth lines: for small pictures."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels

    def polygon(self, points: NDArray[np.float64], ink: Ink, thickness: int) -> None:
        """Draw a closed polygon (n, 2)."""
        cv2.polylines(self.pixels, [_fixed(points)], True, bgr(ink), thickness, cv2.LINE_AA, _SHIFT)

    def ring(self, centre: tuple[float, float], radius: float, ink: Ink, thickness: int) -> None:
        """Draw a circle."""
        self.polygon(circle(centre, radius), ink, thickness)

    def box(self, top: int, left: int, height: int, width: int, ink: Ink) -> None:
        """Fill a rectangle."""
        self.pixels[max(0, top) : top + height, max(0, left) : left + width] = bgr(ink)

    def letters(self, mask: NDArray[np.uint8], top: int, left: int, ink: Ink) -> None:
        """Write letters on PAPER, cut off at the edges."""
        target, part = _overlap(self.pixels, mask, top, left)
        share = part[..., None].astype(np.float32) / 255.0
        paper, colour = (np.array(bgr(one), np.float32) for one in (Ink.PAPER, ink))
        target[...] = np.round(paper + share * (colour - paper)).astype(np.uint8)


def circle(centre: tuple[float, float], radius: float) -> NDArray[np.float64]:
    """Return a circle as a polygon (n, 2)."""
    angles = np.linspace(0.0, 2.0 * np.pi, max(16, round(radius * 2.5)), endpoint=False)
    offsets = radius * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    return np.asarray(np.array(centre) + offsets, np.float64)


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Turn rows and columns into OpenCV's fixed-point x and y, shape (n, 1, 2)."""
    scaled = np.round(points[:, ::-1] * (1 << _SHIFT))
    return np.ascontiguousarray(scaled.astype(np.int32).reshape(-1, 1, 2))


def _overlap(
    pixels: NDArray[np.uint8], mask: NDArray[np.uint8], top: int, left: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the part of the picture under a mask, and the part of the mask inside."""
    first_row, first_column = max(0, -top), max(0, -left)
    target = pixels[
        top + first_row : max(0, top + mask.shape[0]),
        left + first_column : max(0, left + mask.shape[1]),
    ]
    part = mask[first_row:, first_column:][: target.shape[0], : target.shape[1]]
    return target, part
