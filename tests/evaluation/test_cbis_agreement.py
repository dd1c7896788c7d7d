"""Our rules on the words of readers, against lesions worked by hand."""

import math

import pytest

from calcsight.evaluation.cbis_agreement import (
    Agreement,
    Compared,
    agreement,
    compared,
    discrimination,
    facts_of,
)
from calcsight.evaluation.cbis_folds import cross_weighed, population_of
from calcsight.evaluation.cbis_table import DescribedView, Lesion, Outcome
from calcsight.evaluation.cbis_words import DISTRIBUTIONS, SHAPE_RANKS, SHAPES, words_in
from calcsight.knowledge.guidance import load_guidance
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Guidance, Level
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import NoProbability

SETTINGS = Settings(guidance=GuidanceSettings(population="rominger-2012"))


def lesion(woman: str, *views: str, ill: bool = False) -> Lesion:
    """Make a lesion of views such as "PUNCTATE CLUSTERED 4"."""
    rows = []
    for number, said in enumerate(views):
        shape, lies, category = said.split()
        rows.append(
            DescribedView(
                view=("CC", "MLO")[number],
                type_words=shape,
                distribution_words=lies,
                shapes=words_in(shape, SHAPES),
                distributions=words_in(lies, DISTRIBUTIONS),
                assessment=int(category),
                outcome=Outcome.MALIGNANT if ill else Outcome.BENIGN,
            )
        )
    return Lesion(woman=woman, side="LEFT", number="1", views=tuple(rows))


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return load_guidance(SETTINGS.guidance)


def test_ranks_are_ordered_as_the_shipped_vocabulary_orders_them(guidance: Guidance) -> None:
    for one, own in SHAPE_RANKS.items():
        for other, theirs in SHAPE_RANKS.items():
            first, second = (guidance.vocabulary.word(w).suspicion_rank for w in (one, other))
            assert first is not None
            assert second is not None
            assert (own < theirs) == (first < second), (one, other)


def test_words_become_facts_the_worst_of_them_weighed() -> None:
    one = lesion("a", "PUNCTATE-PLEOMORPHIC CLUSTERED 4", "VASCULAR LINEAR 4")
    facts = facts_of(one, alone=True, magnified=False)
    assert facts.morphology.label is facts.worst is Morphology.FINE_PLEOMORPHIC
    assert set(facts.morphology.probabilities) == {
        Morphology.FINE_PLEOMORPHIC,
        Morphology.ROUND_PUNCTATE,
        Morphology.VASCULAR,
    }
    assert facts.distribution is not None
    assert facts.distribution.label is Distribution.LINEAR
    nothing = facts_of(lesion("a", "NA NA 2"), alone=True, magnified=False)
    assert nothing.morphology.label is None
    assert nothing.distribution is None


def levels(guidance: Guidance, *lesions: Lesion, magnified: bool = False) -> list[Level]:
    return [one.suggestion.level for one in compared(lesions, guidance, SETTINGS, magnified)]


def test_suggestions_follow_from_words_alone(guidance: Guidance) -> None:
    ones = (
        lesion("a", "VASCULAR NA 2"),
        lesion("b", "PLEOMORPHIC CLUSTERED 4"),
        lesion("c", "FINE_LINEAR_BRANCHING LINEAR 5"),
        lesion("d", "NA CLUSTERED 3"),
        lesion("e", "PUNCTATE SEGMENTAL 3"),
        lesion("f", "PUNCTATE CLUSTERED 3"),
    )
    assert levels(guidance, *ones) == [
        Level.BENIGN_FINDING,
        Level.SUSPICIOUS_MODERATE,
        Level.SUSPICIOUS_HIGH,
        Level.CANNOT_BE_CLASSIFIED,
        Level.SUSPICIOUS_LOW,
        Level.INCOMPLETE,
    ]
    # One isolated group, and magnification views: the only way to 3.
    assert levels(guidance, ones[5], magnified=True) == [Level.PROBABLY_BENIGN]
    # A second lesion of the same breast, and it is not alone.
    second = lesion("f", "PUNCTATE CLUSTERED 3", "PUNCTATE CLUSTERED 3")
    assert levels(guidance, ones[5], second, magnified=True) == [Level.INCOMPLETE] * 2


def weighed(guidance: Guidance) -> tuple[Compared, ...]:
    """Seven lesions; five have a category of both."""
    return compared(
        (
            lesion("a", "VASCULAR NA 2"),
            lesion("b", "VASCULAR NA 2"),
            lesion("c", "PLEOMORPHIC CLUSTERED 4", ill=True),
            lesion("d", "PLEOMORPHIC CLUSTERED 5", "PLEOMORPHIC CLUSTERED 4", ill=True),
            lesion("e", "AMORPHOUS CLUSTERED 2"),
            lesion("f", "AMORPHOUS CLUSTERED 0"),
            lesion("g", "PUNCTATE CLUSTERED 3"),
        ),
        guidance,
        SETTINGS,
        magnified=False,
    )


def test_the_agreement_is_that_counted_by_hand(guidance: Guidance) -> None:
    found: Agreement = agreement(weighed(guidance), replicates=200, seed=1)
    assert found.table == ((2, 0, 1, 0), (0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 1, 0))
    assert (found.n, found.readers_left_out, found.ours_left_out) == (5, 1, 1)
    assert found.exact.value == pytest.approx(3 / 5)
    # Linear costs: seen 2/3 + 1/3 = 1 of 5. By chance, rows (3, 0, 1, 1), columns (2, 0, 3, 0):
    # (3 x 3 x 2 + 1 x 2 x 2 + 1 x 2 x 3 + 1 x 3 x 1) / 3 = 31/3 of 25.
    assert found.linear.value == pytest.approx(1 - (1 / 5) / (31 / 75))
    assert found.exact.low < 3 / 5 < found.exact.high


def test_no_lesion_has_no_agreement() -> None:
    found = agreement((), replicates=10, seed=1)
    assert found.n == 0
    assert math.isnan(found.exact.value)
    assert math.isnan(found.linear.value)


def test_probabilities_are_those_of_the_named_population_and_none_for_benign(
    guidance: Guidance,
) -> None:
    found = weighed(guidance)
    assert found[0].suspicion.missing is NoProbability.TYPICALLY_BENIGN
    row = guidance.population.rows[Morphology.FINE_PLEOMORPHIC]
    assert found[2].suspicion.probability == row.probability
    assert {one.suspicion.population for one in found} == {"rominger-2012"}


def test_the_area_is_that_counted_by_hand() -> None:
    ones = (
        lesion("a", "NA NA 4", ill=True),
        lesion("a", "NA NA 4"),
        lesion("b", "NA NA 4", ill=True),
        lesion("c", "NA NA 4"),
    )
    # Pairs: (0.5, 0.1) won, (0.5, 0.5) half, (0.2, 0.1) won, (0.2, 0.5) lost.
    found = discrimination([0.5, 0.1, 0.2, 0.5], ones, replicates=300, seed=1)
    assert found.value == pytest.approx(2.5 / 4)
    assert found.low <= found.value <= found.high


def test_a_population_is_counted_as_the_one_that_ships(guidance: Guidance) -> None:
    ones = [lesion(f"w{n}", "AMORPHOUS CLUSTERED 4", ill=n < 3) for n in range(10)]
    others = [lesion("x", "VASCULAR NA 2"), lesion("y", "PUNCTATE-AMORPHOUS LINEAR 4", ill=True)]
    found = population_of([*ones, *others])
    assert set(found.rows) == {Morphology.AMORPHOUS}
    row = found.rows[Morphology.AMORPHOUS]
    assert (row.malignant, row.n, row.probability) == (3, 10, 0.3)
    assert found.cells[Morphology.AMORPHOUS, Distribution.GROUPED].n == 10


def test_no_woman_weighs_herself(guidance: Guidance) -> None:
    # Five women with one ill lesion each, five with a well one: whoever is left out, her own
    # outcome is missing from the share that she is given.
    ones = [lesion(f"w{n}", "AMORPHOUS CLUSTERED 4", ill=n < 5) for n in range(10)]
    found = cross_weighed(ones, guidance, SETTINGS, folds=10, seed=1)
    assert sorted(one.lesion.woman for one in found) == sorted(one.woman for one in ones)
    for one in found:
        assert one.suspicion.probability == pytest.approx((4 if one.lesion.malignant else 5) / 9)
