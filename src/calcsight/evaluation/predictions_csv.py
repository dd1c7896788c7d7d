"""Predictions as one CSV table, a mark a row."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from calcsight.evaluation.cases import FoundGroup, FoundView, Numbers, Predictions
from calcsight.evaluation.view_names import (
    NamedAs,
    found_view,
    number,
    outline,
    points,
    positive,
)
from calcsight.reports.visible_text import of_cell
from calcsight.terms.errors import PredictionsError

NEEDED = ("view", "row", "column", "score")
OPTIONAL = ("kind", "diameter_mm", "outline", "group", "breast_area_mm2", "refused")
_KINDS = ("particle", "group", "none", "refused")
Row = Mapping[str, str]


def of_csv(path: Path, text: str, named: NamedAs) -> Predictions:
    """Read a table; see docs/evaluation.md.

    Raises
    ------
    PredictionsError
        When a column is missing or unknown, or a cell holds what it cannot hold.
    """
    by_view: dict[str, list[tuple[str, Row]]] = {}
    for where, row in _rows(path, text):
        if not row["view"]:
            raise PredictionsError(f"{where}: no view", "the name of a view in each row")
        by_view.setdefault(named.view(of_cell(row["view"])), []).append((where, row))
    columns = _columns(path, text)
    kinds = {_kind(where, row) for rows in by_view.values() for where, row in rows}
    groups = "group" in kinds or "group" in columns
    return Predictions(
        detector=path.name,
        views=tuple(_view(name, rows) for name, rows in by_view.items()),
        particles="particle" in kinds or not groups,
        groups=groups,
    )


def _columns(path: Path, text: str) -> list[str]:
    """Return the names of the columns, checked."""
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
    except csv.Error as problem:
        raise PredictionsError(f"{path} is no CSV table ({problem})", "a table") from None
    columns = [name.strip() for name in header]
    _check_columns(path, columns)
    return columns


def _rows(path: Path, text: str) -> Iterator[tuple[str, Row]]:
    """Yield where each row stands, and its cells."""
    columns = _columns(path, text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    next(reader)
    try:
        for cells in reader:
            if not cells:
                continue
            where = f"{path}, line {reader.line_num}"
            if len(cells) != len(columns):
                raise PredictionsError(
                    f"{where}: {len(cells)} cells, another number of cells than the header has"
                )
            yield where, dict(zip(columns, map(str.strip, cells), strict=True))
    except csv.Error as problem:
        raise PredictionsError(f"{path} is no CSV table ({problem})", "a table") from None


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column, or has one that would be passed over."""
    missing = [name for name in NEEDED if name not in columns]
    unknown = [name for name in columns if name not in (*NEEDED, *OPTIONAL)]
    if missing or unknown or len(set(columns)) < len(columns):
        raise PredictionsError(
            f"{path} with the columns {', '.join(columns)[:300] or '(none)'}",
            f"{', '.join(NEEDED)}; besides them, if at all, {', '.join(OPTIONAL)}; each once",
        )


def _kind(where: str, row: Row) -> str:
    """Say what a row is; without a kind, one with only its view says that nothing was found."""
    bare = not any(value for key, value in row.items() if key not in ("view", "breast_area_mm2"))
    kind = row.get("kind") or ("none" if bare else "particle")
    if kind not in _KINDS:
        raise PredictionsError(f"{where}: the kind {kind[:60]!r}", f"one of: {', '.join(_KINDS)}")
    return kind


def _view(name: str, rows: Sequence[tuple[str, Row]]) -> FoundView:
    """Gather the rows of one view."""
    by_kind: dict[str, list[tuple[str, Row]]] = {kind: [] for kind in _KINDS}
    for where, row in rows:
        by_kind[_kind(where, row)].append((where, row))
    marks = [*by_kind["particle"], *by_kind["group"]]
    for kind in ("none", "refused"):
        if by_kind[kind] and (marks or len(rows) > 1):
            where = by_kind[kind][0][0]
            raise PredictionsError(f"{where}: {kind!r} beside other rows of {name}", "one of them")
    refusals = [row.get("refused") or "refused" for _, row in by_kind["refused"]]
    areas = {positive(r.get("breast_area_mm2"), "breast_area_mm2", where) for where, r in rows}
    stated = {area for area in areas if not math.isnan(area)}
    if len(stated) > 1:
        raise PredictionsError(f"{rows[0][0]}: {name} with two breast areas", "one")
    members = _members(by_kind["particle"])
    return found_view(
        name,
        [_particle(where, row) for where, row in by_kind["particle"]],
        [_group(where, row, members) for where, row in by_kind["group"]],
        refused=refusals[0] if refusals else "",
        breast_area_mm2=stated.pop() if stated else None,
    )


def _particle(where: str, row: Row) -> tuple[Numbers, float, float, Numbers | None]:
    """Read one particle."""
    return (
        _place(where, row),
        number(row["score"], "the score", where),
        positive(row.get("diameter_mm"), "diameter_mm", where),
        _outline(where, row),
    )


def _group(where: str, row: Row, members: Mapping[str, list[int]]) -> FoundGroup:
    """Read one group; the particles of its view that name it are its members."""
    return FoundGroup(
        centre_px=_place(where, row),
        score=number(row["score"], "the score", where),
        members=tuple(members.get(row.get("group", ""), ())),
        outline_px=_outline(where, row),
    )


def _members(particles: Sequence[tuple[str, Row]]) -> dict[str, list[int]]:
    """Gather the particles of each group."""
    members: dict[str, list[int]] = {}
    for position, (_, row) in enumerate(particles):
        if name := row.get("group", ""):
            members.setdefault(name, []).append(position)
    return members


def _place(where: str, row: Row) -> Numbers:
    """Read row and column."""
    said = [number(row[name], name, where) for name in ("row", "column")]
    place: Numbers = points(said, "row and column", where)[0]
    return place


def _outline(where: str, row: Row) -> Numbers | None:
    """Read "row column; row column; ..."."""
    said = row.get("outline", "")
    corners = [corner.split() for corner in said.split(";") if corner.strip()]
    if any(len(corner) != 2 for corner in corners):
        raise PredictionsError(f"{where}: the outline {said[:60]!r}", '"row column; row column"')
    return outline(corners, where)
