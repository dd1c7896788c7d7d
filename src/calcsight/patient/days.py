"""Days as people write them, in each language."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from calcsight.terms.knowledge_base import Language

_MONTHS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        Language.ENGLISH: tuple(
            "January February March April May June July August September October November "
            "December".split()
        ),
        Language.SPANISH: tuple(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
            "diciembre".split()
        ),
    }
)


def day_in_words(day: date, language: Language) -> str:
    """Write a day with its month in letters: "22 November 2026", "22 de noviembre de 2026"."""
    between = " de " if language is Language.SPANISH else " "
    return between.join((str(day.day), _MONTHS[language][day.month - 1], str(day.year)))
