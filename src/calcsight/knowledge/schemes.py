"""Schemes of categories as nouns."""

from collections.abc import Iterator, Mapping
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import claims_named, filled
from calcsight.pathway.levels import OF_SCREENING, ROUTINE
from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import (
    Category,
    Level,
    Replacement,
    Scheme,
    says_that_nothing_is_wrong,
)

# What a replacement may not come to: it would close or watch what the rules leave open.
_CLOSED = ROUTINE | {Level.PROBABLY_BENIGN}


def parse_scheme(document: Mapping[str, Any], claims: Mapping[str, Claim]) -> Scheme:
    """Build a scheme from its file.

    Parameters
    ----------
    document : mapping
        `id`, `version`, `title`, `source`, `note`; `[categories.LEVEL]` with `name` and, where
        the scheme has them, `code` and `range` (the id of a claim in per cent); or
        `[instead.LEVEL]` with `level` and `words`. `unavailable` alone says why a scheme that
        exists cannot be used.
    claims : mapping of str to Claim
        The register.

    Raises
    ------
    GuidanceError
        When the scheme is unavailable; when a level is neither named nor replaced, or both; when
        it would say of screening views what they never allow, call anything negative or normal, or
        close by a replacement what is open; on an unknown key, level or claim.
    """
    entry = Entry(document)
    said = {key: entry.text(key) for key in ("id", "version", "title", "source")}
    if "unavailable" in document:
        raise GuidanceError(
            f"the scheme {said['id']} has no categories yet: {entry.text('unavailable')}",
            "a scheme with its categories",
            "write a file of it from a licensed copy and name its path, or use another scheme",
        )
    note = filled(entry.text("note"), claims)
    categories = dict(_categories(entry.table("categories"), claims))
    instead = dict(_replacements(entry.table("instead")))
    entry.done()
    _refuse_gaps(categories, instead)
    return Scheme(
        **said,
        note=note,
        categories=categories,
        instead=instead,
    )


def _refuse_gaps(
    categories: Mapping[Level, Category], instead: Mapping[Level, Replacement]
) -> None:
    """Refuse a scheme in which a level that the rules reach has no words, or two."""
    both = sorted(categories.keys() & instead.keys())
    if both:
        raise GuidanceError(f"{', '.join(both)} with a category and a replacement", "one of them")
    reached = {*Level} - {Level.INDETERMINATE} - instead.keys()
    reached |= {one.level for one in instead.values()}
    missing = sorted(reached - categories.keys())
    if missing:
        raise GuidanceError(
            f"no category for {', '.join(missing)}", "[categories.LEVEL] or [instead.LEVEL] for it"
        )


def _categories(
    table: Mapping[str, Any], claims: Mapping[str, Claim]
) -> Iterator[tuple[Level, Category]]:
    """Yield the category of each level."""
    for code in table:
        level = Entry({"level": code}, "categories").word("level", Level)
        one = Entry(Entry(table, "categories").table(code), f"categories.{code}")
        name, printed, of_range = one.text("name"), one.text("code", ""), one.text("range", "")
        low, high = _bounds(of_range, claims, one) if of_range else (None, None)
        named = (*((of_range,) if of_range else ()), *claims_named(name))
        if says_that_nothing_is_wrong(name):
            raise one.refuse("name", name, "words for calcifications alone: they clear nobody")
        if level in OF_SCREENING and printed not in {"", "0"}:
            raise one.refuse("code", printed, "no category but 0: screening views settle nothing")
        one.done()
        yield (
            level,
            Category(code=printed, name=filled(name, claims), low=low, high=high, claims=named),
        )


def _bounds(
    claim_id: str, claims: Mapping[str, Claim], entry: Entry
) -> tuple[float | None, float | None]:
    """Return the range of a claim in per cent as 0-1."""
    claim = claims.get(claim_id)
    if claim is None or claim.unit != "%" or claim.low is None or claim.high is None:
        raise entry.refuse("range", claim_id, "the id of a claim with a range in %")
    return claim.low / 100.0, claim.high / 100.0


def _replacements(table: Mapping[str, Any]) -> Iterator[tuple[Level, Replacement]]:
    """Yield what stands in the place of a level."""
    for code in table:
        level = Entry({"level": code}, "instead").word("level", Level)
        one = Entry(Entry(table, "instead").table(code), f"instead.{code}")
        replacement = Replacement(level=one.word("level", Level), words=one.text("words"))
        if level in OF_SCREENING or replacement.level in _CLOSED:
            raise one.refuse("level", replacement.level, "to leave open what is open")
        one.done()
        yield level, replacement
