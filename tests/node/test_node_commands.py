"""`calcsight node`: the example is a node, one runs and ends when asked to, its status is told."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.node.senders import SENTINEL, association, instance, node, store

from calcsight.cli import main
from calcsight.node.configuration import NodeSettings, node_settings
from calcsight.node.running import run_node
from calcsight.records.entries import EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import UsageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "node.toml"
    path.write_text('folder = "node"\nport = 0\nquiet_seconds = 3600\n')
    return path


def filled(settings: NodeSettings) -> None:
    """Leave a node with one instance that waits, and one that was refused."""
    with node(settings) as (receiver, queue):
        assert store(receiver.port, [instance("a"), instance("b")]) == [0x0000, 0x0000]
        queue.finish(queue.entries()[1], EntryState.REFUSED, "not_a_mammogram")


def test_the_example_is_printed_as_it_ships(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["node", "example"]) == 0
    path = tmp_path / "node.toml"
    path.write_text(capsys.readouterr().out)
    assert node_settings(path).ae_title == "CALCSIGHT"


def test_the_status_of_a_node_that_never_ran_is_empty(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["node", "status", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["running"], said["counts"], said["not_done"]) == (False, [], [])
    assert not (file.parent / "node").exists()


def test_the_status_counts_what_waits_and_what_was_refused(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(node_settings(file))
    assert main(["node", "status", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["counts"] == [
        {"kind": "instance", "state": "refused", "count": 1},
        {"kind": "instance", "state": "waiting", "count": 1},
    ]
    assert said["ended_by"] == [{"kind": "instance", "code": "not_a_mammogram", "count": 1}]
    assert said["used_bytes"] > 2 * 64 * 64 * 2
    assert [one["state"] for one in said["not_done"]] == ["waiting", "refused"]


def test_uids_are_told_when_asked_for_and_names_never(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(node_settings(file))
    uid = str(instance("a").SOPInstanceUID)
    said = []
    for flags in ([], ["--uids"], ["--json"]):
        assert main(["node", "status", str(file), *flags]) == 0
        said.append(capsys.readouterr().out)
    assert [uid in one for one in said] == [False, True, True]
    assert "not_a_mammogram" in said[0]
    assert not any(SENTINEL in one or "4711" in one for one in said)


def test_a_node_runs_and_ends_when_asked_to(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "calcsight", "node", "run", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        line = running.stdout.readline()
        assert line.startswith("CALCSIGHT listens on 127.0.0.1 port ")
        port = int(line.split()[-1])
        assert store(port, [instance()]) == [0x0000]
        with association(port, to="ANOTHER") as made:
            assert made.is_rejected
        assert main(["node", "status", str(file)]) == 0
        assert "port 0: runs" in capsys.readouterr().out
        # A second node on the folder is refused.
        assert main(["node", "run", str(file)]) == 6
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
        log = running.stderr.read()
        assert "SENTINEL" not in running.stdout.read() + log
    lines = log.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S", one) for one in lines)
    assert [one.partition(" ")[2] for one in lines] == [
        f"stored {instance().SOPInstanceUID}",
        "WARNING: rejected a caller at 127.0.0.1: it calls another title",
        "asked to end: what is in hand is finished first",
        "ended",
    ]
    with Queue(node_settings(file).queue_file) as queue:
        assert len(queue.entries(EntryKind.INSTANCE)) == 1


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('url = "http://pacs.example"\ntoken_file = "token"', "over plain http to another machine"),
        ('url = "https://pacs.example"\ntoken_file = "none"', "one line of UTF-8"),
        ('url = "https://pacs.example"\nca = "token"', "holds no certificate"),
        ('url = "https://pacs.example?x=SECRET"', "a DICOMweb URL that is none"),
    ],
)
def test_a_dicomweb_server_that_cannot_be_used_is_said_at_the_start(
    file: Path, said: str, complaint: str
) -> None:
    (file.parent / "token").write_text("SECRET")
    file.write_text(f"{file.read_text()}[dicomweb]\n{said}\n")
    ended = threading.Event()
    ended.set()
    with pytest.raises(UsageError, match=complaint) as caught:
        run_node(node_settings(file), until=ended)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("command", ["run", "status"])
def test_settings_that_cannot_be_are_a_usage_error(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "node.toml"
    path.write_text("folder = 3")
    assert main(["node", command, str(path)]) == 2
    assert "settings: folder is no path" in capsys.readouterr().err
