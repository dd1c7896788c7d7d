"""Where the same place of a breast lies at each visit of a series."""

from dataclasses import dataclass
from itertools import permutations
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.series_spec import SeriesSpec, VisitSpec
from calcsight.simulation.texture import Field, as_field
from calcsight.simulation.warps import Points, Warp, draw_warp, stretches
from calcsight.terms.mammogram import View

# Every visit leaves out this much of the reference at the chest wall, and of an oblique one at
# the axilla, so that each shows tissue to its very edge however it lies.
_LEFT_OUT_MM = 13.0
_LANDMARKS = 40
_GRID_MM = 1.0
_EDGE_MM = 3.0
_UNDER_SKIN_MM = 6.0
_MEASURED_MM, _ROUNDS = 2.0, 20


class Reference(Protocol):
    """The breast in the frame that no visit has; `repeated.Anatomy` is one."""

    @property
    def canvas(self) -> Canvas:
        """Its geometry."""

    @property
    def field_mm(self) -> tuple[float, float]:
        """Height and width of its picture."""

    def depth_at(self, down_mm: Field, right_mm: Field) -> Field:
        """Signed distance to the skin line, mm, at places; inside above 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whereabouts:
    """Where every visit shows the places of the reference.

    Parameters
    ----------
    warps : tuple of Warp
        One for each visit.
    seen_mm : array (n, 2)
        Places of the reference, 1 mm apart, inside the breast and seen at every visit, 3 mm off
        the edges of each picture and 6 mm under the skin.
    seen : array (rows, columns), uint8
        The same as a picture of the reference, 1 mm a pixel.
    """

    warps: tuple[Warp, ...]
    seen_mm: Points
    seen: NDArray[np.uint8]

    def carry(self, places_mm: Points, from_visit: int, to_visit: int) -> Points:
        """Carry places (n, 2) of one visit's picture into another's, mm."""
        there = self.warps[from_visit].to_reference(places_mm)
        return self.warps[to_visit].to_visit(there)

    def landmarks(self, visit: int) -> Points:
        """Return some 40 places spread over what is seen at every visit, in one visit's picture."""
        return self.warps[visit].to_visit(self._spread())

    def _spread(self) -> Points:
        """Choose places far from each other: always the one farthest from those chosen."""
        places = self.seen_mm
        if len(places) == 0:
            return places
        chosen = [int(np.argmin(((places - places.mean(axis=0)) ** 2).sum(axis=1)))]
        away = np.full(len(places), np.inf)
        while len(chosen) < min(_LANDMARKS, len(places)):
            away = np.minimum(away, ((places - places[chosen[-1]]) ** 2).sum(axis=1))
            chosen.append(int(np.argmax(away)))
        return np.asarray(places[np.array(chosen)])


def seen_everywhere(reference: Reference, spec: SeriesSpec) -> Whereabouts:
    """Draw the warps of a series, and find what every visit shows."""
    warps = _held(tuple(_warp(reference, spec, one) for one in spec.visits), reference, spec)
    height, width = reference.field_mm
    down, right = np.indices((int(height / _GRID_MM), int(width / _GRID_MM))) * _GRID_MM
    places = np.stack([down.ravel(), right.ravel()], 1)
    depth = reference.depth_at(as_field(down), as_field(right)).ravel()
    seen = depth > _UNDER_SKIN_MM
    for visit, warp in zip(spec.visits, warps, strict=True):
        ends = np.array(field_of(reference, visit)) * visit.pitch_mm - _EDGE_MM
        there = warp.to_visit(places)
        seen &= ((there > _EDGE_MM) & (there < ends)).all(axis=1)
    return Whereabouts(
        warps=warps, seen_mm=places[seen], seen=seen.reshape(down.shape).astype(np.uint8)
    )


def most_stretched(warps: tuple[Warp, ...], places_mm: Points) -> float:
    """Return how much any length changes at places of the reference between any two visits.

    0.15 = something becomes 15 % longer or shorter, whichever visit is taken as the first.
    """
    jacobians = [warp.jacobians(warp.to_visit(places_mm)) for warp in warps]
    most = 0.0
    for one, other in permutations(jacobians, 2):
        lengths = stretches(np.linalg.inv(other) @ one)
        most = max(most, float(lengths[:, 1].max(initial=1.0)) - 1.0)
    return most


def _held(warps: tuple[Warp, ...], reference: Reference, spec: SeriesSpec) -> tuple[Warp, ...]:
    """Weaken local fields until no place is stretched by more than the spec allows."""
    height, width = reference.field_mm
    down, right = np.meshgrid(
        np.arange(0.0, height, _MEASURED_MM), np.arange(0.0, width, _MEASURED_MM), indexing="ij"
    )
    inside = reference.depth_at(as_field(down), as_field(right)) > 0
    places = np.stack([down[inside], right[inside]], 1)
    for _ in range(_ROUNDS):
        most = most_stretched(warps, places)
        if most <= spec.most_stretch:
            break
        # A little less than needed, since lengths do not grow evenly with the field.
        warps = tuple(warp.weaker(0.98 * spec.most_stretch / most) for warp in warps)
    return warps


def field_of(reference: Reference, visit: VisitSpec) -> tuple[int, int]:
    """Return (rows, columns) of a visit's picture."""
    top, left = _origin_mm(reference)
    height, width = reference.field_mm
    size_mm = (height - top + visit.room_mm[0], width - left + visit.room_mm[1])
    return (round(size_mm[0] / visit.pitch_mm), round(size_mm[1] / visit.pitch_mm))


def _origin_mm(reference: Reference) -> tuple[float, float]:
    """Return where the picture of a visit that nothing moved begins in the reference."""
    oblique = reference.canvas.view is View.MLO
    return (_LEFT_OUT_MM if oblique else -5.0, _LEFT_OUT_MM)


def _warp(reference: Reference, spec: SeriesSpec, visit: VisitSpec) -> Warp:
    """Draw the warp of one visit; it turns about the chest wall at the height of the nipple."""
    top, left = _origin_mm(reference)
    nipple = reference.canvas.nipple_mm[0]
    pivots = ((nipple - top, 0.0), (nipple, left))
    return draw_warp(spec.families, visit.position, reference.field_mm, pivots)
