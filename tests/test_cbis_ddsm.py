"""What ships of CBIS-DDSM is what its tables hold."""

import importlib
import os
import re
from pathlib import Path
from typing import Any

import pytest

from calcsight.evaluation.cbis_table import read_lesions
from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.files import Kind, read_document
from calcsight.knowledge.populations import parse_population
from calcsight.terms.claim import Grade
from calcsight.terms.morphology import Morphology

DATA = os.environ.get("CALCSIGHT_DATA", "")
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "results" / "cbis-ddsm.md"


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.cbis_ddsm")


@pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the tables of CBIS-DDSM")
def test_the_tables_give_the_very_files_that_ship(generator: Any) -> None:
    table = read_lesions(Path(DATA, "cbis-ddsm"))
    for path, text in generator.written(table).items():
        assert path.read_text(encoding="utf-8") == text, path.name


def test_the_population_can_be_weighed_by() -> None:
    claims, _ = load_claims()
    population, own = parse_population(read_document(Kind.POPULATION, "cbis-ddsm")[0], claims)
    assert not own
    assert set(population.rows) == {
        Morphology.ROUND_PUNCTATE,
        Morphology.AMORPHOUS,
        Morphology.FINE_PLEOMORPHIC,
        Morphology.FINE_LINEAR_BRANCHING,
    }
    for cell in (*population.rows.values(), *population.cells.values()):
        assert cell.n is not None
        assert cell.n >= 5
        assert "enriched" in cell.denominator
    for shape, row in population.rows.items():
        inside = [cell for (own_shape, _), cell in population.cells.items() if own_shape is shape]
        assert sum(cell.n or 0 for cell in inside) <= (row.n or 0)


def test_every_claim_names_archive_licence_and_the_two_denominators() -> None:
    own = [claim for claim in load_claims()[0].values() if claim.id.startswith("cbis-ddsm.")]
    assert len(own) > 30
    for claim in own:
        assert claim.grade is Grade.OF_THIS_PROJECT
        assert "CC BY 3.0" in claim.source
        assert "Lee" in claim.source
        assert "never the prevalence of screening" in claim.population
        assert claim.id.split(".")[1] in {"called-back", "all"}
        assert ("never biopsied" in claim.stage) == (claim.id.split(".")[1] == "all")


def test_the_page_holds_every_count_that_ships() -> None:
    text = PAGE.read_text(encoding="utf-8")
    halves = re.split(r"\n## All lesions", text)
    assert len(halves) == 2
    for claim in load_claims()[0].values():
        parts = claim.id.split(".")
        if parts[0] == "cbis-ddsm":
            half = halves[parts[1] == "all"]
            between = "/" if len(parts) == 4 else " of "
            assert f"{claim.numerator}{between}{claim.denominator}" in half, claim.id


def test_the_page_says_what_the_shares_are_not() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    # Kappa of easy lesions alone, or a population that weighs itself, would flatter.
    for said in ("Circular", "same data twice", "called back, one type as stated"):
        assert said in text
    for said in ("no prevalence", "CC BY 3.0", "Lee et al.", "no image", "1988-1999"):
        assert said in text


def test_the_generator_asks_for_the_tables(generator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALCSIGHT_DATA", raising=False)
    with pytest.raises(SystemExit, match="CALCSIGHT_DATA"):
        generator.main()


def test_the_picture_is_drawn_from_what_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    picture = importlib.import_module("benchmarks.cbis_picture")
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.picture_text(
        picture.populations()
    )


def test_a_conflict_lies_outside_the_interval_of_its_claim() -> None:
    claims, _ = load_claims()
    named = 0
    for claim in claims.values():
        if claim.id.startswith("cbis-ddsm."):
            assert claim.low is not None
            assert claim.high is not None
            for other in (claims[one].value for one in claim.conflicts):
                assert other is not None
                assert not claim.low <= other <= claim.high
                named += 1
    assert named >= 6
