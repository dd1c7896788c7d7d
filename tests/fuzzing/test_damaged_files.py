"""Damaged files, sent to a process of their own: each is read or refused by name, soon, in bounds.

CALCSIGHT_FUZZ says how many for each target (`make fuzz`); without it there are a few.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzzing.mutations import Mutation, bomb, mutations, nested
from tests.fuzzing.originals import images, reports

EXAMPLES = int(os.environ.get("CALCSIGHT_FUZZ", "25"))
# Of work; a machine that others use may need longer for it.
LONGEST_S, _LONGEST_WAIT_S = 10.0, 90.0
# A header may state 100 million pixels, and a stream of a few bytes may hold them all alike.
MOST_GROWN_MB = 1500
# Loading what an answer needs, once; a machine may be busy.
_START_S = 120.0

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it"
)
relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Child:
    """The process that files are sent to; started again when it died or hung."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue()

    def ask(self, target: str, data: bytes) -> dict[str, Any]:
        """Return what the process said of one file; what it could not say is a fault."""
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{target} {len(data)}\n".encode() + data)
            self._process.stdin.flush()
            line = self._lines.get(timeout=_LONGEST_WAIT_S)
        except (queue.Empty, BrokenPipeError):
            line = b""
        if not line:
            status = self._process.poll()
            self.end()
            return {"fault": "it hung" if status is None else f"it died ({status})"}
        return dict(json.loads(line))

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
        self._process = None

    def _start(self) -> None:
        root = Path(__file__).parents[2]
        paths = os.pathsep.join([str(root / "src"), str(root), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzzing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        )
        self._lines = queue.Queue()
        threading.Thread(
            target=_pass_on, args=(self._process.stdout, self._lines), daemon=True
        ).start()
        assert b"ready" in self._lines.get(timeout=_START_S)


def _pass_on(stream: Any, lines: "queue.Queue[bytes]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    one = Child()
    yield one
    one.end()


def assert_answered(child: Child, target: str, data: bytes) -> str:
    said = child.ask(target, data)
    assert "fault" not in said, said["fault"]
    assert said["seconds"] < LONGEST_S
    assert said["grown_mb"] < MOST_GROWN_MB
    return str(said["answer"])


@pytest.mark.parametrize("target", ["load", "read", "header", "deidentify", "store"])
@relaxed
@given(name=st.sampled_from(sorted(images())), mutation=mutations())
def test_damaged_images(child: Child, target: str, name: str, mutation: Mutation) -> None:
    assert_answered(child, target, mutation(images()[name]))


@relaxed
@given(mutation=mutations())
def test_a_damaged_data_set_sent_to_the_node(child: Child, mutation: Mutation) -> None:
    # The node writes what stands before a data set itself.
    sent = data_set_of(mutation(images()["plain"]))
    assert_answered(child, "node", sent)


def test_a_whole_data_set_is_kept(child: Child) -> None:
    assert assert_answered(child, "node", data_set_of(images()["plain"])) == "read"


def data_set_of(data: bytes) -> bytes:
    """Return what follows the meta information, whose length stands at its start."""
    return data[144 + int.from_bytes(data[140:144], "little") :] or data


@relaxed
@given(name=st.sampled_from(sorted(reports())), mutation=mutations())
def test_damaged_reports(child: Child, name: str, mutation: Mutation) -> None:
    assert_answered(child, "report", mutation(reports()[name]))


@pytest.mark.parametrize("target", ["load", "header", "deidentify", "store"])
def test_whole_files_are_read(child: Child, target: str) -> None:
    simulated = [name for name in images() if not name.endswith(".dcm")]
    answers = {name: assert_answered(child, target, images()[name]) for name in simulated}
    assert set(answers.values()) == {"read"}


@pytest.mark.parametrize("target", ["load", "header", "deidentify", "store", "report"])
def test_depths_and_small_bombs_stay_in_bounds(child: Child, target: str) -> None:
    plain = images()["plain"]
    assert assert_answered(child, target, bomb(plain, 2)) != "read"
    assert_answered(child, target, plain[:400] + nested(20_000) + plain[400:])
    assert_answered(child, target, plain[:-200] + nested(20_000))


@pytest.mark.skipif("CALCSIGHT_FUZZ" not in os.environ, reason="takes a minute: make fuzz")
@pytest.mark.parametrize("target", ["load", "header", "deidentify", "store", "report"])
@pytest.mark.parametrize("grown_mb", [20, 300, 900])
def test_bombs_stay_in_bounds(child: Child, target: str, grown_mb: int) -> None:
    plain = images()["plain"]
    assert assert_answered(child, target, bomb(plain, grown_mb)) != "read"
    assert assert_answered(child, target, plain[:400] + bytes(grown_mb << 16)) != "read"
