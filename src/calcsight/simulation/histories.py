"""What becomes of a planted group from visit to visit, and the rule by which it is called so."""

import math
from dataclasses import dataclass

from calcsight.simulation.spec import GroupPlan
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change

# A group has grown or gone back when it has this many times more or fewer particles, and at
# least so many; or the same ones so much larger or smaller. Between stable and this is nothing.
COUNT_RATIO, LEAST_MORE = 1.5, 3
SIZE_RATIO = 1.3
# Fewer make no group by the rule of five within 10 mm.
FEWEST_OF_A_GROUP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A group, or a particle alone, over all visits.

    Parameters
    ----------
    plan : GroupPlan
        With as many particles, and as large ones, as there are at the fullest visit; one particle
        alone is no group.
    counts : tuple of int
        How many are there at each visit; 0 = not there. The same ones always come first, so that
        a lower count is a part of a higher one.
    sizes : tuple of float
        0-1 at each visit: diameters against those of the plan.

    Raises
    ------
    UsageError
        When counts or sizes are no such numbers, or a change is neither none nor a clear one.
    """

    plan: GroupPlan
    counts: tuple[int, ...]
    sizes: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.sizes) or max(self.counts, default=0) != self.plan.count:
            raise UsageError(
                f"counts {self.counts} and sizes {self.sizes} of {self.plan.count} particles",
                "one of each for every visit, all particles at one of them",
            )
        if min(self.counts) < 0 or not all(0.3 <= size <= 1.0 for size in self.sizes):
            raise UsageError(f"counts {self.counts}, sizes {self.sizes}", "from 0, and 0.3 to 1")
        if self.plan.count > 1 and any(0 < one < FEWEST_OF_A_GROUP for one in self.counts):
            raise UsageError(f"a group of {self.counts}", f"0 or at least {FEWEST_OF_A_GROUP}")
        self.fates  # noqa: B018 - refuses what is neither stable nor a clear change

    @property
    def fates(self) -> tuple[Change | None, ...]:
        """What became of it between each visit and the next; see `fate`."""
        return tuple(self.between(at, at + 1) for at in range(len(self.counts) - 1))

    def between(self, before: int, after: int) -> Change | None:
        """Say what became of it from one visit to a later one."""
        return fate(
            (self.counts[before], self.counts[after]), (self.sizes[before], self.sizes[after])
        )


def fate(counts: tuple[int, int], sizes: tuple[float, float]) -> Change | None:
    """Call a change by what was drawn.

    - new, resolved: none at the first date, none at the second; None when none at both.
    - stable: the very same particles, of the same size.
    - increased: at least 1.5 times as many and at least 3 more, or the same ones at least 1.3
      times as large; never fewer or smaller ones.
    - decreased: the same the other way round.

    Parameters
    ----------
    counts : tuple of int
        Before and after.
    sizes : tuple of float
        Factor on every diameter, before and after.

    Raises
    ------
    UsageError
        When there is a change, but none by these rules: such a group has no clear truth.
    """
    (before, after), (small, large) = counts, sizes
    if before == 0 or after == 0:
        if before == after:
            return None
        return Change.NEW if before == 0 else Change.RESOLVED
    if before == after and math.isclose(small, large):
        return Change.STABLE
    if _clearly_more(before, after, large / small):
        return Change.INCREASED
    if _clearly_more(after, before, small / large):
        return Change.DECREASED
    raise UsageError(
        f"{before} particles that become {after}, {large / small:.2f} times as large",
        f"the same, or {COUNT_RATIO:g} times and {LEAST_MORE} more, or {SIZE_RATIO:g} times larger",
    )


def _clearly_more(before: int, after: int, larger: float) -> bool:
    """Tell whether there are clearly more or larger ones, and no fewer or smaller ones."""
    if after < before or larger < 1.0 - 1e-9:
        return False
    more = after >= COUNT_RATIO * before and after - before >= LEAST_MORE
    return more or larger >= SIZE_RATIO - 1e-9
