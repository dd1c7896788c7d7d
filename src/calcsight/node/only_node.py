"""One node a folder, which nobody else reads: a lock that the system frees however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calcsight.terms.errors import QueueError

_LOCK = "node.lock"


@contextmanager
def for_owner_alone() -> Iterator[None]:
    """Let nobody but the owner of the process read what it makes: images name their patients.

    Folders get the mode 0700 and files 0600, those of SQLite and of other processes that are
    started meanwhile included. It is of the whole process.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


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


def is_there(queue_file: Path) -> bool:
    """Tell whether a node ever ran on a folder: it has a queue.

    Raises
    ------
    QueueError
        When the folder may not be looked into.
    """
    try:
        return queue_file.exists()
    except OSError as problem:
        raise QueueError(
            f"{queue_file.parent} could not be looked into ({problem.strerror})",
            "a folder that may be read",
            "do it as the user that the node runs as",
        ) from None


def _locked(descriptor: int) -> bool:
    """Take the lock; False when somebody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
