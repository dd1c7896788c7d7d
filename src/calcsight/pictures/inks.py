"""The colours of marks: told apart on grey, on paper and by the colour-blind."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

GREY_LEVELS = 224
RAMP_LEVELS = 12


class Ink(IntEnum):
    """What a colour means."""

    GROUP = 0
    SINGLE = 1
    BELOW = 2
    PAPER = 3
    TEXT = 4
    BENIGN = 5


_RGB = {
    Ink.GROUP: (255, 196, 37),
    Ink.SINGLE: (79, 195, 247),
    Ink.BELOW: (176, 130, 204),
    Ink.PAPER: (16, 19, 24),
    Ink.TEXT: (228, 232, 236),
    Ink.BENIGN: (120, 255, 170),
}
# Inks that letters are written in, on PAPER.
_LETTERS = (Ink.GROUP, Ink.TEXT)


def rgb(ink: Ink) -> tuple[int, int, int]:
    """Return red, green, blue, 0-255."""
    return _RGB[ink]


def bgr(ink: Ink) -> tuple[int, int, int]:
    """Return blue, green, red, 0-255: the order of OpenCV."""
    red, green, blue = _RGB[ink]
    return (blue, green, red)


def palette() -> list[int]:
    """Return the palette of a picture: grey levels, inks, ramps of letters; 256 x 3 values."""
    greys = np.round(np.linspace(0, 255, GREY_LEVELS)).astype(int)
    entries = [(int(g), int(g), int(g)) for g in greys]
    entries += [_RGB[ink] for ink in Ink]
    paper = np.array(_RGB[Ink.PAPER], float)
    for ink in _LETTERS:
        shares = np.linspace(0.0, 1.0, RAMP_LEVELS)[:, None]
        ramp = np.round(paper + shares * (np.array(_RGB[ink], float) - paper)).astype(int)
        entries += [(int(r), int(g), int(b)) for r, g, b in ramp]
    entries += [(0, 0, 0)] * (256 - len(entries))
    return [value for entry in entries for value in entry]


def palette_index(ink: Ink) -> int:
    """Return the palette entry of an ink."""
    return GREY_LEVELS + int(ink)


def letter_indices(mask: NDArray[np.uint8], ink: Ink) -> NDArray[np.uint8]:
    """Turn how much of a pixel a letter covers (0-255) into palette entries on PAPER."""
    start = GREY_LEVELS + len(Ink) + _LETTERS.index(ink) * RAMP_LEVELS
    steps = (mask.astype(np.uint16) * (RAMP_LEVELS - 1) + 127) // 255
    return np.asarray(start + steps, np.uint8)
