"""With a real PACS: images in, found and moved to the node, results back, marks where they were."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from tests.dicom.results.exams import PeakJudge
from tests.node.dicom_peers import echo, find_images, move_study, store
from tests.node.fetched_marks import marked_points
from tests.node.marked_exam import STUDY_UID, MarkedImage, write_marked_exam
from tests.orthanc import LOGIN, Orthanc, needs_orthanc, running_orthanc
from tests.servers import PATIENCE_SECONDS, free_port, wait_until

from calcsight.node.configuration import DicomWeb, NodeSettings, Peer
from calcsight.node.running import run_node
from calcsight.records.entries import EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.hospital import ResultKind

pytestmark = needs_orthanc
TESTER, NODE = "TESTER", "CALCSIGHT"
CLOSE_PX = 0.1
COMPREHENSIVE, CAD = "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.88.50"
STATE = "1.2.840.10008.5.1.4.1.1.11.1"
SEGMENTATION, LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"
# One report of each kind, and the others of each of five views.
MARKS = {CAD: 1, COMPREHENSIVE: 1, STATE: 5}
EXPECTED = {**MARKS, SEGMENTATION: 5, LABEL_MAP: 5}


@dataclass(frozen=True, slots=True)
class Hospital:
    """A PACS, an archive that asks who is there, and a node that knows both.

    Parameters
    ----------
    pacs, archive : Orthanc
    node_port : int
    queue_file : Path
        Of the node.
    """

    pacs: Orthanc
    archive: Orthanc
    node_port: int
    queue_file: Path


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    home = tmp_path_factory.mktemp("hospital")
    node_port = free_port()
    modalities = {TESTER: free_port(), NODE: node_port}
    with (
        running_orthanc(home / "pacs", modalities) as pacs,
        running_orthanc(home / "archive", {}, authenticated=True) as archive,
        running_node(_settings(home, node_port, pacs, archive)) as queue_file,
    ):
        yield Hospital(pacs, archive, node_port, queue_file)


def _settings(home: Path, port: int, pacs: Orthanc, archive: Orthanc) -> NodeSettings:
    name, _, password = LOGIN.partition(":")
    (home / "password").write_text(password, encoding="ascii")
    return NodeSettings(
        folder=home / "node",
        ae_title=NODE,
        port=port,
        quiet_seconds=1.0,
        results=(ResultKind.SR, ResultKind.TID1500, ResultKind.SEG, ResultKind.GSPS),
        peers=(Peer(name="pacs", ae_title="ORTHANC", address="127.0.0.1", port=pacs.dicom_port),),
        dicomweb=DicomWeb(url=archive.dicomweb, user=name, password_file=home / "password"),
    )


@contextmanager
def running_node(settings: NodeSettings) -> Iterator[Path]:
    """Run a node in a thread of its own, with a judge that is fixed."""
    until, listens = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=run_node,
        args=(settings, PeakJudge()),
        kwargs={"until": until, "listening": lambda _: listens.set()},
    )
    thread.start()
    try:
        assert listens.wait(PATIENCE_SECONDS)
        yield settings.queue_file
    finally:
        until.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[MarkedImage, ...]:
    return write_marked_exam(tmp_path_factory.mktemp("marked"))


@pytest.fixture(scope="module")
def moved(hospital: Hospital, marked: tuple[MarkedImage, ...]) -> Hospital:
    """Store the exam in the PACS and have it moved to the node."""
    port = hospital.pacs.dicom_port
    assert set(store([one.path for one in marked], TESTER, "ORTHANC", port)) == {0x0000}
    found = find_images(STUDY_UID, TESTER, "ORTHANC", port)
    assert sorted(found) == sorted(one.uid for one in marked)
    assert move_study(STUDY_UID, NODE, TESTER, "ORTHANC", port) == (0x0000, 0)
    return hospital


def client_of(server: Orthanc) -> DICOMwebClient:
    """Return a client that is not ours."""
    session = requests.Session()
    if server.authenticated:
        name, _, password = LOGIN.partition(":")
        session.auth = (name, password)
    return DICOMwebClient(server.dicomweb, session=session)


def listed(server: Orthanc) -> list[dict[str, Any]]:
    """Return the instances of the study that are listed, with their classes."""
    return list(client_of(server).search_for_instances(STUDY_UID, fields=["SOPClassUID"]))


def fetched(server: Orthanc, sop_class: str) -> list[pydicom.Dataset]:
    """Fetch the objects of one class by WADO."""
    client = client_of(server)
    return [
        client.retrieve_instance(
            STUDY_UID, one["0020000E"]["Value"][0], one["00080018"]["Value"][0]
        )
        for one in listed(server)
        if one["00080016"]["Value"] == [sop_class]
    ]


def have_come(server: Orthanc) -> bool:
    classes = [one["00080016"]["Value"][0] for one in listed(server)]
    return all(classes.count(kind) >= count for kind, count in EXPECTED.items())


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
    stored = [pydicom.dcmread(one.path) for one in marked]
    assert {one.pixel_array.shape for one in stored} == {(640, 440), (440, 640)}
    assert {one.PhotometricInterpretation for one in stored} == {"MONOCHROME1", "MONOCHROME2"}
    assert len({tuple(one.PatientOrientation) for one in stored}) == 5
    for one in marked:
        assert one.row != one.column


def test_the_pacs_and_the_node_know_each_other(hospital: Hospital) -> None:
    assert echo(TESTER, "ORTHANC", hospital.pacs.dicom_port) == 0x0000
    assert echo("ORTHANC", NODE, hospital.node_port) == 0x0000
    hospital.pacs.rest(f"modalities/{NODE}/echo", b"{}", "POST")


@pytest.mark.parametrize("kind", MARKS, ids=["cad_sr", "tid_1500", "gsps"])
@pytest.mark.parametrize("place", ["pacs", "archive"], ids=["c_store", "stow"])
def test_marks_are_where_they_were(
    moved: Hospital, marked: tuple[MarkedImage, ...], place: str, kind: str
) -> None:
    server: Orthanc = getattr(moved, place)
    wait_until(lambda: have_come(server), f"results in the {place}")
    results = fetched(server, kind)
    assert len(results) == MARKS[kind]
    assert_marked_where_they_were(results, marked)


@pytest.mark.parametrize("kind", [SEGMENTATION, LABEL_MAP], ids=["binary", "label_map"])
@pytest.mark.parametrize("place", ["pacs", "archive"], ids=["c_store", "stow"])
def test_segments_lie_on_the_marks(
    moved: Hospital, marked: tuple[MarkedImage, ...], place: str, kind: str
) -> None:
    server: Orthanc = getattr(moved, place)
    wait_until(lambda: have_come(server), f"results in the {place}")
    results = fetched(server, kind)
    assert len(results) == len(marked)
    of_image = {one.uid: one for one in marked}
    for one in results:
        [series] = one.ReferencedSeriesSequence
        [image] = series.ReferencedInstanceSequence
        mark = of_image.pop(image.ReferencedSOPInstanceUID)
        pixels = one.pixel_array.reshape(-1, one.Rows, one.Columns).max(axis=0)
        rows, columns = np.nonzero(pixels)
        assert pixels[mark.row, mark.column]
        assert abs(rows.mean() - mark.row) <= CLOSE_PX
        assert abs(columns.mean() - mark.column) <= CLOSE_PX


def test_the_queue_says_that_all_is_done(moved: Hospital) -> None:
    for server in (moved.pacs, moved.archive):
        wait_until(lambda at=server: have_come(at), "results")  # type: ignore[misc]
    with Queue(moved.queue_file) as queue:
        wait_until(
            lambda: {one.state for one in queue.entries()} == {EntryState.DONE}, "all to be done"
        )
        kinds = [one.kind for one in queue.entries()]
    assert kinds.count(EntryKind.INSTANCE) == 5
    assert kinds.count(EntryKind.READING) == 1
    assert kinds.count(EntryKind.DELIVERY) == 2 * sum(EXPECTED.values())
