"""`calcsight timeline end`: a person says why a finding is followed no longer."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.options import AsJson, a_word
from calcsight.cli.timeline_options import TimelinePath, a_day, tell_added
from calcsight.terms.errors import UsageError
from calcsight.terms.finding_records import End

if TYPE_CHECKING:
    from calcsight.terms.timeline import Timeline


FindingName = Annotated[
    str,
    typer.Argument(
        parser=a_word, metavar="FINDING", show_default=False, help="Its id or tracking UID."
    ),
]
Why = Annotated[End, typer.Option("--why", show_default=False, help="The reason.")]
ReaderId = Annotated[
    str,
    typer.Option(
        "--by",
        parser=a_word,
        metavar="READER",
        show_default=False,
        help="Who says so: an id, not a name.",
    ),
]
AtTime = Annotated[
    str | None,
    typer.Option(
        "--at",
        parser=a_word,
        metavar="TIME",
        show_default=False,
        help="When, with its offset, YYYY-MM-DDThh:mm:ss+hh:mm (default: now).",
    ),
]
TakenBackOn = Annotated[
    str | None,
    typer.Option(
        "--taken-back-on",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="From this day on it is as if it had not been said; with the same --why, --by and "
        "--at.",
    ),
]


def end(
    timeline: TimelinePath,
    finding: FindingName,
    *,
    why: Why,
    by: ReaderId,
    at: AtTime = None,
    taken_back_on: TakenBackOn = None,
    as_json: AsJson = False,
) -> int:
    """Record that a finding is followed no longer here: declined, transferred, died, ..."""
    from calcsight.pathway.recorded_finals import with_ending  # noqa: PLC0415 - help must not wait
    from calcsight.reports.timeline_adding import Added, what_differs  # noqa: PLC0415
    from calcsight.reports.timeline_file import changed_timeline  # noqa: PLC0415
    from calcsight.terms.finding_records import Ending  # noqa: PLC0415

    ending = Ending(
        end=why,
        reader_id=by,
        at=_time(at),
        taken_back_on=a_day(taken_back_on, "--taken-back-on") if taken_back_on else None,
    )
    told: list[Added] = []

    def change(old: "Timeline | None") -> "Timeline":
        if old is None:
            raise UsageError(f"no file {timeline}", "a timeline", "check the path")
        new = with_ending(old, finding, ending)
        told[:] = [Added(name=f"{finding} {why.value}", what=tuple(what_differs(old, new)))]
        return new

    tell_added(timeline, told, changed_timeline(timeline, change), as_json)
    return 0


def _time(said: str | None) -> datetime:
    """Return the time that was said, or now, to the second."""
    if said is None:
        return datetime.now(UTC).astimezone().replace(microsecond=0)
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        raise UsageError(
            f"--at {said[:40]!r}", "a time with its offset, YYYY-MM-DDThh:mm:ss+hh:mm"
        ) from None
