"""Where carved particles lie: other regions and densities, the same distributions."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.distributions import (
    CENTRES_APART_MM,
    TISSUE_BETWEEN_MM,
    Places,
    turned,
)
from calcsight.simulation.outlines import max_feret
from calcsight.terms.distribution import Distribution

Draw = Callable[[], NDArray[np.float64]]

REGIONAL_OVER_MM = 20.0
_TRIES = 60


def carved_places(
    rng: np.random.Generator,
    distribution: Distribution,
    diameters_mm: NDArray[np.float64],
    heading: float,
    stretched: float = 1.0,
) -> Places | None:
    """Draw the centres of one group so that no two touch; as `distributions.scatter`.

    Parameters
    ----------
    rng : numpy.random.Generator
    distribution : Distribution
        Any but DIFFUSE, which fills the breast.
    diameters_mm : array (n,)
        0.25 mm of tissue is left between any two, and 0.5 mm between their centres.
    heading : float
        Direction of the nipple, radians from the column axis.
    stretched : float
        Factor on the room of the distribution, for particles too large for it.

    Returns
    -------
    array (n, 2), float64, or None
        (down, right) in mm; None when there was no room, or a region came out too small.
    """
    draw = _within(rng, distribution, diameters_mm)
    places = np.zeros((0, 2))
    for number in range(len(diameters_mm)):
        needed = (diameters_mm[:number] + diameters_mm[number]) / 2 + TISSUE_BETWEEN_MM
        needed = np.maximum(needed, CENTRES_APART_MM)
        for _ in range(_TRIES):
            place = draw() * stretched
            if (np.hypot(*(places - place).T) >= needed).all():
                places = np.vstack([places, place])
                break
        else:
            return None
    small = len(places) > 2 and max_feret(places) <= REGIONAL_OVER_MM
    if distribution is Distribution.REGIONAL and small:
        return None
    return turned(places, heading)


def _within(
    rng: np.random.Generator, distribution: Distribution, diameters_mm: NDArray[np.float64]
) -> Draw:
    """Return a function that draws one place (across, along) of a distribution."""
    if distribution is Distribution.LINEAR:
        return _arc(rng, diameters_mm)
    if distribution is Distribution.SEGMENTAL:
        return _wedge(rng)
    if distribution is Distribution.REGIONAL:
        return _quarter(rng)
    return _nest(rng, diameters_mm)


def _arc(rng: np.random.Generator, diameters_mm: NDArray[np.float64]) -> Draw:
    """Draw along a gently bent duct."""
    count, total_mm = len(diameters_mm), float(diameters_mm.sum())
    length = max(7.0, 1.25 * count, 1.5 * total_mm) * rng.uniform(0.9, 1.15)
    sag = rng.uniform(-0.1, 0.1) * length

    def place() -> NDArray[np.float64]:
        share = rng.uniform(-1.0, 1.0)
        across = sag * (share**2 - 0.33) + np.clip(rng.laplace(0.0, 0.25), -0.9, 0.9)
        return np.array([across, 0.5 * length * share])

    return place


def _wedge(rng: np.random.Generator) -> Draw:
    """Draw along three to five rays that leave a place behind the nipple."""
    length, opening = rng.uniform(22.0, 31.0), rng.uniform(0.26, 0.4)
    rays = np.linspace(-opening, opening, int(rng.integers(3, 6)))
    start = rng.uniform(0.08, 0.2)

    def place() -> NDArray[np.float64]:
        out = start + (1.0 - start) * rng.uniform() ** 0.6
        fan = rays[int(rng.integers(len(rays)))] + rng.normal(0.0, 0.05)
        return np.array([out * np.sin(fan), 0.6 - out * np.cos(fan)]) * length

    return place


def _quarter(rng: np.random.Generator) -> Draw:
    """Draw in a wide region with thicker and thinner parts, as long as it is broad or nearly."""
    half = np.array([rng.uniform(9.5, 14.0), rng.uniform(12.0, 16.0)])
    thick = rng.uniform(-0.6, 0.6, (3, 2))
    angle = rng.uniform(0.0, 2 * np.pi)

    def place() -> NDArray[np.float64]:
        if rng.random() < 0.4:
            spot = np.clip(thick[int(rng.integers(3))] + rng.normal(0.0, 0.25, 2), -1.0, 1.0)
        else:
            spot = rng.uniform(-1.0, 1.0, 2)
            while (np.abs(spot) ** 2.5).sum() > 1.0:
                spot = rng.uniform(-1.0, 1.0, 2)
        return np.asarray(turned((spot * half)[None, :], angle)[0])

    return place


def _nest(rng: np.random.Generator, diameters_mm: NDArray[np.float64]) -> Draw:
    """Draw about one to three near centres, thickest in the middle."""
    count, total_mm = len(diameters_mm), float(diameters_mm.sum())
    reach = rng.uniform(1.7, 3.0) + 0.09 * count + 0.1 * total_mm
    squeeze = np.array([rng.uniform(0.6, 1.0), 1.0])
    centres = rng.normal(0.0, 0.35, (int(rng.integers(1, 4)), 2))
    angle = rng.uniform(0.0, 2 * np.pi)

    def place() -> NDArray[np.float64]:
        while True:
            spot = centres[int(rng.integers(len(centres)))] + rng.normal(0.0, 0.45, 2)
            if np.hypot(*spot) <= 1.15:
                return np.asarray(turned((spot * squeeze * reach)[None, :], angle)[0])

    return place
