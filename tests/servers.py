"""Servers that tests start on loopback: a port for them, and waiting until they are so far."""

import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress

PATIENCE_SECONDS = 120.0


def free_port() -> int:
    """Return a port of this machine that is free now.

    Of those that the system gives to nobody by itself: while a server is away, a connection that
    looks for it would get its port now and then, and speak to itself.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


def wait_until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait for something to be so; an assertion fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.05)
