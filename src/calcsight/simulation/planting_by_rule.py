"""Finding a place in the breast for a group that is laid out by the rule of its kind."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.distributions import TISSUE_BETWEEN_MM, Places, makes_one_group
from calcsight.simulation.layouts import Laid
from calcsight.simulation.room import TRIES, Room
from calcsight.simulation.rule_families import RuleFamily
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution

_COARSE = (Kind.RIM, Kind.POPCORN, Kind.DYSTROPHIC, Kind.SUTURE, Kind.VASCULAR, Kind.SKIN)
_LEAST_OF_A_GROUP = 5


def plant_by_rule(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    canvas: Canvas,
    room: Room,
    family: RuleFamily,
) -> Laid | None:
    """Lay out one group where it fits whole; None when no such place was found.

    Returns
    -------
    Laid or None
        Places are mm from the first pixel centre.
    """
    where = room
    if plan.kind is Kind.SKIN:
        where = Room.near_skin(canvas)
        where.taken, where.tries = room.taken, room.tries
    if plan.distribution is Distribution.DIFFUSE:
        return _throughout(rng, plan, diameters_mm, canvas, where.without_taken(), family)
    for _ in range(where.tries):
        centre = where.draw(rng)
        if centre is None:
            return None
        heading = _heading(canvas, centre)
        laid = family.lay_out(
            rng, plan, diameters_mm, heading, canvas.view, partial(_covered, where, centre)
        )
        if laid is None:
            continue
        moved = _moved(laid, centre)
        if where.holds(moved.places) and _whole(moved, where) and _is_a_group(plan, moved.places):
            return moved
    return None


def _heading(canvas: Canvas, place: NDArray[np.float64]) -> float:
    """Return the direction of the nipple, radians from the column axis."""
    ahead = np.array(canvas.nipple_mm) - place
    return float(np.arctan2(ahead[0], ahead[1]))


def _moved(laid: Laid, by_mm: NDArray[np.float64]) -> Laid:
    """Return the same group elsewhere."""
    return Laid(
        places=laid.places + by_mm,
        outlines=laid.outlines,
        tubes=tuple(tube.moved(by_mm) for tube in laid.tubes),
    )


def _covered(room: Room, centre: NDArray[np.float64], places: Places) -> bool:
    """Tell whether places about a centre lie where particles may lie."""
    return room.covers(places + centre)


def _whole(laid: Laid, room: Room) -> bool:
    """Tell whether every outline lies where particles may lie."""
    points = [o[::4] + p for o, p in zip(laid.outlines, laid.places, strict=True)]
    return room.covers(np.concatenate(points))


def _is_a_group(plan: GroupPlan, places: Places) -> bool:
    """Tell whether what is called grouped is surely one group, unless it is coarse or few."""
    if plan.distribution is not Distribution.GROUPED or plan.kind in _COARSE:
        return True
    return len(places) < _LEAST_OF_A_GROUP or makes_one_group(places)


def _throughout(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    canvas: Canvas,
    room: Room,
    family: RuleFamily,
) -> Laid | None:
    """Spread particles through all of the breast, each running its own way."""
    places = np.zeros((0, 2))
    outlines: list[NDArray[np.float64]] = []
    for diameter in diameters_mm:
        needed = (diameters_mm[: len(places)] + diameter) / 2 + TISSUE_BETWEEN_MM
        for _ in range(TRIES):
            place = room.draw(rng)
            if place is None:
                return None
            angle = family.angle(rng, plan.kind, _heading(canvas, place))
            one = family.particle(rng, plan.kind, float(diameter), angle, canvas.view)
            if (np.hypot(*(places - place).T) >= needed).all() and room.covers(one[::4] + place):
                places, outlines = np.vstack([places, place]), [*outlines, one]
                break
        else:
            return None
    return Laid(places=places, outlines=tuple(outlines))
