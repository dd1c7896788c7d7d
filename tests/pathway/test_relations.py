"""Relations that hold whatever the facts are: more suspicion never lowers anything."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from calcsight.knowledge.files import Kind, shipped_ids
from calcsight.knowledge.guidance import load_guidance
from calcsight.pathway.category import suggest
from calcsight.pathway.facts import GroupFacts, ViewFacts, stated_distribution, stated_shape
from calcsight.pathway.levels import attention
from calcsight.pathway.shapes import rank
from calcsight.pathway.weighing import weigh_exam, weigh_group, weigh_view
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Change, Guidance, Weighing
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import NoProbability

GUIDANCE = {
    (population, scheme): load_guidance(GuidanceSettings(population=population, scheme=scheme))
    for population in shipped_ids(Kind.POPULATION)
    for scheme in ("bi-rads-2013-like", "five-tier")
}
VOCABULARY = next(iter(GUIDANCE.values())).vocabulary
SHAPES = st.sampled_from(list(Morphology))
MOSTLY = hypothesis_settings(deadline=None, max_examples=150, derandomize=True)


def named(shapes: list[Morphology], weights: list[int], sure: bool) -> Named[Morphology]:
    """Return a shape with others beside it; the likeliest is named when it is sure."""
    total = sum(weights[: len(shapes)])
    probabilities = {shape: weight / total for shape, weight in zip(shapes, weights, strict=False)}
    likeliest = Named(label=None, probabilities=probabilities)
    return replace(likeliest, label=likeliest.likeliest if sure else None)


MORPHOLOGIES = st.builds(
    named,
    st.lists(SHAPES, min_size=1, max_size=3, unique=True),
    st.lists(st.integers(1, 20), min_size=3, max_size=3),
    st.booleans(),
)
FACTS = st.builds(
    GroupFacts,
    morphology=MORPHOLOGIES,
    worst=st.none() | SHAPES,
    distribution=st.builds(stated_distribution, st.none() | st.sampled_from(list(Distribution))),
    exam_kind=st.sampled_from(list(ExamKind)),
    spacing_known=st.sampled_from([True, True, True, False]),
    magnified=st.booleans(),
    alone=st.booleans(),
    lateral_compared=st.booleans(),
    change=st.none() | st.sampled_from(list(Change)),
    beside_cancer=st.booleans(),
)
GUIDES = st.sampled_from(list(GUIDANCE.values()))
VIEWS = st.builds(
    ViewFacts,
    exam_kind=st.sampled_from(list(ExamKind)),
    spacing_known=st.just(True),
    grouped=st.integers(0, 12),
    lone=st.lists(st.none() | MORPHOLOGIES, max_size=12).map(tuple),
)


def weighed(facts: GroupFacts, guidance: Guidance) -> Weighing:
    return weigh_group(facts, guidance, Settings())


def asks(weighing: Weighing) -> int:
    return attention(weighing.suggestion.found)


def assert_no_less(more: Weighing, less: Weighing) -> None:
    assert asks(more) >= asks(less)
    assert more.suspicion is not None
    assert less.suspicion is not None
    if less.suspicion.probability is None:
        return
    # A population may not hold the worse shape; that is said, and the level stands.
    if more.suspicion.probability is None:
        assert more.suspicion.missing is NoProbability.NOT_IN_POPULATION
    else:
        assert more.suspicion.probability >= less.suspicion.probability


@MOSTLY
@given(facts=FACTS, worse=SHAPES, guidance=GUIDES)
def test_a_worse_shape_among_the_particles_never_lowers_anything(
    facts: GroupFacts, worse: Morphology, guidance: Guidance
) -> None:
    before = -1 if facts.worst is None else rank(facts.worst, VOCABULARY)
    if rank(worse, VOCABULARY) > before:
        assert_no_less(weighed(replace(facts, worst=worse), guidance), weighed(facts, guidance))


@MOSTLY
@given(facts=FACTS, pair=st.tuples(SHAPES, SHAPES), guidance=GUIDES)
def test_a_worse_shape_of_the_group_never_lowers_anything(
    facts: GroupFacts, pair: tuple[Morphology, Morphology], guidance: Guidance
) -> None:
    milder, worse = sorted(pair, key=lambda shape: rank(shape, VOCABULARY))
    if rank(milder, VOCABULARY) == rank(worse, VOCABULARY):
        return
    facts = replace(facts, lateral_compared=True)
    if milder is Morphology.MILK_OF_CALCIUM:
        facts = replace(facts, worst=None)
    assert_no_less(
        weighed(replace(facts, morphology=stated_shape(worse)), guidance),
        weighed(replace(facts, morphology=stated_shape(milder)), guidance),
    )


@MOSTLY
@given(facts=FACTS, change=st.sampled_from(list(Change)), guidance=GUIDES)
def test_a_change_never_lowers_and_stability_changes_nothing(
    facts: GroupFacts, change: Change, guidance: Guidance
) -> None:
    alone = weighed(replace(facts, change=None), guidance)
    compared = weighed(replace(facts, change=change), guidance)
    assert_no_less(compared, alone)
    if change in {Change.STABLE, Change.DECREASED}:
        assert compared.suggestion.level is alone.suggestion.level
        assert compared.suspicion == alone.suspicion


@MOSTLY
@given(
    facts=VIEWS,
    groups=st.lists(FACTS, max_size=3),
    more=st.sampled_from([m for m in Morphology if rank(m, VOCABULARY) > 1]),
    guidance=GUIDES,
)
def test_one_more_suspicious_calcification_never_lowers_a_view(
    facts: ViewFacts, groups: list[GroupFacts], more: Morphology, guidance: Guidance
) -> None:
    findings = [weighed(one, guidance) for one in groups]
    with_one = replace(facts, lone=(*facts.lone, stated_shape(more)))
    before = weigh_view(findings, facts, guidance, Settings())
    assert asks(weigh_view(findings, with_one, guidance, Settings())) >= asks(before)


@MOSTLY
@given(view=VIEWS, groups=st.lists(FACTS, max_size=3), one=FACTS, guidance=GUIDES)
def test_one_more_group_never_lowers_an_exam(
    view: ViewFacts, groups: list[GroupFacts], one: GroupFacts, guidance: Guidance
) -> None:
    findings = [weighed(each, guidance) for each in groups]
    before = weigh_exam(findings, [view], guidance, Settings())
    after = weigh_exam([*findings, weighed(one, guidance)], [view], guidance, Settings())
    assert asks(after) >= asks(before)


@MOSTLY
@given(
    views=st.lists(VIEWS, min_size=1, max_size=3),
    groups=st.lists(FACTS, max_size=4),
    seed=st.integers(0, 99),
    guidance=GUIDES,
)
def test_order_changes_nothing(
    views: list[ViewFacts], groups: list[GroupFacts], seed: int, guidance: Guidance
) -> None:
    def shuffled(things: Any) -> list[Any]:
        return random.Random(seed).sample(list(things), len(things))

    findings = [weighed(one, guidance) for one in groups]
    turned = [replace(view, lone=tuple(shuffled(view.lone))) for view in shuffled(views)]
    assert weigh_exam(findings, views, guidance, Settings()) == weigh_exam(
        shuffled(findings), turned, guidance, Settings()
    )


@MOSTLY
@given(
    each=st.lists(st.tuples(VIEWS, st.lists(FACTS, max_size=2)), min_size=1, max_size=3),
    kind=st.sampled_from(list(ExamKind)),
    guidance=GUIDES,
)
def test_an_exam_asks_for_no_less_than_each_of_its_views(
    each: list[tuple[ViewFacts, list[GroupFacts]]], kind: ExamKind, guidance: Guidance
) -> None:
    views, findings, alone = [], [], []
    for facts, groups in each:
        views.append(replace(facts, exam_kind=kind, grouped=5 * len(groups)))
        own = [weighed(replace(one, exam_kind=kind), guidance) for one in groups]
        findings += own
        alone.append(weigh_view(own, views[-1], guidance, Settings()))
    whole = weigh_exam(findings, views, guidance, Settings())
    assert asks(whole) >= max(asks(one) for one in alone)


@MOSTLY
@given(view=VIEWS, groups=st.lists(FACTS, max_size=4))
def test_what_asks_for_most_in_one_scheme_asks_for_most_in_the_other(
    view: ViewFacts, groups: list[GroupFacts]
) -> None:
    found = []
    for (_, _), guidance in GUIDANCE.items():
        findings = [weighed(one, guidance) for one in groups]
        whole = weigh_exam(findings, [view], guidance, Settings()).suggestion
        instead = guidance.scheme.instead.get(whole.found)
        assert whole.level is (instead.level if instead else whole.found)
        found.append(whole.found)
    assert len(set(found)) == 1


@MOSTLY
@given(facts=FACTS, seed=st.integers(0, 99), guidance=GUIDES)
def test_order_of_probabilities_changes_nothing(
    facts: GroupFacts, seed: int, guidance: Guidance
) -> None:
    items = list(facts.morphology.probabilities.items())
    random.Random(seed).shuffle(items)
    turned = Named(label=facts.morphology.label, probabilities=dict(items))
    assert weighed(replace(facts, morphology=turned), guidance) == weighed(facts, guidance)


@MOSTLY
@given(facts=FACTS)
def test_every_population_gives_the_same_category(facts: GroupFacts) -> None:
    for scheme in ("bi-rads-2013-like", "five-tier"):
        found = {
            suggest(facts, guidance, Settings())
            for (_, of_scheme), guidance in GUIDANCE.items()
            if of_scheme == scheme
        }
        assert len({(one.level, one.rules) for one in found}) == 1


@MOSTLY
@given(facts=FACTS, guidance=GUIDES)
def test_a_number_lies_within_its_interval_and_comes_from_one_population(
    facts: GroupFacts, guidance: Guidance
) -> None:
    found = weighed(facts, guidance).suspicion
    assert found is not None
    assert (found.probability is None) == (found.missing is not None)
    assert {one.population for one in found.evidence} <= {guidance.population.id}
    assert guidance.population.id not in {one.population for one in found.beside}
    if found.probability is not None and found.low is not None and found.high is not None:
        assert found.low <= found.probability <= found.high


@MOSTLY
@given(facts=FACTS, guidance=GUIDES)
def test_every_suggestion_has_words_rules_and_steps(facts: GroupFacts, guidance: Guidance) -> None:
    found = weighed(facts, guidance)
    assert found.suggestion.category is not None
    assert found.suggestion.rules
    assert found.steps
    said = [found.suggestion.category.name, *(rule.words for rule in found.suggestion.rules)]
    said += [text for step in found.steps for text in (step.words, step.reason)]
    for text in said:
        assert text[0] == text[0].upper() or text is found.suggestion.category.name
        assert not {"negative", "normal", "must", "should"} & set(text.lower().split())


@pytest.mark.parametrize("guidance", GUIDANCE.values(), ids=str)
def test_words_of_the_files_are_no_orders_and_call_nobody_normal(guidance: Guidance) -> None:
    texts = [word.definition for word in guidance.vocabulary.words.values()]
    texts += [guidance.scheme.note, *(one.name for one in guidance.scheme.categories.values())]
    texts += [one.words for one in guidance.scheme.instead.values()]
    for text in texts:
        assert not {"negative", "normal", "must", "should"} & set(text.lower().split())
