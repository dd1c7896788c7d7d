"""How probably two particles at two dates are one, and one that stands alone truly does."""

from collections.abc import Set

import numpy as np

from calcsight.analysis.linking_weights import (
    ALONE_BIAS,
    ALONE_WEIGHTS,
    LINK_BIAS,
    LINK_MEANS,
    LINK_SDS,
    LINK_WEIGHTS,
)
from calcsight.analysis.listed import Listed, Numbers
from calcsight.analysis.local_shift import Nearness
from calcsight.terms.reading import Reading

LINK_NAMES = (
    "residual",
    "chance",
    "diameter",
    "contrast",
    "elongation",
    "lower_score",
    "higher_score",
    "rivals_in_prior",
    "rivals_in_current",
)
_FAR = 30.0
# More likely than not a calcification.
_SURE = 0.5


def link_features(near: Nearness, current: Listed, prior: Listed) -> Numbers:
    """Say in numbers how alike each pair is, array (current, prior, len(LINK_NAMES)).

    residual : squared distance after the local shift, over its variance, at most 30
    chance : logarithm of how many other particles lie by chance where this one is looked for
    diameter, contrast, elongation : size of the difference of logarithms
    lower_score, higher_score : log-odds of the two scores
    rivals_in_prior, rivals_in_current : log(1 + number) of others that lie as near
    """
    area = 2.0 * np.pi * near.spread_mm**2
    residual = np.minimum(near.residual_mm**2 / near.spread_mm[:, None] ** 2, _FAR)
    close = np.exp(-0.5 * residual)
    scores = np.broadcast_arrays(current.log_odds[:, None], prior.log_odds[None])
    return np.stack(
        [
            residual,
            np.log(area[:, None] * near.crowd_per_mm2[None]),
            *np.abs(np.moveaxis(near.looks, 2, 0)),
            np.minimum(*scores),
            np.maximum(*scores),
            np.log1p(close.sum(axis=1)[:, None] - close),
            np.log1p(close.sum(axis=0)[None] - close),
        ],
        axis=2,
    )


def link_probabilities(near: Nearness, current: Listed, prior: Listed) -> Numbers:
    """Return the probability that each pair is one particle, array (current, prior).

    A logistic form over `link_features`, each less its mean over its SD.
    """
    standard = (link_features(near, current, prior) - np.array(LINK_MEANS)) / np.array(LINK_SDS)
    return logistic(LINK_BIAS + standard @ np.array(LINK_WEIGHTS))


def alone_features(listed: Listed, company: Numbers) -> Numbers:
    """Return what tells a particle that stands alone from a mark that is none, array (n, 4).

    The log-odds of its score, the logarithms of its diameter and contrast-to-noise ratio, and
    its company.

    Parameters
    ----------
    listed : Listed
    company : array (n,), float64
        0-1, as `company_of` gives it.
    """
    return np.column_stack([listed.log_odds, listed.looks[:, :2], company])


def company_of(reading: Reading, linked: Set[int]) -> Numbers:
    """Return the company of each listed particle when these are linked, array (n,), 0-1.

    Particles come and go in company, marks of chance beside particles that stay: the share of the
    members of its group that have no link, either. As many sure ones as make a group of their
    own are company enough, however large the group is that they joined. 0 = in no group.
    """
    company = np.zeros(len(reading.calcifications))
    for grouping in reading.groupings[:1]:
        for group in grouping.groups:
            members = list(group.members)
            alone = [at for at in members if at not in linked]
            sure = sum(reading.calcifications[at].score >= _SURE for at in alone)
            own = min(1.0, sure / grouping.rule.minimum_count)
            company[members] = max(len(alone) / len(members), own)
    return company


def alone_probabilities(listed: Listed, company: Numbers) -> Numbers:
    """Return how probably each is a calcification that the other date has not, array (n,).

    A logistic form over `alone_features`, for those that could not be linked.
    """
    return logistic(ALONE_BIAS + alone_features(listed, company) @ np.array(ALONE_WEIGHTS))


def logistic(odds: Numbers) -> Numbers:
    """Turn log-odds into probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -40.0, 40.0))))
