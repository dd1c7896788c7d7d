"""Whether two views can be compared at all, and which views of two exams belong together."""

from collections.abc import Sequence

from calcsight.analysis.location import PART_LIMITATIONS, PART_OF_BREAST, TURNED
from calcsight.terms.comparison import NotComparable
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, Projection, View, ViewModifier

Pairs = tuple[tuple[int, int], ...]


def why_not_comparable(
    current: Projection, prior: Projection, same_patient: bool = False
) -> NotComparable | None:
    """Say why two views cannot be compared; None when they can be laid over each other.

    Parameters
    ----------
    current, prior : Projection
    same_patient : bool
        A person vouches that both are of one woman, whatever the files' numbers say.

    Returns
    -------
    NotComparable or None
        The weightiest reason first: whose breast it is, then which view, then how it was made.
    """
    both = (current, prior)
    modifiers = set(current.modifiers) | set(prior.modifiers)
    doubts = set(current.limitations) | set(prior.limitations)
    keys = {one.patient_key for one in both} - {None}
    reasons = {
        NotComparable.ANOTHER_PATIENT: len(keys) > 1 and not same_patient,
        NotComparable.SAME_IMAGE: _same_image(current, prior),
        NotComparable.LATERALITY_UNKNOWN: any(one.laterality is Laterality.UNKNOWN for one in both),
        NotComparable.ANOTHER_BREAST: current.laterality is not prior.laterality,
        NotComparable.VIEW_UNKNOWN: any(one.view is View.UNKNOWN for one in both),
        NotComparable.ANOTHER_VIEW: current.view is not prior.view,
        NotComparable.PRIOR_IS_LATER: _later(prior, current),
        NotComparable.MAGNIFICATION: ViewModifier.MAGNIFICATION in modifiers,
        NotComparable.PART_OF_BREAST: bool(PART_OF_BREAST & modifiers or PART_LIMITATIONS & doubts),
        NotComparable.TURNED_VIEW: bool(TURNED & modifiers),
        NotComparable.IMPLANT: Limitation.IMPLANT in doubts
        or ViewModifier.IMPLANT_DISPLACED in modifiers,
        NotComparable.SPACING_UNKNOWN: any(one.spacing is None for one in both),
    }
    return next((why for why, holds in reasons.items() if holds), None)


def pair_views(
    current: Sequence[Projection], prior: Sequence[Projection], same_patient: bool = False
) -> Pairs:
    """Pair the views of two exams by side and view.

    Of several of one side and view, comparable ones are paired first, each once, in their order.

    Returns
    -------
    tuple of (int, int)
        Positions in `current` and `prior`, in the order of the current exam.
    """
    left = list(range(len(prior)))
    pairs: dict[int, int] = {}
    for comparable_only in (True, False):
        for at, one in enumerate(current):
            if at in pairs or why_alone(one) is not NotComparable.NO_COUNTERPART:
                continue
            alike = [j for j in left if _alike(one, prior[j])]
            fit = [j for j in alike if why_not_comparable(one, prior[j], same_patient) is None]
            chosen = fit if comparable_only else alike
            if chosen:
                pairs[at] = chosen[0]
                left.remove(chosen[0])
    return tuple(sorted(pairs.items()))


def why_alone(view: Projection) -> NotComparable:
    """Say why a view that was paired with none has no partner."""
    if view.laterality is Laterality.UNKNOWN:
        return NotComparable.LATERALITY_UNKNOWN
    if view.view is View.UNKNOWN:
        return NotComparable.VIEW_UNKNOWN
    return NotComparable.NO_COUNTERPART


def days_between(current: Projection, prior: Projection) -> int | None:
    """Return the days from the prior to the current; None when a date is unknown.

    Nothing but this difference enters a comparison: dates that were all shifted alike, as they
    are when files are de-identified, change nothing.
    """
    if current.acquired_on is None or prior.acquired_on is None:
        return None
    return (current.acquired_on - prior.acquired_on).days


def _same_image(current: Projection, prior: Projection) -> bool:
    alike = current.pixel_digest and current.pixel_digest == prior.pixel_digest
    return current.uid == prior.uid or bool(alike)


def _later(one: Projection, other: Projection) -> bool:
    days = days_between(one, other)
    return days is not None and days > 0


def _alike(one: Projection, other: Projection) -> bool:
    return one.laterality is other.laterality and one.view is other.view
