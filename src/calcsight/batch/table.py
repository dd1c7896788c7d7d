"""Inputs and what is said about each, from a CSV table."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from calcsight.batch.finding import Argument
from calcsight.reports.visible_text import of_cell
from calcsight.terms.errors import ContradictionError, UsageError
from calcsight.terms.stated import Stated
from calcsight.terms.stating import stated

TABLE_COLUMNS = ("path", "exam", "laterality", "view", "spacing_mm", "date", "exam_uid")
# What a row is of, where a table holds several kinds of input.
ROLE = "role"


def inputs_of_table(table: Path, flags: Stated) -> list[Argument]:
    """Read a table of inputs: one file or folder a row.

    Parameters
    ----------
    table : Path
        Comma-separated with a header: `path` and any of exam, laterality, view, spacing_mm,
        date, exam_uid. An empty cell says nothing. Relative paths start at the table's own folder.
    flags : Stated
        Said for all rows; a row that says something else contradicts it.

    Raises
    ------
    UsageError
        When the table cannot be read, has an unknown column or a bad cell (with its line).
    """
    rows = _rows_of(table, TABLE_COLUMNS)
    return [_argument(table, line, row, flags) for line, row in rows]


def inputs_by_role(table: Path, flags: Mapping[str, Stated]) -> dict[str, list[Argument]]:
    """Read a table of inputs whose column `role` says what each row is.

    Parameters
    ----------
    table : Path
        As for `inputs_of_table`, with the column `role`.
    flags : mapping of str to Stated
        The roles that there are, and what is said of every row of each.

    Raises
    ------
    UsageError
        As `inputs_of_table`; also when a row has none of these roles.
    """
    found: dict[str, list[Argument]] = {role: [] for role in flags}
    for line, row in _rows_of(table, (*TABLE_COLUMNS, ROLE), needed=("path", ROLE)):
        role = (row.get(ROLE) or "").strip().lower()
        if role not in flags:
            raise UsageError(
                f"{table}, line {line}: the role {role!r}", f"one of {', '.join(flags)}"
            )
        found[role].append(_argument(table, line, row, flags[role]))
    return found


def _rows_of(
    table: Path, columns: Sequence[str], needed: Sequence[str] = ("path",)
) -> list[tuple[int, dict[str, str | None]]]:
    """Return the rows of a table, each with the number of its line."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            _check_header(table, rows.fieldnames, columns, needed)
            return [(rows.line_num, row) for row in rows]
    except OSError as problem:
        found = f"{table} could not be opened ({problem.strerror or type(problem).__name__})"
        raise UsageError(found, "a table that may be read") from None
    except (csv.Error, UnicodeDecodeError) as problem:
        raise UsageError(f"{table} is no CSV ({problem})", "a comma-separated table") from None


def _check_header(
    table: Path, names: object, columns: Sequence[str], needed: Sequence[str]
) -> None:
    """Refuse a table without what it needs, or with columns that would be passed over."""
    found = list(names) if isinstance(names, list) else []
    unknown = [name for name in found if name not in columns]
    if not set(needed) <= set(found) or unknown or len(set(found)) < len(found):
        others = [name for name in columns if name not in needed]
        raise UsageError(
            f"{table} with the columns {', '.join(found) or 'none'}",
            f"{', '.join(needed)}, and any of {', '.join(others)}, separated by commas",
        )


def _argument(table: Path, line: int, row: dict[str, str | None], flags: Stated) -> Argument:
    """Turn one row into an argument."""
    where = f"{table}, line {line}"
    name = row.get("path")
    if None in row or not name:
        raise UsageError(f"{where}: {'too many cells' if None in row else 'no path'}", "one path")
    try:
        said = stated(
            row.get("spacing_mm"),
            row.get("laterality"),
            row.get("view"),
            row.get("exam"),
            row.get("date"),
            row.get("exam_uid"),
        )
    except UsageError as problem:
        raise UsageError(f"{where}: {problem.found}", problem.needed, problem.advice) from None
    path = Path(of_cell(name))
    return Argument(
        path=table.parent / path,
        stated=_together(where, said, flags),
        image=path.name if path.is_absolute() else path.as_posix(),
    )


def _together(where: str, row: Stated, flags: Stated) -> Stated:
    """Fill what the row leaves open from the flags; refuse what they say differently."""
    pairs = {
        "laterality": (row.laterality, flags.laterality),
        "view": (row.view, flags.view),
        "exam": (row.exam_kind, flags.exam_kind),
        "spacing_mm": (row.spacing_mm, flags.spacing_mm),
        "date": (row.acquired_on, flags.acquired_on),
        "exam_uid": (row.exam_uid, flags.exam_uid),
    }
    for what, (of_row, of_flags) in pairs.items():
        if of_row is not None and of_flags is not None and of_row != of_flags:
            raise ContradictionError(
                f"{where}: {what} {of_row}, and the flag says {of_flags}",
                "one of them, or both alike",
            )
    return replace(
        row,
        laterality=row.laterality or flags.laterality,
        view=row.view or flags.view,
        exam_kind=row.exam_kind or flags.exam_kind,
        spacing_mm=row.spacing_mm or flags.spacing_mm,
        acquired_on=row.acquired_on or flags.acquired_on,
        exam_uid=row.exam_uid or flags.exam_uid,
    )
