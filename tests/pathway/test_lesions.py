"""A lesion seen in two projections never weighs less than one of its views, in either order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.analysis.test_exam_matching import Made, reading
from tests.pathway.held import described_group, description
from tests.pathway.stated import BENIGN_KINDS, unsure

from calcsight.analysis.both_views import shape_from_both
from calcsight.knowledge.guidance import load_guidance
from calcsight.pathway.levels import attention
from calcsight.pathway.weighed import weigh_found, weigh_matched
from calcsight.reading import summarise
from calcsight.terms.description import Description
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Grouping
from calcsight.terms.guidance import Guidance, Level, Weighing
from calcsight.terms.mammogram import ExamKind, Laterality, Projection, View, ViewModifier
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.reading import ExamSummary, GroupMatch, LeanReading
from calcsight.terms.settings import BI_RADS_RULE, Settings
from calcsight.terms.spacing import Spacing, SpacingSource

ROUND = Morphology.ROUND_PUNCTATE
AMORPHOUS = Morphology.AMORPHOUS
COARSE = Morphology.COARSE_HETEROGENEOUS
FINE = Morphology.FINE_PLEOMORPHIC
VASCULAR = Morphology.VASCULAR
SPACING = Spacing(row_mm=0.07, column_mm=0.07, source=SpacingSource.STATED)
GUIDANCE = {
    (population, scheme): load_guidance(GuidanceSettings(population=population, scheme=scheme))
    for population in ("rominger-2012", "choi-2021-first", "cbis-ddsm")
    for scheme in ("bi-rads-2013-like", "five-tier")
}
SHAPES = [one for one in Morphology if one is not Morphology.MILK_OF_CALCIUM]


def seen(view: View, said: Description, guidance: Guidance, kind: ExamKind) -> LeanReading:
    modifiers = (ViewModifier.MAGNIFICATION,)
    shown = Projection(uid="1.2", spacing=SPACING, view=view, exam_kind=kind, modifiers=modifiers)
    grouping = Grouping(rule=BI_RADS_RULE, groups=(described_group(1, said),))
    [weighed], _ = weigh_found(shown, (), (grouping,), guidance, Settings())
    return LeanReading(mammogram=shown, calcifications=(), groups=weighed.groups)


def lesion(
    said: Sequence[Description],
    guidance: Guidance,
    kind: ExamKind = ExamKind.DIAGNOSTIC,
    views: Sequence[View] = (View.CC, View.MLO),
) -> tuple[Weighing, list[Weighing]]:
    """Return the weighing of one lesion, and those of its two groups by themselves."""
    shown = [seen(view, one, guidance, kind) for view, one in zip(views, said, strict=True)]
    match = GroupMatch(
        readings=(0, 1),
        groups=(1, 1),
        probability=0.9,
        location=said[0].location,
        morphology=shape_from_both(
            said[0].morphology, said[1].morphology, None, Settings().description
        ),
    )
    [found], whole = weigh_matched(shown, [match], guidance, Settings())
    assert found.weighing is not None
    assert whole.suggestion.found is found.weighing.suggestion.found
    groups = [one.groups[0].weighing for one in shown]
    return found.weighing, [one for one in groups if one is not None]


def codes(weighing: Weighing) -> list[str]:
    return [rule.code for rule in weighing.suggestion.rules]


@pytest.mark.parametrize("turned", [False, True])
def test_a_lesion_is_diffuse_only_where_both_views_say_so(turned: bool, guidance: Guidance) -> None:
    diffuse, grouped = description(ROUND, lies=Distribution.DIFFUSE), description(ROUND)
    pair = [grouped, diffuse] if turned else [diffuse, grouped]
    found, _ = lesion(pair, guidance)
    assert found.suggestion.level is Level.PROBABLY_BENIGN
    assert found.suspicion is not None
    assert found.suspicion.probability is not None
    both, _ = lesion([diffuse, diffuse], guidance)
    assert both.suggestion.level is Level.BENIGN_FINDING


@pytest.mark.parametrize("turned", [False, True])
def test_a_shape_that_is_possible_in_one_view_is_not_pooled_away(
    turned: bool, guidance: Guidance
) -> None:
    doubtful = replace(description(VASCULAR), morphology=unsure(VASCULAR, AMORPHOUS, 0.25))
    pair = [doubtful, description(VASCULAR)]
    found, _ = lesion(pair[::-1] if turned else pair, guidance)
    assert found.suggestion.level is Level.INCOMPLETE
    assert codes(found) == ["one_view_asks_for_more", "suspicious_shape_possible"]
    assert ("(MLO)" if turned else "(CC)") in found.suggestion.rules[0].words


@pytest.mark.parametrize("turned", [False, True])
def test_what_one_view_cannot_classify_the_other_does_not_settle(
    turned: bool, guidance: Guidance
) -> None:
    pair = [description(None), description(VASCULAR)]
    found, _ = lesion(pair[::-1] if turned else pair, guidance)
    assert found.suggestion.level is Level.CANNOT_BE_CLASSIFIED
    assert found.steps[0].code == "compare_priors"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("sure", [0.9, 0.5])
def test_of_shapes_of_equal_rank_the_higher_share_is_taken(turned: bool, sure: float) -> None:
    guidance = GUIDANCE["rominger-2012", "bi-rads-2013-like"]
    pair = [
        replace(description(AMORPHOUS), morphology=unsure(AMORPHOUS, COARSE, 1.0 - sure)),
        replace(description(COARSE), morphology=unsure(COARSE, AMORPHOUS, 0.45)),
    ]
    found, _ = lesion(pair[::-1] if turned else pair, guidance)
    assert found.suspicion is not None
    assert found.suspicion.probability == 0.27


@pytest.mark.parametrize("shape", BENIGN_KINDS)
def test_two_views_of_one_benign_kind_are_benign(shape: Morphology, guidance: Guidance) -> None:
    found, _ = lesion([description(shape), description(shape)], guidance)
    assert found.suggestion.level is Level.BENIGN_FINDING


def named(shapes: list[Morphology], weights: list[int], sure: bool) -> Named[Morphology]:
    total = sum(weights[: len(shapes)])
    chances = {shape: weight / total for shape, weight in zip(shapes, weights, strict=False)}
    found = Named(label=None, probabilities=chances)
    return replace(found, label=found.likeliest if sure else None)


def described(
    morphology: Named[Morphology], worst: Morphology | None, lies: Distribution | None
) -> Description:
    grouped = {Distribution.GROUPED if lies is None else lies: 1.0}
    return replace(
        description(ROUND),
        morphology=morphology,
        worst=worst,
        distribution=Named(label=lies, probabilities=grouped),
    )


DESCRIPTIONS = st.builds(
    described,
    st.builds(
        named,
        st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3, unique=True),
        st.lists(st.integers(1, 20), min_size=3, max_size=3),
        st.booleans(),
    ),
    st.none() | st.sampled_from(SHAPES),
    st.none() | st.sampled_from(list(Distribution)),
)


@hypothesis_settings(deadline=None, max_examples=200, derandomize=True)
@given(
    pair=st.tuples(DESCRIPTIONS, DESCRIPTIONS),
    guidance=st.sampled_from(list(GUIDANCE.values())),
    kind=st.sampled_from(list(ExamKind)),
    side=st.sampled_from([View.MLO, View.ML]),
)
def test_a_lesion_asks_for_no_less_than_each_view_whatever_their_order(
    pair: tuple[Description, Description], guidance: Guidance, kind: ExamKind, side: View
) -> None:
    views = (View.CC, side)
    found, alone = lesion(pair, guidance, kind, views)
    for one in alone:
        assert attention(found.suggestion.found) >= attention(one.suggestion.found)
        assert found.suspicion is not None
        assert one.suspicion is not None
        if found.suspicion.probability is not None and one.suspicion.probability is not None:
            assert found.suspicion.probability >= one.suspicion.probability
            low, high = found.suspicion.low, found.suspicion.high
            assert low is None or low <= found.suspicion.probability
            assert high is None or high >= found.suspicion.probability
    turned, _ = lesion(pair[::-1], guidance, kind, views[::-1])
    assert turned == found


def exam(*views: tuple[View, Morphology, bool], side: Laterality = Laterality.LEFT) -> ExamSummary:
    """Return the summary of a diagnostic exam of views: view, shape of its group, magnified."""
    guidance = load_guidance(GuidanceSettings())
    readings = []
    for view, shape, magnified in views:
        modifiers = (ViewModifier.MAGNIFICATION,) if magnified else ()
        one = reading(
            view,
            [Made(shape=shape)],
            laterality=side if magnified else Laterality.LEFT,
            exam_kind=ExamKind.DIAGNOSTIC,
            modifiers=modifiers,
        )
        groupings, _ = weigh_found(
            one.mammogram, one.calcifications, one.groupings, guidance, Settings()
        )
        readings.append(replace(one, groupings=groupings))
    return summarise(readings, guidance, Settings())


@pytest.mark.parametrize("shape", [ROUND, FINE])
@pytest.mark.parametrize("magnified", [View.CC, View.ML])
def test_magnification_views_of_the_breast_are_not_asked_for_again(
    shape: Morphology, magnified: View
) -> None:
    plain = [(View.CC, shape, False), (View.MLO, shape, False)]
    for summary, there in (
        (exam(*plain), False),
        (exam(*plain, (magnified, shape, True)), True),
        (exam(*plain, (magnified, shape, True), side=Laterality.RIGHT), False),
        (exam(*plain, (magnified, shape, True), side=Laterality.UNKNOWN), False),
    ):
        [match] = summary.matches
        assert match.weighing is not None
        asked = {step.code for step in match.weighing.steps}
        assert ("magnification_views" in asked) is not there
        for weighing in (match.weighing, summary.weighing):
            assert ("magnified_not_matched" in codes(weighing)) is there
        level = Level.INCOMPLETE if shape is ROUND else Level.SUSPICIOUS_MODERATE
        assert summary.weighing.suggestion.level is level
    assert "magnification_views" not in {
        step.code for step in exam(*plain, (magnified, shape, True)).weighing.steps
    }


def test_a_group_of_one_plain_view_knows_of_the_magnification_view_too() -> None:
    summary = exam((View.CC, FINE, False), (View.ML, FINE, True))
    assert summary.matches == ()
    assert [step.code for step in summary.weighing.steps] == ["stereotactic_biopsy"]
    assert "magnified_not_matched" in codes(summary.weighing)
