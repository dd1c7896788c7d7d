"""Exams that a person has read: final records of findings, tissue, breasts and whole exams."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from pydicom import Dataset
from tests.dicom.results.exams import exam_results, final_of, final_of_the_exam
from tests.dicom.results.trees import every
from tests.reports.final_records import BENIGN, DCIS, biopsy

from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.source import source_from
from calcsight.terms.biopsy import (
    BiopsyMethod,
    GuidedBy,
    MalignantSubtype,
)
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind, Laterality

READ_LATER = datetime(2024, 3, 20, 12, tzinfo=UTC)
# PixelMed as Debian has it knows codes, and meanings of codes, that the standard has replaced.
OLDER = {
    "59776-5": ("121070", "DCM", "Findings"),
    "18783-1": ("121074", "DCM", "Recommendations"),
    "18785-6": ("111401", "DCM", "Reason for procedure"),
    "111424": ("111424", "DCM", "Comparison to previous exams"),
    "246090004": ("246090004", "SCT", "Associated Finding"),
    "385356007": ("385356007", "SCT", "Tumor stage finding"),
    "129720009": ("129720009", "SCT", "Change since last mammogram"),
}


def code_of(one: Dataset) -> tuple[str, str]:
    concept = one.ConceptCodeSequence[0]
    return (concept.CodeValue, concept.CodingSchemeDesignator)


def words(report: Dataset) -> str:
    return "\n".join(one.TextValue for one in every(report) if one.ValueType == "TEXT")


def with_older_codes(report: Dataset) -> Dataset:
    """Name sections as PixelMed knows them, so that it looks at what is in them."""
    for one in every(report):
        for name in one.get("ConceptNameCodeSequence", ()):
            if name.CodeValue in OLDER:
                values = OLDER[name.CodeValue]
                name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = values
    return report


def group_exam(**changed: object) -> ExamResult:
    """Return an exam with one group, and a record of it with changes."""
    exam = exam_results()["group"]
    return replace(exam, finals=(replace(final_of(exam), **changed),))  # type: ignore[arg-type]


def tissue_exam() -> ExamResult:
    """Return four views with a prior: one finding with tissue, one watched by another reader."""
    exam = exam_results()["four_views_with_prior"]
    first, second = final_of(exam, 0, "6"), final_of(exam, 3, "3")
    assert first.finding_id is not None
    taken = biopsy(
        finding_id=first.finding_id,
        laterality=Laterality.LEFT,
        performed_on=date(2024, 3, 10),
        pathology=(
            replace(DCIS, reported_on=date(2024, 3, 15), stage=0),
            replace(BENIGN, reported_on=date(2024, 3, 16)),
        ),
    )
    return replace(
        exam,
        finals=(
            replace(
                first,
                read_at=READ_LATER,
                recommendation=Recommendation.TREATMENT,
                associated=AssociatedFinding.MASS,
                exam_kind=ExamKind.DIAGNOSTIC,
                biopsies=(taken,),
            ),
            replace(
                second,
                reader_id="reader-8",
                recommendation=Recommendation.SHORT_INTERVAL,
                due_on=date(2024, 8, 29),
                associated=AssociatedFinding.DISTORTION,
            ),
        ),
    )


def other_tissue_exam() -> ExamResult:
    """Return a finding with tissue of which little is known."""
    exam = tissue_exam()
    first = exam.finals[0]
    told = replace(DCIS, reported_on=date(2024, 3, 15))
    taken = replace(
        first.biopsies[0],
        method=BiopsyMethod.UNKNOWN,
        guided_by=GuidedBy.UNKNOWN,
        pathology=tuple(
            replace(told, subtype=one, record_id=one.value, stage=None)
            for one in (
                MalignantSubtype.INVASIVE,
                MalignantSubtype.INVASIVE_WITH_DCIS,
                MalignantSubtype.OTHER,
            )
        ),
    )
    return replace(exam, finals=(replace(first, biopsies=(taken,)),))


def other_scheme_exam() -> ExamResult:
    """Return a finding in a scheme without codes, beside a breast that is coded."""
    exam = exam_results()["four_views_with_prior"]
    right = replace(final_of(exam, 3, "3"), scheme="five-tier")
    left = replace(final_of_the_exam(exam), laterality=Laterality.LEFT)
    return replace(exam, finals=(right, left))


# Known without making them, so that tests are collected quickly.
REPORTED_NAMES = (
    "one finding",
    "no finding",
    "tissue",
    "other tissue",
    "other scheme",
    "film",
    "latin 1",
    "japanese",
)


@cache
def reported() -> dict[str, ExamResult]:
    exams = exam_results()
    film = exams["film"]
    return {
        "one finding": exams["assessed"],
        "no finding": exams["assessed_without_finding"],
        "tissue": tissue_exam(),
        "other tissue": other_tissue_exam(),
        "other scheme": other_scheme_exam(),
        "film": replace(film, finals=(final_of_the_exam(film),)),
        "latin 1": replace(exams["latin_1"], finals=(final_of(exams["latin_1"]),)),
        "japanese": replace(exams["japanese"], finals=(final_of(exams["japanese"]),)),
    }


def cad_of(exam: ExamResult) -> SourceImage:
    """Return the machine's own report of an exam."""
    return source_from(cad_report(replace(exam, finals=())))
