"""What a Mammography CAD SR says of an exam."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from pydicom import Dataset
from tests.dicom.results.exams import (
    ALONE,
    EXAM_NAMES,
    GROUP,
    exam_results,
    final_of,
    final_of_the_exam,
)
from tests.dicom.results.trees import (
    at,
    below,
    children,
    every,
    image_of,
    named,
    number_of,
    points_of,
    unit_of,
    value_of,
)

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.cad_report import cad_report
from calcsight.dicom.results.exam_result import EarlierResult, ExamResult
from calcsight.terms.comparison import NotComparable
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.mammogram import Laterality

SUMMARY, INDIVIDUAL, FINDING, COMPOSITE = "111017", "111034", "111059", "111015"
ASSESSMENT, FOLLOW_UP, IMPRESSION, WORDS = "111005", "111053", "111023", "111033"
GROUP_CODE, ONE_CODE = "129769006", "129770007"
CENTRE, OUTLINE = "111010", "111041"


def exam_of(name: str) -> ExamResult:
    return exam_results()[name]


@cache
def report_of(name: str) -> Dataset:
    return cad_report(exam_of(name))


def overall_of(report: Dataset) -> Dataset:
    [item] = below(report, SUMMARY)
    return item


def words_of(item: Dataset) -> str:
    [text] = below(item, WORDS)
    return str(text.TextValue)


def findings_of(report: Dataset, code: str) -> list[Dataset]:
    return [one for one in named(report, FINDING) if value_of(one) == code]


@pytest.mark.parametrize(
    ("name", "overall", "detections", "analyses"),
    [
        ("plain", "111241", "111222", "111225"),
        ("group", "111242", "111222", "111225"),
        ("film", "111242", "111222", "111225"),
        ("refused_beside_read", "111244", "111223", "111225"),
        ("all_refused", "111245", "111224", "111225"),
        ("four_views_with_prior", "111242", "111222", "111222"),
    ],
)
def test_the_summaries_tell_what_succeeded(
    name: str, overall: str, detections: str, analyses: str
) -> None:
    report = report_of(name)
    assert value_of(overall_of(report)) == overall
    assert [value_of(one) for one in below(report, "111064")] == [detections]
    assert [value_of(one) for one in below(report, "111065")] == [analyses]


def test_a_refused_image_beside_an_empty_one_is_not_all_succeeded() -> None:
    refused = exam_of("refused_beside_read").views[1]
    exam = exam_of("plain")
    report = cad_report(replace(exam, views=(*exam.views, refused), summary=None))
    assert value_of(overall_of(report)) == "111243"
    assert "this image was not read (blank_image)" in words_of(overall_of(report))


@pytest.mark.parametrize("name", EXAM_NAMES)
def test_every_report_says_that_masses_were_not_looked_for(name: str) -> None:
    words = words_of(overall_of(report_of(name)))
    assert words.startswith("Masses, asymmetries and architectural distortion were not looked for")
    assert not {"negative", "normal"} & set(words.lower().replace(".", " ").split())


@pytest.mark.parametrize("name", ["plain", "group", "many", "suggested", "four_views_with_prior"])
def test_a_program_writes_no_assessment_and_no_follow_up(name: str) -> None:
    report = report_of(name)
    assert not named(report, ASSESSMENT)
    assert not named(report, FOLLOW_UP)
    assert report.VerificationFlag == "UNVERIFIED"


def test_a_suggestion_is_written_when_asked_for_and_named_one() -> None:
    plain, asked = report_of("group"), report_of("suggested")
    said = [str(one.TextValue) for one in named(asked, WORDS)]
    assert sum("Suggestion of software" in one for one in said) == 2
    assert all("only a person assigns" in one for one in said if "Suggestion" in one)
    assert not any("Suggestion" in str(one.TextValue) for one in named(plain, WORDS))


def test_every_image_is_in_the_library_once_and_nothing_refers_elsewhere() -> None:
    for name, exam in exam_results().items():
        report = report_of(name)
        library = below(report, "111028")[0]
        listed = [
            str(one.ReferencedSOPSequence[0].ReferencedSOPInstanceUID) for one in children(library)
        ]
        wanted = [one.sop_uid for one in (*exam.images, *exam.prior_images)]
        assert listed == wanted, name
        for item in every(report):
            place = item.get("ReferencedContentItemIdentifier")
            if place:
                assert at(report, list(place)).ValueType in ("IMAGE", "CODE", "NUM")


def test_the_library_says_which_view_how_it_hangs_and_its_pitch() -> None:
    library = below(report_of("turned_monochrome_1"), "111028")[0]
    [entry] = children(library)
    assert value_of(below(entry, "111027")[0]) == "73056007"  # right breast
    assert value_of(below(entry, "111031")[0]) == "399162004"  # cranio-caudal
    assert [str(below(entry, one)[0].TextValue) for one in ("111044", "111043")] == ["L", "P"]
    assert str(below(entry, "111060")[0].Date) == "20240229"
    spacing = below(entry, "111026")[0]
    assert (number_of(spacing), unit_of(spacing)) == (100.0, "um")


def test_a_group_holds_its_calcifications_and_what_is_alone_stands_alone() -> None:
    exam, report = exam_of("group"), report_of("group")
    [group] = findings_of(report, GROUP_CODE)
    members = [one for one in below(group, FINDING) if value_of(one) == ONE_CODE]
    assert len(members) == number_of(below(group, "111038")[0]) == len(GROUP)
    assert all(one.RelationshipType == "INFERRED FROM" for one in members)
    assert len(findings_of(report, ONE_CODE)) == len(GROUP) + 1
    reading = exam.views[0].reading
    assert reading is not None
    [seen] = reading.groups
    [extent] = below(group, "81827009")
    assert (number_of(extent), unit_of(extent)) == (round(seen.extent_mm, 4), "mm")
    assert number_of(below(group, "112200")[0]) == round(seen.mean_neighbour_mm, 4)
    assert number_of(below(group, "112201")[0]) == round(seen.sd_neighbour_mm, 4)
    assert value_of(below(group, "111009")[0]) == "129756007"  # round
    assert number_of(below(group, "111012")[0]) == pytest.approx(90.0)


def test_a_distribution_is_written_where_it_was_told_and_only_there() -> None:
    told = findings_of(report_of("four_views_with_prior"), GROUP_CODE)
    assert {value_of(below(one, "111008")[0]) for one in told} == {"129766004"}  # grouped
    [group] = findings_of(report_of("group"), GROUP_CODE)  # the describer abstains
    assert below(group, "111008") == []


def test_particles_carry_their_sizes() -> None:
    exam, report = exam_of("group"), report_of("group")
    reading = exam.views[0].reading
    assert reading is not None
    [group] = findings_of(report, GROUP_CODE)
    first = below(group, FINDING)[0]
    one = reading.calcifications[reading.groups[0].members[0]]
    assert one.diameter_mm is not None
    assert one.area_mm2 is not None
    assert number_of(below(first, "81827009")[0]) == round(one.diameter_mm, 4)
    area = below(first, "42798000")[0]
    assert (number_of(area), unit_of(area)) == (round(one.area_mm2, 4), "mm2")


def test_places_are_those_of_the_file_to_a_tenth_of_a_pixel() -> None:
    report = report_of("group")
    centres = [points_of(one)[0] for one in named(report, CENTRE)]
    for row, column in (*GROUP, ALONE):
        nearest = min(max(abs(r - row), abs(c - column)) for r, c in centres)
        assert nearest < 0.1, (row, column)


def test_outlines_are_closed_and_on_the_same_image_as_their_centre() -> None:
    report, exam = report_of("four_views_with_prior"), exam_of("four_views_with_prior")
    uids = {one.sop_uid for one in (*exam.images, *exam.prior_images)}
    findings = named(report, FINDING)
    assert findings
    for finding in findings:
        [centre], [outline] = below(finding, CENTRE), below(finding, OUTLINE)
        points = points_of(outline)
        assert points[0] == points[-1]
        assert len(points) > 3
        assert image_of(report, centre) == image_of(report, outline) in uids


def test_what_scores_below_the_threshold_is_not_in_it() -> None:
    exam = exam_of("four_views_with_prior")
    listed = [one for view in exam.read_views for one in view.reading.calcifications]  # type: ignore[union-attr]
    counted = [one for one in listed if one.score >= 0.5]
    assert len(counted) < len(listed)
    mine = {one.sop_uid for one in exam.images}
    report = cad_report(exam)
    written = [
        one
        for one in findings_of(report, ONE_CODE)
        if image_of(report, below(one, CENTRE)[0]) in mine
    ]
    assert len(written) == len(counted)


def test_without_a_spacing_there_are_places_and_no_sizes() -> None:
    report = report_of("film")
    assert findings_of(report, ONE_CODE)
    assert not findings_of(report, GROUP_CODE)
    units = {unit_of(one) for one in every(report) if one.get("ValueType") == "NUM"}
    assert units == {"%"}
    performed = [value_of(one) for one in named(report, "111022")]
    assert performed == [ONE_CODE]
    assert "no sizes" in words_of(overall_of(report))


def test_the_image_that_was_not_read_is_referred_to_and_nothing_is_found_on_it() -> None:
    exam, report = exam_of("two_intents"), report_of("two_intents")
    [other] = exam.views[0].others
    assert other.sop_uid in {one.sop_uid for one in exam.images}
    assert {image_of(report, one) for one in named(report, CENTRE)} == {exam.first.sop_uid}
    evidence = report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    listed = {one.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for one in evidence}
    assert listed == {other.sop_uid, exam.first.sop_uid}


def test_detections_name_images_operating_point_and_digests() -> None:
    exam, report = exam_of("refused_beside_read"), report_of("refused_beside_read")
    [found], [failed] = named(report, "111063"), named(report, "111025")
    for container, view in ((found, exam.views[0]), (failed, exam.views[1])):
        assert [value_of(one) for one in children(container)] == [ONE_CODE, GROUP_CODE]
        for one in children(container):
            [reference] = [i for i in children(one) if "ReferencedContentItemIdentifier" in i]
            image = at(report, list(reference.ReferencedContentItemIdentifier))
            uid = image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
            assert uid == view.source.sop_uid
    told = " ".join(str(one.TextValue) for one in below(children(found)[0], "111002"))
    assert exam.made_by.settings_digest in told
    assert "0.5 (balanced)" in told
    assert "imager_pixel_spacing_over_factor" in told
    refused = " ".join(str(one.TextValue) for one in below(children(failed)[0], "111002"))
    assert "blank_image" in refused


def test_the_probability_says_what_it_is_a_share_of() -> None:
    exam, report = exam_of("group"), report_of("group")
    reading = exam.views[0].reading
    assert reading is not None
    weighing = reading.groups[0].weighing
    assert weighing is not None
    assert weighing.suspicion is not None
    assert weighing.suspicion.probability is not None
    [probability] = named(report, "111047")
    assert number_of(probability) == round(100 * weighing.suspicion.probability, 4)
    [group] = findings_of(report, GROUP_CODE)
    [told] = below(group, "111002")
    assert "share of a population, not the risk of one woman" in str(told.TextValue)


def test_a_group_that_was_not_weighed_has_no_probability() -> None:
    exam = exam_of("group")
    [view] = exam.views
    assert view.reading is not None
    bare = replace(
        view.reading,
        groups=tuple(replace(one, weighing=None, description=None) for one in view.reading.groups),
    )
    report = cad_report(replace(exam, views=(replace(view, reading=bare),), summary=None))
    [group] = findings_of(report, GROUP_CODE)
    assert not named(report, "111047")
    assert not below(group, "111009")


class TestChange:
    def test_the_same_group_at_two_dates_is_one_composite_feature(self) -> None:
        exam, report = exam_of("compared_and_not_matched"), report_of("compared_and_not_matched")
        temporal = [
            one
            for one in named(report, COMPOSITE)
            if [value_of(kind) for kind in below(one, "111016")] == ["111153"]
        ]
        assert len(temporal) == 2
        grown = temporal[0]
        now, before = below(grown, FINDING)
        assert image_of(report, below(now, CENTRE)[0]) == exam.views[0].source.sop_uid
        assert image_of(report, below(before, CENTRE)[0]) == exam.changes[0].prior_source.sop_uid
        [number], [size] = below(grown, "129810007"), below(grown, "129806009")
        change = exam.changes[0].comparison.groups[0]
        differences = {one.measure.value: one.difference for one in change.measures}
        assert number_of(number) == differences["count"]
        assert number_of(size) == round(differences["extent_mm"] or 0.0, 4)
        assert unit_of(size) == "mm"
        for item, compared in ((number, "111038"), (size, "81827009")):
            both = [at(report, list(one.ReferencedContentItemIdentifier)) for one in children(item)]
            assert both == [below(one, compared)[0] for one in (now, before)]
            assert number_of(item) == pytest.approx(number_of(both[0]) - number_of(both[1]))
        assert not named(before, "111047")

    def test_a_difference_of_more_than_the_numbers_is_inferred_from_the_groups(self) -> None:
        exam = exam_of("compared_and_not_matched")
        first = exam.changes[0]
        [change, *others] = first.comparison.groups
        fainter = tuple(
            replace(one, difference=(one.difference or 0.0) + 1.0) for one in change.measures
        )
        comparison = replace(first.comparison, groups=(replace(change, measures=fainter), *others))
        report = cad_report(replace(exam, changes=(replace(first, comparison=comparison),)))
        [number] = named(report, "129810007")
        both = [at(report, list(one.ReferencedContentItemIdentifier)) for one in children(number)]
        assert [value_of(one) for one in both] == [GROUP_CODE, GROUP_CODE]

    def test_each_change_has_its_code_and_its_words(self) -> None:
        report = report_of("compared_and_not_matched")
        told = {
            value_of(below(one, IMPRESSION)[0]): words_of(one)
            for one in named(report, INDIVIDUAL)
            if below(one, IMPRESSION)
        }
        assert set(told) == {"129726003", "129721008", "129723006"}  # more, new, no change
        assert "it has increased: 5 then, 13 now calcifications" in told["129726003"]
        assert "it is new" in told["129721008"]
        assert "no change beyond what repetition alone does" in told["129723006"]

    def test_views_that_disagree_get_words_and_no_code(self) -> None:
        report = report_of("four_views_with_prior")
        joined = [one for one in named(report, INDIVIDUAL) if "one lesion" in words_of(one)]
        assert len(joined) == 1
        assert not below(joined[0], IMPRESSION)
        assert words_of(joined[0]).count("since the prior of 2022-02-28") == 2

    def test_what_cannot_be_compared_is_said(self) -> None:
        words = words_of(overall_of(report_of("four_views_with_prior")))
        assert "R MLO: not compared with the prior of 2022-02-28. There is an implant" in words

    def test_a_view_without_a_prior_is_named(self) -> None:
        exam = exam_of("four_views_with_prior")
        words = words_of(overall_of(cad_report(replace(exam, changes=exam.changes[1:]))))
        assert "L CC: compared with no prior." in words

    def test_priors_are_other_evidence(self) -> None:
        exam, report = exam_of("four_views_with_prior"), report_of("four_views_with_prior")
        [study] = report.PertinentOtherEvidenceSequence
        assert study.StudyInstanceUID == exam.changes[0].prior_source.study_uid
        assert study.StudyInstanceUID != report.StudyInstanceUID

    def test_two_projections_of_one_lesion_are_joined(self) -> None:
        report = report_of("four_views_with_prior")
        [lesion] = [
            one
            for one in named(report, COMPOSITE)
            if [value_of(kind) for kind in below(one, "111016")] == ["111154"]
        ]
        assert len(below(lesion, COMPOSITE)) == 2
        uids = {str(one.UID) for one in named(lesion, "112040")}
        assert len(uids) == 1

    def test_a_comparison_that_failed_is_a_failed_analysis(self) -> None:
        exam = exam_of("compared_and_not_matched")
        failed = replace(
            exam.changes[0],
            comparison=replace(
                exam.changes[0].comparison,
                not_comparable=NotComparable.REGISTRATION_FAILED,
                links=(),
                groups=(),
            ),
        )
        report = cad_report(replace(exam, changes=(failed,)))
        assert value_of(below(report, "111065")[0]) == "111224"
        assert value_of(overall_of(report)) == "111244"


class TestPersonsWord:
    def test_the_assessment_stands_with_its_finding(self) -> None:
        report = report_of("assessed")
        [assessed], [advised] = named(report, ASSESSMENT), named(report, FOLLOW_UP)
        impression = next(one for one in named(report, INDIVIDUAL) if below(one, ASSESSMENT))
        assert value_of(assessed) == "MA.II.A.5.4B"
        assert value_of(advised) == "111143"
        assert value_of(below(assessed, "272741003")[0]) == "80248007"  # left breast
        words = words_of(impression)
        assert "Assessment by a person" in words
        assert "category 4B by bi-rads-2013-like 1; reader reader-7, 2024-03-05T09:15:00" in words
        [tracked] = [str(one.UID) for one in named(impression, "112040")]
        assert tracked == exam_of("assessed").finals[0].tracking_uid

    def test_the_exam_is_assessed_in_the_overall_impression(self) -> None:
        overall = overall_of(report_of("assessed_without_finding"))
        assert [value_of(one) for one in below(overall, ASSESSMENT)] == ["397140005"]
        assert [value_of(one) for one in below(overall, FOLLOW_UP)] == ["111140"]

    def test_a_finding_without_a_mark_is_told_in_words(self) -> None:
        exam = exam_of("group")
        other = replace(final_of(exam), finding_id="F-OTHER", tracking_uid="2.25.99")
        report = cad_report(replace(exam, finals=(other,)))
        assert not named(report, ASSESSMENT)
        assert "not among the marks of this report" in words_of(overall_of(report))
        assert "F-OTHER" in words_of(overall_of(report))

    def test_another_scheme_has_words_and_no_code(self) -> None:
        exam = exam_of("group")
        final = replace(final_of(exam), scheme="five-tier", category="4")
        report = cad_report(replace(exam, finals=(final,)))
        assert not named(report, ASSESSMENT)
        assert any("category 4 by five-tier" in str(one.TextValue) for one in named(report, WORDS))

    def test_a_day_that_the_reader_named_is_written(self) -> None:
        exam = exam_of("group")
        final = replace(
            final_of(exam, category="3"),
            recommendation=Recommendation.SHORT_INTERVAL,
            due_on=date(2024, 9, 1),
        )
        report = cad_report(replace(exam, finals=(final,)))
        assert [str(one.Date) for one in named(report, "111054")] == ["20240901"]

    def test_of_an_unknown_side_nothing_is_said(self) -> None:
        exam = exam_of("group")
        final = replace(final_of(exam), laterality=Laterality.UNKNOWN)
        [assessed] = named(cad_report(replace(exam, finals=(final,))), ASSESSMENT)
        assert children(assessed) == []


class TestObject:
    def test_the_same_exam_gives_the_same_bytes(self) -> None:
        exam = exam_of("four_views_with_prior")
        assert file_bytes(cad_report(exam)) == file_bytes(cad_report(exam))

    def test_another_time_gives_other_uids_and_the_same_content(self) -> None:
        exam = exam_of("group")
        later = replace(exam, created_at=exam.created_at + timedelta(seconds=1))
        one, other = cad_report(exam), cad_report(later)
        assert one.SOPInstanceUID != other.SOPInstanceUID
        assert one.SeriesInstanceUID != other.SeriesInstanceUID
        assert one.ContentSequence == other.ContentSequence

    def test_an_earlier_version_is_its_predecessor_and_changes_the_uid(self) -> None:
        exam = exam_of("group")
        before = cad_report(exam)
        earlier = EarlierResult(
            sop_class_uid=str(before.SOPClassUID),
            sop_uid=str(before.SOPInstanceUID),
            series_uid=str(before.SeriesInstanceUID),
            study_uid=str(before.StudyInstanceUID),
        )
        of_another_kind = replace(earlier, sop_class_uid="1.2.840.10008.5.1.4.1.1.88.34")
        after = cad_report(replace(exam, predecessors=(earlier, of_another_kind)))
        [study] = after.PredecessorDocumentsSequence
        [series] = study.ReferencedSeriesSequence
        [instance] = series.ReferencedSOPSequence
        assert instance.ReferencedSOPInstanceUID == before.SOPInstanceUID
        assert after.SOPInstanceUID != before.SOPInstanceUID

    @pytest.mark.parametrize("name", ["latin_1", "japanese"])
    def test_patient_and_letters_are_those_of_the_source(self, name: str) -> None:
        exam, report = exam_of(name), report_of(name)
        assert report.SpecificCharacterSet == exam.first.header.SpecificCharacterSet
        assert report.PatientName == exam.first.header.PatientName
        texts = [str(one.TextValue) for one in every(report) if "TextValue" in one]
        assert texts
        assert all(one.isascii() for one in texts)
        assert all(len(one.UID) <= 64 for one in every(report) if "UID" in one)

    def test_two_hundred_calcifications_stay_below_a_megabyte(self) -> None:
        report = report_of("many")
        assert len(findings_of(report, ONE_CODE)) >= 200
        assert len(file_bytes(report)) < 1_000_000

    def test_exam_level_records_differ_by_time(self) -> None:
        exam = exam_of("plain")
        one = final_of_the_exam(exam)
        other = replace(one, read_at=datetime(2024, 3, 6, tzinfo=UTC))
        uids = {cad_report(replace(exam, finals=(f,))).SOPInstanceUID for f in (one, other)}
        assert len(uids) == 2
