"""Syllables of numbers, as they are spoken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calcsight.terms.knowledge_base import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """Syllables of the words of numbers: of 0 to 29 by value, of tens and hundreds by digit."""

    small: tuple[int, ...]
    tens: tuple[int, ...]
    joined: int
    hundreds: tuple[int, ...]
    thousand: int
    groups: str
    decimal: int


def _digits(counts: str) -> tuple[int, ...]:
    """Return counts, each of one digit."""
    return tuple(int(one) for one in counts)


_SPOKEN: Mapping[Language, _Spoken] = MappingProxyType(
    {
        # zero one two ... twelve, thirteen ... nineteen, twenty ... twenty-nine
        Language.ENGLISH: _Spoken(
            small=_digits("211111121113122223222333333433"),
            tens=(0, 1, 2, 2, 2, 2, 2, 3, 2, 2),
            joined=0,
            hundreds=(0, 3, 3, 3, 3, 3, 3, 4, 3, 3),
            thousand=2,
            groups=",",
            decimal=1,
        ),
        # cero uno dos ... quince, dieciséis ... diecinueve, veinte ... veintinueve
        Language.SPANISH: _Spoken(
            small=_digits("221122122212223234342333443434"),
            tens=(0, 1, 2, 2, 3, 3, 3, 3, 3, 3),
            joined=1,
            hundreds=(0, 2, 3, 3, 4, 3, 3, 4, 4, 4),
            thousand=1,
            groups=".",
            decimal=2,
        ),
    }
)


def number_syllables(number: str, language: Language) -> int:
    """Count the syllables of a number of at most six digits before its point.

    A year from 1900 to 2099 is spoken in English as two numbers; longer numbers, and the digits
    after a point, digit by digit.

    Parameters
    ----------
    number : str
        Digits, with the marks of thousands and decimals that the language writes.
    language : Language
    """
    spoken = _SPOKEN[language]
    grouped = re.sub(rf"\{spoken.groups}(?=\d\d\d(?!\d))", "", number)
    whole, *rest = re.split(r"[.,]", grouped)
    after = sum(spoken.decimal + sum(spoken.small[int(one)] for one in part) for part in rest)
    return after + _whole(whole, number, language)


def _whole(whole: str, written: str, language: Language) -> int:
    """Count those of the digits before a point."""
    spoken = _SPOKEN[language]
    if len(whole) > 6 or whole.startswith("0"):
        return sum(spoken.small[int(one)] for one in whole)
    if language is Language.ENGLISH and re.fullmatch(r"(?:19|20)\d\d", written):
        first, last = int(written[:2]), int(written[2:])
        return _below_1000(first, spoken) + _below_1000(last, spoken)
    thousands, rest = divmod(int(whole), 1000)
    if not thousands:
        return _below_1000(rest, spoken)
    # "mil", not "un mil".
    leading = (
        0 if thousands == 1 and language is Language.SPANISH else _below_1000(thousands, spoken)
    )
    return leading + spoken.thousand + (_below_1000(rest, spoken) if rest else 0)


def _below_1000(number: int, spoken: _Spoken) -> int:
    """Count those of a number under a thousand."""
    hundreds, rest = divmod(number, 100)
    if hundreds and not rest:
        # "cien", not "ciento".
        return spoken.hundreds[hundreds] - (number == 100 and spoken.joined)
    if rest < 30:
        return spoken.hundreds[hundreds] + spoken.small[rest]
    tens, ones = divmod(rest, 10)
    last = spoken.joined + spoken.small[ones] if ones else 0
    return spoken.hundreds[hundreds] + spoken.tens[tens] + last
