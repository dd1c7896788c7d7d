"""Particles as pixels: a Segmentation object of each view, as a label map and as one bit plane.

Sources: DICOM PS3.3 A.51 and C.8.20 (Segmentation, Label Map Segmentation), CID 7150 (property
categories), CID 7162 (algorithm families). Import this module late: it brings highdicom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highdicom as hd
import numpy as np
from highdicom.seg import SegmentationTypeValues, SegmentDescription
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless, SegmentationStorage

from calcsight.dicom.finding_codes import BREASTS, CALCIFICATION_GROUP, SINGLE_CALCIFICATION
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.header import MODEL_NAME, ResultSeries, result_uids
from calcsight.dicom.results.rasterised import pixels_of
from calcsight.dicom.results.said import outside_groups, side_of
from calcsight.dicom.results.tracking import group_tracking_uid
from calcsight.dicom.results.unnamed import CREATOR, finished, organisation_uid, unnamed_image
from calcsight.terms.calcification import Calcification
from calcsight.terms.version import VERSION

LABEL_MAP_STORAGE = UID("1.2.840.10008.5.1.4.1.1.66.7")  # newer than pydicom's dictionary

_LABEL_MAP = ResultSeries(
    kind="seg-labelmap",
    sop_class_uid=LABEL_MAP_STORAGE,
    modality="SEG",
    description="calcsight: calcifications by group",
    number=9003,
)
_BINARY = ResultSeries(
    kind="seg-binary",
    sop_class_uid=SegmentationStorage,
    modality="SEG",
    description="calcsight: calcifications",
    number=9004,
)


def segmentations(exam: ExamResult) -> tuple[Dataset, ...]:
    """Return two segmentations of each view that shows a calcification.

    The label map (RLE) has one segment a group, numbered as the group, and a last one for
    calcifications outside groups: a few kilobytes, where a segment for each particle would take a
    bit plane of the whole image each. The binary one holds all in one segment, for viewers that
    do not know label maps yet.

    A view without a calcification has none: a segmentation needs a segment, and an empty one says
    that something was outlined. That nothing was found is said by the reports.

    Parameters
    ----------
    exam : ExamResult

    Returns
    -------
    tuple of Dataset
        `file_meta.TransferSyntaxUID` names how the pixels of each are encoded.
    """
    made: list[Dataset] = []
    for view in exam.read_views:
        segments = _segments(exam, view)
        if segments:
            number = len(made) // 2 + 1
            made.append(_object(exam, view, segments, _LABEL_MAP, number))
            made.append(_object(exam, view, (_together(segments),), _BINARY, number))
    return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """Particles that are one segment; without a tracking UID they are no one finding."""

    label: str
    code: Code
    particles: tuple[Calcification, ...]
    tracking_uid: str | None = None


def _segments(exam: ExamResult, view: ViewResult) -> tuple[_Segment, ...]:
    """Return a segment for each group, by its number, and one for the rest."""
    reading = view.reading
    if reading is None:
        return ()
    made = [
        _Segment(
            label=f"Group {group.number}",
            code=CALCIFICATION_GROUP,
            particles=tuple(reading.calcifications[place] for place in group.members),
            tracking_uid=group_tracking_uid(exam, view, group),
        )
        for group in sorted(reading.groups, key=lambda one: one.number)
    ]
    alone = tuple(one for _, one in outside_groups(view))
    if alone:
        label = "Calcifications outside groups"
        made.append(_Segment(label=label, code=SINGLE_CALCIFICATION, particles=alone))
    return tuple(made)


def _together(segments: Sequence[_Segment]) -> _Segment:
    """Return all particles of a view as one segment."""
    return _Segment(
        label="Calcifications",
        code=codes.SCT.CalcificationOfBreast,
        particles=tuple(one for segment in segments for one in segment.particles),
    )


def _object(
    exam: ExamResult,
    view: ViewResult,
    segments: Sequence[_Segment],
    series: ResultSeries,
    number: int,
) -> Dataset:
    """Return one segmentation object of one view."""
    uids = result_uids(exam, series.kind, view.source.sop_uid)
    label_map = series is _LABEL_MAP
    syntax = RLELossless if label_map else ExplicitVRLittleEndian
    made = hd.seg.Segmentation(
        source_images=[unnamed_image(view.source)],
        pixel_array=_labels(segments, view.source.shape),
        segmentation_type=SegmentationTypeValues.LABELMAP
        if label_map
        else SegmentationTypeValues.BINARY,
        segment_descriptions=list(_descriptions(exam, view, segments)),
        series_instance_uid=uids.series,
        series_number=series.number,
        sop_instance_uid=uids.instance,
        instance_number=number,
        manufacturer=MODEL_NAME,
        manufacturer_model_name=MODEL_NAME,
        software_versions=VERSION,
        device_serial_number="0",
        content_label="CALCIFICATIONS",
        content_description="Calcifications found by calcsight; masses were not looked for",
        content_creator_name=CREATOR,
        transfer_syntax_uid=syntax,
        omit_empty_frames=False,
    )
    whole = finished(exam, series, view.source, made, view.source.sop_uid)
    whole.InstanceNumber = number
    _place(whole, view)
    whole.file_meta = FileMetaDataset()
    whole.file_meta.TransferSyntaxUID = UID(syntax)
    return whole


def _labels(segments: Sequence[_Segment], shape: tuple[int, int]) -> NDArray[np.unsignedinteger]:
    """Return an image (rows, columns) with the number of the segment at each pixel, 0 = none.

    A pixel that two segments claim goes to the first.
    """
    labels = np.zeros(shape, np.uint8 if len(segments) <= np.iinfo(np.uint8).max else np.uint16)
    for number, segment in reversed(list(enumerate(segments, start=1))):
        for particle in segment.particles:
            labels[pixels_of(particle, shape)] = number
    return labels


def _descriptions(
    exam: ExamResult, view: ViewResult, segments: Sequence[_Segment]
) -> Iterator[SegmentDescription]:
    """Describe each segment: what it is, where, and what found it."""
    made = exam.made_by
    algorithm = hd.AlgorithmIdentificationSequence(
        name=MODEL_NAME,
        family=codes.cid7162.ArtificialIntelligence,
        version=VERSION,
        source=MODEL_NAME,
        parameters={
            "judge": made.judge,
            "judge_digest": made.judge_digest,
            "settings_digest": made.settings_digest,
        },
    )
    side = side_of(view)
    region = [BREASTS[side]] if side in BREASTS else [codes.SCT.Breast]
    for number, segment in enumerate(segments, start=1):
        yield SegmentDescription(
            segment_number=number,
            segment_label=segment.label,
            segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
            segmented_property_type=segment.code,
            algorithm_type="AUTOMATIC",
            algorithm_identification=algorithm,
            tracking_uid=segment.tracking_uid,
            tracking_id=segment.label if segment.tracking_uid else None,
            anatomic_regions=region,
        )


def _place(whole: Dataset, view: ViewResult) -> None:
    """Say where rows and columns run, and give UIDs that highdicom draws at random."""
    orientation = view.source.header.get("PatientOrientation")
    whole.PatientOrientation = list(orientation) if orientation else ""
    uid = organisation_uid(whole.SOPInstanceUID)
    for item in (*whole.DimensionOrganizationSequence, *whole.DimensionIndexSequence):
        item.DimensionOrganizationUID = uid
