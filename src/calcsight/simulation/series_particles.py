"""Calcifications that are followed: planted once, shown at each visit as they then are."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from calcsight.simulation.distributions import makes_one_group
from calcsight.simulation.histories import History
from calcsight.simulation.outlines import Outline, max_feret
from calcsight.simulation.planting import Planned, PlannedParticle, plan_particles
from calcsight.simulation.room import Room
from calcsight.simulation.series_places import Reference, Whereabouts
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.simulation.warps import Warp

# How much contrast varies: of all particles with exposure and compression, and of each.
_VISIT_CONTRAST, _OWN_CONTRAST = 0.1, 0.06
# How much an outline varies as another side is seen, and how far it is tilted away.
_WOBBLE, _SHORTEST = 0.05, 0.94
_HARMONICS = (2, 3, 4, 5)
# A group is planted again so often until it is one by the rule; a little less than 10 mm, as a
# visit may stretch it.
_TRIES, _CIRCLE_MM = 12, 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """Everything that is there at some visit, in the reference frame.

    Parameters
    ----------
    histories : dict of int to History
        By id; those for which there was no room are left out.
    particles : dict of int to tuple of PlannedParticle
        By the same id; those that come first are there the longest.
    """

    histories: dict[int, History]
    particles: dict[int, tuple[PlannedParticle, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one visit shows.

    Parameters
    ----------
    planned : Planned
        In the visit's reading frame.
    identity : tuple of int
        Of each particle, over all visits.
    groups : tuple of int
        Id over all visits of each of `planned.groups`.
    """

    planned: Planned
    identity: tuple[int, ...]
    groups: tuple[int, ...]


def plan_histories(reference: Reference, spec: SeriesSpec, where: Whereabouts) -> Planting:
    """Find every history a place that all visits show, where its particles make one group."""
    rng = np.random.default_rng((spec.reference.seed, 43))
    canvas = reference.canvas
    room = Room.of(canvas)
    seen = cv2.resize(where.seen, canvas.shape[::-1], interpolation=cv2.INTER_NEAREST)
    room.allowed &= np.asarray(seen, np.uint8)
    histories: dict[int, History] = {}
    particles: dict[int, tuple[PlannedParticle, ...]] = {}
    for number, history in enumerate(spec.histories, start=1):
        wishes = replace(spec.reference, groups=(history.plan,))
        for _ in range(_TRIES):
            taken = room.taken
            planned = plan_particles(rng, wishes, canvas, room).particles
            if len(planned) < history.plan.count:
                break
            members = _inner_first(rng, planned)
            if _one_group_always(history, members):
                histories[number], particles[number] = history, members
                break
            room.taken = taken
    return Planting(histories=histories, particles=particles)


def _one_group_always(history: History, members: tuple[PlannedParticle, ...]) -> bool:
    """Tell whether those shown at each visit surely make one group by the rule of 5 in 10 mm."""
    if history.plan.count == 1:
        return True
    places = np.array([member.place_mm for member in members])
    return all(
        makes_one_group(places[:count], circle_diameter_mm=_CIRCLE_MM)
        for count in set(history.counts) - {0}
    )


def at_visit(planting: Planting, warp: Warp, seed: int, visit: int) -> Shown:
    """Show what is there at one visit, moved and turned with the tissue around it.

    A particle keeps its size, whatever its tissue is stretched by.
    """
    rng = np.random.default_rng((seed, 44))
    brightness = float(np.exp(rng.normal(0.0, _VISIT_CONTRAST)))
    shown: list[PlannedParticle] = []
    identity: list[int] = []
    groups: list[int] = []
    first = 0
    for number, history in planting.histories.items():
        members = planting.particles[number]
        count, size = history.counts[visit], history.sizes[visit]
        several = history.plan.count > 1
        if several and count:
            groups.append(number)
        for at, member in enumerate(members[:count]):
            moved = _moved(rng, member, warp, size)
            shown.append(
                replace(
                    moved,
                    contrast_sd=moved.contrast_sd * brightness,
                    group=len(groups) if several else None,
                )
            )
            identity.append(first + at)
        first += len(members)
    plans = tuple(planting.histories[number].plan for number in groups)
    return Shown(
        planned=Planned(particles=tuple(shown), groups=plans),
        identity=tuple(identity),
        groups=tuple(groups),
    )


def _moved(
    rng: np.random.Generator, member: PlannedParticle, warp: Warp, size: float
) -> PlannedParticle:
    """Return a particle where the visit shows it, from a slightly different side."""
    place = warp.to_visit(member.place_mm)
    outline = _wobbled(rng, member.unit) @ warp.turn_at(place)[0].T
    # What is smaller is thinner, too.
    contrast = member.contrast_sd * size * float(np.exp(rng.normal(0.0, _OWN_CONTRAST)))
    return replace(
        member,
        place_mm=place[0],
        diameter_mm=member.diameter_mm * size * float(rng.uniform(_SHORTEST, 1.0)),
        contrast_sd=contrast,
        unit=outline / max_feret(outline),
    )


def _wobbled(rng: np.random.Generator, outline: Outline) -> Outline:
    """Bulge and dent an outline a little, smoothly around it."""
    angle = np.arctan2(outline[:, 0], outline[:, 1])
    bulge = sum(
        rng.normal(0.0, _WOBBLE / order) * np.sin(order * angle + rng.uniform(0.0, 2 * np.pi))
        for order in _HARMONICS
    )
    wobbled: Outline = outline * (1.0 + np.clip(bulge, -0.15, 0.15))[:, None]
    return wobbled


def _inner_first(
    rng: np.random.Generator, particles: tuple[PlannedParticle, ...]
) -> tuple[PlannedParticle, ...]:
    """Put those near the middle first, roughly: a group grows at its edge, and inside."""
    places = np.array([one.place_mm for one in particles])
    away = np.hypot(*(places - places.mean(axis=0)).T)
    away = away / max(float(away.max()), 1e-9) + rng.normal(0.0, 0.25, len(away))
    return tuple(particles[at] for at in np.argsort(away, kind="stable"))
