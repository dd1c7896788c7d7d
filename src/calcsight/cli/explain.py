"""`calcsight explain`: the chain from pixels to suggestion, for each group of a reading."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from calcsight.cli.console import one_line, tell
from calcsight.cli.options import AsJson, a_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from calcsight.reports.explanation import Explanation
    from calcsight.reports.group_explanation import Link

_WIDTH = 100


def explain(
    reading: Annotated[
        Path,
        typer.Argument(
            parser=a_path,
            metavar="READING.json",
            show_default=False,
            help="A file STEM.reading.json that calcsight read wrote.",
        ),
    ],
    group: Annotated[
        int | None,
        typer.Option("--group", min=1, show_default=False, help="Explain this group alone."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Explain a reading: from pixels to suggestion, with the source of every figure."""
    from calcsight.reports.explanation import explained  # noqa: PLC0415 - help must not wait
    from calcsight.reports.json_text import json_text  # noqa: PLC0415
    from calcsight.reports.reading_file import reading_from  # noqa: PLC0415

    found = explained(reading_from(reading), group)
    if as_json:
        tell(json_text(found.as_document()).rstrip())
    else:
        tell("\n".join(_lines(found)))
    return 0


def _lines(found: "Explanation") -> list[str]:
    """Write everything as lines of text."""
    lines = [one_line(found.title), *_links(found.view)]
    for one in found.groups:
        lines += ["", one_line(f"Group {one.group}"), *_links(one.links)]
    if found.claims:
        lines += ["", "Sources"]
        lines += [line for claim in found.claims.values() for line in _claim(claim)]
    return [*lines, "", *_wrapped(found.intended_use, "")]


def _links(links: "Sequence[Link]") -> list[str]:
    """Write links: a title, and what it says below it."""
    lines = []
    for link in links:
        lines.append(f"  {one_line(link.title)}")
        lines += [line for said in link.says for line in _wrapped(said, "    ")]
        if link.claims:
            lines += _wrapped(f"Sources: {', '.join(link.claims)}", "    ")
    return lines


def _claim(claim: "Mapping[str, Any]") -> list[str]:
    """Write where one figure comes from."""
    from calcsight.reports.clinical_wording import claim_amount, claim_origin  # noqa: PLC0415

    return [
        f"  {one_line(claim['id'])}: {one_line(claim_amount(claim))}",
        *_wrapped(claim["statement"], "    "),
        *_wrapped(claim_origin(claim), "    "),
    ]


def _wrapped(text: str, indent: str) -> list[str]:
    """Break a text into lines; control sequences of a file must not steer a terminal."""
    return wrap(
        one_line(str(text)),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if indent else "",
        break_on_hyphens=False,
    )
