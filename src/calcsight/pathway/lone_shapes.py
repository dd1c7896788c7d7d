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

    The most suspicious shape of the vocabulary counts from `description.worst_count`
    calcifications on, wherever they lie; the other suspicious ones, taken together with it, from
    as many as the primary group rule asks of a group.

    Returns
    -------
    Morphology or None
        None = too few of them.
    """
    named = [one.label for one in facts.lone if one is not None and one.label is not None]
    suspicious = [shape for shape in named if is_suspicious(shape, vocabulary)]
    highest = max(rank(shape, vocabulary) for shape in Morphology)
    worst = [shape for shape in suspicious if rank(shape, vocabulary) == highest]
    if len(worst) >= settings.description.worst_count:
        return min(worst)
    if len(suspicious) < settings.grouping.rules[0].minimum_count:
        return None
    return max(sorted(suspicious), key=lambda shape: rank(shape, vocabulary))


def all_benign(facts: ViewFacts, vocabulary: Vocabulary, settings: Settings) -> bool:
    """Tell whether every lone calcification has a benign shape, and no suspicious one possibly."""
    least = settings.description.possible_probability
    return all(_is_benign(one, vocabulary, least) for one in facts.lone)


def _is_benign(shape: Named[Morphology] | None, vocabulary: Vocabulary, least: float) -> bool:
    """Tell whether one calcification is surely of a benign shape; milk takes two projections."""
    if shape is None or shape.label is None or shape.label is Morphology.MILK_OF_CALCIUM:
        return False
    return not any(is_suspicious(one, vocabulary) for one in {shape.label, *shape.over(least)})
