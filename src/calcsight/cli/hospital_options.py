"""Flags of the results that go to a hospital's systems."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.options import a_path, a_word
from calcsight.terms.errors import UsageError

if TYPE_CHECKING:
    from calcsight.terms.hospital import ResultOrder

DicomOut = Annotated[
    str | None,
    typer.Option(
        "--dicom-out",
        parser=a_word,
        metavar="KINDS",
        show_default=False,
        help="Write results for a hospital's systems, too, as examN.*: any of sr (Mammography CAD "
        "SR), tid1500, seg, gsps, fhir, with commas between, or all.",
    ),
]
SrSuggestion = Annotated[
    bool,
    typer.Option(
        "--sr-suggestion",
        help="Write into the CAD SR what the rules suggest, as text and named a suggestion.",
    ),
]
Finals = Annotated[
    list[Path] | None,
    typer.Option(
        "--final",
        parser=a_path,
        metavar="FINAL.json",
        show_default=False,
        help="A person's final record: assessment and follow-up are written from it alone. May "
        "be given more than once.",
    ),
]
CreatedAt = Annotated[
    str | None,
    typer.Option(
        "--created-at",
        parser=a_word,
        metavar="YYYY-MM-DDTHH:MM:SS+HH:MM",
        show_default=False,
        help="When the results count as made, with the offset from UTC (default: now). The "
        "same input and the same time give the same bytes.",
    ),
]


def result_order(
    kinds: str | None, suggestion: bool, finals: list[Path] | None, created_at: str | None
) -> "ResultOrder | None":
    """Return what the flags ask for; None without --dicom-out.

    Raises
    ------
    UsageError
        For an unknown kind, a time without its zone, or a flag that says nothing alone.
    """
    from calcsight.reports.final_file import final_from  # noqa: PLC0415 - help must not wait
    from calcsight.terms.hospital import ResultKind, ResultOrder  # noqa: PLC0415

    if kinds is None:
        if suggestion or finals or created_at:
            raise UsageError(
                "--sr-suggestion, --final or --created-at without --dicom-out",
                "the results that it is to be written into",
                "add --dicom-out sr",
            )
        return None
    every = [one.value for one in ResultKind]
    asked = every if kinds.strip() == "all" else [one.strip() for one in kinds.split(",")]
    unknown = [one for one in asked if one not in every]
    if unknown:
        raise UsageError(f"--dicom-out {', '.join(unknown)}", f"any of {', '.join(every)}, or all")
    return ResultOrder(
        kinds=frozenset(ResultKind(one) for one in asked),
        created_at=time_of_creation(created_at),
        suggestion=suggestion,
        finals=tuple(final_from(path) for path in finals or []),
    )


def time_of_creation(said: str | None) -> datetime:
    """Return the time at which results count as made; now when nothing was said.

    Raises
    ------
    UsageError
        When it is no time, or one without its zone.
    """
    if said is None:
        return datetime.now(UTC).replace(microsecond=0)
    needed = "a date and a time with its offset from UTC"
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise UsageError(f"--created-at {said}", needed) from None
    if moment.tzinfo is None:
        raise UsageError(f"--created-at {said} without its zone", needed)
    return moment
