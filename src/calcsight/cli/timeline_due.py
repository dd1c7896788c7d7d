"""`calcsight timeline due`: who is due, overdue or lost on a day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcsight.cli.console import complain, tell, tell_line
from calcsight.cli.exit_status import STATUS_OF, ExitStatus, status_of_run
from calcsight.cli.options import AsJson, a_path
from calcsight.cli.timeline_options import (
    FollowUpFile,
    OnDay,
    OverwriteFile,
    follow_up_settings,
    refuse_taken,
    the_day,
)
from calcsight.terms.errors import CalcsightError, TimelineError
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.reports.due_columns import DueEntry
    from calcsight.terms.follow_up import FollowUpSettings

    Refused = list[tuple[Path, CalcsightError]]

_HEADINGS = {
    "lost": "Lost",
    "overdue": "Overdue",
    "due": "Due",
    None: "Waiting for a person",
    "not_due": "Not due",
}


def due(
    timelines: Annotated[
        list[Path],
        typer.Argument(
            parser=a_path,
            metavar="TIMELINE.json...",
            show_default=False,
            help="Timelines, one a woman.",
        ),
    ],
    *,
    on: OnDay = None,
    settings: FollowUpFile = None,
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics",
            parser=a_path,
            metavar="FILE",
            show_default=False,
            help="Write every day that is waited for as an iCalendar file.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            parser=a_path,
            metavar="FILE",
            show_default=False,
            help="Write the list as a CSV table.",
        ),
    ] = None,
    overwrite: OverwriteFile = False,
    as_json: AsJson = False,
) -> int:
    """List every open finding by how urgent it is: lost, overdue, due, not due yet."""
    from calcsight.reports.due_columns import by_urgency  # noqa: PLC0415 - help must not wait

    day = the_day(on)
    refuse_taken([ics, table], timelines, overwrite)
    found, refused = _entries(timelines, day, follow_up_settings(settings))
    shown = by_urgency([one for one in found if one.is_open])
    _write(shown, day, ics, table)
    if as_json:
        _tell_json(shown, refused, day, len(found))
    else:
        _tell_list(shown, day, len(found))
    if len(timelines) == 1 and refused:
        return STATUS_OF[type(refused[0][1])]
    codes = [error.code for _, error in refused]
    return ExitStatus(status_of_run(len(timelines) - len(refused), codes))


def _entries(
    timelines: Sequence[Path], day: date, settings: "FollowUpSettings | None"
) -> "tuple[list[DueEntry], Refused]":
    """Return every finding of every timeline that can be read; who is refused is said at once."""
    from calcsight.pathway.following import standing  # noqa: PLC0415
    from calcsight.reports.due_columns import DueEntry  # noqa: PLC0415
    from calcsight.reports.timeline_file import timeline_from  # noqa: PLC0415

    found: list[DueEntry] = []
    refused: list[tuple[Path, CalcsightError]] = []
    women: dict[str, Path] = {}
    for path in timelines:
        try:
            timeline = timeline_from(path)
            if timeline.woman in women:
                raise TimelineError(
                    f"{path}: a second timeline of {timeline.woman!r}, beside "
                    f"{women[timeline.woman]}",
                    "one timeline a woman",
                    "give each file once, and each woman her own pseudonym",
                )
            own = [
                DueEntry(woman=timeline.woman, finding=one, standing=standing(one, day, settings))
                for one in timeline.findings
            ]
        except CalcsightError as error:
            complain(f"{error.code}: {error}")
            refused.append((path, error))
            continue
        women[timeline.woman] = path
        # Of a day before its first record nothing is known of a finding.
        found += [one for one in own if one.standing.moves]
    return found, refused


def _write(shown: "Sequence[DueEntry]", day: date, ics: Path | None, table: Path | None) -> None:
    """Write the files that were asked for; the calendar is stamped with the day, not the clock."""
    from calcsight.reports.calendar_text import calendar_text  # noqa: PLC0415
    from calcsight.reports.columns import row_of  # noqa: PLC0415
    from calcsight.reports.csv_tables import csv_header, csv_lines  # noqa: PLC0415
    from calcsight.reports.due_calendar import due_events  # noqa: PLC0415
    from calcsight.reports.due_columns import DUE_COLUMNS  # noqa: PLC0415
    from calcsight.safe_writing import write_text  # noqa: PLC0415

    if ics is not None:
        stamped = datetime.combine(day, time(), UTC)
        write_text(ics, calendar_text(due_events(shown), stamped))
    if table is not None:
        rows = [row_of(DUE_COLUMNS, one) for one in shown]
        write_text(table, csv_header(DUE_COLUMNS) + csv_lines(rows))


def _tell_list(shown: "Sequence[DueEntry]", day: date, total: int) -> None:
    """Print the list under its headings; what is urgent first."""
    from calcsight.reports.due_columns import due_line  # noqa: PLC0415

    for due_, heading in _HEADINGS.items():
        own = [one for one in shown if one.urgency == due_]
        if own:
            tell(f"{heading} ({len(own)})")
            for one in own:
                tell_line(f"  {due_line(one)}")
    over = total - len(shown)
    tell(f"On {day}: {len(shown)} of {total} findings are open, {over} closed or ended.")
    tell(INTENDED_USE)


def _tell_json(shown: "Sequence[DueEntry]", refused: "Refused", day: date, total: int) -> None:
    """Print the list as one document."""
    from calcsight.reports.due_columns import DUE_COLUMNS  # noqa: PLC0415
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    document: dict[str, Any] = {
        "document": "calcsight.timeline_due",
        "intended_use": INTENDED_USE,
        "on": day.isoformat(),
        "findings": total,
        "open": [{one.name: one.cell(entry) for one in DUE_COLUMNS} for entry in shown],
        "refused": [
            {"timeline": str(path), "code": error.code, "found": error.found}
            for path, error in refused
        ],
    }
    tell(json_text(document).rstrip())
