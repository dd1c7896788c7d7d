"""Describing: what a group is called, when nothing is said, and the numbers beside the words."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.analysis.test_appearance import one_at, scattered
from tests.conftest import breast_pixels

from calcsight.analysis.background import flatten
from calcsight.analysis.breast import find_breast
from calcsight.analysis.describing import (
    Seen,
    describe,
    named,
    predominant,
    shape_variability,
    worst,
)
from calcsight.analysis.grouping import group
from calcsight.terms.calcification import Calcification
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group, Grouping
from calcsight.terms.mammogram import Mammogram, ViewModifier
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing
from calcsight.terms.stages import Breast, FlatView

WORDS = list(Morphology)
DEFAULT = DescriptionSettings()
SETTINGS = Settings()
PITCH_MM = 0.1
Rows = NDArray[np.float64]


def row(**shares: float) -> Rows:
    """Probabilities by name; what is left goes to round or punctate."""
    found = np.zeros(len(WORDS))
    for name, share in shares.items():
        found[WORDS.index(Morphology(name))] = share
    found[WORDS.index(Morphology.ROUND_PUNCTATE)] += 1.0 - found.sum()
    return found


class ByPlace:
    """Says fine linear of what lies left of a column, and knows how many it was shown."""

    name, digest = "by-place-1", "0" * 64

    def morphologies(
        self, view: FlatView, breast: Breast, calcifications: Sequence[Calcification]
    ) -> Rows:
        crowd = 1.0 / (1.0 + len(calcifications))
        rows = [
            row(fine_linear_branching=0.9 - 0.1 * crowd) if one.column < 150 else row()
            for one in calcifications
        ]
        return np.array(rows).reshape(-1, len(WORDS))

    def group_morphology(self, probabilities: Rows, scores: Rows | None = None) -> Rows:
        return np.asarray(probabilities.mean(axis=0))

    def group_distribution(
        self,
        group: Group,
        calcifications: Sequence[Calcification],
        probabilities: Rows,
        breast: Breast,
        pitch_mm: float,
    ) -> Rows:
        assert max(group.members) < len(calcifications) == len(probabilities)
        return np.array([0.45, 0.4, 0.05, 0.05, 0.05])


@pytest.fixture
def seen() -> Seen:
    mammogram = Mammogram(
        uid="1", pixels=breast_pixels(), spacing=Spacing(row_mm=PITCH_MM, column_mm=PITCH_MM)
    )
    breast = find_breast(mammogram, PITCH_MM, SETTINGS.breast)
    view = flatten(mammogram, breast, PITCH_MM, SETTINGS)
    return Seen(mammogram=mammogram, view=view, breast=breast, threshold=0.5)


def grouped(ones: Sequence[Calcification], seen: Seen) -> tuple[Grouping, ...]:
    spacing = seen.mammogram.spacing
    assert spacing is not None
    return group(ones, spacing, seen.breast, SETTINGS.grouping)


def test_every_calcification_and_every_primary_group_is_described(seen: Seen) -> None:
    ones = [replace(one, score=0.9 - 0.01 * at) for at, one in enumerate(scattered(20))]
    before = grouped(ones, seen)
    shaped, (first, *others) = describe(seen, ones, before, ByPlace(), SETTINGS)
    assert all(one.morphology is not None for one in shaped)
    assert [one.morphology.label for one in shaped if one.morphology and one.column < 150] == [
        Morphology.FINE_LINEAR_BRANCHING
    ] * sum(one.column < 150 for one in ones)
    assert first.groups
    assert all(one.description is None for other in others for one in other.groups)
    for one in first.groups:
        found = one.description
        assert found is not None
        assert found.distribution.label is None, "0.45 is less than half: no word is given"
        assert one.distribution is Distribution.GROUPED
        diameters = np.array([ones[at].diameter_px for at in one.members])
        assert found.size_variability == pytest.approx(diameters.std() / diameters.mean())
        assert 0.0 <= found.linearity <= 1.0


def test_a_judge_that_gives_nothing_a_score_is_no_error(seen: Seen) -> None:
    seen = replace(seen, threshold=0.0)
    ones = [replace(one, score=0.0) for one in scattered(20)]
    _, (first, *_) = describe(seen, ones, grouped(ones, seen), ByPlace(), SETTINGS)
    assert first.groups
    assert all(one.description is not None for one in first.groups)


def test_a_longer_list_changes_no_group_and_no_sure_particle(seen: Seen) -> None:
    sure = [replace(one, score=0.9 - 0.01 * at) for at, one in enumerate(scattered(12))]
    more = [*sure, replace(one_at(210.0, 140.0), score=0.3)]
    groupings = grouped(sure, seen)
    one, groups = describe(seen, sure, groupings, ByPlace(), SETTINGS)
    other, same = describe(seen, more, groupings, ByPlace(), SETTINGS)
    assert [a.morphology for a in one] == [b.morphology for b in other[:-1]]
    assert other[-1].morphology is not None
    assert [a.description for a in groups[0].groups] == [b.description for b in same[0].groups]


def test_nothing_listed_is_described_as_nothing(seen: Seen) -> None:
    assert describe(seen, [], grouped([], seen), ByPlace(), SETTINGS)[0] == ()
    assert describe(seen, [], (), ByPlace(), SETTINGS) == ((), ())


def test_a_word_is_given_from_its_least_probability_on() -> None:
    half = np.array([0.5, 0.3, 0.1, 0.1, 0.0])
    assert named(Distribution, half, 0.5).label is Distribution.GROUPED
    assert named(Distribution, half, 0.51).label is None
    assert named(Distribution, half, 0.51).likeliest is Distribution.GROUPED


def test_a_group_is_not_named_when_nothing_can_be_said_of_most_members(seen: Seen) -> None:
    class Unsure(ByPlace):
        name = "unsure-1"

        def morphologies(
            self, view: FlatView, breast: Breast, calcifications: Sequence[Calcification]
        ) -> Rows:
            flat = np.full(len(WORDS), 1.0 / len(WORDS))
            sure = row(fine_linear_branching=0.9)
            share = [sure if at < self.sure else flat for at in range(len(calcifications))]
            return np.array(share).reshape(-1, len(WORDS))

        def group_morphology(self, probabilities: Rows, scores: Rows | None = None) -> Rows:
            return row(fine_linear_branching=0.9)

        def __init__(self, sure: int) -> None:
            self.sure = sure

    ones = [one_at(200.0 + 8 * at, 100.0) for at in range(6)]
    for sure, label in ((2, None), (3, Morphology.FINE_LINEAR_BRANCHING)):
        _, (first, *_) = describe(seen, ones, grouped(ones, seen), Unsure(sure), SETTINGS)
        found = first.groups[0].description
        assert found is not None
        assert found.morphology.label is label
        assert found.morphology.likeliest is Morphology.FINE_LINEAR_BRANCHING


def test_predominant_is_what_most_have_and_nothing_when_most_cannot_be_classified() -> None:
    round_, linear, unsure = row(), row(fine_linear_branching=0.8), row(amorphous=0.45, rim=0.2)
    assert predominant(np.array([round_, round_, linear]), DEFAULT) is Morphology.ROUND_PUNCTATE
    assert predominant(np.array([unsure, unsure, linear]), DEFAULT) is None
    assert predominant(np.array([unsure, linear]), DEFAULT) is Morphology.FINE_LINEAR_BRANCHING


def test_worst_asks_for_a_count_and_a_share() -> None:
    linear, pleomorphic = row(fine_linear_branching=1.0), row(fine_pleomorphic=1.0)
    assert worst(np.array([row()] * 9 + [linear]), DEFAULT) is Morphology.ROUND_PUNCTATE
    assert worst(np.array([row()] * 8 + [linear] * 2), DEFAULT) is (
        Morphology.FINE_LINEAR_BRANCHING
    )
    assert worst(np.array([row()] * 9 + [linear] * 2), DEFAULT) is Morphology.ROUND_PUNCTATE
    # More suspicious ones count with the less suspicious.
    assert worst(np.array([row()] * 8 + [linear, pleomorphic]), DEFAULT) is (
        Morphology.FINE_PLEOMORPHIC
    )
    assert worst(np.array([row(amorphous=0.4, rim=0.3)] * 3), DEFAULT) is None
    assert worst(np.array([row(rim=0.9)] * 3), DEFAULT) is Morphology.RIM


def test_particles_that_differ_more_are_more_variable() -> None:
    alike = [one_at(0, 0, 6.0) for _ in range(6)]
    graded = [
        [replace(one, circularity=0.8 - step * at) for at, one in enumerate(alike)]
        for step in (0.0, 0.03, 0.06, 0.1)
    ]
    found = [shape_variability(ones) for ones in graded]
    assert found[0] == pytest.approx(0.0)
    assert found == sorted(found)
    assert found[-1] > found[1] > 0.0


def test_a_row_towards_the_nipple_lies_along_the_duct(seen: Seen) -> None:
    tip = (seen.breast.tip_row, seen.breast.tip_column)
    lying = [one_at(tip[0], tip[1] - 60.0 - 14.0 * at, length_px=12.0) for at in range(8)]
    _, (first, *_) = describe(seen, lying, grouped(lying, seen), ByPlace(), SETTINGS)
    found = first.groups[0].description
    assert found is not None
    assert found.nipple_angle_deg == pytest.approx(0.0, abs=1.0)
    assert found.duct_alignment == pytest.approx(1.0, abs=0.01)
    assert found.linearity == 1.0
    specks = [one_at(tip[0] + 7 * np.sin(t), 100.0 + 7 * np.cos(t)) for t in range(7)]
    _, (first, *_) = describe(seen, specks, grouped(specks, seen), ByPlace(), SETTINGS)
    round_group = first.groups[0].description
    assert round_group is not None
    assert round_group.nipple_angle_deg is None
    assert round_group.duct_alignment is None


def test_members_count_for_as_much_as_their_score() -> None:
    linear = row(fine_linear_branching=0.9)
    members = np.array([row(round_punctate=0.9)] * 4 + [linear] * 6)
    dust = np.array([1.0] * 4 + [0.01] * 6)
    assert worst(members, DEFAULT) is Morphology.FINE_LINEAR_BRANCHING
    assert worst(members, DEFAULT, dust) is Morphology.ROUND_PUNCTATE
    assert predominant(members, DEFAULT) is Morphology.FINE_LINEAR_BRANCHING
    assert predominant(members, DEFAULT, dust) is Morphology.ROUND_PUNCTATE


def test_what_is_probably_no_calcification_misleads_about_no_other(seen: Seen) -> None:
    class Heard(ByPlace):
        def morphologies(
            self, view: FlatView, breast: Breast, calcifications: Sequence[Calcification]
        ) -> Rows:
            sizes.append(len(calcifications))
            return super().morphologies(view, breast, calcifications)

    sizes: list[int] = []
    ones = [replace(one, score=0.9 - 0.08 * at) for at, one in enumerate(scattered(12))]
    low = replace(seen, threshold=0.2)
    shaped, _ = describe(low, ones, (), Heard(), SETTINGS)
    counts = [sum(one.score >= least for one in ones) for least in (0.5, 0.2)]
    assert sizes == [*counts, 12]
    assert len(shaped) == 12


def test_without_the_nipple_nothing_is_segmental_and_nothing_is_measured_towards_it(
    seen: Seen,
) -> None:
    class Fan(ByPlace):
        def group_distribution(self, *_: object) -> Rows:
            return np.array([0.2, 0.05, 0.6, 0.1, 0.05])

    ones = [replace(one, score=0.9 - 0.01 * at) for at, one in enumerate(scattered(20))]
    part = replace(seen, mammogram=replace(seen.mammogram, modifiers=(ViewModifier.MAGNIFICATION,)))
    for given, label in ((seen, Distribution.SEGMENTAL), (part, Distribution.GROUPED)):
        _, (first, *_others) = describe(given, ones, grouped(ones, given), Fan(), SETTINGS)
        assert first.groups
        for one in first.groups:
            assert one.description is not None
            assert one.distribution is one.description.distribution.label is label
    found = first.groups[0].description
    assert found is not None
    assert found.distribution.probabilities[Distribution.SEGMENTAL] == 0.0
    assert (found.nipple_angle_deg, found.duct_alignment) == (None, None)
