"""`calcsight node send`: send again what failed, or was refused."""

from typing import Annotated

import typer

from calcsight.cli.console import tell_line
from calcsight.cli.node_run import NodeFile


def send(
    file: NodeFile,
    study: Annotated[
        str | None,
        typer.Option("--study", metavar="UID", help="Of this study alone.", show_default=False),
    ] = None,
) -> int:
    """Let a node send the results again that a peer refused, or that were given up."""
    from calcsight.node import require_node  # noqa: PLC0415 - help must not wait

    require_node()
    from calcsight.node.asking import ask_for_sending, opened_queue  # noqa: PLC0415
    from calcsight.node.configuration import node_settings  # noqa: PLC0415

    with opened_queue(node_settings(file)) as queue:
        count = ask_for_sending(queue, study)
    tell_line(f"{count} result{'' if count == 1 else 's'} to be sent again")
    return 0
