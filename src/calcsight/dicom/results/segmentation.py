"""Particles as pixels: a Segmentation object of each view, as a label map and as one bit plane.

Sources: DICOM PS3.3 A.51 and C.8.20 (Segmentation, Label Map Segmentation), CID 7150 (property
categories), CID 7162 (algorithm families). Import this module late: it brings highdicom.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy

import highdicom as hd
from highdicom.seg import SegmentationTypeValues, SegmentDescription
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless, SegmentationStorage

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.header import MODEL_NAME, ResultSeries, result_uids, settled
from calcsight.dicom.results.highdicom_images import (
    MADE_BY,
    finished,
    organisation_uid,
    unnamed_image,
)
from calcsight.dicom.results.segmentation_segments import Segment, labels_of, segments_of, together
from calcsight.dicom.results.view_wording import side_of
from calcsight.pathway.tracking import finding_id
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

    The label map (RLE) has one segment a group, in the order of their numbers, and a last one for
    calcifications outside groups: about 0.15 MB for a whole mammogram, where binary segments, one
    a particle, would take a bit plane of the image each. The binary one holds all in one segment
    (1 MB), for viewers that do not know label maps yet.

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
        segments = segments_of(exam, view)
        if segments:
            number = len(made) // 2 + 1
            made.append(_object(exam, view, segments, _LABEL_MAP, number))
            made.append(_object(exam, view, (together(segments),), _BINARY, number))
    return tuple(made)


def _object(
    exam: ExamResult,
    view: ViewResult,
    segments: Sequence[Segment],
    series: ResultSeries,
    number: int,
) -> Dataset:
    """Return one segmentation object of one view."""
    uids = result_uids(exam, series.kind, view.source.sop_uid)
    label_map = series is _LABEL_MAP
    syntax = RLELossless if label_map else ExplicitVRLittleEndian
    made = hd.seg.Segmentation(
        source_images=[unnamed_image(view.source)],
        pixel_array=labels_of(segments, view.source.shape),
        segmentation_type=SegmentationTypeValues.LABELMAP
        if label_map
        else SegmentationTypeValues.BINARY,
        segment_descriptions=list(_descriptions(exam, view, segments)),
        series_instance_uid=uids.series,
        series_number=series.number,
        sop_instance_uid=uids.instance,
        instance_number=number,
        content_description="Calcifications found by calcsight; masses were not looked for",
        **MADE_BY,
        transfer_syntax_uid=syntax,
        omit_empty_frames=False,
    )
    whole = finished(exam, series, view.source, made, view.source.sop_uid)
    whole.InstanceNumber = number
    _place(whole, view)
    settled(whole)
    whole.file_meta = FileMetaDataset()
    whole.file_meta.TransferSyntaxUID = UID(syntax)
    return whole


def _descriptions(
    exam: ExamResult, view: ViewResult, segments: Sequence[Segment]
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
            tracking_id=finding_id(segment.tracking_uid) if segment.tracking_uid else None,
            anatomic_regions=region,
        )


def _place(whole: Dataset, view: ViewResult) -> None:
    """Say where rows and columns run, and give UIDs that highdicom draws at random."""
    if "PatientOrientation" in view.source.header:
        whole.add(deepcopy(view.source.header["PatientOrientation"]))
    else:
        whole.PatientOrientation = ""
    uid = organisation_uid(whole.SOPInstanceUID)
    for item in (*whole.DimensionOrganizationSequence, *whole.DimensionIndexSequence):
        item.DimensionOrganizationUID = uid
