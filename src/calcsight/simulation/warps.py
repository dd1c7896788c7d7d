"""How a compressed breast lies at one visit, against how it lay in the reference drawing."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.families import Families
from calcsight.simulation.texture import Field, as_field
from calcsight.terms.errors import UsageError

Points = NDArray[np.float64]

# Structures of the local field, mm: what one compression shifts together.
FIELD_MM = (15.0, 40.0)
_WAVES = 18
_BUMP_APART_MM = 11.0
# The field is measured at places this far apart, and read at ones this far apart.
_MEASURED_MM, _READ_MM = 1.5, 0.8
_ROUNDS = 60
_STEP_MM = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How the breast lies at one visit.

    Parameters
    ----------
    seed : int
        Of the local field.
    shift_mm : tuple of float
        (down, right) of the whole breast.
    rotation_deg : float
        About the chest wall at the height of the nipple; positive turns down towards right.
    spread : float
        How much wider than in the reference the breast is pressed; 0.02 = 2 %. What is spread is
        thinner: the thickness is that over the square of 1 + `spread`.
    stretch : float
        0-0.2: largest local stretch or shrinking that the field alone makes.
    """

    seed: int
    shift_mm: tuple[float, float]
    rotation_deg: float
    spread: float
    stretch: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.stretch <= 0.2 or not -0.1 <= self.spread <= 0.1:
            raise UsageError(
                f"a stretch of {self.stretch} and a spread of {self.spread}",
                "0 to 0.2 and -0.1 to 0.1: more would fold the breast",
            )
        if not all(abs(one) <= 30.0 for one in (*self.shift_mm, self.rotation_deg)):
            raise UsageError(
                f"a shift of {self.shift_mm} mm and a turn of {self.rotation_deg} degrees",
                "at most 30",
            )


class LocalField(Protocol):
    """A smooth displacement."""

    def at(self, places_mm: Points) -> Points:
        """Displacement (down, right) in mm at places (n, 2) in mm."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waves:
    """A sum of plane waves: noise between two wavelengths."""

    vectors: Points
    phases: Points
    heights_mm: Points

    def at(self, places_mm: Points) -> Points:
        """Displacement (n, 2) in mm at places (n, 2) in mm."""
        moved: Points = np.cos(places_mm @ self.vectors.T + self.phases) @ self.heights_mm
        return moved


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bumps:
    """A sum of round bumps, each pulled its own way."""

    centres_mm: Points
    widths_mm: Points
    pulls_mm: Points

    def at(self, places_mm: Points) -> Points:
        """Displacement (n, 2) in mm at places (n, 2) in mm."""
        away = places_mm[:, None, :] - self.centres_mm[None, :, :]
        squared = (away**2).sum(axis=2) / self.widths_mm**2
        # Without an end, as of no Gaussian: (1 + r^2) ^ -2.
        moved: Points = (1.0 + squared) ** -2.0 @ self.pulls_mm
        return moved


@dataclass(frozen=True, kw_only=True, eq=False)
class Warp:
    """Where each place of a visit's picture lies in the reference, and back; all in mm.

    Places are (down, right) from the first pixel's centre of each. Reference place = q + field
    (q), where q is the visit's place turned, narrowed and shifted.

    Parameters
    ----------
    matrix : array (2, 2)
    pivot_visit_mm, pivot_reference_mm : array (2,)
    field : LocalField
    factor : float
        On the field's displacements.
    """

    matrix: Points
    pivot_visit_mm: Points
    pivot_reference_mm: Points
    field: LocalField
    factor: float

    @cached_property
    def _back(self) -> Points:
        return np.asarray(np.linalg.inv(self.matrix), np.float64)

    def to_reference(self, places_mm: Points) -> Points:
        """Carry places (n, 2) of the visit into the reference."""
        q = _as_places(places_mm) - self.pivot_visit_mm
        q = q @ self.matrix.T + self.pivot_reference_mm
        moved: Points = q + self.factor * self.field.at(q)
        return moved

    def to_visit(self, places_mm: Points) -> Points:
        """Carry places (n, 2) of the reference into the visit; exact to 1e-6 mm."""
        places = _as_places(places_mm)
        q = places.copy()
        for _ in range(_ROUNDS):
            # The field changes by less than it moves, so that each round comes nearer.
            nearer = places - self.factor * self.field.at(q)
            done = np.abs(nearer - q).max(initial=0.0) < 1e-7
            q = nearer
            if done:
                break
        back: Points = (q - self.pivot_reference_mm) @ self._back.T + self.pivot_visit_mm
        return back

    def weaker(self, by: float) -> "Warp":
        """Return the same warp, its local field times `by`."""
        return replace(self, factor=self.factor * by)

    def jacobians(self, places_mm: Points) -> NDArray[np.float64]:
        """Return d reference / d visit (n, 2, 2) at places of the visit."""
        places = _as_places(places_mm)
        columns = []
        for axis in np.eye(2) * _STEP_MM:
            ahead, behind = self.to_reference(places + axis), self.to_reference(places - axis)
            columns.append((ahead - behind) / (2 * _STEP_MM))
        return np.stack(columns, axis=2)

    def turn_at(self, places_mm: Points) -> NDArray[np.float64]:
        """Return the rotations (n, 2, 2) that turn what lies there in the reference (visit)."""
        left, _, right = np.linalg.svd(self.jacobians(places_mm))
        turned: NDArray[np.float64] = np.swapaxes(left @ right, 1, 2)
        return turned

    def map_for(self, shape: tuple[int, int], pitch_mm: float) -> tuple[Field, Field]:
        """Return (down, right) in the reference, mm, of every pixel of a picture of the visit.

        Read from places 0.8 mm apart, linear between them: off by less than 0.01 mm.
        """
        rows, columns = (_ticks(side, pitch_mm) for side in shape)
        ends = [np.arange(weights.shape[1]) * _READ_MM for weights in (rows, columns)]
        down, right = np.meshgrid(*ends, indexing="ij")
        there = self.to_reference(np.stack([down.ravel(), right.ravel()], 1))
        there = there.reshape(*down.shape, 2)
        return (
            as_field(rows @ there[:, :, 0] @ columns.T),
            as_field(rows @ there[:, :, 1] @ columns.T),
        )


def draw_warp(
    families: Families,
    position: Position,
    field_mm: tuple[float, float],
    pivots_mm: tuple[tuple[float, float], tuple[float, float]],
) -> Warp:
    """Draw how the breast lies at one visit.

    TUNING fields are sums of plane waves, TEST fields sums of round bumps, so that nothing is
    measured on the fields that it was fitted to. Either is scaled until no place is stretched or
    shrunk by more than `position.stretch`, so that it never folds.

    Parameters
    ----------
    families : Families
    position : Position
    field_mm : tuple of float
        Height and width of the reference.
    pivots_mm : tuple
        Where the breast turns, (down, right) in the visit without its shift, and in the reference.
    """
    rng = np.random.default_rng((position.seed, 41))
    field = _waves(rng) if families is Families.TUNING else _bumps(rng, field_mm)
    angle = np.deg2rad(position.rotation_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    largest = _largest_stretch(field, field_mm)
    return Warp(
        matrix=turn / (1.0 + position.spread),
        pivot_visit_mm=np.array(pivots_mm[0]) + np.array(position.shift_mm),
        pivot_reference_mm=np.array(pivots_mm[1]),
        field=field,
        factor=position.stretch / largest,
    )


def stretches(jacobians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return smallest and largest length (n, 2) that a unit length becomes."""
    return np.sort(np.linalg.svd(jacobians, compute_uv=False), axis=1)


def _waves(rng: np.random.Generator) -> Waves:
    """Draw plane waves of 15 to 40 mm that run any way; longer ones move more."""
    lengths, angles = rng.uniform(*FIELD_MM, _WAVES), rng.uniform(0.0, 2 * np.pi, _WAVES)
    ways = np.stack([np.sin(angles), np.cos(angles)], 1)
    return Waves(
        vectors=ways * (2 * np.pi / lengths)[:, None],
        phases=rng.uniform(0.0, 2 * np.pi, _WAVES),
        heights_mm=rng.normal(0.0, 1.0, (_WAVES, 2)) * lengths[:, None],
    )


def _bumps(rng: np.random.Generator, field_mm: tuple[float, float]) -> Bumps:
    """Draw round bumps of 15 to 40 mm across, all over the reference."""
    count = max(6, int(field_mm[0] * field_mm[1] / _BUMP_APART_MM**2 / 3.0))
    widths = rng.uniform(*FIELD_MM, count) / 2.0
    return Bumps(
        centres_mm=rng.uniform((0.0, 0.0), field_mm, (count, 2)),
        widths_mm=widths,
        pulls_mm=rng.normal(0.0, 1.0, (count, 2)) * widths[:, None],
    )


def _largest_stretch(field: LocalField, field_mm: tuple[float, float]) -> float:
    """Return the largest gradient of a field over the reference and 10 mm around it.

    The norm of the gradient bounds how far lengths, and lengths of the inverse, depart from 1 to
    first order, and for gradients below 1 there is no fold.
    """
    ends = [np.arange(-10.0, side + 10.0, _MEASURED_MM) for side in field_mm]
    down, right = np.meshgrid(*ends, indexing="ij")
    places = np.stack([down.ravel(), right.ravel()], 1)
    columns = [
        (field.at(places + axis) - field.at(places - axis)) / (2 * _STEP_MM)
        for axis in np.eye(2) * _STEP_MM
    ]
    return float(stretches(np.stack(columns, axis=2))[:, 1].max())


def _ticks(side: int, pitch_mm: float) -> NDArray[np.float64]:
    """Return how much each pixel of a side takes of each point 0.8 mm apart (pixels, points)."""
    at = np.arange(side) * pitch_mm / _READ_MM
    low = np.floor(at).astype(int)
    weights = np.zeros((side, int(low[-1]) + 2))
    weights[np.arange(side), low] = 1.0 - (at - low)
    weights[np.arange(side), low + 1] = at - low
    return weights


def _as_places(places_mm: Points) -> Points:
    return np.asarray(places_mm, np.float64).reshape(-1, 2)
