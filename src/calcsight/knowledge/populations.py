"""Published populations, and a site's own audit table, as nouns."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from calcsight.knowledge.claims import CONFIDENCE, WILSON
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import filled
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError
from calcsight.terms.morphology import Morphology
from calcsight.terms.share import wilson_interval
from calcsight.terms.suspicion import Cell, Population

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_population(
    document: Mapping[str, Any], claims: Mapping[str, Claim]
) -> tuple[Population, Mapping[str, Claim]]:
    """Build a population from its file.

    Rows and cells name registered claims; a site's own table gives `[[counts]]` instead, whose
    shares and Wilson intervals are computed here.

    Parameters
    ----------
    document : mapping
        As `read_document` gives it.
    claims : mapping of str to Claim
        The register.

    Returns
    -------
    Population
    mapping of str to Claim
        Claims that the counts of the file gave; empty for a file that names registered ones.

    Raises
    ------
    GuidanceError
        On an unknown key or word, a missing field, an unknown claim, counts that are none.
    """
    entry = Entry(document)
    named = {key: entry.text(key) for key in ("id", "version", "title", "source", "note")}
    named["note"] = filled(named["note"], claims)
    if not _ID.fullmatch(named["id"]):
        raise entry.refuse("id", named["id"], "lower case, words joined by hyphens")
    denominator = entry.text("denominator")
    counts, rows, cells = entry.tables("counts"), entry.table("rows"), entry.table("cells")
    own: dict[str, Claim] = {}
    if counts:
        if rows or cells:
            raise entry.refuse("counts", "beside rows or cells", "counts, or names of claims")
        stage, horizon, date = (entry.text(key) for key in ("stage", "horizon", "date"))
        said = {**named, "stage": stage, "horizon": horizon, "date": date}
        rows, cells = _own_claims(counts, said, own)
    entry.done()
    known = {**claims, **own}
    population = Population(
        **named,
        rows=dict(_rows(rows, known, denominator)),
        cells=dict(_cells(cells, known, denominator)),
    )
    if not population.rows and not population.cells:
        raise GuidanceError("no row and no cell", "at least one number under [rows]")
    return population, own


def _rows(
    rows: Mapping[str, Any], claims: Mapping[str, Claim], denominator: str
) -> Iterator[tuple[Morphology, Cell]]:
    """Yield the row of each shape."""
    for shape in rows:
        claim_id = Entry(rows, "rows").text(shape)
        yield _shape(shape, "rows"), _cell(claim_id, claims, denominator, f"rows.{shape}")


def _cells(
    cells: Mapping[str, Any], claims: Mapping[str, Claim], denominator: str
) -> Iterator[tuple[tuple[Morphology, Distribution], Cell]]:
    """Yield the cell of each shape and distribution."""
    for shape in cells:
        place = f"cells.{shape}"
        row = Entry(cells, "cells").table(shape)
        for lie in row:
            claim_id = Entry(row, place).text(lie)
            cell = _cell(claim_id, claims, denominator, f"{place}.{lie}")
            yield (_shape(shape, "cells"), _lie(lie, place)), cell


def _cell(claim_id: str, claims: Mapping[str, Claim], denominator: str, place: str) -> Cell:
    """Turn a claim in per cent into a probability."""
    claim = claims.get(claim_id)
    if claim is None:
        raise GuidanceError(f"{place} names the claim {claim_id!r}", "the id of a registered claim")
    if claim.value is None or claim.unit != "%" or not 0.0 <= claim.value <= 100.0:
        raise GuidanceError(f"{place} names {claim_id!r}", "a claim with a value in %, 0 to 100")
    if not claim.may_be_repeated:
        raise GuidanceError(f"{place} names {claim_id!r}", "a claim that may be repeated")
    bounds = (claim.low, claim.high) if claim.interval in {CONFIDENCE, WILSON} else (None, None)
    low, high = (None if bound is None else _fraction(bound) for bound in bounds)
    return Cell(
        claim=claim_id,
        probability=_fraction(claim.value),
        low=low,
        high=high,
        malignant=claim.numerator,
        n=claim.denominator,
        denominator=denominator,
    )


def _fraction(percent: float) -> float:
    """Turn per cent into 0-1, without digits that nobody wrote."""
    return round(percent / 100.0, 12)


def _shape(word: str, place: str) -> Morphology:
    """Look up the word for a shape."""
    return Entry({word: word}, place).word(word, Morphology)


def _lie(word: str, place: str) -> Distribution:
    """Look up the word for a distribution."""
    return Entry({word: word}, place).word(word, Distribution)


def _own_claims(
    counts: Iterable[Mapping[str, Any]], said: Mapping[str, str], own: dict[str, Claim]
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Put a claim for each line of counts into `own`; return the rows and cells that name them."""
    rows: dict[str, str] = {}
    cells: dict[str, dict[str, str]] = {}
    for number, line in enumerate(counts, 1):
        entry = Entry(line, f"counts {number}")
        shape = entry.word("morphology", Morphology)
        lie = entry.word("distribution", Distribution) if "distribution" in line else None
        claim = _own_claim(entry, said, (shape, lie))
        entry.done()
        if claim.id in own:
            raise entry.refuse("morphology", claim.id, "each shape and distribution once")
        own[claim.id] = claim
        if lie is None:
            rows[shape] = claim.id
        else:
            cells.setdefault(shape, {})[lie] = claim.id
    return rows, cells


def _own_claim(
    entry: Entry, said: Mapping[str, str], what: tuple[Morphology, Distribution | None]
) -> Claim:
    """Register one share of a site's own table, with Wilson's interval."""
    malignant, n = entry.count("malignant"), entry.count("n")
    if malignant is None or not n or malignant > n:
        raise entry.refuse("malignant", f"{malignant} of {n}", "a count of at most n, n over 0")
    low, high = (100.0 * bound for bound in wilson_interval(malignant, n))
    words = [word.value.replace("_", "-") for word in what if word is not None]
    return Claim(
        id=".".join([said["id"], *words]),
        statement=f"Share of malignant ones among {' '.join(words)} in {said['title']}.",
        value=_written(100.0 * malignant / n),
        unit="%",
        low=_written(low),
        high=_written(high),
        interval=WILSON,
        numerator=malignant,
        denominator=n,
        n=n,
        population=said["title"],
        stage=said["stage"],
        horizon=said["horizon"],
        source=said["source"],
        address="a file of the site's own",
        date=said["date"],
        grade=Grade.OF_THIS_PROJECT,
        verdict=Verdict.USED,
        note=said["note"],
    )


def _written(percent: float) -> float:
    """Round a share as the register writes it; one of less than 1 % keeps a digit more."""
    return round(percent, 1 if percent >= 1.0 else 2)
