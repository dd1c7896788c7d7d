"""What surrounds a candidate: lines and crossings look like particles from close by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.filters import gaussian_mean, sampled
from calcsight.terms.settings import DetectionSettings
from calcsight.terms.stages import FlatView

_ANGLES = 16
_NEAR_MM = (0.45, 0.6, 0.8)
_FAR_MM = (1.1, 1.5, 2.0)

_NAMES = (
    "blobness",
    "coarse_blobness",
    "near_line",
    "near_arm",
    "near_mean",
    "near_spread",
    "near_dark",
    "far_line",
    "far_arm",
    "far_mean",
    "far_spread",
    "far_dark",
    "peak",
    "smooth_peak",
)


def feature_names(settings: DetectionSettings) -> tuple[str, ...]:
    """Name the columns of `surroundings`; each filter is named by its sigma and ratio."""
    filters = sorted(settings.sigmas_mm)
    return (*(f"response_{s:g}_mm_x{settings.scale_ratio:g}" for s in filters), *_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilterAnswer:
    """A matched filter's answer over the breast box.

    Parameters
    ----------
    sigma_mm : float
    step : int
        Pixels of the box for one pixel of `difference`.
    difference : array, float32
        Difference of Gaussians, grey values.
    noise : array, float32
        Local SD of `difference`.
    noise_step : int
        Pixels of the box for one pixel of `noise`.
    """

    sigma_mm: float
    step: int
    difference: NDArray[np.float32]
    noise: NDArray[np.float32]
    noise_step: int


def surroundings(
    view: FlatView,
    answers: Sequence[FilterAnswer],
    points: NDArray[np.float64],
    sigma_mm: NDArray[np.float64],
    filters: int,
) -> NDArray[np.float64]:
    """Describe the neighbourhood of each point.

    Parameters
    ----------
    view : FlatView
    answers : sequence
        Answers of the matched filters, narrow to wide.
    points : array (n, 2)
        `row, column` in the box.
    sigma_mm : array (n,)
        Sigma of the filter that answered most.
    filters : int
        Number of filters in the settings.

    Returns
    -------
    array (n, k), float64
        Columns as in `feature_names`. `response_*`: answers of the filters, local SD (narrow
        filters that the pitch cannot carry repeat the narrowest that it can). `blobness`: the
        smaller over the larger curvature at the own scale, 1 = round, 0 = line;
        `coarse_blobness`: the same two scales up. `near_*`, `far_*`: grey values on rings
        0.45-0.8 and 1.1-2.0 mm around, over background and noise: the brightest pair of
        opposite arms (a line through), the brightest arm (a line that ends), mean, spread and
        the darkest arm (an edge).
        `peak`, `smooth_peak`: contrast to noise at the centre as it is and after smoothing.
    """
    heights = [
        sampled(a.difference, points, a.step) / sampled(a.noise, points, a.noise_step)
        for a in answers
    ]
    heights = heights[:1] * (filters - len(heights)) + heights
    own = np.array([a.sigma_mm for a in answers])
    which = np.abs(own[None, :] - sigma_mm[:, None]).argmin(axis=1)
    coarse = np.minimum(which + 2, len(answers) - 1)
    smooth = gaussian_mean(view.pixels, max(0.1 / view.pitch_mm, 0.5))
    base = sampled(view.background, points, 1)
    noise = sampled(view.noise, points, 1)
    columns = [
        *heights,
        _blobness(answers, points, which),
        _blobness(answers, points, coarse),
        *_ring(smooth, view.pitch_mm, points, _NEAR_MM, (base, noise)),
        *_ring(smooth, view.pitch_mm, points, _FAR_MM, (base, noise)),
        (sampled(view.pixels, points, 1) - base) / noise,
        (sampled(smooth, points, 1) - base) / noise,
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _blobness(
    answers: Sequence[FilterAnswer], points: NDArray[np.float64], which: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Ratio of the smaller to the larger curvature of the chosen filter's answer, -1 to 1."""
    blobness = np.zeros(len(points))
    for index, answer in enumerate(answers):
        chosen = which == index
        if not chosen.any():
            continue
        at = points[chosen]
        value = sampled(answer.difference, at, answer.step)
        steps = {
            name: sampled(answer.difference, at + answer.step * np.array(offset), answer.step)
            for name, offset in _STENCIL.items()
        }
        bend_rr = steps["down"] + steps["up"] - 2 * value
        bend_cc = steps["right"] + steps["left"] - 2 * value
        bend_rc = (steps["dr"] + steps["ul"] - steps["dl"] - steps["ur"]) / 4
        half_sum = (bend_rr + bend_cc) / 2
        spread = np.sqrt(((bend_rr - bend_cc) / 2) ** 2 + bend_rc**2)
        sharpest = np.maximum(spread - half_sum, 1e-9)
        blobness[chosen] = np.clip(-(half_sum + spread) / sharpest, -1.0, 1.0)
    return blobness


_STENCIL = {
    "down": (1.0, 0.0),
    "up": (-1.0, 0.0),
    "right": (0.0, 1.0),
    "left": (0.0, -1.0),
    "dr": (1.0, 1.0),
    "ul": (-1.0, -1.0),
    "dl": (1.0, -1.0),
    "ur": (-1.0, 1.0),
}


def _ring(
    smooth: NDArray[np.float32],
    pitch_mm: float,
    points: NDArray[np.float64],
    radii_mm: tuple[float, ...],
    base_and_noise: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> list[NDArray[np.float64]]:
    """Line, arm, mean, spread and dark of the grey values on rings, in noise SD over background."""
    base, noise = base_and_noise
    angles = np.arange(_ANGLES) * (2.0 * np.pi / _ANGLES)
    directions = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    arms = np.zeros((len(points), _ANGLES))
    for radius_mm in radii_mm:
        ring = points[:, None, :] + directions[None, :, :] * (radius_mm / pitch_mm)
        arms += sampled(smooth, ring, 1)
    arms = (arms / len(radii_mm) - base[:, None]) / noise[:, None]
    opposite = np.minimum(arms, np.roll(arms, _ANGLES // 2, axis=1))
    return [
        opposite.max(axis=1),
        arms.max(axis=1),
        arms.mean(axis=1),
        arms.std(axis=1),
        arms.min(axis=1),
    ]
