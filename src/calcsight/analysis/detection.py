"""Candidates: places where a matched filter stands out of its own local noise."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from calcsight.analysis.background import local_noise
from calcsight.analysis.filters import gaussian_mean, sampled, shrunk
from calcsight.analysis.surroundings import FilterAnswer, feature_names, surroundings
from calcsight.terms.errors import SpacingError
from calcsight.terms.settings import DetectionSettings
from calcsight.terms.stages import Candidates, FlatView

# A level of the pyramid is halved while the filter's sigma stays at least this many pixels.
_SMALLEST_HALVED_SIGMA_PX = 1.7
# Filters narrower than this many pixels see single-pixel noise only.
_SMALLEST_SIGMA_PX = 0.45
# Local noise of a filter's answer is taken over a window this many sigmas wide, at least 6 mm.
_NOISE_WINDOW_SIGMAS = 24.0
_NOISE_WINDOW_MM = 6.0
# Sigmas this near are one.
_SAME_SIGMA = 0.005
# Filters up to this many times narrower answer the same object.
_LIKE_SCALES = 2.7


def find_candidates(view: FlatView, settings: DetectionSettings) -> Candidates:
    """Find local maxima of differences of Gaussians over position and scale.

    Each filter is G(sigma) - G(k sigma) with the ratio k [1]_, which answers a disc of diameter
    4 k sigma sqrt(ln k / (k^2 - 1)) most: 3.5 sigma for k = 1.6 (setting the derivative of the
    answer at the centre to zero); its answer is divided by the local noise of that same answer,
    so that one threshold means the same in every tissue and on every vendor's grey scale.

    Parameters
    ----------
    view : FlatView
    settings : DetectionSettings

    Returns
    -------
    Candidates
        Strongest first, reading frame. Empty when nothing stands out.

    References
    ----------
    .. [1] T. Lindeberg, "Feature detection with automatic scale selection", Int. J. Computer
       Vision 30 (1998) 79-116.
    """
    answers = matched_filters(view, settings)
    found = [_maxima(answer, view.mask, settings.minimum_response_sd) for answer in answers]
    points = np.concatenate([points for points, _ in found])
    strength = np.concatenate([strength for _, strength in found])
    sigma = np.concatenate(
        [np.full(len(s), a.sigma_mm) for a, (_, s) in zip(answers, found, strict=True)]
    )
    order = np.lexsort((points[:, 1], points[:, 0], -strength))
    kept = order[_strongest_alone(points[order], sigma[order] / view.pitch_mm)]
    cut = len(kept) > settings.most_candidates
    kept = kept[: settings.most_candidates]
    features = surroundings(view, answers, points[kept], sigma[kept], len(settings.sigmas_mm))
    return Candidates(
        row=points[kept, 0] + view.box.top,
        column=points[kept, 1] + view.box.left,
        scale_mm=sigma[kept],
        response=strength[kept],
        features=features,
        feature_names=feature_names(settings),
        cut=cut,
    )


def matched_filters(view: FlatView, settings: DetectionSettings) -> list[FilterAnswer]:
    """Apply every filter that the pixel pitch can carry, on halved copies where it may.

    Raises
    ------
    SpacingError
        When the pixels are too coarse for every filter.
    """
    answers: list[FilterAnswer] = []
    level, mask, step = view.pixels, view.mask.astype(np.float32), 1
    outer, outer_mm = level, 0.0
    for sigma_mm in sorted(settings.sigmas_mm):
        while sigma_mm / (view.pitch_mm * step * 2) >= _SMALLEST_HALVED_SIGMA_PX:
            level, mask, step = shrunk(level, 2), shrunk(mask, 2), step * 2
            outer_mm = 0.0
        sigma_px = sigma_mm / (view.pitch_mm * step)
        if sigma_px < _SMALLEST_SIGMA_PX:
            continue
        # The outer Gaussian of one filter is the inner one of the next where sigmas are spaced so.
        inner = (
            outer
            if math.isclose(sigma_mm, outer_mm, rel_tol=_SAME_SIGMA)
            else gaussian_mean(level, sigma_px)
        )
        outer_mm = sigma_mm * settings.scale_ratio
        outer = gaussian_mean(level, sigma_px * settings.scale_ratio)
        difference = inner - outer
        window_px = max(_NOISE_WINDOW_MM, _NOISE_WINDOW_SIGMAS * sigma_mm) / (view.pitch_mm * step)
        shrink = max(1, round(window_px / 12.0))
        noise = local_noise(difference, mask, shrink, window_px)
        answers.append(
            FilterAnswer(
                sigma_mm=sigma_mm,
                step=step,
                difference=difference,
                noise=noise,
                noise_step=step * shrink,
            )
        )
    if not answers:
        raise SpacingError(
            f"pixels {view.pitch_mm:.3g} mm apart",
            f"at most {max(settings.sigmas_mm) / _SMALLEST_SIGMA_PX:.2g} mm",
            "check the stated spacing",
        )
    return answers


def _maxima(
    answer: FilterAnswer, mask: NDArray[np.uint8], minimum_sd: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return box coordinates (n, 2) and strengths (n,) of the local maxima inside the mask."""
    difference = answer.difference
    floor = minimum_sd * float(answer.noise.min())
    highest = cv2.dilate(difference, np.ones((3, 3), np.uint8))
    peaks = cv2.compare(difference, highest, cv2.CMP_GE)
    peaks = cv2.bitwise_and(peaks, (difference >= floor).view(np.uint8))
    places = np.zeros((0, 2)) if cv2.countNonZero(peaks) == 0 else cv2.findNonZero(peaks)
    columns, rows = np.asarray(places).reshape(-1, 2).T.astype(np.intp)
    offsets = _parabola_offsets(difference, rows, columns)
    points = (np.stack([rows, columns], axis=1) + 0.5 + offsets) * answer.step - 0.5
    noise = sampled(answer.noise, points, answer.noise_step)
    strength = difference[rows, columns] / noise
    nearest = np.clip(np.rint(points).astype(int), 0, np.array(mask.shape) - 1)
    kept = (mask[nearest[:, 0], nearest[:, 1]] > 0) & (strength >= minimum_sd)
    return points[kept], strength[kept]


def _parabola_offsets(
    difference: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Sub-pixel offsets (n, 2) of each peak, by a parabola through three pixels an axis."""
    last_row, last_column = difference.shape[0] - 1, difference.shape[1] - 1
    centre = difference[rows, columns].astype(np.float64)
    offsets = np.zeros((len(rows), 2))
    sides = (
        (np.maximum(rows - 1, 0), columns, np.minimum(rows + 1, last_row), columns),
        (rows, np.maximum(columns - 1, 0), rows, np.minimum(columns + 1, last_column)),
    )
    for axis, (row_a, column_a, row_b, column_b) in enumerate(sides):
        before, after = difference[row_a, column_a], difference[row_b, column_b]
        bend = before + after - 2.0 * centre
        shift = np.divide(0.5 * (before - after), bend, out=np.zeros(len(rows)), where=bend < 0)
        offsets[:, axis] = np.clip(shift, -0.5, 0.5)
    return offsets


def _strongest_alone(
    points: NDArray[np.float64], sigma_px: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Keep a point unless a stronger kept one of like scale has it within reach.

    Points come strongest first; the reach of a filter is 1.5 sigma, about its disc's radius. A
    wide filter never takes narrow ones along: specks of a tight group lie within its reach.
    """
    if len(points) == 0:
        return np.zeros(0, dtype=np.intp)
    alive = np.ones(len(points), dtype=bool)
    neighbours = cKDTree(points).query_ball_point(points, 1.5 * sigma_px, return_sorted=True)
    for index in range(len(points)):
        if alive[index]:
            for other in neighbours[index]:
                if other > index and sigma_px[other] * _LIKE_SCALES > sigma_px[index]:
                    alive[other] = False
    return np.flatnonzero(alive)
