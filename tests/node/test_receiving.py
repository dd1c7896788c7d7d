"""What is answered with success is stored and entered; all else is refused and leaves nothing."""

import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)
from pynetdicom import AE
from tests.node.senders import (
    SENTINEL,
    association,
    caller,
    files_below,
    instance,
    meta_of,
    node,
    status_of,
    store,
)

from calcsight.dicom.kinds import FOR_PRESENTATION
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node import storing
from calcsight.node.configuration import Caller, Limits, NodeSettings
from calcsight.node.contexts import MAMMOGRAMS, SECONDARY_CAPTURE, TOMOSYNTHESIS
from calcsight.node.only_node import only_node, runs_on
from calcsight.node.receiving import Receiver
from calcsight.node.stored_files import data_set_digest, instance_file
from calcsight.records.entries import EntryKind
from calcsight.records.queue import Queue
from calcsight.terms.errors import NetworkError, QueueError

A_UID, STUDY_UID = hashed_uid("instance", "a"), hashed_uid("study")
A_FILE = instance_file(STUDY_UID, A_UID)


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    return NodeSettings(folder=tmp_path / "node", port=0)


@pytest.fixture
def running(settings: NodeSettings) -> Iterator[tuple[Receiver, Queue]]:
    with node(settings) as running:
        yield running


def limited(settings: NodeSettings, **limits: float) -> NodeSettings:
    return replace(settings, limits=replace(Limits(), **limits))  # type: ignore[arg-type]


def eventually(condition: Any, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def test_an_echo_is_answered(running: tuple[Receiver, Queue]) -> None:
    with association(running[0].port) as made:
        assert made.send_c_echo().Status == 0x0000


def test_an_instance_is_stored_and_entered(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    assert store(receiver.port, [instance()]) == [0x0000]
    [entry] = queue.entries()
    assert (entry.kind, entry.uid, entry.study_uid) == (EntryKind.INSTANCE, A_UID, STUDY_UID)
    assert entry.transfer_syntax_uid == ExplicitVRLittleEndian
    path = settings.folder / entry.file
    stored = dcmread(path)
    assert stored.PatientName == SENTINEL
    assert stored.PixelData == instance().PixelData
    assert stored.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert data_set_digest(path) == entry.digest
    assert not list((settings.folder / "incoming").iterdir())


def test_the_same_again_is_success_and_other_content_is_refused(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    other = instance(PatientComments="other")
    assert store(receiver.port, [instance(), instance(), other]) == [0x0000, 0x0000, 0xC001]
    [entry] = queue.entries()
    assert data_set_digest(settings.folder / entry.file) == entry.digest
    assert "PatientComments" not in dcmread(settings.folder / entry.file)


def test_a_stored_file_that_was_damaged_is_put_back(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    store(receiver.port, [instance()])
    path = settings.folder / A_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert store(receiver.port, [instance()]) == [0x0000]
    assert data_set_digest(path) == queue.entries()[0].digest
    path.unlink()
    assert store(receiver.port, [instance()]) == [0x0000]
    assert data_set_digest(path) == queue.entries()[0].digest


def test_many_send_at_once(running: tuple[Receiver, Queue], settings: NodeSettings) -> None:
    receiver, queue = running
    # Eight senders; every instance is sent by two of them.
    sent = [[instance(f"{n // 2}-{k}", size=256) for k in range(6)] for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda one: store(receiver.port, one), sent))
    assert statuses == [[0x0000] * 6] * 8
    entries = queue.entries()
    assert len(entries) == 24
    assert all(data_set_digest(settings.folder / one.file) == one.digest for one in entries)


def test_two_contents_of_one_uid_at_once_leave_one_of_them_whole(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    sent = [[instance(PatientComments=str(number), size=200)] for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        [*statuses] = (one for [one] in pool.map(lambda one: store(receiver.port, one), sent))
    assert sorted(statuses) == [0x0000] + [0xC001] * 5
    [entry] = queue.entries()
    assert data_set_digest(settings.folder / entry.file) == entry.digest


def test_a_data_set_that_is_not_what_the_command_says_is_refused(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    # pynetdicom's sender names what the data set holds, a hostile one need not.
    with association(receiver.port) as made:
        assert status_of(made, under_another_name(instance(), "1.2.3.4")) == 0xA900
    assert queue.entries() == ()
    assert not list(settings.folder.rglob("*.dcm"))


def test_another_class_than_was_negotiated_is_refused(running: tuple[Receiver, Queue]) -> None:
    receiver, queue = running
    ct = "1.2.840.10008.5.1.4.1.1.2"
    with association(receiver.port) as made:
        # The sender deceives itself on what was agreed.
        for context in made.accepted_contexts:
            if context.abstract_syntax == FOR_PRESENTATION:
                context._abstract_syntax = UID(ct)
        assert status_of(made, instance(SOPClassUID=ct)) == 0xA900
    assert queue.entries() == ()


def under_another_name(one: Any, uid: str) -> Any:
    """Return an instance that the command names otherwise than its data set does."""

    class Renamed(type(one)):  # type: ignore[misc]
        SOPInstanceUID = uid

    one.__class__ = Renamed
    return one


@pytest.mark.parametrize("sop_class", [*MAMMOGRAMS, SECONDARY_CAPTURE])
def test_what_can_be_read_is_taken(running: tuple[Receiver, Queue], sop_class: str) -> None:
    entity = AE(ae_title="MODALITY")
    syntaxes = [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        RLELossless,
        JPEGLosslessSV1,
        JPEGLSLossless,
        JPEG2000Lossless,
        HTJ2KLossless,
    ]
    for syntax in syntaxes:
        entity.add_requested_context(sop_class, syntax)
    with association(running[0].port, entity=entity) as made:
        assert len(made.accepted_contexts) == len(syntaxes)


def test_tomosynthesis_is_refused_in_negotiation_unless_configured(
    settings: NodeSettings,
) -> None:
    for tomosynthesis in (False, True):
        with node(replace(settings, tomosynthesis=tomosynthesis)) as (receiver, _):
            entity = caller(sop_class=TOMOSYNTHESIS)
            with association(receiver.port, entity=entity) as made:
                taken = {one.abstract_syntax for one in made.accepted_contexts}
            assert (TOMOSYNTHESIS in taken) is tomosynthesis


def test_an_object_that_is_too_large_is_refused_and_the_next_is_taken(
    settings: NodeSettings,
) -> None:
    with node(limited(settings, instance_mb=0.3)) as (receiver, queue):
        large, small = instance("large", size=1000), instance()
        assert store(receiver.port, [large, small]) == [0xA701, 0x0000]
        assert [one.uid for one in queue.entries()] == [A_UID]
        assert not list((settings.folder / "incoming").iterdir())


def test_a_full_store_takes_nothing_more_until_there_is_room(settings: NodeSettings) -> None:
    with node(limited(settings, store_gb=0.004)) as (receiver, queue):
        sent = [instance(str(number), size=700) for number in range(5)]
        statuses = store(receiver.port, sent)
        accepted = statuses.count(0x0000)
        assert statuses == [0x0000] * accepted + [0xA700] * (5 - accepted)
        assert 1 <= accepted < 5
        assert len(queue.entries()) == accepted
        assert len(list(settings.folder.rglob("*.dcm"))) == accepted


def test_a_queue_that_cannot_be_written_is_no_success(
    running: tuple[Receiver, Queue], settings: NodeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, queue = running

    def broken(entry: object) -> None:
        raise QueueError("no room")

    monkeypatch.setattr(queue, "note", broken)
    assert store(receiver.port, [instance()]) == [0xA700]
    monkeypatch.undo()
    assert store(receiver.port, [instance()]) == [0x0000]
    assert data_set_digest(settings.folder / A_FILE) == queue.entries()[0].digest


def test_a_disk_that_cannot_be_written_is_no_success(
    running: tuple[Receiver, Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, queue = running

    def broken(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "synchronise_folder", broken)
    assert store(receiver.port, [instance()]) == [0xA700]
    monkeypatch.undo()
    assert queue.entries() == ()
    assert store(receiver.port, [instance()]) == [0x0000]


def test_what_a_kill_left_behind_is_removed_or_entered(settings: NodeSettings) -> None:
    with node(settings) as (receiver, queue):
        store(receiver.port, [instance()])
        [before] = queue.entries()
    # As a kill leaves it between the new name and the row, and in the middle of a transfer.
    for name in ("queue.sqlite", "queue.sqlite-wal", "queue.sqlite-shm"):
        (settings.folder / name).unlink(missing_ok=True)
    (settings.folder / "incoming" / "half.part").write_bytes(b"half")
    other = settings.folder / "instances" / STUDY_UID / "other.dcm"
    other.write_bytes(b"no instance")
    with node(settings) as (receiver, queue):
        [after] = queue.entries()
        assert (after.uid, after.file, after.digest) == (before.uid, before.file, before.digest)
        assert after.transfer_syntax_uid == before.transfer_syntax_uid
        assert not list((settings.folder / "incoming").iterdir())
        assert store(receiver.port, [instance()]) == [0x0000]
    assert other.exists()


@pytest.mark.parametrize(
    ("title", "to", "diagnostic"), [("STRANGER", "CALCSIGHT", 3), ("MAMMO1", "SOMEONE", 7)]
)
def test_a_wrong_title_is_rejected_with_its_reason(
    settings: NodeSettings, title: str, to: str, diagnostic: int
) -> None:
    allowed = replace(settings, callers=(Caller(ae_title="MAMMO1"),))
    with node(allowed) as (receiver, _):
        with association(receiver.port, title, to) as made:
            assert made.is_rejected
            said = made.acceptor.primitive
            assert (said.result, said.result_source, said.diagnostic) == (1, 1, diagnostic)
        with association(receiver.port, "MAMMO1") as made:
            assert made.send_c_echo().Status == 0x0000


def test_a_caller_from_elsewhere_is_rejected(settings: NodeSettings) -> None:
    callers = (
        Caller(ae_title="MAMMO1", addresses=("10.1.2.0/24",)),
        Caller(ae_title="PACS", addresses=("127.0.0.0/8",)),
    )
    with node(replace(settings, callers=callers)) as (receiver, _):
        with association(receiver.port, "MAMMO1") as made:
            assert made.is_rejected
        with association(receiver.port, "PACS") as made:
            assert made.is_established


def test_an_address_that_nobody_may_come_from_is_cut_off(settings: NodeSettings) -> None:
    callers = (Caller(ae_title="MAMMO1", addresses=("10.1.2.0/24",)),)
    with (
        node(replace(settings, callers=callers)) as (receiver, _),
        socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as peer,
    ):
        assert peer.recv(1) == b""


def test_one_association_too_many_is_rejected_for_now(settings: NodeSettings) -> None:
    with node(limited(settings, associations=2)) as (receiver, _):
        port = receiver.port
        with association(port), association(port), association(port) as third:
            assert third.is_rejected
            said = third.acceptor.primitive
            assert (said.result, said.result_source, said.diagnostic) == (2, 3, 2)

        def admitted() -> bool:
            with association(receiver.port) as made:
                return bool(made.is_established)

        assert eventually(admitted)


def test_peers_that_say_nothing_or_half_a_word_are_cut_off(settings: NodeSettings) -> None:
    quick = limited(settings, associations=5, greeting_seconds=0.5, idle_seconds=1)
    with node(quick) as (receiver, _):
        half_words = [b"", b"\x01", b"\x01\0\0\0\1\0abc", b"\x04\0\0\0\0\x10"]
        peers = [
            socket.create_connection(("127.0.0.1", receiver.port), timeout=30) for _ in half_words
        ]
        for peer, word in zip(peers, half_words, strict=True):
            peer.sendall(word)
        # An association that was given and then says nothing.
        made = caller().associate("127.0.0.1", receiver.port, ae_title="CALCSIGHT")
        assert made.is_established
        for peer in peers:
            with closing(peer):
                while peer.recv(4096):
                    pass
        assert eventually(lambda: not made.is_established)
        made.join(30)

        def served() -> bool:
            with association(receiver.port) as one:
                return bool(one.is_established and one.send_c_echo().Status == 0)

        assert eventually(served)


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: node\r\n\r\n",
        bytes(range(256)) * 20,
        b"\x01\0\xff\xff\xff\xff" + bytes(1000),
        b"\x04\0\0\0\0\x06\0\0\0\2\1\3",
        b"\x01\0\0\0\0\x44" + bytes(0x44),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    ],
    ids=["http", "bytes", "endless", "data first", "empty request", "tls"],
)
def test_garbage_ends_its_connection_and_nothing_else(
    settings: NodeSettings, garbage: bytes
) -> None:
    with node(limited(settings, greeting_seconds=0.5, idle_seconds=1)) as (receiver, _):
        with socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as peer:
            peer.sendall(garbage)
            try:
                while peer.recv(4096):
                    pass
            except ConnectionResetError:
                pass
        assert store(receiver.port, [instance()]) == [0x0000]


def test_a_peer_in_the_middle_of_a_word_does_not_keep_the_node_from_ending(
    settings: NodeSettings,
) -> None:
    patient = limited(settings, idle_seconds=600, greeting_seconds=300)
    with node(patient) as (receiver, _):
        made: Any = caller().associate("127.0.0.1", receiver.port, ae_title="CALCSIGHT")
        made.dul.socket.socket.sendall(b"\x04\0\0\0\1\0abc")
        silent = socket.create_connection(("127.0.0.1", receiver.port), timeout=30)
        begun = time.monotonic()
    assert time.monotonic() - begun < 60
    silent.close()
    made.join(30)


def test_a_sender_that_dies_in_the_middle_leaves_nothing(
    running: tuple[Receiver, Queue], settings: NodeSettings
) -> None:
    receiver, queue = running
    made: Any = caller().associate("127.0.0.1", receiver.port, ae_title="CALCSIGHT")
    count = {"n": 0}
    sends = made.dul.socket.send

    def dying(data: bytes) -> None:
        count["n"] += 1
        if count["n"] == 4:
            made.dul.socket.socket.shutdown(socket.SHUT_RDWR)
        sends(data)

    made.dul.socket.send = dying
    one = instance(size=1500)
    thread = threading.Thread(target=lambda: made.send_c_store(with_meta(one)), daemon=True)
    thread.start()
    thread.join(60)
    made.join(30)
    assert count["n"] >= 4
    assert eventually(lambda: not list((settings.folder / "incoming").iterdir()))
    assert queue.entries() == ()
    assert store(receiver.port, [instance()]) == [0x0000]


def with_meta(one: Any) -> Any:
    one.file_meta = meta_of(one)
    return one


_LOGGING_NODE = """
import logging, sys, threading
from pathlib import Path
from calcsight.node.configuration import NodeSettings
from tests.node.senders import node

logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
with node(NodeSettings(folder=Path(sys.argv[1]), port=0)) as (receiver, queue):
    print("port", receiver.port, flush=True)
    sys.stdin.read()
    print(queue.entries())
"""


def test_a_patient_is_named_nowhere_even_where_everything_is_logged(
    settings: NodeSettings,
) -> None:
    # In a process of its own: what the sender of the tests logs is no matter of the node's.
    with subprocess.Popen(
        [sys.executable, "-c", _LOGGING_NODE, str(settings.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout is not None
        line = next(one for one in running.stdout if one.startswith("port "))
        bad = instance("bad", StudyInstanceUID=None)
        sent = [instance(), instance(), instance(PatientComments=SENTINEL), bad]
        assert store(int(line.split()[1]), sent) == [0x0000, 0x0000, 0xC001, 0xC000]
        said, _ = running.communicate(timeout=60)
    files = files_below(settings.folder)
    assert A_UID in said
    assert "DEBUG" in said
    assert "SENTINEL" not in said + "".join(files)
    assert "4711" not in said + "".join(files)


def test_a_folder_that_is_made_is_open_to_its_user_alone(settings: NodeSettings) -> None:
    with node(settings):
        assert stat.S_IMODE(settings.folder.stat().st_mode) == 0o700


def test_one_folder_has_one_node(settings: NodeSettings) -> None:
    assert not runs_on(settings.folder)
    with only_node(settings.folder):
        assert runs_on(settings.folder)
        with pytest.raises(QueueError, match="another node"), only_node(settings.folder):
            pass
    assert not runs_on(settings.folder)


def test_a_port_in_use_is_said(running: tuple[Receiver, Queue], tmp_path: Path) -> None:
    taken = NodeSettings(folder=tmp_path / "second", port=running[0].port)
    with pytest.raises(NetworkError, match="could not be listened on"), node(taken):
        pass
