"""Modalities send at once while the node is killed again and again; nothing accepted is lost.

`python -m tests.node.storm` sends 1,000 images over 8 associations.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.node.storm_judging import Watcher, complaints_about, left_to_do
from tests.node.storm_senders import Modalities, Pacs, Sent, exams
from tests.servers import free_port

from calcsight.node.configuration import NodeSettings, node_settings

ROOT = Path(__file__).parents[2]
_Count = Callable[[], int]
_NODE = """
folder = "node"
port = {port}
quiet_seconds = 1.5
[[peers]]
name = "pacs"
ae_title = "PACS"
address = "127.0.0.1"
port = {pacs}
[retry]
first_seconds = 0.5
most_seconds = 2.0
attempts = 1000
[limits]
associations = 16
idle_seconds = 20.0
"""


@dataclass(frozen=True, kw_only=True)
class Storm:
    """How hard it blows.

    Parameters
    ----------
    images, associations, kills, seed : int
    between_kills_seconds : float
        Mean time from one start to the kill.
    limit_seconds : float
        For everything.
    """

    images: int = 1000
    associations: int = 8
    kills: int = 40
    seed: int = 1
    between_kills_seconds: float = 6.0
    limit_seconds: float = 3600.0


class Victim:
    """The process of the node: killed, and started again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.start()

    def start(self) -> None:
        """Start the node."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.node.storm_node", str(self._file)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
        )

    def kill(self) -> None:
        """End it as a loss of power does."""
        self.process.kill()
        self._gone()

    def end(self) -> bool:
        """Ask it to end; return whether it ended well."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone() == b"ended\n"

    def _gone(self) -> bytes:
        said, _ = self.process.communicate()
        return said


def run(storm: Storm, folder: Path, tell: Callable[[str], None]) -> list[str]:
    """Let it storm; return complaints about what was left, none = all is as it must be."""
    until = time.monotonic() + storm.limit_seconds
    random_one = random.Random(storm.seed)
    pacs = Pacs()
    file = folder / "node.toml"
    file.write_text(_NODE.format(port=free_port(), pacs=pacs.port))
    settings = node_settings(file)
    sent = Sent()
    all_exams = exams(folder / "drawn", storm.images, random_one)
    victim = Victim(file)
    watcher = Watcher(settings.folder)
    modalities = Modalities(settings.port, storm.seed, sent)
    sending = threading.Thread(
        target=modalities.send, args=(all_exams, storm.associations, until), daemon=True
    )
    sending.start()
    try:
        _killing(storm, victim, random_one, lambda: len(sent.accepted))
        tell(f"{storm.kills} kills; {len(sent.accepted)} of {storm.images} accepted so far")
        sending.join(max(0.0, until - time.monotonic()))
        _until_done(settings, watcher, len(all_exams), until)
        ended = victim.end()
    finally:
        if victim.process.poll() is None:
            victim.kill()
        watcher.close()
        pacs.close()
    tell(f"{sent.attempts} C-STOREs sent, {len(sent.accepted)} images accepted")
    complaints = complaints_about(settings, sent, watcher, pacs)
    return complaints + ([] if ended else ["the node did not end when it was asked to"])


def _killing(storm: Storm, victim: Victim, random_one: random.Random, accepted: _Count) -> None:
    """Kill the node so often: most often while images come in, then while it reads and sends.

    A kill waits until a random share of the images was accepted, then a random moment more: it
    falls into a start, a transfer, between the new name of a file and its row, into a reading.
    """
    receiving = storm.kills - storm.kills // 4
    shares = sorted(random_one.uniform(0.0, 0.95) for _ in range(receiving))
    for share in [*shares, *[1.0] * (storm.kills - receiving)]:
        patience = time.monotonic() + 2.0 * storm.between_kills_seconds
        while accepted() < share * storm.images and time.monotonic() < patience:
            time.sleep(0.01)
        longest = 0.5 if share < 1.0 else 2.0 * storm.between_kills_seconds
        time.sleep(random_one.uniform(0.0, longest))
        victim.kill()
        victim.start()


def _until_done(settings: NodeSettings, watcher: Watcher, count: int, until: float) -> None:
    """Wait until nothing is left to do."""
    while time.monotonic() < until and left_to_do(settings, count):
        watcher.look()
        time.sleep(0.5)


def main() -> int:
    """Run a storm and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    usual = Storm()
    for name in ("images", "associations", "kills", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    storm = Storm(**vars(parser.parse_args()))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        complaints = run(storm, Path(folder), _say)
    _say(f"{time.monotonic() - begun:.0f} s")
    for one in complaints:
        _say(f"WRONG: {one}")
    _say("nothing accepted was lost" if not complaints else f"{len(complaints)} complaints")
    return 1 if complaints else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
