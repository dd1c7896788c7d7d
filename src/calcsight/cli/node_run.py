"""`calcsight node run`: receive, read and send until asked to end."""

from pathlib import Path
from typing import Annotated

import typer

from calcsight.cli.console import tell_line
from calcsight.cli.options import a_path

NodeFile = Annotated[
    Path,
    typer.Argument(
        parser=a_path,
        metavar="NODE.toml",
        show_default=False,
        help="Settings of the node; `calcsight node example` prints a file.",
    ),
]


def run(file: NodeFile) -> int:
    """Receive exams, read each when it is complete, and send the results, until asked to end.

    SIGTERM, or Ctrl-C, ends it after what is in hand; what is left waits in the queue. What it
    does is told on standard error, by UID.
    """
    from calcsight.node import require_node  # noqa: PLC0415 - help must not wait

    require_node()
    from calcsight.cli.event_log import events_told  # noqa: PLC0415
    from calcsight.node.configuration import node_settings  # noqa: PLC0415
    from calcsight.node.running import run_node  # noqa: PLC0415

    settings = node_settings(file)

    def listening(port: int) -> None:
        tell_line(f"{settings.ae_title} listens on {settings.address} port {port}")

    with events_told("calcsight.node"):
        run_node(settings, listening=listening)
    return 0
