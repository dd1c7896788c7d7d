"""What pictures say of shapes: a short word at each group, another ink for typically benign."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calcsight.pathway.levels import ROUTINE
from calcsight.terms.group import Group
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.vocabulary import Concern, Vocabulary

_SHORT: Mapping[Morphology, str] = MappingProxyType(
    {
        Morphology.ROUND_PUNCTATE: "round",
        Morphology.RIM: "rim",
        Morphology.LARGE_ROD: "rod",
        Morphology.POPCORN: "popcorn",
        Morphology.DYSTROPHIC: "dystrophic",
        Morphology.VASCULAR: "vascular",
        Morphology.SUTURE: "suture",
        Morphology.SKIN: "skin",
        Morphology.MILK_OF_CALCIUM: "milk of calcium",
        Morphology.AMORPHOUS: "amorphous",
        Morphology.COARSE_HETEROGENEOUS: "coarse het.",
        Morphology.FINE_PLEOMORPHIC: "pleomorphic",
        Morphology.FINE_LINEAR_BRANCHING: "fine linear",
    }
)
_CANNOT_BE_CLASSIFIED = "cannot be classified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicallyBenign:
    """What a vocabulary files as typically benign by its shape.

    Parameters
    ----------
    particles : frozenset of int
        Positions in `Reading.calcifications`.
    groups : frozenset of int
        Numbers of groups by the primary rule whose suggestion asks for no more, either.
    """

    particles: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()


def typically_benign(reading: Reading, vocabulary: Vocabulary | None) -> TypicallyBenign:
    """Return the particles and groups of typically benign shape; none without a vocabulary."""
    if vocabulary is None:
        return TypicallyBenign()
    return TypicallyBenign(
        particles=frozenset(
            position
            for position, one in enumerate(reading.calcifications)
            if one.morphology and _is_benign(one.morphology.label, vocabulary)
        ),
        groups=frozenset(
            group.number
            for group in reading.groups
            if group.description
            and _is_benign(group.description.morphology.label, vocabulary)
            and (group.weighing is None or group.weighing.suggestion.level in ROUTINE)
        ),
    )


def group_label(group: Group) -> str:
    """Return what is written at a group: its number, and a short word for its shape."""
    if group.description is None:
        return str(group.number)
    shape = group.description.morphology.label
    return f"{group.number} {_SHORT[shape] if shape else 'unclassified'}"


def group_words(group: Group, vocabulary: Vocabulary | None) -> str:
    """Name shape and distribution of a group for a caption."""
    description = group.description
    if description is None:
        return group.distribution.value
    labels = (description.morphology.label, description.distribution.label)
    if labels == (None, None):
        return f"shape and distribution {_CANNOT_BE_CLASSIFIED}"
    said = []
    for label, what in zip(labels, ("shape", "distribution"), strict=True):
        if label is None:
            said.append(f"{what} {_CANNOT_BE_CLASSIFIED}")
        else:
            said.append(vocabulary.word(label).name if vocabulary else label.replace("_", " "))
    return ", ".join(said)


def _is_benign(label: Morphology | None, vocabulary: Vocabulary) -> bool:
    """Tell whether a vocabulary files a shape as typically benign."""
    return label is not None and vocabulary.word(label).concern is Concern.TYPICALLY_BENIGN
