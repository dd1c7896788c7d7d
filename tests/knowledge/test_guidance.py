"""Everything that weighing rests on, loaded together, with one digest."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from calcsight.knowledge.files import Kind, shipped_ids
from calcsight.knowledge.guidance import load_guidance
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Level
from calcsight.terms.morphology import Morphology

DEFAULT = GuidanceSettings()
[SITE] = re.findall(
    r"```toml\n(.*?)```",
    (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8"),
    re.DOTALL,
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "our-unit.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped_ids(Kind.POPULATION))
def test_one_population_is_weighed_by_and_the_others_stand_beside(name: str) -> None:
    guidance = load_guidance(replace(DEFAULT, population=name))
    assert guidance.population.id == name
    beside = [one.id for one in guidance.beside]
    assert sorted([name, *beside]) == list(shipped_ids(Kind.POPULATION))


def test_the_same_files_give_the_same_digest_and_others_another() -> None:
    digests = {
        load_guidance(replace(DEFAULT, **{field: name})).digest
        for field, kind in (
            ("population", Kind.POPULATION),
            ("scheme", Kind.SCHEME),
            ("policy", Kind.POLICY),
        )
        for name in shipped_ids(kind)
        if name != "bi-rads-2025"
    }
    others = len(shipped_ids(Kind.POPULATION)) + len(shipped_ids(Kind.POLICY)) - 1
    assert load_guidance(DEFAULT).digest == load_guidance(DEFAULT).digest
    assert load_guidance(DEFAULT).digest in digests
    assert len(digests) >= others
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in digests)


def test_a_site_s_own_file_is_weighed_by_and_its_claims_are_known(site: Path) -> None:
    guidance = load_guidance(replace(DEFAULT, population=str(site)))
    cell = guidance.population.rows[Morphology.AMORPHOUS]
    assert guidance.claims[cell.claim].denominator == cell.n == 40
    assert [one.id for one in guidance.beside] == list(shipped_ids(Kind.POPULATION))
    before = guidance.digest
    site.write_text(SITE.replace("malignant = 8", "malignant = 9"), encoding="utf-8")
    assert load_guidance(replace(DEFAULT, population=str(site))).digest != before


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (SITE.replace('id = "our-unit-2025"', 'id = "rominger-2012"'), "id = 'rominger-2012'"),
        (SITE.replace('id = "our-unit-2025"', 'id = "Our unit"'), "id = 'Our unit'"),
        (SITE.replace("n = 40 ", "n = 4 "), "counts 1.malignant"),
        (SITE.replace("[[counts]]", "[[count]]"), "unknown key"),
        ("", "id is missing"),
        ("[", "no TOML"),
    ],
)
def test_a_faulty_file_of_a_site_is_refused_by_name(site: Path, changed: str, found: str) -> None:
    site.write_text(changed, encoding="utf-8")
    with pytest.raises(GuidanceError, match=rf"our-unit\.toml: .*{re.escape(found)}"):
        load_guidance(replace(DEFAULT, population=str(site)))


@pytest.mark.parametrize("field", ["vocabulary", "population", "scheme", "policy"])
def test_a_name_that_is_none_is_refused_with_those_that_ship(field: str) -> None:
    with pytest.raises(GuidanceError, match=f"nobody-2000.*{getattr(DEFAULT, field)}"):
        load_guidance(replace(DEFAULT, **{field: "nobody-2000"}))


OWN_POLICY = """
id = "own"
version = "1"
title = "A site's own"
based_on = "common"
[levels]
suspicious_low = ["magnification_views", "compare_priors", "stereotactic_biopsy"]
"""


def test_a_policy_that_is_based_on_another_changes_what_it_names_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN_POLICY, encoding="utf-8")
    guidance = load_guidance(replace(DEFAULT, policy=str(own)))
    common = load_guidance(replace(DEFAULT, policy="common"))
    assert guidance.policy.id == "own"
    assert guidance.digest != common.digest
    assert len(guidance.policy.steps[Level.SUSPICIOUS_LOW]) == 3
    others = set(Level) - {Level.SUSPICIOUS_LOW}
    assert all(guidance.policy.steps[one] == common.policy.steps[one] for one in others)


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ("based_on", OWN_POLICY.replace('"common"', '"uk"')),
        ("based_on", OWN_POLICY.replace('"common"', '"own.toml"')),
        ("based_on", OWN_POLICY.replace('"common"', "[1]")),
        ("steps.suspicious_low", OWN_POLICY.replace("[levels]", "[steps]")),
        ("levels", OWN_POLICY.partition("[levels]")[0] + "levels = 3"),
        ("no_such", OWN_POLICY.replace('"compare_priors"', '"no_such"')),
    ],
)
def test_a_policy_that_is_based_on_what_cannot_be_is_refused(
    found: str, changed: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(changed, encoding="utf-8")
    with pytest.raises(GuidanceError, match=found):
        load_guidance(replace(DEFAULT, policy=str(own)))
