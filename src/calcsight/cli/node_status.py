"""`calcsight node status`: what waits, what was refused, how full the folder is."""

import io
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcsight.cli.console import tell
from calcsight.cli.node_run import NodeFile
from calcsight.cli.options import AsJson
from calcsight.terms.reading import INTENDED_USE

if TYPE_CHECKING:
    from calcsight.node.configuration import NodeSettings
    from calcsight.node.node_standing import NodeStanding
    from calcsight.records.entries import Entry

_WIDTH = 120


def status(
    file: NodeFile,
    uids: Annotated[
        bool,
        typer.Option("--uids", help="List what is not done, by UID."),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show how a node stands, running or not: its queue by kind and state, refusals, disk."""
    from calcsight.node import require_node  # noqa: PLC0415 - help must not wait

    require_node()
    from calcsight.node.configuration import node_settings  # noqa: PLC0415
    from calcsight.node.node_standing import standing_of  # noqa: PLC0415

    settings = node_settings(file)
    standing = standing_of(settings)
    tell(_as_json(settings, standing) if as_json else _as_text(settings, standing, uids))
    return 0


def _as_json(settings: "NodeSettings", standing: "NodeStanding") -> str:
    """Return everything, UIDs included."""
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    document = {
        "document": "calcsight.node_status",
        "intended_use": INTENDED_USE,
        "ae_title": settings.ae_title,
        "running": standing.running,
        "counts": [
            {"kind": kind.value, "state": state.value, "count": count}
            for (kind, state), count in standing.counts.items()
        ],
        "codes": [
            {"kind": kind.value, "state": state.value, "code": code, "count": count}
            for (kind, state, code), count in standing.codes.items()
        ],
        "used_bytes": standing.used_bytes,
        "limit_bytes": standing.limit_bytes,
        "not_done": [_plain(one) for one in standing.open_entries],
    }
    return json_text(document).rstrip()


def _plain(entry: "Entry") -> dict[str, Any]:
    """Return an entry as plain data."""
    return {
        "kind": entry.kind.value,
        "state": entry.state.value,
        "study_uid": entry.study_uid,
        "uid": entry.uid,
        "peer": entry.peer,
        "version": entry.version,
        "attempts": entry.attempts,
        "code": entry.code,
        "noted_at": _when(entry.noted_at),
        "due_at": _when(entry.due_at),
    }


def _as_text(settings: "NodeSettings", standing: "NodeStanding", uids: bool) -> str:
    """Return tables; UIDs only when asked for."""
    from rich.console import Console  # noqa: PLC0415

    page = io.StringIO()
    console = Console(file=page, width=_WIDTH, highlight=False, markup=False, color_system=None)
    runs = "runs" if standing.running else "does not run"
    console.print(f"{settings.ae_title}, {settings.address} port {settings.port}: {runs}")
    console.print(_counts(standing))
    if standing.codes:
        console.print(_codes(standing))
    share = 100.0 * standing.used_bytes / standing.limit_bytes
    used, limit = standing.used_bytes / 1e9, standing.limit_bytes / 1e9
    console.print(f"folder: {used:.3f} of {limit:g} GB ({share:.1f} %)")
    if uids:
        # Plain lines: a UID must stay whole.
        lines = [
            " ".join(
                part
                for part in (
                    one.kind.value,
                    one.state.value,
                    one.uid,
                    f"version {one.version}" if one.version else "",
                    f"to {one.peer}" if one.peer else "",
                    one.code,
                )
                if part
            )
            for one in standing.open_entries
        ]
        page.write("\n".join(lines))
    return page.getvalue().rstrip()


def _counts(standing: "NodeStanding") -> Any:
    """Return the table of kinds and states."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from calcsight.records.entries import EntryKind, EntryState  # noqa: PLC0415

    table = Table(box=box.ASCII2)
    table.add_column("kind")
    for state in EntryState:
        table.add_column(state.value, justify="right")
    table.add_column("oldest waiting since (UTC)")
    for kind in EntryKind:
        oldest = standing.oldest_waiting(kind)
        table.add_row(
            kind.value,
            *(str(standing.counts.get((kind, state), 0)) for state in EntryState),
            _when(oldest.noted_at)[:19] if oldest else "",
        )
    return table


def _codes(standing: "NodeStanding") -> Any:
    """Return the table of what ended entries, or makes them wait."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.ASCII2)
    for name in ("kind", "state", "code"):
        table.add_column(name)
    table.add_column("count", justify="right")
    for (kind, state, code), count in standing.codes.items():
        table.add_row(kind.value, state.value, code, str(count))
    return table


def _when(moment: Any) -> str:
    """Return a time as ISO 8601; "" when there is none."""
    return "" if moment is None else str(moment.isoformat())
