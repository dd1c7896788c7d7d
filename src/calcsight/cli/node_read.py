"""`calcsight node read`: an exam is finished, read it now."""

from typing import Annotated

import typer

from calcsight.cli.console import tell_line
from calcsight.cli.node_run import NodeFile


def read(
    file: NodeFile,
    study: Annotated[
        str,
        typer.Option("--study", metavar="UID", help="Study Instance UID.", show_default=False),
    ],
    again: Annotated[
        bool,
        typer.Option("--again", help="Also when nothing is new: a new version of the results."),
    ] = False,
) -> int:
    """Let a node read a study now, complete or not, with the images that are there."""
    from calcsight.node import require_node  # noqa: PLC0415 - help must not wait

    require_node()
    from calcsight.node.asking import ask_for_reading, opened_queue  # noqa: PLC0415
    from calcsight.node.configuration import node_settings  # noqa: PLC0415
    from calcsight.node.only_node import runs_on  # noqa: PLC0415

    settings = node_settings(file)
    with opened_queue(settings) as queue:
        entry = ask_for_reading(queue, study, once_more=again)
    by = "the node that runs" if runs_on(settings.folder) else "the node when it is started"
    tell_line(f"version {entry.version} of the results is to be made by {by}")
    return 0
