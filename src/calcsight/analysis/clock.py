"""Sides, quadrants and the clock face from how far something lies beside the nipple.

All views share one picture of the breast from the front: `outer` (away from the breastbone) and
`up`, both in mm from the nipple. A view whose X-ray beam is turned by an angle t from straight
down shows across the chest wall ``outer cos t + up sin t``: 0 degrees is a CC, 90 a lateral, and
an oblique view lies between, so that what it shows as upper is in truth upper and outer.
"""

import math
from dataclasses import dataclass

from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.location import Region
from calcsight.terms.mammogram import (
    LATERAL_VIEWS,
    OBLIQUE_VIEWS,
    VIEWS_FROM_ABOVE,
    Laterality,
    View,
)

_HOUR_DEG = 30.0
_HALF_HOUR_DEG = 15.0
# What is central in one view points along the beam: up to this far off it, seen from the front,
# where it lies at least twice the width of the central strip from the nipple's own axis.
_CENTRAL_DEG = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A place seen from the front, mm from the nipple.

    Parameters
    ----------
    outer_mm : float
        Away from the breastbone is above 0.
    up_mm : float
        Towards the head is above 0.
    """

    outer_mm: float
    up_mm: float


def angle_limits_deg(view: View, settings: DescriptionSettings) -> tuple[float, float] | None:
    """Return the smallest and largest angle of a view; None for a view without a rule."""
    if view in VIEWS_FROM_ABOVE:
        return (0.0, 0.0)
    if view in LATERAL_VIEWS:
        return (90.0, 90.0)
    return settings.oblique_limits_deg if view in OBLIQUE_VIEWS else None


def usual_angle_deg(view: View, settings: DescriptionSettings) -> float | None:
    """Return the angle that a view is taken to have; None for a view without a rule."""
    limits = angle_limits_deg(view, settings)
    return None if limits is None else sum(limits) / 2.0


def half_of(view: View, beside_mm: float, settings: DescriptionSettings) -> Region:
    """Name the half of the breast that one view shows: outer, inner, upper, lower or central."""
    if abs(beside_mm) <= settings.central_mm:
        return Region.CENTRAL
    if view in VIEWS_FROM_ABOVE:
        return Region.OUTER if beside_mm > 0 else Region.INNER
    return Region.UPPER if beside_mm > 0 else Region.LOWER


def hours_possible(
    view: View, laterality: Laterality, beside_mm: float, settings: DescriptionSettings
) -> tuple[int, ...] | None:
    """Return every hour at which something may lie that one view shows beside the nipple.

    Parameters
    ----------
    view : View
    laterality : Laterality
        LEFT or RIGHT: outer is to the right of the picture on a left breast, seen from the
        front.
    beside_mm : float
        As in `Location.beside_nipple_mm`.
    settings : DescriptionSettings

    Returns
    -------
    tuple of int or None
        1-12, rising; an hour reaches 15 degrees to both sides. Of something central, the hours
        along the beam. None for a view without a rule.
    """
    limits = angle_limits_deg(view, settings)
    if limits is None:
        return None
    low, high = limits
    # Angles from 12 o'clock towards outer; half the breast is open on one side of the beam.
    if abs(beside_mm) <= settings.central_mm:
        arcs = [(start - high - _CENTRAL_DEG, start - low + _CENTRAL_DEG) for start in (0.0, 180.0)]
    elif beside_mm > 0:
        arcs = [(-high, 180.0 - low)]
    else:
        arcs = [(180.0 - high, 360.0 - low)]
    hours = {hour for hour in range(12) if any(_meets(hour, arc) for arc in arcs)}
    return tuple(sorted(_on_side(hour, laterality) for hour in hours))


def front_from(first: tuple[float, float], second: tuple[float, float]) -> Front | None:
    """Return where something lies that two views show beside the nipple.

    Parameters
    ----------
    first, second : tuple of float
        Angle in degrees and `beside_nipple_mm` of each view.

    Returns
    -------
    Front or None
        The solution of the two equations of this module's head; None when the angles are
        within 10 degrees of each other and tell nothing.
    """
    (a, shown_a), (b, shown_b) = first, second
    cos_a, sin_a = math.cos(math.radians(a)), math.sin(math.radians(a))
    cos_b, sin_b = math.cos(math.radians(b)), math.sin(math.radians(b))
    between = cos_a * sin_b - sin_a * cos_b
    if abs(between) < math.sin(math.radians(10.0)):
        return None
    return Front(
        outer_mm=(shown_a * sin_b - shown_b * sin_a) / between,
        up_mm=(cos_a * shown_b - cos_b * shown_a) / between,
    )


def quadrant(front: Front, settings: DescriptionSettings) -> Region:
    """Name the quadrant; a half where the other way is central, central where both are."""
    up = _side(front.up_mm, settings.central_mm)
    outer = _side(front.outer_mm, settings.central_mm)
    return {
        (1, 1): Region.UPPER_OUTER,
        (1, -1): Region.UPPER_INNER,
        (-1, 1): Region.LOWER_OUTER,
        (-1, -1): Region.LOWER_INNER,
        (1, 0): Region.UPPER,
        (-1, 0): Region.LOWER,
        (0, 1): Region.OUTER,
        (0, -1): Region.INNER,
        (0, 0): Region.CENTRAL,
    }[(up, outer)]


def clock_hour(front: Front, laterality: Laterality) -> int:
    """Return the nearest hour on the clock face, 1-12, seen from the front."""
    degrees = math.degrees(math.atan2(front.outer_mm, front.up_mm))
    return _on_side(round(degrees / _HOUR_DEG) % 12, laterality)


def _side(mm: float, central_mm: float) -> int:
    return 0 if abs(mm) <= central_mm else (1 if mm > 0 else -1)


def _meets(hour: int, arc: tuple[float, float]) -> bool:
    """Tell whether an hour, 0-11, reaches into an open arc of degrees."""
    low, high = arc[0] - _HALF_HOUR_DEG, arc[1] + _HALF_HOUR_DEG
    return any(low < _HOUR_DEG * hour + turn < high for turn in (-360.0, 0.0, 360.0))


def _on_side(hour: int, laterality: Laterality) -> int:
    """Turn an hour counted towards outer, 0-11, into the clock's, 1-12."""
    shown = hour if laterality is Laterality.LEFT else -hour
    return shown % 12 or 12
