"""The third lay: bent from place to place, as far as neighbouring witnesses agree."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.coarse_lay import Map
from calcsight.analysis.filters import gaussian_mean
from calcsight.analysis.patch_matching import Witnesses
from calcsight.terms.registration import carried

Field = NDArray[np.float32]
Points = NDArray[np.float64]

# Witnesses that miss the field of their neighbours by much more than this are not heard, mm.
_MISS_MM = 1.5
_ROUNDS = 4
# Where less than this is heard, the field falls back to the affine lay.
_LEAST_HEARD = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lay:
    """The prior laid over the current: prior place = affine(place + bend(place)).

    Parameters
    ----------
    affine : array (2, 3), float64
        As `coarse_lay` returns.
    bend : array (2, rows, columns), float32
        (down, right), mm, on a grid over the current view that starts at (0, 0).
    grid_mm : float
        Distance between its points.
    """

    affine: Map
    bend: Field
    grid_mm: float

    def in_prior(self, places_mm: Points) -> Points:
        """Carry places (n, 2) of the current over to the prior, mm."""
        bent = carried(places_mm, self.bend, self.grid_mm)
        return np.asarray(bent @ self.affine[:, :2].T + self.affine[:, 2])


def unbent(affine: Map, shape_mm: tuple[float, float], grid_mm: float) -> Lay:
    """Return a lay that bends nothing yet, its grid large enough for a view of `shape_mm`."""
    rows, columns = (int(np.ceil(side / grid_mm)) + 1 for side in shape_mm)
    return Lay(affine=affine, bend=np.zeros((2, rows, columns), np.float32), grid_mm=grid_mm)


def bent_lay(lay: Lay, witnesses: Witnesses, smooth_mm: float) -> Lay:
    """Bend a lay further, as witnesses found under it say, smoothed over their neighbourhood.

    Each point moves by the mean of the witnesses around it, weighted by a Gaussian, by their
    correlation and by how well they agree with that mean (reweighted four times).

    Parameters
    ----------
    lay : Lay
    witnesses : Witnesses
        Found under that lay.
    smooth_mm : float
        Sigma of the Gaussian.
    """
    if not len(witnesses.weights):
        return lay
    moved = witnesses.places_mm + witnesses.moves_mm
    before = carried(witnesses.places_mm, lay.bend, lay.grid_mm)
    wanted = carried(moved, lay.bend, lay.grid_mm) - before
    at = np.rint(witnesses.places_mm / lay.grid_mm).astype(int)
    at = np.minimum(at, np.array(lay.bend.shape[1:]) - 1)
    trust = witnesses.weights**2
    heard = np.ones(len(trust))
    more = np.zeros_like(lay.bend)
    for _ in range(_ROUNDS):
        more = _smoothed(at, wanted, trust * heard, (more.shape, smooth_mm / lay.grid_mm))
        miss = np.linalg.norm(wanted - more[:, at[:, 0], at[:, 1]].T, axis=1)
        heard = (1.0 + (miss / _MISS_MM) ** 2) ** -2
    return Lay(affine=lay.affine, bend=lay.bend + more, grid_mm=lay.grid_mm)


def drawn(values: NDArray[np.float32], lay: Lay, pitch_mm: float, shape: tuple[int, ...]) -> Field:
    """Draw a picture of the prior in the current's frame, 0 where it ends.

    Parameters
    ----------
    values : array (rows, columns), float32
        Of the prior, points `pitch_mm` apart.
    lay : Lay
    pitch_mm : float
    shape : tuple of int
        (rows, columns) of the current's picture.
    """
    scale = pitch_mm / lay.grid_mm
    turn = np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rows, columns = np.indices(shape, dtype=np.float32)
    places = [
        at
        + np.asarray(
            cv2.warpAffine(one, turn, shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
        )
        / np.float32(pitch_mm)
        for at, one in zip((rows, columns), lay.bend, strict=True)
    ]
    affine = lay.affine.astype(np.float32)
    shift = affine[:, 2] / np.float32(pitch_mm)
    down = affine[0, 0] * places[0] + affine[0, 1] * places[1] + shift[0]
    right = affine[1, 0] * places[0] + affine[1, 1] * places[1] + shift[1]
    return np.asarray(cv2.remap(values, right, down, cv2.INTER_LINEAR), np.float32)


def _smoothed(
    at: NDArray[np.int_],
    wanted: Points,
    weight: NDArray[np.float64],
    grid: tuple[tuple[int, ...], float],
) -> Field:
    """Return the weighted Gaussian mean of scattered moves at each point of a grid."""
    shape, sigma = grid
    share = np.zeros(shape[1:], np.float32)
    total = np.zeros(shape, np.float32)
    np.add.at(share, (at[:, 0], at[:, 1]), weight)
    for axis in range(2):
        np.add.at(total[axis], (at[:, 0], at[:, 1]), weight * wanted[:, axis])
    reach = np.maximum(gaussian_mean(share, sigma), 0.0) + np.float32(_LEAST_HEARD)
    return np.stack([gaussian_mean(one, sigma) / reach for one in total])
