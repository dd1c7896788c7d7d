"""The words for shape, and how sure a word is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from calcsight.terms.errors import VocabularyError

Label = TypeVar("Label", bound=StrEnum)

# Probabilities that come out of single precision sum to 1 no better than this.
_SUM_TOLERANCE = 1e-3


class Morphology(StrEnum):
    """Shape of a particle, or of the particles of a group; a vocabulary defines each word."""

    ROUND_PUNCTATE = "round_punctate"
    RIM = "rim"
    LARGE_ROD = "large_rod"
    POPCORN = "popcorn"
    DYSTROPHIC = "dystrophic"
    VASCULAR = "vascular"
    SUTURE = "suture"
    SKIN = "skin"
    MILK_OF_CALCIUM = "milk_of_calcium"
    AMORPHOUS = "amorphous"
    COARSE_HETEROGENEOUS = "coarse_heterogeneous"
    FINE_PLEOMORPHIC = "fine_pleomorphic"
    FINE_LINEAR_BRANCHING = "fine_linear_branching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Generic[Label]):
    """A word with the probabilities of all words that it was chosen from.

    Parameters
    ----------
    label : StrEnum or None
        None = cannot be classified: the judge abstained.
    probabilities : mapping
        Every word that was possible, 0-1, summing to 1; kept by falling probability, equal
        ones in alphabetical order.

    Raises
    ------
    VocabularyError
        When the probabilities are none, or the label is not among them.
    """

    label: Label | None
    probabilities: Mapping[Label, float]

    def __post_init__(self) -> None:
        values = self.probabilities.values()
        whole = abs(sum(values) - 1.0) <= _SUM_TOLERANCE
        if not whole or not all(math.isfinite(p) and 0.0 <= p <= 1.0 for p in values):
            raise VocabularyError("probabilities that are none", "numbers of 0-1 that sum to 1")
        if self.label is not None and self.label not in self.probabilities:
            raise VocabularyError(f"the label {self.label!r}", "one that has a probability")
        ordered = sorted(self.probabilities.items(), key=lambda one: (-one[1], one[0].value))
        object.__setattr__(self, "probabilities", MappingProxyType(dict(ordered)))

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process boundary, which a read-only mapping cannot."""
        return (_named, (self.label, dict(self.probabilities)))

    @property
    def likeliest(self) -> Label:
        """The word of the highest probability, whether it was given or not."""
        return next(iter(self.probabilities))

    def over(self, least: float) -> tuple[Label, ...]:
        """Return the words whose probability exceeds `least`, likeliest first."""
        return tuple(label for label, p in self.probabilities.items() if p > least)


def _named(label: Label | None, probabilities: Mapping[Label, float]) -> Named[Label]:
    """Build a named word again."""
    return Named(label=label, probabilities=probabilities)
