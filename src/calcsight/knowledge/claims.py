"""The register of clinical numbers: every `[[claim]]` of `claims/*.toml`, checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import Kind, inside, read_document, shipped_ids
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import GuidanceError
from calcsight.terms.morphology import Morphology
from calcsight.terms.share import wilson_interval

CONFIDENCE = "95 % CI"
WILSON = "Wilson, computed here"
NO_INTERVAL = "none given"
INTERVALS = (CONFIDENCE, "range", WILSON, NO_INTERVAL)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
# Units of a share, and what a share is multiplied by to be in them.
SHARES = {"%": 100.0, "per 1000": 1000.0}


@cache
def load_claims() -> tuple[Mapping[str, Claim], bytes]:
    """Read every claim that ships.

    Returns
    -------
    mapping
        By id; each conflict is named on both sides.
    bytes
        All files one after the other, for a digest.

    Raises
    ------
    GuidanceError
        When a file or a claim cannot be used, or two claims have one id.
    """
    found: dict[str, Claim] = {}
    contents = []
    for name in shipped_ids(Kind.CLAIMS):
        document, content = read_document(Kind.CLAIMS, name)
        contents.append(content)
        with inside(f"claims/{name}.toml"):
            for claim in parse_claims(document):
                if claim.id in found:
                    raise GuidanceError(f"a second claim {claim.id!r}", "ids that differ")
                found[claim.id] = claim
    return MappingProxyType(with_conflicts_both_ways(found)), b"".join(contents)


def parse_claims(document: Mapping[str, Any]) -> Iterator[Claim]:
    """Yield the claims of one file.

    What stands under `[common]` holds for every claim of the file that does not say otherwise.

    Raises
    ------
    GuidanceError
        On an unknown key, a missing field, a bad word, numbers that contradict each other.
    """
    top = Entry(document)
    common, tables = top.table("common"), top.tables("claim")
    top.done()
    for number, table in enumerate(tables, 1):
        yield parsed_claim({**common, **table}, f"claim {table.get('id', number)}")


def parsed_claim(table: Mapping[str, Any], where: str) -> Claim:
    """Build one claim from its table; see `parse_claims`."""
    entry = Entry(table, where)
    claim = Claim(
        id=entry.text("id"),
        statement=entry.text("statement"),
        value=entry.number("value"),
        unit=entry.text("unit", ""),
        population=entry.text("population"),
        stage=entry.text("stage"),
        horizon=entry.text("horizon"),
        source=entry.text("source"),
        address=entry.text("address"),
        date=entry.text("date"),
        grade=entry.word("grade", Grade),
        verdict=entry.word("verdict", Verdict),
        low=entry.number("low"),
        high=entry.number("high"),
        numerator=entry.count("numerator"),
        denominator=entry.count("denominator"),
        n=entry.count("n"),
        interval=entry.text("interval", NO_INTERVAL),
        conflicts=entry.texts("conflicts"),
        note=entry.text("note", ""),
        shapes=entry.words("shapes", Morphology),
        distributions=entry.words("distributions", Distribution),
    )
    entry.done()
    _refuse_bad_id(claim, entry)
    _refuse_bad_interval(claim, entry)
    _refuse_bad_share(claim, entry)
    if (claim.shapes or claim.distributions) and claim.unit != "%":
        raise entry.refuse("unit", claim.unit, "% for a share of malignant groups")
    return claim


def with_conflicts_both_ways(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Return the claims by rising id, each naming those that name it.

    Raises
    ------
    GuidanceError
        When a claim names one that there is not, or itself.
    """
    named: dict[str, set[str]] = {one: set() for one in claims}
    for claim in claims.values():
        for other in claim.conflicts:
            if other not in claims or other == claim.id:
                raise GuidanceError(
                    f"claim {claim.id}.conflicts names {other!r}", "the id of another claim"
                )
            named[claim.id].add(other)
            named[other].add(claim.id)
    return {one: replace(claims[one], conflicts=tuple(sorted(named[one]))) for one in sorted(named)}


def _refuse_bad_id(claim: Claim, entry: Entry) -> None:
    """Refuse an id that is not made as ids are."""
    if not _ID.fullmatch(claim.id):
        raise entry.refuse("id", claim.id, "lower case, parts joined by dots, words by hyphens")


def _refuse_bad_interval(claim: Claim, entry: Entry) -> None:
    """Refuse bounds that contradict the value, or what the interval is said to be."""
    if claim.interval not in INTERVALS:
        raise entry.refuse("interval", claim.interval, f"one of: {', '.join(INTERVALS)}")
    bounds = [claim.low, claim.high]
    if claim.interval == NO_INTERVAL and bounds != [None, None]:
        raise entry.refuse("interval", claim.interval, "what `low` and `high` are")
    if claim.interval != NO_INTERVAL and None in bounds:
        raise entry.refuse("interval", claim.interval, "both `low` and `high`")
    rising = [one for one in (claim.low, claim.value, claim.high) if one is not None]
    if rising != sorted(rising):
        raise entry.refuse("value", claim.value, f"low <= value <= high, not {rising}")
    if not rising:
        raise entry.refuse("value", claim.value, "a value, or a range")
    if claim.value is None and claim.interval != "range":
        raise entry.refuse("value", claim.value, "a value; only a range may go without")


def _refuse_bad_share(claim: Claim, entry: Entry) -> None:
    """Refuse counts that do not make the value or its interval, as far as they are written."""
    counts = (claim.numerator, claim.denominator)
    if counts == (None, None):
        if claim.interval == WILSON:
            raise entry.refuse("interval", claim.interval, "`numerator` and `denominator`")
        return
    if claim.numerator is None or not claim.denominator or claim.numerator > claim.denominator:
        raise entry.refuse("numerator", counts, "at most the denominator, both given")
    whole = SHARES.get(claim.unit)
    if whole is None or claim.value is None:
        raise entry.refuse("unit", claim.unit, f"a value in one of: {', '.join(SHARES)}")
    if not _is_rounded(claim.value, whole * claim.numerator / claim.denominator):
        raise entry.refuse("value", claim.value, f"{claim.numerator} of {claim.denominator}")
    if claim.interval == WILSON:
        computed = wilson_interval(claim.numerator, claim.denominator)
        for key, bound, exact in zip(
            ("low", "high"), (claim.low, claim.high), computed, strict=True
        ):
            if bound is None or not _is_rounded(bound, whole * exact):
                raise entry.refuse(key, bound, f"Wilson's bound, {whole * exact:.4g}")


def _is_rounded(written: float, exact: float) -> bool:
    """Tell whether a written number is an exact one, rounded to the digits it is written with."""
    digits = len(f"{written:.10g}".partition(".")[2])
    return abs(written - exact) <= 0.5 * 10.0**-digits + 1e-9
