"""What two matched projections say together of place and shape."""

import math

from calcsight.analysis.clock import clock_hour, front_from, quadrant, usual_angle_deg
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.location import Location, Region
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.morphology import Morphology, Named

# A shape that one view rules out is not ruled out by both together.
_LEAST_CHANCE = 1e-3


def place_from_both(
    first: tuple[View, Location],
    second: tuple[View, Location],
    laterality: Laterality,
    settings: DescriptionSettings,
) -> Location:
    """Join where two projections show one lesion.

    Parameters
    ----------
    first, second : tuple of (View, Location)
        The view from above first; its depth is kept.
    laterality : Laterality
    settings : DescriptionSettings
        An oblique view is taken to have `oblique_deg`.

    Returns
    -------
    Location
        Quadrant and one clock hour; the distance to the nipple in space, the mean of the
        distances behind it, the nearer skin. Where one view cannot tell its sides, neither
        region nor hour, with its reason.
    """
    (view_a, a), (view_b, b) = first, second
    behind_mm = _mean(a.behind_nipple_mm, b.behind_nipple_mm)
    skins = [mm for mm in (a.skin_distance_mm, b.skin_distance_mm) if mm is not None]
    angles = usual_angle_deg(view_a, settings), usual_angle_deg(view_b, settings)
    beside = a.beside_nipple_mm, b.beside_nipple_mm
    front = None
    if None not in angles and None not in beside:
        front = front_from(
            (angles[0] or 0.0, beside[0] or 0.0), (angles[1] or 0.0, beside[1] or 0.0)
        )
    if front is None or behind_mm is None:
        return Location(
            region=None,
            clock_hours=None,
            depth=a.depth or b.depth,
            nipple_distance_mm=_mean(a.nipple_distance_mm, b.nipple_distance_mm),
            skin_distance_mm=min(skins, default=None),
            behind_nipple_mm=behind_mm,
            unplaced=a.unplaced or b.unplaced,
        )
    distance_mm = math.hypot(behind_mm, front.outer_mm, front.up_mm)
    region = quadrant(front, settings)
    if distance_mm <= settings.retroareolar_mm:
        region = Region.RETROAREOLAR
    vague = region in (Region.RETROAREOLAR, Region.CENTRAL)
    return Location(
        region=region,
        clock_hours=None if vague else (clock_hour(front, laterality),),
        depth=a.depth,
        nipple_distance_mm=distance_mm,
        skin_distance_mm=min(skins, default=None),
        behind_nipple_mm=behind_mm,
    )


def shape_from_both(
    first: Named[Morphology],
    second: Named[Morphology],
    settled: float | None,
    settings: DescriptionSettings,
) -> Named[Morphology]:
    """Pool the shapes of two projections.

    The geometric mean of both probabilities, none below 0.001, made to sum to 1: two views of
    one lesion are no two independent witnesses, so that agreement does not make surer. Milk of
    calcium takes its own probability off the rest.

    Parameters
    ----------
    first, second : Named of Morphology
    settled : float or None
        0-1, of milk of calcium by the change between a view from above and a true lateral one;
        None = no such views: milk of calcium is 0.
    settings : DescriptionSettings

    Returns
    -------
    Named of Morphology
        Label None below `least_probability`.
    """
    milk = settled or 0.0
    others = set(Morphology) - {Morphology.MILK_OF_CALCIUM}
    pooled = {
        shape: math.sqrt(
            max(first.probabilities.get(shape, 0.0), _LEAST_CHANCE)
            * max(second.probabilities.get(shape, 0.0), _LEAST_CHANCE)
        )
        for shape in sorted(others)
    }
    total = sum(pooled.values())
    chances = {shape: (1.0 - milk) * chance / total for shape, chance in pooled.items()}
    chances[Morphology.MILK_OF_CALCIUM] = milk
    likeliest = max(chances, key=lambda shape: chances[shape])
    named = chances[likeliest] >= settings.least_probability
    return Named(label=likeliest if named else None, probabilities=chances)


def _mean(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return one if other is None else other
    return (one + other) / 2.0
