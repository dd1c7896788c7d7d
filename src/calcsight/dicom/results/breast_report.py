"""A person's final records of one exam as a Breast Imaging Report (DICOM PS3.16 TID 4200).

It is written from what a person recorded, and from nothing else: category, recommendation, tissue
and concordance. What the software measured at the same finding stands in sections of its own.
The report is UNVERIFIED: a record names who said so and when, yet verifying a document in the
sense of DICOM (PS3.3 C.17.2) is an act of its own, of which the record says nothing.

It is an Enhanced SR (PS3.3 A.35.2; PS3.17 annex Q names that class for these templates).
"""

from collections.abc import Iterator, Sequence

from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import EnhancedSRStorage

from calcsight.dicom.results.breast_report_findings import supplementary_data
from calcsight.dicom.results.breast_report_narrative import narrative_summary
from calcsight.dicom.results.breast_report_observers import person_items, reader_name
from calcsight.dicom.results.breast_report_refusals import refuse_mixed, refuse_other_records
from calcsight.dicom.results.content import (
    Relation,
    code,
    container,
    uid_reference,
    with_items,
)
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.header import ResultSeries, evidence, report_header, settled
from calcsight.terms.final_record import FinalRecord

TEMPLATE = "4200"
_SERIES = ResultSeries(
    kind="breast_report",
    sop_class_uid=EnhancedSRStorage,
    modality="SR",
    description="Breast Imaging Report",
    number=9020,
)
_ENGLISH = Code("en", "RFC5646", "English")


def breast_report(exam: ExamResult, cad_report: SourceImage | None = None) -> Dataset:
    """Write the final records of an exam as one report.

    Parameters
    ----------
    exam : ExamResult
        With its final records; its readings, if any, give the numbers of the findings.
    cad_report : SourceImage, optional
        Header of the Mammography CAD SR of the same exam, to which the numbers refer.

    Returns
    -------
    Dataset
        The whole object, header included (SOP class Enhanced SR).

    Raises
    ------
    FinalRecordError
        Without a record, with one that does not tell its exam, or with two of the same finding
        or breast.
    ContradictionError
        When a record is of another exam, another day or another breast than the images; when the
        images, or the CAD report, are of several studies or several patients.
    """
    refuse_mixed(_objects(exam, cad_report))
    refuse_other_records(exam)
    said = (*map(repr, exam.finals), cad_report.sop_uid if cad_report else "")
    made = report_header(exam, _SERIES, *said)
    made.CurrentRequestedProcedureEvidenceSequence = evidence(_objects(exam, cad_report))
    made.AuthorObserverSequence = DicomSequence(map(_author, _readers(exam.finals)))
    root = container(codes.DCM.BreastImagingReport, None, TEMPLATE)
    with_items(
        root,
        (
            code(codes.DCM.LanguageOfContentItemAndDescendants, _ENGLISH, Relation.HAS_CONCEPT_MOD),
            *_observer(exam.finals),
            uid_reference(
                codes.DCM.ProcedureStudyInstanceUID, exam.first.study_uid, Relation.HAS_OBS_CONTEXT
            ),
            narrative_summary(exam),
            supplementary_data(exam, cad_report),
        ),
    )
    made.update(root)
    return settled(made)


def _author(reader_id: str) -> Dataset:
    """Return a reader as author; where the reader works is not known."""
    made = Dataset()
    made.ObserverType = "PSN"
    made.PersonName = reader_name(reader_id)
    made.InstitutionName = ""
    made.InstitutionCodeSequence = DicomSequence()
    made.PersonIdentificationCodeSequence = DicomSequence()
    return made


def _objects(exam: ExamResult, cad_report: SourceImage | None) -> tuple[SourceImage, ...]:
    """Return everything that the report rests on."""
    return (*exam.images, *((cad_report,) if cad_report else ()))


def _observer(finals: Sequence[FinalRecord]) -> Iterator[Dataset]:
    """Yield the reader of the whole report; of several each stands with what was said."""
    readers = _readers(finals)
    if len(readers) == 1:
        yield from person_items(readers[0])


def _readers(finals: Sequence[FinalRecord]) -> tuple[str, ...]:
    """Return every reader once, in the order of the records."""
    return tuple(dict.fromkeys(one.reader_id for one in finals))
