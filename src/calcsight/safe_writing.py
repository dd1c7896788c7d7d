"""Files that are either whole or not there: temporary name, fsync, rename.

Every file calcsight writes goes through here. A run that is killed, or a disk that is full,
leaves no half-written file under a final name. A file that is read, changed and written back is
kept from a second writer meanwhile.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from calcsight.terms.errors import OutputError


def write_bytes(path: Path, data: bytes | bytearray | memoryview) -> None:
    """Write `data` as the whole content of `path`, replacing what was there.

    Raises
    ------
    OutputError
        When the folder does not exist or may not be written, or the disk is full.
    """
    with open_for_writing(path) as file:
        file.write(data)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other calcsight processes from changing files of a folder that ask for the same.

    Waits until they are done. Where the system has no such lock (not POSIX, some network
    folders) nothing is waited for: whoever changes a file still compares what it read with what
    is there before writing.

    Raises
    ------
    OutputError
        When the folder is not there or may not be opened.
    """
    with _as_output_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        if descriptor is not None:
            import fcntl  # noqa: PLC0415 - POSIX alone has it

            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, line ends as given; see `write_bytes`."""
    write_bytes(path, text.encode())


@contextmanager
def open_for_writing(path: Path) -> Iterator[BinaryIO]:
    """Give a binary file that gets the name `path` only when the block ends without error.

    On any error, an interruption included, the temporary file is removed and a file that
    `path` named before is left as it was.

    Raises
    ------
    OutputError
        On any `OSError` while the file is made, written, synchronised or renamed.
    """
    with _as_output_errors(path), _temporary_beside(path) as temporary:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        synchronise_folder(path.parent)


@contextmanager
def _as_output_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says into `OutputError`."""
    try:
        yield
    except OSError as problem:
        raise OutputError(
            f"{path} could not be written ({problem.strerror or type(problem).__name__})",
            "a folder that exists, may be written and has room",
            "choose another folder with --out, or make room",
        ) from None


@contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    """Name a file that is not there yet, in the same folder; remove it unless renamed."""
    temporary = path.parent / f".{uuid.uuid4().hex}.part{path.suffix}"
    try:
        yield temporary
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def synchronise_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can (POSIX)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that its owner alone may read (mode 0600 where the system has modes).

    Raises
    ------
    OutputError
        When there is a file of that name already, or it cannot be written.
    """
    with _as_output_errors(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        synchronise_folder(path.absolute().parent)
