"""How much a level asks for: the order in which findings of one exam outweigh each other."""

from collections.abc import Mapping
from types import MappingProxyType

from calcsight.terms.guidance import Level

# Equal numbers outweigh nothing: routine is routine, and an open question is one.
_ATTENTION: Mapping[Level, int] = MappingProxyType(
    {
        Level.NO_CALCIFICATION_FINDING: 0,
        Level.TYPICALLY_BENIGN_ONLY: 0,
        Level.BENIGN_FINDING: 0,
        Level.PROBABLY_BENIGN: 1,
        Level.INCOMPLETE: 2,
        Level.CANNOT_BE_CLASSIFIED: 2,
        Level.INDETERMINATE: 2,
        Level.SUSPICIOUS_LOW: 3,
        Level.SUSPICIOUS_MODERATE: 4,
        Level.SUSPICIOUS_HIGH: 5,
        Level.HIGHLY_SUGGESTIVE: 6,
    }
)

ROUTINE = frozenset(level for level, asked in _ATTENTION.items() if asked == 0)
OF_SCREENING = frozenset(
    {Level.NO_CALCIFICATION_FINDING, Level.TYPICALLY_BENIGN_ONLY, Level.INCOMPLETE}
)


def attention(level: Level) -> int:
    """Return how much a level asks for: 0 = routine; an open question outweighs watching.

    The order 2, 3, 0, 4, 5 of the categories is that of the 5th edition (from memory).
    """
    return _ATTENTION[level]


def screened(level: Level) -> Level:
    """Return what may be said of a level from screening views alone."""
    if level is Level.NO_CALCIFICATION_FINDING:
        return level
    return Level.TYPICALLY_BENIGN_ONLY if level in ROUTINE else Level.INCOMPLETE
