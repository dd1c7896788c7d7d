"""The breast imaging report of a person's final records: what it says, and that it is valid."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
from pydicom.uid import MammographyCADSRStorage
from tests.dicom.results.exams import exam_results, final_of, final_of_the_exam
from tests.dicom.results.reported_exams import (
    READ_LATER,
    cad_of,
    code_of,
    group_exam,
    other_scheme_exam,
    reported,
    tissue_exam,
    words,
)
from tests.dicom.results.trees import every, named
from tests.reports.final_records import DCIS, biopsy

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.breast_report import breast_report
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.fhir_bundle import fhir_bundle
from calcsight.dicom.results.lesions import lesions_of, own_uid
from calcsight.dicom.results.source import source_from
from calcsight.terms.biopsy import (
    Answer,
    BiopsyMethod,
    GuidedBy,
    MalignantSubtype,
    Pathology,
    PathologyKind,
    Specimen,
)
from calcsight.terms.errors import ContradictionError, FinalRecordError
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind, Laterality


def test_every_word_of_every_report_is_plain_ascii_of_its_length() -> None:
    for exam in reported().values():
        report = breast_report(exam)
        for one in every(report):
            for keyword in ("ConceptNameCodeSequence", "ConceptCodeSequence"):
                for concept in one.get(keyword, ()):
                    assert concept.CodeMeaning.isascii(), concept.CodeMeaning
                    assert 0 < len(concept.CodeMeaning) <= 64
        assert words(report).isascii()


def test_the_same_records_give_the_same_bytes() -> None:
    exam = tissue_exam()
    assert file_bytes(breast_report(exam)) == file_bytes(breast_report(exam))
    other = replace(exam, finals=exam.finals[:1])
    assert breast_report(exam).SOPInstanceUID != breast_report(other).SOPInstanceUID
    corrected = breast_report(group_exam(category="4A")), breast_report(group_exam(category="4C"))
    assert corrected[0].SOPInstanceUID != corrected[1].SOPInstanceUID


def test_a_finding_is_said_by_a_person_and_measured_by_the_software_apart() -> None:
    exam = exam_results()["assessed"]
    reading = exam.views[0].reading
    assert reading is not None
    record, group = exam.finals[0], reading.groups[0]
    report = breast_report(exam)
    said = named(report, "59776-5")
    sections = [one for one in said if named(one, "112040")]
    assert [named(one, "112040")[0].UID for one in sections] == [record.tracking_uid] * 2
    person, measured = sections
    assert [code_of(one) for one in named(person, "121005")] == [("121006", "DCM")]
    assert named(person, "121008")[0].PersonName == "reader-7^"
    assert [code_of(one) for one in named(person, "111005")] == [("MA.II.A.5.4B", "BI")]
    assert [code_of(one) for one in named(person, "111053")] == [("111143", "DCM")]
    assert not named(person, "111038")
    assert [code_of(one) for one in named(measured, "121005")] == [("121007", "DCM")]
    assert not named(measured, "111005")
    number = named(measured, "111038")[0].MeasuredValueSequence[0]
    assert (int(number.NumericValue), group.count) == (7, 7)
    assert number.MeasurementUnitsCodeSequence[0].CodeValue == "{calcifications}"
    size = named(measured, "103339001")[0].MeasuredValueSequence[0]
    assert float(size.NumericValue) == pytest.approx(group.extent_mm, abs=0.001)
    outline = named(measured, "121112")[0]
    hull = [(row + 0.5, column + 0.5) for row, column in group.hull]
    drawn = list(zip(outline.GraphicData[1::2], outline.GraphicData[::2], strict=True))
    assert drawn[0] == drawn[-1]
    for point, corner in zip(drawn, hull, strict=False):
        assert point == pytest.approx(corner, abs=0.01)


def test_the_cad_report_calls_the_finding_by_the_same_uid() -> None:
    exam = exam_results()["assessed"]
    report, cad = breast_report(exam, cad_of(exam)), cad_report(exam)
    mine = {str(one.UID) for one in named(report, "112040")}
    assert mine == {exam.finals[0].tracking_uid}
    assert mine <= {str(one.UID) for one in named(cad, "112040")}
    evidence = [one.ReferencedSOPSequence[0] for one in named(report, "122073")]
    assert {one.ReferencedSOPClassUID for one in evidence} == {MammographyCADSRStorage}


def test_a_finding_of_this_exam_is_known_though_a_comparison_names_it_after_a_prior() -> None:
    exam = exam_results()["four_views_with_prior"]
    followed = next(one for one in lesions_of(exam) if one.seen[0].change is not None).seen[0]
    alone = own_uid(followed.view, followed.group)
    assert alone != followed.tracking_uid
    for uid in (alone, followed.tracking_uid):
        record = replace(final_of(exam, 0), tracking_uid=uid)
        report = breast_report(replace(exam, finals=(record,)))
        assert "calcifications over 8.0 mm" in words(report)
        assert "it did not look for masses" in words(report)


def test_a_category_shows_the_word_of_the_later_edition_beside_its_code() -> None:
    said = words(breast_report(group_exam(category="4C")))
    assert "category 4C of bi-rads-2013-like 1, by reader-7" in said
    assert "In the words of the 5th edition that is high suspicion" in said
    assert '"4C - Moderate suspicion"' in said


def test_a_scheme_without_codes_is_text_alone() -> None:
    report = breast_report(group_exam(scheme="five-tier", category="4"))
    assert not named(report, "111005")
    assert not named(report, "111053")
    assert "category 4 of five-tier 1" in words(report)
    assert "no category is coded" in words(report)


def test_a_category_that_its_scheme_cannot_have_is_text_alone() -> None:
    report = breast_report(group_exam(category="B4"))
    assert not named(report, "111005")
    assert "category B4" in words(report)


@pytest.mark.parametrize(
    ("recommendation", "due_on", "coded"),
    [
        (Recommendation.SHORT_INTERVAL, None, "111142"),
        (Recommendation.SHORT_INTERVAL, date(2024, 8, 29), "111142"),
        (Recommendation.SHORT_INTERVAL, date(2025, 2, 27), "111142"),
        (Recommendation.SHORT_INTERVAL, date(2025, 2, 28), ""),  # twelve months
        (Recommendation.MORE_VIEWS, None, "111135"),
        (Recommendation.CONSULTATION, None, ""),
        (Recommendation.ROUTINE, None, "111140"),
    ],
)
def test_what_is_recommended_has_the_code_that_says_the_same(
    recommendation: Recommendation, due_on: date | None, coded: str
) -> None:
    report = breast_report(group_exam(recommendation=recommendation, due_on=due_on))
    assert [code_of(one)[0] for one in named(report, "111053")] == ([coded] if coded else [])
    assert recommendation.text in words(report)


def test_a_day_that_was_named_is_an_interval_in_whole_months_or_in_days() -> None:
    for day, value, unit in ((date(2024, 8, 29), "6", "mo"), (date(2024, 9, 1), "185", "d")):
        changed = {"recommendation": Recommendation.SHORT_INTERVAL, "due_on": day}
        report = breast_report(group_exam(**changed))
        interval = named(report, "111055")[0].MeasuredValueSequence[0]
        assert str(interval.NumericValue) == value
        assert interval.MeasurementUnitsCodeSequence[0].CodeValue == unit
        assert str(named(report, "111054")[0].Date) == day.strftime("%Y%m%d")
    assert not named(breast_report(group_exam()), "111055")


def test_tissue_and_concordance_are_told() -> None:
    report = breast_report(tissue_exam())
    assert [code_of(one)[0] for one in named(report, "122177")] == ["21594007", "30807003"]
    assert [code_of(one)[0] for one in named(report, "111042")] == ["1162814007"]
    assert [code_of(one)[0] for one in named(report, "385356007")] == ["111494"]
    assert [code_of(one)[0] for one in named(report, "111464")] == ["111490", "64318009"]
    assert "explains the images (concordant), by reader-2" in words(report)
    assert "P-77" not in str(report)  # the number of a report of pathology stays outside


def test_a_result_that_is_awaited_has_no_code() -> None:
    exam = tissue_exam()
    waiting = replace(exam.finals[0].biopsies[0], pathology=(), concordances=())
    record = replace(exam.finals[0], biopsies=(waiting,))
    report = breast_report(replace(exam, finals=(record,)))
    assert not named(report, "122177")
    assert "its result is awaited" in words(report)


def every_record() -> Iterator[FinalRecord]:
    """Yield records that between them say everything that can be said."""
    first = final_of(exam_results()["group"])
    for one in (*AssociatedFinding, None):
        yield replace(first, associated=one)
    for recommendation in Recommendation:
        yield replace(first, recommendation=recommendation, due_on=date(2024, 6, 1))
    for kind in ExamKind:
        yield replace(first, exam_kind=kind, laterality=Laterality.UNKNOWN)
    for category in "0 1 2 3 4 4A 4B 4C 5 6 7 R3".split():
        yield replace(first, category=category)
    assert first.finding_id is not None
    whole = biopsy(
        finding_id=first.finding_id, laterality=Laterality.LEFT, performed_on=date(2024, 3, 10)
    )
    of_them = [replace(whole, method=one, cores=None, concordances=()) for one in BiopsyMethod]
    of_them += [replace(whole, guided_by=one) for one in GuidedBy]
    of_them += [
        replace(whole, concordances=(replace(whole.concordances[0], concordant=one),))
        for one in Answer
    ]
    told = replace(DCIS, reported_on=date(2024, 3, 15))
    reports = [replace(told, subtype=one) for one in MalignantSubtype]
    reports += [replace(told, subtype=MalignantSubtype.INVASIVE, stage=one) for one in range(1, 5)]
    reports += [
        replace(told, kind=one, subtype=None)
        for one in PathologyKind
        if one not in (PathologyKind.MALIGNANT, PathologyKind.PENDING)
    ]
    reports.append(Pathology(kind=PathologyKind.PENDING, specimen=Specimen.SURGERY))
    of_them += [replace(whole, pathology=(one,)) for one in reports]
    for one in of_them:
        yield replace(first, read_at=READ_LATER, biopsies=(one,))


def test_whatever_a_record_says_can_be_written() -> None:
    exam = exam_results()["group"]
    for record in every_record():
        of_it = replace(exam, finals=(record,))
        said = words(breast_report(of_it))
        assert record.category in said
        assert record.recommendation.text in said
        assert said.isascii()
        assert f'"text": "{record.category} (' in fhir_bundle(of_it).decode()


def test_an_exam_without_a_finding_has_an_overall_assessment_in_the_persons_words() -> None:
    report = breast_report(exam_results()["assessed_without_finding"])
    (overall,) = named(report, "111413")
    assert [code_of(one)[0] for one in named(overall, "111005")] == ["397140005"]
    assert "no finding to follow was recorded" in words(report)
    assert "negative" not in words(report).lower()
    assert "normal" not in words(report).lower()


def test_one_breast_is_not_the_overall_assessment() -> None:
    report = breast_report(other_scheme_exam())
    assert not named(report, "111413")
    (left,) = (one for one in named(report, "19005-8") if named(one, "111005"))
    assert next(code_of(one)[0] for one in named(left, "272741003")) == "80248007"


def test_the_report_is_complete_unverified_and_rests_on_its_images() -> None:
    exam = tissue_exam()
    cad = cad_of(exam)
    report = breast_report(exam, cad)
    assert (report.CompletionFlag, report.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
    assert [str(one.PersonName) for one in report.AuthorObserverSequence] == [
        "reader-7^",
        "reader-8^",
    ]
    (study,) = report.CurrentRequestedProcedureEvidenceSequence
    objects = {
        one.ReferencedSOPInstanceUID
        for series in study.ReferencedSeriesSequence
        for one in series.ReferencedSOPSequence
    }
    assert objects == {*(one.sop_uid for one in exam.images), cad.sop_uid}
    assert report.PatientID == exam.first.header.PatientID
    assert "exam of 2022-02-28" in words(report)


def test_a_change_since_the_prior_has_its_code() -> None:
    exam = exam_results()["four_views_with_prior"]
    comparison = next(one.comparison for one in exam.changes if one.comparison.groups)
    group = comparison.groups[0]
    view = next(
        n
        for n, one in enumerate(exam.views)
        if one.source.sop_uid == comparison.current.mammogram.uid
    )
    record = replace(final_of(exam, view), finding_id="F-1", tracking_uid=group.tracking_uid)
    report = breast_report(replace(exam, finals=(record,)))
    assert named(report, "129720009"), group.change


def wrong_records() -> dict[str, tuple[FinalRecord, type[Exception], str]]:
    exam = exam_results()["group"]
    right = final_of(exam)
    return {
        "no exam": (
            replace(right, exam_uid="", exam_on=None),
            FinalRecordError,
            "does not name its exam",
        ),
        "no exam, finding not seen": (
            replace(right, exam_uid="", tracking_uid="2.25.1"),
            FinalRecordError,
            "does not name its exam",
        ),
        "another exam": (replace(right, exam_uid="1.2.3"), ContradictionError, "the exam 1.2.3"),
        "another breast": (
            replace(right, laterality=Laterality.RIGHT),
            ContradictionError,
            "in the breast R",
        ),
        "another day": (
            replace(right, exam_on=date(2024, 2, 28)),
            ContradictionError,
            "another day",
        ),
    }


CASES = "no exam|no exam, finding not seen|another exam|another breast|another day".split("|")


@pytest.mark.parametrize("case", CASES)
def test_a_record_that_is_not_of_the_images_is_refused(case: str) -> None:
    record, error, said = wrong_records()[case]
    exam = replace(exam_results()["group"], finals=(record,))
    with pytest.raises(error, match=said):
        breast_report(exam)


def test_a_record_that_names_no_exam_is_known_by_its_day_and_its_finding() -> None:
    report = breast_report(group_exam(exam_uid=""))
    assert [code_of(one)[0] for one in named(report, "111005")] == ["MA.II.A.5.4B"]


def test_no_record_and_two_of_one_thing_are_refused() -> None:
    exam = exam_results()["group"]
    record = final_of(exam)
    with pytest.raises(FinalRecordError, match="no final record"):
        breast_report(exam)
    later = replace(record, reader_id="reader-8", category="2")
    with pytest.raises(FinalRecordError, match="two final records"):
        breast_report(replace(exam, finals=(record, later)))
    whole = final_of_the_exam(exam)
    with pytest.raises(FinalRecordError, match="two final records"):
        breast_report(replace(exam, finals=(whole, replace(whole, category="2"))))


def test_objects_of_another_study_or_woman_are_refused_without_naming_her() -> None:
    exam = exam_results()["assessed"]
    other = source_from(deepcopy(exam.first.header))
    other.header.PatientID, other.header.SOPInstanceUID = "SENTINEL-4711", "1.2.3.4"
    mixed = replace(exam, views=(*exam.views, replace(exam.views[0], source=other)))
    with pytest.raises(ContradictionError, match="several patients") as problem:
        breast_report(mixed)
    assert "SENTINEL" not in str(problem.value)
    other.header.StudyInstanceUID = "1.2.3.5"
    with pytest.raises(ContradictionError, match="2 studies"):
        breast_report(mixed)
