"""No clinical number is printed that has no claim."""

import re
from pathlib import Path, PurePath

import pytest
from tests.knowledge.bare_numbers import TECHNICAL, bare_numbers, is_technical, texts_of

from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.filling import claims_named

PACKAGE = Path(__file__).parents[2] / "src" / "calcsight"
FILES = sorted(
    path
    for path in PACKAGE.rglob("*")
    if path.suffix in {".py", ".j2", ".toml", ".json"}
    and path.is_file()
    # Patterns and spellings that questions are held against; none of them is ever shown.
    and not path.is_relative_to(PACKAGE / "patient" / "rules")
)
VIEW = PurePath("reports/templates/view.html.j2")
RULES = PurePath("pathway/rules.py")
POLICY = PurePath("knowledge/policies/common.toml")
EVALUATION = PurePath("evaluation/data_sets/inbreast.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_holds_a_number_that_is_not_registered(path: Path) -> None:
    assert not bare_numbers(path.relative_to(PACKAGE), path.read_text(encoding="utf-8"))


def test_every_claim_that_a_text_names_is_registered() -> None:
    claims, _ = load_claims()
    named = {
        claim
        for path in FILES
        for _, text in texts_of(path.relative_to(PACKAGE), path.read_text(encoding="utf-8"))
        for claim in claims_named(text)
        if claim != "ID"
    }
    assert named
    assert named <= claims.keys()


def test_texts_of_every_kind_of_place_are_looked_at() -> None:
    kinds = {
        (path.suffix, path.relative_to(PACKAGE).parts[0])
        for path in FILES
        if list(texts_of(path.relative_to(PACKAGE), path.read_text(encoding="utf-8")))
    }
    assert {(".py", "terms"), (".py", "reports"), (".py", "cli"), (".j2", "reports")} <= kinds
    assert {(".toml", "knowledge"), (".json", "reports")} <= kinds


@pytest.mark.parametrize("technical", TECHNICAL)
def test_every_technical_place_is_there(technical: str) -> None:
    found = [path for path in FILES if is_technical(path.relative_to(PACKAGE))]
    assert [path for path in PACKAGE.glob(technical) if path in found or path.is_dir()]


def test_a_number_put_into_a_real_template_is_found() -> None:
    template = (PACKAGE / VIEW).read_text(encoding="utf-8")
    assert not bare_numbers(VIEW, template)
    changed, times = re.subn(r"</p>", " About 27 % of these are cancer.</p>", template, count=1)
    assert times == 1
    assert len(bare_numbers(VIEW, changed)) == 1


@pytest.mark.parametrize(
    ("place", "content"),
    [
        (VIEW, "<p>Look again in 6 months.</p>"),
        (VIEW, "<p>Look again in six months.</p>"),
        (VIEW, "<p>One in eight women is recalled.</p>"),
        (VIEW, "<p>Half of the women are well.</p>"),
        (VIEW, '<p title="up to 2 %">probably benign</p>'),
        (VIEW, "<p>{{ 27 }} % are cancer</p>"),
        (VIEW, '<p>{{ "27 % are cancer" if group }}</p>'),
        (VIEW, "<p>category 4D</p>"),
        (VIEW, "<p><span>27</span> %</p>"),
        (VIEW, "<p>a share of 95 % of cancers</p>"),
        (RULES, 'words = "Round particles under 0.5 mm."'),
        (RULES, 'words = f"{name} is cancer in 9 of 100"'),
        (RULES, 'words = "In categories under 1 % are cancer."'),
        (RULES, 'words = f"follow-up in {6} months"'),
        (RULES, 'words = "cancer in %d" % 3 + " after 12 months"'),
        (RULES, 'WORDS = {"a": ["due at 24 months"]}'),
        (POLICY, 'words = "Magnification views, then 6 months."'),
        (POLICY, "months = [6, 12, 24]"),
        (POLICY, 'note = "2025 women were followed for 5 years"'),
        (POLICY, 'note = "school grade 6"'),
        (POLICY, 'note = "{claim:berg-2020.cancer-at-6-months} or 3 %"'),
        (EVALUATION, 'what = "27 % of these were cancer"'),
        (EVALUATION, 'what = "followed for two years"'),
        (PurePath("reports/schemas/x.json"), '{"description": "benign in 91 % of women"}'),
    ],
)
def test_an_unregistered_number_is_found(place: PurePath, content: str) -> None:
    assert bare_numbers(place, content)


@pytest.mark.parametrize(
    ("place", "content"),
    [
        (
            VIEW,
            "<style>td { width: 27px }</style><p style='margin: 3px'>{{ group.extent_mm }} mm</p>",
        ),
        (VIEW, '<svg viewBox="0 0 9 9"><text x="1">0</text></svg>&#8239;'),
        (VIEW, "<p>{{ (area / 100)|fixed(1) }} cm2, 95 % interval</p>{# 27 % #}"),
        (RULES, '"""Ranks above 27 % count."""'),
        (RULES, 'words = f"{share:.1f} % (SHA-256, category 4A, bi-rads-5-in-10mm)"'),
        (VIEW, '<span class="axis"><span>0</span><span>half</span></span>'),
        (RULES, 'words = "under 1 %"'),
        (RULES, 'words = f"by {x} (1 = along, -1 = across)"'),
        (RULES, 'raise UsageError("3 of 4 numbers", "at most 2")'),
        (POLICY, 'code = "4A"\nnote = "Film of 1988-1999; the 5th edition; Grade 3 is work-up."'),
        (POLICY, 'title = "Review of 40 studies"\nsource = "A 2012"\nversion = "2"'),
        (POLICY, 'months = ["follow-up.first"]\nnote = "after {claim:follow-up.first} or so"'),
        (EVALUATION, 'what = "0.07 mm, as published; centroids within 5 px"'),
    ],
)
def test_measured_values_codes_layouts_and_citations_are_exempt(
    place: PurePath, content: str
) -> None:
    assert not bare_numbers(place, content)
