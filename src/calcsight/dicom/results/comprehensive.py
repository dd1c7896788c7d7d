"""A reading as TID 1500, the one template that open viewers show: a Comprehensive 3D SR.

Sources: DICOM PS3.3 A.35.13 (Comprehensive 3D SR), C.17.2 (SR document general); PS3.16 TID 1500
(measurement report), TID 1001 (observation context), TID 1204 (language), CID 100 (procedures),
CID 6047 (summary of processing and findings), CID 7021 (titles). Import this module late: it
brings highdicom.
"""

from collections.abc import Iterable, Iterator

from highdicom.sr import (
    AlgorithmIdentification,
    DeviceObserverIdentifyingAttributes,
    LanguageOfContentItemAndDescendants,
    ObservationContext,
    ObserverContext,
)
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import Comprehensive3DSRStorage

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.comprehensive_images import image_library
from calcsight.dicom.results.comprehensive_marks import coding_schemes, measurement_groups
from calcsight.dicom.results.content import Relation, code, container, image, text, with_items
from calcsight.dicom.results.exam_result import ExamResult, SourceImage, ViewResult
from calcsight.dicom.results.header import (
    DEVICE_SERIAL_NUMBER,
    MANUFACTURER,
    MODEL_NAME,
    ResultSeries,
    plain_ascii,
    result_header,
)
from calcsight.dicom.results.said import counted, limitations_of, view_sentence
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import VERSION

_SERIES = ResultSeries(
    kind="tid1500",
    sop_class_uid=Comprehensive3DSRStorage,
    modality="SR",
    description="calcsight: measurements of calcifications",
    number=9002,
)
_ENGLISH = Code("en", "RFC5646", "English")
_QUALITATIVE = Code("C0034375", "UMLS", "Qualitative Evaluations")


def comprehensive_report(exam: ExamResult) -> Dataset:
    """Return the measurement report of an exam.

    Each group and each calcification outside groups is a measurement group on its image (see
    `comprehensive_marks`); what was found in each view, what was refused, and every limitation
    stand as text, and the state of processing and findings as a code. Where nothing was found
    there are no measurements, and the text says that calcifications were looked for.

    The machine writes no assessment and no follow-up.

    Parameters
    ----------
    exam : ExamResult

    Returns
    -------
    Dataset
        A whole object, its header included.
    """
    made = result_header(exam, _SERIES)
    _add_document(made, exam)
    root = container(codes.cid7021.ImagingMeasurementReport, None, "1500")
    with_items(
        root,
        [
            *LanguageOfContentItemAndDescendants(_ENGLISH),
            *_observer(),
            code(
                codes.DCM.ProcedureReported,
                codes.cid100.XRUnspecifiedBodyRegion,
                Relation.HAS_CONCEPT_MOD,
            ),
            image_library(exam),
            _measurements(exam),
            _evaluations(exam),
        ],
    )
    for element in root:
        made.add(element)
    return made


def _add_document(made: Dataset, exam: ExamResult) -> None:
    """Add the SR document general module: preliminary, and never verified by a program."""
    refused = len(exam.views) - len(exam.read_views)
    made.CompletionFlag = "PARTIAL" if refused else "COMPLETE"
    if refused:
        made.CompletionFlagDescription = f"{refused} of {len(exam.views)} views were refused"
    made.VerificationFlag = "UNVERIFIED"
    made.PreliminaryFlag = "PRELIMINARY"
    made.ReferencedPerformedProcedureStepSequence = DicomSequence()
    made.PerformedProcedureCodeSequence = DicomSequence()
    made.CurrentRequestedProcedureEvidenceSequence = DicomSequence(_evidence(exam.images))
    made.CodingSchemeIdentificationSequence = coding_schemes()


def _evidence(images: Iterable[SourceImage]) -> Iterator[Dataset]:
    """Yield the images of each study by series."""
    studies: dict[str, dict[str, list[SourceImage]]] = {}
    for one in images:
        studies.setdefault(one.study_uid, {}).setdefault(one.series_uid, []).append(one)
    for study_uid, by_series in studies.items():
        study = Dataset()
        study.ReferencedSeriesSequence = DicomSequence()
        study.StudyInstanceUID = study_uid
        for series_uid, of_series in by_series.items():
            series = Dataset()
            series.ReferencedSOPSequence = DicomSequence(
                image(one.sop_class_uid, one.sop_uid, Relation.CONTAINS).ReferencedSOPSequence[0]
                for one in of_series
            )
            series.SeriesInstanceUID = series_uid
            study.ReferencedSeriesSequence.append(series)
        yield study


def _observer() -> ObservationContext:
    """Return the software as the observer; no person has looked."""
    device = DeviceObserverIdentifyingAttributes(
        uid=hashed_uid("device", MANUFACTURER, MODEL_NAME, VERSION),
        name=MODEL_NAME,
        manufacturer_name=MANUFACTURER,
        model_name=MODEL_NAME,
        serial_number=DEVICE_SERIAL_NUMBER,
    )
    return ObservationContext(
        observer_device_context=ObserverContext(codes.cid270.Device, device),
    )


def _measurements(exam: ExamResult) -> Dataset | None:
    """Return the container of all measurement groups; None where nothing was found."""
    groups = list(measurement_groups(exam))
    if not groups:
        return None
    made = exam.made_by
    algorithm = AlgorithmIdentification(
        name=MODEL_NAME,
        version=VERSION,
        parameters=[
            f"judge {made.judge}, SHA-256 {made.judge_digest}",
            f"settings SHA-256 {made.settings_digest}",
        ],
    )
    return with_items(
        container(codes.DCM.ImagingMeasurements, Relation.CONTAINS), [*algorithm, *groups]
    )


def _evaluations(exam: ExamResult) -> Dataset:
    """Return what is said in words and as a code, of views and of the exam."""
    said = [
        INTENDED_USE,
        *(
            f"{', '.join(views)}: {one.text}" if views else one.text
            for one, views in limitations_of(exam)
        ),
    ]
    return with_items(
        container(_QUALITATIVE, Relation.CONTAINS),
        [
            code(codes.DCM.CADProcessingAndFindingsSummary, _summary(exam), Relation.CONTAINS),
            *map(_of_view, exam.views),
            *(text(codes.DCM.Comment, plain_ascii(one), Relation.CONTAINS) for one in said),
        ],
    )


def _of_view(view: ViewResult) -> Dataset:
    """Return what was found in one view, with its image."""
    made = text(codes.DCM.Finding, plain_ascii(view_sentence(view)), Relation.CONTAINS)
    source = image(view.source.sop_class_uid, view.source.sop_uid, Relation.INFERRED_FROM)
    return with_items(made, [source])


def _summary(exam: ExamResult) -> Code:
    """Return the state of processing and findings (CID 6047)."""
    if not exam.read_views:
        return codes.cid6047.NoAlgorithmsSucceededWithoutFindings
    found = any(counted(view) for view in exam.read_views)
    if len(exam.read_views) == len(exam.views):
        return (
            codes.cid6047.AllAlgorithmsSucceededWithFindings
            if found
            else codes.cid6047.AllAlgorithmsSucceededWithoutFindings
        )
    return (
        codes.cid6047.NotAllAlgorithmsSucceededWithFindings
        if found
        else codes.cid6047.NotAllAlgorithmsSucceededWithoutFindings
    )
