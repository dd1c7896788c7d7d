r"""Places of marks: from the graphics of a report to rows and columns of the image file.

Source: DICOM PS3.3 C.18.6 (spatial coordinates). Graphics are column first with 0\0 at the outer
corner of the first pixel, so half a pixel is taken off both to get pixel centres at whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.dicom.reports_in.content_tree import ContentItem, ContentTree
from calcsight.dicom.reports_in.report_codes import CENTRE
from calcsight.terms.cad_report import ReportDoubt
from calcsight.terms.report_mark import PlaceFrom

_CORNERS_OF_A_RING = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where a mark lies.

    Parameters
    ----------
    image_uid, frame
        None = not stated.
    row, column : float or None
        0-based pixel centres, the image file's own frame.
    place_from : PlaceFrom or None
    outline : array (n, 2) or None
    points : array (n, 2)
        `row, column`.
    """

    image_uid: str | None = None
    frame: int | None = None
    row: float | None = None
    column: float | None = None
    place_from: PlaceFrom | None = None
    outline: NDArray[np.float64] | None = None
    points: NDArray[np.float64]


def place_of(tree: ContentTree, children: Sequence[ContentItem]) -> Place:
    """Gather the places that the items below one finding state.

    Parameters
    ----------
    tree : ContentTree
        Its doubts grow.
    children : sequence of ContentItem
        Of the finding, references followed.
    """
    drawn = [one for one in children if one.value_type == "SCOORD" and len(one.graphic_data)]
    images = [_image_below(tree, one) for one in drawn]
    named = [one for one in images if one is not None]
    image = named[0] if named else _first_image(children)
    if image is None:
        tree.doubts.add(ReportDoubt.MARK_WITHOUT_IMAGE)
    elif any(one.uid != image.uid for one in named):
        tree.doubts.add(ReportDoubt.MARK_ON_TWO_IMAGES)
        drawn = [
            one
            for one, on in zip(drawn, images, strict=True)
            if on is not None and on.uid == image.uid
        ]
    centre, outline, points = _graphics(tree, drawn)
    place, place_from = _centre(centre, outline, points)
    if place is None:
        tree.doubts.add(ReportDoubt.MARK_WITHOUT_PLACE)
    return Place(
        image_uid=image.uid if image else None,
        frame=image.frame if image else None,
        row=None if place is None else float(place[0]),
        column=None if place is None else float(place[1]),
        place_from=place_from,
        outline=outline,
        points=points,
    )


def _image_below(tree: ContentTree, item: ContentItem) -> ContentItem | None:
    """Return the image that coordinates were selected from."""
    return _first_image(tuple(tree.below(item)))


def _first_image(items: Sequence[ContentItem]) -> ContentItem | None:
    """Return the first item that names an image."""
    return next((one for one in items if one.value_type == "IMAGE" and one.uid), None)


def _graphics(
    tree: ContentTree, drawn: Sequence[ContentItem]
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None, NDArray[np.float64]]:
    """Return the centre (2,), the outline (n, 2) and further points (n, 2)."""
    centre: NDArray[np.float64] | None = None
    outline: NDArray[np.float64] | None = None
    points = [np.empty((0, 2))]
    for one in drawn:
        kind, places = one.graphic_type, one.graphic_data[:, ::-1] - 0.5
        if kind == "POINT" and len(places) == 1:
            if centre is None and (one.named(CENTRE) or not _has_centre(drawn)):
                centre = places[0]
            else:
                points.append(places)
        elif kind == "MULTIPOINT":
            points.append(places)
        elif (ring := _closed(kind, places)) is not None:
            outline = ring if outline is None else outline
        else:
            tree.doubts.add(ReportDoubt.VALUES_LEFT_OUT)
    return centre, outline, np.concatenate(points)


def _has_centre(drawn: Sequence[ContentItem]) -> bool:
    """Tell whether one of the points is named the centre."""
    return any(one.graphic_type == "POINT" and one.named(CENTRE) for one in drawn)


def _closed(kind: str, places: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return a graphic as a closed polygon, its first point not repeated; None when it is none.

    A CIRCLE is its centre and a point on it, an ELLIPSE the ends of its longer axis and those of
    its shorter one.
    """
    if kind == "CIRCLE" and len(places) == 2:
        reach = places[1] - places[0]
        return _ring(places[0], reach, np.array([-reach[1], reach[0]]))
    if kind == "ELLIPSE" and len(places) == 4:
        middle = places.mean(axis=0)
        return _ring(middle, (places[1] - places[0]) / 2.0, (places[3] - places[2]) / 2.0)
    if kind not in ("POLYLINE", "POLYGON"):
        return None
    if len(places) > 1 and np.array_equal(places[0], places[-1]):
        places = places[:-1]
    return places if len(places) >= 3 else None


def _ring(
    middle: NDArray[np.float64], one_axis: NDArray[np.float64], other_axis: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return an ellipse as a polygon."""
    angles = np.linspace(0.0, 2.0 * np.pi, _CORNERS_OF_A_RING, endpoint=False)[:, None]
    return np.asarray(middle + np.cos(angles) * one_axis + np.sin(angles) * other_axis, np.float64)


def _centre(
    centre: NDArray[np.float64] | None,
    outline: NDArray[np.float64] | None,
    points: NDArray[np.float64],
) -> tuple[NDArray[np.float64] | None, PlaceFrom | None]:
    """Return where a mark lies, as its report says it best."""
    if centre is not None:
        return centre, PlaceFrom.CENTRE
    if outline is not None:
        return _middle(outline), PlaceFrom.OUTLINE
    if len(points):
        return points.mean(axis=0), PlaceFrom.POINTS
    return None, None


def _middle(polygon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centroid of a polygon's area; that of its corners when it has none."""
    mean = polygon.mean(axis=0)
    moved = polygon - mean
    after = np.roll(moved, -1, axis=0)
    cross = moved[:, 0] * after[:, 1] - after[:, 0] * moved[:, 1]
    if abs(cross.sum()) < 1e-9:
        return np.asarray(mean, np.float64)
    return np.asarray(mean + ((moved + after) * cross[:, None]).sum(axis=0) / (3.0 * cross.sum()))
