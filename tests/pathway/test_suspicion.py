"""Probability of malignancy: which cell, which interval, and when none."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.pathway.stated import BENIGN_KINDS, SUSPICIOUS_KINDS, group, unsure

from calcsight.knowledge.guidance import load_guidance
from calcsight.pathway.category import suggest
from calcsight.pathway.evidence import LEAST_GROUPS_OF_A_CELL
from calcsight.pathway.suspicion import STANDING_NOTE, weigh
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Change, Guidance, Level
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import Cell, NoProbability, Population

ROUND = Morphology.ROUND_PUNCTATE
AMORPHOUS = Morphology.AMORPHOUS
COARSE = Morphology.COARSE_HETEROGENEOUS
FINE = Morphology.FINE_PLEOMORPHIC
LINES = Morphology.FINE_LINEAR_BRANCHING
GROUPED, LINEAR, SEGMENTAL, REGIONAL, DIFFUSE = Distribution


def cell(
    share: float, low: float | None = None, high: float | None = None, n: int | None = None
) -> Cell:
    return Cell(
        claim="made-up.one",
        probability=share,
        low=low,
        high=high,
        malignant=None,
        n=n,
        denominator="groups made up for a test",
    )


def population(
    rows: Mapping[Morphology, Cell],
    cells: Mapping[tuple[Morphology, Distribution], Cell] | None = None,
    name: str = "made-up",
) -> Population:
    return Population(
        id=name, version="1", title=name, source="", note="", rows=rows, cells=cells or {}
    )


ROWS = {
    ROUND: cell(0.09, 0.06, 0.13),
    AMORPHOUS: cell(0.27, 0.21, 0.33),
    COARSE: cell(0.13, 0.07, 0.20),
    FINE: cell(0.50, 0.43, 0.58),
    LINES: cell(0.78, 0.68, 0.86),
}
CELLS = {
    (AMORPHOUS, LINEAR): cell(0.40, 0.30, 0.50, n=20),
    (AMORPHOUS, SEGMENTAL): cell(0.45, 0.30, 0.60, n=19),
    (AMORPHOUS, REGIONAL): cell(0.04, 0.02, 0.06, n=None),
}


@pytest.fixture
def made_up(guidance: Guidance) -> Guidance:
    other = population({AMORPHOUS: cell(0.07, n=356)}, name="other")
    return replace(guidance, population=population(ROWS, CELLS), beside=(other,))


@pytest.mark.parametrize(
    ("lies", "share", "drawn_for"),
    [
        (LINEAR, 0.40, LINEAR),  # 20 groups are enough
        (SEGMENTAL, 0.27, None),  # 19 are not
        (REGIONAL, 0.27, None),  # nobody said how many
        (GROUPED, 0.27, None),  # no cell
        (None, 0.27, None),  # the distribution is not named
    ],
)
def test_the_cell_counts_where_it_holds_enough_groups_else_the_row(
    lies: Distribution | None, share: float, drawn_for: Distribution | None, made_up: Guidance
) -> None:
    found = weigh(group(AMORPHOUS, lies), made_up, Settings())
    assert found.probability == share
    assert found.evidence[0].distribution is drawn_for
    assert ("its cell for amorphous in linear distribution" in found.note) is (lies is LINEAR)


def test_the_least_count_of_a_cell_is_the_registered_one(guidance: Guidance) -> None:
    assert guidance.claims["our-choice.least-groups-of-a-cell"].value == LEAST_GROUPS_OF_A_CELL


def test_the_note_names_rule_denominator_and_what_no_population_describes(
    made_up: Guidance,
) -> None:
    said = weigh(group(AMORPHOUS, LINEAR), made_up, Settings()).note
    assert "Weighed as amorphous, the shape of the group." in said
    assert "A share of groups made up for a test." in said
    assert said.endswith(STANDING_NOTE)
    by_worst = weigh(group(ROUND, worst=FINE), made_up, Settings()).note
    assert "the most suspicious shape that enough of its particles have" in by_worst


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [(0.05, 0.43, 0.58), (0.10, 0.43, 0.58), (0.11, 0.43, 0.86), (0.40, 0.43, 0.86)],
)
def test_the_interval_spans_every_shape_more_probable_than_a_tenth(
    share: float, low: float, high: float, made_up: Guidance
) -> None:
    facts = group(FINE, morphology=unsure(FINE, LINES, share))
    found = weigh(facts, made_up, Settings())
    assert (found.probability, found.low, found.high) == (0.50, low, high)


def test_a_possible_shape_is_looked_up_in_its_own_cell(made_up: Guidance) -> None:
    facts = group(ROUND, LINEAR, morphology=unsure(ROUND, AMORPHOUS, 0.3))
    found = weigh(facts, made_up, Settings())
    assert [one.distribution for one in found.evidence] == [None, LINEAR]
    assert (found.low, found.high) == (0.06, 0.50)


def test_a_possible_benign_shape_has_no_cell_to_span(made_up: Guidance) -> None:
    facts = group(FINE, morphology=unsure(FINE, Morphology.VASCULAR, 0.4))
    found = weigh(facts, made_up, Settings())
    assert (found.low, found.high) == (0.43, 0.58)


def test_a_row_that_a_site_has_for_a_benign_kind_widens_nothing(made_up: Guidance) -> None:
    rows = {**ROWS, Morphology.VASCULAR: cell(0.01, 0.0, 0.02)}
    own = replace(made_up, population=population(rows))
    facts = group(FINE, morphology=unsure(FINE, Morphology.VASCULAR, 0.4))
    found = weigh(facts, own, Settings())
    assert (found.low, found.high) == (0.43, 0.58)
    benign = weigh(group(Morphology.VASCULAR), own, Settings())
    assert benign.missing is NoProbability.TYPICALLY_BENIGN


def test_the_worst_shape_is_weighed_where_it_is_more_suspicious(made_up: Guidance) -> None:
    found = weigh(group(AMORPHOUS, worst=FINE), made_up, Settings())
    assert found.probability == 0.50
    assert found.evidence[0].morphology is FINE
    milder = weigh(group(FINE, worst=AMORPHOUS), made_up, Settings())
    assert milder.probability == 0.50


def test_other_populations_stand_beside_and_change_nothing(made_up: Guidance) -> None:
    facts = group(AMORPHOUS)
    found = weigh(facts, made_up, Settings())
    without = weigh(facts, replace(made_up, beside=()), Settings())
    assert [one.population for one in found.beside] == ["other"]
    assert (found.probability, found.low, found.high) == (
        without.probability,
        without.low,
        without.high,
    )
    assert {one.population for one in found.evidence} == {"made-up"}


def test_a_less_suspicious_shape_with_the_higher_number_lends_it(guidance: Guidance) -> None:
    turned = population({FINE: cell(0.788, 0.7, 0.8), LINES: cell(0.786, 0.6, 0.9)})
    found = weigh(group(LINES), replace(guidance, population=turned, beside=()), Settings())
    assert found.probability == 0.788
    assert [one.morphology for one in found.evidence] == [LINES, FINE]
    assert (found.low, found.high) == (0.6, 0.9)
    assert "the higher number" in found.note


def test_equal_ranks_lend_each_other_nothing(made_up: Guidance) -> None:
    assert weigh(group(COARSE), made_up, Settings()).probability == 0.13


@pytest.mark.parametrize("shape", BENIGN_KINDS)
def test_typically_benign_groups_get_no_probability(shape: Morphology, made_up: Guidance) -> None:
    found = weigh(group(shape), made_up, Settings())
    assert found.missing is NoProbability.TYPICALLY_BENIGN
    assert (found.probability, found.low, found.high, found.evidence) == (None, None, None, ())


def test_round_groups_get_one_unless_they_are_diffuse(made_up: Guidance) -> None:
    assert weigh(group(ROUND, GROUPED), made_up, Settings()).probability == 0.09
    diffuse = weigh(group(ROUND, DIFFUSE), made_up, Settings())
    assert diffuse.missing is NoProbability.TYPICALLY_BENIGN
    rising = weigh(group(ROUND, DIFFUSE, change=Change.NEW), made_up, Settings())
    assert rising.probability == 0.09


def test_unclassified_groups_get_no_probability(made_up: Guidance) -> None:
    found = weigh(group(None), made_up, Settings())
    assert found.missing is NoProbability.CANNOT_BE_CLASSIFIED
    assert found.probability is None


def test_members_that_can_be_classified_lend_an_unclassified_group_no_number(
    made_up: Guidance,
) -> None:
    found = weigh(group(None, worst=FINE), made_up, Settings())
    assert (found.probability, found.missing) == (None, NoProbability.CANNOT_BE_CLASSIFIED)
    assert found.evidence == ()
    assert suggest(group(None, worst=FINE), made_up, Settings()).level is not Level.BENIGN_FINDING


@pytest.mark.parametrize("shape", BENIGN_KINDS)
@pytest.mark.parametrize("worst", SUSPICIOUS_KINDS)
def test_suspicious_particles_of_a_benign_kind_raise_its_category_alone(
    shape: Morphology, worst: Morphology, made_up: Guidance
) -> None:
    found = weigh(group(shape, worst=worst), made_up, Settings())
    assert (found.probability, found.missing) == (None, NoProbability.TYPICALLY_BENIGN)
    assert "raise the category alone" in found.note
    of_worst = suggest(group(worst), made_up, Settings())
    assert suggest(group(shape, worst=worst), made_up, Settings()).level is of_worst.level


def test_a_shape_that_the_population_does_not_hold_gets_none_and_others_beside(
    made_up: Guidance,
) -> None:
    lacking = replace(made_up, population=population({FINE: cell(0.5)}))
    found = weigh(group(AMORPHOUS), lacking, Settings())
    assert found.missing is NoProbability.NOT_IN_POPULATION
    assert found.probability is None
    assert [one.population for one in found.beside] == ["other"]


def test_a_source_without_an_interval_gives_none(guidance: Guidance) -> None:
    bare = replace(guidance, population=population({FINE: cell(0.5), LINES: cell(0.8)}))
    one = weigh(group(FINE), bare, Settings())
    assert (one.low, one.high) == (None, None)
    assert "Its source gives no interval." in one.note
    both = weigh(group(FINE, morphology=unsure(FINE, LINES, 0.3)), bare, Settings())
    assert (both.low, both.high) == (0.5, 0.8)
    assert "a span of published values without their own uncertainty, and no interval" in both.note
    assert "The interval" not in both.note


def test_one_value_without_uncertainty_makes_the_whole_a_span(guidance: Guidance) -> None:
    mixed = replace(guidance, population=population({FINE: cell(0.5, 0.4, 0.6), LINES: cell(0.8)}))
    found = weigh(group(FINE, morphology=unsure(FINE, LINES, 0.3)), mixed, Settings())
    assert (found.low, found.high) == (0.4, 0.8)
    assert "without their own uncertainty" in found.note
    sure = weigh(group(FINE), mixed, Settings())
    assert "without their own uncertainty" not in sure.note


def test_the_population_that_ships_first_gives_its_published_numbers() -> None:
    rominger = load_guidance(GuidanceSettings(population="rominger-2012"))
    shares = {
        shape: weigh(group(shape), rominger, Settings()).probability
        for shape in (ROUND, AMORPHOUS, COARSE, FINE, LINES)
    }
    assert shares == {ROUND: 0.09, AMORPHOUS: 0.27, COARSE: 0.13, FINE: 0.5, LINES: 0.78}
