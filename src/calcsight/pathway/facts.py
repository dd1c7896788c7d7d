"""What the clinical rules know of a group or of a view: no image, and nothing more than this."""

from collections.abc import Sequence
from dataclasses import dataclass

from calcsight.terms.calcification import Calcification
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import (
    LATERAL_VIEWS,
    VIEWS_FROM_ABOVE,
    ExamKind,
    Laterality,
    Projection,
    ViewModifier,
)
from calcsight.terms.morphology import Morphology, Named


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """One group as the rules see it, whoever described it: a program or a reader.

    Parameters
    ----------
    morphology : Named of Morphology
        Of the group as a whole; label None = cannot be classified.
    worst : Morphology or None
        The most suspicious shape that enough members have; None = no member is classified. Of
        milk of calcium, as seen from above: lines from the side are how it looks.
    distribution : Named of Distribution or None
        None = not stated; label None = cannot be named.
    exam_kind : ExamKind
    spacing_known : bool
        False switches every rule off that rests on a size.
    magnified : bool
        The group was seen on a magnification view.
    alone : bool
        It is the only group of its view, or of its breast where all views are known.
    magnified_elsewhere : bool
        Its exam holds magnification views of its breast, with which it could not be matched.
    lateral_compared : bool
        It was compared between a view from above and the true lateral: without that, nothing is
        called milk of calcium.
    change : Change or None
        Against a prior mammogram; None = not compared with one.
    beside_cancer : bool
        A known cancer lies beside it; False = none is known.
    """

    morphology: Named[Morphology]
    worst: Morphology | None
    distribution: Named[Distribution] | None
    exam_kind: ExamKind
    spacing_known: bool
    magnified: bool
    alone: bool
    magnified_elsewhere: bool = False
    lateral_compared: bool = False
    change: Change | None = None
    beside_cancer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFacts:
    """One view as the rules see it, beside its groups.

    Parameters
    ----------
    exam_kind : ExamKind
    spacing_known : bool
        False: no group was looked for, and no shape was named.
    grouped : int
        Calcifications in its groups.
    lone : tuple of (Named of Morphology or None)
        Shape of every counted calcification that is in no group; None = not described.
    """

    exam_kind: ExamKind
    spacing_known: bool
    grouped: int
    lone: tuple[Named[Morphology] | None, ...]


def group_facts(description: Description, mammogram: Projection, alone: bool) -> GroupFacts:
    """Gather what a described group of one view gives the rules."""
    return GroupFacts(
        morphology=description.morphology,
        worst=description.worst,
        distribution=description.distribution,
        exam_kind=mammogram.exam_kind,
        spacing_known=mammogram.spacing is not None,
        magnified=ViewModifier.MAGNIFICATION in mammogram.modifiers,
        alone=alone,
    )


def view_facts(
    mammogram: Projection,
    calcifications: Sequence[Calcification],
    groups: Sequence[Group],
    lone_score: float,
) -> ViewFacts:
    """Gather what one view gives the rules.

    Parameters
    ----------
    mammogram : Projection
    calcifications : sequence of Calcification
        Groups refer to positions in it.
    groups : sequence of Group
        By the primary rule.
    lone_score : float
        0-1, score from which a calcification in no group counts.
    """
    grouped = {position for group in groups for position in group.members}
    return ViewFacts(
        exam_kind=mammogram.exam_kind,
        spacing_known=mammogram.spacing is not None,
        grouped=len(grouped),
        lone=tuple(
            one.morphology
            for position, one in enumerate(calcifications)
            if position not in grouped and one.score >= lone_score
        ),
    )


def has_magnification(view: Projection, exam: Sequence[Projection]) -> bool:
    """Tell whether an exam has a magnification view, from above or lateral, of a view's breast.

    One of an earlier day than the view does not count.
    """
    return view.laterality is not Laterality.UNKNOWN and any(
        one.laterality is view.laterality
        and ViewModifier.MAGNIFICATION in one.modifiers
        and one.view in VIEWS_FROM_ABOVE | LATERAL_VIEWS
        and not _earlier(one, view)
        for one in exam
    )


def _earlier(one: Projection, other: Projection) -> bool:
    """Tell whether one view is known to be of an earlier day than another."""
    days = one.acquired_on, other.acquired_on
    return days[0] is not None and days[1] is not None and days[0] < days[1]


def stated_shape(*shapes: Morphology) -> Named[Morphology]:
    """Take a reader's word, or words of equal weight, for a shape; none = cannot be classified."""
    chosen = shapes or tuple(Morphology)
    return Named(
        label=shapes[0] if shapes else None,
        probabilities={shape: 1.0 / len(chosen) for shape in chosen},
    )


def stated_distribution(label: Distribution | None) -> Named[Distribution] | None:
    """Take a reader's word for a distribution; None = not stated."""
    return None if label is None else Named(label=label, probabilities={label: 1.0})
