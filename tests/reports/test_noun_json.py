"""Nouns as plain data and back, kind by kind."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from calcsight.reports.noun_json import MisplacedError, noun_of, plain
from calcsight.terms.errors import TimelineError


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    number: float
    colour: Colour | None = None

    def __post_init__(self) -> None:
        if self.number < 0:
            raise TimelineError("a number below 0", "one from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str
    sure: bool
    whole: int | None
    day: date
    time: datetime
    pair: tuple[float, float] | None
    inner: tuple[Inner, ...]


def full() -> Outer:
    return Outer(
        name="a",
        sure=True,
        whole=3,
        day=date(2026, 3, 1),
        time=datetime(2026, 3, 1, 9, tzinfo=UTC),
        pair=(0.5, 1.5),
        inner=(Inner(number=1.0), Inner(number=2.0, colour=Colour.RED)),
    )


def test_there_and_back() -> None:
    data = plain(full())
    assert data == {
        "name": "a",
        "sure": True,
        "whole": 3,
        "day": "2026-03-01",
        "time": "2026-03-01T09:00:00+00:00",
        "pair": [0.5, 1.5],
        "inner": [{"number": 1.0, "colour": None}, {"number": 2.0, "colour": "red"}],
    }
    assert noun_of(Outer, data) == full()


def test_what_may_be_none_and_what_is_left_out() -> None:
    data = {**plain(full()), "whole": None, "pair": None, "inner": [{"number": 1}]}
    made = noun_of(Outer, data)
    assert (made.whole, made.pair, made.inner) == (None, None, (Inner(number=1.0),))
    assert type(made.inner[0].number) is float


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"name": None}, "name"),
        ({"name": 3}, "name"),
        ({"sure": 1}, "sure"),
        ({"whole": True}, "whole"),
        ({"whole": 3.0}, "whole"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "20260301"}, "day"),
        ({"day": 20260301}, "day"),
        ({"time": "yesterday"}, "time"),
        ({"time": None}, "time"),
        ({"pair": [1.0]}, "pair"),
        ({"pair": [1.0, "2"]}, "pair[1]"),
        ({"inner": {}}, "inner"),
        ({"inner": [3]}, "inner[0]"),
        ({"inner": [{"number": 1.0}, {"number": -1.0}]}, "inner[1]"),
        ({"inner": [{"number": 1.0, "colour": "green"}]}, "inner[0].colour"),
        ({"inner": [{"colour": "red"}]}, "inner[0]"),
        ({"inner": [{"number": 1.0, "size": 2}]}, "inner[0].size"),
        ({"more": 1}, "more"),
    ],
)
def test_what_cannot_be_is_named_by_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(MisplacedError) as wrong:
        noun_of(Outer, {**plain(full()), **changed})
    assert wrong.value.place == place
    assert (wrong.value.problem is not None) is (
        changed == {"inner": [{"number": 1.0}, {"number": -1.0}]}
    )


def test_what_is_missing_is_named_by_the_noun_it_is_missing_from() -> None:
    data = plain(full())
    del data["name"]
    with pytest.raises(MisplacedError) as wrong:
        noun_of(Outer, data)
    assert wrong.value.place == "the document"


def test_what_is_no_part_of_a_noun_is_not_written() -> None:
    with pytest.raises(TypeError):
        plain({"a": 1})
    with pytest.raises(TypeError):
        plain((1, {2}))
