"""Whole carved groups: place and outline of each particle together, by the rule of their kind."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from calcsight.simulation.carved_ducts import along_a_tree, row_of_stitches, spline_vessel
from calcsight.simulation.carved_places import carved_places
from calcsight.simulation.carved_shapes import carved_shape
from calcsight.simulation.distributions import Places, turned
from calcsight.simulation.layouts import SKIN_GROUP_MM, Laid
from calcsight.simulation.outlines import Outline
from calcsight.simulation.spec import GroupPlan
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import View

Fits = Callable[[Places], bool]

_IN_DUCTS = (Kind.FINE_LINEAR, Kind.FINE_LINEAR_BRANCHING, Kind.LARGE_ROD)
_STRETCHES = (1.0, 1.25, 1.6, 2.1, 2.8)
_NEST_OF_SKIN = (3, 6)
_TRIES = 80


def lay_out_carved(
    rng: np.random.Generator,
    plan: GroupPlan,
    diameters_mm: NDArray[np.float64],
    heading: float,
    view: View,
    fits: Fits,
) -> Laid | None:
    """Lay out one group; as `layouts.lay_out`, by another hand.

    `fits` tells of places whether they may be used: nothing is drawn where they may not.
    """
    if plan.kind is Kind.VASCULAR:
        vessel = spline_vessel(rng, diameters_mm, heading, fits)
        if vessel is None:
            return None
        return Laid(places=vessel[0], outlines=vessel[1], tubes=(vessel[2],))
    held = _held_together(rng, plan, diameters_mm, heading)
    if held is None or not fits(held[0]):
        return None
    places, angles = held
    drawn = (
        carved_particle(rng, plan.kind, float(mm), float(angle), view)
        for mm, angle in zip(diameters_mm, angles, strict=True)
    )
    return Laid(places=places, outlines=tuple(drawn))


def carved_particle(
    rng: np.random.Generator, kind: Kind, diameter_mm: float, angle: float, view: View
) -> Outline:
    """Draw one particle about its centroid, mm, its long side turned by `angle` radians."""
    return turned(carved_shape(rng, kind, diameter_mm, view), angle)


def carved_angle(rng: np.random.Generator, kind: Kind, heading: float) -> float:
    """Draw which way one particle's long side runs, radians from the column axis."""
    if kind in _IN_DUCTS or kind is Kind.VASCULAR:
        # Either end may lie towards the nipple, but a fork opens away from it.
        back = kind is Kind.FINE_LINEAR_BRANCHING or rng.random() < 0.5
        return heading + back * np.pi + float(np.clip(rng.laplace(0.0, 0.15), -0.6, 0.6))
    if kind is Kind.MILK_OF_CALCIUM:
        return float(rng.uniform(-0.12, 0.12))
    return float(rng.uniform(0.0, 2 * np.pi))


def _held_together(
    rng: np.random.Generator, plan: GroupPlan, diameters_mm: NDArray[np.float64], heading: float
) -> tuple[Places, NDArray[np.float64]] | None:
    """Find places and angles: in ducts, along a scar, in nests under the skin, or loose."""
    along = plan.distribution in (Distribution.LINEAR, Distribution.SEGMENTAL)
    if plan.kind in _IN_DUCTS and along:
        return along_a_tree(rng, plan.distribution, diameters_mm, heading)
    if plan.kind is Kind.SUTURE and along:
        return row_of_stitches(rng, diameters_mm)
    if plan.kind is Kind.SKIN:
        places = _nests(rng, plan, diameters_mm)
    else:
        places = _loose(rng, plan, diameters_mm, heading)
    if places is None:
        return None
    return places, np.array([carved_angle(rng, plan.kind, heading) for _ in diameters_mm])


def _loose(
    rng: np.random.Generator, plan: GroupPlan, diameters_mm: NDArray[np.float64], heading: float
) -> Places | None:
    """Scatter particles that nothing but the distribution holds together."""
    for stretched in _STRETCHES:
        wide = diameters_mm / plan.tightness
        places = carved_places(rng, plan.distribution, wide, heading, stretched)
        if places is not None:
            return np.asarray(places * plan.tightness)
    return None


def _nests(
    rng: np.random.Generator, plan: GroupPlan, diameters_mm: NDArray[np.float64]
) -> Places | None:
    """Draw skin particles: nests of three to five, each under 5 mm with its outlines."""
    sizes: list[int] = []
    while sum(sizes) < len(diameters_mm):
        sizes.append(int(rng.integers(*_NEST_OF_SKIN)))
    apart = 6.5 if plan.distribution is Distribution.GROUPED else 15.0
    away = (np.arange(len(sizes)) - (len(sizes) - 1) / 2) * apart
    # Down along the skin, which is about upright where it is farthest from the chest.
    middles = np.stack([away, rng.uniform(-1.0, 1.0, len(sizes))], 1)
    nest_of = np.repeat(np.arange(len(sizes)), sizes)[: len(diameters_mm)]
    places = np.zeros((0, 2))
    for number, diameter in enumerate(diameters_mm):
        needed = (diameters_mm[:number] + diameter) / 2 + 0.12
        for _ in range(_TRIES):
            far = (SKIN_GROUP_MM - diameter) / 2 * rng.beta(2.0, 1.5)
            angle = rng.uniform(0.0, 2 * np.pi)
            place = middles[nest_of[number]] + far * np.array([np.sin(angle), np.cos(angle)])
            if (cdist(place[None, :], places)[0] >= needed).all():
                places = np.vstack([places, place])
                break
        else:
            return None
    return places
