"""Outlines of true regions and particles, in pixels of the file's own frame."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.hull import convex_hull, maximum_feret
from calcsight.evaluation.cases import Numbers, TrueParticles

Spacing_mm = tuple[float, float] | None
FARTHEST_PX = 1e6
_MOST_CORNERS = 20_000
_CIRCLE_CORNERS = 72


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark:
    """One particle as it was marked.

    Parameters
    ----------
    place : array (2,)
    outline : array (k, 2) or None
    diameter_mm, contrast_sd : float
        nan = not given; a diameter is then taken from the outline.
    """

    place: Numbers
    outline: Numbers | None = None
    diameter_mm: float = float("nan")
    contrast_sd: float = float("nan")


def circle(row: float, column: float, radius: float) -> Numbers:
    """Return a regular polygon of 72 corners on a circle."""
    angle = np.linspace(0.0, 2 * np.pi, _CIRCLE_CORNERS, endpoint=False)
    return np.stack([row + radius * np.sin(angle), column + radius * np.cos(angle)], axis=1)


def box(top: float, left: float, bottom: float, right: float) -> Numbers:
    """Return the corners of a rectangle."""
    return np.array([(top, left), (top, right), (bottom, right), (bottom, left)], dtype=np.float64)


def polygon(points: Iterable[Sequence[float]]) -> Numbers | None:
    """Return a closed polygon (k, 2) without repeated corners; None when it holds no area.

    One with a corner that is not finite, or farther out than any image reaches, is none, either.
    More than 20,000 corners are thinned to a tolerance of half a pixel.
    """
    corners = np.array(list(points), dtype=np.float64).reshape(-1, 2)
    if not (np.abs(corners) <= FARTHEST_PX).all():
        return None
    if len(corners):
        corners = corners[np.any(corners != np.roll(corners, -1, axis=0), axis=1)]
    if len(corners) > _MOST_CORNERS:
        thinned = cv2.approxPolyDP(corners.astype(np.float32).reshape(-1, 1, 2), 0.5, True)
        corners = thinned.reshape(-1, 2).astype(np.float64)
    return corners if len(corners) >= 3 and _hull_area(corners) > 0.0 else None


def centroid(outline: Numbers) -> Numbers:
    """Return the centroid of the area inside; of the corners where that is nearly nothing."""
    moments = cv2.moments((outline - outline[0]).astype(np.float32).reshape(-1, 1, 2))
    if abs(moments["m00"]) < 1e-6:
        return np.asarray(outline.mean(axis=0), dtype=np.float64)
    middle = np.array([moments["m10"], moments["m01"]]) / moments["m00"]
    return np.asarray(outline[0] + middle, dtype=np.float64)


def area(outline: Numbers) -> float:
    """Return the area inside an outline, in square pixels."""
    return float(cv2.contourArea((outline - outline[0]).astype(np.float32).reshape(-1, 1, 2)))


def holds(outline: Numbers, places: Numbers) -> NDArray[np.bool_]:
    """Tell for each place (n, 2) whether it lies in or on an outline."""
    corners = outline.astype(np.float32).reshape(-1, 1, 2)
    return np.array(
        [cv2.pointPolygonTest(corners, (float(r), float(c)), False) >= 0 for r, c in places],
        dtype=np.bool_,
    )


def outside(outline: Numbers, shape: tuple[int, int] | None) -> str | None:
    """Tell whether an outline leaves the image: "wholly", "partly" or None = no, or unknown."""
    if shape is None:
        return None
    low, high = outline.min(axis=0), outline.max(axis=0)
    edge = np.array(shape, dtype=np.float64) - 0.5
    if (high < -0.5).any() or (low > edge).any():
        return "wholly"
    # Readers' outlines and boxes may end on the last pixel's far edge, by either convention.
    return "partly" if (low < -1.0).any() or (high > edge + 0.5).any() else None


def true_particles(marks: Sequence[Mark], spacing_mm: Spacing_mm) -> TrueParticles:
    """Gather marks; a diameter that was not given is the outline's maximum Feret diameter.

    Raises
    ------
    ValueError
        When a place is not finite, or farther out than any image reaches.
    """
    if not all((np.abs(mark.place) <= FARTHEST_PX).all() for mark in marks):
        raise ValueError("a place that no image has")
    diameters = [
        _feret_mm(mark.outline, spacing_mm) if np.isnan(mark.diameter_mm) else mark.diameter_mm
        for mark in marks
    ]
    return TrueParticles(
        places_px=np.array([mark.place for mark in marks], dtype=np.float64).reshape(-1, 2),
        outlines_px=tuple(mark.outline for mark in marks),
        diameters_mm=np.array(diameters, dtype=np.float64),
        contrasts_sd=np.array([mark.contrast_sd for mark in marks], dtype=np.float64),
    )


def _feret_mm(outline: Numbers | None, spacing_mm: Spacing_mm) -> float:
    """Return the maximum Feret diameter, nan when outline or spacing is unknown."""
    if outline is None or spacing_mm is None:
        return float("nan")
    return maximum_feret(convex_hull(outline * np.array(spacing_mm)))


def _hull_area(corners: Numbers) -> float:
    """Return the area of the convex hull: a bow tie holds one, a line does not."""
    hull = cv2.convexHull((corners - corners[0]).astype(np.float32))
    return float(cv2.contourArea(hull))
