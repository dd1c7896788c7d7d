"""Reading processes do not outlive the first one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_PROGRAM = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from calcsight.batch.pool import _prepare_process
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare_process)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_reading_process_ends_when_the_first_one_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(_PROGRAM, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as first:
        assert first.stdout is not None
        reader = int(first.stdout.readline())
        first.send_signal(signal.SIGKILL)
        first.wait()
        until = time.monotonic() + 30
        while _runs(reader):
            assert time.monotonic() < until
            time.sleep(0.05)


def _runs(process: int) -> bool:
    """Tell whether a process still runs; one that ended and waits for its parent does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not status.parent.parent.joinpath("self").exists()
