"""From a plan to particles: where each lies, how large it is, how bright."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.distributions import (
    Places,
    is_spread_out,
    makes_one_group,
    parallel_tracks,
    scatter,
)
from calcsight.simulation.families import Families
from calcsight.simulation.inner_structure import thickness
from calcsight.simulation.layouts import Laid
from calcsight.simulation.outlines import Outline, draw_outline, max_feret
from calcsight.simulation.particles import Calcium
from calcsight.simulation.planting_by_rule import plant_by_rule
from calcsight.simulation.room import Room
from calcsight.simulation.rule_families import rule_family
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.simulation.vessels import Tube
from calcsight.terms.distribution import Distribution

_ISOLATED = (Kind.ROUND, Kind.PUNCTATE, Kind.COARSE_HETEROGENEOUS)
_ALONG_DUCTS = (Kind.VASCULAR, Kind.LARGE_ROD, Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING)


class Wishes(Protocol):
    """What is to be planted, and by which half of the families; `ViewSpec` is one."""

    @property
    def families(self) -> Families:
        """Which half of the random families."""

    @property
    def outlines(self) -> str:
        """Name of the outline family, `kinds.BY_RULE` or `kinds.CARVED`."""

    @property
    def groups(self) -> tuple[GroupPlan, ...]:
        """Groups to plant."""

    @property
    def isolated(self) -> int:
        """Number of particles outside any group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedParticle:
    """One particle before it is drawn; place (down, right) in mm from the first pixel centre.

    `calcium` says how thick the calcium is inside the outline.
    """

    place_mm: NDArray[np.float64]
    diameter_mm: float
    contrast_sd: float
    kind: Kind
    unit: Outline
    group: int | None
    calcium: Calcium = thickness


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Everything planned for a view; `groups[n - 1]` is the plan of group number n.

    `tubes` are the vessels whose walls are calcified: no truth, but part of the picture.
    """

    particles: tuple[PlannedParticle, ...]
    groups: tuple[GroupPlan, ...]
    tubes: tuple[Tube, ...] = ()


def plan_particles(
    rng: np.random.Generator, spec: Wishes, canvas: Canvas, room: Room | None = None
) -> Planned:
    """Plan every particle of a view; groups first, isolated ones after.

    A group or particle for which no room is found is left out: truth lists what was drawn.

    Parameters
    ----------
    rng : numpy.random.Generator
    spec : Wishes
    canvas : Canvas
    room : Room or None
        What is still free, and what is planned is taken from; None = all of the breast.
    """
    room = Room.of(canvas) if room is None else room
    particles: list[PlannedParticle] = []
    groups: list[GroupPlan] = []
    tubes: list[Tube] = []
    for plan in spec.groups:
        diameters = _log_uniform(rng, plan.diameter_mm, plan.count)
        family = rule_family(spec.families, spec.outlines, plan.kind)
        if family is not None:
            laid = plant_by_rule(rng, plan, diameters, canvas, room, family)
            if laid is not None:
                room.take(laid.places)
                groups += [plan] if plan.count > 1 else []
                tubes += laid.tubes
                number = len(groups) if plan.count > 1 else None
                particles += _laid_members(rng, plan, laid, number, family.calcium)
            continue
        places = _group_places(rng, plan, diameters, canvas, room)
        if places is not None:
            room.take(places[0])
            # One particle alone is no group.
            groups += [plan] if plan.count > 1 else []
            number = len(groups) if plan.count > 1 else None
            particles += _members(rng, spec, plan, (places[0], diameters, places[1]), number)
    for _ in range(spec.isolated):
        kind = _ISOLATED[int(rng.integers(len(_ISOLATED)))]
        plan = GroupPlan(kind=kind, distribution=Distribution.GROUPED, count=1)
        place = room.draw(rng)
        if place is not None:
            room.take(place[None, :])
            diameters = _log_uniform(rng, plan.diameter_mm, 1)
            particles += _members(rng, spec, plan, (place[None, :], diameters, None), None)
    return Planned(particles=tuple(particles), groups=tuple(groups), tubes=tuple(tubes))


def _log_uniform(
    rng: np.random.Generator, limits: tuple[float, float], count: int
) -> NDArray[np.float64]:
    """Draw log-uniform numbers between two limits."""
    return np.exp(rng.uniform(np.log(limits[0]), np.log(limits[1]), count))


def _group_places(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    canvas: Canvas,
    room: Room,
) -> tuple[Places, float] | None:
    """Find room for one group; return places and heading, or None when there is none."""
    for _ in range(room.tries):
        centre = room.draw(rng)
        if centre is None:
            return None
        ahead = np.array(canvas.nipple_mm) - centre
        heading = float(np.arctan2(ahead[0], ahead[1]))
        if plan.kind is Kind.VASCULAR:
            offsets: Places | None = parallel_tracks(rng, diameters_mm, heading)
        else:
            offsets = scatter(rng, plan.distribution, diameters_mm / plan.tightness, heading)
        if offsets is not None:
            offsets = offsets * plan.tightness
        if offsets is None or not room.holds(centre + offsets):
            continue
        loose = is_spread_out(plan.kind, plan.distribution) or plan.count < 5
        if loose or makes_one_group(offsets):
            return centre + offsets, heading
    return None


def _members(
    rng: np.random.Generator,
    spec: Wishes,
    plan: GroupPlan,
    where: tuple[Places, NDArray[np.float64], float | None],
    group: int | None,
) -> list[PlannedParticle]:
    """Draw the particles' own contrasts and outlines; `where` = places, diameters, heading."""
    places, diameters_mm, heading = where
    along = heading if plan.kind in _ALONG_DUCTS else None
    family = rule_family(spec.families, spec.outlines, plan.kind)
    return [
        PlannedParticle(
            place_mm=place,
            diameter_mm=float(diameter),
            contrast_sd=float(rng.uniform(*plan.contrast_sd)),
            kind=plan.kind,
            unit=_outline(rng, spec, plan.kind, along),
            group=group,
            calcium=thickness if family is None else family.calcium,
        )
        for place, diameter in zip(places, diameters_mm, strict=True)
    ]


def _laid_members(
    rng: np.random.Generator, plan: GroupPlan, laid: Laid, group: int | None, calcium: Calcium
) -> list[PlannedParticle]:
    """Draw the contrasts of particles that already have place and outline."""
    return [
        PlannedParticle(
            place_mm=place,
            diameter_mm=max_feret(outline),
            contrast_sd=float(rng.uniform(*plan.contrast_sd)),
            kind=plan.kind,
            unit=outline / max_feret(outline),
            group=group,
            calcium=calcium,
        )
        for place, outline in zip(laid.places, laid.outlines, strict=True)
    ]


def _outline(rng: np.random.Generator, spec: Wishes, kind: Kind, along: float | None) -> Outline:
    """Draw one outline; what grows in a duct or a vessel runs along it, more or less."""
    if family := rule_family(spec.families, spec.outlines, kind):
        return family.shape(rng, kind, 1.0)
    spread = 0.15 if kind in (Kind.VASCULAR, Kind.LARGE_ROD) else 0.5
    angle = None if along is None else along + float(rng.normal(0.0, spread))
    return draw_outline(rng, spec.families, spec.outlines, kind, angle)
