"""Scores of the current calcifications when the prior is known: noise does not come twice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.with_prior_weights import REPEATED_BIAS, REPEATED_WEIGHTS
from calcsight.terms.comparison import ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

Numbers = NDArray[np.float64]

# Scores of 0 and 1 have no log-odds: those of this probability stand in.
_LEAST_CHANCE = 1e-6


def scores_with_prior(
    current: Reading,
    prior: Reading,
    registration: Registration,
    links: Sequence[ParticleLink],
    settings: ComparisonSettings,
) -> tuple[float, ...]:
    """Say how surely each is a calcification when the prior has been seen, too.

    Noise does not come twice at one place: a candidate that is linked with one of the prior gains
    by a logistic form over the log-odds of both scores, and so a faint speck that was plain before
    is surely one. What is new cannot repeat, and that the prior does not show it is nothing
    against it: a candidate without a link keeps its score, and no score ever falls.

    Parameters
    ----------
    current, prior : Reading
        Both list down to `settings.weak_score`.
    registration : Registration
        Of `prior` with `current`; only one that succeeded says anything.
    links : sequence of ParticleLink
        Of `current` with `prior`.
    settings : ComparisonSettings

    Returns
    -------
    tuple of float
        For each calcification of `current`, 0-1, on the scale of the judge: a threshold means
        the same with and without the prior. Never less than the score without it.
    """
    own = np.array([one.score for one in current.calcifications], np.float64)
    if not registration.succeeded or not len(own):
        return tuple(own.tolist())
    repeated = scores_in_prior(prior, links, len(own))
    known = repeated >= settings.weak_score
    both = np.stack([log_odds(own), log_odds(np.maximum(repeated, 0.0))], axis=1)
    gained = chance(REPEATED_BIAS + both @ np.array(REPEATED_WEIGHTS))
    return tuple(np.where(known, np.maximum(gained, own), own).tolist())


def log_odds(scores: Numbers) -> Numbers:
    """Return the logarithm of the odds; of 0 and 1 those of a millionth and the rest."""
    held = np.clip(scores, _LEAST_CHANCE, 1.0 - _LEAST_CHANCE)
    return np.asarray(np.log(held / (1.0 - held)), np.float64)


def chance(odds: Numbers) -> Numbers:
    """Turn log-odds into probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float64)


def scores_in_prior(prior: Reading, links: Sequence[ParticleLink], count: int) -> Numbers:
    """Return the best score that each is linked with in the prior, (n,); -1 = with none.

    Parameters
    ----------
    prior : Reading
    links : sequence of ParticleLink
    count : int
        Number of calcifications of the current reading.
    """
    best = np.full(count, -1.0)
    for one in links:
        scores = [prior.calcifications[at].score for at in one.prior]
        for at in one.current if scores else ():
            best[at] = max(best[at], *scores)
    return best
