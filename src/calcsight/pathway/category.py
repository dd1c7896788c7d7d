"""Which category the rules arrive at for one group, and which rules fired."""

from calcsight.pathway.facts import GroupFacts
from calcsight.pathway.levels import attention, screened
from calcsight.pathway.round_shapes import round_level
from calcsight.pathway.shapes import (
    is_suspicious,
    possible_shapes,
    rank,
    weighed_shape,
    what_weighs_more,
)
from calcsight.terms.guidance import Change, FiredRule, Guidance, Level, Suggestion
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings
from calcsight.terms.vocabulary import Concern, Vocabulary

# Ranks of the vocabulary: from here on a shape counts as highly suspicious by itself, or once
# something makes it weigh more.
_HIGH_BY_ITSELF = 4
_HIGH_IF_MORE = 3

Decision = tuple[Level, tuple[FiredRule, ...]]


def suggest(facts: GroupFacts, guidance: Guidance, settings: Settings) -> Suggestion:
    """Suggest a category for one group; only a person assigns one.

    The level follows from shape, distribution, change and exam, never from a population's
    number: changing the population cannot change it.
    """
    level, rules = _decision(facts, guidance.vocabulary, settings)
    if facts.magnified_elsewhere and not facts.magnified and attention(level) > 0:
        rules = (*rules, _not_matched())
    if facts.exam_kind is ExamKind.SCREENING:
        level, rules = screened(level), (*rules, screening_rule(level))
    return in_scheme(level, rules, guidance)


def in_scheme(level: Level, rules: tuple[FiredRule, ...], guidance: Guidance) -> Suggestion:
    """Put a level into the words of the scheme, or what the scheme has in its place.

    This comes last: what findings come to together is decided before.
    """
    scheme = guidance.scheme
    found = level
    replacement = scheme.instead.get(found)
    if replacement is not None:
        level = replacement.level
        rules = (*rules, FiredRule(code="scheme_replaces", words=replacement.words))
    return Suggestion(
        scheme=scheme.id,
        scheme_version=scheme.version,
        found=found,
        level=level,
        category=scheme.categories.get(level),
        rules=rules,
    )


def suspicious_level(shape: Morphology, more: bool, vocabulary: Vocabulary) -> Level:
    """Grade a shape that is suspicious by itself.

    Parameters
    ----------
    shape : Morphology
    more : bool
        Something makes it weigh more: along ducts, new or increased, beside a cancer.
    vocabulary : Vocabulary
        Its ranks of suspicion decide.
    """
    own = rank(shape, vocabulary)
    high = own >= _HIGH_BY_ITSELF or (more and own >= _HIGH_IF_MORE)
    return Level.SUSPICIOUS_HIGH if high else Level.SUSPICIOUS_MODERATE


def screening_rule(level: Level) -> FiredRule:
    """Say what screening views alone allow to be said."""
    if screened(level) is Level.INCOMPLETE:
        said = "Screening views alone never settle a finding: more views or priors come first."
    else:
        said = "Screening views alone say no more than that nothing found here asks for more."
    return FiredRule(code="screening_views_only", words=said)


def spacing_rule() -> FiredRule:
    """Say what an unknown pixel spacing leaves open."""
    return FiredRule(
        code="unknown_spacing",
        words=(
            "The pixel spacing is unknown: no rule on sizes was applied, no group was formed and "
            "no shape was named."
        ),
    )


def _not_matched() -> FiredRule:
    """Say why magnification views that were made settle nothing here."""
    return FiredRule(
        code="magnified_not_matched",
        words=(
            "Magnification views are there, but could not be matched with this group: whether they "
            "show it, and how, is for a person to see."
        ),
    )


def _decision(facts: GroupFacts, vocabulary: Vocabulary, settings: Settings) -> Decision:
    """Decide as from a diagnostic exam."""
    if not facts.spacing_known:
        return Level.CANNOT_BE_CLASSIFIED, (spacing_rule(),)
    shape = weighed_shape(facts, vocabulary)
    if shape is None:
        return Level.CANNOT_BE_CLASSIFIED, _unclassified(facts)
    if is_suspicious(shape, vocabulary):
        return _suspicious(facts, shape, vocabulary)
    return _not_suspicious(facts, shape, vocabulary, settings)


def _unclassified(facts: GroupFacts) -> tuple[FiredRule, ...]:
    """Say that the shape is left open, and what weighs more whatever it is."""
    rules = [
        FiredRule(
            code="cannot_be_classified",
            words="No shape is probable enough to be named: that is a result, not a gap.",
        )
    ]
    if facts.morphology.label is Morphology.MILK_OF_CALCIUM:
        rules.append(
            FiredRule(
                code="milk_needs_the_lateral",
                words=(
                    "Milk of calcium is named only from the change between CC and true lateral, "
                    "which was not seen."
                ),
            )
        )
    return (*rules, *what_weighs_more(facts))


def _suspicious(facts: GroupFacts, shape: Morphology, vocabulary: Vocabulary) -> Decision:
    """Grade a shape that is suspicious by itself, in whatever distribution."""
    more = what_weighs_more(facts)
    name = vocabulary.word(shape).name
    rules = [
        FiredRule(
            code="suspicious_shape",
            words=f"{name.capitalize()} is suspicious by its shape, however the particles lie.",
        ),
        *more,
    ]
    if facts.change in {Change.STABLE, Change.DECREASED}:
        rules.append(
            FiredRule(
                code="stability_never_lowers",
                words="No growth since the prior mammogram never makes a suspicious shape less so.",
            )
        )
    return suspicious_level(shape, bool(more), vocabulary), tuple(rules)


def _not_suspicious(
    facts: GroupFacts, shape: Morphology, vocabulary: Vocabulary, settings: Settings
) -> Decision:
    """Decide on a benign shape; a suspicious one that is possible keeps it open."""
    is_round = vocabulary.word(shape).concern is Concern.BENIGN_UNLESS
    possible = possible_shapes(facts, settings.description.possible_probability)
    # Smudges from above may be milk of calcium, and may be amorphous.
    seen = () if facts.worst is None else (facts.worst,)
    doubtful = [one for one in dict.fromkeys((*seen, *possible)) if is_suspicious(one, vocabulary)]
    if doubtful and not (is_round and what_weighs_more(facts)):
        return Level.INCOMPLETE, (_doubt(shape, doubtful, vocabulary),)
    if is_round:
        return round_level(facts, shape, vocabulary)
    return Level.BENIGN_FINDING, (_benign(shape, vocabulary),)


def _benign(shape: Morphology, vocabulary: Vocabulary) -> FiredRule:
    """Say that the kind is typically benign."""
    return FiredRule(
        code="typically_benign_shape",
        words=f"{vocabulary.word(shape).name.capitalize()} is typically benign.",
    )


def _doubt(shape: Morphology, doubtful: list[Morphology], vocabulary: Vocabulary) -> FiredRule:
    """Say which suspicious shape keeps a benign one from being settled."""
    name = vocabulary.word(shape).name.capitalize()
    names = ", ".join(vocabulary.word(one).name for one in doubtful)
    return FiredRule(
        code="suspicious_shape_possible",
        words=(
            f"{name} is the likelier shape, yet possible too: {names}. It is not settled as benign."
        ),
    )
