"""How places of one view lie in another view of the same breast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationQuality:
    """How well two views were laid over each other.

    Parameters
    ----------
    likeness : float
        -1 to 1: correlation of the tissue of both, after registration, where both show it.
    likeness_by_chance : float
        The same where the prior is deliberately laid wrongly: what tissue alone gives.
    agreement : float
        0-1: share of small pieces of tissue, the plainest counting most, whose own best place in
        the prior, looked for anew, is where the registration put them. Few agree where nothing
        belongs together.
    overlap : float
        0-1: share of the smaller breast that both show.
    outline_mm : float or None
        Median distance between the two skin lines; None where either shows none.
    folded : float
        0-1: share of the breast where the field folds over itself; 0 = nowhere.
    inverse_mm : float
        Median distance by which there and back misses the start.
    """

    likeness: float
    likeness_by_chance: float
    agreement: float
    overlap: float
    outline_mm: float | None
    folded: float
    inverse_mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registration:
    """Two displacement fields between the current and the prior view.

    Places are (down, right) in mm from the first pixel's centre, reading frame of each view.

    Parameters
    ----------
    grid_mm : float
        Distance between the points at which the fields are given; the first is at (0, 0).
    to_prior : array (2, rows, columns), float32
        On a grid over the current view: prior place = current place + (down, right), mm.
    to_current : array (2, rows, columns), float32
        On a grid over the prior view: current place = prior place + (down, right), mm.
    shown_in_prior : array (rows, columns), uint8
        On the grid of `to_prior`: 1 where the prior shows breast at that place of the current.
    shown_in_current : array (rows, columns), uint8
        On the grid of `to_current`, the other way round.
    quality : RegistrationQuality
    succeeded : bool
        The quality is good enough to speak of change.
    method : str
        Steps and libraries, for the record.
    """

    grid_mm: float
    to_prior: NDArray[np.float32]
    to_current: NDArray[np.float32]
    shown_in_prior: NDArray[np.uint8]
    shown_in_current: NDArray[np.uint8]
    quality: RegistrationQuality
    succeeded: bool
    method: str

    def in_prior(self, places_mm: Points) -> Points:
        """Carry places (n, 2) of the current view over to the prior one, mm."""
        return carried(places_mm, self.to_prior, self.grid_mm)

    def in_current(self, places_mm: Points) -> Points:
        """Carry places (n, 2) of the prior view over to the current one, mm."""
        return carried(places_mm, self.to_current, self.grid_mm)


def carried(places_mm: Points, field: NDArray[np.float32], grid_mm: float) -> Points:
    """Add the displacement at each place, linear between grid points, constant beyond them.

    Parameters
    ----------
    places_mm : array (n, 2), float64
        (down, right), mm from the grid's first point.
    field : array (2, rows, columns), float32
        Displacements (down, right), mm.
    grid_mm : float
        Distance between the points of the grid.
    """
    places = np.asarray(places_mm, np.float64).reshape(-1, 2)
    last = np.array(field.shape[1:]) - 1
    at = np.clip(places / grid_mm, 0.0, last)
    low = np.minimum(np.floor(at).astype(int), np.maximum(last - 1, 0))
    high = np.minimum(low + 1, last)
    (down, right), share = low.T, at - low
    below, beside = high.T
    upper = field[:, down, right] * (1 - share[:, 1]) + field[:, down, beside] * share[:, 1]
    lower = field[:, below, right] * (1 - share[:, 1]) + field[:, below, beside] * share[:, 1]
    moved: Points = places + (upper * (1 - share[:, 0]) + lower * share[:, 0]).T
    return moved
