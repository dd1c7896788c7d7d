"""docs/data-sets.md lists every set, every fault and every column, and nothing else."""

import re
from pathlib import Path

from calcsight.evaluation import data_sets
from calcsight.evaluation.data_sets import data_set_names
from calcsight.evaluation.data_sets.osirix import MET
from calcsight.evaluation.data_sets.publications import PUBLICATIONS

PAGE = (Path(__file__).parents[2] / "docs" / "data-sets.md").read_text(encoding="utf-8")
SOURCES = [
    path.read_text(encoding="utf-8") for path in Path(str(data_sets.__file__)).parent.glob("*.py")
]


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def cells(title: str) -> dict[str, list[str]]:
    rows = [line for line in section(title).splitlines() if line.startswith("| `")]
    split = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    return {row[0].strip("`"): row[1:] for row in split}


def test_every_set_is_listed_with_publisher_and_terms() -> None:
    listed = cells("The sets")
    assert tuple(listed) == data_set_names() == tuple(PUBLICATIONS)
    for name, publication in PUBLICATIONS.items():
        assert listed[name][1:3] == [publication.publisher, publication.terms]
        assert publication.title in listed[name][0] or name in ("simulated", "csv", "coco")


def test_every_published_set_has_its_folder() -> None:
    assert [*cells("Expected folders, names and millimetres"), "csv", "coco"] == [*data_set_names()]


def test_every_fault_is_listed_once() -> None:
    codes = {code for text in SOURCES for code in re.findall(r'code="([a-z_]+)"', text)} | set(MET)
    listed = re.findall(r"^\| `([a-z_]+)` \|", section("Known faults"), re.MULTILINE)
    assert sorted(listed) == sorted(codes)


def test_every_column_of_ones_own_tables_is_listed() -> None:
    [source] = [text for text in SOURCES if "def open_csv_tables" in text]
    asked = set(re.findall(r'(?:number|yes_or_no)\(table, row, "([a-z_0-9]+)"\)', source))
    asked |= set(re.findall(r'row\.get\("([a-z_]+)"', source))
    assert len(asked) > 8
    named = set(re.findall(r"`([a-z_0-9]+)`", section("Your own truth as tables")))
    assert asked <= named
