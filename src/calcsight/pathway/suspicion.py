"""Probability of malignancy of one group, from one named population."""

from calcsight.pathway.evidence import (
    all_bounded,
    draw,
    drawn_beside,
    drawn_possible,
    higher_of_a_lesser_shape,
    span,
)
from calcsight.pathway.facts import GroupFacts
from calcsight.pathway.shapes import is_benign, named_shape, possible_shapes, weighed_shape
from calcsight.terms.guidance import Guidance
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.suspicion import Drawn, NoProbability, Suspicion
from calcsight.terms.vocabulary import Concern

STANDING_NOTE = (
    "None of the populations describes groups found by a machine in unselected screening."
)


def weigh(facts: GroupFacts, guidance: Guidance, settings: Settings) -> Suspicion:
    """Weigh one group by the population of the guidance.

    The number is that of the population's cell for the weighed shape and the distribution where
    the cell holds enough groups, else of the row of the shape; where the same population gives a
    less suspicious shape more, it is that. The interval spans the cells of all possible shapes.
    No other population enters it; the others stand beside it. A group whose own shape cannot be
    classified, or is typically benign, has no number, whatever its worst members are: those raise
    its category alone.

    Returns
    -------
    Suspicion
        Without a number, and with the reason, for typically benign and for unclassified groups,
        and where the population does not know the shape.
    """
    vocabulary = guidance.vocabulary
    named = named_shape(facts) if facts.spacing_known else None
    shape = None if named is None else weighed_shape(facts, vocabulary)
    if named is None or shape is None:
        said = "The shape cannot be classified: no probability is given."
        return _without(guidance, NoProbability.CANNOT_BE_CLASSIFIED, said, ())
    if vocabulary.word(named).concern is Concern.TYPICALLY_BENIGN:
        said = f"Named {_name(named, guidance)}, typically benign: no probability is given."
        if shape is not named:
            said += f" Its {_name(shape, guidance)} particles raise the category alone."
        return _without(guidance, NoProbability.TYPICALLY_BENIGN, said, ())
    name = _name(shape, guidance)
    if is_benign(facts, shape, vocabulary):
        said = f"Weighed as {name}, typically benign: no probability is given."
        return _without(guidance, NoProbability.TYPICALLY_BENIGN, said, ())
    lies = facts.distribution.label if facts.distribution else None
    beside = drawn_beside(guidance, shape, lies)
    drawn = draw(guidance.population, shape, lies)
    if drawn is None:
        said = f"{guidance.population.title} holds no number for {name}. {STANDING_NOTE}"
        return _without(guidance, NoProbability.NOT_IN_POPULATION, said, beside)
    higher = higher_of_a_lesser_shape(drawn, guidance, lies)
    possible = possible_shapes(facts, settings.description.possible_probability)
    evidence = _each_once((drawn, higher, *drawn_possible(guidance, possible, lies)))
    low, high = span(evidence)
    return Suspicion(
        population=guidance.population.id,
        probability=(higher or drawn).cell.probability,
        low=low,
        high=high,
        evidence=evidence,
        beside=beside,
        missing=None,
        note=" ".join(_sentences(facts, evidence, higher, guidance)),
    )


def _without(
    guidance: Guidance, missing: NoProbability, note: str, beside: tuple[Drawn, ...]
) -> Suspicion:
    """Build a suspicion without a number."""
    return Suspicion(
        population=guidance.population.id,
        probability=None,
        low=None,
        high=None,
        evidence=(),
        beside=beside,
        missing=missing,
        note=note,
    )


def _each_once(found: tuple[Drawn | None, ...]) -> tuple[Drawn, ...]:
    """Return each shape's cell once, in the order in which they came."""
    kept: dict[Morphology, Drawn] = {}
    for one in found:
        if one is not None:
            kept.setdefault(one.morphology, one)
    return tuple(kept.values())


def _sentences(
    facts: GroupFacts, evidence: tuple[Drawn, ...], higher: Drawn | None, guidance: Guidance
) -> list[str]:
    """Say which rule gave the number, and of what it is a share."""
    drawn = evidence[0]
    title = guidance.population.title
    said = [
        f"Weighed as {_name(drawn.morphology, guidance)}, "
        f"{_whose(drawn.morphology, facts)}. "
        f"Drawn from one population, {title}: {_from_where(drawn, facts, guidance)}. "
        f"A share of {drawn.cell.denominator}."
    ]
    if higher is not None:
        said.append(
            f"The same population gives {_name(higher.morphology, guidance)} the higher number; "
            "that is taken, so that a more suspicious shape never lowers it."
        )
    if len(evidence) > 1:
        names = ", ".join(_name(one.morphology, guidance) for one in evidence)
        if all_bounded(evidence):
            said.append(f"The interval spans what it gives for {names}.")
        else:
            said.append(
                f"What it gives for {names} is a span of published values without their own "
                "uncertainty, and no interval."
            )
    elif drawn.cell.low is None:
        said.append("Its source gives no interval.")
    return [*said, STANDING_NOTE]


def _name(shape: Morphology, guidance: Guidance) -> str:
    """Return a shape's name in the vocabulary."""
    return guidance.vocabulary.word(shape).name


def _whose(shape: Morphology, facts: GroupFacts) -> str:
    """Say whether the group or its most suspicious members have the weighed shape."""
    if shape is named_shape(facts):
        return "the shape of the group"
    return "the most suspicious shape that enough of its particles have"


def _from_where(drawn: Drawn, facts: GroupFacts, guidance: Guidance) -> str:
    """Name the cell or the row that was drawn, and why it is not the other."""
    name = _name(drawn.morphology, guidance)
    if drawn.distribution is not None:
        return f"its cell for {name} in {drawn.distribution.value} distribution"
    if facts.distribution is None or facts.distribution.label is None:
        return f"its row for {name}, since the distribution is not named"
    lies = facts.distribution.label.value
    return f"its row for {name}, since its cell for {lies} distribution is missing or too small"
