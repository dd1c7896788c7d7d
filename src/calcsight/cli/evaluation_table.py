"""The figures of an evaluation as a table in the terminal."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from calcsight.cli.console import one_line
from calcsight.reports.evaluation_page import FEW_PATIENTS

_WIDTH = 130
_UNITS = {"per_view": "a view", "per_normal_view": "a normal view", "per_cm2": "a cm2"}
_AREAS = {
    "wafroc": "weighted AFROC, area",
    "afroc": "AFROC, area",
    "average_precision": "average precision",
}
Entry = Mapping[str, Any]


def summary(document: Mapping[str, Any]) -> str:
    """Return a table for particles, one for groups, and what could not be measured."""
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    stream = io.StringIO()
    # No colours: the text goes through `tell`, to a file as to a terminal.
    console = Console(file=stream, width=_WIDTH, color_system=None, highlight=False)
    data, found = document["data_set"], document["predictions"]
    console.print(
        Text(
            f"{one_line(data['name'])}: {data['views']} views of {data['patients']} patients, "
            f"{data['normal_views']} normal; {one_line(found['detector'])}"
        )
    )
    for of in ("particles", "groups"):
        rules = [r for r in document["rules"] if r["of"] == of and not r["not_measurable"]]
        if rules:
            console.print(_table(of, rules, document["figures"]))
            if few := _few(of, document):
                console.print(Text(few))
    for rule in document["rules"]:
        if rule["not_measurable"]:
            said = f"not measurable: {rule['of']}, {rule['code']}: {rule['not_measurable']}"
            console.print(Text(said))
    console.print(
        Text(
            "Sensitivity at so many false marks, 95 % interval by patient; rules and denominators "
            "in words stand in the page and in evaluation.json."
        )
    )
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _table(of: str, rules: Sequence[Entry], figures: Sequence[Entry]) -> Any:
    """Lay out one table: a row a measure, a column a rule."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    own = [one for one in figures if one["of"] == of and one["stratum"] == "all"]
    table = Table(box=box.SIMPLE_HEAD, title=of, title_justify="left", pad_edge=False)
    table.add_column("false marks")
    for rule in rules:
        table.add_column(rule["code"], justify="right", overflow="fold")
    rows: dict[str, dict[str, str]] = {}
    for one in own:
        if one["measure"] == "sensitivity":
            label = f"{one['at']:g} {_UNITS[one['per']]}"
        elif one["measure"] in _AREAS:
            label = _AREAS[one["measure"]]
        else:
            continue
        rows.setdefault(label, {})[one["rule"]] = _cell(one)
    for label, cells in rows.items():
        table.add_row(label, *(cells.get(rule["code"], "") for rule in rules))
    return table


def _few(of: str, document: Mapping[str, Any]) -> str:
    """Say that the targets lie in few patients; "" when they do not."""
    patients = next(
        one["patients_with_targets"]
        for one in document["figures"]
        if one["of"] == of and one["rule"] == document["primary"][of]
    )
    if patients >= FEW_PATIENTS:
        return ""
    if patients == 1:
        return "targets in one patient: no interval\n"
    return f"targets in {patients} patients only: percentile intervals of so few are too narrow\n"


def _cell(one: Entry) -> str:
    """Write a value with its interval."""
    if one["value"] is None:
        return "not measurable"
    if one["low"] is None:
        return f"{one['value']:.3f}"
    return f"{one['value']:.3f} ({one['low']:.2f}-{one['high']:.2f})"
