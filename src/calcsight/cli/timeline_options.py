"""What the commands of a timeline share: arguments, the day, files to write, what was added."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import tell, tell_line
from calcsight.cli.options import a_path, a_word
from calcsight.terms.errors import OutputNotEmptyError, UsageError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.reports.timeline_adding import Added
    from calcsight.terms.follow_up import FollowUpSettings

TimelinePath = Annotated[
    Path,
    typer.Argument(
        parser=a_path,
        metavar="TIMELINE.json",
        show_default=False,
        help="The timeline of one woman.",
    ),
]
OnDay = Annotated[
    str | None,
    typer.Option(
        "--on",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="The day that is asked about (default: today).",
    ),
]
FollowUpFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        parser=a_path,
        metavar="FILE.toml",
        show_default=False,
        help="Intervals of the follow-up: a file with the table \\[follow_up].",
    ),
]
OverwriteFile = Annotated[
    bool, typer.Option("--overwrite", help="Write over an output file that is there.")
]


def the_day(said: str | None) -> date:
    """Return the day that is asked about; the one place where the clock is read.

    Raises
    ------
    UsageError
        When it is no day of the calendar.
    """
    if said is None:
        return datetime.now(UTC).astimezone().date()
    return a_day(said, "--on")


def a_day(said: str, flag: str) -> date:
    """Return the day that a flag says.

    Raises
    ------
    UsageError
        When it is no day of the calendar.
    """
    from calcsight.reports.noun_json import exact_day  # noqa: PLC0415 - help must not wait

    day = exact_day(said)
    if day is None:
        raise UsageError(f"{flag} {said[:40]!r}", "a day of the calendar, YYYY-MM-DD")
    return day


def follow_up_settings(path: Path | None) -> "FollowUpSettings | None":
    """Return the intervals of a site's file; None = the usual ones."""
    from calcsight.knowledge.follow_up_file import follow_up_settings_from  # noqa: PLC0415

    return None if path is None else follow_up_settings_from(path)


def refuse_taken(outputs: Sequence[Path | None], inputs: Sequence[Path], overwrite: bool) -> None:
    """Refuse to write over a file that is read, or that is there and was not given up.

    Raises
    ------
    UsageError
        When two outputs, or an output and an input, are one file.
    OutputNotEmptyError
        When a file is there and overwriting was not asked for.
    """
    read = {path.resolve() for path in inputs}
    for path in outputs:
        if path is None:
            continue
        if path.resolve() in read:
            raise UsageError(f"{path} for two things", "a file of its own for each output")
        if _is_there(path) and not overwrite:
            raise OutputNotEmptyError(
                f"{path} is there already",
                "a name that is free",
                "choose another, or say --overwrite",
            )
        read.add(path.resolve())


def _is_there(path: Path) -> bool:
    """Tell whether a file is there; what cannot be seen will be refused when it is written."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def tell_added(path: Path, told: "Sequence[Added]", written: bool, as_json: bool) -> None:
    """Print what each document or person added, and whether the file was written."""
    if not as_json:
        for one in told:
            tell_line(f"{one.name}: {'; '.join(one.what) or 'nothing that was not there'}")
        tell_line(f"{path}: {'written' if written else 'left as it was'}")
        return
    from calcsight.reports.json_text import json_text  # noqa: PLC0415 - help must not wait

    document = {
        "document": "calcsight.timeline_added",
        "intended_use": INTENDED_USE,
        "timeline": str(path),
        "written": written,
        "added": [{"by": one.name, "what": list(one.what)} for one in told],
    }
    tell(json_text(document).rstrip())
