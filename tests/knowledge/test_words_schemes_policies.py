"""Vocabularies, schemes and policies: what ships is whole, and what is wrong is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from calcsight.analysis.group_shape import suspicion_rank
from calcsight.evaluation.cbis_words import SHAPE_RANKS
from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.files import Kind, read_document, shipped_ids
from calcsight.knowledge.guidance import load_guidance
from calcsight.knowledge.policies import parse_policy
from calcsight.knowledge.schemes import parse_scheme
from calcsight.knowledge.vocabularies import parse_vocabulary
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError, VocabularyError
from calcsight.terms.guidance import Level
from calcsight.terms.morphology import Morphology
from calcsight.terms.vocabulary import Concern

CLAIMS, _ = load_claims()
Document = dict[str, Any]


def shipped(kind: Kind, name: str) -> Document:
    return copy.deepcopy(dict(read_document(kind, name)[0]))


def test_the_vocabulary_defines_every_word_once_with_sources() -> None:
    vocabulary = parse_vocabulary(shipped(Kind.VOCABULARY, "calcsight-words"), CLAIMS)
    assert set(vocabulary.words) == {*Morphology, *Distribution}
    for word in vocabulary.words.values():
        assert word.definition
        assert word.sources
        assert "{" not in word.definition
    assert len({word.name for word in vocabulary.words.values()}) == len(vocabulary.words)


def test_ranks_are_those_of_the_rules() -> None:
    vocabulary = parse_vocabulary(shipped(Kind.VOCABULARY, "calcsight-words"), CLAIMS)
    ranks = {shape: vocabulary.word(shape).suspicion_rank for shape in Morphology}
    assert ranks.pop(Morphology.ROUND_PUNCTATE) == 1
    assert ranks.pop(Morphology.AMORPHOUS) == ranks.pop(Morphology.COARSE_HETEROGENEOUS) == 2
    assert ranks.pop(Morphology.FINE_PLEOMORPHIC) == 3
    assert ranks.pop(Morphology.FINE_LINEAR_BRANCHING) == 4
    assert set(ranks.values()) == {0}
    for shape in ranks:
        assert vocabulary.word(shape).concern is Concern.TYPICALLY_BENIGN


def test_the_describer_and_the_archive_rank_shapes_as_the_vocabulary_does() -> None:
    """The analysis opens no file, so it holds the ranks itself."""
    vocabulary = parse_vocabulary(shipped(Kind.VOCABULARY, "calcsight-words"), CLAIMS)
    for shape in Morphology:
        assert suspicion_rank(shape) == vocabulary.word(shape).suspicion_rank
        assert SHAPE_RANKS[shape] == vocabulary.word(shape).suspicion_rank


def test_a_number_of_a_definition_is_that_of_its_claim() -> None:
    vocabulary = parse_vocabulary(shipped(Kind.VOCABULARY, "calcsight-words"), CLAIMS)
    assert "under 0.5 mm" in vocabulary.word(Morphology.FINE_PLEOMORPHIC).definition
    assert "0.5 to 1 mm" in vocabulary.word(Morphology.COARSE_HETEROGENEOUS).definition
    assert "5 calcifications within 10 mm" in vocabulary.word(Distribution.GROUPED).definition


def change(path: str, value: Any) -> Callable[[Document], None]:
    """Return a change that puts a value at a dotted path; None takes it away."""

    def made(document: Document) -> None:
        *way, last = path.split(".")
        table = document
        for key in way:
            table = table[key]
        if value is None:
            del table[last]
        else:
            table[last] = value

    return made


BAD_WORDS = [
    ("no rim", change("morphology.rim", None)),
    ("no linear", change("distribution.linear", None)),
    ("cloudy", change("morphology.cloudy", {"name": "cloudy"})),
    ("patchy", change("distribution.patchy", {"name": "patchy"})),
    ("suspicion_rank", change("morphology.rim.suspicion_rank", 3)),
    ("suspicion_rank", change("morphology.amorphous.suspicion_rank", 0)),
    ("suspicion_rank", change("morphology.amorphous.suspicion_rank", None)),
    ("suspicion_rank", change("morphology.round_punctate.suspicion_rank", 2)),
    ("most suspicious shape", change("morphology.amorphous.suspicion_rank", 3)),
    ("most suspicious shape", change("morphology.coarse_heterogeneous.suspicion_rank", 3)),
    ("most suspicious shape", change("morphology.fine_pleomorphic.suspicion_rank", 2)),
    ("most suspicious shape", change("morphology.fine_linear_branching.suspicion_rank", 2)),
]


@pytest.mark.parametrize(("said", "changed"), BAD_WORDS)
def test_a_vocabulary_with_other_words_or_ranks_is_refused(
    said: str, changed: Callable[[Document], None]
) -> None:
    document = shipped(Kind.VOCABULARY, "calcsight-words")
    changed(document)
    with pytest.raises(VocabularyError, match=said):
        parse_vocabulary(document, CLAIMS)


BAD = [
    (Kind.VOCABULARY, "calcsight-words", "concern", change("morphology.rim.concern", "harmless")),
    (Kind.VOCABULARY, "calcsight-words", "sources", change("morphology.rim.sources", [])),
    (Kind.VOCABULARY, "calcsight-words", "colour", change("morphology.rim.colour", "red")),
    (Kind.VOCABULARY, "calcsight-words", "rank", change("distribution.linear.suspicion_rank", 1)),
    (
        Kind.VOCABULARY,
        "calcsight-words",
        "made.up",
        change("morphology.rim.definition", "a {claim:made.up} shell"),
    ),
    (Kind.SCHEME, "five-tier", "no category for incomplete", change("categories.incomplete", None)),
    (
        Kind.SCHEME,
        "five-tier",
        "no category for indeterminate",
        change("categories.indeterminate", None),
    ),
    (Kind.SCHEME, "five-tier", "probably_benign", change("instead.probably_benign", None)),
    (
        Kind.SCHEME,
        "five-tier",
        "a category and a replacement",
        change("categories.probably_benign", {"code": "3", "name": "watched"}),
    ),
    (Kind.SCHEME, "five-tier", "instead", change("instead.benign_finding", {"level": "calm"})),
    (
        Kind.SCHEME,
        "bi-rads-2013-like",
        "range",
        change("categories.probably_benign.range", "follow-up.first"),
    ),
    (
        Kind.SCHEME,
        "bi-rads-2013-like",
        "range",
        change("categories.probably_benign.range", "made.up"),
    ),
    *(
        (Kind.SCHEME, "bi-rads-2013-like", said, change(path, value))
        for said, path, value in (
            ("clear nobody", "categories.no_calcification_finding.name", "Negative"),
            ("clear nobody", "categories.benign_finding.name", "a normal breast"),
            ("settle nothing", "categories.no_calcification_finding.code", "1"),
            ("settle nothing", "categories.typically_benign_only.code", "2"),
            ("settle nothing", "categories.incomplete.code", "3"),
            (
                "leave open",
                "instead",
                {"incomplete": {"level": "suspicious_high", "words": "so"}},
            ),
            (
                "leave open",
                "instead",
                {"suspicious_low": {"level": "probably_benign", "words": "so"}},
            ),
            (
                "leave open",
                "instead",
                {"cannot_be_classified": {"level": "benign_finding", "words": "so"}},
            ),
        )
    ),
    (Kind.SCHEME, "bi-rads-2013-like", "calm", change("categories.calm", {"name": "calm"})),
    (Kind.POLICY, "common", "levels.incomplete", change("levels.incomplete", [])),
    (Kind.POLICY, "common", "levels.incomplete", change("levels.incomplete", None)),
    (Kind.POLICY, "common", "an_order", change("levels.incomplete", ["an_order"])),
    (Kind.POLICY, "common", "calm", change("levels.calm", ["routine"])),
    (Kind.POLICY, "common", "follow_up", change("levels.probably_benign", ["compare_priors"])),
    (Kind.POLICY, "common", "months", change("steps.routine.months", ["lexicon.micro-below"])),
    (Kind.POLICY, "common", "months", change("steps.routine.months", ["made.up"])),
    (
        Kind.POLICY,
        "common",
        "rising",
        change("steps.routine.months", ["follow-up.last", "follow-up.first"]),
    ),
    (Kind.POLICY, "common", "claims", change("steps.routine.claims", ["made.up"])),
    (Kind.POLICY, "common", "words", change("steps.routine.words", None)),
]
PARSE: dict[Kind, Callable[..., Any]] = {
    Kind.VOCABULARY: parse_vocabulary,
    Kind.SCHEME: parse_scheme,
    Kind.POLICY: parse_policy,
}


@pytest.mark.parametrize(("kind", "name", "said", "changed"), BAD)
def test_a_file_that_cannot_be_used_is_refused(
    kind: Kind, name: str, said: str, changed: Callable[[Document], None]
) -> None:
    document = shipped(kind, name)
    changed(document)
    with pytest.raises(GuidanceError, match=said):
        PARSE[kind](document, CLAIMS)


def test_a_scheme_that_could_not_be_found_says_so_and_what_to_do() -> None:
    with pytest.raises(GuidanceError) as refused:
        load_guidance(GuidanceSettings(scheme="bi-rads-2025"))
    assert "could not be found" in refused.value.found
    assert "licensed copy" in refused.value.advice


USABLE = [name for name in shipped_ids(Kind.SCHEME) if name != "bi-rads-2025"]


@pytest.mark.parametrize("scheme", USABLE)
@pytest.mark.parametrize("policy", shipped_ids(Kind.POLICY))
def test_every_scheme_that_ships_goes_with_every_policy(scheme: str, policy: str) -> None:
    guidance = load_guidance(GuidanceSettings(scheme=scheme, policy=policy))
    for level in Level:
        assert (level in guidance.scheme.categories) != (
            level in guidance.scheme.instead
            or (level is Level.INDETERMINATE and scheme != "five-tier")
        )
        assert guidance.policy.steps[level]
    for steps in guidance.policy.steps.values():
        for step in steps:
            assert set(step.claims) <= guidance.claims.keys()


@pytest.mark.parametrize("scheme", USABLE)
def test_no_scheme_prints_category_one_or_a_code_for_screening_views(scheme: str) -> None:
    categories = load_guidance(GuidanceSettings(scheme=scheme)).scheme.categories
    assert "1" not in {category.code for category in categories.values()}
    assert categories[Level.NO_CALCIFICATION_FINDING].code == ""
    assert categories[Level.TYPICALLY_BENIGN_ONLY].code == ""
    assert categories[Level.INCOMPLETE].code in {"", "0"}


def test_ranges_of_the_categories_meet_without_a_gap() -> None:
    categories = load_guidance(GuidanceSettings()).scheme.categories
    ranged = [categories[level] for level in Level if level in categories]
    bounds = [(one.low, one.high) for one in ranged if one.low is not None]
    assert bounds == [(0.0, 0.0), (0.0, 0.02), (0.02, 0.1), (0.1, 0.5), (0.5, 0.95), (0.95, 1.0)]


def test_only_the_interval_of_routine_screening_differs_between_policies() -> None:
    policies = {
        name: load_guidance(GuidanceSettings(policy=name)).policy
        for name in shipped_ids(Kind.POLICY)
    }
    months = {name: policy.steps[Level.BENIGN_FINDING] for name, policy in policies.items()}
    assert {name: steps[0].months for name, steps in months.items()} == {
        "common": (),
        "uk": (36,),
        "us-2024": (24,),
    }
    for level in Level:
        codes = {name: [s.code for s in policy.steps[level]] for name, policy in policies.items()}
        assert codes["common"] == codes["uk"] == codes["us-2024"]
    watched = policies["common"].steps[Level.PROBABLY_BENIGN]
    assert [step.months for step in watched] == [(6, 12, 24)]
