"""Which procedure a report or a part of it is of (DICOM PS3.16 TID 4201)."""

from collections.abc import Iterable
from datetime import date, datetime

from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

from calcsight.dicom.finding_codes import BREASTS
from calcsight.dicom.header import plain_header
from calcsight.dicom.results.breast_report_codes import (
    BIOPSIES,
    BIOPSY_OF_BREAST,
    GUIDED,
    REASONS,
    VACUUM_METHODS,
)
from calcsight.dicom.results.content import Relation, code, day, with_items
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.view_wording import side_of
from calcsight.dicom.views import exam_kind_of
from calcsight.terms.biopsy import Biopsy
from calcsight.terms.mammogram import ExamKind

BOTH_BREASTS: Code = codes.cid6022.BothBreasts
# An image may not say which breast it shows, and the template asks for a side.
_SIDE_UNKNOWN: Code = codes.SCT.Unknown
_DIGITAL: Code = codes.DCM.DigitalMammography
_FILM: Code = codes.cid6050.FilmScreenMammography
_EXAMINATION: Code = codes.cid6050.ExaminationOfBreast


def exam_procedure(exam: ExamResult, kinds: Iterable[ExamKind | None]) -> Dataset:
    """Return the mammography itself: its side, its reason, its day.

    Parameters
    ----------
    exam : ExamResult
    kinds : iterable of ExamKind or None
        What each record says of the exam; where none does, the header's reason stands.
    """
    stated = {one for one in kinds if one is not None}
    if not stated:
        found = exam_kind_of(plain_header(exam.first.header, ""))
        stated = set() if found is None else {found}
    reason = (
        code(codes.LN.IndicationsForProcedure, REASONS[stated.pop()], Relation.HAS_PROPERTIES)
        if len(stated) == 1
        else None
    )
    return with_items(
        code(codes.DCM.ProcedureReported, _technique(exam.first), Relation.CONTAINS),
        (_laterality(exam_side(exam)), reason, _exam_day(exam)),
    )


def biopsy_procedure(biopsy: Biopsy) -> Dataset:
    """Return how tissue was taken, and what showed the way."""
    modifiers = [
        code(codes.DCM.ProcedureModifier, one, Relation.HAS_CONCEPT_MOD)
        for one in (
            codes.cid6058.VacuumAssisted if biopsy.method in VACUUM_METHODS else None,
            GUIDED.get(biopsy.guided_by),
        )
        if one is not None
    ]
    method = BIOPSIES.get(biopsy.method, BIOPSY_OF_BREAST)
    on = day(codes.DCM.StudyDate, biopsy.performed_on, Relation.HAS_PROPERTIES)
    return with_items(
        code(codes.DCM.ProcedureReported, method, Relation.CONTAINS),
        (*modifiers, _laterality(BREASTS[biopsy.laterality]), on),
    )


def exam_side(exam: ExamResult) -> Code:
    """Return the breast or breasts that the images of an exam show."""
    sides = {side_of(one) for one in exam.views}
    known = sides & BREASTS.keys()
    if len(known) == len(BREASTS):
        return BOTH_BREASTS
    return BREASTS[known.pop()] if len(known) == len(sides) else _SIDE_UNKNOWN


def day_of(image: SourceImage) -> date | None:
    """Return the day of the study of an image; None = not stated, or none of the calendar."""
    try:
        return datetime.strptime(str(image.header.get("StudyDate") or "")[:8], "%Y%m%d").date()
    except ValueError:
        return None


def _exam_day(exam: ExamResult) -> Dataset | None:
    on = day_of(exam.first)
    return None if on is None else day(codes.DCM.StudyDate, on, Relation.HAS_PROPERTIES)


def _laterality(side: Code) -> Dataset:
    return code(codes.SCT.Laterality, side, Relation.HAS_CONCEPT_MOD)


def _technique(image: SourceImage) -> Code:
    """Return what kind of mammography an image is; the plain word where it does not say."""
    if image.sop_class_uid.startswith(DigitalMammographyXRayImageStorageForPresentation):
        return _DIGITAL
    return _FILM if str(image.header.get("ConversionType", "")) == "DF" else _EXAMINATION
