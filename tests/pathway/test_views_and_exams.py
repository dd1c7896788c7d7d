"""Truth tables of the rules for a view and for an exam, whatever lies in no group included."""

import pytest
from tests.pathway.stated import BENIGN_KINDS, SUSPICIOUS_KINDS, group, unsure, view

from calcsight.pathway.facts import GroupFacts, ViewFacts
from calcsight.pathway.weighing import weigh_exam, weigh_group, weigh_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Guidance, Level, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.settings import Settings

ROUND = Morphology.ROUND_PUNCTATE
AMORPHOUS = Morphology.AMORPHOUS
LINES = Morphology.FINE_LINEAR_BRANCHING
FINE = Morphology.FINE_PLEOMORPHIC
SCREENING, DIAGNOSTIC = ExamKind

NOTHING, BENIGN_ONLY, OPEN = (
    Level.NO_CALCIFICATION_FINDING,
    Level.TYPICALLY_BENIGN_ONLY,
    Level.INCOMPLETE,
)
BENIGN, UNCLASSIFIED = Level.BENIGN_FINDING, Level.CANNOT_BE_CLASSIFIED
MODERATE, HIGH = Level.SUSPICIOUS_MODERATE, Level.SUSPICIOUS_HIGH


def weighed(guidance: Guidance, facts: ViewFacts, *groups: GroupFacts) -> Weighing:
    weighings = [weigh_group(one, guidance, Settings()) for one in groups]
    return weigh_view(weighings, facts, guidance, Settings())


def level(guidance: Guidance, facts: ViewFacts, *groups: GroupFacts) -> Level:
    return weighed(guidance, facts, *groups).suggestion.level


# Single calcifications, then the level of a screening view and of a diagnostic one.
LONE = [
    ([], NOTHING, NOTHING),
    ([ROUND], BENIGN_ONLY, BENIGN),
    ([ROUND] * 30, BENIGN_ONLY, BENIGN),
    ([Morphology.POPCORN, Morphology.VASCULAR], BENIGN_ONLY, BENIGN),
    ([None], NOTHING, NOTHING),
    ([Morphology.MILK_OF_CALCIUM], NOTHING, NOTHING),
    ([AMORPHOUS] * 4, NOTHING, NOTHING),
    ([ROUND, AMORPHOUS], NOTHING, NOTHING),
    ([ROUND, FINE], OPEN, OPEN),
    ([ROUND] * 40 + [AMORPHOUS] * 4, NOTHING, NOTHING),
    ([ROUND] * 40 + [LINES], OPEN, OPEN),
    ([None] * 40 + [LINES], NOTHING, NOTHING),
    ([ROUND, None], BENIGN_ONLY, BENIGN),
    ([ROUND, None, None], NOTHING, NOTHING),
    ([Morphology.LARGE_ROD, None, Morphology.MILK_OF_CALCIUM], NOTHING, NOTHING),
    ([AMORPHOUS] * 5, OPEN, MODERATE),
    ([ROUND] * 40 + [AMORPHOUS] * 5, OPEN, MODERATE),
    ([AMORPHOUS] * 4 + [FINE], OPEN, MODERATE),
    ([LINES], NOTHING, NOTHING),
    ([LINES] * 2, OPEN, HIGH),
    ([ROUND] * 40 + [LINES] * 2, OPEN, HIGH),
    ([AMORPHOUS] * 4 + [LINES], OPEN, MODERATE),
    ([AMORPHOUS] * 3 + [FINE], NOTHING, NOTHING),
    ([AMORPHOUS] * 3 + [LINES] * 2, OPEN, HIGH),
]


@pytest.mark.parametrize(("shapes", "screening", "diagnostic"), LONE)
def test_single_calcifications_give_the_level_of_a_view(
    shapes: list[Morphology | None], screening: Level, diagnostic: Level, guidance: Guidance
) -> None:
    assert level(guidance, view(*shapes)) is screening
    assert level(guidance, view(*shapes, kind=DIAGNOSTIC)) is diagnostic


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_a_single_benign_shape_with_a_doubt_is_not_called_benign_only(
    share: float, guidance: Guidance
) -> None:
    doubtful = ViewFacts(
        exam_kind=SCREENING, spacing_known=True, grouped=0, lone=(unsure(ROUND, LINES, share),)
    )
    assert level(guidance, doubtful) is (BENIGN_ONLY if share < 0.1 else NOTHING)


# Shapes of the groups (all grouped), then the level of the view.
GROUPS = [
    ([Morphology.VASCULAR], BENIGN_ONLY, BENIGN),
    ([Morphology.VASCULAR, Morphology.SKIN], BENIGN_ONLY, BENIGN),
    ([ROUND], OPEN, Level.PROBABLY_BENIGN),
    ([Morphology.VASCULAR, ROUND], OPEN, Level.PROBABLY_BENIGN),
    ([Morphology.VASCULAR, AMORPHOUS], OPEN, MODERATE),
    ([AMORPHOUS, LINES], OPEN, HIGH),
    ([None], OPEN, UNCLASSIFIED),
    ([None, ROUND], OPEN, UNCLASSIFIED),
    ([None, AMORPHOUS], OPEN, MODERATE),
]


@pytest.mark.parametrize(("shapes", "screening", "diagnostic"), GROUPS)
def test_the_group_that_asks_for_most_gives_the_level_of_a_view(
    shapes: list[Morphology | None], screening: Level, diagnostic: Level, guidance: Guidance
) -> None:
    for kind, expected in ((SCREENING, screening), (DIAGNOSTIC, diagnostic)):
        groups = [group(shape, kind=kind) for shape in shapes]
        assert level(guidance, view(kind=kind), *groups) is expected
        assert level(guidance, view(kind=kind), *reversed(groups)) is expected


@pytest.mark.parametrize("turned", [False, True])
def test_a_scheme_is_spoken_once_what_asks_for_most_is_settled(
    turned: bool, guidance: Guidance, five_tier: Guidance
) -> None:
    """Five grades call low suspicion indeterminate: it still outweighs what is not classified."""
    groups = [group(ROUND, Distribution.LINEAR), group(None)]
    facts = view(kind=DIAGNOSTIC)
    for guide, said in ((guidance, Level.SUSPICIOUS_LOW), (five_tier, Level.INDETERMINATE)):
        found = weighed(guide, facts, *(reversed(groups) if turned else groups))
        assert found.suggestion.found is Level.SUSPICIOUS_LOW
        assert found.suggestion.level is said
        assert "perhaps_biopsy" in {step.code for step in found.steps} or guide is guidance


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize("shape", SUSPICIOUS_KINDS)
def test_nothing_is_called_benign_beside_a_named_suspicious_calcification(
    shape: Morphology, kind: ExamKind, guidance: Guidance
) -> None:
    benign = group(Morphology.VASCULAR, kind=kind)
    for facts, groups in (
        (view(shape, kind=kind, grouped=8), [benign]),
        (view(shape, *[ROUND] * 40, kind=kind, grouped=8), [benign]),
    ):
        found = weighed(guidance, facts, *groups).suggestion
        assert found.level is OPEN
        assert found.rules[0].code == "suspicious_beside_benign"
    # Amorphous and coarse heterogeneous are words for groups: one such speck is no finding.
    single = weighed(guidance, view(shape, ROUND, kind=kind)).suggestion.level
    assert single is (OPEN if shape in (FINE, LINES) else NOTHING)
    views = [view(kind=kind, grouped=8), view(shape, kind=kind)]
    apart = weigh_exam([weigh_group(benign, guidance, Settings())], views, guidance, Settings())
    assert apart.suggestion.level is OPEN


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize(("left_open", "settled"), [(0, True), (5, True), (6, False), (40, False)])
def test_a_benign_group_is_settled_unless_more_is_left_open(
    left_open: int, settled: bool, kind: ExamKind, guidance: Guidance
) -> None:
    benign = group(Morphology.VASCULAR, kind=kind)
    found = weighed(guidance, view(*[None] * left_open, kind=kind, grouped=5), benign).suggestion
    assert (found.level is not OPEN) is settled
    assert ("mostly_left_open" in [rule.code for rule in found.rules]) is not settled
    assert ("single_calcifications" in [rule.code for rule in found.rules]) is (left_open > 0)
    with_one_more = view(*[None] * left_open, ROUND, kind=kind, grouped=5)
    assert (level(guidance, with_one_more, benign) is OPEN) is (left_open > 6)


def test_benign_groups_of_one_view_do_not_outvote_what_another_leaves_open(
    guidance: Guidance,
) -> None:
    benign = [weigh_group(group(Morphology.VASCULAR), guidance, Settings())] * 2
    views = [view(kind=DIAGNOSTIC, grouped=40), view(*[None] * 6, kind=DIAGNOSTIC, grouped=5)]
    assert weigh_exam(benign, views, guidance, Settings()).suggestion.level is OPEN
    one = [view(kind=DIAGNOSTIC, grouped=5), view(*[None] * 6, kind=DIAGNOSTIC)]
    assert weigh_exam(benign[:1], one, guidance, Settings()).suggestion.level is OPEN


@pytest.mark.parametrize("kind", list(ExamKind))
@pytest.mark.parametrize("lone", [[], [None] * 3])
def test_unknown_spacing_leaves_a_view_open_whatever_was_found(
    kind: ExamKind, lone: list[None], guidance: Guidance
) -> None:
    found = weighed(guidance, view(*lone, kind=kind, spacing_known=False))
    assert found.suggestion.level is (OPEN if kind is SCREENING else UNCLASSIFIED)
    assert found.suggestion.rules[0].code == "unknown_spacing"
    assert found.steps[0].code == "state_spacing"
    assert not any(" mm" in rule.words for rule in found.suggestion.rules)


def test_a_view_has_no_probability(guidance: Guidance) -> None:
    assert weighed(guidance, view(), group(LINES, kind=SCREENING)).suspicion is None


def test_one_screening_view_keeps_an_exam_to_what_screening_views_allow(
    guidance: Guidance,
) -> None:
    findings = [weigh_group(group(LINES), guidance, Settings())]
    both = [view(kind=SCREENING), view(kind=DIAGNOSTIC)]
    assert weigh_exam(findings, both, guidance, Settings()).suggestion.level is OPEN
    diagnostic = [view(kind=DIAGNOSTIC)] * 2
    assert weigh_exam(findings, diagnostic, guidance, Settings()).suggestion.level is HIGH


def test_one_particle_seen_in_two_views_is_not_two(guidance: Guidance) -> None:
    views = [view(LINES), view(LINES)]
    assert weigh_exam([], views, guidance, Settings()).suggestion.level is NOTHING


def test_the_steps_of_an_exam_are_those_of_the_finding_that_decides(guidance: Guidance) -> None:
    magnified = weigh_group(group(FINE), guidance, Settings())
    benign = weigh_group(group(Morphology.RIM), guidance, Settings())
    found = weigh_exam([benign, magnified], [view(kind=DIAGNOSTIC)], guidance, Settings())
    assert found.steps == magnified.steps
    assert [step.code for step in found.steps] == ["stereotactic_biopsy"]


def test_no_screening_exam_gets_a_category(guidance: Guidance, five_tier: Guidance) -> None:
    for guide in (guidance, five_tier):
        for shape in (None, *BENIGN_KINDS, *SUSPICIOUS_KINDS, ROUND):
            for lies in Distribution:
                facts = group(shape, lies, SCREENING)
                found = weighed(guide, view(*([shape] if shape else [])), facts).suggestion
                assert found.level in {NOTHING, BENIGN_ONLY, OPEN}
                assert found.category is not None
                assert found.category.code in {"", "0"}


def test_milk_of_calcium_becomes_benign_only_where_two_projections_show_it(
    guidance: Guidance,
) -> None:
    shape = Named(label=Morphology.MILK_OF_CALCIUM, probabilities={Morphology.MILK_OF_CALCIUM: 1.0})
    one = group(AMORPHOUS, kind=DIAGNOSTIC)
    matched = group(ROUND, kind=DIAGNOSTIC, morphology=shape, lateral_compared=True)
    views = [view(kind=DIAGNOSTIC)] * 2
    apart = [weigh_group(one, guidance, Settings())] * 2
    assert weigh_exam(apart, views, guidance, Settings()).suggestion.level is MODERATE
    together = [weigh_group(matched, guidance, Settings())]
    assert weigh_exam(together, views, guidance, Settings()).suggestion.level is BENIGN
