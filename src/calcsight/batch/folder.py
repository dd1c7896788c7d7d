"""The folder of results: empty at first, or cleared of what an earlier run wrote there."""

import json
import re
from contextlib import suppress
from pathlib import Path

from calcsight.reports.evaluation_page import EVALUATION_NAME
from calcsight.reports.manifest import MANIFEST_NAME
from calcsight.reports.series_truth import SERIES_NAME
from calcsight.reports.truth import TRUTH_NAME
from calcsight.terms.errors import OutputError, OutputNotEmptyError

MANIFEST_FILE = "manifest.json"
TRUTH_FILE = "truth.json"
EVALUATION_FILE = "evaluation.json"
SERIES_FILE = "series.json"
# The file that says what else a run wrote, and what that document calls itself.
_LISTS = {
    MANIFEST_FILE: MANIFEST_NAME,
    TRUTH_FILE: TRUTH_NAME,
    EVALUATION_FILE: EVALUATION_NAME,
    SERIES_FILE: SERIES_NAME,
}
# Temporary names of `safe_writing`.
_UNFINISHED = re.compile(r"\.[0-9a-f]{32}\.part")


def prepare_folder(folder: Path, overwrite: bool) -> None:
    """Make the folder; with `overwrite` remove the results of an earlier run, nothing else.

    Raises
    ------
    OutputNotEmptyError
        When it holds anything and overwriting was not asked for.
    OutputError
        When it cannot be made or is no folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds_something = any(folder.iterdir())
    except OSError as problem:
        raise OutputError(
            f"{folder} cannot hold results ({problem.strerror or type(problem).__name__})",
            "a folder that may be written",
            "choose another folder with --out",
        ) from None
    if not holds_something:
        return
    if not overwrite:
        raise OutputNotEmptyError(
            f"{folder} is not empty",
            "an empty or new folder",
            "choose another folder, or add --overwrite",
        )
    _remove_earlier_results(folder)


def _remove_earlier_results(folder: Path) -> None:
    """Remove the files that an earlier run names, and what a killed run left behind.

    An old crop beside a new reading would show what the reading does not hold.
    """
    for name in _earlier_folders(folder):
        if not (folder / name).is_symlink():
            with suppress(OSError):
                _remove_earlier_results(folder / name)
                (folder / name).rmdir()
    leftovers = [path.name for path in folder.iterdir() if _UNFINISHED.match(path.name)]
    for name in [*_earlier_files(folder), *leftovers]:
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def _earlier_files(folder: Path) -> list[str]:
    """Return the names that the lists of earlier runs give, the lists' own first."""
    names: list[str] = []
    for file, document_name in _LISTS.items():
        try:
            document = json.loads((folder / file).read_text(encoding="utf-8"))
            if document["document"] != document_name:
                continue
            listed = [*document["files"]]
            for one in document.get("inputs", []):
                listed += one.get("files", [])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        names += [file, *(str(name) for name in listed if name == Path(str(name)).name)]
    return names


def _earlier_folders(folder: Path) -> list[str]:
    """Return the names of folders that a series of exams was written into."""
    try:
        document = json.loads((folder / SERIES_FILE).read_text(encoding="utf-8"))
        if document["document"] != SERIES_NAME:
            return []
        listed = [str(name) for name in document["folders"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return [name for name in listed if name == Path(name).name and name not in ("", "..")]
