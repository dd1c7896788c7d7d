"""Readings, groups and the promises every noun keeps."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import StrEnum

import numpy as np
import pytest

from calcsight import terms
from calcsight.terms.biopsy import PathologyKind
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.letter import LetterKind
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.reading import INTENDED_USE, Provenance, Reading
from calcsight.terms.settings import BI_RADS_RULE, LITERATURE_RULE
from calcsight.terms.stages import Box


def nouns() -> Iterator[type]:
    for module in pkgutil.iter_modules(terms.__path__, f"{terms.__name__}."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if one.__module__ == module.name:
                yield one


def group(number: int, *members: int) -> Group:
    return Group(
        number=number,
        members=members,
        row=0.0,
        column=0.0,
        extent_mm=5.0,
        hull=np.zeros((0, 2)),
        density_per_cm2=10.0,
        mean_diameter_mm=0.3,
        sd_diameter_mm=0.1,
        mean_neighbour_mm=1.0,
        sd_neighbour_mm=0.2,
        distribution=Distribution.GROUPED,
        score=0.8,
    )


def reading(*groupings: Grouping) -> Reading:
    pixels = np.arange(400, dtype=np.float32).reshape(20, 20)
    return Reading(
        mammogram=Mammogram(uid="1.2.3", pixels=pixels, spacing=None),
        calcifications=(),
        groupings=groupings,
        breast_area_mm2=None,
        limitations=(Limitation.MASSES_NOT_READ,),
        provenance=Provenance(
            software="calcsight",
            judge="judge",
            judge_digest="a",
            settings_digest="b",
            input_uid="1.2.3",
            pixel_digest="c",
            operating_point=OperatingPoint.BALANCED,
            threshold=0.5,
        ),
    )


def test_the_first_rule_gives_the_groups_of_a_reading() -> None:
    strict = Grouping(rule=BI_RADS_RULE, groups=(group(1, 0, 2, 3, 5, 6), group(2, 1, 4, 7)))
    loose = Grouping(rule=LITERATURE_RULE, groups=(group(1, *range(9)),))
    both = reading(strict, loose)
    assert both.groups == strict.groups
    assert [both.group_number_of(i) for i in (0, 1, 6, 8)] == [1, 2, 1, None]


def test_without_a_rule_there_are_no_groups() -> None:
    assert reading().groups == ()
    assert reading().group_number_of(0) is None


def test_a_group_counts_its_members() -> None:
    assert group(1, 4, 5, 9).count == 3


def test_a_box_is_half_open() -> None:
    pixels = np.arange(20).reshape(4, 5)
    box = Box(top=1, left=2, bottom=3, right=5)
    assert pixels[box.slices].tolist() == [[7, 8, 9], [12, 13, 14]]


@pytest.mark.parametrize(
    "noun", [one for one in nouns() if is_dataclass(one)], ids=lambda one: one.__name__
)
def test_every_noun_is_frozen_slotted_and_named(noun: type) -> None:
    how = noun.__dataclass_params__  # type: ignore[attr-defined]
    assert how.frozen
    assert "__slots__" in vars(noun)
    assert all(f.kw_only for f in noun.__dataclass_fields__.values())  # type: ignore[attr-defined]
    # Nouns that hold arrays are compared by identity: arrays have no single truth value.
    kinds = [str(f.type) for f in noun.__dataclass_fields__.values()]  # type: ignore[attr-defined]
    assert not (how.eq and any("ndarray" in kind for kind in kinds))


@pytest.mark.parametrize("limitation", Limitation)
def test_every_limitation_has_a_plain_sentence(limitation: Limitation) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", limitation.value)
    assert limitation.text[0].isupper()
    assert limitation.text.endswith(".")


def test_no_two_limitations_say_the_same() -> None:
    assert len({one.text for one in Limitation}) == len(Limitation)


def test_no_word_of_the_nouns_clears_a_woman() -> None:
    words = [
        one.value
        for noun in nouns()
        if issubclass(noun, StrEnum)
        for one in noun
        # What pathology says of a specimen, and a letter of what a person finally recorded: nothing
        # else says so.
        if one is not PathologyKind.BENIGN and one is not LetterKind.BENIGN
    ]
    sentences = [*words, INTENDED_USE, *(one.text for one in Limitation)]
    assert words
    for sentence in sentences:
        assert not re.search(r"\b(negative|normal|benign)\b", sentence, re.IGNORECASE)
