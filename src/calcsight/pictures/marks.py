"""Marks of a reading on a canvas: rounded outlines that leave the particles themselves free."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.pictures.canvas import Canvas, circle
from calcsight.pictures.inks import Ink
from calcsight.pictures.lettering import Lettering
from calcsight.pictures.shape_words import TypicallyBenign, group_label
from calcsight.terms.group import Group
from calcsight.terms.reading import Reading
from calcsight.terms.track import Track

Box: TypeAlias = tuple[float, float, float, float]

# How far a mark stays away from what it marks.
_GROUP_MARGIN_MM = 1.6
_SINGLE_MARGIN_MM = 0.7
# Calcified vessels are drawn beside, not over.
_TRACK_MARGIN_MM = 0.6
_MEMBER_MARGIN_MM = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a canvas shows the file's own frame.

    Parameters
    ----------
    zoom : float
        Canvas pixels for a file pixel.
    pitch_mm : float
        Millimetres of a file pixel; an assumed one where the spacing is unknown.
    origin : tuple of float
        Row and column of the file pixel whose corner is the canvas's corner.
    """

    zoom: float
    pitch_mm: float
    origin: tuple[float, float] = (0.0, 0.0)

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move points (n, 2) from the file's frame to the canvas; both 0-based pixel centres."""
        moved = (np.asarray(points, np.float64) - self.origin + 0.5) * self.zoom - 0.5
        return np.asarray(moved, np.float64)

    def px(self, length_mm: float) -> float:
        """Return a length in canvas pixels."""
        return length_mm / self.pitch_mm * self.zoom


def grown_hull(points: NDArray[np.float64], distance_px: float) -> NDArray[np.float64]:
    """Return the convex hull of points (n, 2), grown by a distance, corners rounded."""
    disc = circle((0.0, 0.0), max(distance_px, 0.5))
    spread = (points[:, None, :] + disc[None, :, :]).reshape(-1, 2).astype(np.float32)
    return np.asarray(cv2.convexHull(spread).reshape(-1, 2), np.float64)


def draw_marks(
    canvas: Canvas, reading: Reading, scale: Scale, line_px: int, benign: TypicallyBenign
) -> None:
    """Draw every particle and every group: single particles and groups thick, members thin.

    Parameters
    ----------
    canvas : Canvas
        Changed in place.
    reading : Reading
    scale : Scale
    line_px : int
        Thickness of the main marks, canvas pixels.
    benign : TypicallyBenign
        What is drawn in an ink of its own.
    """
    grouped = {member for group in reading.groups for member in group.members}
    thin = max(1, line_px // 2)
    for position, one in reversed(list(enumerate(reading.calcifications))):
        if position in grouped:
            margin_mm, ink, thickness = _MEMBER_MARGIN_MM, Ink.GROUP, thin
        elif one.score < reading.provenance.threshold:
            margin_mm, ink, thickness = _MEMBER_MARGIN_MM, Ink.BELOW, thin
        else:
            margin_mm, ink, thickness = _SINGLE_MARGIN_MM, Ink.SINGLE, line_px
        if position in benign.particles and ink is not Ink.BELOW:
            ink = Ink.BENIGN
        canvas.polygon(grown_hull(scale.at(one.outline), scale.px(margin_mm)), ink, thickness)
    for track in reading.tracks:
        canvas.polygon(_ribbon(track, scale), Ink.BENIGN, thin)
    for group in reading.groups:
        ink = Ink.BENIGN if group.number in benign.groups else Ink.GROUP
        canvas.polygon(_around(group, scale), ink, line_px)


def number_groups(
    canvas: Canvas, reading: Reading, scale: Scale, lettering: Lettering, rows: int
) -> None:
    """Write each group's number, and its shape, at its outline, if possible not on a mark.

    Parameters
    ----------
    canvas : Canvas
        Changed in place.
    reading : Reading
    scale : Scale
    lettering : Lettering
    rows : int
        Rows of the canvas that show the view.
    """
    shape = (rows, int(canvas.pixels.shape[1]))
    reach = scale.px(_SINGLE_MARGIN_MM)
    taken = [box_around(scale.at(one.outline), reach) for one in reading.calcifications]
    for group in reading.groups:
        label_beside(canvas, _around(group, scale), group_label(group), lettering, taken, shape)


def label_beside(
    canvas: Canvas,
    outline: NDArray[np.float64],
    label: str,
    lettering: Lettering,
    taken: list[Box],
    shape: tuple[int, int],
) -> None:
    """Write a label at an outline, if possible not on a mark or another label.

    Parameters
    ----------
    canvas : Canvas
        Changed in place.
    outline : array (n, 2)
        Canvas pixels.
    label : str
    lettering : Lettering
    taken : list of box
        Top, left, bottom, right of marks and labels; that of this label is added.
    shape : tuple of int
        Rows and columns of the canvas that show the view.
    """
    mask = lettering.mask(label)
    pad = max(2, lettering.line_px // 4)
    height, width = mask.shape[0], mask.shape[1] + 2 * pad
    places = _places(outline, height, width)
    top, left = _free_place(places, (height, width), taken, shape)
    canvas.box(top, left, height, width, Ink.PAPER)
    canvas.letters(mask, top, left + pad, Ink.GROUP)
    taken.append((top, left, top + height, left + width))


def _around(group: Group, scale: Scale) -> NDArray[np.float64]:
    """Return the outline drawn around a group, canvas pixels."""
    return grown_hull(scale.at(group.hull), scale.px(_GROUP_MARGIN_MM))


def box_around(points: NDArray[np.float64], reach: float) -> Box:
    """Return the box (top, left, bottom, right) of points (n, 2), grown by `reach`."""
    top, left = points.min(axis=0) - reach
    bottom, right = points.max(axis=0) + reach
    return (float(top), float(left), float(bottom), float(right))


def _places(outline: NDArray[np.float64], height: int, width: int) -> list[tuple[int, int]]:
    """Return top and left of boxes that touch an outline at its farthest points."""
    highest, leftmost = outline.argmin(axis=0)
    lowest, rightmost = outline.argmax(axis=0)
    gap = height / 8
    corners = [
        (outline[rightmost, 0] - height / 2, outline[rightmost, 1] + gap),
        (outline[highest, 0] - gap - height, outline[highest, 1] - width / 2),
        (outline[lowest, 0] + gap, outline[lowest, 1] - width / 2),
        (outline[leftmost, 0] - height / 2, outline[leftmost, 1] - gap - width),
    ]
    return [(round(top), round(left)) for top, left in corners]


def _free_place(
    places: Sequence[tuple[int, int]],
    size: tuple[int, int],
    taken: Sequence[Box],
    shape: tuple[int, int],
) -> tuple[int, int]:
    """Return the place inside the picture that covers the fewest marks and numbers."""
    height, width = size
    inside = [
        (
            int(np.clip(top, 0, max(0, shape[0] - height))),
            int(np.clip(left, 0, max(0, shape[1] - width))),
        )
        for top, left in places
    ]
    covered = [
        sum(_overlapping((top, left, top + height, left + width), box) for box in taken)
        + (given != (top, left))
        for given, (top, left) in zip(places, inside, strict=True)
    ]
    return inside[int(np.argmin(covered))]


def _overlapping(one: Box, other: Box) -> bool:
    """Tell whether two boxes share a point."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ribbon(track: Track, scale: Scale) -> NDArray[np.float64]:
    """Return a band around a calcified vessel, canvas pixels, `row, column`."""
    line = np.asarray(scale.at(track.centre_line), np.float64)
    course = np.gradient(line, axis=0)
    course /= np.maximum(np.hypot(*course.T), 1e-9)[:, None]
    aside = course[:, ::-1] * np.array([-1.0, 1.0])
    aside *= scale.px(track.width_mm / 2.0 + _TRACK_MARGIN_MM)
    return np.vstack([line + aside, (line - aside)[::-1]])
