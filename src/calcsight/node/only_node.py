"""One node a folder: a lock that the system frees when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calcsight.terms.errors import QueueError

_LOCK = "node.lock"


@contextmanager
def only_node(folder: Path) -> Iterator[None]:
    """Keep every other node from a folder, which is made when it is not there: for its user alone.

    Raises
    ------
    QueueError
        When another node runs on it, or it cannot be written.
    """
    try:
        # What is received names patients.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise QueueError(
            f"{folder} could not be written ({problem.strerror})", "a folder that may be written"
        ) from None
    try:
        if not _locked(descriptor):
            raise QueueError(
                f"another node on {folder}", "one node a folder", "end it, or name another folder"
            )
        yield
    finally:
        os.close(descriptor)


def runs_on(folder: Path) -> bool:
    """Tell whether a node runs on a folder."""
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock; False when somebody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
