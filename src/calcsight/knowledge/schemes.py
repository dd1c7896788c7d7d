"""Schemes of categories as nouns."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import claims_named, filled
from calcsight.knowledge.wording import (
    letters_of,
    numbers_in,
    refuse_clearing,
    refuse_orders,
    without_claims,
)
from calcsight.pathway.levels import OF_SCREENING, ROUTINE, attention
from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import (
    Category,
    Level,
    Replacement,
    Scheme,
)

# What a replacement may not come to: it would close or watch what the rules leave open.
_CLOSED = ROUTINE | {Level.PROBABLY_BENIGN}
# One level may be spoken of as another that asks for less: where a scheme has no grade for a low
# suspicion, its indeterminate one is worked up too, perhaps to biopsy.
_MAY_SOUND_LOWER = frozenset({(Level.SUSPICIOUS_LOW, Level.INDETERMINATE)})
# Levels whose names may hold the word benign.
_BENIGN = (ROUTINE | {Level.PROBABLY_BENIGN}) - {Level.NO_CALCIFICATION_FINDING}
# The codes of every scheme that was seen, after letters such as "R" or "BI-RADS": a level under
# the digit of another would be read as that other one. Screening levels have none but 0.
_CODES: Mapping[Level, tuple[str, ...]] = MappingProxyType(
    {
        Level.NO_CALCIFICATION_FINDING: ("0",),
        Level.TYPICALLY_BENIGN_ONLY: ("0",),
        Level.INCOMPLETE: ("0",),
        Level.CANNOT_BE_CLASSIFIED: ("0",),
        Level.BENIGN_FINDING: ("2",),
        Level.PROBABLY_BENIGN: ("3",),
        Level.INDETERMINATE: ("3",),
        Level.SUSPICIOUS_LOW: ("4", "4A"),
        Level.SUSPICIOUS_MODERATE: ("4", "4B"),
        Level.SUSPICIOUS_HIGH: ("4", "4C"),
        Level.HIGHLY_SUGGESTIVE: ("5",),
    }
)
_CODE = re.compile(r"[A-Z]{0,2}([0-9][A-Z]?)", re.ASCII)
_IN_NAME = re.compile(r"[0-9]+[a-z]?(?![a-z])", re.IGNORECASE)
_SPELT_CATEGORY = re.compile(
    r"\b(?:categor\w+|grades?|class|score|rads) (?:zero|one|two|three|four|five|six|[ivx]+)\b"
)


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
        it would say of screening views what they never allow, clear a woman or a view, give a
        level the code of another, or lower by a replacement what a level asks for; on an unknown
        key, level or claim.
    """
    refuse_clearing(document)
    entry = Entry(document)
    said = {"id": entry.file_id(), "title": entry.name("title")}
    said |= {key: entry.text(key) for key in ("version", "source")}
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
        name, printed, of_range = one.name("name"), one.text("code", ""), one.text("range", "")
        named = (*((of_range,) if of_range else ()), *claims_named(name))
        _refuse_bad_code(level, printed, one)
        _refuse_bad_name(level, name, one)
        if of_range:
            _refuse_bad_range(level, of_range, one)
        low, high = _bounds(of_range, claims, one) if of_range else (None, None)
        one.done()
        yield (
            level,
            Category(code=printed, name=filled(name, claims), low=low, high=high, claims=named),
        )


def _refuse_bad_code(level: Level, code: str, entry: Entry) -> None:
    """Refuse a code that a reader could take for that of another level."""
    if level in OF_SCREENING and code not in {"", "0"}:
        raise entry.refuse("code", code, "no category but 0: screening views settle nothing")
    match = _CODE.fullmatch(code)
    if code and (match is None or match[1] not in _CODES[level]):
        raise entry.refuse("code", code, f"{' or '.join(_CODES[level])}, after at most two letters")


def _refuse_bad_name(level: Level, name: str, entry: Entry) -> None:
    """Refuse a name that speaks of another level, or of a category for screening views."""
    words = letters_of(name)
    plain = unicodedata.normalize("NFKC", name)
    if level in OF_SCREENING and (numbers_in(plain) or claims_named(plain)):
        raise entry.refuse("name", name, "no number: screening views settle nothing")
    if any(one.upper() not in _CODES[level] for one in _IN_NAME.findall(without_claims(plain))):
        raise entry.refuse("name", name, "no number but the level's own code")
    if _SPELT_CATEGORY.search(" ".join(words)):
        raise entry.refuse("name", name, "no number of a category in words")
    if level not in _BENIGN and any(one.startswith("benign") for one in words):
        raise entry.refuse("name", name, f"no word of benign for {level}")
    refuse_orders(entry.place("name"), name)


def _refuse_bad_range(level: Level, claim_id: str, entry: Entry) -> None:
    """Refuse the likelihood of another level, and any for screening views."""
    if level in OF_SCREENING:
        raise entry.refuse("range", claim_id, "no likelihood: screening views settle nothing")
    if claim_id.rpartition(".")[2] not in {f"category-{one.lower()}" for one in _CODES[level]}:
        needed = " or ".join(f"category-{one.lower()}" for one in _CODES[level])
        raise entry.refuse("range", claim_id, f"the claim of the level's own category, {needed}")


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
        untouched = ROUTINE | OF_SCREENING | {replacement.level}
        if level in untouched or replacement.level in _CLOSED:
            raise one.refuse("level", replacement.level, "to leave open what is open")
        lowers = attention(replacement.level) < attention(level)
        if lowers and (level, replacement.level) not in _MAY_SOUND_LOWER:
            raise one.refuse("level", replacement.level, f"what asks for no less than {level}")
        refuse_orders(one.place("words"), replacement.words)
        one.done()
        yield level, replacement
