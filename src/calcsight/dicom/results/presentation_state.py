r"""Marks drawn over an image: a Grayscale Softcopy Presentation State of each view.

Sources: DICOM PS3.3 A.33.1, C.10.5 (graphic annotation), C.10.7 (graphic layer), C.10.4
(displayed area), C.11.10 (identification), C.11.11 (relationship). Import this module late: it
brings highdicom.
"""

from highdicom.pr import GrayscaleSoftcopyPresentationState
from pydicom import Dataset
from pydicom.uid import GrayscaleSoftcopyPresentationStateStorage
from pydicom.valuerep import format_number_as_ds

from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.header import (
    ResultSeries,
    created_in_zone,
    result_uids,
    settled,
)
from calcsight.dicom.results.highdicom_images import MADE_BY, finished, unnamed_image
from calcsight.dicom.results.presentation_state_grey import add_grey
from calcsight.dicom.results.presentation_state_marks import annotations, layers
from calcsight.dicom.results.view_wording import side_of
from calcsight.terms.mammogram import Laterality

_NUMBERS = {Laterality.LEFT: 9005, Laterality.RIGHT: 9006, Laterality.UNKNOWN: 9007}


def presentation_states(exam: ExamResult) -> tuple[Dataset, ...]:
    """Return a presentation state of each view that was read.

    It shows the image as its own file does, with groups as numbered outlines, calcifications as
    circles, and one sentence in the corner: what was found, or that calcifications were looked
    for and none was found, and that masses were not looked for. Each kind is a layer of its own,
    so that a viewer can hide it.

    Laterality belongs to a series, so each side is a series of its own.

    Parameters
    ----------
    exam : ExamResult
    """
    counts: dict[Laterality, int] = {}
    made = []
    for view in exam.read_views:
        side = side_of(view)
        counts[side] = counts.get(side, 0) + 1
        made.append(_state(exam, view, counts[side]))
    return tuple(made)


def _state(exam: ExamResult, view: ViewResult, number: int) -> Dataset:
    """Return the presentation state of one view."""
    side, source = side_of(view), view.source
    series = ResultSeries(
        kind=f"gsps {side}",
        sop_class_uid=GrayscaleSoftcopyPresentationStateStorage,
        modality="PR",
        description="calcsight: marks of calcifications",
        number=_NUMBERS[side],
    )
    uids = result_uids(exam, series.kind, source.sop_uid)
    image = unnamed_image(source)
    made = GrayscaleSoftcopyPresentationState(
        referenced_images=[image],
        series_instance_uid=uids.series,
        series_number=series.number,
        sop_instance_uid=uids.instance,
        instance_number=number,
        content_description="Marks of calcsight; masses were not looked for",
        graphic_annotations=annotations(exam, view, image),
        graphic_layers=list(layers()),
        **MADE_BY,
    )
    whole = finished(exam, series, source, made, source.sop_uid)
    whole.InstanceNumber = number
    whole.Laterality = "" if side is Laterality.UNKNOWN else side.value
    created = created_in_zone(exam)
    whole.PresentationCreationDate = created.strftime("%Y%m%d")
    whole.PresentationCreationTime = created.strftime("%H%M%S")
    del whole.ContentDate, whole.ContentTime  # a presentation state has none
    _add_pixel_shape(whole, view)
    add_grey(whole, source.header)
    return settled(whole)


def _add_pixel_shape(whole: Dataset, view: ViewResult) -> None:
    """Say how far rows and columns lie apart where pixels are not square."""
    spacing = view.reading.mammogram.file_spacing if view.reading else None
    area = whole.DisplayedAreaSelectionSequence[0]
    if "PixelOriginInterpretation" in area:  # of tiled images alone
        del area.PixelOriginInterpretation
    if spacing is not None and spacing.row_mm != spacing.column_mm:
        del area.PresentationPixelAspectRatio
        area.PresentationPixelSpacing = [
            format_number_as_ds(spacing.row_mm),
            format_number_as_ds(spacing.column_mm),
        ]
