"""Servers that tests start on loopback: a port for them, and waiting until they are so far."""

import socket
import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0


def free_port() -> int:
    """Return a port of this machine that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait for something to be so; an assertion fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.05)
