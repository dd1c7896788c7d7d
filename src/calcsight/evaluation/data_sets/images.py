"""Images of a data set: what headers say now, the mammogram when it is asked for."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from calcsight.assembly import load_stated
from calcsight.evaluation.data_sets.pixels import DICOM_SUFFIXES, grey_pixels, picture_shape
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import (
    ContradictionError,
    InputRefused,
    NotAnImageError,
    SpacingError,
)
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.stated import Stated

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
        if path.suffix.lower() in DICOM_SUFFIXES:
            return _dicom_facts(path)
        # Resolutions written in pictures are not of the breast.
        return ImageFacts(shape=picture_shape(path), spacing_mm=None)
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


def _open_pgm(path: Path, said: Stated) -> Mammogram:
    pixels = grey_pixels(path).astype(np.uint16)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.png"
        write_png16(copy, pixels)
        return load_stated(copy, said)
