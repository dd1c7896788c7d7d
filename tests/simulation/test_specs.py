"""A view spec comes from a file, too: nonsense in it is refused before anything is drawn."""

import dataclasses
import math
from typing import Any

import pytest

from calcsight.simulation.sets import as_rows, from_rows, tuning_set
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError


def a_spec() -> ViewSpec:
    return next(one for one in tuning_set(12) if one.groups)


def a_plan(**said: Any) -> GroupPlan:
    usual = {"kind": Kind.ROUND, "distribution": Distribution.GROUPED, "count": 5}
    return GroupPlan(**{**usual, **said})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", None),
        ("woman", {}),
        ("look", []),
        ("background", 1),
        ("outlines", None),
        ("blur", None),
        ("seed", -1),
        ("seed", 1.5),
        ("seed", True),
        ("woman_seed", math.nan),
        ("pitch_mm", "0.1"),
        ("pitch_mm", math.nan),
        ("pitch_mm", 0.3),
        ("pitch_mm", 10**400),
        ("rows", None),
        ("rows", 0),
        ("rows", 10**9),
        ("isolated", 1e308),
        ("isolated", -1),
        ("isolated", True),
    ],
)
def test_a_view_that_cannot_be_drawn_is_refused(name: str, value: Any) -> None:
    with pytest.raises(UsageError):
        dataclasses.replace(a_spec(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 0),
        ("count", None),
        ("count", 2.5),
        ("count", 10**9),
        ("diameter_mm", (0.0, 1.0)),
        ("diameter_mm", (1.0, 0.5)),
        ("diameter_mm", (0.5,)),
        ("diameter_mm", ("", 1.0)),
        ("diameter_mm", (0.5, 1e308)),
        ("contrast_sd", (3.0, math.nan)),
        ("contrast_sd", (-1.0, 3.0)),
        ("contrast_sd", None),
        ("tightness", 0.0),
        ("tightness", math.inf),
        ("tightness", "1"),
    ],
)
def test_a_group_that_cannot_be_planted_is_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError):
        a_plan(**{name: value})


def test_sound_specs_come_back_as_they_were() -> None:
    specs = tuning_set(12)
    assert from_rows(as_rows(specs)) == specs
