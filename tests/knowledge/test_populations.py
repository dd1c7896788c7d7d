"""Populations: those that ship, and a site's own."""

from pathlib import Path
from typing import Any

import pytest

from calcsight.knowledge.claims import WILSON, load_claims
from calcsight.knowledge.files import Kind, read_document, shipped_ids
from calcsight.knowledge.populations import parse_population
from calcsight.terms.claim import Grade
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError
from calcsight.terms.morphology import Morphology
from calcsight.terms.suspicion import Population

SITE: dict[str, Any] = {
    "id": "our-unit-2025",
    "version": "1",
    "title": "Our unit",
    "source": "audit of our unit",
    "note": "Made up.",
    "denominator": "groups biopsied",
    "stage": "biopsied",
    "horizon": "none",
    "date": "2025",
    "counts": [
        {"morphology": "amorphous", "malignant": 8, "n": 40},
        {"morphology": "amorphous", "distribution": "linear", "malignant": 0, "n": 12},
    ],
}


def shipped(name: str) -> Population:
    document, _ = read_document(Kind.POPULATION, name)
    population, own = parse_population(document, load_claims()[0])
    assert not own
    return population


@pytest.mark.parametrize("name", shipped_ids(Kind.POPULATION))
def test_every_shipped_population_parses_and_names_its_denominator(name: str) -> None:
    population = shipped(name)
    claims, _ = load_claims()
    assert population.id == name
    for cell in [*population.rows.values(), *population.cells.values()]:
        claim = claims[cell.claim]
        assert cell.denominator
        assert cell.probability == pytest.approx((claim.value or 0.0) / 100.0)
        assert (cell.low is None) == (cell.high is None)
        if cell.low is not None and cell.high is not None:
            assert 0.0 <= cell.low <= cell.probability <= cell.high <= 1.0
        if cell.n is not None:
            assert cell.malignant is not None
            assert cell.malignant / cell.n == pytest.approx(cell.probability, abs=0.0051)


def test_the_table_of_rominger_is_that_of_the_abstract() -> None:
    rows = shipped("rominger-2012").rows
    assert {
        shape.value: (cell.probability, cell.low, cell.high) for shape, cell in rows.items()
    } == {
        "coarse_heterogeneous": (0.13, 0.07, 0.20),
        "amorphous": (0.27, 0.21, 0.33),
        "fine_pleomorphic": (0.50, 0.43, 0.58),
        "fine_linear_branching": (0.78, 0.68, 0.86),
        "round_punctate": (0.09, 0.06, 0.13),
    }
    assert not shipped("rominger-2012").cells


def test_cells_of_oligane_hold_the_counts_they_are_judged_by() -> None:
    cells = shipped("oligane-2018").cells
    assert {
        lie.value: (cell.malignant, cell.n, cell.probability) for (_, lie), cell in cells.items()
    } == {"grouped": (25, 356, 0.07), "linear": (8, 32, 0.25), "segmental": (6, 21, 0.286)}


def test_where_an_abstract_gives_no_interval_there_is_none() -> None:
    for name in ("choi-2021-first", "choi-2021-second", "kim-2018"):
        for cell in shipped(name).rows.values():
            assert (cell.low, cell.high, cell.n) == (None, None, None)


def test_no_population_speaks_of_a_typically_benign_shape() -> None:
    benign = {
        Morphology.RIM,
        Morphology.LARGE_ROD,
        Morphology.POPCORN,
        Morphology.DYSTROPHIC,
        Morphology.VASCULAR,
        Morphology.SUTURE,
        Morphology.SKIN,
        Morphology.MILK_OF_CALCIUM,
    }
    published = set(shipped_ids(Kind.POPULATION)) - {"cbis-ddsm"}
    assert len(published) == 6
    for name in published:
        population = shipped(name)
        assert not benign & {*population.rows, *(shape for shape, _ in population.cells)}


def test_a_site_s_own_counts_become_claims_with_wilson() -> None:
    population, own = parse_population(SITE, {})
    row = population.rows[Morphology.AMORPHOUS]
    assert (row.malignant, row.n, row.probability) == (8, 40, 0.2)
    assert row.low == pytest.approx(0.105, abs=5e-4)
    assert row.high == pytest.approx(0.348, abs=5e-4)
    cell = population.cells[Morphology.AMORPHOUS, Distribution.LINEAR]
    assert (cell.malignant, cell.probability, cell.low) == (0, 0.0, 0.0)
    assert set(own) == {"our-unit-2025.amorphous", "our-unit-2025.amorphous.linear"}
    claim = own[row.claim]
    assert (claim.interval, claim.grade, claim.stage) == (WILSON, Grade.OF_THIS_PROJECT, "biopsied")


def test_a_small_share_is_never_written_as_none() -> None:
    counts = [{"morphology": "round_punctate", "malignant": 1, "n": 2500}]
    population, _ = parse_population({**SITE, "counts": counts}, {})
    cell = population.rows[Morphology.ROUND_PUNCTATE]
    assert cell.low is not None
    assert cell.high is not None
    assert 0.0 < cell.low < cell.probability == 0.0004 < cell.high


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        ("note is missing", {"note": None}),
        ("stage is missing", {"stage": None}),
        ("unknown key 'colour'", {"colour": "red"}),
        ("counts = ", {"rows": {"amorphous": "a.b"}}),
        ("counts 1.malignant", {"counts": [{"morphology": "amorphous", "n": 3}]}),
        ("counts 1.malignant", {"counts": [{"morphology": "amorphous", "malignant": 4, "n": 3}]}),
        ("counts 1.malignant", {"counts": [{"morphology": "amorphous", "malignant": 0, "n": 0}]}),
        ("counts 1.n", {"counts": [{"morphology": "amorphous", "malignant": 0, "n": -3}]}),
        ("counts 1.morphology", {"counts": [{"morphology": "cloudy", "malignant": 1, "n": 3}]}),
        (
            "counts 1.distribution",
            {"counts": [{"morphology": "rim", "distribution": "x", "malignant": 1, "n": 3}]},
        ),
        ("unknown key 'counts 1.low'", {"counts": [{**SITE["counts"][0], "low": 3}]}),
        ("counts 2.morphology", {"counts": [SITE["counts"][0], SITE["counts"][0]]}),
        ("counts = ", {"counts": {"amorphous": 3}}),
        ("counts 1.n", {"counts": [{"morphology": "amorphous", "malignant": 1, "n": 10**400}]}),
        ("title = ", {"title": "\x1b[2J"}),
        ("no row and no cell", {"counts": None, "stage": None, "horizon": None, "date": None}),
    ],
)
def test_a_faulty_table_is_refused_by_place(found: str, changes: dict[str, Any]) -> None:
    table = {key: value for key, value in {**SITE, **changes}.items() if value is not None}
    with pytest.raises(GuidanceError, match=found):
        parse_population(table, {})


@pytest.mark.parametrize(
    ("found", "changes"),
    [
        ("rows.amorphous names the claim", {"rows": {"amorphous": "nobody.knows"}}),
        ("rows.cloudy", {"rows": {"cloudy": "rominger-2012.amorphous"}}),
        ("rows.amorphous = ", {"rows": {"amorphous": 0.27}}),
        ("rows.amorphous names", {"rows": {"amorphous": "blind-first.auc-alone"}}),
        ("rows.amorphous names", {"rows": {"amorphous": "article-1.biopsied-cancer"}}),
        ("rows.amorphous names", {"rows": {"amorphous": "article-3.survival"}}),
        ("cells.amorphous.round", {"cells": {"amorphous": {"round": "rominger-2012.amorphous"}}}),
        ("cells.amorphous = ", {"cells": {"amorphous": "rominger-2012.amorphous"}}),
    ],
)
def test_a_row_that_no_claim_stands_behind_is_refused(found: str, changes: dict[str, Any]) -> None:
    own = {"counts", "stage", "horizon", "date"}
    table = {key: value for key, value in SITE.items() if key not in own}
    with pytest.raises(GuidanceError, match=found):
        parse_population({**table, **changes}, load_claims()[0])


def test_a_path_is_read_and_its_faults_name_it(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('id = "x"\n', encoding="utf-8")
    assert read_document(Kind.POPULATION, str(file)) == ({"id": "x"}, b'id = "x"\n')
    for content in (b"id = ", b'id = "\xff"', b"id = " + 9999 * b"[", b"n = " + 9999 * b"9"):
        file.write_bytes(content)
        with pytest.raises(GuidanceError, match=r"site\.toml: no TOML"):
            read_document(Kind.POPULATION, str(file))


@pytest.mark.parametrize("name", ["nobody-1999", "../claims/choi_2021", "", ".", "a\0b", "/"])
def test_a_name_that_leads_nowhere_is_refused_with_those_that_ship(name: str) -> None:
    with pytest.raises(GuidanceError, match="rominger-2012"):
        read_document(Kind.POPULATION, name)
