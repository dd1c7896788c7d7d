"""Marks of reports of computers over the image that they were made on, in its file's own frame."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.canvas import PaletteCanvas, circle
from calcsight.pictures.caption import Caption, laid_out
from calcsight.pictures.display import as_grey, breast_window
from calcsight.pictures.encoding import palette_png
from calcsight.pictures.inks import GREY_LEVELS, Ink
from calcsight.pictures.lettering import Lettering
from calcsight.pictures.marks import Box, Scale, box_around, grown_hull, label_beside
from calcsight.pictures.overlay import CAPTION_SHARE, LINE_SHARE, NUMBER_SHARE, scale_of
from calcsight.terms.cad_report import CadReport, unmarked_words
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Mammogram, view_name
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.report_mark import MarkKind, ReportMark
from calcsight.terms.settings import Settings

_INKS = {MarkKind.GROUP: Ink.GROUP, MarkKind.PARTICLE: Ink.SINGLE, MarkKind.OTHER: Ink.BELOW}
# A group without an outline, and a finding of another kind, are drawn this large.
_RING_MM = 5.0
_PARTICLE_RING_MM = 0.7
_MEMBER_RING_MM = 0.4
_MARGIN_MM = 0.6
# A place this far outside the image cannot be on it.
_OUTSIDE_PX = 0.5


def report_overlay_png(
    mammogram: Mammogram, reports: Sequence[CadReport], settings: Settings
) -> bytes:
    """Draw what reports mark on one image, at full size, as PNG.

    Row and column of a pixel are those of the image's file; a strip with the caption is added
    below the last row. Marks that are not for presentation are left out, and counted there.

    Parameters
    ----------
    mammogram : Mammogram
    reports : sequence of CadReport
    settings : Settings
        Of finding the breast, whose grey values make the window.

    Raises
    ------
    UsageError
        When none of the reports was made of this image.
    NoBreastError
        When there is no breast in the image.
    """
    of_it = [one for one in reports if one.image(mammogram.uid) is not None]
    if not of_it:
        raise UsageError(
            f"the image {mammogram.uid}, which no report refers to",
            "one of the images that calcsight sr show lists",
            "give the image that was read: FOR PRESENTATION and FOR PROCESSING differ in UID",
        )
    letters = _letters(len(of_it))
    drawn = [
        (letter, mark)
        for letter, one in zip(letters, of_it, strict=True)
        for mark in one.marks_on(mammogram.uid)
        if mark.is_to_be_shown and mark.row is not None
    ]
    rows, columns = mammogram.file_shape
    caption = _caption(mammogram, dict(zip(letters, of_it, strict=True)), [m for _, m in drawn])
    entries = np.empty((rows + caption.height_px, columns), np.uint8)
    grey = as_grey(mammogram.pixels, breast_window(mammogram, settings), GREY_LEVELS)
    entries[:rows] = mammogram.orientation.to_file(grey)
    # Marks that reach over the last row must not reach into the caption, which comes after.
    canvas = PaletteCanvas(entries)
    _draw(canvas, drawn, scale_of(mammogram, settings, 1.0), (rows, columns))
    caption.draw(canvas, rows)
    return palette_png(entries)


def _letters(count: int) -> list[str]:
    """Return what stands before the numbers of each report's marks; nothing of one alone."""
    return [""] if count == 1 else [f"{chr(65 + n % 26)}{n // 26 or ''}:" for n in range(count)]


def _draw(
    canvas: PaletteCanvas,
    drawn: Sequence[tuple[str, ReportMark]],
    scale: Scale,
    shape: tuple[int, int],
) -> None:
    """Draw marks, then their labels where they cover the fewest marks."""
    longer = max(shape)
    line_px = max(1, round(longer * LINE_SHARE))
    taken: list[Box] = []
    for _, mark in drawn:
        for points, thin in _drawn_below(mark, scale):
            canvas.polygon(points, _INKS[mark.kind], max(1, line_px // 2) if thin else line_px)
        taken.append(box_around(_around(mark, scale), 0.0))
    lettering = Lettering(max(14.0, longer * NUMBER_SHARE))
    for letter, mark in drawn:
        if mark.kind is not MarkKind.PARTICLE:
            label = f"{letter}{_label(mark)}"
            label_beside(canvas, _around(mark, scale), label, lettering, taken, shape)
            # To cover a label is worse than to cover part of a mark.
            taken += taken[-1:]


def _drawn_below(mark: ReportMark, scale: Scale) -> Iterator[tuple[NDArray[np.float64], bool]]:
    """Yield the polygons of a mark, canvas pixels, and whether each is thin."""
    yield _around(mark, scale), False
    for one in mark.particles:
        if one.row is not None and one.is_to_be_shown:
            yield _ring(one, _MEMBER_RING_MM, scale), True
    for place in mark.points:
        at = scale.at(place[None, :])[0]
        yield circle((float(at[0]), float(at[1])), scale.px(_MEMBER_RING_MM)), True


def _around(mark: ReportMark, scale: Scale) -> NDArray[np.float64]:
    """Return what is drawn around a mark: its outline where it has one, else a ring or hull."""
    if mark.kind is MarkKind.PARTICLE:
        return _ring(mark, _PARTICLE_RING_MM, scale)
    if mark.outline is not None:
        return scale.at(mark.outline)
    if _is_ringed(mark):
        return _ring(mark, _RING_MM, scale)
    return grown_hull(scale.at(_places(mark)), scale.px(_MEMBER_RING_MM + _MARGIN_MM))


def _is_ringed(mark: ReportMark) -> bool:
    """Tell whether nothing but a place is known of a group or another finding."""
    return mark.kind is not MarkKind.PARTICLE and mark.outline is None and len(_places(mark)) < 2


def _places(mark: ReportMark) -> NDArray[np.float64]:
    """Return the places (n, 2) that lie in a mark."""
    members = [(one.row, one.column) for one in mark.particles if one.row is not None]
    return np.concatenate([np.array(members, np.float64).reshape(-1, 2), mark.points])


def _ring(mark: ReportMark, radius_mm: float, scale: Scale) -> NDArray[np.float64]:
    """Return a ring around the place of a mark."""
    at = scale.at(np.array([[mark.row, mark.column]], np.float64))[0]
    return circle((float(at[0]), float(at[1])), max(2.0, scale.px(radius_mm)))


def _label(mark: ReportMark) -> str:
    """Name a mark in the picture: a group by its number, another finding by its word, too."""
    return str(mark.number) if mark.kind is MarkKind.GROUP else f"{mark.number} {mark.what.words}"


def _caption(
    mammogram: Mammogram, reports: Mapping[str, CadReport], shown: Sequence[ReportMark]
) -> Caption:
    """Lay the caption out; reports by what stands before the numbers of their marks."""
    rows, columns = mammogram.file_shape
    marks = [mark for one in reports.values() for mark in one.marks_on(mammogram.uid)]
    kinds = {one.kind for one in shown}
    parts = [view_name(mammogram.laterality, mammogram.view)]
    parts += [words for kind, words in _LEGEND if kind in kinds]
    parts += [
        f"{letter} {unmarked_words(one.looked_at(mammogram.uid))}".lstrip()
        for letter, one in reports.items()
        if not one.marks_on(mammogram.uid)
    ]
    if any(_is_ringed(one) for one in shown):
        parts.append(f"rings of {2 * _RING_MM:g} mm: places without an outline")
    for count, words in (
        (sum(not one.is_to_be_shown for one in marks), "not for presentation, left out"),
        (
            sum(one.row is None and one.is_to_be_shown for one in marks),
            "without a place, not drawn",
        ),
        (sum(_is_outside(one, (rows, columns)) for one in shown), "outside the image"),
    ):
        if count:
            parts.append(f"{count} {words}")
    made_by = "; ".join(f"{letter} {one.made_by}".lstrip() for letter, one in reports.items())
    paragraphs = [" | ".join(parts), f"Marks by {made_by}, drawn by calcsight. {INTENDED_USE}"]
    return laid_out(paragraphs, columns, max(12.0, max(rows, columns) * CAPTION_SHARE))


_LEGEND = (
    (MarkKind.GROUP, "yellow: groups of calcifications, numbered, and their particles"),
    (MarkKind.PARTICLE, "blue: single particles"),
    (MarkKind.OTHER, "violet: other findings, named"),
)


def _is_outside(mark: ReportMark, shape: tuple[int, int]) -> bool:
    """Tell whether a place lies outside the image."""
    if mark.row is None or mark.column is None:
        return False
    return not (
        -_OUTSIDE_PX <= mark.row <= shape[0] - 1 + _OUTSIDE_PX
        and -_OUTSIDE_PX <= mark.column <= shape[1] - 1 + _OUTSIDE_PX
    )
