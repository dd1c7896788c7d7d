"""What a group looks like: the words, how sure each is, and the numbers behind them."""

from dataclasses import dataclass

from calcsight.terms.distribution import Distribution
from calcsight.terms.location import Location
from calcsight.terms.morphology import Morphology, Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Shape, distribution and place of one group.

    Parameters
    ----------
    morphology : Named of Morphology
        Of the group as a whole; label None = cannot be classified.
    predominant : Morphology or None
        The shape most members have; None when most cannot be classified.
    worst : Morphology or None
        The most suspicious shape that enough members have (settings); None when no member
        can be classified.
    distribution : Named of Distribution
    size_variability : float
        SD over mean of the members' diameters (population), >= 0.
    shape_variability : float
        How much the members differ in shape, >= 0; 0 = all alike.
    linearity : float
        0-1: share of members that are long and thin.
    branching : float
        0-1: share of members whose outline branches.
    nipple_angle_deg : float or None
        0-90: angle between the group's main axis and the line to the nipple; None for a group
        without one, and where the nipple is not in the image.
    duct_alignment : float or None
        -1 to 1: mean cos(2 angle) between long members and the line to the nipple: 1 = along
        it, -1 = across it, 0 = any way; None without long members, or without the nipple.
    location : Location
    """

    morphology: Named[Morphology]
    predominant: Morphology | None
    worst: Morphology | None
    distribution: Named[Distribution]
    size_variability: float
    shape_variability: float
    linearity: float
    branching: float
    nipple_angle_deg: float | None
    duct_alignment: float | None
    location: Location
