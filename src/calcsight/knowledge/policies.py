"""Policies as nouns: what usually follows, with local intervals."""

from collections.abc import Iterator, Mapping
from typing import Any

from calcsight.knowledge.entries import Entry
from calcsight.knowledge.filling import claims_named, filled
from calcsight.knowledge.wording import (
    letters_of,
    refuse_clearing,
    refuse_numbers,
    refuse_orders,
)
from calcsight.pathway.levels import OF_SCREENING, ROUTINE, attention
from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Level, Policy, Step

BASED_ON = "based_on"
_MONTHS = "months"
# What a step is, by its code or its words: a new code for the same step changes nothing.
_ROUTINE = ("routine",)
_BIOPSY = ("biops", "core needle", "vacuum", "stereota", "excision", "surg")
_FOLLOW_UP = ("follow up", "followup", "watch", "surveillance")


def parse_policy(document: Mapping[str, Any], claims: Mapping[str, Claim]) -> Policy:
    """Build a policy from its file.

    Parameters
    ----------
    document : mapping
        `id`, `version`, `title`; `[steps.CODE]` with `words`, `reason`, `months` (ids of claims
        in months, rising) and `claims` (further ids); `[levels]` with the steps of each level.
        Whole: see `on_top_of` for one that is based on another.
    claims : mapping of str to Claim
        The register.

    Raises
    ------
    GuidanceError
        When a level has no step, or one twice, or one that the level forbids; when a step is
        unknown or unused, an interval is no claim in months, or words give an order, a bare number
        or clear a woman or a view; on an unknown key.
    """
    refuse_clearing(document)
    entry = Entry(document)
    said = {"id": entry.file_id(), "version": entry.text("version"), "title": entry.name("title")}
    refuse_orders("title", said["title"])
    known = dict(_steps(entry.table("steps"), claims))
    levels = entry.table("levels")
    entry.done()
    chosen = dict(_levels(levels, known, claims))
    used = {step.code for follows in chosen.values() for step in follows}
    if used != known.keys():
        raise GuidanceError(
            f"steps that no level has: {', '.join(sorted(known.keys() - used))}",
            "each step under [levels]",
        )
    return Policy(**said, steps=chosen)


def on_top_of(base: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a policy's file filled up with the steps and levels of the one that it is based on.

    Parameters
    ----------
    base : mapping
        A whole policy.
    own : mapping
        With `based_on`; each of its steps and levels takes the place of the other's.
    """
    both = {**base, **own}
    del both[BASED_ON]
    for key in ("steps", "levels"):
        mine = own.get(key, {})
        both[key] = {**base[key], **mine} if isinstance(mine, Mapping) else mine
    return both


def _steps(table: Mapping[str, Any], claims: Mapping[str, Claim]) -> Iterator[tuple[str, Step]]:
    """Yield the steps by code."""
    for code in table:
        one = Entry(Entry(table, "steps").table(code), f"steps.{code}")
        words, reason = one.text("words"), one.text("reason")
        for key, text in (("words", words), ("reason", reason)):
            refuse_orders(one.place(key), text)
            refuse_numbers(one.place(key), text)
        intervals, further = one.texts("months"), one.texts("claims")
        for claim_id in further:
            if claim_id not in claims:
                raise one.refuse("claims", claim_id, "ids of registered claims")
        months = tuple(_months(claim_id, claims, one) for claim_id in intervals)
        if list(months) != sorted(set(months)):
            raise one.refuse("months", months, "rising intervals")
        one.done()
        named = (*intervals, *further, *claims_named(words), *claims_named(reason))
        yield (
            code,
            Step(
                code=code,
                words=filled(words, claims),
                reason=filled(reason, claims),
                months=months,
                claims=tuple(dict.fromkeys(named)),
            ),
        )


def _months(claim_id: str, claims: Mapping[str, Claim], entry: Entry) -> int:
    """Return the months of a claim."""
    claim = claims.get(claim_id)
    if claim is None or claim.unit != _MONTHS or claim.value is None or claim.value % 1:
        raise entry.refuse("months", claim_id, "ids of claims with whole months")
    return int(claim.value)


def _levels(
    table: Mapping[str, Any], known: Mapping[str, Step], claims: Mapping[str, Claim]
) -> Iterator[tuple[Level, tuple[Step, ...]]]:
    """Yield the steps of every level."""
    entry = Entry(table, "levels")
    for level in Level:
        codes = entry.texts(level)
        unknown = [code for code in codes if code not in known]
        if unknown or not codes:
            raise entry.refuse(level, ", ".join(unknown) or "nothing", "codes under [steps]")
        if len({*codes}) < len(codes):
            raise entry.refuse(level, ", ".join(codes), "each step once")
        steps = tuple(known[code] for code in codes)
        if attention(level) > attention(Level.PROBABLY_BENIGN) and all(
            _speaks_of(step, _FOLLOW_UP) for step in steps
        ):
            raise entry.refuse(level, ", ".join(codes), "more than watching")
        for step in steps:
            forbidden = _forbidden(level, step, claims)
            if forbidden:
                raise entry.refuse(level, step.code, forbidden)
        yield level, steps
    entry.done()


def _forbidden(level: Level, step: Step, claims: Mapping[str, Claim]) -> str:
    """Return why a level may not have a step; "" = it may."""
    is_routine = _speaks_of(step, _ROUTINE)
    if is_routine and level not in ROUTINE:
        return "no return to routine while something is asked for"
    if level in OF_SCREENING:
        if _speaks_of(step, _BIOPSY):
            return "no biopsy from screening views alone: they are worked up first"
        waits = any(claims[one].unit == _MONTHS for one in step.claims)
        if _speaks_of(step, _FOLLOW_UP) or (waits and not is_routine):
            return "no follow-up from screening views alone: they are worked up first"
    return ""


def _speaks_of(step: Step, beginnings: tuple[str, ...]) -> bool:
    """Tell whether code or words of a step hold a word that begins so."""
    said = " " + " ".join((*letters_of(step.code), *letters_of(step.words)))
    return any(f" {one}" in said for one in beginnings)
