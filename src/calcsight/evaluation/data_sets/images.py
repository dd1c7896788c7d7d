"""Images of a data set: what headers say now, the mammogram when it is asked for."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calcsight.assembly import load_stated
from calcsight.intake import foreign_errors_as, opened, refuse_too_large
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import (
    ContradictionError,
    InputRefused,
    NotAnImageError,
    SpacingError,
    UndecodableError,
)
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.stated import Stated

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".ima"})
READ_SUFFIXES = DICOM_SUFFIXES | {".png", ".tif", ".tiff"}
_SIDES = {"L": Laterality.LEFT, "LEFT": Laterality.LEFT}
_SIDES |= {"R": Laterality.RIGHT, "RIGHT": Laterality.RIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What an image's header says.

    Parameters
    ----------
    shape : tuple of int or None
        (rows, columns) of the file's own frame; None = not readable.
    spacing_mm : tuple of float or None
        In the breast, by the same rules as a reading; None = not in the header.
    """

    shape: tuple[int, int] | None
    spacing_mm: tuple[float, float] | None


def image_facts(path: Path | None) -> ImageFacts:
    """Read size and spacing from a header, without decoding a pixel; unknown where it cannot."""
    if path is None:
        return ImageFacts(shape=None, spacing_mm=None)
    try:
        return _dicom_facts(path) if path.suffix.lower() in DICOM_SUFFIXES else _facts(path)
    except InputRefused:
        return ImageFacts(shape=None, spacing_mm=None)


def stated_of(side: str, view: str, spacing_mm: float | None = None) -> Stated:
    """Turn a table's words for side and view into nouns; unknown words say nothing."""
    named = view.strip().upper()
    return Stated(
        spacing_mm=spacing_mm,
        laterality=_SIDES.get(side.strip().upper()),
        view=View(named) if named in set(View) else None,
    )


def opener(path: Path | None, said: Stated) -> Callable[[], Mammogram] | None:
    """Return what opens an image later, in another process too; None without an image."""
    return None if path is None else partial(open_image, path, said)


def open_image(path: Path, said: Stated) -> Mammogram:
    """Open one image with what its data set says about it.

    Where side or view contradict the header, the header alone is believed: tables of data sets
    hold slips, and one must not end the run. PGM, in which mini-MIAS was published, is read too.

    Raises
    ------
    InputRefused
        One of its kinds; `SpacingError` where header and data set state different millimetres.
    """
    if path.suffix.lower() == ".pgm":
        return _open_pgm(path, said)
    try:
        return load_stated(path, said)
    except ContradictionError:
        pass
    try:
        return load_stated(path, Stated(spacing_mm=said.spacing_mm))
    except ContradictionError as problem:
        raise SpacingError(problem.found, "one spacing", "find out which of them is true") from None


def grey_pixels(path: Path) -> Pixels:
    """Return the stored pixels of a mask: DICOM, PNG, TIFF or JPEG; colour becomes grey.

    Raises
    ------
    InputRefused
    """
    if path.suffix.lower() in DICOM_SUFFIXES:
        return _dicom_pixels(path)
    with _picture(path) as picture:
        if picture.mode.startswith("I"):
            return np.asarray(np.clip(np.asarray(picture), 0, 65535), np.uint16)
        return np.asarray(picture.convert("L"), dtype=np.uint8)


def colour_pixels(path: Path) -> NDArray[np.uint8]:
    """Return a picture as (rows, columns, 3) red, green, blue.

    Raises
    ------
    InputRefused
    """
    with _picture(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def _dicom_facts(path: Path) -> ImageFacts:
    from calcsight.dicom.files import opened_file  # noqa: PLC0415 - pydicom takes 0.1 s
    from calcsight.dicom.spacing import spacing_in_breast  # noqa: PLC0415
    from calcsight.dicom.views import modifiers_of  # noqa: PLC0415
    from calcsight.terms.mammogram import ViewModifier  # noqa: PLC0415

    with opened_file(path) as file:
        header = file.header
    shape = (header.whole("Rows", 0), header.whole("Columns", 0))
    if min(shape) < 1:
        raise NotAnImageError("a DICOM object without an image", "a DICOM mammogram")
    magnified = ViewModifier.MAGNIFICATION in modifiers_of(header)
    spacing = spacing_in_breast(header, magnified=magnified).spacing
    return ImageFacts(
        shape=shape,
        spacing_mm=None if spacing is None else (spacing.row_mm, spacing.column_mm),
    )


def _facts(path: Path) -> ImageFacts:
    """Size of a picture; resolutions written in pictures are not of the breast."""
    with opened(path) as file, foreign_errors_as(_no_picture()), Image.open(file) as picture:
        columns, rows = picture.size
    return ImageFacts(shape=(rows, columns), spacing_mm=None)


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
    return np.asarray(np.clip(stored, 0, None), dtype=np.uint16)


@contextmanager
def _picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture to decode it; one that is cut short or fails its checksums is refused.

    Pillow and not OpenCV, which decodes damaged pictures and prints what it thinks of them. The
    rotation that a picture's tag asks for is not part of the frame that others annotated.
    """
    refuse_too_large(*(_facts(path).shape or (0, 0)))
    damaged = UndecodableError("a damaged picture", "a picture that can be decoded")
    with opened(path) as file, foreign_errors_as(damaged), Image.open(file) as picture:
        yield picture


def _open_pgm(path: Path, said: Stated) -> Mammogram:
    pixels = grey_pixels(path).astype(np.uint16)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.png"
        write_png16(copy, pixels)
        return load_stated(copy, said)


def _no_picture() -> NotAnImageError:
    return NotAnImageError("a file that is no picture", "a DICOM, PNG, TIFF or JPEG file")
