"""Particles that fill ducts: laid end to end along paths that run to the nipple."""

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.distributions import Places, turned
from calcsight.simulation.strokes import wavy_path
from calcsight.terms.distribution import Distribution

_GAPS_MM = (0.4, 1.6)
_APEX_MM = 10.0


def along_ducts(
    rng: np.random.Generator,
    distribution: Distribution,
    diameters_mm: NDArray[np.float64],
    heading: float,
) -> tuple[Places, NDArray[np.float64]]:
    """Lay particles along one duct, or along a fan of ducts that meet towards the nipple.

    Parameters
    ----------
    rng : numpy.random.Generator
    distribution : Distribution
        LINEAR (one duct) or SEGMENTAL (a fan).
    diameters_mm : array (n,)
        Lengths of the particles, which run along their duct.
    heading : float
        Direction of the nipple, radians from the column axis.

    Returns
    -------
    places : array (n, 2)
        (down, right) about the middle of all, mm.
    angles : array (n,)
        Which way each particle runs, radians from the column axis.
    """
    count = len(diameters_mm)
    fan = distribution is Distribution.SEGMENTAL
    ducts = int(np.clip(round(count / 3), 3, 6)) if fan and count > 2 else 1
    spread = np.linspace(-0.42, 0.42, ducts) if ducts > 1 else np.zeros(1)
    places, angles = np.zeros((count, 2)), np.zeros(count)
    for number, angle in enumerate(spread + rng.uniform(-0.04, 0.04, ducts)):
        mine = np.arange(number, count, ducts)
        across_along, own = _one_duct(rng, diameters_mm[mine])
        # Ducts begin some way behind the nipple, so that neighbours do not cross.
        across_along[:, 1] -= (_APEX_MM + rng.uniform(0.0, 6.0)) if ducts > 1 else 0.0
        across, along = across_along.T
        places[mine, 0] = along * np.sin(angle) + across * np.cos(angle)
        places[mine, 1] = along * np.cos(angle) - across * np.sin(angle)
        angles[mine] = own + angle
    places -= (places.min(axis=0) + places.max(axis=0)) / 2
    return turned(places, heading), angles + heading


def _one_duct(
    rng: np.random.Generator, lengths_mm: NDArray[np.float64]
) -> tuple[Places, NDArray[np.float64]]:
    """Lay pieces along one winding duct; (across, along) with the duct's end at 0."""
    gaps = rng.uniform(*_GAPS_MM, len(lengths_mm))
    middles = np.cumsum(lengths_mm + gaps) - lengths_mm / 2
    total = float(middles[-1] + lengths_mm[-1])
    path = wavy_path(rng, total, 0.035, 60)
    slope = np.gradient(path[:, 0], path[:, 1])
    at = -middles
    along_path = path[:, 1] - path[-1, 1]
    across = np.interp(at, along_path, path[:, 0] - path[-1, 0])
    own = np.arctan(np.interp(at, along_path, slope))
    return np.stack([across, at], 1), own
