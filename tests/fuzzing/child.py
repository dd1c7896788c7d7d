"""The process that damaged files are sent to: what dies, hangs or swells there harms nobody.

Reads `target length` and that many bytes from standard input, again and again, and answers each
with one line of JSON: the answer or the traceback, seconds of work, and by how much memory grew.
"""

import json
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
# Beyond this an allocation fails, whatever the machine has.
_MOST_ADDRESSES = 6 << 30


def main() -> int:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from tests.fuzzing.targets import answer  # imports are slow, and not part of an answer

    tell({"ready": True})
    while words := sys.stdin.buffer.readline().split():
        target, length = words[0].decode(), int(words[1])
        data = sys.stdin.buffer.read(length)
        before = memory_mb("VmRSS")
        _CLEAR.write_text("5")
        started = time.process_time()
        try:
            said: dict[str, Any] = {"answer": answer(target, data)}
        except BaseException:  # noqa: BLE001 - whatever it is, the other process names it
            said = {"fault": traceback.format_exc()}
        said["seconds"] = time.process_time() - started
        said["grown_mb"] = memory_mb("VmHWM") - before
        tell(said)
    return 0


def memory_mb(which: str) -> float:
    """Return what the kernel says of this process."""
    line = next(one for one in _STATUS.read_text().splitlines() if one.startswith(which))
    return int(line.split()[1]) / 1024


def tell(said: dict[str, Any]) -> None:
    """Write one line."""
    sys.__stdout__.write(json.dumps(said) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.exit(main())
