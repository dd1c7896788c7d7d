"""Whole groups laid out by the rule of their kind: place and outline of each particle together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from calcsight.simulation.distributions import Places, scatter, turned
from calcsight.simulation.ducts import along_ducts
from calcsight.simulation.outlines import Outline
from calcsight.simulation.shapes import shape_by_rule
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.simulation.vessels import Tube, calcified_vessel
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View

SKIN_GROUP_MM = 4.6
_IN_DUCTS = (Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING, Kind.LARGE_ROD)
_STRETCHES = (1.0, 1.2, 1.5, 2.0, 2.6)
_SKIN_GROUP_COUNT = 4
_TRIES = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A group about its own centre.

    Parameters
    ----------
    places : array (n, 2)
        (down, right) of the particles' centroids, mm.
    outlines : tuple of array (k, 2)
        Of each particle, mm about its centroid.
    tubes : tuple of Tube
        Vessels that carry the particles.
    """

    places: Places
    outlines: tuple[Outline, ...]
    tubes: tuple[Tube, ...] = field(default=())


def lay_out(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    heading: float,
    view: View,
) -> Laid | None:
    """Lay out one group; None when its particles found no room beside each other.

    Parameters
    ----------
    rng : numpy.random.Generator
    plan : GroupPlan
        Any distribution but DIFFUSE, which has no shape of its own.
    diameters_mm : array (n,)
    heading : float
        Direction of the nipple, radians from the column axis.
    view : View
        Decides how milk of calcium lies.
    """
    if plan.kind is Kind.VASCULAR:
        places, outlines, tube = calcified_vessel(rng, diameters_mm, heading)
        return Laid(places=places, outlines=outlines, tubes=(tube,))
    long = plan.kind in _IN_DUCTS or plan.kind is Kind.SUTURE
    if long and plan.distribution in (Distribution.LINEAR, Distribution.SEGMENTAL):
        places, angles = along_ducts(rng, plan.distribution, diameters_mm, heading)
        # A scar runs where the surgeon cut, not towards the nipple.
        turn = rng.uniform(0.0, np.pi) if plan.kind is Kind.SUTURE else 0.0
        places, angles = turned(places, turn), angles + turn
    else:
        loose = _loose_places(rng, plan, diameters_mm, heading)
        if loose is None:
            return None
        places = loose
        angles = np.array([own_angle(rng, plan.kind, heading) for _ in diameters_mm])
    return Laid(places=places, outlines=shaped(rng, plan.kind, diameters_mm, angles, view))


def own_angle(rng: np.random.Generator, kind: Kind, heading: float) -> float:
    """Draw which way one particle's long side runs, radians from the column axis."""
    if kind in _IN_DUCTS or kind is Kind.VASCULAR:
        return heading + float(rng.normal(0.0, 0.2))
    if kind is Kind.MILK_OF_CALCIUM:
        # What has settled in a cyst lies level, whatever way the ducts run.
        return float(rng.normal(0.0, 0.08))
    return float(rng.uniform(0.0, 2 * np.pi))


def shaped(
    rng: np.random.Generator,
    kind: Kind,
    diameters_mm: NDArray[np.float64],
    angles: Sequence[float] | NDArray[np.float64],
    view: View,
) -> tuple[Outline, ...]:
    """Draw the outlines of a group by the rule of its kind, each turned by its angle."""
    outlines = [shape_by_rule(rng, kind, float(mm), view) for mm in diameters_mm]
    return tuple(turned(o, float(a)) for o, a in zip(outlines, angles, strict=True))


def one_shaped(
    rng: np.random.Generator, kind: Kind, diameter_mm: float, angle: float, view: View
) -> Outline:
    """Draw one outline by the rule of its kind, its long side turned by `angle` radians."""
    return turned(shape_by_rule(rng, kind, diameter_mm, view), angle)


def _loose_places(
    rng: np.random.Generator, plan: GroupPlan, diameters_mm: NDArray[np.float64], heading: float
) -> Places | None:
    """Scatter particles that nothing but the distribution holds together."""
    if plan.kind is Kind.SKIN:
        return _tight_groups(rng, plan, diameters_mm)
    for stretched in _STRETCHES:
        places = scatter(rng, plan.distribution, diameters_mm / plan.tightness, heading, stretched)
        if places is not None:
            return np.asarray(places * plan.tightness)
    return None


def _tight_groups(
    rng: np.random.Generator, plan: GroupPlan, diameters_mm: NDArray[np.float64]
) -> Places | None:
    """Draw skin particles: tight groups of about four, each under 5 mm with its outlines."""
    count = max(1, round(len(diameters_mm) / _SKIN_GROUP_COUNT))
    apart = 7.0 if plan.distribution is Distribution.GROUPED else 16.0
    middles = turned(
        np.stack([rng.normal(0.0, 0.5, count), (np.arange(count) - (count - 1) / 2) * apart], 1),
        np.pi / 2,
    )
    places = np.zeros((0, 2))
    for number, diameter in enumerate(diameters_mm):
        needed = (diameters_mm[:number] + diameter) / 2 + 0.15
        for _ in range(_TRIES):
            reach = (SKIN_GROUP_MM - diameter) / 2 * np.sqrt(rng.uniform())
            angle = rng.uniform(0.0, 2 * np.pi)
            place = middles[number % count] + reach * np.array([np.sin(angle), np.cos(angle)])
            if (cdist(place[None, :], places)[0] >= needed).all():
                places = np.vstack([places, place])
                break
        else:
            return None
    return places
