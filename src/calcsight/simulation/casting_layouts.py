"""Who has what in the views that distributions are learned from, and how one layout is planted."""

from dataclasses import dataclass

import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.grounds import Ground
from calcsight.simulation.inner_structure import thickness
from calcsight.simulation.layouts import one_shaped, own_angle
from calcsight.simulation.lines import log_uniform
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.planting import Planned, PlannedParticle
from calcsight.simulation.room import Room
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.varied_layouts import layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidPlan(GroupPlan):
    """A group in one of `varied_layouts.layouts`, by its name."""

    layout: str


def plan_layout(rng: np.random.Generator, plan: LaidPlan, canvas: Canvas, room: Room) -> Planned:
    """Plan one group by its layout; nothing when it found no room.

    Parameters
    ----------
    rng : numpy.random.Generator
    plan : LaidPlan
    canvas : Canvas
    room : Room
        What is planned is taken from it.
    """
    ground, layout = Ground.of(canvas, room), layouts()[plan.layout][1]
    diameters = np.array([log_uniform(rng, *plan.diameter_mm) for _ in range(plan.count)])
    for _ in range(room.tries):
        density = layout(rng, ground)
        places = None if density is None else ground.scatter(rng, density, diameters)
        if places is not None and room.covers(places):
            break
    else:
        return Planned(particles=(), groups=())
    room.take(places)
    particles = []
    for place, diameter in zip(places, diameters, strict=False):
        ahead = ground.outward(place) + np.pi
        angle = own_angle(rng, plan.kind, ahead)
        outline = one_shaped(rng, plan.kind, float(diameter), angle, canvas.view)
        particles.append(
            PlannedParticle(
                place_mm=place,
                diameter_mm=max_feret(outline),
                contrast_sd=float(rng.uniform(*plan.contrast_sd)),
                kind=plan.kind,
                unit=outline / max_feret(outline),
                group=1,
                calcium=thickness,
            )
        )
    return Planned(particles=tuple(particles), groups=(plan,))
