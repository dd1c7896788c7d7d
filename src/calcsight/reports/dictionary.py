"""The data dictionary, made from the column tables."""

from collections.abc import Sequence
from typing import Any

from calcsight.reports.columns import Column


def dictionary_table(columns: Sequence[Column[Any]]) -> str:
    """Return a Markdown table of the columns: name, kind, unit, meaning.

    `docs/output.md` holds exactly this text; a test compares the two.
    """
    lines = ["| column | holds | unit | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{column.name}` | {column.kind} | {column.unit or '-'} | {column.meaning} |"
        for column in columns
    ]
    return "\n".join(lines) + "\n"
