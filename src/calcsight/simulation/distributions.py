"""Where the particles of a group lie, in millimetres about the group's centre."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution

Places = NDArray[np.float64]
Draw = Callable[[], NDArray[np.float64]]

TISSUE_BETWEEN_MM = 0.25
CENTRES_APART_MM = 0.5
_TRIES = 60


def scatter(
    rng: np.random.Generator,
    distribution: Distribution,
    diameters_mm: NDArray[np.float64],
    heading: float,
    stretched: float = 1.0,
) -> Places | None:
    """Draw the centres of one group so that no two particles touch.

    Parameters
    ----------
    rng : numpy.random.Generator
    distribution : Distribution
    diameters_mm : array (n,)
        0.25 mm of tissue is left between any two, and 0.5 mm between their centres.
    heading : float
        Direction of the nipple, radians from the column axis; ducts run along it.
    stretched : float
        Factor on the room of the distribution, for particles too large for it.

    Returns
    -------
    array (n, 2), float64, or None
        (down, right) in mm, in the order of `diameters_mm`; None when there was no room.
    """
    draw = _draw_within(rng, distribution, diameters_mm)
    places = np.zeros((0, 2))
    for number in range(len(diameters_mm)):
        place = _free(draw, places, diameters_mm[: number + 1], stretched)
        if place is None:
            return None
        places = np.vstack([places, place])
    return turned(places, heading)


def _draw_within(
    rng: np.random.Generator, distribution: Distribution, diameters_mm: NDArray[np.float64]
) -> Draw:
    """Return a function that draws one place (across, along) of a distribution."""
    count, total_mm = len(diameters_mm), float(diameters_mm.sum())
    if distribution is Distribution.LINEAR:
        half = max(6.0, 1.3 * count, 1.5 * total_mm) * rng.uniform(0.45, 0.55)
        return lambda: np.array([rng.normal(0.0, 0.35), rng.uniform(-half, half)])
    if distribution is Distribution.SEGMENTAL:
        length, opening = rng.uniform(22.0, 32.0), rng.uniform(0.25, 0.4)

        def wedge() -> NDArray[np.float64]:
            along = np.sqrt(rng.uniform(0.02, 1.0))
            fan = rng.uniform(-opening, opening)
            return np.asarray(np.array([along * np.sin(fan), 0.6 - along * np.cos(fan)]) * length)

        return wedge
    reach = {
        Distribution.GROUPED: rng.uniform(1.8, 3.2) + 0.09 * count + 0.1 * total_mm,
        Distribution.REGIONAL: rng.uniform(13.0, 17.0),
        Distribution.DIFFUSE: rng.uniform(30.0, 45.0),
    }[distribution]
    squeeze = rng.uniform(0.65, 1.0, 2)

    def disc() -> NDArray[np.float64]:
        angle, radius = rng.uniform(0.0, 2 * np.pi), reach * np.sqrt(rng.uniform())
        return np.asarray(np.array([np.sin(angle), np.cos(angle)]) * squeeze * radius)

    return disc


def _free(
    draw: Draw, places: Places, diameters_mm: NDArray[np.float64], stretched: float
) -> NDArray[np.float64] | None:
    """Draw a place that touches none of `places`; the last diameter is its own."""
    needed = (diameters_mm[:-1] + diameters_mm[-1]) / 2 + TISSUE_BETWEEN_MM
    needed = np.maximum(needed, CENTRES_APART_MM)
    for _ in range(_TRIES):
        place = draw() * stretched
        if (np.hypot(*(places - place).T) >= needed).all():
            return place
    return None


def parallel_tracks(
    rng: np.random.Generator, diameters_mm: NDArray[np.float64], heading: float
) -> Places:
    """Draw the centres of plaques on the two walls of a winding vessel; see `scatter`."""
    steps = diameters_mm + TISSUE_BETWEEN_MM
    along = np.zeros(len(steps))
    for wall in (0, 1):
        along[wall::2] = np.cumsum(steps[wall::2])
    along -= along.mean()
    sway = rng.uniform(0.5, 2.0) * np.sin(along / rng.uniform(4.0, 9.0) + rng.uniform(0, 6.28))
    calibre = rng.uniform(1.0, 1.7)
    side = np.where(np.arange(len(steps)) % 2 == 0, -0.5, 0.5) * calibre
    return turned(np.stack([sway + side, along], 1), heading)


def makes_one_group(
    places: Places, minimum_count: int = 5, circle_diameter_mm: float = 10.0
) -> bool:
    """Tell whether the places are surely one group by the rule of circles that join.

    Sufficient, not necessary: discs centred on members that hold `minimum_count` particles,
    joined when they share one, hold every particle.
    """
    near = cdist(places, places) <= circle_diameter_mm / 2 * 0.95
    discs = near[near.sum(axis=1) >= minimum_count]
    if len(discs) == 0:
        return False
    held = discs[0].copy()
    for _ in range(len(discs)):
        held |= discs[(discs & held).any(axis=1)].any(axis=0)
    return bool(held.all())


def turned(places: Places, heading: float) -> Places:
    """Turn (across, along) so that `along` points to `heading`; return (down, right)."""
    across, along = places[:, 0], places[:, 1]
    down = along * np.sin(heading) + across * np.cos(heading)
    right = along * np.cos(heading) - across * np.sin(heading)
    return np.stack([down, right], 1)


def is_spread_out(kind: Kind, distribution: Distribution) -> bool:
    """Tell whether the rule of five within 10 mm need not hold for a planted group."""
    wide = (Distribution.REGIONAL, Distribution.DIFFUSE, Distribution.SEGMENTAL)
    return distribution in wide or kind is Kind.VASCULAR
