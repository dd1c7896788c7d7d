"""What weighing says, whatever is weighed: no number in it that its claims do not hold."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from tests.knowledge.bare_numbers import numbers
from tests.pathway.stated import group

from calcsight.knowledge.files import Kind, shipped_ids
from calcsight.knowledge.filling import amount
from calcsight.knowledge.guidance import load_guidance
from calcsight.pathway.weighing import weigh_group
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Change, Guidance, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings

DEFAULT = GuidanceSettings()
CHOICES = [
    *(replace(DEFAULT, population=name) for name in shipped_ids(Kind.POPULATION)),
    replace(DEFAULT, scheme="five-tier"),
    *(replace(DEFAULT, policy=name) for name in shipped_ids(Kind.POLICY)),
]


def weighings(guidance: Guidance) -> Iterator[Weighing]:
    """Yield what is said of every shape and distribution, in either kind of exam."""
    for shape, lies, kind in product(
        [None, *Morphology], [None, *Distribution], [ExamKind.SCREENING, ExamKind.DIAGNOSTIC]
    ):
        for more in ({}, {"change": Change.NEW, "alone": False}, {"spacing_known": False}):
            yield weigh_group(group(shape, lies, kind, **more), guidance, Settings())


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda one: "+".join(vars_of(one)))
def test_every_number_in_words_is_one_of_the_claims_behind_them(chosen: GuidanceSettings) -> None:
    guidance = load_guidance(chosen)
    filled_in = 0
    for weighing in weighings(guidance):
        for text in [rule.words for rule in weighing.suggestion.rules]:
            assert not numbers(text), text
        if weighing.suspicion:
            # The title of a population holds its year and its count of studies: a citation.
            note = weighing.suspicion.note.replace(guidance.population.title, "")
            assert not numbers(note), note
        for step in weighing.steps:
            held = {word for claim in step.claims for word in words_of(guidance, claim)}
            assert set(numbers(f"{step.words} {step.reason}")) <= held
            assert {str(months) for months in step.months} <= held
            filled_in += len(held)
    assert filled_in


def words_of(guidance: Guidance, claim: str) -> list[str]:
    return re.findall(r"\d[\d.,]*", amount(guidance.claims[claim]))


def vars_of(chosen: GuidanceSettings) -> list[str]:
    return [chosen.population, chosen.scheme, chosen.policy]
