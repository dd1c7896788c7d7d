"""A PNG or TIFF in, a mammogram out. Everything a header would say comes from the user."""

from pathlib import Path

import numpy as np

from calcsight.analysis.orientation import (
    dense_is_bright,
    orientation_with_chest_wall,
    side_contacts,
)
from calcsight.intake import first_bytes, pixel_digest, uid_from
from calcsight.pictures.formats import PNG_START, TIFF_STARTS, read_picture
from calcsight.pictures.names import named_view
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Laterality, Mammogram, View
from calcsight.terms.spacing import Spacing
from calcsight.terms.stated import Stated

_SAMPLED_SIDE_PX = 512


def looks_like_picture(path: Path) -> bool:
    """Tell by content whether a file starts like PNG or TIFF.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened (missing, a folder, no permission, a link loop).
    """
    return first_bytes(path, len(PNG_START)).startswith((PNG_START, *TIFF_STARTS))


def load_picture(path: Path, stated: Stated) -> Mammogram:
    """Read one grey PNG or TIFF as a mammogram.

    Side and view come from `stated`, else from the file's name (`*_L_CC*`); spacing from
    `stated` alone, since resolutions written in pictures are not of the breast. The side of
    the chest wall and whether dense is bright are decided from the pixels.

    Raises
    ------
    UnreadableFileError, NotAnImageError, UnsupportedPixelsError, ImageTooLargeError
    TruncatedError, UndecodableError, BlankImageError
        The file is refused.
    SpacingError
        When the stated spacing is no spacing.
    """
    spacing = None
    if stated.spacing_mm is not None:
        spacing = Spacing(row_mm=stated.spacing_mm, column_mm=stated.spacing_mm)
    picture = read_picture(path)
    stored = picture.pixels
    step = max(1, max(stored.shape) // _SAMPLED_SIDE_PX)
    sample = stored[::step, ::step].astype(np.float32) * (-1 if picture.zero_is_white else 1)
    inverted = dense_is_bright(sample) is False
    orientation = orientation_with_chest_wall(
        side_contacts(-sample if inverted else sample).chest_wall
    )
    pixels = np.ascontiguousarray(orientation.to_reading(stored), dtype=np.float32)
    if inverted is not picture.zero_is_white:
        pixels = np.negative(pixels)
    laterality, view = _side_and_view(path.stem, stated)
    doubts = {
        Limitation.UNKNOWN_SPACING: spacing is None,
        Limitation.LATERALITY_UNKNOWN: laterality is Laterality.UNKNOWN,
        Limitation.VIEW_UNKNOWN: view is View.UNKNOWN,
        Limitation.LOSSY: picture.lossy,
        Limitation.POLARITY_ASSUMED: True,
        Limitation.ORIENTATION_FROM_PIXELS: True,
    }
    digest = pixel_digest(stored)
    return Mammogram(
        uid=uid_from(digest),
        pixels=pixels,
        spacing=spacing,
        laterality=laterality,
        view=view,
        exam_kind=stated.exam_kind or ExamKind.SCREENING,
        orientation=orientation,
        acquired_on=stated.acquired_on,
        limitations=tuple(limitation for limitation, present in doubts.items() if present),
        pixel_digest=digest,
        exam_uid=stated.exam_uid,
    )


def _side_and_view(stem: str, stated: Stated) -> tuple[Laterality, View]:
    """Take what the user states, else what the file's name says."""
    named_side, named_projection = named_view(stem)
    side, view = stated.laterality, stated.view
    if side in (None, Laterality.UNKNOWN):
        side = named_side
    if view in (None, View.UNKNOWN):
        view = named_projection
    return side or Laterality.UNKNOWN, view or View.UNKNOWN
