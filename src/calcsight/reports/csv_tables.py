"""Tables as CSV: UTF-8, comma, one header line, an empty cell for what is unknown.

No text in them steers a terminal or runs in a spreadsheet; see `visible_text`.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from calcsight.reports.columns import Cell, Column, Row
from calcsight.reports.visible_text import in_cell


def csv_header(columns: Sequence[Column[Any]]) -> str:
    """Return the header line."""
    return _lines([[column.name for column in columns]])


def csv_lines(rows: Iterable[Row]) -> str:
    """Return rows as lines; booleans are `true` and `false`, None is an empty cell."""
    return _lines([[_text(cell) for cell in row] for row in rows])


def _lines(rows: Iterable[Sequence[str]]) -> str:
    """Join cells by commas and rows by line feeds, quoting where needed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _text(cell: Cell) -> str:
    """Write one cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return in_cell(cell) if isinstance(cell, str) else str(cell)
