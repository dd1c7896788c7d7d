"""Measurement reports (TID 1500), and what all objects made with highdicom share."""

import logging
import re
import warnings
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from tests.dicom.results.exams import exam_results
from tests.dicom.results.marked_places import (
    HUNG,
    Hung,
    bytes_of,
    hung_exam,
    nearest_px,
    places,
    read_back,
)
from tests.dicom.results.trees import every, named

from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.tracking import group_tracking_uids, particle_tracking_uid
from calcsight.dicom.results.view_wording import counted, outside_groups
from calcsight.pathway.tracking import finding_id

pytest.importorskip("highdicom")

from highdicom.sr import MeasurementReport, srread

from calcsight.dicom.results.comprehensive import comprehensive_report
from calcsight.dicom.results.presentation_state import presentation_states
from calcsight.dicom.results.segmentation import segmentations


def objects(exam: ExamResult) -> Iterator[Dataset]:
    """Yield every object that highdicom makes of an exam."""
    yield comprehensive_report(exam)
    yield from segmentations(exam)
    yield from presentation_states(exam)


def coded(dataset: Dataset, value: str) -> list[str]:
    return [one.ConceptCodeSequence[0].CodeValue for one in named(dataset, value, "CODE")]


def measured(dataset: Dataset, value: str) -> list[tuple[float, str]]:
    found = [one.MeasuredValueSequence[0] for one in named(dataset, value, "NUM")]
    return [
        (float(one.NumericValue), one.MeasurementUnitsCodeSequence[0].CodeValue) for one in found
    ]


def texts(dataset: Dataset) -> list[str]:
    return [one.TextValue for one in every(dataset) if one.ValueType == "TEXT"]


def groups_of(report: Dataset) -> list[Dataset]:
    return named(report, "125007")


@pytest.mark.parametrize("hung", HUNG, ids=lambda one: one.name)
def test_marks_are_where_they_were(hung: Hung, tmp_path: Path) -> None:
    exam, place = hung_exam(hung, tmp_path)
    report = read_back(comprehensive_report(exam))
    regions = named(report, "111030", "SCOORD")
    points = [places(one.GraphicData)[0] for one in regions if one.GraphicType == "POINT"]
    assert nearest_px(np.array(points), place) < 0.1


def test_a_group_has_its_outline_words_and_measurements() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    (group,) = view.reading.groups
    report = read_back(comprehensive_report(exam))
    first = groups_of(report)[0]
    assert first.ContentTemplateSequence[0].TemplateIdentifier == "1410"
    assert coded(first, "121071") == ["129769006"]  # finding: a group of calcifications
    assert coded(first, "111009") == ["129756007"]  # type: round
    assert coded(first, "111008") == []  # the distribution cannot be told
    told = groups_of(read_back(comprehensive_report(exam_results()["four_views_with_prior"])))
    assert coded(told[0], "111008") == ["129766004"]  # grouped
    assert coded(first, "363698007") == ["80248007"]  # site: left breast
    assert measured(first, "111038") == [(7.0, "1")]
    assert measured(first, "103339001") == [(round(group.extent_mm, 3), "mm")]
    assert measured(first, "CALC_PER_AREA") == [(round(group.density_per_cm2, 3), "/cm2")]
    assert measured(first, "81827009") == [(round(group.mean_diameter_mm, 3), "mm")]
    assert coded(first, "121401") == ["373098007"]  # derivation of the diameter: mean
    (region,) = named(first, "111030")
    outline = places(region.GraphicData)
    assert region.GraphicType == "POLYLINE"
    assert (outline[0] == outline[-1]).all()
    assert np.abs(outline[:-1] - group.hull).max() < 0.01
    (uid,) = named(first, "112040")
    assert group_tracking_uids(exam)[view.source.sop_uid, group.number] == uid.UID
    assert named(first, "112039")[0].TextValue == finding_id(uid.UID)


def test_a_single_calcification_is_a_point_with_its_diameter() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    ((place, particle),) = outside_groups(view)
    _, single = groups_of(read_back(comprehensive_report(exam)))
    assert coded(single, "121071") == ["129770007"]
    assert particle.diameter_mm is not None
    assert measured(single, "81827009") == [(round(particle.diameter_mm, 3), "mm")]
    assert particle_tracking_uid(view, particle) == named(single, "112040")[0].UID
    assert named(single, "112039")[0].TextValue == f"L CC calcification {place + 1}"


def test_every_group_and_every_single_one_is_there_once() -> None:
    exam = exam_results()["many"]
    view = exam.views[0]
    assert view.reading is not None
    report = comprehensive_report(exam)
    found = groups_of(report)
    assert len(found) == len(view.reading.groups) + len(outside_groups(view))
    assert len({one.UID for one in named(report, "112040")}) == len(found)
    counts = sum(count for count, _ in measured(report, "111038"))
    assert counts + len(outside_groups(view)) == len(counted(view))


def test_what_does_not_count_is_not_in_it() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    faint = tuple(replace(one, score=0.1) for one in view.reading.calcifications)
    reading = replace(view.reading, groups=(), calcifications=faint)
    report = comprehensive_report(replace(exam, views=(replace(view, reading=reading),)))
    assert groups_of(report) == []
    assert coded(report, "111017") == ["111241"]


def test_without_spacing_diameters_are_in_pixels() -> None:
    exam = exam_results()["film"]
    report = read_back(comprehensive_report(exam))
    particles = [one for _, one in outside_groups(exam.views[0])]
    assert len(particles) == 8
    assert measured(report, "81827009") == [
        (round(one.diameter_px, 3), "{pixels}") for one in particles
    ]
    assert any("pixel spacing is unknown" in one for one in texts(report))
    assert "group" not in next(one for one in texts(report) if one.startswith("L CC"))


def test_nothing_found_is_said_and_nothing_is_measured() -> None:
    report = read_back(comprehensive_report(exam_results()["plain"]))
    assert named(report, "126010") == []
    assert coded(report, "111017") == ["111241"]
    assert "L CC: calcifications were looked for and none was found." in texts(report)
    assert any(one.startswith("Masses, asymmetries") for one in texts(report))
    assert report.CompletionFlag == "COMPLETE"


def test_a_refused_image_is_said_and_in_the_library() -> None:
    exam = exam_results()["refused_beside_read"]
    report = read_back(comprehensive_report(exam))
    assert coded(report, "111017") == ["111244"]
    told = "L MLO: the image was refused (blank_image) and was not looked at."
    assert told in texts(report)
    (said,) = [one for one in named(report, "121071", "TEXT") if one.TextValue == told]
    (image,) = said.ContentSequence
    assert image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == exam.views[1].source.sop_uid
    library = [one for one in named(report, "260753009", "IMAGE") if "ContentSequence" in one]
    assert len(library) == 2
    assert report.CompletionFlag == "PARTIAL"
    assert report.CompletionFlagDescription == "1 of 2 views were refused"


def test_where_all_was_refused_masses_were_not_looked_for_either() -> None:
    report = read_back(comprehensive_report(exam_results()["all_refused"]))
    assert coded(report, "111017") == ["111245"]
    assert named(report, "126010") == []
    assert any(one.startswith("Masses, asymmetries") for one in texts(report))


def test_both_images_of_one_exposure_are_in_library_and_evidence() -> None:
    exam = exam_results()["two_intents"]
    report = read_back(comprehensive_report(exam))
    (study,) = report.CurrentRequestedProcedureEvidenceSequence
    evidence = {
        one.ReferencedSOPInstanceUID
        for series in study.ReferencedSeriesSequence
        for one in series.ReferencedSOPSequence
    }
    assert evidence == {one.sop_uid for one in exam.images}
    assert len(evidence) == 2
    assert len(named(report, "126200")) == 1  # one group: viewers look at the first alone


def test_the_library_says_what_the_header_says() -> None:
    report = read_back(comprehensive_report(exam_results()["turned_monochrome_1"]))
    assert coded(report, "121139") == ["MG"]
    assert coded(report, "111027") == ["24028007"]
    assert coded(report, "111031") == ["399162004"]
    assert [named(report, one)[0].TextValue for one in ("111044", "111043")] == ["L", "P"]
    assert measured(report, "110910") == [(440.0, "{pixels}")]
    assert measured(report, "111066") == [(0.1, "mm")]
    film = read_back(comprehensive_report(exam_results()["film"]))
    assert measured(film, "111066") == []
    assert coded(film, "121139") == ["RG"]


def test_the_observer_is_a_device_and_nobody_verified_it() -> None:
    report = read_back(comprehensive_report(exam_results()["group"]))
    assert coded(report, "121005") == ["121007"]
    assert named(report, "121013")[0].TextValue == "calcsight"
    assert coded(report, "121058") == ["363679005"]  # CID 100, in every edition of it
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert any(one.startswith("Research, ") for one in texts(report))


def test_the_machine_assesses_nothing_and_advises_nothing() -> None:
    for name in ("suggested", "assessed", "four_views_with_prior"):
        report = comprehensive_report(exam_results()[name])
        assert named(report, "111005") == named(report, "111053") == []


def test_no_report_calls_a_woman_or_a_view_healthy() -> None:
    for exam in exam_results().values():
        said = " ".join(texts(comprehensive_report(exam))).lower()
        assert not re.search(r"\b(negative|normal|healthy|benign)\b", said)


def test_a_finding_that_was_followed_keeps_its_tracking_uid() -> None:
    exam = exam_results()["four_views_with_prior"]
    followed = {
        change.tracking_uid
        for changed in exam.changes
        for change in changed.comparison.groups
        if change.current and change.prior
    }
    assert followed
    assert followed <= {one.UID for one in named(comprehensive_report(exam), "112040")}
    labelled = {
        one.get("TrackingUID") for made in segmentations(exam) for one in made.SegmentSequence
    }
    assert followed <= labelled


def test_one_lesion_in_two_views_is_one_finding_and_two_regions() -> None:
    exam = exam_results()["four_views_with_prior"]
    known = group_tracking_uids(exam)
    uids = [
        known[view.source.sop_uid, group.number]
        for view in exam.read_views
        for group in (view.reading.groups if view.reading else ())
    ]
    assert len(set(uids)) < len(uids)  # seen in two views
    report = comprehensive_report(exam)
    regions = [one for one in groups_of(report) if measured(one, "111038")]
    assert len({named(one, "112040")[0].UID for one in regions}) == len(uids)
    told = [named(one, "112039")[0].TextValue for one in regions]
    assert told == [finding_id(one) for one in uids]


def test_highdicom_reads_back_the_same_regions() -> None:
    exam = exam_results()["many"]
    report = srread(BytesIO(bytes_of(comprehensive_report(exam))))
    assert isinstance(report.content, MeasurementReport)
    found = report.content.get_planar_roi_measurement_groups()
    assert len(found) == len(groups_of(report))
    kinds = {one.roi.GraphicType for one in found if one.roi is not None}
    assert kinds == {"POLYLINE", "POINT"}


def test_the_same_input_gives_the_same_bytes() -> None:
    exam = exam_results()["four_views_with_prior"]
    assert bytes_of(comprehensive_report(exam)) == bytes_of(comprehensive_report(exam))


@pytest.mark.parametrize("name", ["latin_1", "japanese"])
def test_names_keep_their_characters_in_every_object(name: str) -> None:
    exam = exam_results()[name]
    source = exam.first.header
    for made in objects(exam):
        back = read_back(made)
        assert back.SpecificCharacterSet == source.SpecificCharacterSet
        assert str(back.PatientName) == str(source.PatientName)
        assert back.PatientName.original_string == source.PatientName.original_string


SENTINEL = "QZXSENTINEL"


def with_header(exam: ExamResult, **attributes: object) -> ExamResult:
    """Return the exam with other attributes in the header of its first view."""
    header = deepcopy(exam.first.header)  # exams are shared by all tests
    for keyword, value in attributes.items():
        setattr(header, keyword, value)
    source = replace(exam.first, header=header)
    return replace(exam, views=(replace(exam.views[0], source=source), *exam.views[1:]))


def test_nothing_but_patient_and_study_goes_on() -> None:
    request = Dataset()
    request.RequestedProcedureDescription = SENTINEL
    exam = with_header(
        exam_results()["group"],
        InstitutionName=SENTINEL,
        InstitutionAddress=SENTINEL,
        InstitutionalDepartmentName=SENTINEL,
        StationName=SENTINEL,
        OperatorsName=f"{SENTINEL}^A",
        PerformingPhysicianName=f"{SENTINEL}^B",
        PatientTelephoneNumbers=SENTINEL,
        PatientAddress=SENTINEL,
        ImageComments=SENTINEL,
        ProtocolName=SENTINEL,
        SeriesDescription=SENTINEL,
        DetectorID=SENTINEL,
        RequestAttributesSequence=[request],
    )
    for made in objects(exam):
        assert SENTINEL.encode() not in bytes_of(made)


def test_no_name_or_number_is_logged_or_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    exam = with_header(
        exam_results()["group"],
        PatientName=SENTINEL,  # without a delimiter: highdicom doubts it in the log
        PatientID=SENTINEL,
        PatientSex="F",
        AccessionNumber="QZXSENTINEL",
    )
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        made = [bytes_of(one) for one in objects(exam)]
    assert all(SENTINEL.encode() in one for one in made)
    assert SENTINEL not in caplog.text
    assert not [one for one in heard if SENTINEL in str(one.message)]


def test_an_image_of_a_class_that_highdicom_does_not_know_is_named_by_it() -> None:
    private = "1.2.826.0.1.3680043.2.1143.99"
    exam = with_header(exam_results()["group"], SOPClassUID=private)
    for made in objects(exam):
        data = bytes_of(made)
        assert private.encode() in data
        assert b"1.2.840.10008.5.1.4.1.1.1.2" not in data
