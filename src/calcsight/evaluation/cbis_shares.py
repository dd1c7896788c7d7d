"""Share of malignant lesions in CBIS-DDSM by type, by distribution and by both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from calcsight.evaluation.cbis_table import Lesion
from calcsight.evaluation.cbis_words import (
    DISTRIBUTION_RANKS,
    SHAPE_RANKS,
    Unsettled,
    as_stated,
    most_suspicious,
)
from calcsight.evaluation.shares import Share, Women, share_of, shares_by
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology

Shape = Morphology | Unsettled
Lie = Distribution | Unsettled
SHAPE_ORDER: tuple[Shape, ...] = (*Morphology, *Unsettled)
LIE_ORDER: tuple[Lie, ...] = (*Distribution, *Unsettled)


class LesionSet(StrEnum):
    """Which lesions are counted."""

    CALLED_BACK = "called-back"
    ALL = "all"

    def of(self, lesions: Sequence[Lesion]) -> tuple[Lesion, ...]:
        """Return those of the set; called back = without those that never were."""
        return tuple(one for one in lesions if one.called_back or self is LesionSet.ALL)


class Settling(StrEnum):
    """How a lesion comes to one word."""

    AS_STATED = "as stated"
    MOST_SUSPICIOUS = "most suspicious"

    def shape(self, lesion: Lesion) -> Shape:
        """Return the lesion's word for shape, or why it has none."""
        if self is Settling.AS_STATED:
            return as_stated(lesion.shapes)
        return most_suspicious(lesion.shapes, SHAPE_RANKS)

    def distribution(self, lesion: Lesion) -> Lie:
        """Return the lesion's word for distribution, or why it has none."""
        if self is Settling.AS_STATED:
            return as_stated(lesion.distributions)
        return most_suspicious(lesion.distributions, DISTRIBUTION_RANKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionShares:
    """Every share of one set under one rule; what does not occur has no entry.

    Parameters
    ----------
    which : LesionSet
    settling : Settling
    total : Share
    shapes : mapping of Morphology or Unsettled to Share
        In the order of their enums, as the next two.
    distributions : mapping of Distribution or Unsettled to Share
    cells : mapping of (shape, distribution) to Share
    """

    which: LesionSet
    settling: Settling
    total: Share
    shapes: Mapping[Shape, Share]
    distributions: Mapping[Lie, Share]
    cells: Mapping[tuple[Shape, Lie], Share]


def lesion_shares(
    lesions: Sequence[Lesion],
    which: LesionSet,
    settling: Settling,
    replicates: int,
    seed: int,
) -> LesionShares:
    """Count one set under one rule.

    Parameters
    ----------
    lesions : sequence of Lesion
        All; `which` chooses among them.
    which : LesionSet
    settling : Settling
    replicates, seed : int
        Of the bootstrap by woman, over the women of the set.
    """
    own = which.of(lesions)
    names, malignant = [one.woman for one in own], [one.malignant for one in own]
    women = Women.of(names, replicates, seed)
    shapes = [settling.shape(one) for one in own]
    lies = [settling.distribution(one) for one in own]
    by_shape = shares_by(shapes, malignant, names, women)
    by_lie = shares_by(lies, malignant, names, women)
    by_both = shares_by(list(zip(shapes, lies, strict=True)), malignant, names, women)
    return LesionShares(
        which=which,
        settling=settling,
        total=share_of(malignant, names, women),
        shapes={one: by_shape[one] for one in SHAPE_ORDER if one in by_shape},
        distributions={one: by_lie[one] for one in LIE_ORDER if one in by_lie},
        cells={
            (shape, lie): by_both[shape, lie]
            for shape in SHAPE_ORDER
            for lie in LIE_ORDER
            if (shape, lie) in by_both
        },
    )
