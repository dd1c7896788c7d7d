"""The Mammography CAD SR of an exam: the form that mammography workstations read.

Sources: DICOM PS3.3 A.35.5 (the object), PS3.16 TID 4000 (its tree). It is complete for
calcifications and says that masses were not looked for. Its impressions are those of software,
unless a person's final record stands in them.
"""

from pydicom import Dataset
from pydicom.uid import MammographyCADSRStorage

from calcsight.dicom.results import cad_codes as cad
from calcsight.dicom.results.breast_report_refusals import refuse_other_records
from calcsight.dicom.results.cad_changes import LesionWriter
from calcsight.dicom.results.cad_findings import FindingWriter
from calcsight.dicom.results.cad_impressions import individual_impressions, overall_impression
from calcsight.dicom.results.cad_library import library_item, library_of
from calcsight.dicom.results.cad_summaries import (
    analyses_of,
    detections_of,
    findings_summary,
    summary_of_analyses,
    summary_of_detections,
)
from calcsight.dicom.results.content import References, Relation, code, container, with_items
from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.header import ResultSeries, report_header, settled
from calcsight.dicom.results.lesions import lesions_of

SERIES = ResultSeries(
    kind="sr",
    sop_class_uid=MammographyCADSRStorage,
    modality="SR",
    description="calcsight CAD: calcifications",
    number=9001,
)


def cad_report(exam: ExamResult) -> Dataset:
    """Return the whole object, header included.

    Parameters
    ----------
    exam : ExamResult
        Read or refused, with or without findings, changes and final records.

    Returns
    -------
    Dataset
        Places are in the frame of each image's own file (PS3.3 C.18.6). Only calcifications whose
        score reaches the threshold of their view are in it.

    Raises
    ------
    FinalRecordError, ContradictionError
        When a final record is not of the exam, or contradicts the images.
    """
    if exam.finals:
        refuse_other_records(exam)
    made, library, references = exam.made_by, library_of(exam), References()
    writer = LesionWriter(
        findings=FindingWriter(made=made, library=library, guidance=exam.guidance),
        references=references,
    )
    lesions = lesions_of(exam)
    detections, analyses = detections_of(exam), analyses_of(exam)
    parts = tuple(individual_impressions(exam, lesions, writer))
    summary = findings_summary((*detections, *analyses), found=bool(parts))
    root = with_items(
        container(cad.REPORT, None, "4000"),
        [
            code(cad.LANGUAGE, cad.ENGLISH, Relation.HAS_CONCEPT_MOD),
            library_item(exam),
            overall_impression(exam, lesions, summary, parts),
            summary_of_detections(made, detections, library),
            summary_of_analyses(made, analyses, library),
        ],
    )
    references.resolve(root)
    report = report_header(exam, SERIES)
    report.update(root)
    return settled(report)
