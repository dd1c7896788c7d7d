"""From a plan to particles: where each lies, how large it is, how bright."""

from dataclasses import dataclass, field

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
from calcsight.simulation.outlines import Outline, draw_outline
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.terms.group import Distribution

SKIN_MM = 5.0
IMAGE_EDGE_MM = 3.0
FROM_OTHERS_MM = 14.0
_ISOLATED = (Kind.ROUND, Kind.PUNCTATE, Kind.COARSE_HETEROGENEOUS)
_ALONG_DUCTS = (Kind.VASCULAR, Kind.LARGE_ROD, Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING)
_TRIES = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedParticle:
    """One particle before it is drawn; place (down, right) in mm from the first pixel centre."""

    place_mm: NDArray[np.float64]
    diameter_mm: float
    contrast_sd: float
    kind: Kind
    unit: Outline
    group: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Everything planned for a view; `groups[n - 1]` is the plan of group number n."""

    particles: tuple[PlannedParticle, ...]
    groups: tuple[GroupPlan, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Room:
    """Where particles may still lie; places already taken keep others 14 mm away."""

    allowed: NDArray[np.uint8]
    pitch_mm: float
    taken: Places = field(default_factory=lambda: np.zeros((0, 2)))

    @classmethod
    def of(cls, canvas: Canvas) -> "Room":
        """Start with the whole breast, off the skin and off the edges of the image."""
        inside = (canvas.depth > SKIN_MM).astype(np.uint8) & canvas.mask
        edge = int(np.ceil(IMAGE_EDGE_MM / canvas.pitch_mm))
        allowed = np.zeros_like(inside)
        allowed[edge:-edge, edge:-edge] = inside[edge:-edge, edge:-edge]
        return cls(allowed=allowed, pitch_mm=canvas.pitch_mm)

    def holds(self, places: Places) -> bool:
        """Tell whether every place may be used."""
        index = np.rint(places / self.pitch_mm).astype(int)
        if (index < 0).any() or (index >= np.array(self.allowed.shape)).any():
            return False
        if not self.allowed[index[:, 0], index[:, 1]].all():
            return False
        gaps = np.hypot(*(places[:, None, :] - self.taken[None, :, :]).transpose(2, 0, 1))
        return bool(gaps.min(initial=np.inf) >= FROM_OTHERS_MM)

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """Draw one place that may be used; None when none was found."""
        rows, columns = np.nonzero(self.allowed[::4, ::4])
        for _ in range(_TRIES if len(rows) else 0):
            at = int(rng.integers(len(rows)))
            place = (np.array([rows[at], columns[at]]) * 4.0 + rng.uniform(0, 1, 2)) * self.pitch_mm
            if self.holds(place[None, :]):
                return np.asarray(place, dtype=np.float64)
        return None

    def take(self, places: Places) -> None:
        """Keep everything planned later away from these places."""
        self.taken = np.vstack([self.taken, places])


def plan_particles(rng: np.random.Generator, spec: ViewSpec, canvas: Canvas) -> Planned:
    """Plan every particle of a view; groups first, isolated ones after.

    A group or particle for which no room is found is left out: truth lists what was drawn.
    """
    room = Room.of(canvas)
    particles: list[PlannedParticle] = []
    groups: list[GroupPlan] = []
    for plan in spec.groups:
        diameters = _log_uniform(rng, plan.diameter_mm, plan.count)
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
    return Planned(particles=tuple(particles), groups=tuple(groups))


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
    for _ in range(_TRIES):
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
    spec: ViewSpec,
    plan: GroupPlan,
    where: tuple[Places, NDArray[np.float64], float | None],
    group: int | None,
) -> list[PlannedParticle]:
    """Draw the particles' own contrasts and outlines; `where` = places, diameters, heading."""
    places, diameters_mm, heading = where
    along = heading if plan.kind in _ALONG_DUCTS else None
    return [
        PlannedParticle(
            place_mm=place,
            diameter_mm=float(diameter),
            contrast_sd=float(rng.uniform(*plan.contrast_sd)),
            kind=plan.kind,
            unit=_outline(rng, spec, plan.kind, along),
            group=group,
        )
        for place, diameter in zip(places, diameters_mm, strict=True)
    ]


def _outline(rng: np.random.Generator, spec: ViewSpec, kind: Kind, along: float | None) -> Outline:
    """Draw one outline; what grows in a duct or a vessel runs along it, more or less."""
    spread = 0.15 if kind in (Kind.VASCULAR, Kind.LARGE_ROD) else 0.5
    angle = None if along is None else along + float(rng.normal(0.0, spread))
    return draw_outline(rng, spec.families, spec.outlines, kind, angle)
