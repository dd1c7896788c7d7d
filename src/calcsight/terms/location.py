"""Where in the breast something lies, in the words of a report."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a group lies; what one projection cannot tell is None.

    Parameters
    ----------
    region : Region or None
        From one CC or MLO alone half a breast (outer, inner; upper, lower); a quadrant once
        both are matched. None when side or view is unknown.
    clock_hours : tuple of int or None
        Hours on the clock face, seen from the front, that the group may lie at, 1-12; one hour
        when both projections are matched. None when it cannot be said.
    depth : Depth or None
    nipple_distance_mm : float
        From the stand-in for the nipple (the point farthest from the chest wall) to the
        centre, in the plane of the image.
    skin_distance_mm : float
        From the centre to the nearest skin in the image.
    """

    region: Region | None
    clock_hours: tuple[int, ...] | None
    depth: Depth | None
    nipple_distance_mm: float
    skin_distance_mm: float
