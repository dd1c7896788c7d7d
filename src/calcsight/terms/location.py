"""Where in the breast something lies, in the words of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Region(StrEnum):
    """Quadrant, or what one projection alone can say of it."""

    UPPER_OUTER = "upper_outer"
    UPPER_INNER = "upper_inner"
    LOWER_OUTER = "lower_outer"
    LOWER_INNER = "lower_inner"
    UPPER = "upper"
    LOWER = "lower"
    OUTER = "outer"
    INNER = "inner"
    CENTRAL = "central"
    RETROAREOLAR = "retroareolar"


class Depth(StrEnum):
    """Third of the breast between nipple and chest wall."""

    ANTERIOR = "anterior"
    MIDDLE = "middle"
    POSTERIOR = "posterior"


class Unplaced(StrEnum):
    """Why a region and clock hours cannot be told; its value is the code, `text` the sentence."""

    LATERALITY_UNKNOWN = "laterality_unknown"
    VIEW_UNKNOWN = "view_unknown"
    NO_RULE_FOR_VIEW = "no_rule_for_view"
    TURNED_VIEW = "turned_view"
    PART_OF_BREAST = "part_of_breast"
    TOP_NOT_STATED = "top_not_stated"
    NIPPLE_NOT_SEEN = "nipple_not_seen"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _TEXTS[self]


_TEXTS: Mapping[Unplaced, str] = MappingProxyType(
    {
        Unplaced.LATERALITY_UNKNOWN: "Left or right breast is not stated, so no side is named.",
        Unplaced.VIEW_UNKNOWN: "The view is not stated, so no side and no height is named.",
        Unplaced.NO_RULE_FOR_VIEW: "There is no rule for sides and heights of this view.",
        Unplaced.TURNED_VIEW: (
            "The breast was rolled, turned or pushed aside for this view: "
            "its sides are not those of the breast."
        ),
        Unplaced.PART_OF_BREAST: (
            "A magnified, spot, stereotactic or partial view shows a part of the breast: "
            "what lies farthest from the chest wall need not be the nipple."
        ),
        Unplaced.TOP_NOT_STATED: (
            "Which way up the picture hangs is not stated, so no side and no height is named."
        ),
        Unplaced.NIPPLE_NOT_SEEN: (
            "The breast reaches the edge of the picture where the nipple would be."
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a group lies; what cannot be told is None, and `unplaced` says why.

    Parameters
    ----------
    region : Region or None
        From one projection alone half a breast (outer, inner; upper, lower), central or
        retroareolar; a quadrant once two projections are matched.
    clock_hours : tuple of int or None
        Hours on the clock face, seen from the front, that the group may lie at, 1-12, rising;
        one hour when two projections are matched. None when it cannot be said.
    depth : Depth or None
    nipple_distance_mm : float or None
        From the stand-in for the nipple (the point farthest from the chest wall) to the
        centre, in the plane of the image.
    skin_distance_mm : float or None
        From the centre to the nearest skin in the image; None when no skin is seen.
    behind_nipple_mm : float or None
        The part of the distance to the nipple that is perpendicular to the chest wall, >= 0
        but for what lies beside a drawn-out nipple.
    beside_nipple_mm : float or None
        The part along the chest wall: outer on a CC and its kin, upper on all other views,
        is above 0. None also when sides cannot be told.
    unplaced : Unplaced or None
        Why there is no region; None when there is one.
    """

    region: Region | None
    clock_hours: tuple[int, ...] | None
    depth: Depth | None
    nipple_distance_mm: float | None
    skin_distance_mm: float | None
    behind_nipple_mm: float | None = None
    beside_nipple_mm: float | None = None
    unplaced: Unplaced | None = None
