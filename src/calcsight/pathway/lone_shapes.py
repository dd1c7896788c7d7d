"""Calcifications that are in no group: when they are a finding by themselves, and when not."""

from collections.abc import Iterable
from dataclasses import dataclass

from calcsight.pathway.facts import ViewFacts
from calcsight.pathway.shapes import is_suspicious, rank
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Vocabulary


def scattered_shape(
    facts: ViewFacts, vocabulary: Vocabulary, settings: Settings
) -> Morphology | None:
    """Return the suspicious shape that is scattered through a view without making a group.

    It is the most suspicious one that at least `description.worst_count` single calcifications
    have, more suspicious ones counted with them. The most suspicious shape of the vocabulary is a
    finding by that alone; the others are one where as many suspicious ones are there as the
    primary group rule asks of a group.

    Returns
    -------
    Morphology or None
        None = too few of them.
    """
    named = (one.label for one in facts.lone if one is not None)
    ranked = sorted(
        (-rank(shape, vocabulary), shape)
        for shape in named
        if shape is not None and is_suspicious(shape, vocabulary)
    )
    if len(ranked) < settings.description.worst_count:
        return None
    own, shape = ranked[settings.description.worst_count - 1]
    highest = max(rank(one, vocabulary) for one in Morphology)
    enough = len(ranked) >= settings.grouping.rules[0].minimum_count
    return shape if enough or -own == highest else None


# From this rank on a shape is suspicious in a single particle, too.
_TELLS_ALONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """How many calcifications of one or of several views count as what.

    Parameters
    ----------
    grouped : int
        In groups.
    benign : int
        Single ones, surely of a benign shape.
    suspicious : int
        Single ones that are named as of a suspicious shape.
    by_itself : int
        Those of them whose shape tells in one particle: fine pleomorphic, fine linear or
        branching. Amorphous and coarse heterogeneous are words for groups.
    left_open : int
        All other single ones.
    """

    grouped: int
    benign: int
    suspicious: int
    by_itself: int
    left_open: int

    @property
    def mostly_open(self) -> bool:
        """More single ones are left open than there are benign ones, all groups being benign."""
        return self.left_open > self.grouped + self.benign


def sort_out(views: Iterable[ViewFacts], vocabulary: Vocabulary, settings: Settings) -> Sorted:
    """Count what is in groups, and what single calcifications are, over all views together."""
    least = settings.description.possible_probability
    views = tuple(views)
    lone = [one for view in views for one in view.lone]
    benign = sum(_is_benign(one, vocabulary, least) for one in lone)
    named = [one.label for one in lone if one is not None and one.label is not None]
    suspicious = [shape for shape in named if is_suspicious(shape, vocabulary)]
    return Sorted(
        grouped=sum(view.grouped for view in views),
        benign=benign,
        suspicious=len(suspicious),
        by_itself=sum(rank(shape, vocabulary) >= _TELLS_ALONE for shape in suspicious),
        left_open=len(lone) - benign - len(suspicious),
    )


def _is_benign(shape: Named[Morphology] | None, vocabulary: Vocabulary, least: float) -> bool:
    """Tell whether one calcification is surely of a benign shape; milk takes two projections."""
    if shape is None or shape.label is None or shape.label is Morphology.MILK_OF_CALCIUM:
        return False
    return not any(is_suspicious(one, vocabulary) for one in {shape.label, *shape.over(least)})
