"""Presentation states: marks where they were, grey values as in the file."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import cv2
import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from tests.dicom.results.exams import exam_of, exam_results, turned_shot, view_result
from tests.dicom.results.marked_places import (
    HUNG,
    Hung,
    bytes_of,
    hung_exam,
    nearest_px,
    places,
    read_back,
)
from tests.parts import needs

pytest.importorskip("highdicom")

from calcsight.dicom.results.presentation_state import presentation_states
from calcsight.dicom.results.presentation_state_grey import add_grey
from calcsight.dicom.results.view_wording import counted


def graphics(state: Dataset, layer: str, kind: str) -> list[Dataset]:
    return [
        one
        for annotation in state.GraphicAnnotationSequence
        if annotation.GraphicLayer == layer
        for one in annotation.get(kind, ())
    ]


def sentence(state: Dataset) -> str:
    return str(graphics(state, "SENTENCE", "TextObjectSequence")[0].UnformattedTextValue)


@pytest.mark.parametrize("hung", HUNG, ids=lambda one: one.name)
def test_marks_are_where_they_were(hung: Hung, tmp_path: Path) -> None:
    exam, place = hung_exam(hung, tmp_path)
    state = read_back(presentation_states(exam)[0])
    circles = graphics(state, "CALCIFICATIONS", "GraphicObjectSequence")
    centres = np.array([places(one.GraphicData)[0] for one in circles])
    assert {one.GraphicType for one in circles} == {"CIRCLE"}
    assert {one.GraphicAnnotationUnits for one in circles} == {"PIXEL"}
    assert nearest_px(centres, place) < 0.1
    assert state.PresentationLUTShape == ("INVERSE" if hung.dark_is_dense else "IDENTITY")


def test_groups_are_closed_outlines_with_their_number() -> None:
    view = exam_results()["many"].views[0]
    state = read_back(presentation_states(exam_results()["many"])[0])
    assert view.reading is not None
    outlines = graphics(state, "GROUPS", "GraphicObjectSequence")
    numbers = graphics(state, "GROUPS", "TextObjectSequence")
    assert [one.UnformattedTextValue for one in numbers] == [
        str(group.number) for group in view.reading.groups
    ]
    for outline, group in zip(outlines, view.reading.groups, strict=True):
        points = places(outline.GraphicData)
        assert outline.GraphicType == "POLYLINE"
        assert (points[0] == points[-1]).all()
        assert np.abs(points[:-1] - group.hull).max() < 0.01
    circles = graphics(state, "CALCIFICATIONS", "GraphicObjectSequence")
    assert len(circles) == len(counted(view)) >= 200


def test_a_circle_stands_outside_its_particle_and_inside_the_image() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    first = view.reading.calcifications[0]
    at_edge = replace(first, column=view.source.shape[1] - 1.0)
    exam = replace(
        exam,
        views=(replace(view, reading=replace(view.reading, groups=(), calcifications=(at_edge,))),),
    )
    state = read_back(presentation_states(exam)[0])
    (circle,) = graphics(state, "CALCIFICATIONS", "GraphicObjectSequence")
    centre, reached = places(circle.GraphicData)
    assert float(np.hypot(*(reached - centre))) > first.diameter_px / 2
    assert reached[1] < view.source.shape[1]


def test_what_does_not_count_is_not_marked() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    faint = tuple(replace(one, score=0.1) for one in view.reading.calcifications)
    reading = replace(view.reading, groups=(), calcifications=faint)
    state = presentation_states(replace(exam, views=(replace(view, reading=reading),)))[0]
    assert [one.GraphicLayer for one in state.GraphicAnnotationSequence] == ["SENTENCE"]


def test_nothing_found_is_said_and_masses_were_not_looked_for() -> None:
    (state,) = presentation_states(exam_results()["plain"])
    assert sentence(read_back(state)) == (
        "calcsight: L CC: calcifications were looked for and none was found. "
        "Masses were not looked for."
    )


def test_a_refused_image_has_no_state() -> None:
    assert presentation_states(exam_results()["all_refused"]) == ()
    assert len(presentation_states(exam_results()["refused_beside_read"])) == 1


def test_each_side_is_a_series_with_its_laterality() -> None:
    states = presentation_states(exam_results()["four_views_with_prior"])
    assert [one.Laterality for one in states] == ["L", "R", "L", "R"]
    assert [one.InstanceNumber for one in states] == [1, 1, 2, 2]
    series = {(str(one.SeriesInstanceUID), int(one.SeriesNumber), one.Laterality) for one in states}
    assert len(series) == 2
    assert len({str(one.SOPInstanceUID) for one in states}) == 4


def test_the_same_input_gives_the_same_bytes_and_another_time_another_object() -> None:
    exam = exam_results()["group"]
    first, second = (bytes_of(presentation_states(exam)[0]) for _ in range(2))
    assert first == second
    later = replace(exam, created_at=datetime(2024, 3, 6, 11, 0, 0, tzinfo=UTC))
    (state,) = presentation_states(later)
    assert state.PresentationCreationDate == "20240306"
    assert state.PresentationCreationTime == "110000"
    assert state.SOPInstanceUID != presentation_states(exam)[0].SOPInstanceUID


def test_the_creator_is_the_software_and_no_person() -> None:
    (state,) = presentation_states(exam_results()["group"])
    assert str(state.ContentCreatorName) == "calcsight^"


def image(**attributes: object) -> Dataset:
    made = Dataset()
    made.PhotometricInterpretation, made.PixelRepresentation = "MONOCHROME2", 0
    with pydicom.config.disable_value_validation():
        for keyword, value in attributes.items():
            setattr(made, keyword, value)
    return made


def shown(source: Dataset) -> Dataset:
    state = Dataset()
    add_grey(state, source)
    return state


def table(descriptor: list[int], words: list[int], **others: object) -> DicomSequence:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "US", words)
    for keyword, value in others.items():
        setattr(item, keyword, value)
    return DicomSequence([item])


def test_the_first_window_and_its_function_are_repeated() -> None:
    state = shown(
        image(
            WindowCenter=["400", "500"],
            WindowWidth=["100", "50"],
            VOILUTFunction="SIGMOID",
            WindowCenterWidthExplanation=["NORMAL", "HARD"],
        )
    )
    (one,) = state.SoftcopyVOILUTSequence
    assert (one.WindowCenter, one.WindowWidth, one.VOILUTFunction) == (400, 100, "SIGMOID")


def test_a_table_is_taken_before_a_window() -> None:
    state = shown(
        image(WindowCenter="2", WindowWidth="4", VOILUTSequence=table([4, 10, 8], [0, 9, 200, 255]))
    )
    (one,) = state.SoftcopyVOILUTSequence
    assert "WindowCenter" not in one
    (repeated,) = one.VOILUTSequence
    assert list(repeated.LUTDescriptor) == [4, 10, 8]
    assert np.frombuffer(repeated.LUTData, "<u2").tolist() == [0, 9, 200, 255]


def test_a_table_of_signed_pixels_keeps_its_first_value() -> None:
    source = image(PixelRepresentation=1, VOILUTSequence=table([2, 0, 8], [0, 255]))
    source.VOILUTSequence[0].add_new("LUTDescriptor", "SS", [2, -5, 8])
    repeated = shown(source).SoftcopyVOILUTSequence[0].VOILUTSequence[0]
    assert repeated["LUTDescriptor"].VR == "SS"
    assert list(repeated.LUTDescriptor) == [2, -5, 8]


def test_a_table_that_contradicts_itself_is_left_for_the_window() -> None:
    source = image(WindowCenter="2", WindowWidth="4", VOILUTSequence=table([5, 0, 8], [0, 255]))
    (one,) = shown(source).SoftcopyVOILUTSequence
    assert one.WindowCenter == 2
    assert "VOILUTSequence" not in one


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"WindowCenter": "5"},
        {"WindowCenter": "5", "WindowWidth": "0"},
        {"WindowCenter": ["", "5"], "WindowWidth": "9"},
        {"WindowCenter": "nan", "WindowWidth": "9"},
    ],
)
def test_an_image_without_a_window_gets_none(attributes: dict[str, object]) -> None:
    assert "SoftcopyVOILUTSequence" not in shown(image(**attributes))


def test_a_table_of_odd_bytes_or_one_number_is_left_out() -> None:
    for data, descriptor in ((b"\0\1\2", [2, 0, 16]), (7, [3, 0, 16]), ([], [0, 0, 16])):
        source = image(VOILUTSequence=table(descriptor, [0]))
        source.VOILUTSequence[0].add_new("LUTData", "OW" if isinstance(data, bytes) else "US", data)
        assert "SoftcopyVOILUTSequence" not in shown(source)


def test_slope_and_intercept_or_the_modality_table_are_repeated() -> None:
    state = shown(image(RescaleIntercept="0", RescaleSlope="2"))
    assert (state.RescaleIntercept, state.RescaleSlope, state.RescaleType) == (0, 2, "US")
    lut = table([2, 0, 16], [7, 9], ModalityLUTType="OD")
    state = shown(image(RescaleIntercept="0", RescaleSlope="2", ModalityLUTSequence=lut))
    assert "RescaleSlope" not in state
    assert state.ModalityLUTSequence[0].ModalityLUTType == "OD"
    assert "RescaleSlope" not in shown(image(RescaleSlope="2"))


def test_pixels_that_are_not_square_are_shown_so() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    spacing = view.reading.mammogram.spacing
    assert spacing is not None
    mammogram = replace(view.reading.mammogram, spacing=replace(spacing, row_mm=0.2))
    reading = replace(view.reading, mammogram=mammogram)
    (state,) = presentation_states(replace(exam, views=(replace(view, reading=reading),)))
    area = read_back(state).DisplayedAreaSelectionSequence[0]
    assert list(area.PresentationPixelSpacing) == [0.2, 0.1]
    assert "PresentationPixelAspectRatio" not in area
    assert list(area.DisplayedAreaBottomRightHandCorner) == [440, 640]


@needs([] if which("dcmp2pgm") else ["dcmp2pgm"], "dcmtk")
@pytest.mark.parametrize("dark_is_dense", [False, True])
def test_dcmtk_shows_the_image_as_its_own_window_does(dark_is_dense: bool, tmp_path: Path) -> None:
    path = replace(turned_shot(), dark_is_dense=dark_is_dense).write(tmp_path)
    state, picture = tmp_path / "state.dcm", tmp_path / "shown.pgm"
    state.write_bytes(bytes_of(presentation_states(exam_of([view_result(path)]))[0]))
    subprocess.run(["dcmp2pgm", "-p", state, path, picture], check=True, timeout=60)
    stored = pydicom.dcmread(path)
    centre, width = float(stored.WindowCenter), float(stored.WindowWidth)
    grey = ((stored.pixel_array - (centre - 0.5)) / (width - 1) + 0.5).clip(0, 1)
    expected = 255 * (1 - grey if dark_is_dense else grey)
    assert np.abs(np.asarray(cv2.imread(str(picture), -1), np.float64) - expected).max() <= 1.5
