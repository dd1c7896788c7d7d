"""Groups of an exam's views that are one lesion, with what both views say of it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from calcsight.analysis.both_views import place_from_both, shape_from_both
from calcsight.analysis.likeness import ShownGroup
from calcsight.analysis.matching import MatchedPair, match
from calcsight.analysis.settling import lie_of, settled_probability
from calcsight.analysis.view_pairs import views_to_match
from calcsight.terms.description import Description
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.location import Location
from calcsight.terms.mammogram import (
    LATERAL_VIEWS,
    OBLIQUE_VIEWS,
    VIEWS_FROM_ABOVE,
    Projection,
    View,
)
from calcsight.terms.matching import MatchRemark
from calcsight.terms.reading import GroupMatch, SeenView


def matches(readings: Sequence[SeenView], settings: DescriptionSettings) -> tuple[GroupMatch, ...]:
    """Match the groups of an exam's views, breast by breast.

    Parameters
    ----------
    readings : sequence of SeenView
        With described groups; `views_to_match` says which views are left out, and why.
    settings : DescriptionSettings

    Returns
    -------
    tuple of GroupMatch
        Most probable first; each group at most once. `weighing` is None: rules are applied
        elsewhere.
    """
    found: list[GroupMatch] = []
    for one, other in views_to_match(readings).pairs:
        views = (_Shown.of(readings[one]), _Shown.of(readings[other]))
        for pair in match(views[0].groups, views[1].groups, settings):
            joined = _joined(views, pair, settings)
            found.append(replace(joined, readings=(one, other)))
    return tuple(sorted(found, key=lambda one: (-one.probability, one.readings, one.groups)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The described groups of one reading."""

    mammogram: Projection
    groups: tuple[ShownGroup, ...]
    descriptions: tuple[Description, ...]

    @classmethod
    def of(cls, reading: SeenView) -> "_Shown":
        described = [(one, one.description) for one in reading.groups]
        kept = [(group, said) for group, said in described if said is not None]
        return cls(
            mammogram=reading.mammogram,
            groups=tuple(
                ShownGroup(
                    view=reading.mammogram.view,
                    group=group,
                    members=tuple(reading.calcifications[i] for i in group.members),
                    location=said.location,
                    morphology=said.morphology,
                    distribution=said.distribution,
                )
                for group, said in kept
            ),
            descriptions=tuple(said for _, said in kept),
        )


def _joined(
    views: tuple[_Shown, _Shown], pair: MatchedPair, settings: DescriptionSettings
) -> GroupMatch:
    """Say what two matched groups say together; which readings they are of is told later."""
    first, second = views[0].groups[pair.first], views[1].groups[pair.second]
    location = place_from_both(
        (first.view, first.location),
        (second.view, second.location),
        views[0].mammogram.laterality,
        settings,
    )
    settled = _settled((views[0].mammogram, first), (views[1].mammogram, second))
    from_side = second.view in LATERAL_VIEWS
    return GroupMatch(
        readings=(0, 1),
        groups=(first.group.number, second.group.number),
        probability=pair.probability,
        location=location,
        morphology=shape_from_both(
            views[0].descriptions[pair.first].morphology,
            views[1].descriptions[pair.second].morphology,
            settled if from_side else None,
            settings,
        ),
        remarks=_remarks(location, settled, {first.view, second.view}, settings),
    )


def _settled(
    one: tuple[Projection, ShownGroup], other: tuple[Projection, ShownGroup]
) -> float | None:
    """Return how probably calcium has settled; None unless one view is from above, both upright."""
    (above, first), (side, second) = one, other
    upright = None not in (first.location.beside_nipple_mm, second.location.beside_nipple_mm)
    if above.view not in VIEWS_FROM_ABOVE or not upright:
        return None
    lies = lie_of(first.members, above), lie_of(second.members, side)
    return None if lies[0] is None or lies[1] is None else settled_probability(lies[0], lies[1])


def _remarks(
    location: Location, settled: float | None, views: Set[View], settings: DescriptionSettings
) -> tuple[MatchRemark, ...]:
    """Say what a reader must know of a match."""
    oblique, from_side = bool(views & OBLIQUE_VIEWS), bool(views & LATERAL_VIEWS)
    chance = settled or 0.0
    holds = {
        MatchRemark.OBLIQUE_HEIGHT: location.region is not None and oblique,
        MatchRemark.MILK_OF_CALCIUM_BY_CHANGE: from_side and chance >= settings.least_probability,
        MatchRemark.LATERAL_VIEW_CAN_SETTLE: not from_side
        and chance > settings.possible_probability,
    }
    return tuple(remark for remark, held in holds.items() if held)
