"""Hostile files of a site: each says what no weighing may say, and each is refused by its place."""

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calcsight.knowledge.claims import load_claims, parsed_claim
from calcsight.knowledge.files import Kind, read_document, shipped_ids
from calcsight.knowledge.guidance import load_guidance
from calcsight.knowledge.policies import parse_policy
from calcsight.knowledge.populations import parse_population
from calcsight.knowledge.schemes import parse_scheme
from calcsight.knowledge.vocabularies import parse_vocabulary
from calcsight.knowledge.wording import clearing_in, numbers_in, texts_of
from calcsight.pathway.levels import attention
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Level

CLAIMS, _ = load_claims()
PARSE: dict[Kind, Callable[..., Any]] = {
    Kind.VOCABULARY: parse_vocabulary,
    Kind.POPULATION: parse_population,
    Kind.SCHEME: parse_scheme,
    Kind.POLICY: parse_policy,
}
USUAL = {
    Kind.VOCABULARY: "calcsight-words",
    Kind.POPULATION: "rominger-2012",
    Kind.SCHEME: "bi-rads-2013-like",
    Kind.POLICY: "common",
}
FIELD = {
    Kind.VOCABULARY: "vocabulary",
    Kind.POPULATION: "population",
    Kind.SCHEME: "scheme",
    Kind.POLICY: "policy",
}
SHIPPED = [(kind, name) for kind in PARSE for name in shipped_ids(kind)]


def changed(kind: Kind, path: str, value: Any) -> dict[str, Any]:
    """Return the usual file of a kind with one value put in; None takes it away."""
    document = copy.deepcopy(dict(read_document(kind, USUAL[kind])[0]))
    *way, last = path.split(".")
    table = document
    for key in way:
        table = table.setdefault(key, {})
    if value is None:
        del table[last]
    else:
        table[last] = value
    return document


def refused(kind: Kind, document: dict[str, Any], said: str) -> None:
    with pytest.raises(GuidanceError, match=said):
        PARSE[kind](document, CLAIMS)


CLEARING = [
    "Negative",
    "Negative: nothing here",
    "non-negative. (negative)",
    "Normal, typically benign",
    "normal/benign",
    "neg-ative",
    "\uff4e\uff45\uff47\uff41\uff54\uff49\uff56\uff45",
    "NE\u0301GATIF \u2014 n\u00e9gative",
    "n\u0435gativ\u0435",
    "healthy breast",
    "all clear",
    "cleared",
    "no cancer",
    "No sign of any malignancy",
    "cancer-free",
    "free of disease",
    "malignancy is excluded",
    "not malignant",
    "nothing suspicious",
    "not suspicious",
    "nothing to worry about",
    "within norms",
    "n e g a t i v e",
    "unauff\u00e4llig",
    "unauffaellig",
    "surely benign",
]


@pytest.mark.parametrize("text", CLEARING)
def test_a_word_that_clears_is_found(text: str) -> None:
    assert clearing_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "no calcification finding",
        "typically benign calcifications only",
        "Irregular particles that stand out clearly; abnormal",
        "highly suggestive of malignancy",
        "nothing was found",
        "Not a sign of cancer, but one of the state of the arteries.",
        "under 5 \u00b5m",
        "\u4e73\u623fX\u7dda",
    ],
)
def test_a_word_that_clears_nobody_is_left_alone(text: str) -> None:
    assert not clearing_in(text)


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_no_file_that_ships_clears_anybody(kind: Kind, name: str) -> None:
    texts = list(texts_of(read_document(kind, name)[0], ""))
    assert texts
    assert not [place for place, text in texts if clearing_in(text)]


@pytest.mark.parametrize("text", CLEARING)
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.SCHEME, "title"),
        (Kind.SCHEME, "note"),
        (Kind.SCHEME, "source"),
        (Kind.SCHEME, "categories.no_calcification_finding.name"),
        (Kind.SCHEME, "categories.benign_finding.code"),
        (Kind.POLICY, "title"),
        (Kind.POLICY, "steps.routine.words"),
        (Kind.POLICY, "steps.routine.reason"),
        (Kind.POPULATION, "title"),
        (Kind.POPULATION, "note"),
        (Kind.POPULATION, "denominator"),
        (Kind.VOCABULARY, "morphology.rim.name"),
        (Kind.VOCABULARY, "morphology.rim.definition"),
        (Kind.VOCABULARY, "distribution.linear.name"),
    ],
)
def test_no_text_of_a_file_clears_anybody(kind: Kind, path: str, text: str) -> None:
    refused(kind, changed(kind, path, text), f"{re.escape(path)} = .*clear nobody")


def test_the_words_of_a_replacement_and_the_codes_of_steps_are_looked_at() -> None:
    document = changed(
        Kind.SCHEME, "instead.suspicious_high", {"level": "highly_suggestive", "words": "normal"}
    )
    refused(Kind.SCHEME, document, r"instead\.suspicious_high\.words")
    refused(Kind.POLICY, changed(Kind.POLICY, "steps.all_clear", {"words": "x"}), "all_clear")


BAD_CATEGORIES = [
    *(
        (f"categories.{level}.name", name)
        for level in ("no_calcification_finding", "typically_benign_only", "incomplete")
        for name in (
            "1",
            "BI-RADS 1",
            "\uff11",
            "category one",
            "grade II",
            "likelihood {claim:bi-rads-2013.category-4a}",
        )
    ),
    *(
        (f"categories.{level}.code", code)
        for level in ("no_calcification_finding", "typically_benign_only", "incomplete")
        for code in ("1", "0 1", " ", "2", "R0", "\uff10")
    ),
    *(
        (f"categories.{level}.range", f"bi-rads-2013.category-{category}")
        for level in ("no_calcification_finding", "typically_benign_only", "incomplete")
        for category in ("2", "4a", "5")
    ),
    ("categories.benign_finding.code", "1"),
    ("categories.benign_finding.code", "N2X"),
    ("categories.benign_finding.code", "benign"),
    ("categories.probably_benign.code", "2"),
    ("categories.suspicious_low.code", "3"),
    ("categories.suspicious_low.code", "4C"),
    ("categories.suspicious_high.code", "4A"),
    ("categories.highly_suggestive.code", "2"),
    ("categories.cannot_be_classified.code", "2"),
    ("categories.highly_suggestive.name", "benign"),
    ("categories.highly_suggestive.name", "category 2"),
    ("categories.highly_suggestive.name", "category two"),
    ("categories.incomplete.name", "probably benign"),
    ("categories.no_calcification_finding.name", "benign"),
    ("categories.suspicious_low.name", "4C"),
    ("categories.suspicious_low.name", "x" * 101),
    ("categories.highly_suggestive.range", "rominger-2012.amorphous"),
    ("categories.highly_suggestive.range", "bi-rads-2013.category-4a"),
    ("categories.suspicious_low.range", "acceptable.lower-sensitivity"),
]


@pytest.mark.parametrize(("path", "value"), BAD_CATEGORIES)
def test_a_category_speaks_of_its_own_level_alone(path: str, value: str) -> None:
    refused(Kind.SCHEME, changed(Kind.SCHEME, path, value), f"{re.escape(path)} = ")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("categories.benign_finding.code", "R2"),
        ("categories.suspicious_low.code", "4"),
        ("categories.highly_suggestive.name", "category 5: malignant"),
        ("categories.no_calcification_finding.code", "0"),
    ],
)
def test_a_scheme_may_have_letters_and_its_own_digits(path: str, value: str) -> None:
    parse_scheme(changed(Kind.SCHEME, path, value), CLAIMS)


LOWERED = [
    (level, other)
    for level in Level
    for other in Level
    if attention(other) <= attention(level)
    and (level, other) != (Level.SUSPICIOUS_LOW, Level.INDETERMINATE)
    and (attention(other) < attention(level) or level is other or attention(level) == 0)
]


@pytest.mark.parametrize(("level", "other"), LOWERED)
def test_a_replacement_never_asks_for_less(level: Level, other: Level) -> None:
    document = changed(Kind.SCHEME, f"instead.{level}", {"level": other.value, "words": "so"})
    document["categories"].pop(level, None)
    document["categories"].setdefault(Level.INDETERMINATE.value, {"name": "worked up"})
    refused(Kind.SCHEME, document, rf"instead\.{level}\.level")


@pytest.mark.parametrize(
    "level", ["no_calcification_finding", "typically_benign_only", "benign_finding", "incomplete"]
)
def test_what_is_routine_or_of_screening_is_never_replaced(level: str) -> None:
    document = changed(
        Kind.SCHEME, f"instead.{level}", {"level": "highly_suggestive", "words": "so"}
    )
    document["categories"].pop(level)
    refused(Kind.SCHEME, document, rf"instead\.{level}\.level")


ASKING = [level.value for level in Level if attention(level)]
STEP = {"reason": "Because."}


@pytest.mark.parametrize("level", ASKING)
def test_no_level_that_asks_for_something_goes_back_to_routine(level: str) -> None:
    document = changed(Kind.POLICY, f"levels.{level}", ["compare_priors", "routine"])
    refused(Kind.POLICY, document, rf"levels\.{level} = 'routine'")
    renamed = changed(Kind.POLICY, f"levels.{level}", ["later"])
    renamed["steps"]["later"] = {**STEP, "words": "Readers usually return to routine screening."}
    refused(Kind.POLICY, renamed, rf"levels\.{level} = 'later'")


@pytest.mark.parametrize("level", ["no_calcification_finding", "typically_benign_only"])
@pytest.mark.parametrize(
    "step",
    [
        {**STEP, "words": "Readers usually advise a core biopsy."},
        {**STEP, "words": "Readers usually take tissue by vacuum."},
        {**STEP, "words": "Readers usually see it again.", "months": ["follow-up.first"]},
        {**STEP, "words": "Readers usually see it again after {claim:follow-up.first}."},
        {**STEP, "words": "Readers usually follow-up."},
    ],
)
def test_screening_views_lead_to_no_biopsy_and_no_follow_up(
    level: str, step: dict[str, Any]
) -> None:
    for one in (level, "incomplete"):
        document = changed(Kind.POLICY, f"levels.{one}", ["compare_priors", "later"])
        document["steps"]["later"] = step
        refused(Kind.POLICY, document, rf"levels\.{one} = 'later'")


@pytest.mark.parametrize("level", [one for one in ASKING if one != "probably_benign"])
def test_nothing_above_probably_benign_is_left_to_be_watched(level: str) -> None:
    document = changed(Kind.POLICY, f"levels.{level}", ["follow_up"])
    refused(Kind.POLICY, document, rf"levels\.{level} = 'follow_up'")


@pytest.mark.parametrize("key", ["words", "reason"])
@pytest.mark.parametrize(
    "text",
    [
        "You must have an operation now.",
        "The woman should come back.",
        "Readers have to biopsy.",
        "A biopsy is MANDATORY.",
        "Come back in 7 years; 99 % are benign.",
        "Come back in seven years.",
        "Come back in half a year.",
        "Readers usually advise a mastectomy.",
        "Half of the women are well.",
        "After {claim:follow-up.first}, or 9 weeks.",
        "After \uff19 weeks.",
    ],
)
def test_a_step_gives_no_order_and_no_bare_number(key: str, text: str) -> None:
    document = changed(Kind.POLICY, f"steps.routine.{key}", text)
    refused(Kind.POLICY, document, rf"steps\.routine\.{key} = ")


def test_a_level_has_each_step_once() -> None:
    document = changed(Kind.POLICY, "levels.incomplete", ["compare_priors", "compare_priors"])
    refused(Kind.POLICY, document, r"levels\.incomplete = .*each step once")


@pytest.mark.parametrize("name", shipped_ids(Kind.POLICY))
def test_no_policy_that_ships_holds_a_bare_number(name: str) -> None:
    steps = read_document(Kind.POLICY, name)[0]["steps"]
    assert not [place for place, text in texts_of(steps, "") if numbers_in(text)]


@pytest.mark.parametrize(
    ("path", "claim"),
    [
        ("rows.fine_pleomorphic", "bcsc-2017.sensitivity"),
        ("rows.round_punctate", "stability.stable-though-malignant"),
        ("rows.fine_linear_branching", "oligane-2018.amorphous"),
        ("rows.fine_pleomorphic", "rominger-2012.round-punctate"),
        ("rows.round_punctate", "rominger-2012.round-punctate-followed"),
        ("rows.amorphous", "oligane-2018.amorphous-linear"),
        ("rows.amorphous", "kim-2023.pure"),
        ("cells.amorphous.grouped", "rominger-2012.amorphous"),
        ("cells.amorphous.grouped", "oligane-2018.amorphous-linear"),
        ("cells.fine_pleomorphic.linear", "oligane-2018.amorphous-linear"),
        ("cells.amorphous.regional", "kim-2018.regional"),
        ("rows.amorphous", "bi-rads-2013.category-4a"),
    ],
)
def test_a_row_or_cell_names_the_share_of_that_very_shape(path: str, claim: str) -> None:
    document = changed(Kind.POPULATION, path, claim)
    refused(Kind.POPULATION, document, rf"{re.escape(path)} names '{re.escape(claim)}'")


@pytest.mark.parametrize(
    ("path", "claim"),
    [
        ("rows.amorphous", "choi-2021.first.amorphous"),
        ("cells.amorphous.linear", "oligane-2018.amorphous-linear"),
    ],
)
def test_numbers_of_two_populations_are_never_mixed(path: str, claim: str) -> None:
    refused(Kind.POPULATION, changed(Kind.POPULATION, path, claim), "claims of 2 populations")


@pytest.mark.parametrize("counts", [None, []])
def test_a_site_s_table_without_counts_is_told_that_they_are_missing(counts: Any) -> None:
    document = changed(Kind.POPULATION, "rows", None)
    document |= {"stage": "biopsied", "horizon": "biopsy", "date": "2025"}
    if counts is not None:
        document["counts"] = counts
    refused(Kind.POPULATION, document, "counts is missing")


@pytest.mark.parametrize(
    "changes",
    [
        {"shapes": ["cloudy"]},
        {"shapes": ["amorphous", "amorphous"]},
        {"distributions": ["round"]},
        {"shapes": ["amorphous"], "unit": "mm"},
    ],
)
def test_a_claim_is_the_share_of_known_shapes_in_per_cent(changes: dict[str, Any]) -> None:
    [common] = [read_document(Kind.CLAIMS, "kim_2018")[0]["common"]]
    table = {**common, "id": "made.up", "statement": "Made up.", "value": 7, **changes}
    with pytest.raises(GuidanceError, match=f"one.{list(changes)[-1]}"):
        parsed_claim(table, "one")


@pytest.mark.parametrize(
    "shape", ["amorphous", "coarse_heterogeneous", "fine_pleomorphic", "fine_linear_branching"]
)
@pytest.mark.parametrize(("concern", "rank"), [("typically_benign", 0), ("benign_unless", 1)])
def test_the_concern_of_a_suspicious_shape_is_never_lowered(
    shape: str, concern: str, rank: int
) -> None:
    document = changed(Kind.VOCABULARY, f"morphology.{shape}.concern", concern)
    document["morphology"][shape]["suspicion_rank"] = rank
    refused(Kind.VOCABULARY, document, rf"morphology\.{shape}\.concern = .*at least suspicious")


def test_round_ones_are_never_filed_as_typically_benign() -> None:
    document = changed(Kind.VOCABULARY, "morphology.round_punctate.concern", "typically_benign")
    document["morphology"]["round_punctate"]["suspicion_rank"] = 0
    refused(Kind.VOCABULARY, document, r"morphology\.round_punctate\.concern")


@pytest.mark.parametrize("name", ["rim", "RIM", " rim ", "\uff52im", "linear"])
def test_two_words_never_have_one_name(name: str) -> None:
    document = changed(Kind.VOCABULARY, "morphology.fine_pleomorphic.name", name)
    refused(Kind.VOCABULARY, document, "each name once")


def test_words_that_are_missing_are_told_in_one_order() -> None:
    document = changed(Kind.VOCABULARY, "morphology", {})
    refused(
        Kind.VOCABULARY, document, "no round_punctate, no rim, .*each of: round_punctate, rim, "
    )


@pytest.mark.parametrize("kind", PARSE)
def test_a_shipped_id_belongs_to_the_shipped_bytes(kind: Kind, tmp_path: Path) -> None:
    content = read_document(kind, USUAL[kind])[1]
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    own = replace(GuidanceSettings(), **{FIELD[kind]: str(path)})
    assert load_guidance(own).digest == load_guidance(GuidanceSettings()).digest
    path.write_bytes(content + b"# changed\n")
    with pytest.raises(GuidanceError, match=rf"own\.toml: id = '{USUAL[kind]}'"):
        load_guidance(own)
    path.write_bytes(content.replace(f'id = "{USUAL[kind]}"'.encode(), b'id = "our-own"', 1))
    load_guidance(own)


@pytest.mark.parametrize("kind", PARSE)
@pytest.mark.parametrize("bad", ["my file <b>", "Ours", "a.b", "../x"])
def test_the_id_of_a_file_is_plain(kind: Kind, bad: str) -> None:
    refused(kind, changed(kind, "id", bad), "id = .*lower case")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "name", ["a" * 5000, "x/" * 3000, "", "  ", "\ud800", "a\0b", "\x1b[31m", "\u202e"]
)
def test_an_odd_name_is_refused_whatever_it_holds(kind: Kind, name: str) -> None:
    with pytest.raises(GuidanceError, match=kind.value) as error:
        read_document(kind, name)
    assert len(error.value.found) < 500


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "id = 'common'"),
        ('id = "uk"\nversion = "9"\n', "id = 'uk'"),
        ('id = "ours"\nversion = "9"\n[levels]\nsuspicious_high = ["routine"]\n', "no return"),
        ('id = "ours"\nversion = "9"\n[steps.routine]\nwords = "All clear."\n', "clear nobody"),
    ],
)
def test_a_policy_based_on_another_is_held_to_the_same(
    lines: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'based_on = "common"\n{lines}', encoding="utf-8")
    with pytest.raises(GuidanceError, match=rf"own\.toml: .*{said}"):
        load_guidance(replace(GuidanceSettings(), policy=str(path)))
