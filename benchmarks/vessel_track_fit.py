"""Fit the logistic form for lines on simulated TUNING views, and print its numbers.

    python -m benchmarks.vessel_track_fit --women 16

What it prints belongs into src/calcsight/analysis/track_weights.py.
"""

import argparse
import sys
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from benchmarks.vessel_track_views import PLAIN, PLANTED, TUBES, Planted, plain_views, planted
from calcsight.analysis.line_profiles import FEATURES, bright_parts, profile
from calcsight.analysis.line_tracing import trace_lines
from calcsight.analysis.ridges import find_ridges
from calcsight.analysis.tracks import surroundings
from calcsight.simulation.families import Families
from calcsight.terms.settings import Settings

# Of a line on a tube; what lies between is not fitted on.
_ON, _OFF = 0.6, 0.2
_FINE_WEIGHT, _TUBE_SHARE, _RIDGE = 5.0, 0.3, 2.0
_FINE_SHARE = 0.3
_FIRST_WOMAN = 60
Numbers = NDArray[np.float64]


def lines_of(view: Planted) -> Iterator[tuple[Numbers, float, float]]:
    """Give each line's numbers, its share on planted tubes, and that on planted particles."""
    settings = Settings().tracks
    ridges = find_ridges(view.view, settings.working_pitch_mm, settings.sigmas_mm)
    around_sd, pitch_mm = surroundings(ridges), view.view.pitch_mm
    corner = np.array([view.view.box.top, view.view.box.left])
    for path in trace_lines(ridges, settings):
        for part in bright_parts(ridges, path, settings):
            points = ridges.to_view(part) + corner
            on = np.zeros(len(points), bool)
            for piece, calibre_mm in view.pieces:
                on |= cKDTree(piece).query(points)[0] * pitch_mm < calibre_mm / 2 + 0.3
            beside = np.zeros(len(points), bool)
            for outline in view.outlines:
                beside |= cKDTree(outline).query(points)[0] * pitch_mm < 0.4
            yield profile(ridges, part, around_sd).features, on.mean(), beside.mean()


def fitted(features: Numbers, is_tube: NDArray[np.bool_], weight: Numbers) -> Numbers:
    """Return weights and intercept of the ridge-penalised logistic form on standard numbers."""

    def loss(form: Numbers) -> float:
        logits = features @ form[:-1] + form[-1]
        wrong = np.logaddexp(0.0, np.where(is_tube, -logits, logits))
        return float((weight * wrong).sum() + _RIDGE * (form[:-1] ** 2).sum())

    return np.asarray(minimize(loss, np.zeros(features.shape[1] + 1)).x)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--women", type=int, default=16, help="default %(default)s")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    rows = [
        (*line, what.startswith("fine"))
        for spec in plain_views(Families.TUNING, wanted.women, _FIRST_WOMAN)
        for what in (TUBES, PLAIN, *PLANTED)
        for line in lines_of(planted(spec, what))
        if not _OFF <= line[1] < _ON
    ]
    features = np.array([row[0] for row in rows])
    is_tube = np.array([row[1] >= _ON for row in rows])
    fine = np.array([row[3] and row[2] > _FINE_SHARE for row in rows])
    weight = np.where(fine, _FINE_WEIGHT, 1.0)
    weight[is_tube] *= _TUBE_SHARE * weight[~is_tube].sum() / max(1, is_tube.sum())
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    form = fitted(np.clip((features - mean) / spread, -4.0, 4.0), is_tube, weight)
    lines = [f"{len(rows)} lines, {is_tube.sum()} on tubes, {fine.sum()} on fine ones"]
    for name, *numbers in zip(FEATURES, mean, spread, form[:-1], strict=True):
        lines.append(f"{name}: " + ", ".join(f"{number:.4f}" for number in numbers))
    sys.stdout.write("\n".join([*lines, f"intercept: {form[-1]:.4f}\n"]))


if __name__ == "__main__":
    main()
