"""Calcifications that are in no group: when they are a finding by themselves, and when not."""

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


def surely_benign(facts: ViewFacts, vocabulary: Vocabulary, settings: Settings) -> int:
    """Count the lone calcifications of a benign shape for which no suspicious one is possible."""
    least = settings.description.possible_probability
    return sum(_is_benign(one, vocabulary, least) for one in facts.lone)


def any_suspicious(facts: ViewFacts, vocabulary: Vocabulary) -> bool:
    """Tell whether a lone calcification is named as of a suspicious shape."""
    named = (one.label for one in facts.lone if one is not None)
    return any(shape is not None and is_suspicious(shape, vocabulary) for shape in named)


def _is_benign(shape: Named[Morphology] | None, vocabulary: Vocabulary, least: float) -> bool:
    """Tell whether one calcification is surely of a benign shape; milk takes two projections."""
    if shape is None or shape.label is None or shape.label is Morphology.MILK_OF_CALCIUM:
        return False
    return not any(is_suspicious(one, vocabulary) for one in {shape.label, *shape.over(least)})
