"""What the user sees: results on standard output, all else on standard error."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def tell(text: str) -> None:
    """Write a result to standard output; a reader that has gone away is no error."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Write one line about what went wrong to standard error."""
    sys.stderr.write(f"calcsight: {text}\n")
    sys.stderr.flush()


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, nothing elsewhere; the callable given moves it by one."""
    if not sys.stderr.isatty() or total == 0:
        yield lambda: None
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
        yield lambda: bar.advance(task)
