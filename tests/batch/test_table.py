"""A table of inputs: relative to itself, one line a file, errors with their line."""

from datetime import date
from pathlib import Path

import pytest

from calcsight.batch.table import inputs_of_table
from calcsight.terms.errors import ContradictionError, UsageError
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.stated import Stated


def table_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "inputs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_say_what_each_file_is(tmp_path: Path) -> None:
    table = table_of(
        tmp_path,
        "\ufeffpath,exam,laterality,view,spacing_mm,date,exam_uid\n"
        "films/one.png,diagnostic,left,mlo,0.05,2024-02-29,e-1\n"
        "/elsewhere/two.png,,,,,,\n",
    )
    one, two = inputs_of_table(table, Stated())
    assert one.path == tmp_path / "films" / "one.png"
    assert one.image == "films/one.png"
    assert one.stated == Stated(
        spacing_mm=0.05,
        laterality=Laterality.LEFT,
        view=View.MLO,
        exam_kind=ExamKind.DIAGNOSTIC,
        acquired_on=date(2024, 2, 29),
        exam_uid="e-1",
    )
    assert two.path == Path("/elsewhere/two.png")
    assert two.image == "two.png"
    assert two.stated == Stated()


def test_flags_fill_what_a_row_leaves_open(tmp_path: Path) -> None:
    table = table_of(tmp_path, "path,view\na.png,CC\nb.png,\n")
    one, two = inputs_of_table(table, Stated(spacing_mm=0.1, view=View.CC))
    assert one.stated == two.stated == Stated(spacing_mm=0.1, view=View.CC)


def test_a_flag_against_a_row_is_a_contradiction(tmp_path: Path) -> None:
    table = table_of(tmp_path, "path,laterality\na.png,L\n")
    with pytest.raises(ContradictionError, match="line 2: laterality L"):
        inputs_of_table(table, Stated(laterality=Laterality.RIGHT))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns none"),
        ("file,view\na.png,CC\n", "columns file, view"),
        ("path,patient\na.png,x\n", "path, patient"),
        ("path;view\na.png;CC\n", "path;view"),
        ("path,path\na,b\n", "path, path"),
        ("path,view\n,CC\n", "line 2: no path"),
        ("path,view\na.png,CC,extra\n", "line 2: too many cells"),
        ("path,view\na.png,SIDEWAYS\n", "line 2: the view 'SIDEWAYS'"),
        ("path,spacing_mm\na.png,-1\n", "line 2: a spacing of '-1' mm"),
        ("path,spacing_mm\nb.png,0.1\na.png,wide\n", "line 3: a spacing of 'wide' mm"),
        ("path,date\na.png,01/02/2024\n", "line 2: the date"),
        ("path,date\na.png,2023-02-29\n", "line 2: the date"),
        ("path,exam\na.png,routine\n", "line 2: the exam 'routine'"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as problem:
        inputs_of_table(table_of(tmp_path, text), Stated())
    assert said in str(problem.value)


def test_a_table_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="could not be opened"):
        inputs_of_table(tmp_path / "missing.csv", Stated())
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"path\n\xff\xfe\x00")
    with pytest.raises(UsageError, match="no CSV"):
        inputs_of_table(binary, Stated())
