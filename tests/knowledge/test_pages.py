"""The pages on claims and evidence say what the register holds."""

import re
import tomllib
from pathlib import Path

from calcsight.knowledge.claims import INTERVALS, load_claims
from calcsight.knowledge.files import Kind, read_document, shipped_ids
from calcsight.knowledge.filling import amount
from calcsight.knowledge.populations import parse_population
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.morphology import Morphology

DOCS = Path(__file__).parents[2] / "docs"
CLAIMS = (DOCS / "claims.md").read_text(encoding="utf-8")
EVIDENCE = (DOCS / "evidence.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of every row of a section, headings of the tables left out."""
    section = re.split(rf"^## {heading}$", page, flags=re.M)[1].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def codes(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_every_field_grade_and_verdict_is_explained() -> None:
    explained = rows(CLAIMS, "What a record holds")
    named = set().union(*(codes(row[0]) for row in explained))
    fields = set(Claim.__dataclass_fields__)
    assert named == fields | set(Grade) | set(Verdict)
    grades = {row[0].strip("`"): row[1] for row in explained if row[0].strip("`") in set(Grade)}
    assert grades == {grade.value: grade.words for grade in Grade}
    for interval in INTERVALS:
        assert f"`{interval}`" in CLAIMS


def test_every_family_of_claims_is_listed() -> None:
    listed = set().union(*(codes(row[0]) for row in rows(CLAIMS, "What there is")))
    assert listed == {claim.partition(".")[0] for claim in load_claims()[0]}


def test_every_number_of_the_source_articles_stands_with_its_verdict() -> None:
    listed = {row[0].strip("`"): row[1:] for row in rows(CLAIMS, "The source articles")}
    articles = {
        one.id: [amount(one), one.verdict.value, f"{one.statement} {one.note}"]
        for one in load_claims()[0].values()
        if one.id.startswith("article-")
    }
    assert listed == articles


def test_the_table_of_populations_is_that_which_ships() -> None:
    expected = []
    for name in shipped_ids(Kind.POPULATION):
        population, _ = parse_population(read_document(Kind.POPULATION, name)[0], load_claims()[0])
        cells = [*population.rows.values(), *population.cells.values()]
        bounded = sum(cell.low is not None for cell in cells)
        expected.append(
            [
                f"`{name}`",
                cells[0].denominator,
                str(len(population.rows)),
                str(len(population.cells)),
                {0: "none", len(cells): "all"}.get(bounded, str(bounded)),
            ]
        )
    assert rows(EVIDENCE, "Populations that ship") == expected


def test_the_example_of_a_site_s_own_table_is_one() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", EVIDENCE, re.DOTALL)
    population, own = parse_population(tomllib.loads(example), {})
    assert population.rows[Morphology.AMORPHOUS].n == 40
    assert len(own) == 3
    keys = {key for row in rows(EVIDENCE, "A site's own audit") for key in codes(row[0])}
    named = set(tomllib.loads(example)) - {"counts"}
    counted = {f"counts.{key}" for line in tomllib.loads(example)["counts"] for key in line}
    assert keys == named | counted
