"""`calcsight timeline join`: a person says that several findings are one."""

from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.options import AsJson, a_word
from calcsight.cli.timeline_options import TimelinePath, tell_added
from calcsight.terms.errors import UsageError

if TYPE_CHECKING:
    from calcsight.terms.timeline import Timeline


def join(
    timeline: TimelinePath,
    findings: Annotated[
        list[str],
        typer.Argument(
            parser=a_word,
            metavar="FINDING...",
            show_default=False,
            help="Ids or tracking UIDs; the first stays.",
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Make several findings one, as a CC and an MLO view of one lesion that were not matched."""
    from calcsight.pathway.joining import joined  # noqa: PLC0415 - help must not wait
    from calcsight.reports.timeline_adding import Added, what_differs  # noqa: PLC0415
    from calcsight.reports.timeline_file import changed_timeline  # noqa: PLC0415

    if len(findings) < 2:
        raise UsageError("one finding", "two or more that are one")
    told: list[Added] = []

    def change(old: "Timeline | None") -> "Timeline":
        if old is None:
            raise UsageError(f"no file {timeline}", "a timeline", "check the path")
        one = joined(old, findings)
        told[:] = [Added(name=" ".join(findings), what=tuple(what_differs(old, one)))]
        return one

    tell_added(timeline, told, changed_timeline(timeline, change), as_json)
    return 0
