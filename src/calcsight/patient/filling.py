"""Numbers of claims, put into the texts for women in the words of each language."""

import re
from collections.abc import Callable, Mapping
from math import floor
from types import MappingProxyType

from calcsight.terms.claim import Claim
from calcsight.terms.errors import GuidanceError
from calcsight.terms.knowledge_base import Language

_PLACEHOLDER = re.compile(r"\{claim:([^{}|]*)\|([a-z_0-9]*)\}")
_UNITS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        Language.ENGLISH: MappingProxyType({}),
        Language.SPANISH: MappingProxyType(
            {"months": "meses", "years": "años", "women": "mujeres"}
        ),
    }
)
_IN: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "{} in {}", Language.SPANISH: "{} de cada {}"}
)
_FEWER: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "fewer than {} in {}", Language.SPANISH: "menos de {} de cada {}"}
)
_RANGE: Mapping[Language, str] = MappingProxyType(
    {Language.ENGLISH: "{} to {}", Language.SPANISH: "{} a {}"}
)

_FIVE_DIGITS = 10_000


def filled(text: str, claims: Mapping[str, Claim], language: Language) -> str:
    """Return a text with every placeholder replaced by its number.

    ``{claim:ID|in_100}``
        A share in whole women: "13 in 100", "13 de cada 100"; a range: "10 to 50 in 100".
        A share above none and under 1 is not rounded: "fewer than 1 in 100".
    ``{claim:ID|of_100}``
        The same without "in 100", where the text says that already: "13".
    ``{claim:ID|low_of_100}``, ``{claim:ID|high_of_100}``
        The bounds of its interval, likewise.
    ``{claim:ID|amount}``
        Value or range, with its unit: "6 months", "6 meses".
    ``{claim:ID|value}``, ``{claim:ID|low}``, ``{claim:ID|high}``, ``{claim:ID|n}``
        One number, as it is registered; "n" is the size of the study.
    ``{claim:ID|counts}``
        "63 of 353", "63 de 353".

    Raises
    ------
    GuidanceError
        When there is no such claim or form, the claim does not have that number or may not be
        repeated, or a brace is left over.
    """
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise GuidanceError(f"a brace in {text[:60]!r}", "none but those of {claim:ID|form}")
    return _PLACEHOLDER.sub(lambda match: _said(match[1], match[2], claims, language), text)


def claims_in(text: str) -> tuple[str, ...]:
    """Return the ids of the claims that a text states, in its order, each once."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def _said(claim_id: str, form: str, claims: Mapping[str, Claim], language: Language) -> str:
    """Return what stands for one placeholder."""
    claim = claims.get(claim_id)
    if claim is None:
        raise GuidanceError(f"a text names the claim {claim_id!r}", "the id of a registered claim")
    if not claim.may_be_repeated:
        raise GuidanceError(
            f"a text names {claim_id!r}, {claim.verdict.value}, grade {claim.grade}",
            "a claim that may be repeated",
        )
    write = _FORMS.get(form)
    said = write(claim, language) if write else None
    if said is None:
        raise GuidanceError(
            f"a text asks {claim_id!r} for {form!r}",
            f"a form that the claim has, of: {', '.join(_FORMS)}",
        )
    return said


def _in_100(claim: Claim, language: Language) -> str | None:
    """Write a share in whole women of a hundred."""
    said = _of_100(claim, language)
    if said and 0 < (claim.value or 0) < 1:
        return _FEWER[language].format(1, 100)
    return said and _IN[language].format(said, 100)


def _of_100(claim: Claim, language: Language) -> str | None:
    """Write the whole number of a share, or of both ends of its range."""
    if claim.value is not None:
        return _whole(claim.value, claim)
    low, high = _whole(claim.low, claim), _whole(claim.high, claim)
    return low and high and _RANGE[language].format(low, high)


def _whole(value: float | None, claim: Claim) -> str | None:
    """Round a percentage as a person does: a half goes up."""
    return None if value is None or claim.unit != "%" else str(floor(value + 0.5))


def _amount(claim: Claim, language: Language) -> str | None:
    """Write value or range with the unit in the words of the language."""
    said = _spelt(claim.value, language)
    if said is None:
        low, high = _spelt(claim.low, language), _spelt(claim.high, language)
        said = low and high and _RANGE[language].format(low, high)
    unit = _UNITS[language].get(claim.unit, claim.unit)
    return said and f"{said} {unit}".strip()


def _counts(claim: Claim, language: Language) -> str | None:
    """Write numerator and denominator."""
    if claim.numerator is None or claim.denominator is None:
        return None
    of = "of" if language is Language.ENGLISH else "de"
    return f"{_spelt(claim.numerator, language)} {of} {_spelt(claim.denominator, language)}"


def _spelt(value: float | None, language: Language) -> str | None:
    """Write a number with the digits that it was registered with, as the language does.

    In Spanish a point and a comma part thousands in one country and decimals in the next, so
    thousands are parted by a space, and four digits by nothing, as the academies advise.
    """
    if value is None:
        return None
    if language is Language.ENGLISH:
        return f"{value:,.10g}"
    thousands = "\N{NO-BREAK SPACE}" if abs(value) >= _FIVE_DIGITS else ""
    return f"{value:,.10g}".replace(",", thousands).replace(".", ",")


_FORMS: Mapping[str, Callable[[Claim, Language], str | None]] = MappingProxyType(
    {
        "in_100": _in_100,
        "of_100": _of_100,
        "low_of_100": lambda claim, _: _whole(claim.low, claim),
        "high_of_100": lambda claim, _: _whole(claim.high, claim),
        "amount": _amount,
        "value": lambda claim, language: _spelt(claim.value, language),
        "low": lambda claim, language: _spelt(claim.low, language),
        "high": lambda claim, language: _spelt(claim.high, language),
        "n": lambda claim, language: _spelt(claim.n, language),
        "counts": _counts,
    }
)
