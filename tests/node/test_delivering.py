"""Results reach each peer once it takes them, and what it refuses is said."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import RLELossless
from tests.node.certificates import own_certificate
from tests.node.peers import UNCOMPRESSED, TakingPeer, listening
from tests.node.received import BASIC_TEXT_SR, Folder, write_view
from tests.servers import free_port

from calcsight.dicom.kinds import FOR_PRESENTATION
from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.part10 import file_bytes
from calcsight.dicom.results.exam_result import ResultFile
from calcsight.node.configuration import DicomWeb, NodeSettings, Retry
from calcsight.node.contexts import VERIFICATION
from calcsight.node.delivering import Delivering, Stow
from calcsight.node.sending import Form, Sent, answer_of, contexts_for
from calcsight.node.tls_contexts import server_context
from calcsight.node.written_results import deliveries_of, write_results
from calcsight.records.entries import Entry, EntryKind
from calcsight.records.queue import Queue
from calcsight.terms.errors import NetworkError, PeerRefusedError
from calcsight.terms.hospital import ResultKind

STUDY = hashed_uid("study")
READING = Entry(kind=EntryKind.READING, uid=STUDY, study_uid=STUDY, version=1)
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    retry = Retry(first_seconds=10, most_seconds=40, attempts=4)
    return Folder(NodeSettings(folder=tmp_path / "node", retry=retry))


@pytest.fixture
def queue(folder: Folder) -> Iterator[Queue]:
    with folder.queue() as queue:
        yield queue


@pytest.fixture(scope="module")
def listener() -> Iterator[TakingPeer]:
    """One peer for all tests: ending one takes longer than sending."""
    with listening(TakingPeer(), [BASIC_TEXT_SR, FOR_PRESENTATION]) as peer:
        yield peer


@pytest.fixture
def pacs(listener: TakingPeer, folder: Folder) -> TakingPeer:
    """A peer that listens, took nothing yet, and gets the results of the node."""
    listener.stored, listener.callers, listener.answer = [], [], lambda dataset: 0x0000
    folder.settings = replace(folder.settings, peers=(listener.peer(),))
    return listener


def report(name: str, sop_class_uid: str = BASIC_TEXT_SR) -> ResultFile:
    """Return a small object, of a class that the peer knows unless said otherwise."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class_uid, hashed_uid(name)
    dataset.StudyInstanceUID, dataset.TextValue = READING.study_uid, name
    return result(dataset, name)


def result(dataset: Dataset, name: str, syntax: str = "1.2.840.10008.1.2.1") -> ResultFile:
    return ResultFile(
        kind=ResultKind.SR,
        name=f"{name}.dcm",
        data=file_bytes(dataset, syntax),
        sop_class_uid=str(dataset.SOPClassUID),
        sop_uid=str(dataset.SOPInstanceUID),
    )


def enter(folder: Folder, queue: Queue, *files: ResultFile) -> None:
    """Write results, and note their deliveries."""
    write_results(folder.settings, READING, files)
    for one in deliveries_of(folder.settings, READING, files):
        queue.note(one)


def no_stow(target: DicomWeb, data: list[bytes]) -> None:
    raise AssertionError("no DICOMweb server is named")


def turn(
    folder: Folder, queue: Queue, stow: Stow = no_stow, ends: Callable[[], bool] = bool
) -> bool:
    return Delivering(queue, folder.settings, folder.clock, stow).turn(ends)


def states(queue: Queue) -> list[tuple[str, str, int]]:
    return [(one.state.value, one.code, one.attempts) for one in queue.entries(EntryKind.DELIVERY)]


def test_all_that_is_due_goes_over_one_association(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    fhir = ResultFile(kind=ResultKind.FHIR, name="exam.json", data=b"{}")
    enter(folder, queue, report("a"), report("b"), fhir)
    assert turn(folder, queue)
    assert not turn(folder, queue)
    assert pacs.uids == [hashed_uid("a"), hashed_uid("b")]
    assert pacs.callers == ["CALCSIGHT"]
    assert states(queue) == [("done", "", 0), ("done", "", 0)]


def test_a_peer_that_is_down_gets_them_when_it_is_up(folder: Folder, queue: Queue) -> None:
    pacs = TakingPeer(port=free_port())
    folder.settings = replace(folder.settings, peers=(pacs.peer(),))
    enter(folder, queue, report("a"), report("b"))
    assert turn(folder, queue)
    assert states(queue) == [("waiting", "network", 1)] * 2
    for pause in (10, 20):
        folder.clock.later(pause - 1)
        assert not turn(folder, queue)
        folder.clock.later(1)
        if pause == 10:
            assert turn(folder, queue)
    with listening(pacs, [BASIC_TEXT_SR]):
        assert turn(folder, queue)
    assert states(queue) == [("done", "", 2)] * 2
    assert pacs.uids == [hashed_uid("a"), hashed_uid("b")]


def test_a_clock_that_was_set_back_holds_nothing_up(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    pacs.answer = lambda dataset: 0xA700
    enter(folder, queue, report("a"))
    assert turn(folder, queue)
    pacs.answer = lambda dataset: 0x0000
    folder.clock.later(-86_400)
    assert turn(folder, queue)
    assert states(queue) == [("done", "", 1)]


def test_sending_is_given_up_after_the_last_attempt(folder: Folder, queue: Queue) -> None:
    folder.settings = replace(folder.settings, peers=(TakingPeer(port=free_port()).peer(),))
    enter(folder, queue, report("a"))
    for pause in (0, 10, 20, 40):
        folder.clock.later(pause)
        assert turn(folder, queue)
    folder.clock.later(10_000)
    assert not turn(folder, queue)
    assert states(queue) == [("failed", "network", 3)]


def test_a_peer_that_is_down_keeps_no_other_peer_waiting(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    down = TakingPeer(port=free_port())
    folder.settings = replace(folder.settings, peers=(down.peer(name="down"), pacs.peer()))
    enter(folder, queue, report("a"), report("b"))
    assert turn(folder, queue)
    assert pacs.uids == [hashed_uid("a"), hashed_uid("b")]
    assert [state for state, _, _ in states(queue)] == ["waiting", "done", "waiting", "done"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0x0000, ("done", "", 0)),
        (0xB006, ("done", "peer_warning:B006", 0)),
        (0xA700, ("waiting", "peer_refused:A700", 1)),
        (0xA900, ("refused", "peer_refused:A900", 0)),
        (0xC123, ("refused", "peer_refused:C123", 0)),
    ],
)
def test_the_status_of_an_answer_decides(
    status: int, expected: tuple[str, str, int], folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    pacs.answer = lambda dataset: status
    enter(folder, queue, report("a"))
    turn(folder, queue)
    assert states(queue) == [expected]


def test_every_status_has_a_meaning() -> None:
    assert {answer_of(status).sent for status in (0x0110, 0x0211, 0xA7FF)} == {Sent.LATER}
    assert {answer_of(status).sent for status in (0x0122, 0x0124, 0xFE00)} == {Sent.REFUSED}


def test_one_object_that_is_refused_keeps_no_other_back(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    def answer(dataset: Dataset) -> int:
        return 0xA900 if dataset.TextValue == "a" else 0

    pacs.answer = answer
    enter(folder, queue, report("a"), report("unknown", CAPTURE), report("b"))
    assert turn(folder, queue)
    assert pacs.uids == [hashed_uid("b")]
    assert states(queue) == [
        ("refused", "peer_refused:A900", 0),
        ("refused", "peer_refused:0122", 0),
        ("done", "", 0),
    ]


def test_a_peer_that_takes_nothing_of_what_is_due_refuses_it(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    enter(folder, queue, report("unknown", CAPTURE))
    assert turn(folder, queue)
    assert states(queue) == [("refused", "peer_refused:0122", 0)]
    assert pacs.stored == []


def test_a_peer_that_rejects_this_node_is_asked_again(folder: Folder, queue: Queue) -> None:
    pacs = TakingPeer()
    with listening(pacs, [BASIC_TEXT_SR], known="SOMEONE"):
        folder.settings = replace(folder.settings, peers=(pacs.peer(),))
        enter(folder, queue, report("a"))
        assert turn(folder, queue)
    assert states(queue) == [("waiting", "peer_refused", 1)]


def test_a_compressed_object_goes_to_a_peer_that_knows_no_compression(
    folder: Folder, queue: Queue, pacs: TakingPeer, tmp_path: Path
) -> None:
    write_view(tmp_path / "view.dcm", "a", "study")
    compressed = dcmread(tmp_path / "view.dcm")
    pixels = compressed.pixel_array
    compressed.compress(RLELossless, generate_instance_uid=False)
    enter(folder, queue, result(compressed, "a", RLELossless))
    assert turn(folder, queue)
    [stored] = pacs.stored
    assert states(queue) == [("done", "", 0)]
    assert stored.SOPInstanceUID == hashed_uid("a")
    np.testing.assert_array_equal(stored.pixel_array, pixels)


def test_each_class_is_asked_for_without_compression_too() -> None:
    made = contexts_for([Form("1.2.3", str(RLELossless)), Form("1.2.3", "1.2.840.10008.1.2.1")])
    assert made == [
        ("1.2.3", (str(RLELossless),)),
        (VERIFICATION, UNCOMPRESSED),
        ("1.2.3", UNCOMPRESSED),
    ]


def test_an_object_that_was_being_sent_at_a_kill_is_sent_again(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    enter(folder, queue, report("a"))
    assert queue.claim(EntryKind.DELIVERY, folder.clock()) is not None
    assert not turn(folder, queue)
    queue.recover()
    assert turn(folder, queue)
    assert pacs.uids == [hashed_uid("a")]


def test_a_node_that_is_to_end_sends_no_more(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    enter(folder, queue, report("a"), report("b"))
    asked = iter([False, True])
    assert turn(folder, queue, ends=lambda: next(asked))
    assert pacs.uids == [hashed_uid("a")]
    assert [state for state, _, _ in states(queue)] == ["done", "waiting"]


def test_a_result_whose_file_is_gone_has_failed(
    folder: Folder, queue: Queue, pacs: TakingPeer
) -> None:
    enter(folder, queue, report("a"), report("b"))
    next(folder.settings.folder.rglob("a.dcm")).unlink()
    assert turn(folder, queue)
    assert pacs.uids == [hashed_uid("b")]
    assert states(queue)[0] == ("failed", "unreadable_file", 0)


def test_results_of_a_peer_that_is_no_longer_named_wait_and_are_given_up(
    folder: Folder, queue: Queue
) -> None:
    folder.settings = replace(folder.settings, peers=(TakingPeer(port=104).peer(),))
    enter(folder, queue, report("a"))
    folder.settings = replace(folder.settings, peers=())
    assert turn(folder, queue)
    assert states(queue) == [("waiting", "settings", 1)]


def test_a_dicomweb_server_gets_each_object(folder: Folder, queue: Queue) -> None:
    web = DicomWeb(url="http://127.0.0.1:1/dicom-web")
    folder.settings = replace(folder.settings, dicomweb=web)
    files = [report("a"), report("b"), report("c")]
    enter(folder, queue, *files)
    said: dict[bytes, Any] = {files[0].data: PeerRefusedError("no"), files[1].data: None}
    taken = []

    def stow(target: DicomWeb, data: list[bytes]) -> None:
        assert target == web
        taken.extend(data)
        problem = said.get(data[0], NetworkError("gone"))
        if problem is not None:
            raise problem

    assert turn(folder, queue, stow)
    assert taken == [one.data for one in files]
    assert states(queue) == [
        ("refused", "peer_refused", 0),
        ("done", "", 0),
        ("waiting", "network", 1),
    ]


def test_results_go_through_tls_and_to_nobody_who_cannot_show_who_he_is(
    folder: Folder, queue: Queue, tmp_path: Path
) -> None:
    for name in ("own", "strange"):
        (tmp_path / name).mkdir()
    own, strange = own_certificate(tmp_path / "own"), own_certificate(tmp_path / "strange")
    with listening(TakingPeer(), [BASIC_TEXT_SR], server_context(own)) as secure:
        peers = (secure.peer(tls=True),)
        folder.settings = replace(folder.settings, tls=strange, peers=peers)
        enter(folder, queue, report("a"))
        assert turn(folder, queue)
        assert states(queue) == [("waiting", "network", 1)]
        folder.settings = replace(folder.settings, tls=own, peers=peers)
        folder.clock.later(10)
        assert turn(folder, queue)
        assert secure.uids == [hashed_uid("a")]
    assert states(queue) == [("done", "", 1)]
