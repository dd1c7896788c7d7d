"""Texts with registered numbers: `{claim:ID}` becomes the number that the claim holds."""

import re
from collections.abc import Mapping
from typing import Any

from calcsight.knowledge.claims import NO_INTERVAL, SHARES
from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError

_PLACEHOLDER = re.compile(r"\{claim:([^{}|]*)(?:\|([^{}|]*))?\}")


def filled(text: str, claims: Mapping[str, Claim]) -> str:
    """Return a text with every placeholder replaced by its number.

    ``{claim:ID}``
        Value and unit: "27 %", "0.5 mm"; a range without a value: "0.5 to 1 mm".
    ``{claim:ID|value}``
        The value alone: "27".
    ``{claim:ID|full}``
        Value, unit, counts and interval: "10.5 % (52 of 497; 95 % interval 8 to 13 %)".
    ``{claim:ID|n}``
        Size of the study: "497".

    Raises
    ------
    GuidanceError
        When there is no such claim or form, the form has nothing to say, a brace is left over,
        or the claim is wrong, unsupported or unsigned.
    """
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise GuidanceError(f"a brace in {text[:60]!r}", "none but those of {claim:ID}")

    def said(match: re.Match[str]) -> str:
        return _said(match[1], match[2] or "", claims)

    return _PLACEHOLDER.sub(said, text)


def claims_named(text: str) -> tuple[str, ...]:
    """Return the ids that a text names, in its order, each once."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def amount(claim: Claim) -> str:
    """Write value and unit, or a range and unit: "27 %", "0.5 to 1 mm"."""
    return f"{_number(claim)} {claim.unit}".strip()


def in_full(claim: Claim) -> str:
    """Write value and unit with the counts and the interval, or that none is given."""
    parts = []
    if claim.numerator is not None:
        parts.append(f"{claim.numerator:,} of {claim.denominator:,}")
    if claim.interval == NO_INTERVAL:
        parts += ["no interval given"] if claim.unit in SHARES else []
    elif claim.value is not None:
        what = "range" if claim.interval == "range" else "95 % interval"
        parts.append(f"{what} {_spelt(claim.low)} to {_spelt(claim.high)} {claim.unit}".strip())
    return f"{amount(claim)} ({'; '.join(parts)})" if parts else amount(claim)


def _said(claim_id: str, form: str, claims: Mapping[str, Claim]) -> str:
    """Return what stands for one placeholder."""
    claim = claims.get(claim_id)
    if claim is None:
        raise GuidanceError(f"a text names the claim {claim_id!r}", "the id of a registered claim")
    if not claim.may_be_repeated:
        raise GuidanceError(
            f"a text names {claim_id!r}, {claim.verdict.value}, grade {claim.grade}",
            "a claim that may be repeated",
        )
    if form == "full":
        return in_full(claim)
    if form == "value":
        return _number(claim)
    if form == "n" and claim.n is not None:
        return f"{claim.n:,}"
    if form:
        raise GuidanceError(
            f"a text asks {claim_id!r} for {form!r}", "value, full, or n where the claim has one"
        )
    return amount(claim)


def _number(claim: Claim) -> str:
    """Write the value, or the range where there is none."""
    if claim.value is None:
        return f"{_spelt(claim.low)} to {_spelt(claim.high)}"
    return _spelt(claim.value)


def _spelt(value: Any) -> str:
    """Write a number as it was registered: no digits more."""
    return f"{value:,.10g}"
