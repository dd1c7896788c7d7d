"""A calcified artery: two broken tracks of plaque along the walls of a winding tube."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.distributions import Places, turned
from calcsight.simulation.outlines import Outline, centroid_and_area
from calcsight.simulation.shapes import wall_half_widths
from calcsight.simulation.strokes import Path, ribbon

CALIBRE_MM = (1.2, 2.6)
TUBE_SD = (1.5, 3.0)
_GAP_MM = (0.25, 1.2)
_BARE_MM = (2.0, 5.0)
_BARE_SHARE = 0.12
_STEP_MM = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tube:
    """A vessel, which is no calcification but is seen around its plaques.

    Parameters
    ----------
    path : array (n, 2)
        (down, right) of its middle line, mm.
    calibre_mm : float
        Its width.
    contrast_sd : float
        Peak over the local noise SD.
    """

    path: Path
    calibre_mm: float
    contrast_sd: float

    def moved(self, by_mm: NDArray[np.float64]) -> "Tube":
        """Return the same tube elsewhere."""
        return Tube(
            path=self.path + by_mm, calibre_mm=self.calibre_mm, contrast_sd=self.contrast_sd
        )


def calcified_vessel(
    rng: np.random.Generator, lengths_mm: NDArray[np.float64], heading: float
) -> tuple[Places, tuple[Outline, ...], Tube]:
    """Lay plaques along both walls of a vessel of 1.2 to 2.6 mm.

    Parameters
    ----------
    rng : numpy.random.Generator
    lengths_mm : array (n,)
        Of the plaques, along the wall.
    heading : float
        Which way the vessel runs, radians from the column axis.

    Returns
    -------
    places : array (n, 2)
        (down, right) of the plaques' centroids, mm.
    outlines : tuple of array (k, 2)
        Of each plaque about its centroid, bent as the wall is.
    tube : Tube
    """
    calibre = float(rng.uniform(*CALIBRE_MM))
    starts = [_starts(rng, lengths_mm[wall::2]) for wall in (0, 1)]
    total = max(float(s[-1] + lengths_mm[w::2][-1]) if len(s) else 0 for w, s in enumerate(starts))
    middle = _winding(rng, total + 2.0)
    step = np.gradient(middle, axis=0)
    step /= np.hypot(*step.T)[:, None]
    normal = np.stack([step[:, 1], -step[:, 0]], 1)
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(middle, axis=0).T))])
    places, outlines = np.zeros((len(lengths_mm), 2)), [np.zeros((0, 2))] * len(lengths_mm)
    for wall, side in ((0, -0.5), (1, 0.5)):
        edge = middle + normal * side * calibre
        for number, begin in enumerate(starts[wall]):
            at = wall + 2 * number
            # The plaque's round ends add about a wall's thickness to its middle line.
            end = min(0.18, 0.15 * float(lengths_mm[at]))
            points = np.linspace(begin + end, begin + lengths_mm[at] - end, 16) + 1.0
            piece = np.stack([np.interp(points, travelled, edge[:, axis]) for axis in (0, 1)], 1)
            half = wall_half_widths(rng, len(piece), float(lengths_mm[at]))
            outline = turned(ribbon(piece, half), heading)
            places[at] = centroid_and_area(outline)[0]
            outlines[at] = outline - places[at]
    tube = Tube(
        path=turned(middle, heading),
        calibre_mm=calibre,
        contrast_sd=float(rng.uniform(*TUBE_SD)),
    )
    return places, tuple(outlines), tube


def _starts(rng: np.random.Generator, lengths_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw where each plaque of one wall begins: short gaps, and now and then a bare stretch."""
    gaps = rng.uniform(*_GAP_MM, len(lengths_mm))
    gaps += (rng.random(len(lengths_mm)) < _BARE_SHARE) * rng.uniform(*_BARE_MM, len(lengths_mm))
    ends = np.cumsum(lengths_mm + gaps)
    return np.asarray(ends - lengths_mm)


def _winding(rng: np.random.Generator, length_mm: float) -> Path:
    """Draw the middle line (across, along) of a vessel that winds and bends, centred."""
    along = np.arange(0.0, length_mm, _STEP_MM)
    bend = rng.choice((-1.0, 1.0)) * rng.uniform(0.006, 0.016) * length_mm / 40.0
    waves = sum(
        rng.uniform(0.15, 0.3) * np.sin(2 * np.pi * (along / wave + rng.uniform()))
        for wave in (rng.uniform(14.0, 22.0), rng.uniform(7.0, 11.0))
    )
    direction = bend * (along - length_mm / 2) + waves
    path = np.stack([np.cumsum(np.sin(direction)), np.cumsum(np.cos(direction))], 1) * _STEP_MM
    return np.asarray(path - path.mean(axis=0))
