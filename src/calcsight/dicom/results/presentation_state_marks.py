r"""Groups, calcifications and one sentence as graphics of a presentation state.

Source: DICOM PS3.3 C.10.5. Graphic data are in PIXEL units: column first, 0\0 at the outer corner
of the first pixel (see `calcsight.dicom.results.content.graphic_data`). Import this module late:
it brings highdicom.
"""

from collections.abc import Iterator

import numpy as np
from highdicom.color import CIELabColor
from highdicom.pr import GraphicAnnotation, GraphicLayer, GraphicObject, TextObject
from numpy.typing import NDArray
from pydicom import Dataset

from calcsight.dicom.results.content import graphic_data
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.tracking import group_tracking_uids, particle_tracking_uid
from calcsight.dicom.results.view_wording import counted, view_sentence
from calcsight.pathway.tracking import finding_id
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group

# A circle stands this far outside the particle, so that it hides nothing of it.
_MARGIN_PX = 3.0
# Left, top, right, bottom, as shares of the displayed area.
_SENTENCE_BOX = (0.01, 0.955, 0.99, 0.99)
_NOT_LOOKED_FOR = "Masses were not looked for."
_YELLOW, _CYAN = (255, 255, 0), (0, 255, 255)


def annotations(exam: ExamResult, view: ViewResult, image: Dataset) -> list[GraphicAnnotation]:
    """Return the marks of a view that was read, each kind on a layer of its own.

    Parameters
    ----------
    exam : ExamResult
    view : ViewResult
    image : Dataset
        The image as highdicom knows it (`unnamed_image`).
    """
    groups, particles, sentence = layers()
    found = view.reading.groups if view.reading else ()
    made = [
        GraphicAnnotation([image], sentence, text_objects=[_sentence(view)]),
    ]
    if found:
        known = group_tracking_uids(exam)
        outlines = [_outline(one, known[view.source.sop_uid, one.number]) for one in found]
        numbers = [_number(group, view.source.shape) for group in found]
        made.append(
            GraphicAnnotation([image], groups, graphic_objects=outlines, text_objects=numbers)
        )
    circles = list(_circles(view))
    if circles:
        made.append(GraphicAnnotation([image], particles, graphic_objects=circles))
    return made


def layers() -> tuple[GraphicLayer, GraphicLayer, GraphicLayer]:
    """Return the layers of groups, calcifications and sentence, the lowest first."""
    return (
        GraphicLayer("GROUPS", 1, "Outlines of groups", CIELabColor.from_rgb(*_YELLOW)),
        GraphicLayer("CALCIFICATIONS", 2, "Calcifications", CIELabColor.from_rgb(*_CYAN)),
        GraphicLayer("SENTENCE", 3, "What was found", CIELabColor.from_rgb(*_YELLOW)),
    )


def _points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `row, column` of the file's own frame as graphic points (n, 2), none below 0."""
    return np.asarray(np.array(graphic_data(points)).reshape(-1, 2).clip(min=0.0))


def _outline(group: Group, uid: str) -> GraphicObject:
    """Return the hull of a group, closed: its first point is repeated."""
    return GraphicObject(
        graphic_type="POLYLINE",
        graphic_data=_points(np.vstack([group.hull, group.hull[:1]])),
        units="PIXEL",
        tracking_id=finding_id(uid),
        tracking_uid=uid,
    )


def _number(group: Group, shape: tuple[int, int]) -> TextObject:
    """Return the number of a group, a little above and right of its hull."""
    high, right = group.hull[:, 0].min() - _MARGIN_PX, group.hull[:, 1].max() + _MARGIN_PX
    corner = np.array([[high, right]])
    column, row = _points(corner)[0]
    return TextObject(
        text_value=str(group.number),
        units="PIXEL",
        anchor_point=(float(min(column, shape[1])), float(min(row, shape[0]))),
        anchor_point_visible=False,
    )


def _circles(view: ViewResult) -> Iterator[GraphicObject]:
    """Yield a circle around each calcification: its centre and a point on it."""
    columns = view.source.shape[1]
    for place, particle in counted(view):
        radius = particle.diameter_px / 2 + _MARGIN_PX
        left = particle.column + radius > columns - 1
        yield GraphicObject(
            graphic_type="CIRCLE",
            graphic_data=_circle(particle, -radius if left else radius),
            units="PIXEL",
            tracking_id=f"Calcification {place + 1}",
            tracking_uid=particle_tracking_uid(view, particle),
        )


def _circle(particle: Calcification, reach: float) -> NDArray[np.float64]:
    """Return the centre of a circle, and its point `reach` pixels to the right."""
    centre = (particle.row, particle.column)
    return _points(np.array([centre, (particle.row, particle.column + reach)]))


def _sentence(view: ViewResult) -> TextObject:
    """Return what was found, along the lower edge of what is displayed."""
    return TextObject(
        text_value=f"calcsight: {view_sentence(view)} {_NOT_LOOKED_FOR}",
        units="DISPLAY",
        bounding_box=_SENTENCE_BOX,
        text_justification="LEFT",
    )
