"""A whole node: images in over the network, read, results out, and an end that loses nothing."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydicom import dcmread
from pynetdicom import AE
from tests.conftest import FixedJudge
from tests.node.peers import TakingPeer, listening
from tests.node.received import BASIC_TEXT_SR, small_results, write_view
from tests.servers import PATIENCE_SECONDS, wait_until

from calcsight.dicom.kinds import FOR_PRESENTATION, FOR_PROCESSING
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node import readers
from calcsight.node.configuration import NodeSettings, Retry
from calcsight.node.running import run_node
from calcsight.records.entries import EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import QueueError
from calcsight.terms.mammogram import Intent, View


@contextmanager
def running(settings: NodeSettings) -> Iterator[int]:
    """Run a node in a thread, and give its port."""
    until = threading.Event()
    ports: list[int] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            run_node(settings, FixedJudge(), until=until, listening=ports.append)
        except Exception as problem:  # noqa: BLE001
            failed.append(problem)

    node = threading.Thread(target=run)
    node.start()
    try:
        wait_until(lambda: bool(ports or failed))
        assert not failed
        yield ports[0]
    finally:
        until.set()
        node.join(PATIENCE_SECONDS)
        assert not node.is_alive()


def send(port: int, *paths: Path) -> None:
    entity = AE(ae_title="SENDER")
    for one in (FOR_PRESENTATION, FOR_PROCESSING):
        entity.add_requested_context(one)
    association = entity.associate("127.0.0.1", port, ae_title="CALCSIGHT")
    assert association.is_established
    for path in paths:
        assert association.send_c_store(dcmread(path)).Status == 0
    association.release()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "result_files", small_results)


def node_settings(tmp_path: Path, pacs: TakingPeer) -> NodeSettings:
    return NodeSettings(
        folder=tmp_path / "node",
        port=0,
        quiet_seconds=0.5,
        peers=(pacs.peer(),),
        retry=Retry(first_seconds=0.1, most_seconds=0.2, attempts=1000),
    )


@pytest.mark.usefixtures("small")
def test_images_come_in_and_results_go_out(tmp_path: Path) -> None:
    views = {name: tmp_path / f"{name}.dcm" for name in ("a", "a raw", "b", "late")}
    write_view(views["a"], "a", "study")
    write_view(views["a raw"], "a raw", "study", intent=Intent.FOR_PROCESSING)
    write_view(views["b"], "b", "another study")
    write_view(views["late"], "late", "study", view=View.MLO)
    with listening(TakingPeer(), [BASIC_TEXT_SR]) as pacs:
        settings = node_settings(tmp_path, pacs)
        with running(settings) as port:
            send(port, views["a"], views["a raw"], views["b"])
            wait_until(lambda: len(pacs.stored) == 2)
            with pytest.raises(QueueError, match="another node"):
                run_node(settings, FixedJudge(), until=threading.Event())
            send(port, views["late"])
            wait_until(lambda: len(pacs.stored) == 3)
        modes = {
            oct(one.stat().st_mode & 0o777)
            for one in (settings.folder, *settings.folder.rglob("*"))
            if one.exists()
        }
        assert modes == {"0o700", "0o600"}
        said = {str(one.StudyInstanceUID): str(one.TextValue) for one in pacs.stored}
        assert said[hashed_uid("another study")] == f"{hashed_uid('b')} 1"
        assert said[hashed_uid("study")].split("\n") == [
            f"{hashed_uid('a')} 1 {hashed_uid('a raw')}",
            f"{hashed_uid('late')} 1",
        ]
        with Queue(settings.queue_file) as queue:
            assert {one.state for one in queue.entries()} == {EntryState.DONE}


@pytest.mark.usefixtures("small")
def test_what_was_left_when_the_node_ended_is_done_by_the_next(tmp_path: Path) -> None:
    write_view(tmp_path / "a.dcm", "a", "study")
    with listening(TakingPeer(), [BASIC_TEXT_SR]) as pacs:
        settings = node_settings(tmp_path, pacs)
    with running(settings) as port:
        send(port, tmp_path / "a.dcm")
        queue_file = settings.queue_file
        with Queue(queue_file) as queue:
            wait_until(lambda: any(one.attempts for one in queue.entries(EntryKind.DELIVERY)))
    with listening(pacs, [BASIC_TEXT_SR]), running(settings):
        wait_until(lambda: len(pacs.stored) == 1)


NODE = """
import sys
from pathlib import Path
from tests.conftest import FixedJudge
from tests.node.received import small_results
from calcsight.node import readers
from calcsight.node.configuration import NodeSettings, Retry
from calcsight.node.running import run_node
from tests.node.peers import TakingPeer
from tests.node.test_running import node_settings

readers.result_files = small_results
pacs = TakingPeer(port=int(sys.argv[2]))
settings = node_settings(Path(sys.argv[1]), pacs)
run_node(settings, FixedJudge(), listening=lambda port: print(port, flush=True))
print("ended", flush=True)
"""


def start(tmp_path: Path, pacs: TakingPeer) -> tuple[subprocess.Popen[str], int]:
    root = str(Path(__file__).parents[2])
    node = subprocess.Popen(
        [sys.executable, "-c", NODE, str(tmp_path), str(pacs.port)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, root])},
    )
    assert node.stdout is not None
    return node, int(node.stdout.readline())


def test_a_node_that_is_killed_leaves_one_result_of_each_exam(tmp_path: Path) -> None:
    studies = [f"study {n}" for n in range(4)]
    for n, study in enumerate(studies):
        write_view(tmp_path / f"{n}.dcm", study, study)
    with listening(TakingPeer(), [BASIC_TEXT_SR]) as pacs:
        node, port = start(tmp_path, pacs)
        send(port, *(tmp_path / f"{n}.dcm" for n in range(4)))
        wait_until(lambda: bool(pacs.stored))
        node.kill()
        assert node.communicate(timeout=PATIENCE_SECONDS)[0] == ""
        node, _ = start(tmp_path, pacs)
        wait_until(lambda: len(set(pacs.uids)) == 4)
        # A polite request: it says that it came to its end.
        node.terminate()
        assert node.communicate(timeout=PATIENCE_SECONDS)[0] == "ended\n"
        assert node.returncode == 0
    # What was on its way at the kill may come twice, as the same object.
    assert {one.StudyInstanceUID for one in pacs.stored} == set(map(hashed_uid, studies))
    assert len({(one.SOPInstanceUID, one.TextValue) for one in pacs.stored}) == 4
