"""A reading that was written earlier, read again from its file."""

import json
from pathlib import Path
from typing import Any

from calcsight.intake import opened
from calcsight.reports.schemas import READING_SCHEMA_VERSION
from calcsight.terms.errors import NotAReadingError

READING_NAME = "calcsight.reading"
# No reading comes near: two thousand particles take some three million bytes.
_MOST_BYTES = 200_000_000
_ADVICE = "give a file STEM.reading.json that calcsight read wrote"


def reading_from(path: Path) -> dict[str, Any]:
    """Return the document of a reading.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened or read.
    NotAReadingError
        When it holds no reading, or one of a schema that this version cannot explain.
    """
    with opened(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise NotAReadingError("a file larger than any reading", "a reading's JSON", _ADVICE)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise NotAReadingError("a file that is no JSON", "a reading's JSON", _ADVICE) from None
    kind = document.get("document") if isinstance(document, dict) else None
    if kind != READING_NAME:
        found = f"the document {kind[:60]!r}" if isinstance(kind, str) else "JSON of another kind"
        raise NotAReadingError(found, f"the document {READING_NAME!r}", _ADVICE)
    refuse_other_schemas(document.get("schema_version"))
    return dict(document)


def refuse_other_schemas(version: object) -> None:
    """Refuse a schema without descriptions, and one whose keys may mean something else."""
    needed = READING_SCHEMA_VERSION
    numbers = _numbers(version)
    if numbers and numbers[0] == _numbers(needed)[0] and numbers[1] >= _numbers(needed)[1]:
        return
    if not numbers:
        raise NotAReadingError("a reading without a schema version", f"schema {needed}", _ADVICE)
    older = numbers < _numbers(needed)
    raise NotAReadingError(
        f"a reading of schema {version}, which {'older' if older else 'newer'} versions write",
        f"schema {needed}",
        "read the image again with this version" if older else "use the version that wrote it",
    )


def _numbers(version: object) -> tuple[int, ...]:
    """Return the three numbers of a version; none when it is no version."""
    parts = version.split(".") if isinstance(version, str) else []
    good = len(parts) == 3 and all(one.isascii() and one.isdigit() for one in parts)
    return tuple(int(one[:9]) for one in parts) if good else ()
