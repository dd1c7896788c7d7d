"""The shape of a group from the shapes of its members, by a pool whose every step is stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from calcsight.terms.errors import SettingsError
from calcsight.terms.morphology import Morphology

Probabilities = NDArray[np.float64]

# How suspicious a shape is; equal ranks are equally so.
SUSPICION_RANK: Mapping[Morphology, int] = MappingProxyType(
    {
        Morphology.ROUND_PUNCTATE: 1,
        Morphology.AMORPHOUS: 2,
        Morphology.COARSE_HETEROGENEOUS: 2,
        Morphology.FINE_PLEOMORPHIC: 3,
        Morphology.FINE_LINEAR_BRANCHING: 4,
    }
)
# A member's word never rules a shape out for the whole group.
_LEAST = 1e-4
# Nothing can be said of a member whose likeliest shape is less probable than this.
SAID = 0.4


def suspicion_rank(shape: Morphology) -> int:
    """Return 0 for a typically benign shape, up to 4 for fine linear or branching."""
    return SUSPICION_RANK.get(shape, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpinionPool:
    """Pool the members' probabilities: a weighted product, and a share that doubts it.

    pooled(shape) = (1 - doubt) * product over members of probability(shape)^(weight * score),
    made to sum to 1, + doubt * prior(shape). The score is how surely the member is a
    calcification at all: a mark that is probably none has next to no say. Members of which
    nothing can be said, all of whose probabilities lie below 0.4, have no part in the product:
    many small leanings would add up to a certainty.

    The weight is below 1 since members of a group are alike in what misleads about them, and is
    the same whatever the size of the group: one more member multiplies what was there by its own
    probabilities to a power of its own, and nothing else. So when the probabilities of that
    member do not fall from any shape to a more suspicious one, the probability of "at least as
    suspicious as r" falls for no r; nor does mixing with a fixed prior change that.

    Parameters
    ----------
    weight : float
        0-1, exponent of each member.
    doubt : float
        0-1, share that is left to the prior however many members agree.
    prior : array (len(Morphology),)
        0-1, sums to 1.
    """

    weight: float
    doubt: float
    prior: Probabilities

    def __post_init__(self) -> None:
        fit = 0.0 < self.weight <= 1.0 and 0.0 <= self.doubt < 1.0
        if not fit or self.prior.shape != (len(Morphology),) or abs(self.prior.sum() - 1.0) > 1e-6:
            raise SettingsError(
                "an opinion pool whose numbers are none", "a weight and shares of 0-1"
            )

    def __call__(
        self, members: Probabilities, scores: Probabilities | None = None
    ) -> Probabilities:
        """Return the probability of each shape for the group, shape (len(Morphology),).

        Parameters
        ----------
        members : array (n, len(Morphology))
            Rows sum to 1. No member of which something can be said = the prior. Milk of calcium is
            left out: one projection cannot show it.
        scores : array (n,) or None
            0-1, the members' scores; None = all are surely calcifications.
        """
        seen = np.array([one is not Morphology.MILK_OF_CALCIUM for one in Morphology])
        says = np.ones(len(members)) if scores is None else scores
        speak = members.max(axis=1, initial=0.0) >= SAID
        said = members[speak][:, seen]
        logs = self.weight * (says[speak, None] * np.log(np.maximum(said, _LEAST))).sum(axis=0)
        product = np.exp(logs - logs.max()) if len(said) else self.prior[seen]
        pooled = np.zeros(len(Morphology))
        pooled[seen] = product / product.sum()
        return np.asarray((1.0 - self.doubt) * pooled + self.doubt * self.prior)
