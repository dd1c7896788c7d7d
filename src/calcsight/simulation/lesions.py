"""A lesion in space: its particles, and how they look in each of two views."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.distributions import CENTRES_APART_MM, TISSUE_BETWEEN_MM
from calcsight.simulation.layouts import own_angle
from calcsight.simulation.outlines import Outline, max_feret
from calcsight.simulation.planting import PlannedParticle
from calcsight.simulation.projecting import InSpace, Projection, in_picture, toward_nipple
from calcsight.simulation.shapes import shape_by_rule
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View

LONG_KINDS = (Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING)
_TRIES = 200
_SHORTEST = 0.35
# What has settled shows as a crescent in a lateral view, and in part of an oblique one.
_SETTLED_OBLIQUE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One lesion of a breast.

    Parameters
    ----------
    plan : GroupPlan
        GROUPED, LINEAR or SEGMENTAL.
    place_mm : tuple of float
        (behind, outer, up) of its centre, from the nipple.
    seed : int
        Of its particles.
    seen : tuple of bool
        In the first and in the second view.
    """

    plan: GroupPlan
    place_mm: tuple[float, float, float]
    seed: int
    seen: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """The particles of a lesion in space.

    Parameters
    ----------
    places_mm : array (n, 3)
        (behind, outer, up).
    ways : array (n, 3)
        Unit vectors along the particles' long sides.
    diameters_mm, contrasts_sd : arrays (n,)
    """

    places_mm: InSpace
    ways: InSpace
    diameters_mm: NDArray[np.float64]
    contrasts_sd: NDArray[np.float64]


def body_of(lesion: Lesion) -> Body | None:
    """Draw the particles of a lesion; None when they found no room beside each other."""
    rng = np.random.default_rng((lesion.seed, 31))
    plan = lesion.plan
    low, high = np.log(plan.diameter_mm)
    diameters = np.exp(rng.uniform(low, high, plan.count))
    ahead = _unit(toward_nipple(np.array(lesion.place_mm)) + rng.normal(0.0, 0.15, 3))
    offsets = _scattered(rng, plan, diameters, ahead)
    if offsets is None:
        return None
    spread = 0.2 if plan.kind in LONG_KINDS else 10.0
    ways = np.array([_unit(ahead + rng.normal(0.0, spread, 3)) for _ in diameters])
    return Body(
        places_mm=offsets + np.array(lesion.place_mm),
        ways=ways,
        diameters_mm=diameters,
        contrasts_sd=rng.uniform(*plan.contrast_sd, plan.count),
    )


def projected(
    lesion: Lesion, body: Body, projection: Projection, canvas: Canvas, group: int
) -> tuple[PlannedParticle, ...]:
    """Return what one view shows of a lesion; particles keep their order in every view."""
    view = projection.view
    places = in_picture(projection.shown(body.places_mm), canvas.nipple_mm)
    lengths, angles = projection.direction(body.ways)
    # Another side of the same particles is seen, so that outlines differ from view to view.
    rng = np.random.default_rng((lesion.seed, 32, list(View).index(view)))
    contrast = float(np.exp(rng.normal(0.0, 0.15)))
    particles = []
    for at, place in enumerate(places):
        long = lesion.plan.kind in LONG_KINDS
        seen = max(float(lengths[at]), _SHORTEST) if long else float(rng.uniform(0.85, 1.0))
        angle = float(angles[at]) if long else own_angle(rng, lesion.plan.kind, 0.0)
        outline = _outline(rng, lesion.plan.kind, float(body.diameters_mm[at]) * seen, view)
        particles.append(
            PlannedParticle(
                place_mm=place,
                diameter_mm=max_feret(outline),
                contrast_sd=float(body.contrasts_sd[at]) * contrast,
                kind=lesion.plan.kind,
                unit=_turned(outline / max_feret(outline), angle),
                group=group,
            )
        )
    return tuple(particles)


def _outline(rng: np.random.Generator, kind: Kind, diameter_mm: float, view: View) -> Outline:
    """Draw one outline; an oblique view shows only part of what has settled as a crescent."""
    settled = view is not View.CC
    if kind is Kind.MILK_OF_CALCIUM and view is View.MLO:
        settled = rng.random() < _SETTLED_OBLIQUE
    return shape_by_rule(rng, kind, diameter_mm, View.ML if settled else View.CC)


def _turned(outline: Outline, angle: float) -> Outline:
    """Turn an outline (down, right) whose long side runs along the columns."""
    cos, sin = np.cos(angle), np.sin(angle)
    down, right = outline[:, 0], outline[:, 1]
    return np.stack([right * sin + down * cos, right * cos - down * sin], 1)


def _unit(way: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-9))


def _scattered(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    ahead: NDArray[np.float64],
) -> InSpace | None:
    """Draw the particles' places about the lesion's centre; None when there was no room."""
    count = len(diameters_mm)
    reach = (rng.uniform(1.8, 3.2) + 0.09 * count) * plan.tightness
    squeeze = rng.uniform(0.6, 1.0, 3)
    half = max(6.0, 1.3 * count) * rng.uniform(0.45, 0.55)
    length, opening = rng.uniform(16.0, 26.0), rng.uniform(0.25, 0.4)

    def draw() -> NDArray[np.float64]:
        away = _unit(rng.normal(0.0, 1.0, 3))
        if plan.distribution is Distribution.LINEAR:
            return np.asarray(ahead * rng.uniform(-half, half) + away * rng.uniform(0.0, 0.6))
        if plan.distribution is Distribution.SEGMENTAL:
            along = np.sqrt(rng.uniform(0.02, 1.0)) * length
            wide = np.tan(opening) * along * rng.uniform(0.0, 1.0) ** 0.5
            return np.asarray(ahead * (0.6 * length - along) + away * wide)
        return np.asarray(away * squeeze * reach * rng.uniform() ** (1 / 3))

    places = np.zeros((0, 3))
    for at, diameter in enumerate(diameters_mm):
        needed = (diameters_mm[:at] + diameter) / 2 + TISSUE_BETWEEN_MM * plan.tightness
        needed = np.maximum(needed, CENTRES_APART_MM * plan.tightness)
        for _ in range(_TRIES):
            place = draw()
            if (np.linalg.norm(places - place, axis=1) >= needed).all():
                places = np.vstack([places, place])
                break
        else:
            return None
    return places
