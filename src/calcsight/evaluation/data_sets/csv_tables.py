"""Adapter of a user's own truth: views.csv with particles.csv, regions.csv or both."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from calcsight.evaluation.cases import DataSet, Fault, Numbers, TrueRegion, TrueView
from calcsight.evaluation.data_sets.images import image_facts, opener, stated_of
from calcsight.evaluation.data_sets.publications import CSV_TABLES, present
from calcsight.evaluation.data_sets.reading_files import (
    Table,
    inside,
    number,
    read_table,
    yes_or_no,
)
from calcsight.evaluation.data_sets.shapes import (
    Mark,
    centroid,
    circle,
    holds,
    outside,
    polygon,
    true_particles,
)
from calcsight.terms.errors import UsageError

STRATUM = "stratum_"
Row = Mapping[str, str]


def open_csv_tables(folder: Path) -> DataSet:
    """Read the tables; docs/data-sets.md describes their columns.

    A table that is not there says that its kind was not marked; a table without a row of a view
    says that nothing was found in that view.

    Raises
    ------
    UsageError
        When a table lacks a column, a cell is no number, a view is listed twice or not at all.
    """
    views = read_table(CSV_TABLES.required(folder, "views.csv"), ("view", "patient"))
    particles = _optional(folder, "particles.csv", ("view", "row", "column"))
    regions = _optional(folder, "regions.csv", ("view",))
    if particles is None and regions is None:
        raise CSV_TABLES.refusal(f"{folder} without particles.csv and regions.csv")
    names = [row["view"] for row in views.rows]
    if not names or len(set(names)) < len(names) or "" in names:
        raise UsageError(f"{views.path} with views without a name or listed twice", "each once")
    tables = [table for table in (particles, regions) if table is not None]
    for table in tables:
        stray = sorted({row["view"] for row in table.rows} - set(names))
        if stray:
            raise UsageError(f"{table.path}: the view {stray[0]!r}", "a view of views.csv")
    faults = [fault for table in (views, *tables) for fault in table.faults]
    return DataSet(
        name="csv",
        views=tuple(
            _view(
                folder, views, row, (particles, _of(particles, row)), (regions, _of(regions, row))
            )
            for row in views.rows
        ),
        faults=tuple(faults),
    )


def _optional(folder: Path, name: str, needed: tuple[str, ...]) -> Table | None:
    path = present(folder, name)
    return None if path is None else read_table(path, needed)


def _of(table: Table | None, view: Row) -> list[Row]:
    """Return a table's rows of one view."""
    rows = () if table is None else table.rows
    return [row for row in rows if row["view"] == view["view"]]


def _view(
    folder: Path,
    table: Table,
    row: Row,
    particles: tuple[Table | None, list[Row]],
    regions: tuple[Table | None, list[Row]],
) -> TrueView:
    """Return one view."""
    faults: list[Fault] = []
    image = inside(folder, row.get("image", ""))
    if image is None and row.get("image"):
        faults.append(Fault(code="missing_image", what=f"no file {row['image'][:200]} inside"))
    facts = image_facts(image)
    stated_mm = _spacing(table, row)
    spacing = stated_mm or facts.spacing_mm
    marks = _marks(particles[0], particles[1], facts.shape, faults) if particles[0] else None
    true = None if marks is None else true_particles(marks, spacing)
    places = np.zeros((0, 2)) if true is None else true.places_px
    zones = (
        None
        if regions[0] is None
        else _regions(regions[0], regions[1], facts.shape, places, faults)
    )
    normal = yes_or_no(table, row, "normal")
    if normal and (marks or zones):
        raise UsageError(f"{table.path}: {row['view']!r} is normal and has marks", "one of them")
    single_mm = stated_mm[0] if stated_mm and stated_mm[0] == stated_mm[1] else None
    said = stated_of(row.get("laterality", ""), row.get("projection", ""), single_mm)
    return TrueView(
        name=row["view"],
        patient=row["patient"] or row["view"],
        spacing_mm=spacing,
        particles=true,
        regions=zones,
        normal=normal,
        breast_area_mm2=number(table, row, "breast_area_mm2"),
        strata={
            name.removeprefix(STRATUM): row[name]
            for name in table.columns
            if name.startswith(STRATUM) and row[name]
        },
        faults=tuple(faults),
        mammogram=opener(image, said),
    )


def _spacing(table: Table, row: Row) -> tuple[float, float] | None:
    """Return what was stated, one number or one for each direction."""
    both = number(table, row, "spacing_mm")
    rows, columns = (number(table, row, f"{name}_spacing_mm") for name in ("row", "column"))
    said = (rows, columns) if both is None else (both, both)
    if said[0] is None or said[1] is None:
        return None
    if not (0 < said[0] <= 5 and 0 < said[1] <= 5):
        raise UsageError(f"{table.path}: a spacing of {said} mm", "more than 0, at most 5 mm")
    return (said[0], said[1])


def _marks(
    table: Table, rows: list[Row], shape: tuple[int, int] | None, faults: list[Fault]
) -> list[Mark]:
    """Return one view's particles."""
    marks, beside, points = [], 0, 0
    for row in rows:
        place = _place(table, row)
        if place is None:
            raise UsageError(f"{table.path}: a particle without row and column", "both")
        if outside(place.reshape(1, 2), shape):
            beside += 1
            continue
        outline = _outline(table, row)
        points += outline is None
        diameter = number(table, row, "diameter_mm")
        contrast = number(table, row, "contrast_sd")
        marks.append(
            Mark(
                place=place,
                outline=outline,
                diameter_mm=np.nan if diameter is None else diameter,
                contrast_sd=np.nan if contrast is None else contrast,
            )
        )
    if beside:
        what = f"{beside} particles beside the image were left out"
        faults.append(Fault(code="outside_image", what=what))
    if points:
        faults.append(Fault(code="single_point", what=f"{points} particles without an outline"))
    return marks


def _regions(
    table: Table,
    rows: list[Row],
    shape: tuple[int, int] | None,
    places: Numbers,
    faults: list[Fault],
) -> tuple[TrueRegion, ...]:
    """Return one view's regions; the particles inside an outline are its members."""
    regions = []
    for row in rows:
        outline, place = _outline(table, row), _place(table, row)
        radius = number(table, row, "radius_px")
        if outline is None and place is not None and radius is not None and radius > 0:
            outline = circle(place[0], place[1], radius)
        if outline is None:
            raise UsageError(
                f"{table.path}: a region of {row['view']!r} without an area",
                "an outline of at least 3 corners, or row, column and radius_px",
            )
        if outside(outline, shape) == "wholly":
            what = "a region beside the image was left out"
            faults.append(Fault(code="outside_image", what=what))
            continue
        allowance = number(table, row, "allowance_mm") or 0.0
        if allowance < 0:
            raise UsageError(f"{table.path}: an allowance of {allowance} mm", "0 or more")
        regions.append(
            TrueRegion(
                outline_px=outline,
                members=tuple(int(one) for one in holds(outline, places).nonzero()[0]),
                allowance_mm=allowance,
                particle_hits=yes_or_no(table, row, "particle_hits"),
                doubtful=yes_or_no(table, row, "doubtful"),
            )
        )
    return tuple(regions)


def _place(table: Table, row: Row) -> Numbers | None:
    """Return row and column, or the middle of the outline where they are not given."""
    down, right = number(table, row, "row"), number(table, row, "column")
    if down is None or right is None:
        outline = _outline(table, row)
        return None if outline is None else centroid(outline)
    return np.array([down, right])


def _outline(table: Table, row: Row) -> Numbers | None:
    """Return a polygon written as "row column; row column; ...", None when there is none."""
    said = row.get("outline", "")
    if not said:
        return None
    try:
        return polygon([_pair(corner) for corner in said.split(";") if corner.strip()])
    except ValueError:
        raise UsageError(
            f"{table.path}: the outline {said[:60]!r}", '"row column; row column; ..."'
        ) from None


def _pair(corner: str) -> tuple[float, float]:
    row, column = corner.split()
    return float(row), float(column)
