"""What stands out as new: a calcification now, at a place where the prior shows none."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.fine_detail import Detail, Detailed, detailed_pair, laid_over
from calcsight.analysis.subtraction import TOLERANCE_MM, difference_of
from calcsight.analysis.with_prior import Numbers, chance, log_odds, scores_in_prior
from calcsight.analysis.with_prior_weights import NEW_BIAS, NEW_WEIGHTS
from calcsight.terms.comparison import LinkKind, ParticleLink
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

NEW_NAMES = ("score", "repeated", "score_in_prior", "shown_by_prior", "left")
# How far around a calcification both views are looked at, and up to how many SD.
_AROUND_MM = 0.3
_MOST_SHOWN_SD, _MOST_LEFT_SD = 8.0, 10.0


def newness(
    current: Reading,
    prior: Reading,
    registration: Registration,
    links: Sequence[ParticleLink],
) -> tuple[float | None, ...]:
    """Say how surely each is a calcification that the prior does not show.

    A logistic form over the score, the link and its score in the prior, how bright the prior is
    at that place, and what the subtraction leaves there. It ranks what to look at first; whether
    a group is new is said by `group_changes`, with its reasons.

    Parameters
    ----------
    current, prior : Reading
    registration : Registration
    links : sequence of ParticleLink

    Returns
    -------
    tuple of float or None
        For each calcification of `current`, 0-1; None where the prior does not show its place.

    Raises
    ------
    SpacingError
        When the spacing of either is unknown.
    """
    if not current.calcifications:
        return ()
    features, shown = new_features(current, prior, registration, links)
    chances = chance(NEW_BIAS + features @ np.array(NEW_WEIGHTS))
    return tuple(float(one) if there else None for one, there in zip(chances, shown, strict=True))


def new_features(
    current: Reading,
    prior: Reading,
    registration: Registration,
    links: Sequence[ParticleLink],
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return what `newness` weighs, array (n, len(NEW_NAMES)), and where the prior shows it.

    score : log-odds of the score
    repeated : 1 when it is linked with a candidate of the prior
    score_in_prior : log-odds of the score there, 0 when it is not linked
    shown_by_prior : brightest of the prior around its place, local noise SD, at most 8
    left : what the subtraction leaves around it, local noise SD, at most 10
    """
    own = np.array([one.score for one in current.calcifications], np.float64)
    there = scores_in_prior(prior, links, len(own))
    linked = there >= 0.0
    now, before = detailed_pair(current.mammogram, prior.mammogram)
    laid, both = laid_over(now, before, registration)
    left = difference_of(now, laid, TOLERANCE_MM)
    places = _places(current, now)
    features = np.stack(
        [
            log_odds(own),
            linked.astype(np.float64),
            np.where(linked, log_odds(np.where(linked, there, 0.5)), 0.0),
            np.minimum(_brightest(laid, places, now), _MOST_SHOWN_SD),
            np.minimum(_brightest(left, places, now), _MOST_LEFT_SD),
        ],
        axis=1,
    )
    hidden = {i for one in links if one.kind is LinkKind.NOT_SHOWN for i in one.current}
    shown = np.array([at not in hidden for at in range(len(own))]) & (
        _brightest(both.astype(np.float32), places, now) > 0
    )
    return features, shown


def _places(reading: Reading, detailed: Detailed) -> NDArray[np.intp]:
    """Return the pixel of the fine detail in which each calcification lies, (n, 2)."""
    mammogram = reading.mammogram
    points = np.array([(one.row, one.column) for one in reading.calcifications], np.float64)
    inside = mammogram.orientation.points_to_reading(points, mammogram.shape)
    pixels = np.floor((inside + 0.5) / detailed.step).astype(np.intp)
    return np.clip(pixels, 0, np.array(detailed.detail.shape) - 1)


def _brightest(image: Detail, places: NDArray[np.intp], detailed: Detailed) -> Numbers:
    """Return the largest value around each place."""
    reach = max(1, round(_AROUND_MM / detailed.pitch_mm[0]))
    return np.array(
        [
            image[
                max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1
            ].max()
            for row, column in places.tolist()
        ],
        np.float64,
    )
