"""CSV and Parquet hold the same rows; positions are in the file's own frame."""

import csv
import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from calcsight.reports.change_columns import CHANGE_COLUMNS
from calcsight.reports.columns import (
    Cell,
    Column,
    Kind,
    Row,
    group_entries,
    particle_entries,
    row_of,
)
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.dictionary import dictionary_table
from calcsight.reports.due_columns import DUE_COLUMNS
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.link_columns import LINK_COLUMNS
from calcsight.reports.parquet_tables import parquet_writer
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.reports.truth import TRUTH_COLUMNS
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings

SETTINGS = Settings()


def particle_rows(reading: Reading) -> list[Row]:
    entries = particle_entries(reading, "exam/R_CC.dcm", SETTINGS)
    return [row_of(PARTICLE_COLUMNS, entry) for entry in entries]


def group_rows(reading: Reading) -> list[Row]:
    return [row_of(GROUP_COLUMNS, entry) for entry in group_entries(reading, "exam/R_CC.dcm")]


def parsed(rows: list[Row], columns: tuple[Column[Any], ...]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_header(columns) + csv_lines(rows))))


def test_the_first_columns_are_those_promised() -> None:
    assert csv_header(PARTICLE_COLUMNS[:10]).strip() == (
        "image,row,column,diameter_mm,area_mm2,contrast_to_noise,elongation,circularity,score,group"
    )
    assert csv_header(GROUP_COLUMNS[:10]).strip() == (
        "image,group,row,column,count,extent_mm,density_per_cm2,distribution,mean_diameter_mm,score"
    )


def test_a_row_holds_what_was_measured_in_the_frame_of_the_file(reading: Reading) -> None:
    first, *_, last = parsed(particle_rows(reading), PARTICLE_COLUMNS)
    # The speck drawn at (200, 100) of 360 columns in the reading frame, mirrored back.
    assert (first["image"], first["row"], first["column"]) == ("exam/R_CC.dcm", "200.0", "259.0")
    assert float(first["diameter_mm"]) == pytest.approx(0.4 * math.sqrt(2), abs=1e-4)
    assert float(first["area_mm2"]) == pytest.approx(0.16)
    assert (first["group"], last["group"]) == ("1", "")
    assert (first["particle"], last["particle"]) == ("1", "6")
    assert first["size_class"] == "macro"
    assert first["other_size_class"] == "micro"
    assert first["limitations"] == ""


def test_a_group_row_names_members_by_the_numbers_of_the_particle_rows(reading: Reading) -> None:
    (row,) = parsed(group_rows(reading), GROUP_COLUMNS)
    particles = parsed(particle_rows(reading), PARTICLE_COLUMNS)
    members = [one["particle"] for one in particles if one["group"] == row["group"]]
    assert row["members"].split(";") == members
    assert int(row["count"]) == len(members) == 5
    assert row["distribution"] == "grouped"
    assert row["rule"] == SETTINGS.grouping.rules[0].name


def test_unknown_spacing_leaves_millimetres_empty_and_pixels_filled(
    pixel_reading: Reading,
) -> None:
    for row in parsed(particle_rows(pixel_reading), PARTICLE_COLUMNS):
        for name in ("diameter_mm", "area_mm2", "length_mm", "width_mm", "size_class", "group"):
            assert row[name] == "", name
        assert float(row["diameter_px"]) > 0
    assert group_rows(pixel_reading) == []


def test_what_lies_below_the_operating_point_says_so(reading: Reading) -> None:
    low = replace(reading.calcifications[-1], score=0.2, limitations=(Limitation.AT_IMAGE_EDGE,))
    listed = replace(reading, calcifications=(*reading.calcifications[:-1], low))
    *rest, last = parsed(particle_rows(listed), PARTICLE_COLUMNS)
    assert {row["at_operating_point"] for row in rest} == {"true"}
    assert last["at_operating_point"] == "false"
    assert last["limitations"] == "at_image_edge"


def test_a_number_that_is_not_finite_is_unknown(reading: Reading) -> None:
    odd = replace(reading.calcifications[0], contrast_to_noise=float("nan"))
    (row, *_) = particle_rows(replace(reading, calcifications=(odd, *reading.calcifications[1:])))
    names = [column.name for column in PARTICLE_COLUMNS]
    assert row[names.index("contrast_to_noise")] is None


@pytest.mark.parametrize("columns", [PARTICLE_COLUMNS, GROUP_COLUMNS], ids=["particles", "groups"])
def test_parquet_gives_back_the_rows_and_carries_the_dictionary(
    columns: tuple[Column[Any], ...], reading: Reading, pixel_reading: Reading, tmp_path: Path
) -> None:
    made = particle_rows if columns is PARTICLE_COLUMNS else group_rows
    rows = [*made(reading), *made(pixel_reading)]
    path = tmp_path / "table.parquet"
    with path.open("wb") as file, parquet_writer(file, columns) as table:
        table.add(rows[:2])
        table.add([])
        table.add(rows[2:])
    back = pq.read_table(path)
    assert [tuple(row.values()) for row in back.to_pylist()] == rows
    for column in columns:
        field = back.schema.field(column.name)
        assert field.metadata == {
            b"unit": column.unit.encode(),
            b"meaning": column.meaning.encode(),
        }


def test_csv_gives_back_the_rows_of_parquet(reading: Reading, pixel_reading: Reading) -> None:
    rows = particle_rows(reading) + particle_rows(pixel_reading)
    for row, cells in zip(rows, parsed(rows, PARTICLE_COLUMNS), strict=True):
        for value, column in zip(row, PARTICLE_COLUMNS, strict=True):
            assert read_back(cells[column.name], column.kind) == (None if value == "" else value)


def read_back(text: str, kind: Kind) -> Cell:
    """An empty cell is None, or a text that is empty."""
    if not text or kind is Kind.TEXT:
        return text or None
    if kind is Kind.YES_NO:
        return {"true": True, "false": False}[text]
    return int(text) if kind is Kind.WHOLE else float(text)


def test_an_empty_table_still_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    with path.open("wb") as file, parquet_writer(file, GROUP_COLUMNS):
        pass
    back = pq.read_table(path)
    assert back.num_rows == 0
    assert back.column_names == [column.name for column in GROUP_COLUMNS]


def test_the_documented_dictionary_is_that_of_the_columns() -> None:
    page = (Path(__file__).parents[2] / "docs" / "output.md").read_text(encoding="utf-8")
    tables = (PARTICLE_COLUMNS, GROUP_COLUMNS, TRUTH_COLUMNS, LINK_COLUMNS, CHANGE_COLUMNS)
    for columns in (*tables, DUE_COLUMNS):
        assert dictionary_table(columns) in page
