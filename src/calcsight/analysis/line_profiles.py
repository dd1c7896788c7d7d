"""What a followed line looks like: its profile across, its walls, its grain, its course."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.ridges import Ridges
from calcsight.terms.description_settings import TrackSettings

Numbers = NDArray[np.float64]
Columns = NDArray[np.intp]

FEATURES = (
    "log_edge_over_surroundings",
    "log_edge_over_height",
    "log_height_over_surroundings",
    "grain",
    "filled",
    "broken",
    "double_walled",
    "log_width",
    "log_length",
    "winding",
)

_REACH_MM = 2.0
_SIDE_MM = (1.1, 1.7)
_CORE_MM = 0.3
_HALF_WIDEST_MM = 1.1
_EDGE_MM = 0.25
_STEP_MM = 0.25
_SMOOTH_MM = 1.0
_FAINT = 0.4
# A row of pieces is all but gone between them; a tube is so only in its gaps.
_GONE = 0.35
_ROUGHLY = 0.8
_FEWEST = 4
# Vessels without calcium are long too: more length than this says nothing.
_LONG_MM = 12.0
_TINY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineProfile:
    """One line in numbers.

    Parameters
    ----------
    points : array (n, 2)
        Smoothed grid points, 0.25 mm apart.
    height_sd : array (n,)
        Middle over the brighter side at each point, local noise SD, averaged over 1 mm.
    length_mm, width_mm : float
    filled, double_walled : float
        0-1, as in `Track`.
    features : array (len(FEATURES),)
    """

    points: Numbers
    height_sd: Numbers
    length_mm: float
    width_mm: float
    filled: float
    double_walled: float
    features: Numbers


def bright_parts(ridges: Ridges, path: Numbers, settings: TrackSettings) -> list[Numbers]:
    """Cut a line down to the parts that stand out as its brightest part does.

    A calcified vessel often goes on as one without calcium; that part is left out.

    Parameters
    ----------
    ridges : Ridges
    path : array (n, 2)
        Grid points.
    settings : TrackSettings
        Fainter stretches up to its gap stay inside a part; shorter parts than its least length,
        and fainter ones than its least contrast, are left out.

    Returns
    -------
    list of array (k, 2)
        Smoothed grid points, 0.25 mm apart.
    """
    points = _even(path, _STEP_MM / ridges.pitch_mm)
    least_sd = settings.least_contrast_sd
    least = max(_FEWEST, round(settings.least_length_mm / _STEP_MM))
    if len(points) < least:
        return []
    # Off its middle a line looks a little fainter than it is.
    rough = _heights(_profiles(ridges, points), ridges.pitch_mm)
    if np.percentile(rough, 85.0) < _ROUGHLY * least_sd:
        return []
    points = _centred(ridges, points)
    height = _averaged(_heights(_profiles(ridges, points), ridges.pitch_mm))
    at = np.flatnonzero(height >= _FAINT * max(float(np.percentile(height, 85.0)), 0.0))
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) * _STEP_MM > settings.gap_mm)
    begins, ends = at[np.r_[0, breaks + 1]], at[np.r_[breaks, len(at) - 1]]
    return [
        points[a : b + 1]
        for a, b in zip(begins, ends, strict=True)
        if b - a >= least and height[a : b + 1].mean() >= least_sd
    ]


def profile(ridges: Ridges, points: Numbers, surroundings_sd: float) -> LineProfile:
    """Measure one line.

    Parameters
    ----------
    ridges : Ridges
    points : array (n, 2)
        From `bright_parts`.
    surroundings_sd : float
        How much lines of this breast usually answer the ridge filter, > 0.
    """
    across = _profiles(ridges, points)
    raw = _heights(across, ridges.pitch_mm)
    height = _averaged(raw)
    mean_height = max(float(height.mean()), _TINY)
    edge = max(float(_edges(across, ridges.pitch_mm).mean()), _TINY)
    length_mm = float(np.hypot(*np.diff(points, axis=0).T).sum()) * ridges.pitch_mm
    width_mm = _width_mm(across.mean(axis=0), ridges.pitch_mm)
    filled = float((height >= 0.5 * mean_height).mean())
    double = _double_walled(across, width_mm, ridges.pitch_mm)
    chord_mm = float(np.hypot(*(points[-1] - points[0]))) * ridges.pitch_mm
    features = (
        np.log(edge / surroundings_sd),
        np.log(edge / mean_height),
        np.log(mean_height / surroundings_sd),
        float((raw - height).std()) / mean_height,
        filled,
        float((raw < _GONE * np.percentile(raw, 75.0)).mean()),
        double,
        np.log(width_mm),
        np.log(min(length_mm, _LONG_MM)),
        1.0 - min(1.0, chord_mm / length_mm),
    )
    return LineProfile(
        points=points,
        height_sd=height,
        length_mm=length_mm,
        width_mm=width_mm,
        filled=filled,
        double_walled=double,
        features=np.array(features),
    )


def _even(path: Numbers, step_px: float) -> Numbers:
    """Smooth a path and put points on it at even steps."""
    smooth = path
    if len(path) >= 5:
        padded = np.concatenate([path[[0, 0]], path, path[[-1, -1]]])
        smooth = np.stack([np.convolve(padded[:, i], np.full(5, 0.2), "valid") for i in (0, 1)], 1)
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(smooth, axis=0).T))])
    at = np.arange(0.0, travelled[-1] + 1e-9, step_px)
    return np.stack([np.interp(at, travelled, smooth[:, i]) for i in (0, 1)], 1)


def _centred(ridges: Ridges, points: Numbers) -> Numbers:
    """Move a line that followed one wall of a tube to the middle between both."""
    smooth = _smoothed(_profiles(ridges, points))
    left, right = _within(ridges.pitch_mm, *_SIDE_MM)
    base = (smooth[:, left].mean(axis=1) + smooth[:, right].mean(axis=1)) / 2
    near = np.union1d(*_within(ridges.pitch_mm, 0.0, _HALF_WIDEST_MM))
    over = smooth[:, near] - base[:, None]
    over = np.clip(over - 0.4 * over.max(axis=1, keepdims=True), 0.0, None) + 1e-9
    aside = (over * _offsets(ridges.pitch_mm)[near]).sum(axis=1) / over.sum(axis=1)
    aside = _averaged(aside)[:, None]
    ahead = np.gradient(points, axis=0)
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    return np.asarray(points + aside * np.stack([-ahead[:, 1], ahead[:, 0]], 1))


def _offsets(pitch_mm: float) -> Numbers:
    reach = round(_REACH_MM / pitch_mm)
    return np.arange(-reach, reach + 1, dtype=np.float64)


def _profiles(ridges: Ridges, points: Numbers) -> Numbers:
    """Sample the contrast across a line: (n points, offsets)."""
    ahead = np.gradient(points, axis=0)
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-9)[:, None]
    offsets = _offsets(ridges.pitch_mm)
    rows = (points[:, :1] - ahead[:, 1:] * offsets).astype(np.float32)
    columns = (points[:, 1:] + ahead[:, :1] * offsets).astype(np.float32)
    sampled = cv2.remap(
        ridges.contrast, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, np.float64)


def _within(pitch_mm: float, least_mm: float, most_mm: float) -> tuple[Columns, Columns]:
    """Return the columns of a profile on one side and on the other, between two distances."""
    away = _offsets(pitch_mm) * pitch_mm
    slack = pitch_mm / 2
    left = np.flatnonzero((away <= -least_mm + slack) & (away >= -most_mm - slack))
    right = np.flatnonzero((away >= least_mm - slack) & (away <= most_mm + slack))
    return left, right


def _heights(across: Numbers, pitch_mm: float) -> Numbers:
    """Return, point by point, the middle over the brighter of both sides."""
    left, right = _within(pitch_mm, *_SIDE_MM)
    core = np.union1d(*_within(pitch_mm, 0.0, _CORE_MM))
    sides = np.maximum(across[:, left].mean(axis=1), across[:, right].mean(axis=1))
    return np.asarray(across[:, core].mean(axis=1) - sides)


def _edges(across: Numbers, pitch_mm: float) -> Numbers:
    """Return, point by point, the steepest fall within 0.25 mm on the less steep side."""
    smooth = _smoothed(across)
    step = max(1, round(_EDGE_MM / pitch_mm))
    fall = (smooth[:, :-step] - smooth[:, step:]) / (step * pitch_mm / _EDGE_MM)
    middle = across.shape[1] // 2
    reach = round(_HALF_WIDEST_MM / pitch_mm) + step
    right = fall[:, middle - step : middle + reach].max(axis=1)
    left = (-fall[:, middle - reach : middle]).max(axis=1)
    return np.asarray(np.minimum(left, right))


def _width_mm(mean: Numbers, pitch_mm: float) -> float:
    """Full width at half height of a mean profile, walls counted in."""
    left, right = _within(pitch_mm, *_SIDE_MM)
    middle, reach = len(mean) // 2, round(_HALF_WIDEST_MM / pitch_mm)
    base = (mean[left].mean() + mean[right].mean()) / 2
    peak = mean[middle - reach : middle + reach + 1].max()
    half = base + 0.5 * (peak - base)
    widths = []
    for side in (mean[middle:], mean[middle::-1]):
        high = np.flatnonzero(side[: reach + 2] >= half)
        last = int(high[-1]) if len(high) else 0
        after = side[last + 1] if last + 1 < len(side) else side[last]
        drop = side[last] - after
        widths.append(last + (float(np.clip((side[last] - half) / drop, 0, 1)) if drop > 0 else 0))
    return max(float(sum(widths)), 0.5) * pitch_mm


def _double_walled(across: Numbers, width_mm: float, pitch_mm: float) -> float:
    """Share of the points at which both borders are brighter than the middle."""
    smooth = _smoothed(across)
    middle = across.shape[1] // 2
    out = max(1, round(0.6 * width_mm / pitch_mm))
    left = smooth[:, middle - out : middle].max(axis=1)
    right = smooth[:, middle + 1 : middle + out + 1].max(axis=1)
    return float((np.minimum(left, right) > smooth[:, middle]).mean())


def _smoothed(across: Numbers) -> Numbers:
    """Average profiles over 1 mm along a line."""
    return np.asarray(cv2.blur(across, (1, round(_SMOOTH_MM / _STEP_MM) + 1)), np.float64)


def _averaged(values: Numbers) -> Numbers:
    """Average over 1 mm along a line; the ends are averaged over what is there."""
    window = np.ones(min(len(values), round(_SMOOTH_MM / _STEP_MM) + 1))
    total = np.convolve(values, window, "same")
    return np.asarray(total / np.convolve(np.ones(len(values)), window, "same"))
