"""Which views of an exam show one breast from two sides, so that their groups can be matched."""

from collections.abc import Sequence
from dataclasses import dataclass

from calcsight.analysis.location import PART_LIMITATIONS, PART_OF_BREAST, TURNED
from calcsight.terms.mammogram import (
    LATERAL_VIEWS,
    OBLIQUE_VIEWS,
    VIEWS_FROM_ABOVE,
    Laterality,
    Projection,
    View,
)
from calcsight.terms.matching import NotMatched
from calcsight.terms.reading import SeenView

# The first of each that an exam holds is taken: what is nearest to straight from above, and what
# is nearest to straight from the side.
_FIRST_CHOICES = (View.CC, View.XCC, View.XCCL, View.XCCM, View.FB)
_SECOND_CHOICES = (View.ML, View.LM, View.MLO, View.LMO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPairs:
    """Views to match, and why the others are not.

    Parameters
    ----------
    pairs : tuple of (int, int)
        Positions of the readings: from above, then from the side or oblique; one pair a breast.
    left_out : tuple of (int, NotMatched)
        Every other position, rising, with the reason.
    """

    pairs: tuple[tuple[int, int], ...]
    left_out: tuple[tuple[int, NotMatched], ...]


def views_to_match(readings: Sequence[SeenView]) -> ViewPairs:
    """Choose one view from above and one from the side for each breast.

    A true lateral view goes before an oblique one: its height is the true one, and it can show
    that calcium has settled. An oblique and a lateral view without any from above are matched
    with each other.
    """
    left_out: dict[int, NotMatched] = {}
    usable: dict[Laterality, list[int]] = {Laterality.LEFT: [], Laterality.RIGHT: []}
    known = {one.mammogram.uid: at for at, one in reversed(list(enumerate(readings)))}
    last = max((day for one in readings if (day := one.mammogram.acquired_on)), default=None)
    for position, reading in enumerate(readings):
        why = _unusable(reading)
        if known[reading.mammogram.uid] != position:
            why = NotMatched.SAME_IMAGE
        elif reading.mammogram.acquired_on not in (None, last):
            why = why or NotMatched.ANOTHER_DAY
        if why is None:
            usable[reading.mammogram.laterality].append(position)
        else:
            left_out[position] = why
    pairs = []
    for positions in usable.values():
        pair = _chosen(readings, positions)
        for position in positions:
            if pair is None:
                left_out[position] = NotMatched.NO_SECOND_PROJECTION
            elif position not in pair:
                left_out[position] = NotMatched.ANOTHER_VIEW_TAKEN
        pairs += [pair] if pair is not None else []
    return ViewPairs(pairs=tuple(sorted(pairs)), left_out=tuple(sorted(left_out.items())))


def _chosen(readings: Sequence[SeenView], positions: Sequence[int]) -> tuple[int, int] | None:
    """Return the best pair of one breast; None when all views look from one direction."""

    def best(choices: Sequence[View]) -> int | None:
        views = [
            (choices.index(v), at) for at in positions if (v := _view(readings, at)) in choices
        ]
        return min(views)[1] if views else None

    first, second = best(_FIRST_CHOICES), best(_SECOND_CHOICES)
    if first is None:
        first, second = best(tuple(OBLIQUE_VIEWS)), best(tuple(LATERAL_VIEWS))
    return None if first is None or second is None else (first, second)


def _view(readings: Sequence[SeenView], position: int) -> View:
    return readings[position].mammogram.view


def _unusable(reading: SeenView) -> NotMatched | None:
    """Say why no group of a view can be matched; None when they can."""
    mammogram: Projection = reading.mammogram
    doubts = {
        NotMatched.SPACING_UNKNOWN: mammogram.spacing is None,
        NotMatched.LATERALITY_UNKNOWN: mammogram.laterality is Laterality.UNKNOWN,
        NotMatched.VIEW_UNKNOWN: mammogram.view is View.UNKNOWN,
        NotMatched.NO_RULE_FOR_VIEW: mammogram.view
        not in VIEWS_FROM_ABOVE | OBLIQUE_VIEWS | LATERAL_VIEWS,
        NotMatched.PART_OF_BREAST: bool(
            PART_OF_BREAST & set(mammogram.modifiers)
            or PART_LIMITATIONS & set(mammogram.limitations)
        ),
        NotMatched.TURNED_VIEW: bool(TURNED & set(mammogram.modifiers)),
        NotMatched.NOT_DESCRIBED: any(one.description is None for one in reading.groups),
    }
    return next((why for why, holds in doubts.items() if holds), None)
