"""The figures of the matching benchmark, worked by hand."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.matching")


def test_women_who_all_agree_have_an_interval_by_count_that_is_marked(
    matching: ModuleType,
) -> None:
    women = [(2.0, 2.0), (1.0, 1.0), (1.0, 1.0)]
    # Wilson of 4 of 4: 4 / (4 + 1.96^2) up to 1.
    assert matching.share(women, lambda one: one) == "4/4 = 100.0 % (51.0-100.0) †"
    none = matching.share(women, lambda one: (0.0, one[1]))
    assert none == "0/4 = 0.0 % (0.0-49.0) †"
    assert matching.share(women, lambda one: (0.0, 0.0)) == "none"


def test_women_who_differ_are_drawn(matching: ModuleType) -> None:
    said = matching.share([(1.0, 1.0), (0.0, 1.0)], lambda one: one)
    # Two women, one with and one without: draws give none, half or all.
    assert said == "1/2 = 50.0 % (0.0-100.0)"


def test_the_page_begins_with_what_read_the_views(matching: ModuleType) -> None:
    judge, describer = "one (0123456789ab)", "other (ba9876543210)"
    said = " ".join(matching._head(([], []), 0, (judge, describer)))
    assert f"judge {judge} at its balanced point; describer {describer};" in said
