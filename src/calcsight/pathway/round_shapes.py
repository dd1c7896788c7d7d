"""Round or punctate groups: benign unless how they lie, or how they change, says otherwise."""

from calcsight.pathway.facts import GroupFacts
from calcsight.pathway.shapes import is_diffuse, what_weighs_more
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import FiredRule, Level
from calcsight.terms.morphology import Morphology
from calcsight.terms.vocabulary import Vocabulary


def round_level(
    facts: GroupFacts, shape: Morphology, vocabulary: Vocabulary
) -> tuple[Level, tuple[FiredRule, ...]]:
    """Decide, as from a diagnostic exam, on a shape that is benign unless something speaks up.

    Returns
    -------
    Level
    tuple of FiredRule
        In the order in which they were applied.
    """
    name = vocabulary.word(shape).name
    more = what_weighs_more(facts)
    if more:
        words = (
            f"{name.capitalize()} particles count as suspicious when they lie or change like this."
        )
        return Level.SUSPICIOUS_LOW, (FiredRule(code="round_but_not_alike", words=words), *more)
    if is_diffuse(facts):
        words = f"{name.capitalize()} particles spread through the breast are typically benign."
        return Level.BENIGN_FINDING, (FiredRule(code="diffuse_round", words=words),)
    tight = FiredRule(
        code="tight_round_not_suspicious",
        words=f"A group of {name} particles is not suspicious for lying close together alone.",
    )
    if not _is_one_group(facts):
        words = (
            "Watching is usual for one isolated group alone; this one is not alone, or its "
            "distribution is another or not named."
        )
        return Level.INCOMPLETE, (tight, FiredRule(code="not_one_isolated_group", words=words))
    if not facts.magnified:
        words = "Magnification views come before a group is called probably benign."
        return Level.INCOMPLETE, (tight, FiredRule(code="not_magnified", words=words))
    words = (
        "One isolated group, seen on magnification views, with nothing that speaks against it. "
        "Published shares of such shapes are mostly of groups that were biopsied, and higher."
    )
    return Level.PROBABLY_BENIGN, (tight, FiredRule(code="one_isolated_round_group", words=words))


def _is_one_group(facts: GroupFacts) -> bool:
    """Tell whether this is the one group that there is, and named as grouped."""
    lies = facts.distribution.label if facts.distribution else None
    return facts.alone and lies is Distribution.GROUPED
