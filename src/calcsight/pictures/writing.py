"""Grey pictures out."""

from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from calcsight.safe_writing import write_bytes
from calcsight.terms.errors import UnsupportedPixelsError

_LEVEL = 3


def write_png16(path: Path, pixels: NDArray[np.uint16]) -> None:
    """Write grey values (rows, columns), uint16, as a 16-bit PNG; whole or not at all.

    Raises
    ------
    UnsupportedPixelsError
        When the pixels are not two-dimensional uint16.
    OutputError
        When the file cannot be written.
    """
    if pixels.ndim != 2 or pixels.dtype != np.uint16:
        raise UnsupportedPixelsError(
            f"pixels with {pixels.ndim} dimensions of type {pixels.dtype}", "grey uint16"
        )
    write_bytes(path, bytes(imagecodecs.png_encode(np.ascontiguousarray(pixels), level=_LEVEL)))
