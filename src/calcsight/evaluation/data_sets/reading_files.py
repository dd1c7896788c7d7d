"""Text, tables and places inside a data set's folder, none of which is trusted."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from calcsight.evaluation.cases import Fault
from calcsight.intake import opened
from calcsight.terms.errors import InputRefused, UsageError

MOST_BYTES = 200_000_000
_LARGEST = 1e6
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a CSV table.

    Parameters
    ----------
    path : Path
    columns : tuple of str
        Lower case, blanks and hyphens as underscores: "Bi-Rads" is `bi_rads`.
    rows : tuple of mapping of str to str
        By those names; stripped, "" = nothing was said.
    faults : tuple of Fault
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    faults: tuple[Fault, ...]


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    UsageError
        When it cannot be read, or is larger than any annotation file is.
    """
    try:
        with opened(path) as file:
            data = file.read(MOST_BYTES + 1)
    except InputRefused as refusal:
        raise UsageError(f"{path}: {refusal.found}", refusal.needed, refusal.advice) from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} is larger than {MOST_BYTES} bytes", "an annotation file")
    return data


def read_text(path: Path) -> tuple[str, tuple[Fault, ...]]:
    """Return a file as text, and a fault when its encoding had to be guessed.

    Raises
    ------
    UsageError
    """
    data = read_bytes(path)
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        what = f"{path.name} is no {encoding.upper()}; read as Latin-1"
        return data.decode("latin-1"), (Fault(code="encoding", what=what),)


def read_table(path: Path, needed: Sequence[str]) -> Table:
    """Read a table separated by commas, semicolons or tabs, with or without a byte-order mark.

    Rows that repeat another row word for word are left out, and a fault says how many.

    Parameters
    ----------
    path : Path
    needed : sequence of str
        Columns it must have, by their names in `Table`.

    Raises
    ------
    UsageError
        When it cannot be read, has no header or lacks a column.
    """
    text, faults = read_text(path)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as problem:
        raise UsageError(f"{path} is no table ({problem})", "a table with a header") from None
    filled = [[cell.strip() for cell in line] for line in lines if any(map(str.strip, line))]
    if not filled:
        raise UsageError(f"{path} is empty", f"a header with {', '.join(needed)}")
    columns = tuple(name.casefold().replace(" ", "_").replace("-", "_") for name in filled[0])
    missing = [name for name in needed if name not in columns]
    if missing or len({name for name in columns if name}) < len([c for c in columns if c]):
        raise UsageError(
            f"{path} with the columns {', '.join(filled[0])[:500]}",
            f"each of {', '.join(needed)}, once",
        )
    unique = list(dict.fromkeys(map(tuple, filled[1:])))
    repeated = len(filled) - 1 - len(unique)
    if repeated:
        what = f"{path.name}: {repeated} rows repeat another word for word and were left out"
        faults = (*faults, Fault(code="duplicate_rows", what=what))
    longest = max((line for line in unique if any(line[len(columns) :])), key=len, default=())
    if longest:
        raise UsageError(
            f"{path}: a row of {len(longest)} cells under {len(columns)} columns",
            "as many cells as columns: texts that hold the separator stand in quotes",
        )
    padding = [""] * len(columns)
    rows = tuple(
        dict(zip(columns, [*line, *padding][: len(columns)], strict=True)) for line in unique
    )
    return Table(path=path, columns=columns, rows=rows, faults=faults)


def number(table: Table, row: Mapping[str, str], column: str) -> float | None:
    """Return a cell as a number; None when it is empty, NaN or infinite.

    Raises
    ------
    UsageError
        When it holds something else, or more than a million, which nothing in a data set is.
    """
    said = row.get(column, "")
    if said.casefold() in ("", "na", "n/a", "none", "null"):
        return None
    try:
        value = float(said.replace(",", ".") if "." not in said else said)
    except ValueError:
        raise UsageError(
            f"{table.path}: {said[:60]!r} in the column {column}", "a number or nothing"
        ) from None
    if math.isfinite(value) and abs(value) > _LARGEST:
        raise UsageError(
            f"{table.path}: {said[:60]} in the column {column}", f"at most {_LARGEST:g}"
        )
    return value if math.isfinite(value) else None


def yes_or_no(table: Table, row: Mapping[str, str], column: str) -> bool:
    """Return a cell as a truth value; empty is no.

    Raises
    ------
    UsageError
    """
    said = row.get(column, "").casefold()
    if said not in _TRUE | _FALSE:
        raise UsageError(
            f"{table.path}: {said[:60]!r} in the column {column}", "1, 0, yes, no, true or false"
        )
    return said in _TRUE


def inside(folder: Path, said: str) -> Path | None:
    """Return the file a table names, None unless it is a file inside the folder.

    Absolute paths, drive letters, `..` and links that lead out of the folder are not followed.
    """
    if not said or "\0" in said or PureWindowsPath(said).is_absolute() or ":" in said:
        return None
    parts = PurePosixPath(said.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        return None
    try:
        path = (folder / parts).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except OSError:
        return None
