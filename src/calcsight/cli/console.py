"""What the user sees: results on standard output, all else on standard error."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from calcsight.cli.interruption import RequestToEnd
from calcsight.terms.errors import OutputError


def tell(text: str) -> None:
    """Write a result to standard output; a reader that has gone away is no error.

    Raises
    ------
    OutputError
        When standard output leads to a full disk.
    """
    # Python gives None for a standard output that was closed before the start.
    stream: TextIO | None = sys.stdout
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as problem:
        # What is still in the buffer must not fail again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(problem, BrokenPipeError):
            raise OutputError(
                f"standard output could not be written ({problem.strerror})",
                "a place with room",
            ) from None


def tell_line(text: str) -> None:
    """Write one line, whatever the names of files in it hold; see `tell`."""
    tell(one_line(text))


def complain(text: str) -> None:
    """Write one line about what went wrong to standard error, if anybody can read it."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    with suppress(OSError):
        stream.write(f"calcsight: {one_line(text)}\n")
        stream.flush()


def one_line(text: str) -> str:
    """Escape line ends and control sequences: the name of a file must not steer a terminal."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


@contextmanager
def progress(total: int, what: str, request: RequestToEnd) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, nothing elsewhere.

    The callable given says that one of `total` steps is done; it raises `KeyboardInterrupt` when
    the process was asked to end.
    """
    if not sys.stderr.isatty() or total == 0:
        yield request.obey
        return
    # Only a terminal needs rich.
    from rich import progress as rich_progress  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    bar = rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
    with bar:
        task = bar.add_task(what, total=total)

        def advance() -> None:
            bar.advance(task)
            request.obey()

        yield advance
