"""A polite request to end is an interruption: what is half-written is removed first."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Sent by `kill`, by a batch system at its time limit, and by a terminal that closes.
_REQUESTS = ("SIGTERM", "SIGHUP")


@contextmanager
def requests_as_interruptions() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on the first request to end; what ignored one still does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _REQUESTS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if before[number] is signal.SIG_DFL]

    def interrupt(number: int, frame: Any) -> None:
        del number, frame
        # A second request must not break into the tidying that the first one began.
        for one in ours:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
