"""Each group magnified: plain on the left, outlined on the right, with a scale bar."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.canvas import PaletteCanvas
from calcsight.pictures.caption import laid_out
from calcsight.pictures.display import as_grey, crop_window
from calcsight.pictures.inks import GREY_LEVELS, Ink, palette_index
from calcsight.pictures.lettering import Lettering
from calcsight.pictures.marks import Scale
from calcsight.pictures.shape_words import group_words, typically_benign
from calcsight.terms.group import Group
from calcsight.terms.mammogram import Mammogram, ViewModifier, view_name
from calcsight.terms.reading import INTENDED_USE, Reading
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Box
from calcsight.terms.vocabulary import Vocabulary

LEAST_ZOOM = 4
_MOST_ZOOM = 10
_SCALE_BAR_MM = 5.0
_MARGIN_MM = 2.5
_LEAST_SIDE_MM = 10.0
# Panels of about this many pixels; larger groups keep the least zoom up to the most pixels.
_USUAL_SIDE_PX = 760
_MOST_SIDE_PX = 2000
_GAP_PX = 6
_LEAST_LETTER_PX = 17.0
# Letters grow with the picture, so that a large one shrunk to a screen can be read.
_LETTER_SHARE = 1 / 105
# From here on a view without the modifier counts as magnified too.
_MAGNIFIED_FACTOR = 1.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupCrop:
    """A magnified group.

    Parameters
    ----------
    group : int
        Number of the group.
    picture : array (rows, columns), uint8
        Palette entries.
    caption : str
        What is written below it.
    """

    group: int
    picture: NDArray[np.uint8]
    caption: str


def group_crops(reading: Reading, vocabulary: Vocabulary | None = None) -> tuple[GroupCrop, ...]:
    """Magnify every group of the primary rule, at least four times.

    A group too large for one picture is shown where its members lie densest, and the caption
    says so.
    """
    spacing = reading.mammogram.file_spacing
    if spacing is None:
        return ()
    return tuple(_crop(reading, group, spacing, vocabulary) for group in reading.groups)


def enlargement(mammogram: Mammogram, zoom: int) -> str:
    """Say how a crop was enlarged: in the machine or, first of all, by the X-ray geometry."""
    factor = mammogram.magnification_factor
    magnified = ViewModifier.MAGNIFICATION in mammogram.modifiers
    if not magnified and (factor is None or factor < _MAGNIFIED_FACTOR):
        return f"digital zoom {zoom}x"
    stated = "not stated" if factor is None else f"{factor:g}"
    return f"magnification view, factor {stated}; shown at digital zoom {zoom}x"


def _crop(
    reading: Reading, group: Group, spacing: Spacing, vocabulary: Vocabulary | None
) -> GroupCrop:
    """Draw one group."""
    box, whole = _box(reading, group, spacing)
    sides = (box.bottom - box.top, box.right - box.left)
    zoom = int(np.clip(_USUAL_SIDE_PX // max(sides), LEAST_ZOOM, _MOST_ZOOM))
    plain = _magnified(reading.mammogram, box, zoom)
    outlined = PaletteCanvas(plain.copy())
    scale = Scale(zoom=zoom, pitch_mm=spacing.mean_mm, origin=(box.top, box.left))
    benign = typically_benign(reading, vocabulary).particles
    _outline(outlined, reading, group, scale, benign)
    caption = _caption(reading, group, group_words(group, vocabulary), zoom, whole)
    with_bar = PaletteCanvas(plain)
    _draw_scale_bar(with_bar, round(_SCALE_BAR_MM / spacing.column_mm * zoom))
    picture = _side_by_side(with_bar.pixels, outlined.pixels, caption)
    return GroupCrop(group=group.number, picture=picture, caption=caption)


def _box(reading: Reading, group: Group, spacing: Spacing) -> tuple[Box, bool]:
    """Return the part of the file's frame to show, and whether it holds the whole group."""
    rows, columns = reading.mammogram.file_shape
    low, high = group.hull.min(axis=0), group.hull.max(axis=0)
    pitches = np.array([spacing.row_mm, spacing.column_mm])
    wanted = np.maximum(high - low + 2 * _MARGIN_MM / pitches, _LEAST_SIDE_MM / pitches)
    side = np.minimum(wanted, _MOST_SIDE_PX // LEAST_ZOOM)
    whole = bool(np.all(high - low <= side))
    centre = (low + high) / 2 if whole else _densest(reading, group, side)
    first = np.round(centre - side / 2).astype(int)
    last = first + np.ceil(side).astype(int)
    top, left = (int(v) for v in np.maximum(first, 0))
    bottom, right = (int(v) for v in np.minimum(last, (rows, columns)))
    return Box(top=top, left=left, bottom=bottom, right=right), whole


def _densest(reading: Reading, group: Group, side: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the member around which a window of this size holds most members."""
    members = [reading.calcifications[member] for member in group.members]
    places = np.array([(one.row, one.column) for one in members])
    near = np.all(np.abs(places[:, None] - places[None]) <= side / 2, axis=2)
    return np.asarray(places[int(np.argmax(near.sum(axis=1)))], np.float64)


def _magnified(mammogram: Mammogram, box: Box, zoom: int) -> NDArray[np.uint8]:
    """Cut a box out of the file's frame, window it on itself and enlarge it."""
    pixels = np.ascontiguousarray(mammogram.orientation.to_file(mammogram.pixels)[box.slices])
    large = cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return as_grey(np.asarray(large, np.float32), crop_window(pixels), GREY_LEVELS)


def _outline(
    canvas: PaletteCanvas, reading: Reading, group: Group, scale: Scale, benign: frozenset[int]
) -> None:
    """Draw the measured outlines in the inks of the overlay."""
    members = set(group.members)
    for position, one in enumerate(reading.calcifications):
        if position in benign and one.score >= reading.provenance.threshold:
            ink = Ink.BENIGN
        elif position in members:
            ink = Ink.GROUP
        elif one.score >= reading.provenance.threshold:
            ink = Ink.SINGLE
        else:
            ink = Ink.BELOW
        canvas.polygon(scale.at(one.outline), ink, 1)


def _draw_scale_bar(canvas: PaletteCanvas, length_px: int) -> None:
    """Draw the bar in the lower left corner, with its length above it."""
    rows, columns = canvas.pixels.shape
    lettering = Lettering(_letter_px(2 * columns))
    label = lettering.mask(f"{_SCALE_BAR_MM:g} mm")
    pad = lettering.line_px // 2
    thick = max(3, pad // 3)
    height = lettering.line_px + thick + 2 * pad
    width = max(length_px, label.shape[1]) + 2 * pad
    canvas.box(rows - height, 0, height, width, Ink.PAPER)
    canvas.letters(label, rows - height + pad // 2, pad, Ink.TEXT)
    canvas.box(rows - pad - thick, pad, thick, length_px, Ink.TEXT)


def _caption(reading: Reading, group: Group, words: str, zoom: int, whole: bool) -> str:
    """Say what the picture shows."""
    mammogram = reading.mammogram
    side_and_view = view_name(mammogram.laterality, mammogram.view)
    parts = [
        f"Group {group.number} of {len(reading.groups)}, {side_and_view}",
        f"{group.count} particles, extent {group.extent_mm:.1f} mm, {words}",
        enlargement(mammogram, zoom),
    ]
    if not whole:
        parts.append("the densest part: the group is larger than this picture")
    return " | ".join(parts)


def _side_by_side(
    plain: NDArray[np.uint8], outlined: NDArray[np.uint8], caption: str
) -> NDArray[np.uint8]:
    """Put two panels beside each other and the caption below."""
    rows, columns = plain.shape
    width = 2 * columns + _GAP_PX
    strip = laid_out([caption, INTENDED_USE], width, _letter_px(width))
    picture = np.full((rows + strip.height_px, width), palette_index(Ink.PAPER), np.uint8)
    picture[:rows, :columns] = plain
    picture[:rows, columns + _GAP_PX :] = outlined
    strip.draw(PaletteCanvas(picture), rows)
    return picture


def _letter_px(width_px: int) -> float:
    """Return the size of letters for a picture of this width."""
    return max(_LEAST_LETTER_PX, width_px * _LETTER_SHARE)
