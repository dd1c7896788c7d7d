"""The file of a timeline: read strictly, changed by one writer at a time, never half-written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from calcsight.reports.document_file import DocumentForm, bytes_of, json_of, named, noun_in
from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import TIMELINE_SCHEMA_VERSION, SchemaName
from calcsight.reports.timeline_document import TIMELINE_NAME, timeline_document
from calcsight.safe_writing import alone_in, open_for_writing
from calcsight.terms.errors import OutputError, TimelineError
from calcsight.terms.timeline import Timeline

TIMELINE_FORM = DocumentForm(
    name=TIMELINE_NAME,
    words="a timeline",
    schema=SchemaName.TIMELINE,
    version=TIMELINE_SCHEMA_VERSION,
    most_bytes=50_000_000,
    refusal=TimelineError,
    advice="give a file that calcsight timeline add wrote; the file was left as it is",
)


def timeline_from(path: Path) -> Timeline:
    """Return the timeline that a file holds.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    TimelineError
        When it holds no timeline that this version knows as a whole: one of another schema
        version may hold what would be lost.
    """
    with named(path):
        return timeline_of(json_of(bytes_of(path, TIMELINE_FORM), TIMELINE_FORM))


def timeline_of(document: dict[str, Any]) -> Timeline:
    """Return the timeline of a parsed document; see `timeline_from`.

    Raises
    ------
    TimelineError
        When it is none.
    """
    return noun_in(document, TIMELINE_FORM, Timeline)


def changed_timeline(path: Path, change: Callable[[Timeline | None], Timeline]) -> bool:
    """Read a timeline, change it and write it back; tell whether the file was written.

    Other calcsight processes wait meanwhile. Whatever else changed the file meanwhile is found by
    comparing it with what was read, just before the new one takes its place. Nothing is written
    when the change leaves the timeline as it was.

    Parameters
    ----------
    path : Path
        A link is followed. A file that is there keeps its permissions.
    change : callable
        Takes what the file holds, None when there is no file; gives what it shall hold.

    Raises
    ------
    UnreadableFileError, OutputError
        When the file cannot be read or written.
    TimelineError
        From reading or from `change`, or when another program changed the file: then nothing is
        written.
    """
    target = _followed(path)
    with alone_in(target.parent):
        with named(path):
            before = _held(target)
            old = None if before is None else timeline_of(json_of(before, TIMELINE_FORM))
        new = change(old)
        if new == old:
            return False
        with open_for_writing(target) as file:
            file.write(json_text(timeline_document(new)).encode())
            if before is not None and os.name == "posix":
                os.fchmod(file.fileno(), target.stat().st_mode & 0o7777)
            _refuse_changed(target, before)
    return True


def _followed(path: Path) -> Path:
    """Follow links to the file itself: replacing a link would leave the file behind it old."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise OutputError(
            f"{path} leads nowhere", "a file, or a name in a folder that exists"
        ) from None


def _held(target: Path) -> bytes | None:
    """Return what a file holds; None = there is none. One that cannot be read is not none."""
    try:
        target.stat()
    except FileNotFoundError:
        return None
    except OSError:
        pass  # opening it says what is wrong
    return bytes_of(target, TIMELINE_FORM)


def _refuse_changed(target: Path, before: bytes | None) -> None:
    """Refuse to replace what is not what was read."""
    if _held(target) != before:
        raise TimelineError(
            "a timeline that another program changed meanwhile",
            "the timeline as it was read",
            "run the command again; nothing was written",
        )
