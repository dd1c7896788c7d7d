"""What all intake of files shares: opening, limits, what was stated, a user's TOML."""

import errno
import hashlib
import stat
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.errors import (
    CalcsightError,
    ContradictionError,
    ImageTooLargeError,
    InputRefused,
    SettingsError,
    UnreadableFileError,
)

T = TypeVar("T")

MOST_PIXELS = 100_000_000


def first_bytes(path: Path, count: int) -> bytes:
    """Return up to `count` bytes from the start of a file.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read; see `opened`.
    """
    with opened(path) as file:
        return file.read(count)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read bytes.

    Raises
    ------
    UnreadableFileError
        On any `OSError` while the file is opened or read: missing, no permission, a link loop.
        Also for folders, pipes and devices, which are not even opened: a pipe would block.
    """
    try:
        if "\0" in str(path):
            raise OSError(errno.EINVAL, "a NUL character in the path")
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        said = problem.strerror or type(problem).__name__
        raise UnreadableFileError(
            f"the file could not be opened or read ({said})",
            "a file that exists and may be read",
            "check the path and its permissions",
        ) from None


@contextmanager
def foreign_errors_as(refusal: InputRefused) -> Iterator[None]:
    """Turn whatever a foreign parser or decoder raises into one refusal, and hush its warnings.

    Damaged files make such libraries raise nearly anything, and their messages may repeat
    what stands in a header, so nothing of them is passed on. Errors of calcsight pass.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except CalcsightError:
        raise
    except Exception as problem:
        # pydicom raises OSError of its own (no number); a damaged header sends a reader to a
        # place that no file has (EINVAL). Any other number is the operating system's word.
        if isinstance(problem, OSError) and problem.errno not in (None, errno.EINVAL):
            raise
        raise refusal from None


def refuse_too_large(rows: int, columns: int) -> None:
    """Refuse an image by its header, before anything is allocated.

    Raises
    ------
    ImageTooLargeError
        When there are more than 100 million pixels (the largest mammograms have 30 million).
    """
    if rows * columns > MOST_PIXELS:
        raise ImageTooLargeError(
            f"a header of {rows} x {columns} pixels",
            f"at most {MOST_PIXELS} pixels",
            "check that the file is one mammogram",
        )


def agreed(what: str, header: T | None, stated: T | None) -> T | None:
    """Return what the header and the user say together; None when neither says anything.

    Raises
    ------
    ContradictionError
        When they say different things.
    """
    if header is not None and stated is not None and header != stated:
        raise ContradictionError(
            f"{what} stated as {stated}, the header says {header}",
            "one of them, or both alike",
            f"leave the stated {what} out, or correct it",
        )
    return stated if header is None else header


def toml_in(path: Path, what: str, advice: str = "") -> dict[str, Any]:
    """Return what a TOML file that a user wrote says.

    Parameters
    ----------
    path : Path
    what : str
        What it should be, for the message: "a TOML file of settings".
    advice : str

    Raises
    ------
    SettingsError
        When it cannot be read or is no TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as problem:
        found = f"{path} could not be opened ({problem.strerror or type(problem).__name__})"
        raise SettingsError(found, "a TOML file that may be read", advice) from None
    except (ValueError, RecursionError) as problem:
        raise SettingsError(f"{path} is no TOML ({problem})", what, advice) from None


def pixel_digest(stored: NDArray[Any]) -> str:
    """SHA-256 of stored pixels: little-endian bytes in C order, then shape and dtype."""
    little = np.ascontiguousarray(stored, dtype=stored.dtype.newbyteorder("<"))
    digest = hashlib.sha256(little.data)
    digest.update(f"{little.shape} {little.dtype.str.lstrip('<|')}".encode())
    return digest.hexdigest()


def uid_from(digest: str) -> str:
    """Name an image that carries no UID by its pixels."""
    return f"sha256:{digest[:32]}"
