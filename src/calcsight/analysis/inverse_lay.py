"""A lay the other way round, where it folds, and what each view shows of the other."""

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.bent_lay import Field, Lay, Points
from calcsight.analysis.tissue_picture import SmallView
from calcsight.terms.registration import carried

_ROUNDS = 15
# Nearer than this to the edge of an image, tissue may have been left out of it, mm.
_EDGE_MM = 3.0


def grid_places(shape_mm: tuple[float, float], grid_mm: float) -> tuple[Points, tuple[int, int]]:
    """Return the points of a grid over a view, (n, 2) in mm, and its (rows, columns)."""
    rows, columns = (int(np.ceil(side / grid_mm)) + 1 for side in shape_mm)
    places: Points = np.indices((rows, columns)).reshape(2, -1).T * np.float64(grid_mm)
    return places, (rows, columns)


def in_current(lay: Lay, places_mm: Points) -> Points:
    """Carry places (n, 2) of the prior over to the current view, mm: fixed-point iteration [1]_.

    Parameters
    ----------
    lay : Lay
        Nowhere folded: else the iteration need not arrive, and `inverse_mm` tells.
    places_mm : array (n, 2), float64

    References
    ----------
    .. [1] M. Chen, W. Lu, Q. Chen, K. J. Ruchala, G. H. Olivera, "A simple fixed-point approach
       to invert a deformation field", Medical Physics 35 (2008) 81-88.
    """
    back = np.linalg.inv(lay.affine[:, :2])
    straight = (np.asarray(places_mm, np.float64) - lay.affine[:, 2]) @ back.T
    found = straight
    for _ in range(_ROUNDS):
        found = found + straight - carried(found, lay.bend, lay.grid_mm)
    return found


def as_field(places_mm: Points, moved_mm: Points, shape: tuple[int, int]) -> Field:
    """Return displacements (2, rows, columns), float32, mm."""
    return np.ascontiguousarray((moved_mm - places_mm).T.reshape(2, *shape), np.float32)


def folded_share(field: Field, grid_mm: float, inside: NDArray[np.uint8]) -> float:
    """Return the share of the breast's points whose neighbourhood is turned inside out.

    Parameters
    ----------
    field : array (2, rows, columns), float32
        Displacements, mm.
    grid_mm : float
    inside : array (rows, columns), uint8
        1 in the breast.
    """
    if min(field.shape[1:]) < 2:
        return 0.0
    (down_down, down_right), (right_down, right_right) = (
        np.gradient(one, grid_mm) for one in field
    )
    area = (1.0 + down_down) * (1.0 + right_right) - down_right * right_down
    breast = inside > 0
    return float(np.mean(area[breast] <= 0.0)) if breast.any() else 0.0


def missed_mm(fields: tuple[Field, Field], grid_mm: float, places_mm: Points) -> Points:
    """Return by how much places of the prior miss themselves, carried there and back, mm.

    Parameters
    ----------
    fields : tuple of array (2, rows, columns)
        Displacements to the prior and to the current.
    grid_mm : float
    places_mm : array (n, 2), float64
        Of the prior.

    Returns
    -------
    array (n,), float64
    """
    to_prior, to_current = fields
    back = carried(carried(places_mm, to_current, grid_mm), to_prior, grid_mm)
    return np.asarray(np.linalg.norm(back - places_mm, axis=1), np.float64)


def breast_at(places_mm: Points, view: SmallView, edge_mm: float = _EDGE_MM) -> NDArray[np.uint8]:
    """Tell at which places (n, 2) a view shows its breast, `edge_mm` inside the image."""
    last_mm = (np.array(view.breast.shape) - 1) * view.pitch_mm
    within = ((places_mm >= edge_mm) & (places_mm <= last_mm - edge_mm)).all(axis=1)
    at = np.clip(np.rint(places_mm / view.pitch_mm), 0, np.array(view.breast.shape) - 1)
    rows, columns = at.astype(int).T
    shown: NDArray[np.uint8] = view.breast[rows, columns] * within.astype(np.uint8)
    return shown
