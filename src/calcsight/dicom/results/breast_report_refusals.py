"""What is refused of final records and objects: what is not surely of one woman and one exam."""

from collections.abc import Iterable, Iterator, Sequence

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.header import plain_header
from calcsight.dicom.results.breast_report_procedure import day_of
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.measured_groups import seen_of
from calcsight.dicom.results.view_wording import side_of
from calcsight.terms.errors import ContradictionError, FinalRecordError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.mammogram import Laterality

_FINAL_ADVICE = "calcsight final check FILE shows what a record says"


def refuse_mixed(objects: Iterable[SourceImage]) -> None:
    """Refuse objects of several studies or patients; no number of a patient is told.

    Raises
    ------
    ContradictionError
    """
    objects = tuple(objects)
    studies = {one.study_uid for one in objects}
    if len(studies) > 1:
        raise ContradictionError(
            f"objects of {len(studies)} studies", "one exam: one Study Instance UID"
        )
    if len({plain_header(one.header, "").patient_key for one in objects}) > 1:
        raise ContradictionError(
            f"objects of several patients in the study {objects[0].study_uid}",
            "one Patient ID and one issuer in every object of an exam",
            "find out whose each of them is before any of them is reported",
        )


def refuse_other_records(exam: ExamResult) -> None:
    """Refuse records that are not surely of this exam, and two of one thing.

    Raises
    ------
    FinalRecordError
        Without a record, with one that does not tell its exam, or with two of the same finding
        or breast.
    ContradictionError
        When a record is of another exam, another day or another breast than the images.
    """
    if not exam.finals:
        raise FinalRecordError("no final record", "at least one", _FINAL_ADVICE)
    for record in exam.finals:
        named = record.finding_id or "the exam as a whole"
        for found, needed in _wrong(exam, record):
            error = ContradictionError if record.exam_uid else FinalRecordError
            raise error(f"a final record of {named} {found}", needed, _FINAL_ADVICE)
    _refuse_two_of_one_thing(exam.finals)


def belongs(exam: ExamResult, record: FinalRecord) -> bool:
    """Tell whether a record is of this exam.

    One that names no exam is when it is of its day and of a finding that is seen here: a tracking
    UID is of one finding of one woman.
    """
    if record.exam_uid:
        return record.exam_uid == exam.first.study_uid
    of_the_day = record.exam_on is not None and record.exam_on == day_of(exam.first)
    return of_the_day and bool(seen_of(exam, record.tracking_uid or ""))


def refuse_of_no_exam(exams: Iterable[ExamResult], finals: Iterable[FinalRecord]) -> None:
    """Refuse a record that is of none of some exams: it would be left out without a word.

    Raises
    ------
    ContradictionError
    """
    written = [one for exam in exams for one in exam.finals]
    for record in finals:
        if record not in written:
            named = record.finding_id or "an exam as a whole"
            raise ContradictionError(
                f"a final record of {named} that is of no exam that was read",
                "exam_uid, the Study Instance UID of the images; without it the day of their "
                "study and a finding that they show",
                _FINAL_ADVICE,
            )


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
        if not belongs(exam, record):
            yield "that does not name its exam", "exam_uid, the Study Instance UID of the images"
    elif record.exam_uid != exam.first.study_uid:
        yield f"on the exam {record.exam_uid}", f"one on the exam {exam.first.study_uid}"
    sides = {side_of(one) for one in exam.views}
    if record.laterality in BREASTS and not sides & {record.laterality, Laterality.UNKNOWN}:
        yield f"in the breast {record.laterality}", "images of that breast"
    seen = {side_of(one.view) for one in seen_of(exam, record.tracking_uid or "")} & BREASTS.keys()
    if record.laterality in BREASTS and seen and record.laterality not in seen:
        yield f"in the breast {record.laterality}", "the breast in which the finding is seen"
    on = day_of(exam.first)
    if record.exam_on and on and record.exam_on != on:
        yield "on an exam of another day than the images", "the day of the study"
