"""Stored pixels of masks, in whatever form they were published."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calcsight.intake import foreign_errors_as, opened, refuse_too_large
from calcsight.pictures.formats import Picture, read_picture
from calcsight.terms.errors import (
    BlankImageError,
    NotAnImageError,
    UndecodableError,
    UnsupportedPixelsError,
)

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".ima"})
READ_SUFFIXES = DICOM_SUFFIXES | {".png", ".tif", ".tiff"}


def grey_pixels(path: Path) -> Pixels:
    """Return the stored pixels of a mask: DICOM, PNG, TIFF or JPEG; colour becomes grey.

    Raises
    ------
    InputRefused
    """
    if path.suffix.lower() in DICOM_SUFFIXES:
        return _dicom_pixels(path)
    if path.suffix.lower() in READ_SUFFIXES:
        try:
            stored = read_picture(path)
        except UnsupportedPixelsError:
            pass  # colour, a palette or one bit: a mask may be drawn so, a mammogram may not
        else:
            return _whole_numbers(_white_high(stored))
    with _picture(path) as picture:
        wide = picture.mode.startswith("I")
        return _whole_numbers(np.asarray(picture if wide else picture.convert("L")))


def colour_pixels(path: Path) -> NDArray[np.uint8]:
    """Return a picture as (rows, columns, 3) red, green, blue.

    Raises
    ------
    InputRefused
    """
    with _picture(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def _white_high(stored: Picture) -> NDArray[Any]:
    """Turn over a TIFF in which 0 is white: what is white is marked."""
    return np.asarray(
        stored.pixels.max() - stored.pixels if stored.zero_is_white else stored.pixels
    )


def _whole_numbers(pixels: NDArray[Any]) -> Pixels:
    """Bring pixels of any kind to 0 ... 65535; masks need no more than their order."""
    if pixels.size == 0:
        raise BlankImageError("an image without a pixel", "a mask")
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, dtype=np.uint8)
    return np.asarray(np.clip(pixels, 0, 65535), dtype=np.uint16)


def picture_shape(path: Path) -> tuple[int, int]:
    """Return (rows, columns) of a picture from its header.

    Raises
    ------
    InputRefused
    """
    no_picture = NotAnImageError("a file that is no picture", "a PNG, TIFF or JPEG file")
    with opened(path) as file, foreign_errors_as(no_picture), Image.open(file) as picture:
        columns, rows = picture.size
    return rows, columns


def _dicom_pixels(path: Path) -> Pixels:
    """Decode a DICOM mask: modality and body part do not matter, one grey frame does."""
    from calcsight.dicom.decoding import decode, refuse_undecodable  # noqa: PLC0415
    from calcsight.dicom.files import opened_file  # noqa: PLC0415
    from calcsight.dicom.kinds import refuse_other_pixels  # noqa: PLC0415

    with opened_file(path) as file:
        header = file.header
        refuse_other_pixels(header)
        refuse_undecodable(header)
        size = header.whole("Rows", 0) * header.whole("Columns", 0)
        data = file.frame_bytes(size * header.whole("BitsAllocated", 16) // 8)
    stored = decode(header, data, file.little_endian)
    return _whole_numbers(stored)


@contextmanager
def _picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture to decode it; one that is cut short is refused.

    Pillow and not OpenCV, which decodes damaged pictures and prints what it thinks of them. The
    rotation that a picture's tag asks for is not part of the frame that others annotated.
    """
    refuse_too_large(*picture_shape(path))
    damaged = UndecodableError("a damaged picture", "a picture that can be decoded")
    with opened(path) as file, foreign_errors_as(damaged), Image.open(file) as picture:
        yield picture
