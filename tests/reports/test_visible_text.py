"""Texts from outside: seen in tables and pages, never run and never obeyed."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from tests.interpreted import guidance

from calcsight.batch.table import inputs_of_table
from calcsight.evaluation.predictions_csv import of_csv
from calcsight.evaluation.view_names import NamedAs
from calcsight.reports.columns import group_entries, row_of
from calcsight.reports.csv_tables import csv_lines
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.html_report import CropPicture, ReportTemplates, ViewPictures
from calcsight.reports.reading_document import reading_document
from calcsight.reports.visible_text import in_cell, in_page, of_cell, visible
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

ORDINARY = ("R_CC.dcm", "Ärzte\u00a0日本\u3000 é.png", "a b-c+d=e@f.tif", "می\u200cخواهم.png", "")


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_stay(name: str) -> None:
    assert visible(name) == in_cell(name) == of_cell(name) == in_page(name) == name


def test_what_steers_or_turns_is_written_as_an_escape() -> None:
    assert visible("a\x1b[31m\n\u202eb\x9b\u2028") == r"a\x1b[31m\n\u202eb\x9b\u2028"
    page = Environment(autoescape=True, finalize=in_page).from_string("{{ a }}{{ a|length }}")
    assert page.render(a="<\x1b>\n\u202e") == "&lt;\\x1b&gt;\n\\u202e5"


@pytest.mark.parametrize("name", ["=1+1.png", "+a", "-a", "@a", "'=a", "''-a"])
def test_a_formula_is_marked_and_the_mark_taken_off_again(name: str) -> None:
    assert in_cell(name) == f"'{name}"
    assert of_cell(in_cell(name)) == name


@given(st.text(st.sampled_from("'=+-@ab")))
def test_every_name_comes_back(name: str) -> None:
    cell = in_cell(name)
    assert of_cell(cell) == name
    assert cell[:1] not in {"=", "+", "-", "@"}


def test_numbers_are_never_marked() -> None:
    assert csv_lines([(-1.5, -2, "-2", None, True)]) == "-1.5,-2,'-2,,true\n"


def test_table_and_page_of_a_hostile_name_steer_nothing(interpreted_reading: Reading) -> None:
    reading, name = interpreted_reading, "=cmd|'x'\x1b[31m\u202e<b>.dcm"
    text = csv_lines(row_of(GROUP_COLUMNS, one) for one in group_entries(reading, name))
    (row,) = csv.reader(io.StringIO(text))
    assert row[0] == r"'=cmd|'x'\x1b[31m\u202e<b>.dcm"
    assert text.replace("\n", "").isprintable()
    document = reading_document(reading, name, Settings(), guidance())
    crop = CropPicture(group=1, jpeg=b"", caption="Group 1", file="a.group1.crop.png")
    pictures = ViewPictures(overview=b"", overlay=b"", overlay_file="a.png", crops=(crop,))
    page = ReportTemplates().view(1, document, pictures)
    assert page.replace("\n", "").isprintable()
    assert r"x&#39;\x1b[31m\u202e&lt;b&gt;.dcm" in page


def test_our_tables_of_inputs_take_the_mark_off(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(csv_lines([("path",), ("=a.png",), ("'=a.png",), ("'b.png",)]))
    found = [one.path.name for one in inputs_of_table(table, Stated())]
    assert found == ["=a.png", "'=a.png", "'b.png"]
    text = csv_lines([("view", "row", "column", "score"), ("=a.png", 1, 2, 0.5)])
    (view,) = of_csv(table, text, NamedAs(["=a.png"])).views
    assert view.name == "=a.png"
