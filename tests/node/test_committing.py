"""Storage commitment: success for what is safely stored alone, heard by who asked."""

import queue as queues
import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from pynetdicom import AE, build_role, evt
from tests.node.senders import caller, instance, node, status_of, store

from calcsight.dicom.kinds import FOR_PRESENTATION, FOR_PROCESSING
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.configuration import NodeSettings, Peer, Retry
from calcsight.node.contexts import COMMITMENT, COMMITMENT_INSTANCE
from calcsight.records.entries import EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import QueueError

A, B, C = (hashed_uid("instance", name) for name in "abc")
ABSENT = hashed_uid("never sent")
WAIT_SECONDS = 30


class Heard:
    """Reports of commitment as they come."""

    def __init__(self, status: int = 0x0000) -> None:
        self.reports: queues.Queue[tuple[int, Dataset]] = queues.Queue()
        self.status = status

    def __call__(self, event: Any) -> tuple[int, None]:
        self.reports.put((event.request.EventTypeID, event.event_information))
        return self.status, None

    def next(self) -> tuple[int, Dataset]:
        return self.reports.get(timeout=WAIT_SECONDS)


@contextmanager
def listening(heard: Heard) -> Iterator[int]:
    """Run a modality that hears of commitments on a port of its own."""
    entity = AE(ae_title="MODALITY")
    entity.add_supported_context(COMMITMENT, scu_role=True, scp_role=True)
    server: Any = entity.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, heard)]
    )
    try:
        yield server.server_address[1]
    finally:
        entity.shutdown()


@contextmanager
def hanging_up() -> Iterator[int]:
    """Run what takes no association: it ends every connection at once."""

    class HangsUp(socketserver.BaseRequestHandler):
        pass

    with socketserver.TCPServer(("127.0.0.1", 0), HangsUp) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def wanted(uids: Sequence[str], transaction: str = "1.2.9", sop: str = FOR_PRESENTATION) -> Dataset:
    asked = Dataset()
    asked.TransactionUID = transaction
    items = []
    for uid in uids:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop, uid
        items.append(item)
    asked.ReferencedSOPSequence = DicomSequence(items)
    return asked


@contextmanager
def asking(port: int, heard: Heard | None = None, title: str = "MODALITY") -> Iterator[Any]:
    """Open an association on which commitment can be asked for, and reports heard."""
    entity = caller(title)
    entity.add_requested_context(COMMITMENT)
    made = entity.associate(
        "127.0.0.1",
        port,
        ae_title="CALCSIGHT",
        ext_neg=[build_role(COMMITMENT, scu_role=True)],
        evt_handlers=[(evt.EVT_N_EVENT_REPORT, heard)] if heard else [],
    )
    assert made.is_established
    try:
        yield made
    finally:
        made.release()
        made.join(WAIT_SECONDS)


def ask(made: Any, asked: Dataset, action: int = 1, uid: str = COMMITMENT_INSTANCE) -> int:
    said, _ = made.send_n_action(asked, action, COMMITMENT, uid)
    return int(said.Status)


def uids_in(report: Dataset, keyword: str) -> list[str]:
    return [str(one.ReferencedSOPInstanceUID) for one in report.get(keyword, [])]


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    retry = Retry(first_seconds=0.05, most_seconds=0.1, attempts=200)
    return NodeSettings(folder=tmp_path / "node", port=0, retry=retry)


def with_peer(settings: NodeSettings, port: int) -> NodeSettings:
    peer = Peer(name="mammo", ae_title="MODALITY", address="127.0.0.1", port=port, results=False)
    return replace(settings, peers=(peer,))


def finished(queue: Queue) -> EntryState:
    """Wait until the only commitment has its last state."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        [entry] = queue.entries(EntryKind.COMMITMENT)
        if entry.state not in (EntryState.WAITING, EntryState.WORKING):
            return entry.state
        time.sleep(0.02)
    raise AssertionError("a commitment that nobody reported on")


def test_what_is_stored_is_committed_to_on_a_new_association(settings: NodeSettings) -> None:
    heard = Heard()
    with listening(heard) as port, node(with_peer(settings, port)) as (receiver, queue):
        store(receiver.port, [instance("a"), instance("b")])
        with asking(receiver.port) as made:
            assert ask(made, wanted([A, B])) == 0x0000
        kind, report = heard.next()
        assert (kind, report.TransactionUID) == (1, "1.2.9")
        assert uids_in(report, "ReferencedSOPSequence") == [A, B]
        assert "FailedSOPSequence" not in report
        assert finished(queue) is EntryState.DONE


def test_what_is_not_safe_is_listed_as_failed(settings: NodeSettings) -> None:
    heard = Heard()
    with listening(heard) as port, node(with_peer(settings, port)) as (receiver, queue):
        store(receiver.port, [instance("a"), instance("b"), instance("c")])
        # Without its file, and with a damaged one.
        file_of = {one.uid: settings.folder / one.file for one in queue.entries()}
        file_of[A].unlink()
        file_of[B].write_bytes(file_of[B].read_bytes()[:-2] + b"xy")
        with asking(receiver.port) as made:
            assert ask(made, wanted([A, B, C, ABSENT])) == 0x0000
            kind, report = heard.next()
            assert ask(made, wanted([C], "1.2.10", FOR_PROCESSING)) == 0x0000
            _, other = heard.next()
    assert kind == 2
    assert uids_in(report, "ReferencedSOPSequence") == [C]
    failed = {one.ReferencedSOPInstanceUID: one.FailureReason for one in report.FailedSOPSequence}
    assert failed == {A: 0x0110, B: 0x0110, ABSENT: 0x0112}
    assert [one.FailureReason for one in other.FailedSOPSequence] == [0x0119]


def test_a_caller_without_an_address_hears_on_its_own_association(settings: NodeSettings) -> None:
    heard = Heard()
    with node(settings) as (receiver, queue), asking(receiver.port, heard) as made:
        # Stored and asked for on one association, and stored again while the report is out.
        one = instance("a")
        assert status_of(made, one) == 0x0000
        assert ask(made, wanted([A])) == 0x0000
        assert status_of(made, one) == 0x0000
        kind, report = heard.next()
        assert (kind, uids_in(report, "ReferencedSOPSequence")) == (1, [A])
        assert finished(queue) is EntryState.DONE


def test_a_caller_that_cannot_be_reached_is_given_up(settings: NodeSettings) -> None:
    with node(settings) as (receiver, queue):
        with asking(receiver.port) as made:
            assert ask(made, wanted([A])) == 0x0000
        assert finished(queue) is EntryState.FAILED
        [entry] = queue.entries(EntryKind.COMMITMENT)
        assert entry.code in ("network", "peer_refused")


def test_a_report_waits_for_its_peer_across_a_restart(settings: NodeSettings) -> None:
    heard = Heard()
    with hanging_up() as port, node(with_peer(settings, port)) as (receiver, _):
        store(receiver.port, [instance("a")])
        with asking(receiver.port) as made:
            assert ask(made, wanted([A])) == 0x0000
    with listening(heard) as port, node(with_peer(settings, port)) as (_, queue):
        kind, report = heard.next()
        assert (kind, uids_in(report, "ReferencedSOPSequence")) == (1, [A])
        assert finished(queue) is EntryState.DONE


def test_a_peer_that_refuses_a_report_is_asked_again_a_bounded_number_of_times(
    settings: NodeSettings,
) -> None:
    heard = Heard(status=0x0110)
    few = replace(settings, retry=Retry(first_seconds=0.05, most_seconds=0.1, attempts=3))
    with listening(heard) as port, node(with_peer(few, port)) as (receiver, queue):
        with asking(receiver.port) as made:
            ask(made, wanted([ABSENT]))
        assert finished(queue) is EntryState.FAILED
        assert queue.entries(EntryKind.COMMITMENT)[0].code == "peer_refused"
        assert heard.reports.qsize() == 3


def test_a_report_that_cannot_be_sent_does_not_end_reporting(settings: NodeSettings) -> None:
    heard = Heard()
    lost = Peer(name="lost", ae_title="LOST", address="no-such-host.invalid", port=104)
    with listening(heard) as port:
        known = with_peer(settings, port)
        both = replace(known, peers=(lost, *known.peers))
        with node(both) as (receiver, queue):
            store(receiver.port, [instance("a")])
            with asking(receiver.port, title="LOST") as made:
                assert ask(made, wanted([A])) == 0x0000
            deadline = time.monotonic() + WAIT_SECONDS
            while not queue.entries(EntryKind.COMMITMENT)[0].attempts:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            with asking(receiver.port) as made:
                assert ask(made, wanted([A], "1.2.10")) == 0x0000
            assert heard.next()[0] == 1
            assert queue.entries(EntryKind.COMMITMENT)[0].code == "network"


def test_a_report_waits_while_the_queue_cannot_be_used(
    settings: NodeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()
    whole = Queue.finish

    def full_once(*said: Any) -> None:
        if failed.is_set():
            whole(*said)
        else:
            failed.set()
            raise QueueError("no room")

    monkeypatch.setattr("calcsight.node.committing._TROUBLE_SECONDS", 0.05)
    monkeypatch.setattr(Queue, "finish", full_once)
    heard = Heard()
    with listening(heard) as port, node(with_peer(settings, port)) as (receiver, queue):
        store(receiver.port, [instance("a")])
        with asking(receiver.port) as made:
            assert ask(made, wanted([A])) == 0x0000
        assert failed.wait(WAIT_SECONDS)
        assert finished(queue) is EntryState.DONE


def test_who_asks_again_is_told_again(settings: NodeSettings) -> None:
    heard = Heard()
    with listening(heard) as port, node(with_peer(settings, port)) as (receiver, queue):
        store(receiver.port, [instance("a")])
        with asking(receiver.port) as made:
            for _ in range(2):
                assert ask(made, wanted([A])) == 0x0000
                assert heard.next()[0] == 1
                assert finished(queue) is EntryState.DONE
            # One transaction is one request.
            assert ask(made, wanted([B])) == 0x0115


@pytest.mark.parametrize(
    ("asked", "action", "uid", "status"),
    [
        (wanted([A]), 2, COMMITMENT_INSTANCE, 0x0123),
        (wanted([A]), 1, "1.2.3", 0x0112),
        (wanted([]), 1, COMMITMENT_INSTANCE, 0x0115),
        (Dataset(), 1, COMMITMENT_INSTANCE, 0x0115),
        (wanted([A, ""]), 1, COMMITMENT_INSTANCE, 0x0115),
    ],
    ids=["action", "instance", "nothing", "empty", "no uid"],
)
def test_what_cannot_be_asked_is_refused(
    settings: NodeSettings, asked: Dataset, action: int, uid: str, status: int
) -> None:
    asked.PatientName = "Somebody"
    with node(settings) as (receiver, queue), asking(receiver.port) as made:
        assert ask(made, asked, action, uid) == status
        assert queue.entries() == ()
