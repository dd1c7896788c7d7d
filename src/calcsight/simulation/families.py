"""Which random families may be used for tuning and which only for the fixed test set."""

from enum import StrEnum
from typing import TypeVar

from calcsight.terms.errors import UsageError

TEST_SEEDS_FROM = 1 << 40

T = TypeVar("T")


class Families(StrEnum):
    """One half of everything random: backgrounds, outlines, blurs and seeds.

    Whatever is tuned or trained uses TUNING. TEST is for the fixed test set, and nothing
    may be chosen by looking at it.
    """

    TUNING = "tuning"
    TEST = "test"


def check_seed(seed: int, families: Families) -> None:
    """Refuse a seed that belongs to the other families.

    Parameters
    ----------
    seed : int
        TUNING: 0 to 2**40 - 1; TEST: 2**40 to 2**41 - 1.
    families : Families

    Raises
    ------
    UsageError
        When the seed lies outside the range of `families`.
    """
    start = TEST_SEEDS_FROM if families is Families.TEST else 0
    if not start <= seed < start + TEST_SEEDS_FROM:
        raise UsageError(
            f"the seed {seed} for the {families} families",
            f"a seed from {start} to {start + TEST_SEEDS_FROM - 1}",
            "use the seed range of these families",
        )


def pick_family(register: dict[Families, dict[str, T]], families: Families, name: str) -> T:
    """Return the family `name`, if it belongs to `families`.

    Raises
    ------
    UsageError
        When `families` has no family of that name, above all when the other half has it.
    """
    known = register[families]
    if name not in known:
        raise UsageError(
            f"the family {name!r} among the {families} families",
            f"one of: {', '.join(sorted(known))}",
        )
    return known[name]
