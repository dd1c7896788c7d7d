"""Find calcified vessels over their length: long, thin, bright, winding tubes."""

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.line_profiles import LineProfile, bright_parts, profile
from calcsight.analysis.line_tracing import trace_lines
from calcsight.analysis.ridges import Ridges, find_ridges
from calcsight.analysis.track_weights import INTERCEPT, MEANS, SPREADS, WEIGHTS
from calcsight.terms.description_settings import TrackSettings
from calcsight.terms.stages import FlatView
from calcsight.terms.track import Track

Numbers = NDArray[np.float64]

# Ridge strength that is usual where there is hardly any line, SD.
_LEAST_SURROUNDINGS_SD = 0.1
_EVERY = 7


def find_tracks(view: FlatView, settings: TrackSettings) -> tuple[Track, ...]:
    """Find calcified vessels over their length.

    Lines are followed on a shrunk copy of the view, cut down to what stands out as their
    brightest part does, measured, and weighed by a logistic form fitted on simulated views.

    Parameters
    ----------
    view : FlatView
    settings : TrackSettings

    Returns
    -------
    tuple of Track
        Reading frame, surest first. Empty: none was found.
    """
    ridges = find_ridges(view, settings.working_pitch_mm, settings.sigmas_mm)
    around_sd = surroundings(ridges)
    lines = [
        profile(ridges, part, around_sd)
        for path in trace_lines(ridges, settings)
        for part in bright_parts(ridges, path, settings)
    ]
    if not lines:
        return ()
    scores = scored(np.array([line.features for line in lines]))
    kept = _with_continuations(lines, scores, ridges.pitch_mm, settings)
    order = np.argsort(-scores, kind="stable")
    return tuple(_track(view, ridges, lines[at], float(scores[at])) for at in order if kept[at])


def _with_continuations(
    lines: list[LineProfile], scores: Numbers, pitch_mm: float, settings: TrackSettings
) -> NDArray[np.bool_]:
    """Keep what is sure enough, and less sure lines that go on or branch off from it.

    A calcified artery goes on: what begins within `continuation_mm` of a track is likelier one
    than what lies alone, and `continuation_score` is enough. Arteries do not calcify alone
    either: where the sure ones add up to `several_mm`, it is enough everywhere.
    """
    kept = scores >= settings.least_score
    maybe = scores >= min(settings.continuation_score, settings.least_score)
    if sum(line.length_mm for line, sure in zip(lines, kept, strict=True) if sure) >= (
        settings.several_mm
    ):
        return np.asarray(maybe, bool)
    reach_px = settings.continuation_mm / pitch_mm
    while True:
        added = [
            at
            for at in np.flatnonzero(maybe & ~kept)
            if any(
                _end_gap_px(lines[at].points, lines[other].points) <= reach_px
                for other in np.flatnonzero(kept)
            )
        ]
        if not added:
            return np.asarray(kept, bool)
        kept[added] = True


def _end_gap_px(line: Numbers, other: Numbers) -> float:
    """Distance from the nearer end of one line to another line, grid steps."""
    ends = line[[0, -1]]
    return float(np.hypot(*(ends[:, None, :] - other).transpose(2, 0, 1)).min())


def surroundings(ridges: Ridges) -> float:
    """Return how much the stronger lines of a breast usually answer the ridge filter, SD.

    The 95th percentile over the searched breast: a tube covers far less than a twentieth of it.
    """
    inside = ridges.strength[ridges.mask > 0]
    if not inside.size:
        return _LEAST_SURROUNDINGS_SD
    return max(float(np.percentile(inside[::_EVERY], 95.0)), _LEAST_SURROUNDINGS_SD)


def scored(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how surely each line is a calcified vessel, 0-1.

    Parameters
    ----------
    features : array (n, len(FEATURES))
    """
    standard = np.clip((features - np.array(MEANS)) / np.array(SPREADS), -4.0, 4.0)
    logits = np.clip(standard @ np.array(WEIGHTS) + INTERCEPT, -30.0, 30.0)
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))


def _track(view: FlatView, ridges: Ridges, line: LineProfile, score: float) -> Track:
    """Bring one line to the reading frame."""
    return Track(
        centre_line=ridges.to_view(line.points) + np.array([view.box.top, view.box.left]),
        length_mm=line.length_mm,
        width_mm=line.width_mm,
        contrast_sd=float(line.height_sd.mean()),
        filled=line.filled,
        double_walled=line.double_walled,
        score=score,
    )
