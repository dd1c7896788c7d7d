"""What the words of DDSM's tables mean in ours.

DDSM was described in the early 1990s' lexicon. Its "pleomorphic" is older than the division into
fine pleomorphic and coarse heterogeneous, so both may stand under it; nothing in the tables tells
them apart, and no lesion becomes coarse heterogeneous here.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology

Label = TypeVar("Label", bound=StrEnum)

SHAPES: Mapping[str, Morphology] = MappingProxyType(
    {
        "AMORPHOUS": Morphology.AMORPHOUS,
        "COARSE": Morphology.POPCORN,
        "DYSTROPHIC": Morphology.DYSTROPHIC,
        "EGGSHELL": Morphology.RIM,
        "FINE_LINEAR_BRANCHING": Morphology.FINE_LINEAR_BRANCHING,
        "LARGE_RODLIKE": Morphology.LARGE_ROD,
        "LUCENT_CENTER": Morphology.RIM,
        "LUCENT_CENTERED": Morphology.RIM,
        "MILK_OF_CALCIUM": Morphology.MILK_OF_CALCIUM,
        "PLEOMORPHIC": Morphology.FINE_PLEOMORPHIC,
        "PUNCTATE": Morphology.ROUND_PUNCTATE,
        "ROUND_AND_REGULAR": Morphology.ROUND_PUNCTATE,
        "SKIN": Morphology.SKIN,
        "VASCULAR": Morphology.VASCULAR,
    }
)
DISTRIBUTIONS: Mapping[str, Distribution] = MappingProxyType(
    {
        "CLUSTERED": Distribution.GROUPED,
        "DIFFUSELY_SCATTERED": Distribution.DIFFUSE,
        "LINEAR": Distribution.LINEAR,
        "REGIONAL": Distribution.REGIONAL,
        "SEGMENTAL": Distribution.SEGMENTAL,
    }
)
# For "the most suspicious word stands" alone. Equal ranks are not ordered: typically benign
# shapes are all 0. The order of distributions is that of Liberman 1998 and Oligane 2018.
SHAPE_RANKS: Mapping[Morphology, int] = MappingProxyType(
    dict.fromkeys(Morphology, 0)
    | {
        Morphology.ROUND_PUNCTATE: 1,
        Morphology.AMORPHOUS: 2,
        Morphology.COARSE_HETEROGENEOUS: 2,
        Morphology.FINE_PLEOMORPHIC: 3,
        Morphology.FINE_LINEAR_BRANCHING: 4,
    }
)
DISTRIBUTION_RANKS: Mapping[Distribution, int] = MappingProxyType(
    {
        Distribution.DIFFUSE: 0,
        Distribution.REGIONAL: 1,
        Distribution.GROUPED: 2,
        Distribution.LINEAR: 3,
        Distribution.SEGMENTAL: 4,
    }
)
_NOTHING = frozenset({"", "NA", "N/A"})


class Unsettled(StrEnum):
    """Why a lesion has no one word."""

    COMPOUND = "several words in one view"
    VIEWS_DISAGREE = "views disagree"
    EQUALS = "several words of equal rank"
    NOT_STATED = "not stated"
    NO_COUNTERPART = "a word without counterpart"


Stated = frozenset[Label] | None


def words_in(cell: str, meanings: Mapping[str, Label]) -> Stated[Label]:
    """Translate a cell such as "PUNCTATE-PLEOMORPHIC".

    Two words of one meaning ("ROUND_AND_REGULAR-PUNCTATE", "REGIONAL-REGIONAL") are one label.

    Returns
    -------
    frozenset of Label or None
        Empty = nothing is stated; None = a word has no counterpart.
    """
    words = cell.strip().upper()
    if words in _NOTHING:
        return frozenset()
    parts = words.split("-")
    if any(part not in meanings for part in parts):
        return None
    return frozenset(meanings[part] for part in parts)


def as_stated(views: Sequence[Stated[Label]]) -> Label | Unsettled:
    """Return the one label that every view states that states any, else why there is none."""
    known = [view for view in views if view is not None]
    if len(known) < len(views):
        return Unsettled.NO_COUNTERPART
    said = {view for view in known if view}
    if not said:
        return Unsettled.NOT_STATED
    if len(said) > 1:
        return Unsettled.VIEWS_DISAGREE
    [labels] = said
    return next(iter(labels)) if len(labels) == 1 else Unsettled.COMPOUND


def most_suspicious(
    views: Sequence[Stated[Label]], ranks: Mapping[Label, int]
) -> Label | Unsettled:
    """Return the label of the highest rank among the words of every view."""
    if any(view is None for view in views):
        return Unsettled.NO_COUNTERPART
    said = every_word(views)
    if not said:
        return Unsettled.NOT_STATED
    highest = max(ranks[label] for label in said)
    top = [label for label in said if ranks[label] == highest]
    return top[0] if len(top) == 1 else Unsettled.EQUALS


def every_word(views: Sequence[Stated[Label]]) -> frozenset[Label]:
    """Return the words of all views together; a view without counterpart gives none."""
    return frozenset(label for view in views for label in view or ())
