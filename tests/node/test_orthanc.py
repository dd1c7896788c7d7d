"""With a real PACS: images in, found and moved, results back, and the marks where they were."""

from collections.abc import Iterator, Sequence

import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from tests.dicom.results.exams import exam_of, view_result
from tests.node.dicom_peers import echo, find_images, store
from tests.node.fetched_marks import marked_points
from tests.node.marked_exam import STUDY_UID, MarkedImage, write_marked_exam
from tests.orthanc import Orthanc, free_port, needs_orthanc, running_orthanc

from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.comprehensive import comprehensive_report
from calcsight.dicom.results.presentation_state import presentation_states
from calcsight.dicomweb.storing import stow
from calcsight.dicomweb.target import WebTarget

pytestmark = needs_orthanc
TESTER, NODE = "TESTER", "CALCSIGHT"
CLOSE_PX = 0.1


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    folder = tmp_path_factory.mktemp("pacs") / "orthanc"
    with running_orthanc(folder, {TESTER: free_port(), NODE: free_port()}) as server:
        yield server


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[MarkedImage, ...]:
    return write_marked_exam(tmp_path_factory.mktemp("marked"))


def fetched(orthanc: Orthanc, study_uid: str, modality: str) -> list[pydicom.Dataset]:
    """Return objects of a kind by WADO, through a client that is not ours."""
    client = DICOMwebClient(orthanc.dicomweb)
    listed = client.search_for_instances(
        study_uid, search_filters={"Modality": modality}, fields=["SOPClassUID"]
    )
    return [
        client.retrieve_instance(
            study_uid, one["0020000E"]["Value"][0], one["00080018"]["Value"][0]
        )
        for one in listed
    ]


def assert_marked_where_they_were(
    results: Sequence[pydicom.Dataset], images: Sequence[MarkedImage]
) -> None:
    """One mark an image, where the one bright (or dark) pixel of its file is."""
    points = [mark for one in results for mark in marked_points(one)]
    found = {uid: (row, column) for uid, row, column in points}
    assert len(points) == len(found) == len(images)
    for image in images:
        row, column = found[image.uid]
        assert abs(row - image.row) <= CLOSE_PX, image.path.name
        assert abs(column - image.column) <= CLOSE_PX, image.path.name


def test_the_marks_tell_turns_and_mirrors_apart(marked: tuple[MarkedImage, ...]) -> None:
    places = {(one.row, one.column) for one in marked}
    assert len(places) == 4
    shapes = {pydicom.dcmread(one.path).pixel_array.shape for one in marked}
    assert shapes == {(640, 440), (440, 640)}
    for rows, columns in shapes:
        for row, column in places:
            assert row != column
            assert (rows - 1 - row, columns - 1 - column) != (row, column)


def test_images_are_stored_and_found(orthanc: Orthanc, marked: tuple[MarkedImage, ...]) -> None:
    assert echo(TESTER, "ORTHANC", orthanc.dicom_port) == 0x0000
    paths = [one.path for one in marked]
    assert set(store(paths, TESTER, "ORTHANC", orthanc.dicom_port)) == {0x0000}
    found = find_images(STUDY_UID, TESTER, "ORTHANC", orthanc.dicom_port)
    assert set(found) >= {one.uid for one in marked}


def test_results_stored_by_stow_are_fetched_with_the_marks_in_place(
    orthanc: Orthanc, marked: tuple[MarkedImage, ...]
) -> None:
    exam = exam_of([view_result(one.path) for one in marked])
    results = [comprehensive_report(exam), *presentation_states(exam)]
    stow(WebTarget(url=orthanc.dicomweb), [file_bytes(one) for one in results])
    assert_marked_where_they_were(fetched(orthanc, STUDY_UID, "SR"), marked)
    assert_marked_where_they_were(fetched(orthanc, STUDY_UID, "PR"), marked)
