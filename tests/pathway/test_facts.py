"""Facts gathered from what a reading holds."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.pathway.held import calcification, described_group, description
from tests.pathway.stated import group, view

from calcsight.pathway.facts import group_facts, has_magnification, stated_shape, view_facts
from calcsight.pathway.weighing import weigh_group, weigh_view
from calcsight.terms.guidance import Guidance
from calcsight.terms.mammogram import ExamKind, Laterality, Mammogram, View, ViewModifier
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing, SpacingSource

ROUND = Morphology.ROUND_PUNCTATE


@pytest.fixture
def mammogram() -> Mammogram:
    pixels = np.arange(400, dtype=np.float32).reshape(20, 20)
    spacing = Spacing(row_mm=0.07, column_mm=0.07, source=SpacingSource.STATED)
    return Mammogram(uid="1.2", pixels=pixels, spacing=spacing)


@pytest.mark.parametrize("magnified", [True, False])
@pytest.mark.parametrize("kind", list(ExamKind))
def test_facts_of_a_group_are_those_of_its_words_and_its_view(
    magnified: bool, kind: ExamKind, mammogram: Mammogram, guidance: Guidance
) -> None:
    modifiers = (ViewModifier.MAGNIFICATION,) if magnified else ()
    seen = replace(mammogram, exam_kind=kind, modifiers=modifiers)
    facts = group_facts(description(ROUND), seen, alone=True)
    assert facts == group(ROUND, kind=kind, magnified=magnified)
    found = weigh_group(facts, guidance, Settings())
    watched = found.suggestion.level.value == "probably_benign"
    assert watched is (magnified and kind is ExamKind.DIAGNOSTIC)


def test_unknown_spacing_of_a_view_reaches_its_facts(mammogram: Mammogram) -> None:
    unknown = replace(mammogram, spacing=None)
    assert not group_facts(description(ROUND), unknown, alone=True).spacing_known
    assert not view_facts(unknown, (), (), 0.5).spacing_known


def test_facts_of_a_view_hold_what_is_in_no_group(mammogram: Mammogram, guidance: Guidance) -> None:
    shapes = [ROUND, ROUND, Morphology.FINE_LINEAR_BRANCHING, ROUND, None]
    calcifications = [calcification(stated_shape(one) if one else None) for one in shapes]
    groups = [described_group(1, None, members=(0, 2))]
    facts = view_facts(mammogram, calcifications, groups, 0.9)
    assert facts == view(ROUND, ROUND, None, grouped=2)
    assert view_facts(mammogram, calcifications, groups, 0.91).lone == ()
    assert weigh_view([], facts, guidance, Settings()).suspicion is None


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"view": View.ML}, True),
        ({"acquired_on": date(2020, 1, 3)}, True),
        ({"acquired_on": date(2020, 1, 1)}, False),
        ({"view": View.MLO}, False),
        ({"laterality": Laterality.RIGHT}, False),
        ({"modifiers": (ViewModifier.SPOT_COMPRESSION,)}, False),
    ],
)
def test_which_magnification_views_count_for_a_breast(
    changed: dict[str, Any], counts: bool, mammogram: Mammogram
) -> None:
    plain = replace(
        mammogram, laterality=Laterality.LEFT, view=View.MLO, acquired_on=date(2020, 1, 2)
    )
    magnified = replace(
        plain, view=View.CC, acquired_on=None, modifiers=(ViewModifier.MAGNIFICATION,)
    )
    assert has_magnification(plain, [plain, replace(magnified, **changed)]) is counts
    assert not has_magnification(replace(plain, laterality=Laterality.UNKNOWN), [magnified])


def test_words_of_a_reader_are_taken_at_equal_weight() -> None:
    both = stated_shape(Morphology.FINE_PLEOMORPHIC, Morphology.AMORPHOUS)
    assert both.label is Morphology.FINE_PLEOMORPHIC
    assert set(both.probabilities.values()) == {0.5}
    assert stated_shape().label is None
