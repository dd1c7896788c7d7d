"""Groups as words, for the tables of the rules."""

from typing import Any

from calcsight.pathway.facts import GroupFacts, ViewFacts, stated_distribution, stated_shape
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology, Named

BENIGN_KINDS = (
    Morphology.RIM,
    Morphology.LARGE_ROD,
    Morphology.POPCORN,
    Morphology.DYSTROPHIC,
    Morphology.VASCULAR,
    Morphology.SUTURE,
    Morphology.SKIN,
)
SUSPICIOUS_KINDS = (
    Morphology.AMORPHOUS,
    Morphology.COARSE_HETEROGENEOUS,
    Morphology.FINE_PLEOMORPHIC,
    Morphology.FINE_LINEAR_BRANCHING,
)


def group(
    shape: Morphology | None,
    lies: Distribution | None = Distribution.GROUPED,
    kind: ExamKind = ExamKind.DIAGNOSTIC,
    **more: Any,
) -> GroupFacts:
    """Return a group of one shape, seen on magnification views, alone in its breast."""
    stated: dict[str, Any] = {
        "morphology": stated_shape(*([shape] if shape else [])),
        "worst": shape,
        "distribution": stated_distribution(lies),
        "exam_kind": kind,
        "spacing_known": True,
        "magnified": True,
        "alone": True,
    }
    return GroupFacts(**{**stated, **more})


def unsure(label: Morphology, other: Morphology, share: float) -> Named[Morphology]:
    """Return a shape with another one that is possible with a probability."""
    return Named(label=label, probabilities={label: 1.0 - share, other: share})


def view(
    *lone: Morphology | None,
    kind: ExamKind = ExamKind.SCREENING,
    spacing_known: bool = True,
    grouped: int = 0,
) -> ViewFacts:
    """Return a view with single calcifications of these shapes."""
    shapes = tuple(stated_shape(one) if one else None for one in lone)
    return ViewFacts(exam_kind=kind, spacing_known=spacing_known, grouped=grouped, lone=shapes)
