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

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.header import plain_header
from calcsight.dicom.results.breast_report_findings import supplementary_data
from calcsight.dicom.results.breast_report_narrative import narrative_summary
from calcsight.dicom.results.breast_report_observers import person_items, reader_name
from calcsight.dicom.results.breast_report_procedure import day_of, side_of
from calcsight.dicom.results.content import (
    Relation,
    code,
    container,
    uid_reference,
    with_items,
)
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.header import ResultSeries, evidence, report_header
from calcsight.terms.errors import ContradictionError, FinalRecordError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.mammogram import Laterality

TEMPLATE = "4200"
_SERIES = ResultSeries(
    kind="breast_report",
    sop_class_uid=EnhancedSRStorage,
    modality="SR",
    description="Breast Imaging Report",
    number=9020,
)
_ENGLISH = Code("en-US", "RFC5646", "English (United States)")
_FINAL_ADVICE = "calcsight final check FILE shows what a record says"


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
        Without a record, with one that names no exam, or with two of the same finding or breast.
    ContradictionError
        When a record is of another exam, another day or another breast than the images; when the
        images, or the CAD report, are of several studies or several patients.
    """
    _refuse_mixed(exam, cad_report)
    _refuse_other_records(exam)
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
    return made


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


def _refuse_mixed(exam: ExamResult, cad_report: SourceImage | None) -> None:
    """Refuse objects of several studies or patients; no number of a patient is told."""
    objects = _objects(exam, cad_report)
    studies = {one.study_uid for one in objects}
    if len(studies) > 1:
        raise ContradictionError(
            f"objects of {len(studies)} studies", "one exam: one Study Instance UID"
        )
    if len({plain_header(one.header, "").patient_key for one in objects}) > 1:
        raise ContradictionError(
            f"objects of several patients in the study {exam.first.study_uid}",
            "one Patient ID and one issuer in every object of an exam",
            "find out whose each of them is before any of them is reported",
        )


def _refuse_other_records(exam: ExamResult) -> None:
    """Refuse records that are not surely of this exam, and two of one thing."""
    if not exam.finals:
        raise FinalRecordError("no final record", "at least one", _FINAL_ADVICE)
    for record in exam.finals:
        named = record.finding_id or "the exam as a whole"
        for found, needed in _wrong(exam, record):
            error = ContradictionError if record.exam_uid else FinalRecordError
            raise error(f"a final record of {named} {found}", needed, _FINAL_ADVICE)
    _refuse_two_of_one_thing(exam.finals)


def _refuse_two_of_one_thing(finals: Sequence[FinalRecord]) -> None:
    """Refuse two records of one finding, and two of the exam or of one breast without a finding."""
    seen: set[tuple[str | None, Laterality | None]] = set()
    for record in finals:
        subject = (record.tracking_uid, None if record.tracking_uid else record.laterality)
        if subject in seen:
            raise FinalRecordError(
                f"two final records of {record.finding_id or 'one exam or breast'}",
                "the one that counts",
                "give the record that was made last, or let the readers agree on one",
            )
        seen.add(subject)


def _wrong(exam: ExamResult, record: FinalRecord) -> Iterator[tuple[str, str]]:
    """Yield what does not go together with the images, and what is needed."""
    if not record.exam_uid:
        yield "that does not name its exam", "exam_uid, the Study Instance UID of the images"
    elif record.exam_uid != exam.first.study_uid:
        yield f"on the exam {record.exam_uid}", f"one on the exam {exam.first.study_uid}"
    sides = {side_of(one) for one in exam.views}
    if record.laterality in BREASTS and not sides & {record.laterality, Laterality.UNKNOWN}:
        yield f"in the breast {record.laterality}", "images of that breast"
    on = day_of(exam.first)
    if record.exam_on and on and record.exam_on != on:
        yield "on an exam of another day than the images", "the day of the study"
