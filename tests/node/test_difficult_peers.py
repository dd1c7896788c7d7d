"""A peer that is not found, falls silent, or takes nothing is left, and nobody waits for it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset
from tests.node.peers import TakingPeer, listening
from tests.node.received import BASIC_TEXT_SR, Folder
from tests.node.test_delivering import enter, report, result, states, turn

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.exam_result import ResultFile
from calcsight.node.configuration import Limits, NodeSettings, Peer, Retry
from calcsight.records.queue import Queue

# An A-ASSOCIATE-AC that says it has 200 bytes and brings two; a P-DATA-TF likewise.
_HALF_ACCEPTED = b"\x02\x00\x00\x00\x00\xc8\x00\x01"
_HALF_ANSWER = b"\x04\x00\x00\x00\x00\xc8\x00\x01"
_RELEASED = b"\x06\x00\x00\x00\x00\x04\x00\x00\x00\x00"
_SECONDS = 1.0
_BOUND_SECONDS = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(
        NodeSettings(
            folder=tmp_path / "node",
            retry=Retry(first_seconds=10, most_seconds=40, attempts=4),
            limits=Limits(idle_seconds=_SECONDS),
        )
    )


@pytest.fixture
def queue(folder: Folder) -> Iterator[Queue]:
    with folder.queue() as queue:
        yield queue


def _pdu(connection: socket.socket) -> bytes:
    """Read one PDU."""
    head = _exactly(connection, 6)
    return head + _exactly(connection, int.from_bytes(head[2:6], "big"))


def _exactly(connection: socket.socket, count: int) -> bytes:
    taken = b""
    while len(taken) < count:
        more = connection.recv(count - len(taken))
        if not more:
            raise ConnectionError
        taken += more
    return taken


def _accepting(request: bytes) -> bytes:
    """Return an A-ASSOCIATE-AC that takes every context in its first transfer syntax."""
    items, at, accepted = request[74:], 0, b""
    while at < len(items):
        kind, size = items[at], int.from_bytes(items[at + 2 : at + 4], "big")
        body = items[at + 4 : at + 4 + size]
        if kind == 0x10:
            accepted += items[at : at + 4 + size]
        elif kind == 0x20:
            after = 8 + int.from_bytes(body[6:8], "big")
            syntax = body[after : after + 4 + int.from_bytes(body[after + 2 : after + 4], "big")]
            inner = body[:1] + b"\x00\x00\x00" + syntax
            accepted += b"\x21\x00" + len(inner).to_bytes(2, "big") + inner
        elif kind == 0x50:
            accepted += items[at : at + 4 + size]
        at += 4 + size
    body = request[6:74] + accepted
    return b"\x02\x00" + len(body).to_bytes(4, "big") + body


def _silent(connection: socket.socket) -> None:
    """Hear, and say nothing."""
    while connection.recv(65536):
        pass


def _half_accepting(connection: socket.socket) -> None:
    _pdu(connection)
    connection.sendall(_HALF_ACCEPTED)
    _silent(connection)


def _half_answering(connection: socket.socket) -> None:
    connection.sendall(_accepting(_pdu(connection)))
    _pdu(connection)
    connection.sendall(_HALF_ANSWER)
    _silent(connection)


def _slow(connection: socket.socket) -> None:
    """Take everything, for longer than a peer may be silent, then answer with success."""
    connection.sendall(_accepting(_pdu(connection)))
    while (head := _pdu(connection))[0] == 0x04:
        context, control = head[10], head[11]
        if control == 0x03:
            number = head[head.index(b"\x00\x00\x10\x01\x02\x00\x00\x00") + 8 :][:2]
        elif control == 0x02:
            connection.sendall(_stored(context, number))
        time.sleep(0.01)
    connection.sendall(_RELEASED)


def _stored(context: int, number: bytes) -> bytes:
    """Return a C-STORE-RSP of success to a message."""
    elements = b"".join(
        group + len(value).to_bytes(4, "little") + value
        for group, value in (
            (b"\x00\x00\x00\x01", b"\x01\x80"),
            (b"\x00\x00\x20\x01", number),
            (b"\x00\x00\x00\x08", b"\x01\x01"),
            (b"\x00\x00\x00\x09", b"\x00\x00"),
        )
    )
    command = b"\x00\x00\x00\x00\x04\x00\x00\x00" + len(elements).to_bytes(4, "little") + elements
    value = bytes([context, 0x03]) + command
    body = len(value).to_bytes(4, "big") + value
    return b"\x04\x00" + len(body).to_bytes(4, "big") + body


def _deaf(connection: socket.socket) -> None:
    """Accept the association, then read nothing more."""
    connection.sendall(_accepting(_pdu(connection)))
    time.sleep(_BOUND_SECONDS)


@contextmanager
def _serving(serve: Callable[[socket.socket], None]) -> Iterator[Peer]:
    """Give a peer that treats each connection so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # As on a slow way, little is taken ahead.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield Peer(name="bad", ae_title="BAD", address="127.0.0.1", port=listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


def _large() -> ResultFile:
    """Return more than the buffers of a connection hold."""
    large = Dataset()
    large.SOPClassUID, large.SOPInstanceUID = BASIC_TEXT_SR, hashed_uid("large")
    large.StudyInstanceUID, large.PixelData = hashed_uid("study"), bytes(8_000_000)
    return result(large, "large")


@pytest.mark.parametrize("serve", [_silent, _half_accepting, _half_answering, _deaf])
def test_a_peer_that_falls_silent_is_left(
    serve: Callable[[socket.socket], None], folder: Folder, queue: Queue
) -> None:
    with _serving(serve) as bad, listening(TakingPeer(), [BASIC_TEXT_SR]) as pacs:
        folder.settings = replace(folder.settings, peers=(bad, pacs.peer()))
        enter(folder, queue, _large(), report("b"))
        one_turn = threading.Thread(target=turn, args=(folder, queue), daemon=True)
        one_turn.start()
        one_turn.join(_BOUND_SECONDS)
        assert not one_turn.is_alive()
        assert len(pacs.stored) == 2
    assert states(queue)[0] == ("waiting", "network", 1)


def test_a_slow_peer_gets_the_whole_object(folder: Folder, queue: Queue) -> None:
    with _serving(_slow) as slow:
        folder.settings = replace(folder.settings, peers=(slow,))
        enter(folder, queue, _large())
        begun = time.monotonic()
        assert turn(folder, queue)
    assert states(queue) == [("done", "", 0)]
    # It took longer than silence is borne, or nothing was shown.
    assert time.monotonic() - begun > 2 * _SECONDS


def test_a_name_that_nobody_knows_today_is_tried_again(folder: Folder, queue: Queue) -> None:
    peer = Peer(name="pacs", ae_title="PACS", address="no-such-host.invalid", port=104)
    folder.settings = replace(folder.settings, peers=(peer,))
    enter(folder, queue, report("a"))
    assert turn(folder, queue)
    assert states(queue) == [("waiting", "network", 1)]
