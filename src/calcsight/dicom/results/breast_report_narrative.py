"""The sections of text of a breast imaging report (DICOM PS3.16 TID 4202)."""

from collections.abc import Iterable

from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.results.breast_report_procedure import day_of
from calcsight.dicom.results.breast_report_wording import (
    assessment_words,
    finding_words,
    measured_words,
    recommendation_words,
    tissue_words,
)
from calcsight.dicom.results.content import Relation, container, text, with_items
from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.header import plain_ascii
from calcsight.dicom.results.measured_groups import seen_of

_TITLES = codes.cid6052
_ELEMENTS = codes.cid6053
_NOT_LOOKED_FOR = (
    "The software looks for calcifications alone: it did not look for masses, asymmetries or "
    "architectural distortion."
)


def narrative_summary(exam: ExamResult) -> Dataset:
    """Return what the records say in words, and what the software measured, told apart."""
    finals = exam.finals
    sections = (
        (_TITLES.ComparisonToPreviousStudies, _ELEMENTS.ComparisonToPreviousStudies, _priors(exam)),
        (
            _TITLES.Findings,
            _ELEMENTS.Finding,
            [*map(finding_words, finals), *_measurements(exam)],
        ),
        (
            _TITLES.Impressions,
            _ELEMENTS.Impression,
            [
                *map(assessment_words, finals),
                *(said for one in finals for said in tissue_words(one)),
            ],
        ),
        (
            _TITLES.Recommendations,
            _ELEMENTS.Recommendation,
            [recommendation_words(one) for one in finals],
        ),
    )
    return with_items(
        container(codes.DCM.NarrativeSummary, Relation.CONTAINS),
        [_section(*one) for one in sections if one[2]],
    )


def _section(title: Code, element: Code, sentences: Iterable[str]) -> Dataset:
    """Return one section; it holds one text."""
    said = "\r\n".join(map(plain_ascii, sentences))
    return with_items(container(title, Relation.CONTAINS), [text(element, said, Relation.CONTAINS)])


def _priors(exam: ExamResult) -> list[str]:
    """Say with which earlier exams the software compared this one."""
    days = {day_of(one.prior_source) for one in exam.changes}
    known = sorted(one.isoformat() for one in days if one is not None)
    said = [f"The software compared with the exam of {one}." for one in known]
    return said + ["The software compared with an exam of an unknown day."] * (None in days)


def _measurements(exam: ExamResult) -> list[str]:
    """Say what the software measured at the findings of the records."""
    said = [
        measured_words(record, found)
        for record in exam.finals
        for found in seen_of(exam, record.tracking_uid or "")
    ]
    return [*said, _NOT_LOOKED_FOR] if said else []
