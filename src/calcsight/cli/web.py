"""`calcsight web`: the page of answers, until it is asked to end."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from calcsight.cli.ask import StaleDay
from calcsight.cli.console import complain
from calcsight.cli.options import a_path, a_word
from calcsight.cli.timeline_options import the_day
from calcsight.terms.facility import Facility


def web(
    *,
    host: Annotated[
        str,
        typer.Option("--host", parser=a_word, metavar="ADDRESS", help="Where it listens."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port.")] = 8000,
    facility: Annotated[
        Path | None,
        typer.Option(
            "--facility",
            parser=a_path,
            metavar="FILE.toml",
            show_default=False,
            help="The profile of a clinic: whom to call.",
        ),
    ] = None,
    on: StaleDay = None,
) -> int:
    """Answer questions in a browser and as JSON until asked to end; nothing asked is kept.

    SIGTERM, or Ctrl-C, ends it. Its address is told on standard error.
    """
    from calcsight.web import require_web  # noqa: PLC0415 - help must not wait

    require_web()
    from calcsight.assembly import answerer  # noqa: PLC0415
    from calcsight.cli.event_log import events_told  # noqa: PLC0415
    from calcsight.patient.facility_file import facility_from  # noqa: PLC0415
    from calcsight.web.desk import Desk  # noqa: PLC0415
    from calcsight.web.serving import serve  # noqa: PLC0415

    desk = Desk(
        answerer=answerer(),
        facility=facility_from(facility) if facility else Facility(),
        today=_days(on),
    )
    with events_told("calcsight.web"):
        serve(desk, host, port, lambda address: complain(f"plain answers at {address}"))
    return 0


def _days(said: str | None) -> Callable[[], date]:
    """Return what gives the day: always the one that was said, or today's."""
    if said is None:
        return lambda: the_day(None)
    day = the_day(said)
    return lambda: day
