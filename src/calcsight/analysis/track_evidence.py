"""What a calcified vessel nearby says about a calcification's shape."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import i0

from calcsight.analysis.appearance import long_axes
from calcsight.terms.calcification import Calcification
from calcsight.terms.morphology import Morphology
from calcsight.terms.track import Track

Numbers = NDArray[np.float64]

# On simulated TUNING views 587 of 914 marks on planted tubes lay in the wall of a track, and 3 of
# 519 other marks: 111 times as often, and at least 38 times by the upper 95 % limit of the latter.
LIKELIHOOD_RATIO = 30.0
# Of the doubled angle between a long mark and its track; there the mean cosine was 0.68 (n 365).
CONCENTRATION = 1.9
# What lies this far beyond a track's border may still be part of its wall.
WALL_MM = 0.3
_FADE_MM = 0.3
_LONG = 1.5


def track_evidence(
    calcifications: Sequence[Calcification], tracks: Sequence[Track], pitch_mm: float
) -> Numbers:
    """Return how much likelier each calcification's place and course are if it is vascular.

    A calcification in the wall of a track counts `LIKELIHOOD_RATIO` times, fading over 0.3 mm
    beyond it; a long one counts more along the track and less across it (von Mises density of the
    doubled angle over the even one); all of it only as surely as the track is one. The strongest
    track counts. Away from every track the ratio is 1: many calcified vessels make no track.

    Parameters
    ----------
    calcifications : sequence of Calcification
        In the frame of the tracks.
    tracks : sequence of Track
    pitch_mm : float
        Of a pixel of that frame.

    Returns
    -------
    array (n,)
        Likelihood ratios, > 0.
    """
    ratios = np.ones(len(calcifications))
    if not len(calcifications):
        return ratios
    places = np.array([(one.row, one.column) for one in calcifications])
    axes = long_axes(calcifications)
    slender = np.array([one.elongation >= _LONG for one in calcifications])
    for track in tracks:
        away_mm, cosine = _beside(places, axes, track, pitch_mm)
        beyond_mm = np.maximum(away_mm - track.width_mm / 2 - WALL_MM, 0.0)
        ratio = 1.0 + (LIKELIHOOD_RATIO - 1.0) * np.exp(-0.5 * (beyond_mm / _FADE_MM) ** 2)
        course = np.exp(CONCENTRATION * (2.0 * cosine**2 - 1.0)) / i0(CONCENTRATION)
        # Away from the track its direction says nothing.
        share = (ratio - 1.0) / (LIKELIHOOD_RATIO - 1.0)
        ratio *= np.where(slender, course, 1.0) ** share
        ratios = np.maximum(ratios, 1.0 + track.score * (ratio - 1.0))
    return ratios


def with_tracks(probabilities: Numbers, evidence: Numbers) -> Numbers:
    """Weigh the probability of a vascular shape by a likelihood ratio.

    Parameters
    ----------
    probabilities : array (n, len(Morphology))
        In the order of `Morphology`, each row summing to 1.
    evidence : array (n,)
        From `track_evidence`, > 0.

    Returns
    -------
    array (n, len(Morphology))
        Each row sums to 1; the odds among the other shapes stay.
    """
    weights = np.ones((len(probabilities), len(Morphology)))
    weights[:, list(Morphology).index(Morphology.VASCULAR)] = evidence
    weighed = probabilities * weights
    return np.asarray(weighed / weighed.sum(axis=1, keepdims=True))


def _beside(
    places: Numbers, axes: Numbers, track: Track, pitch_mm: float
) -> tuple[Numbers, Numbers]:
    """Return each place's distance in mm, and the cosine of its axis with the track there."""
    line = track.centre_line
    begins, steps = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum(np.hypot(*steps.T), 1e-9)
    apart = places[:, None, :] - begins
    along = np.clip((apart * steps).sum(axis=2) / lengths**2, 0.0, 1.0)
    away = np.hypot(*np.moveaxis(apart - along[..., None] * steps, 2, 0))
    nearest = away.argmin(axis=1)
    course = steps[nearest] / lengths[nearest, None]
    scale = np.maximum(np.hypot(*axes.T), 1e-9)
    cosine = np.clip(np.abs((axes * course).sum(axis=1)) / scale, 0.0, 1.0)
    return away[np.arange(len(places)), nearest] * pitch_mm, cosine
