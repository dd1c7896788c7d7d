"""`calcsight timeline add`: what readings, comparisons, exams and people say, put down in order."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.options import AsJson, a_path, a_word
from calcsight.cli.timeline_options import TimelinePath, tell_added
from calcsight.terms.errors import UsageError

if TYPE_CHECKING:
    from calcsight.reports.timeline_adding import Added
    from calcsight.terms.timeline import Timeline


def add(
    timeline: TimelinePath,
    files: Annotated[
        list[Path],
        typer.Argument(
            parser=a_path,
            metavar="FILE...",
            show_default=False,
            help="STEM.reading.json, examN.json, comparison.json, or a person's final.json.",
        ),
    ],
    woman: Annotated[
        str | None,
        typer.Option(
            "--woman",
            parser=a_word,
            metavar="PSEUDONYM",
            show_default=False,
            help="Starts a timeline under this pseudonym, never a name or a patient number; of "
            "one that is there it is checked.",
        ),
    ] = None,
    new_finding: Annotated[
        bool,
        typer.Option(
            "--new-finding",
            help="Take a final record of an unknown finding as one that a person found.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Add documents to the timeline of one woman; what it knows already changes nothing."""
    from calcsight.reports.timeline_adding import (  # noqa: PLC0415 - help must not wait
        additions_from,
        with_additions,
    )
    from calcsight.reports.timeline_file import changed_timeline  # noqa: PLC0415

    additions = additions_from(files, may_be_new=new_finding)
    told: list[Added] = []

    def change(old: "Timeline | None") -> "Timeline":
        grown, what = with_additions(_started(old, woman, timeline), additions)
        told[:] = what
        return grown

    written = changed_timeline(timeline, change)
    tell_added(timeline, told, written, as_json)
    return 0


def _started(old: "Timeline | None", woman: str | None, path: Path) -> "Timeline":
    """Return the timeline that is there, or a new one under the pseudonym that was chosen."""
    from calcsight.terms.timeline import Timeline  # noqa: PLC0415

    if old is not None:
        if woman not in (None, old.woman):
            raise UsageError(
                f"--woman {woman!r} for {path}, which is of {old.woman!r}",
                "the timeline of that woman",
            )
        return old
    if woman is None:
        raise UsageError(
            f"no file {path}, and no pseudonym to start one",
            "the file of a timeline, or --woman PSEUDONYM",
            "check the path, or start a timeline with --woman W-0042",
        )
    return Timeline(woman=woman)
