"""The page on weighing says what the rules and the data files say."""

import re
from pathlib import Path

from docs.made_tables import filled_in
from docs.weighing_tables import PAGE, TABLES

from calcsight.pathway.evidence import LEAST_GROUPS_OF_A_CELL
from calcsight.terms.guidance import Guidance
from calcsight.terms.morphology import Morphology

PATHWAY = Path(__file__).parents[2] / "src" / "calcsight" / "pathway"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_table_is_as_the_rules_and_files_make_it() -> None:
    assert set(re.findall(r"<!-- (\w+) -->", TEXT)) == {*TABLES, "end"}
    assert filled_in(TEXT, TABLES) == TEXT, "run python -m docs.weighing_tables"


def test_a_table_that_says_otherwise_is_found() -> None:
    changed = TEXT.replace("| amorphous | suspicious moderate |", "| amorphous | incomplete |", 1)
    assert changed != TEXT
    assert filled_in(changed, TABLES) == TEXT


def test_every_rule_that_can_fire_is_on_the_page() -> None:
    fired = {
        code
        for path in PATHWAY.glob("*.py")
        for code in re.findall(r"FiredRule\(\s*code=\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    listed = TEXT.partition("## The rules that fire")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE)) == fired


def test_the_page_repeats_our_own_choice_as_it_is_made() -> None:
    assert f"at least {LEAST_GROUPS_OF_A_CELL} groups" in TEXT


def test_what_the_page_says_of_the_middle_rank_holds_in_every_population(
    guidance: Guidance,
) -> None:
    """Amorphous and coarse heterogeneous: no number with enough groups is above moderate."""
    most = guidance.claims["bi-rads-2013.category-4b"].high
    assert most is not None
    middle = {Morphology.AMORPHOUS, Morphology.COARSE_HETEROGENEOUS}
    for population in (guidance.population, *guidance.beside):
        rows = [cell for shape, cell in population.rows.items() if shape in middle]
        cells = [
            cell
            for (shape, _), cell in population.cells.items()
            if shape in middle and (cell.n or 0) >= LEAST_GROUPS_OF_A_CELL
        ]
        assert all(100 * cell.probability <= most for cell in (*rows, *cells))
