"""Truth tables of the rules for one group."""

from dataclasses import replace
from typing import Any

import pytest
from tests.pathway.stated import BENIGN_KINDS, SUSPICIOUS_KINDS, group, unsure

from calcsight.pathway.category import suggest
from calcsight.pathway.facts import GroupFacts
from calcsight.pathway.weighing import weigh_group
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Change, Guidance, Level, Suggestion
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings

ROUND = Morphology.ROUND_PUNCTATE
AMORPHOUS = Morphology.AMORPHOUS
COARSE = Morphology.COARSE_HETEROGENEOUS
FINE = Morphology.FINE_PLEOMORPHIC
LINES = Morphology.FINE_LINEAR_BRANCHING
GROUPED, LINEAR, SEGMENTAL, REGIONAL, DIFFUSE = Distribution

BENIGN, WATCHED, OPEN = Level.BENIGN_FINDING, Level.PROBABLY_BENIGN, Level.INCOMPLETE
UNCLASSIFIED = Level.CANNOT_BE_CLASSIFIED
LOW, MODERATE, HIGH = Level.SUSPICIOUS_LOW, Level.SUSPICIOUS_MODERATE, Level.SUSPICIOUS_HIGH
SCREENING = {Level.NO_CALCIFICATION_FINDING, Level.TYPICALLY_BENIGN_ONLY, Level.INCOMPLETE}

# A group that is there cannot have resolved.
_OF_A_GROUP = [one for one in Change if one is not Change.RESOLVED]


def suggested(facts: GroupFacts, guidance: Guidance) -> Suggestion:
    return suggest(facts, guidance, Settings())


def codes(suggestion: Suggestion) -> list[str]:
    return [rule.code for rule in suggestion.rules]


# Shape, then the level in grouped, linear, segmental, regional and diffuse distribution, and in
# none that can be named; from a diagnostic exam with magnification views, the group alone.
BY_DISTRIBUTION = [
    (ROUND, [WATCHED, LOW, LOW, OPEN, BENIGN, OPEN]),
    (AMORPHOUS, [MODERATE] * 6),
    (COARSE, [MODERATE] * 6),
    (FINE, [MODERATE, HIGH, HIGH, MODERATE, MODERATE, MODERATE]),
    (LINES, [HIGH] * 6),
    *((kind, [BENIGN] * 6) for kind in BENIGN_KINDS),
    (None, [UNCLASSIFIED] * 6),
]


@pytest.mark.parametrize(("shape", "levels"), BY_DISTRIBUTION)
def test_shape_and_distribution_give_the_level(
    shape: Morphology | None, levels: list[Level], guidance: Guidance
) -> None:
    found = [suggested(group(shape, lies), guidance).level for lies in (*Distribution, None)]
    assert found == levels


# Shape, then the level of a group that is new, increased, decreased, stable.
BY_CHANGE = [
    (ROUND, [LOW, LOW, WATCHED, WATCHED]),
    (AMORPHOUS, [MODERATE] * 4),
    (COARSE, [MODERATE] * 4),
    (FINE, [HIGH, HIGH, MODERATE, MODERATE]),
    (LINES, [HIGH] * 4),
    *((kind, [BENIGN] * 4) for kind in BENIGN_KINDS),
    (None, [UNCLASSIFIED] * 4),
]


@pytest.mark.parametrize(("shape", "levels"), BY_CHANGE)
def test_change_raises_and_never_lowers(
    shape: Morphology | None, levels: list[Level], guidance: Guidance
) -> None:
    found = [suggested(group(shape, change=change), guidance).level for change in _OF_A_GROUP]
    assert found == levels


@pytest.mark.parametrize("shape", SUSPICIOUS_KINDS)
@pytest.mark.parametrize("change", [Change.STABLE, Change.DECREASED])
def test_stability_is_named_as_no_comfort(
    shape: Morphology, change: Change, guidance: Guidance
) -> None:
    compared = suggested(group(shape, change=change), guidance)
    assert compared.level is suggested(group(shape), guidance).level
    assert "stability_never_lowers" in codes(compared)


@pytest.mark.parametrize("lies", [*Distribution, None])
@pytest.mark.parametrize("shape", [*Morphology, None])
@pytest.mark.parametrize("change", [*Change, None])
def test_screening_views_say_two_things_of_a_group_and_never_a_category(
    shape: Morphology | None,
    lies: Distribution | None,
    change: Change | None,
    guidance: Guidance,
    five_tier: Guidance,
) -> None:
    facts = group(shape, lies, ExamKind.SCREENING, change=change)
    benign = shape in BENIGN_KINDS or (
        shape is ROUND and lies is DIFFUSE and change not in {Change.NEW, Change.INCREASED}
    )
    for guide in (guidance, five_tier):
        found = suggested(facts, guide)
        assert found.level is (Level.TYPICALLY_BENIGN_ONLY if benign else Level.INCOMPLETE)
        assert found.category is not None
        assert found.category.code in {"", "0"}
        assert "screening_views_only" in codes(found)


@pytest.mark.parametrize("kind", [ExamKind.SCREENING, ExamKind.DIAGNOSTIC])
def test_a_tight_round_group_is_not_suspicious_for_being_tight(
    kind: ExamKind, guidance: Guidance
) -> None:
    found = suggested(group(ROUND, GROUPED, kind), guidance)
    assert "tight_round_not_suspicious" in codes(found)
    assert found.level in {WATCHED, OPEN}


@pytest.mark.parametrize("lies", [DIFFUSE, REGIONAL, None])
def test_fine_lines_are_suspicious_however_scattered(
    lies: Distribution | None, guidance: Guidance
) -> None:
    assert suggested(group(LINES, lies), guidance).level is HIGH


# kind, magnified, alone -> level of one round group
WHEN_WATCHED = [
    (ExamKind.DIAGNOSTIC, True, True, WATCHED),
    (ExamKind.DIAGNOSTIC, True, False, OPEN),
    (ExamKind.DIAGNOSTIC, False, True, OPEN),
    (ExamKind.DIAGNOSTIC, False, False, OPEN),
    (ExamKind.SCREENING, True, True, OPEN),
    (ExamKind.SCREENING, True, False, OPEN),
    (ExamKind.SCREENING, False, True, OPEN),
    (ExamKind.SCREENING, False, False, OPEN),
]


@pytest.mark.parametrize(("kind", "magnified", "alone", "level"), WHEN_WATCHED)
def test_watching_takes_one_isolated_group_on_magnification_views_of_a_diagnostic_exam(
    kind: ExamKind, magnified: bool, alone: bool, level: Level, guidance: Guidance
) -> None:
    facts = group(ROUND, GROUPED, kind, magnified=magnified, alone=alone)
    assert suggested(facts, guidance).level is level


@pytest.mark.parametrize("lies", [GROUPED, DIFFUSE])
def test_a_round_group_beside_a_known_cancer_is_suspicious(
    lies: Distribution, guidance: Guidance
) -> None:
    assert suggested(group(ROUND, lies, beside_cancer=True), guidance).level is LOW


@pytest.mark.parametrize("shape", [*BENIGN_KINDS, ROUND])
@pytest.mark.parametrize("other", SUSPICIOUS_KINDS)
@pytest.mark.parametrize(("share", "settled"), [(0.09, True), (0.1, True), (0.11, False)])
@pytest.mark.parametrize("kind", list(ExamKind))
def test_a_possible_suspicious_shape_keeps_a_benign_one_open(
    shape: Morphology,
    other: Morphology,
    share: float,
    settled: bool,
    kind: ExamKind,
    guidance: Guidance,
) -> None:
    facts = group(shape, DIFFUSE, kind, morphology=unsure(shape, other, share))
    found = suggested(facts, guidance)
    routine = {Level.TYPICALLY_BENIGN_ONLY, Level.BENIGN_FINDING}
    assert (found.level in routine) is settled
    assert ("suspicious_shape_possible" in codes(found)) is not settled


@pytest.mark.parametrize(
    "more", [{"change": Change.NEW}, {"beside_cancer": True}, {"lies": SEGMENTAL}]
)
def test_a_doubt_never_lowers_a_round_group_that_is_suspicious_already(
    more: dict[str, Any], guidance: Guidance
) -> None:
    facts = group(ROUND, morphology=unsure(ROUND, AMORPHOUS, 0.3), **more)
    assert suggested(facts, guidance).level is LOW


def test_what_cannot_be_classified_is_a_result_with_more_views(guidance: Guidance) -> None:
    facts = group(None, magnified=False)
    weighing = weigh_group(facts, guidance, Settings())
    assert weighing.suggestion.level is UNCLASSIFIED
    assert [step.code for step in weighing.steps] == ["magnification_views", "compare_priors"]
    screened = suggested(group(None, kind=ExamKind.SCREENING), guidance)
    assert screened.level is OPEN
    assert "cannot_be_classified" in codes(screened)


@pytest.mark.parametrize("worst", SUSPICIOUS_KINDS)
def test_members_of_a_suspicious_shape_count_where_the_group_has_none(
    worst: Morphology, guidance: Guidance
) -> None:
    found = suggested(group(None, worst=worst), guidance)
    assert found.level is suggested(group(worst), guidance).level


def test_round_parts_of_a_vascular_track_are_no_linear_group(guidance: Guidance) -> None:
    facts = group(Morphology.VASCULAR, LINEAR, worst=ROUND)
    assert suggested(facts, guidance).level is BENIGN


@pytest.mark.parametrize(
    ("worst", "level"),
    [
        (None, BENIGN),
        (ROUND, BENIGN),
        (AMORPHOUS, OPEN),
        (COARSE, MODERATE),
        (FINE, MODERATE),
        (LINES, HIGH),
    ],
)
def test_a_suspicious_shape_from_above_keeps_milk_of_calcium_from_being_benign(
    worst: Morphology | None, level: Level, guidance: Guidance
) -> None:
    facts = group(Morphology.MILK_OF_CALCIUM, worst=worst, lateral_compared=True)
    found = suggested(facts, guidance)
    assert found.level is level
    assert ("suspicious_shape_possible" in codes(found)) is (worst is AMORPHOUS)
    screened = suggested(replace(facts, exam_kind=ExamKind.SCREENING), guidance)
    assert (screened.level is Level.TYPICALLY_BENIGN_ONLY) is (level is BENIGN)


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize("worst", [None, AMORPHOUS, LINES])
def test_milk_of_calcium_takes_the_true_lateral(
    kind: ExamKind, worst: Morphology | None, guidance: Guidance
) -> None:
    found = suggested(group(Morphology.MILK_OF_CALCIUM, kind=kind, worst=worst), guidance)
    assert found.level not in {Level.TYPICALLY_BENIGN_ONLY, BENIGN}
    if worst is None:
        assert "milk_needs_the_lateral" in codes(found)


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize("shape", [*Morphology, None])
def test_unknown_spacing_switches_every_rule_on_sizes_off(
    kind: ExamKind, shape: Morphology | None, guidance: Guidance
) -> None:
    weighing = weigh_group(group(shape, kind=kind, spacing_known=False), guidance, Settings())
    said = weighing.suggestion
    assert said.level is (OPEN if kind is ExamKind.SCREENING else UNCLASSIFIED)
    assert codes(said)[0] == "unknown_spacing"
    assert weighing.steps[0].code == "state_spacing"
    assert weighing.suspicion is not None
    assert weighing.suspicion.probability is None
    assert not any("mm" in rule.words for rule in said.rules)


def test_five_grades_work_up_what_the_other_scheme_watches(
    guidance: Guidance, five_tier: Guidance
) -> None:
    facts = group(ROUND, GROUPED)
    watched = weigh_group(facts, guidance, Settings())
    worked_up = weigh_group(facts, five_tier, Settings())
    assert watched.suggestion.category is not None
    assert worked_up.suggestion.category is not None
    assert watched.suggestion.category.code == worked_up.suggestion.category.code == "3"
    assert watched.suggestion.level is WATCHED
    assert worked_up.suggestion.level is Level.INDETERMINATE
    assert [step.code for step in watched.steps] == ["follow_up"]
    assert [step.code for step in worked_up.steps] == ["compare_priors", "perhaps_biopsy"]
    assert "scheme_replaces" in codes(worked_up.suggestion)


def test_the_highest_level_is_never_suggested(guidance: Guidance) -> None:
    """No registered population gives 95 % or more to calcifications alone."""
    levels = {
        suggested(group(shape, lies, change=change, beside_cancer=True), guidance).level
        for shape in [*Morphology, None]
        for lies in [*Distribution, None]
        for change in [*Change, None]
    }
    assert Level.HIGHLY_SUGGESTIVE not in levels
    least = guidance.claims["bi-rads-2013.category-5"].low
    assert least is not None
    for population in (guidance.population, *guidance.beside):
        cells = [*population.rows.values()]
        cells += [cell for cell in population.cells.values() if (cell.n or 0) >= 20]
        assert all(100 * cell.probability < least for cell in cells)


def test_steps_that_were_done_are_not_named_again(guidance: Guidance) -> None:
    facts = group(FINE, magnified=False)
    assert [s.code for s in weigh_group(facts, guidance, Settings()).steps] == [
        "magnification_views",
        "stereotactic_biopsy",
    ]
    facts = group(FINE, magnified=True)
    assert [s.code for s in weigh_group(facts, guidance, Settings()).steps] == [
        "stereotactic_biopsy"
    ]
    everything = group(None, magnified=True, change=Change.STABLE)
    assert [s.code for s in weigh_group(everything, guidance, Settings()).steps] == [
        "magnification_views",
        "compare_priors",
    ]


def test_the_population_changes_numbers_and_no_category(guidance: Guidance) -> None:
    emptied = replace(guidance.population, rows={}, cells={})
    other = replace(guidance, population=emptied, beside=())
    for shape in [*Morphology, None]:
        for lies in [*Distribution, None]:
            facts = group(shape, lies)
            assert suggested(facts, guidance) == suggested(facts, other)
