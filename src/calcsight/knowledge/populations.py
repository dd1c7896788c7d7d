"""Published populations, and a site's own audit table, as nouns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from calcsight.knowledge.claims import CONFIDENCE, WILSON
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import filled
from calcsight.knowledge.wording import refuse_clearing
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError
from calcsight.terms.morphology import Morphology
from calcsight.terms.share import wilson_interval
from calcsight.terms.suspicion import Cell, Population

_OF_COUNTS = ("stage", "horizon", "date")


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
        On an unknown key or word, a missing field, counts that are none, a claim that is not the
        share of malignant groups of that very shape and distribution, claims of two populations;
        when a text clears a woman or a view.
    """
    refuse_clearing(document)
    entry = Entry(document)
    named = {"id": entry.file_id(), "title": entry.name("title")}
    named |= {key: entry.text(key) for key in ("version", "source", "note")}
    named["note"] = filled(named["note"], claims)
    denominator = entry.text("denominator")
    counts, rows, cells = entry.tables("counts"), entry.table("rows"), entry.table("cells")
    own: dict[str, Claim] = {}
    if counts:
        if rows or cells:
            raise entry.refuse("counts", "beside rows or cells", "counts, or names of claims")
        said = {**named, **{key: entry.text(key) for key in _OF_COUNTS}}
        rows, cells = _own_claims(counts, said, own)
    without_counts = [key for key in _OF_COUNTS if not counts and entry.text(key, "")]
    entry.done()
    if without_counts:
        raise _counts_missing(without_counts)
    known = {**claims, **own}
    population = Population(
        **named,
        rows=dict(_rows(rows, known, denominator)),
        cells=dict(_cells(cells, known, denominator)),
    )
    if not population.rows and not population.cells:
        raise GuidanceError(
            "no row and no cell; counts is missing", "[[counts]], or claims under [rows]"
        )
    _refuse_two_populations(population, known)
    return population, own


def _counts_missing(keys: Sequence[str]) -> GuidanceError:
    """Return the error for a site's own table without its counts."""
    said = ", ".join(keys)
    return GuidanceError(
        f"{said} without counts: counts is missing",
        "[[counts]] tables with morphology, malignant and n",
        f"give the counts; or name registered claims under [rows], without {said}",
    )


def _refuse_two_populations(population: Population, claims: Mapping[str, Claim]) -> None:
    """Refuse claims of two populations: numbers of two are never mixed."""
    used = [cell.claim for cell in (*population.rows.values(), *population.cells.values())]
    of = {(claims[one].source, claims[one].population): one for one in reversed(used)}
    if len(of) > 1:
        raise GuidanceError(
            f"claims of {len(of)} populations: {', '.join(sorted(of.values()))}", "claims of one"
        )


def _rows(
    rows: Mapping[str, Any], claims: Mapping[str, Claim], denominator: str
) -> Iterator[tuple[Morphology, Cell]]:
    """Yield the row of each shape."""
    for shape in rows:
        claim_id = Entry(rows, "rows").text(shape)
        place, what = f"rows.{shape}", (_shape(shape, "rows"), None)
        _refuse_other_share(claim_id, claims, what, place)
        yield what[0], _cell(claim_id, claims, denominator, place)


def _cells(
    cells: Mapping[str, Any], claims: Mapping[str, Claim], denominator: str
) -> Iterator[tuple[tuple[Morphology, Distribution], Cell]]:
    """Yield the cell of each shape and distribution."""
    for shape in cells:
        place = f"cells.{shape}"
        row = Entry(cells, "cells").table(shape)
        for lie in row:
            claim_id = Entry(row, place).text(lie)
            what = _shape(shape, "cells"), _lie(lie, place)
            _refuse_other_share(claim_id, claims, what, f"{place}.{lie}")
            yield what, _cell(claim_id, claims, denominator, f"{place}.{lie}")


def _refuse_other_share(
    claim_id: str,
    claims: Mapping[str, Claim],
    what: tuple[Morphology, Distribution | None],
    place: str,
) -> None:
    """Refuse a claim that is not the share of malignant groups of a shape (and distribution)."""
    claim, (shape, lie) = claims.get(claim_id), what
    if claim is None:
        raise GuidanceError(
            f"{place} names the claim {claim_id[:80]!r}", "the id of a registered claim"
        )
    lies = (lie in claim.distributions) if lie else not claim.distributions
    if shape not in claim.shapes or not lies:
        raise GuidanceError(
            f"{place} names {claim_id!r}, which is no share of it",
            "a claim of the share of malignant groups of that shape"
            + (" in that distribution" if lie else ", in all distributions together"),
        )


def _cell(claim_id: str, claims: Mapping[str, Claim], denominator: str, place: str) -> Cell:
    """Turn a claim in per cent into a probability."""
    claim = claims[claim_id]
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
        shapes=what[:1],
        distributions=() if what[1] is None else (what[1],),
    )


def _written(percent: float) -> float:
    """Round a share as the register writes it; one of less than 1 % keeps a digit more."""
    return round(percent, 1 if percent >= 1.0 else 2)
