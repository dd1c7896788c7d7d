"""What a describer weighs of each calcification: its shape, its place, and what lies around it."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.arms import arms_of
from calcsight.analysis.skin import edge_distances_mm
from calcsight.terms.calcification import Calcification
from calcsight.terms.limitation import Limitation
from calcsight.terms.stages import Breast

_RADII_MM = (2.5, 5.0, 10.0, 20.0)
_LOCAL_MM = (5.0, 12.0)
_LOOKS_MM = 10.0
_FARTHEST_MM = 60.0

_OWN = (
    "log_diameter_mm",
    "log_length_mm",
    "log_width_mm",
    "log_area_mm2",
    "log_contrast_to_noise",
    "log_elongation",
    "circularity",
    "solidity",
    "fill",
    "lucent_centre",
    "arms",
    "notch",
    "log_width_px",
    "truncated",
)
_PLACE = ("log_pitch_mm", "skin_mm", "nipple_mm", "along_nipple")
_AROUND = (
    "nearest_mm",
    *(f"within_{radius:g}_mm" for radius in _RADII_MM),
    "in_view",
    *(f"{what}_{radius:g}_mm" for radius in _LOCAL_MM for what in ("drawn_out", "along_it")),
    "it_along_nipple",
)
_LOOKS = (0, 4, 5, 6, 7, 9)
_ALIKE = tuple(f"{what}_{_OWN[at]}" for what in ("mean", "sd") for at in _LOOKS)

FEATURE_NAMES = (*_OWN, *_PLACE, *_AROUND, *_ALIKE)


def appearance(
    breast: Breast, calcifications: Sequence[Calcification], pitch_mm: float
) -> NDArray[np.float32]:
    """Put the numbers of each calcification side by side.

    Parameters
    ----------
    breast : Breast
    calcifications : sequence of Calcification
        Reading frame, measured in mm. What lies around each is taken from all of them.
    pitch_mm : float
        Distance between pixel centres.

    Returns
    -------
    array (n, len(FEATURE_NAMES)), float32
        Finite. Turning, mirroring or moving the view together with the breast changes nothing.
    """
    if not calcifications:
        return np.zeros((0, len(FEATURE_NAMES)), np.float32)
    own = np.array([_own(one, pitch_mm) for one in calcifications])
    axes = long_axes(calcifications)
    places_mm = centroids(calcifications) * pitch_mm
    to_tip = np.array([breast.tip_row, breast.tip_column]) * pitch_mm - places_mm
    skin = edge_distances_mm(breast, centroids(calcifications), pitch_mm)
    place = np.stack(
        [
            np.full(len(own), math.log(pitch_mm)),
            np.log1p(np.minimum(skin, _FARTHEST_MM)),
            np.log1p(np.hypot(*to_tip.T)),
            _double_cosine(axes, to_tip),
        ],
        axis=1,
    )
    around = _around(places_mm, axes, to_tip)
    alike = _alike(places_mm, own[:, _LOOKS])
    return np.asarray(np.hstack([own, place, around, alike]), np.float32)


def centroids(calcifications: Sequence[Calcification]) -> NDArray[np.float64]:
    """Return the centroids, array (n, 2), `row, column`."""
    return np.array([(one.row, one.column) for one in calcifications]).reshape(-1, 2)


def long_axes(calcifications: Sequence[Calcification]) -> NDArray[np.float64]:
    """Return which way each runs: vectors (n, 2) of length 1 - width / length, sign arbitrary."""
    axes = np.zeros((len(calcifications), 2))
    for at, one in enumerate(calcifications):
        (_, _), (width, height), angle = cv2.minAreaRect(one.outline.astype(np.float32)[:, ::-1])
        turn = math.radians(angle if width >= height else angle + 90.0)
        long = 1.0 - 1.0 / max(one.elongation, 1.0)
        axes[at] = long * math.sin(turn), long * math.cos(turn)
    return axes


def _own(one: Calcification, pitch_mm: float) -> tuple[float, ...]:
    """Return the numbers of one particle alone, those of `_OWN`."""
    diameter = max(one.diameter_px, 1e-3) * pitch_mm
    length = (one.length_mm if one.length_mm else diameter) or diameter
    width = max(one.width_mm or diameter, 1e-3)
    area = max(one.area_px, 1e-3) * pitch_mm**2
    arms, notch = arms_of(one.outline)
    return (
        math.log(diameter),
        math.log(max(length, 1e-3)),
        math.log(width),
        math.log(area),
        math.log1p(max(one.contrast_to_noise, 0.0)),
        math.log(max(one.elongation, 1.0)),
        one.circularity,
        one.solidity,
        area / diameter**2,
        float(one.lucent_centre),
        float(arms),
        notch,
        math.log(width / pitch_mm),
        float(Limitation.TRUNCATED_OUTLINE in one.limitations),
    )


def _around(
    places_mm: NDArray[np.float64], axes: NDArray[np.float64], to_tip: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how many lie around each, and how they are strung out, those of `_AROUND`."""
    offsets = places_mm[None, :, :] - places_mm[:, None, :]
    apart = np.hypot(offsets[..., 0], offsets[..., 1])
    others = apart + np.diag(np.full(len(apart), np.inf))
    nearest = np.minimum(others.min(axis=1), _FARTHEST_MM)
    columns = [np.log1p(nearest)]
    columns += [np.log1p((others <= radius).sum(axis=1)) for radius in _RADII_MM]
    columns.append(np.full(len(apart), math.log1p(len(apart))))
    string = np.zeros_like(axes)
    for radius in _LOCAL_MM:
        string = _main_axes(offsets, apart <= radius)
        columns += [np.hypot(*string.T), _double_cosine(axes, string)]
    columns.append(_double_cosine(string, to_tip))
    return np.stack(columns, axis=1)


def _main_axes(offsets: NDArray[np.float64], near: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return along what axis the near ones lie: vectors (n, 2), length 0 (round) to 1 (a line)."""
    count = near.sum(axis=1)[:, None]
    weighted = offsets * near[..., None]
    middle = weighted.sum(axis=1) / count
    squares = np.einsum("nmi,nmj->nij", weighted, weighted) / count[..., None]
    squares -= np.einsum("ni,nj->nij", middle, middle)
    values, vectors = np.linalg.eigh(squares)
    total = values.sum(axis=1)
    # Two points always lie on a line: few say little.
    known = (
        (values[:, 1] - values[:, 0]) / np.maximum(total, 1e-9) * (1.0 - 2.0 / (count[:, 0] + 1))
    )
    return np.asarray(
        vectors[:, :, 1] * np.where(total > 1e-9, np.maximum(known, 0.0), 0.0)[:, None]
    )


def _double_cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cos(2 angle) between axes, times the length of `one`; 1 = along, -1 = across."""
    lengths = np.maximum(np.hypot(*one.T) * np.hypot(*other.T), 1e-9)
    cosine = (one * other).sum(axis=1) / lengths
    return np.asarray((2.0 * cosine**2 - 1.0) * np.hypot(*one.T))


def _alike(places_mm: NDArray[np.float64], looks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return mean and SD of what the neighbours measure; alone, that of the particle itself."""
    offsets = places_mm[None, :, :] - places_mm[:, None, :]
    near = (np.hypot(offsets[..., 0], offsets[..., 1]) <= _LOOKS_MM).astype(np.float64)
    count = near.sum(axis=1)[:, None]
    mean = near @ looks / count
    spread = np.sqrt(np.maximum(near @ looks**2 / count - mean**2, 0.0))
    return np.hstack([mean, spread])
