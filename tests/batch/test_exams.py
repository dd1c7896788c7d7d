"""What the views of one exam come to in a run."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from tests.batch.test_run import fixed_clock

from calcsight.assembly import interpreter_for
from calcsight.batch.finding import Argument, find_inputs
from calcsight.batch.run import RunOrder, run
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

WriteView = Callable[..., Path]


@pytest.fixture
def order(tmp_path: Path, write_view: WriteView, judge: Judge) -> RunOrder:
    """Two views of one breast, and one that was cut short."""
    write_view("exam/a_L_CC.png")
    whole = write_view("exam/b_L_MLO.png", specks=())
    (tmp_path / "exam" / "c_R_CC.png").write_bytes(whole.read_bytes()[:4000])
    stated = Stated(spacing_mm=0.1, exam_uid="e-1")
    return RunOrder(
        found=find_inputs([Argument(path=tmp_path / "exam", stated=stated)]),
        output=tmp_path / "out",
        judge=judge,
        settings=Settings(),
        interpreter=interpreter_for(Settings()),
        clock=fixed_clock(),
    )


def exam_of(order: RunOrder) -> dict[str, object]:
    done = run(order, lambda _: None)
    assert "exam1.json" in done.manifest["files"]
    document: dict[str, object] = json.loads((order.output / "exam1.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema_of(SchemaName.EXAM)).validate(document)
    return document


def test_an_exam_of_a_run_is_written_and_shown(order: RunOrder) -> None:
    document = exam_of(order)
    assert document["uid"] == "e-1"
    assert [one["image"] for one in document["views"]] == ["a_L_CC.png", "b_L_MLO.png"]  # type: ignore[attr-defined]
    report = (order.output / "report.html").read_text("utf-8")
    assert report.index("The views of one exam together") < report.index('id="view-1"')


def test_a_refused_view_keeps_its_exam_open(order: RunOrder) -> None:
    weighing = exam_of(order)["weighing"]
    assert weighing["suggestion"]["level"] == "incomplete"  # type: ignore[index]
    fired = [rule["code"] for rule in weighing["suggestion"]["rules"]]  # type: ignore[index]
    assert fired[-1] == "views_read"


def test_a_run_without_interpreter_has_no_exam(order: RunOrder) -> None:
    done = run(replace(order, interpreter=None), lambda _: None)
    assert not [name for name in done.manifest["files"] if name.startswith("exam")]
