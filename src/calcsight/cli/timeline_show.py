"""`calcsight timeline show`: each finding of one woman, date by date."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import one_line, tell
from calcsight.cli.options import AsJson, a_path
from calcsight.cli.timeline_options import (
    FollowUpFile,
    OnDay,
    OverwriteFile,
    TimelinePath,
    follow_up_settings,
    refuse_taken,
    the_day,
)
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.terms.finding import Finding
    from calcsight.terms.finding_standing import FindingStanding
    from calcsight.terms.timeline import Timeline

_WIDTH = 110


def show(
    timeline: TimelinePath,
    on: OnDay = None,
    settings: FollowUpFile = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            parser=a_path,
            metavar="FILE",
            show_default=False,
            help="Write a page with a drawn line of time for each finding.",
        ),
    ] = None,
    overwrite: OverwriteFile = False,
    as_json: AsJson = False,
) -> int:
    """Show each finding of one woman: what was seen, said, done and found out, and what is due."""
    from calcsight.pathway.following import standing  # noqa: PLC0415 - help must not wait
    from calcsight.reports.json_text import json_text  # noqa: PLC0415
    from calcsight.reports.timeline_file import timeline_from  # noqa: PLC0415
    from calcsight.reports.timeline_page import timeline_page  # noqa: PLC0415
    from calcsight.reports.timeline_standing import standing_document  # noqa: PLC0415
    from calcsight.safe_writing import write_text  # noqa: PLC0415

    day = the_day(on)
    refuse_taken([html], [timeline], overwrite)
    found = timeline_from(timeline)
    chosen = follow_up_settings(settings)
    standings = [standing(one, day, chosen) for one in found.findings]
    if html is not None:
        write_text(html, timeline_page(found, standings, day))
    if as_json:
        tell(json_text(standing_document(found, standings, day)).rstrip())
    else:
        tell("\n".join(_lines(found, standings, day)))
    return 0


def _lines(timeline: "Timeline", standings: "list[FindingStanding]", day: date) -> Iterator[str]:
    """Yield everything as lines of text."""
    number = len(timeline.findings)
    yield f"{timeline.woman}: {number} finding{'' if number == 1 else 's'}, on {day}"
    for finding, standing in zip(timeline.findings, standings, strict=True):
        yield ""
        yield from _finding(timeline, finding, standing)
    yield ""
    yield from wrap(INTENDED_USE, _WIDTH)


def _finding(
    timeline: "Timeline", finding: "Finding", standing: "FindingStanding"
) -> Iterator[str]:
    """Yield the lines of one finding."""
    from calcsight.reports.timeline_rows import (  # noqa: PLC0415
        outcome_words,
        rows_of,
        side_words,
        state_words,
    )

    yield one_line(f"{finding.id}, {side_words(finding.laterality.value)}: {state_words(standing)}")
    yield f"  tracking UID {finding.tracking_uid}"
    for row in rows_of(finding, standing, timeline.changes):
        yield from wrap(
            one_line(f"{row.on}  {row.kind.value:<11} {row.words}"),
            _WIDTH,
            initial_indent="  ",
            subsequent_indent=" " * 26,
            break_on_hyphens=False,
        )
    outcome = outcome_words(standing.outcome)
    if outcome:
        yield from _said("outcome", outcome)
    for review in standing.outcome.review if standing.outcome else ():
        yield from _said("review", review.text)
    for advisory in standing.advisories:
        yield from _said("advisory", advisory.text)


def _said(what: str, words: str) -> list[str]:
    """Write what has no day."""
    return wrap(
        one_line(f"{what}: {words}"),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )
