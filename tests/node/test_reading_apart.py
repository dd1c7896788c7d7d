"""A study read in a process of its own: the same result, and no harm from what breaks it."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import FixedJudge
from tests.node.received import small_results, write_view

from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.configuration import NodeSettings
from calcsight.node.readers import reader_here
from calcsight.node.reading_apart import ReaderApart
from calcsight.node.reading_here import Fault, ReadingFailedError
from calcsight.node.results_of_exam import AskedToEndError, StudyOrder
from calcsight.terms.errors import ModelMissingError
from calcsight.terms.hospital import ResultKind, ResultOrder
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Intent
from calcsight.terms.settings import Settings


@pytest.fixture
def order(tmp_path: Path) -> StudyOrder:
    write_view(tmp_path / "a.dcm", "a", "study")
    return StudyOrder(
        study_uid=hashed_uid("study"),
        images={hashed_uid("a"): tmp_path / "a.dcm"},
        read_intent=Intent.FOR_PRESENTATION,
        results=ResultOrder(
            kinds=frozenset({ResultKind.SR}), created_at=datetime(2024, 3, 1, tzinfo=UTC)
        ),
    )


def apart(load_judge: Callable[[], Judge], seconds: float = 120) -> ReaderApart:
    return ReaderApart(
        settings=Settings(), load_judge=load_judge, write=small_results, limit_seconds=seconds
    )


def crashed() -> Judge:
    os._exit(7)


def stuck() -> Judge:
    time.sleep(600)
    raise AssertionError


def missing() -> Judge:
    raise ModelMissingError("no model called 'x'", "one that is there")


def broken() -> Judge:
    raise RuntimeError("Doe^Jane")


def never() -> bool:
    return False


def test_another_process_gives_the_same_result(order: StudyOrder, tmp_path: Path) -> None:
    here = reader_here(NodeSettings(folder=tmp_path), FixedJudge(), small_results)
    expected = here(order, never)
    found = apart(FixedJudge)(order, never)
    assert [one.data for one in found.files] == [one.data for one in expected.files]
    assert found.refused == expected.refused == {}


@pytest.mark.parametrize(
    ("load_judge", "fault"), [(crashed, Fault.ENDED), (broken, Fault.INTERNAL)]
)
def test_what_breaks_the_process_is_a_failed_reading(
    load_judge: Callable[[], Judge], fault: Fault, order: StudyOrder
) -> None:
    with pytest.raises(ReadingFailedError) as caught:
        apart(load_judge)(order, never)
    assert caught.value.fault is fault
    assert "Doe" not in str(caught.value)


def test_an_error_of_calcsight_comes_through(order: StudyOrder) -> None:
    with pytest.raises(ModelMissingError, match="one that is there"):
        apart(missing)(order, never)


def test_a_reading_that_takes_too_long_is_ended(order: StudyOrder) -> None:
    started = time.monotonic()
    with pytest.raises(ReadingFailedError) as caught:
        apart(stuck, seconds=0.5)(order, never)
    assert caught.value.fault is Fault.TIME_LIMIT
    assert time.monotonic() - started < 60


def test_a_node_that_is_to_end_is_obeyed_before_the_next_view(order: StudyOrder) -> None:
    with pytest.raises(AskedToEndError):
        apart(FixedJudge)(order, lambda: True)


def test_here_too(order: StudyOrder, tmp_path: Path) -> None:
    here = reader_here(NodeSettings(folder=tmp_path), FixedJudge(), small_results)
    with pytest.raises(AskedToEndError):
        here(order, lambda: True)
    with pytest.raises(ReadingFailedError) as caught:
        replace(here, write=lambda exam, kinds: 1 / 0)(order, never)  # type: ignore[type-var]
    assert caught.value.fault is Fault.INTERNAL
