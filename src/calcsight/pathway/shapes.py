"""Which shape of a group is weighed, and what the vocabulary thinks of it."""

from calcsight.pathway.facts import GroupFacts
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import VocabularyError
from calcsight.terms.guidance import Change, FiredRule
from calcsight.terms.morphology import Morphology
from calcsight.terms.vocabulary import Concern, Vocabulary

ALONG_DUCTS = frozenset({Distribution.LINEAR, Distribution.SEGMENTAL})
_RISING = frozenset({Change.NEW, Change.INCREASED})


def rank(shape: Morphology, vocabulary: Vocabulary) -> int:
    """Return the rank of suspicion of a shape: 0 = least.

    Raises
    ------
    VocabularyError
        When the vocabulary does not have the shape, or gives it no rank.
    """
    found = vocabulary.word(shape).suspicion_rank
    if found is None:
        raise VocabularyError(f"the shape {shape.value!r} without a rank", "a suspicion_rank")
    return found


def is_suspicious(shape: Morphology, vocabulary: Vocabulary) -> bool:
    """Tell whether the shape by itself counts as suspicious."""
    return vocabulary.word(shape).concern is Concern.SUSPICIOUS


def named_shape(facts: GroupFacts) -> Morphology | None:
    """Return the group's shape; milk of calcium only where CC and true lateral were compared."""
    label = facts.morphology.label
    if label is Morphology.MILK_OF_CALCIUM and not facts.lateral_compared:
        return None
    return label


def weighed_shape(facts: GroupFacts, vocabulary: Vocabulary) -> Morphology | None:
    """Return the shape that the group is weighed by.

    The worst shape counts where it is suspicious and more so than the group's own. Benign shapes
    among the members change nothing: round parts of a vascular track stay parts of the track.
    Smudges from above are how milk of calcium looks, and change nothing here; `worst` leaves out
    what the lateral view shows of it. Any other suspicious shape from above is none of milk.

    Returns
    -------
    Morphology or None
        None = cannot be classified.
    """
    shape, worst = named_shape(facts), facts.worst
    if worst is None or not is_suspicious(worst, vocabulary):
        return shape
    if shape is Morphology.MILK_OF_CALCIUM and worst is Morphology.AMORPHOUS:
        return shape
    if shape is None or rank(worst, vocabulary) > rank(shape, vocabulary):
        return worst
    return shape


def possible_shapes(facts: GroupFacts, least: float) -> tuple[Morphology, ...]:
    """Return the shapes whose probability exceeds `least` (0-1), likeliest first."""
    return facts.morphology.over(least)


def what_weighs_more(facts: GroupFacts) -> tuple[FiredRule, ...]:
    """Return what makes a shape weigh more than it does by itself; benign kinds excepted."""
    rules = []
    label = facts.distribution.label if facts.distribution else None
    if label in ALONG_DUCTS:
        rules.append(
            FiredRule(
                code="along_ducts",
                words=f"The distribution is {label.value}, as of particles within ducts.",
            )
        )
    if facts.change in _RISING:
        said = "new" if facts.change is Change.NEW else "increased"
        rules.append(
            FiredRule(code="rising", words=f"The group is {said} since the prior mammogram.")
        )
    if facts.beside_cancer:
        rules.append(FiredRule(code="beside_cancer", words="It lies beside a known cancer."))
    return tuple(rules)


def is_diffuse(facts: GroupFacts) -> bool:
    """Tell whether the group is spread through the breast."""
    return facts.distribution is not None and facts.distribution.label is Distribution.DIFFUSE


def is_benign(facts: GroupFacts, shape: Morphology, vocabulary: Vocabulary) -> bool:
    """Tell whether a weighed shape is typically benign here: by its kind, or diffuse and alike."""
    concern = vocabulary.word(shape).concern
    if concern is Concern.BENIGN_UNLESS:
        return is_diffuse(facts) and not what_weighs_more(facts)
    return concern is Concern.TYPICALLY_BENIGN
