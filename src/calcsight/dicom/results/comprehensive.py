"""A reading as TID 1500, the one template that open viewers show: a Comprehensive 3D SR.

Sources: DICOM PS3.3 A.35.13 (Comprehensive 3D SR), C.17.2 (SR document general); PS3.16 TID 1500
(measurement report), TID 1001 (observation context), TID 1204 (language), CID 100 (procedures),
CID 6047 (summary of processing and findings), CID 7021 (titles). Import this module late: it
brings highdicom.
"""

from highdicom.sr import (
    AlgorithmIdentification,
    CodedConcept,
    DeviceObserverIdentifyingAttributes,
    LanguageOfContentItemAndDescendants,
    ObservationContext,
    ObserverContext,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import Comprehensive3DSRStorage

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.comprehensive_images import image_library
from calcsight.dicom.results.comprehensive_marks import coding_schemes, measurement_groups
from calcsight.dicom.results.content import Relation, code, container, image, text, with_items
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.header import (
    DEVICE_SERIAL_NUMBER,
    MANUFACTURER,
    MODEL_NAME,
    ResultSeries,
    plain_ascii,
    report_header,
    settled,
)
from calcsight.dicom.results.view_wording import counted, limitations_of, view_sentence
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
    made = _header(exam)
    root = container(codes.cid7021.ImagingMeasurementReport, None, "1500")
    with_items(
        root,
        [
            *LanguageOfContentItemAndDescendants(CodedConcept.from_code(_ENGLISH)),
            *_observer(),
            code(
                codes.DCM.ProcedureReported,
                codes.cid100.ImagingProcedure,
                Relation.HAS_CONCEPT_MOD,
            ),
            image_library(exam),
            _measurements(exam),
            _evaluations(exam),
        ],
    )
    for element in root:
        made.add(element)
    return settled(made)


def _header(exam: ExamResult) -> Dataset:
    """Return the header: preliminary, and partial where views were refused."""
    made = report_header(exam, _SERIES)
    refused = len(exam.views) - len(exam.read_views)
    if refused:
        made.CompletionFlag = "PARTIAL"
        made.CompletionFlagDescription = f"{refused} of {len(exam.views)} views were refused"
    made.PreliminaryFlag = "PRELIMINARY"
    made.CodingSchemeIdentificationSequence = coding_schemes()
    return made


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
    found = any(counted(view) for view in exam.read_views)
    all_read = len(exam.read_views) == len(exam.views)
    named: dict[tuple[bool, bool], Code] = {
        (True, True): codes.cid6047.AllAlgorithmsSucceededWithFindings,
        (True, False): codes.cid6047.AllAlgorithmsSucceededWithoutFindings,
        (False, True): codes.cid6047.NotAllAlgorithmsSucceededWithFindings,
        (False, False): codes.cid6047.NotAllAlgorithmsSucceededWithoutFindings,
    }
    none: Code = codes.cid6047.NoAlgorithmsSucceededWithoutFindings
    return named[all_read, found] if exam.read_views else none
