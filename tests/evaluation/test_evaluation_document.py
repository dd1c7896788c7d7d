"""The document, the tables and the page of an evaluation."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import jsonschema
import pytest
from tests.evaluation.conftest import found_view, particles, set_of, true_view

from calcsight.evaluation.cases import Case, Fault
from calcsight.evaluation.document import curves_table, evaluation_document, figures_table
from calcsight.evaluation.evaluating import Evaluation, evaluate
from calcsight.reports.evaluation_page import evaluation_page
from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import SchemaName, schema_of


def evaluated(*, hostile: bool = False, refused: bool = False) -> Evaluation:
    name = "<script>alert(1)</script>" if hostile else "v1"
    true = true_view(
        name,
        "a",
        marked=particles([(10, 10), (50, 50)], diameters=[0.3, 0.3]),
        regions=(),
        strata={"density": "<b>c" if hostile else "c"},
    )
    cases = [
        Case(
            true=replace(true, faults=(Fault(code="single_point", what="2 <points>"),)),
            found=found_view(name, [(10, 11, 0.9), (99, 99, 0.8)]),
        ),
        Case(
            true=true_view("v2", "b", normal=True, strata={"density": "a"}),
            found=found_view("v2", refused="no_breast" if refused else ""),
        ),
    ]
    return evaluate(*set_of(cases), replicates=100)


@pytest.mark.parametrize("refused", [False, True])
def test_the_document_fits_its_schema(refused: bool) -> None:
    document = evaluation_document(evaluated(refused=refused), ["evaluation.html"])
    again = json.loads(json_text(document))
    jsonschema.Draft202012Validator(schema_of(SchemaName.EVALUATION)).validate(again)
    assert again == document
    assert len(document["predictions"]["refused"]) == refused


def test_every_figure_carries_its_rule_its_denominator_and_its_n() -> None:
    for one in evaluation_document(evaluated(), [])["figures"]:
        assert one["rule_words"], one
        assert one["denominator"], one
        assert one["n"], one
        assert one["interval"], one
        # Either a value or a reason, never a silent gap.
        assert (one["value"] is None) == (one["not_measurable"] is not None), one


def test_the_tables_hold_what_the_document_holds() -> None:
    evaluation = evaluated()
    document = evaluation_document(evaluation, [])
    rows = list(csv.DictReader(io.StringIO(figures_table(evaluation))))
    assert len(rows) == len(document["figures"])
    assert [row["name"] for row in rows] == [one["name"] for one in document["figures"]]
    empty = [row for row in rows if row["value"] == ""]
    assert empty
    assert all(row["not_measurable"] for row in empty)
    corners = list(csv.DictReader(io.StringIO(curves_table(evaluation))))
    assert len(corners) == sum(len(curve["points"]) for curve in document["curves"])


class Tags(HTMLParser):
    """Counts what a page opens and closes."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(key.startswith("on") or key == "src" for key, _ in attrs)
        if tag not in ("meta", "br"):
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def test_the_page_is_whole_and_holds_no_program_and_no_link() -> None:
    page = evaluation_page(evaluation_document(evaluated(hostile=True, refused=True), []))
    tags = Tags()
    tags.feed(page)
    assert tags.opened == []
    assert not tags.seen & {"script", "link", "img", "iframe", "a"}
    assert "&lt;points&gt;" in page
    assert "not measurable" in page
    assert "no_breast" in page
    assert not re.search(r"https?://", page)


def test_a_page_of_nothing_measurable_says_why() -> None:
    case = Case(true=true_view("v", regions=None), found=found_view("v"))
    page = evaluation_page(evaluation_document(evaluate(*set_of([case]), replicates=100), []))
    assert "does not mark particles one by one" in page
    assert "marks no groups" in page
