"""The second lay: stretched and sheared as a whole, as most witnesses say."""

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.coarse_lay import Map
from calcsight.analysis.patch_matching import Witnesses

# A shear or stretch by 1 costs as much as witnesses of weight 1 that miss by this in all, mm.
_STIFFNESS_MM = 20.0
# Witnesses that miss by much more than this are not heard in the end, mm.
_WIDEST_MM, _NARROWEST_MM = 6.0, 1.5
_NARROWING = 0.7
_ROUNDS = 10


def affine_lay(lay: Map, witnesses: Witnesses) -> Map:
    """Move a lay by the affine change that most witnesses agree on.

    Least squares, reweighted by the Geman-McClure function of the misfit [1]_ with a width that
    narrows from round to round; stretch and shear are held back where witnesses are few.

    Parameters
    ----------
    lay : array (2, 3)
        As `coarse_lay` returns.
    witnesses : Witnesses
        Found under that lay; the lay stays as it is when there are none.

    Returns
    -------
    array (2, 3), float64

    References
    ----------
    .. [1] M. J. Black, P. Anandan, "The robust estimation of multiple motions", Computer Vision
       and Image Understanding 63 (1996) 75-104.
    """
    weight = witnesses.weights**2
    if weight.sum() <= 0.0:
        return lay
    middle = (witnesses.places_mm * weight[:, None]).sum(axis=0) / weight.sum()
    terms = np.column_stack([np.ones(len(weight)), witnesses.places_mm - middle])
    stiff = np.diag([0.0, 1.0, 1.0]) * _STIFFNESS_MM**2
    heard = np.ones(len(weight))
    width_mm = _WIDEST_MM
    change: NDArray[np.float64] = np.zeros((3, 2))
    for _ in range(_ROUNDS):
        scale = weight**2 * heard
        normal = terms.T @ (terms * scale[:, None]) + stiff
        wanted = terms.T @ (witnesses.moves_mm * scale[:, None])
        change = np.asarray(np.linalg.solve(normal, wanted), np.float64)
        miss = np.linalg.norm(witnesses.moves_mm - terms @ change, axis=1)
        width_mm = max(_NARROWEST_MM, _NARROWING * width_mm)
        heard = (1.0 + (miss / width_mm) ** 2) ** -2
    # current place -> moved place -> prior place
    stretch = np.eye(2) + change[1:].T
    shift = change[0] - change[1:].T @ middle
    return np.column_stack([lay[:, :2] @ stretch, lay[:, :2] @ shift + lay[:, 2]])
