"""A name sent through everything: it is in DICOM files (and the patient of FHIR), nowhere else.

Every command runs in a process of its own with every logger at DEBUG, as somebody who looks for
a fault sets them, and with all warnings shown.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pydicom
import pytest
from tests.dicom.results.exams import GROUP, Shot, blank, breast
from tests.dicomweb.loopback import Asked, Loopback, Reply, loopback
from tests.identified import SENTINEL, telling, telling_files, write_named
from tests.node.dicom_peers import ReceivingPeer, ask_to_commit, store
from tests.servers import PATIENCE_SECONDS, free_port, wait_until

from calcsight.dicom.mg_header import hashed_uid
from calcsight.records.entries import EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.mammogram import Laterality

STUDY_UID = hashed_uid("study", "current")
# Commands with blanks between their words, one an argument; the exit status is the largest.
LOUD = """
import logging, shlex, sys
logging.basicConfig(level=logging.DEBUG)
import pynetdicom
pynetdicom.debug_logger()
from calcsight.cli import main
if __name__ == "__main__":
    status = max(main(shlex.split(one)) for one in sys.argv[1:])
    logging.getLogger("somebody.else").debug("loud to the end")
    sys.exit(status)
"""


def started(*commands: str, log: IO[str] | None = None) -> "subprocess.Popen[str]":
    """Start commands, one after the other, as somebody who looks for a fault does.

    What runs for long is given a file to write to: nobody reads a pipe meanwhile.
    """
    return subprocess.Popen(
        [sys.executable, "-W", "always", "-c", LOUD, *commands],
        stdout=log or subprocess.PIPE,
        stderr=log or subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def said(process: "subprocess.Popen[str]", status: int) -> str:
    """Wait for commands, check their status, and return everything they said."""
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == status, err[-3000:]
    assert "DEBUG:somebody.else:loud to the end" in err
    return out + err


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two views that can be read and two that are refused, all with the sentinel everywhere."""
    plain, folder = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("exam")
    shots = (
        Shot(name="left", pixels=breast(GROUP)),
        Shot(name="right", pixels=breast(()), laterality=Laterality.RIGHT),
        Shot(name="blank", pixels=breast(()), edit=blank),
    )
    for shot in shots:
        write_named(shot.write(plain), folder / f"{shot.name}.dcm")
    odd = Shot(name="odd", pixels=breast(()))
    write_named(odd.write(plain), folder / "odd.dcm", _odd_spacing)
    return folder


def _odd_spacing(dataset: pydicom.Dataset) -> None:
    dataset.add_new(0x00181164, "DS", ["123456789012", "123456789012"])


class Pacs:
    """A DICOMweb server that lists and gives the exam, and takes what is stored."""

    def __init__(self, exam: Path) -> None:
        self.files = {str(_header(path).SOPInstanceUID): path for path in exam.glob("*.dcm")}

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            return Reply()
        if "/series/" not in asked.path:
            headers = [_header(path) for path in self.files.values()]
            entries = ",".join(one.to_json(suppress_invalid_tags=True) for one in headers)
            return Reply(body=f"[{entries}]".encode())
        uid = asked.path.rpartition("/")[2]
        if uid == _refused_uid(self.files):
            return Reply(500, f"no {SENTINEL} here".encode(), headers={"X-Patient": SENTINEL})
        return Reply(body=self.files[uid].read_bytes(), content_type="application/dicom")


def _header(path: Path) -> pydicom.Dataset:
    wanted = ["SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "Modality", "PatientName"]
    return pydicom.dcmread(path, specific_tags=[*wanted, "PatientID", "AccessionNumber"])


def _refused_uid(files: dict[str, Path]) -> str:
    return next(uid for uid, path in files.items() if path.name == "right.dcm")


def not_telling(server: Loopback) -> list[str]:
    """Return the requests whose address or head tells who the patient is."""
    return [one.path for one in server.asked if telling(f"{one.path} {one.headers}")]


def test_the_sentinel_is_in_the_files(exam: Path) -> None:
    assert len(telling_files(exam)) == 4


def test_commands_that_read_files(exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    commands = (f"read {exam} --out {out} --jobs 1 --dicom-out all", f"check {exam}")
    assert not telling(said(started(*commands), 4))
    assert not telling_files(out, without=frozenset(out.glob("exam1.*")))


def test_de_identification_leaves_nothing_in_the_files_either(exam: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    process = started(f"deidentify {exam} --out {out} --key-file {key}")
    process.wait(PATIENCE_SECONDS)
    assert not telling(said(process, process.returncode))
    assert process.returncode in (0, 4)
    assert list(out.rglob("*.dcm"))
    assert not telling_files(tmp_path)


def test_a_study_from_a_dicomweb_server(exam: Path, tmp_path: Path) -> None:
    with loopback(Pacs(exam)) as server:
        out = tmp_path / "out"
        command = f"read --dicomweb {server.url} --study {STUDY_UID} --out {out}"
        words = said(started(command), 4)
    assert len(server.asked) > 4
    assert "not_fetched" in words
    assert not telling(words)
    assert not not_telling(server)
    assert not telling_files(out)


@dataclass(slots=True)
class NodeRun:
    """What one run of a node left behind."""

    folder: Path
    words: str
    status_words: str
    peer: ReceivingPeer
    web: Loopback


SETTINGS = """
folder = "node"
port = {port}
quiet_seconds = 0.5
results = ["sr", "tid1500", "seg", "gsps", "fhir"]

[[peers]]
name = "pacs"
ae_title = "PACS"
address = "127.0.0.1"
port = {peer_port}

[dicomweb]
url = "{url}"
"""


@pytest.fixture(scope="module")
def node_run(exam: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRun]:
    """A node that is sent the exam, commits to it, reads it, and sends results to two places."""
    home = tmp_path_factory.mktemp("node")
    log_file = tmp_path_factory.mktemp("log") / "words.txt"
    port = free_port()
    refusal = pydicom.Dataset()
    refusal.Status, refusal.ErrorComment = 0xA900, f"no {SENTINEL} here"
    with (
        loopback(Pacs(exam)) as web,
        ReceivingPeer("PACS", refused=refusal) as peer,
        log_file.open("w") as log,
    ):
        settings = SETTINGS.format(port=port, peer_port=peer.port, url=web.url)
        (home / "node.toml").write_text(settings, encoding="utf-8")
        process = started(f"node run {home}/node.toml", log=log)
        try:
            wait_until(lambda: _listens(port) or process.poll() is not None, "the node")
            paths = sorted(exam.glob("*.dcm"))
            assert set(store(paths, "PACS", "CALCSIGHT", port)) == {0x0000}
            write_named(exam / "left.dcm", home / "changed.dcm", _other_content)
            assert store([home / "changed.dcm"], "PACS", "CALCSIGHT", port) == [0xC001]
            (home / "changed.dcm").unlink()
            headers = [_header(path) for path in paths]
            uids = [(str(one.SOPClassUID), str(one.SOPInstanceUID)) for one in headers]
            transaction = hashed_uid("transaction")
            assert ask_to_commit(uids, transaction, "PACS", "CALCSIGHT", port) == 0x0000
            wait_until(lambda: peer.reports, "the report of commitment")
            with Queue(home / "node" / "queue.sqlite") as queue:
                wait_until(lambda: _all_ended(queue), "all to be sent")
            status = f"node status {home}/node.toml"
            status_words = said(started(f"{status} --uids", f"{status} --json"), 0)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        yield NodeRun(home, log_file.read_text(), status_words, peer, web)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _all_ended(queue: Queue) -> bool:
    """Tell whether there are deliveries, and nothing waits or is in hand."""
    entries = queue.entries()
    kinds = {one.kind for one in entries}
    ended = {EntryState.DONE, EntryState.REFUSED}
    return EntryKind.DELIVERY in kinds and {one.state for one in entries} <= ended


def _other_content(dataset: pydicom.Dataset) -> None:
    dataset.PatientComments = f"{SENTINEL} again"


def test_a_node_says_no_name(node_run: NodeRun) -> None:
    assert "pynetdicom" in node_run.words
    assert len(node_run.words.splitlines()) > 50
    assert not telling(node_run.words)
    assert not telling(node_run.status_words)
    assert "CALCSIGHT" in node_run.status_words
    assert "peer_refused:A900" in node_run.status_words


def test_a_node_keeps_names_in_dicom_files_alone(node_run: NodeRun) -> None:
    dicom = frozenset(node_run.folder.rglob("*.dcm"))
    fhir = frozenset(node_run.folder.glob("node/results/**/*.json"))
    assert len(dicom) >= 4 + 4
    assert len(fhir) == 1
    assert not telling_files(node_run.folder, without=dicom | fhir)
    assert list(node_run.folder.glob("node/*.sqlite"))
    # What a refused image looked like is not in the results but as a code.
    assert all(telling(path.read_bytes()) for path in dicom)


def test_everything_was_sent_and_something_refused(node_run: NodeRun) -> None:
    assert {str(one.Modality) for one in node_run.peer.stored} >= {"SR", "SEG"}
    assert node_run.peer.refusals >= 1
    assert len(node_run.web.asked) == len(node_run.peer.stored) + node_run.peer.refusals


def test_results_carry_the_name_where_dicom_puts_it(node_run: NodeRun) -> None:
    for one in node_run.peer.stored:
        assert one.PatientName == f"{SENTINEL}^{SENTINEL}"
        assert one.PatientID == SENTINEL
        assert not telling(str(one.SeriesDescription))
        assert one.StudyInstanceUID == STUDY_UID


def test_the_requests_of_a_node_name_nobody(node_run: NodeRun) -> None:
    assert len(node_run.web.asked) >= 4
    assert not not_telling(node_run.web)
    assert all(telling(one.body) for one in node_run.web.asked)


def test_showing_a_report_names_nobody(node_run: NodeRun, tmp_path: Path) -> None:
    reports = [one for one in node_run.peer.stored if one.Modality == "SR"]
    paths = [tmp_path / f"{one.SOPInstanceUID}.dcm" for one in reports]
    for one, path in zip(reports, paths, strict=True):
        one.save_as(path, enforce_file_format=True)
    assert paths
    command = " ".join(["sr show", *map(str, paths)])
    assert not telling(said(started(command, f"{command} --json"), 0))
