"""What the prior gains: two sets of scores on the same views, compared on the same draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.cases import DataSet, Numbers, Predictions
from calcsight.evaluation.denominators import Denominator
from calcsight.evaluation.evaluating import GROUP_POINTS, PARTICLE_POINTS, every_rule
from calcsight.evaluation.figures import UNKNOWN, Figure
from calcsight.evaluation.froc import first_beyond, sensitivity
from calcsight.evaluation.intervals import percentile_interval
from calcsight.evaluation.joining import cases_of
from calcsight.evaluation.particle_rules import ParticleRule
from calcsight.evaluation.ruled import Ruled, patients_of, under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.sensitivities import sensitivity_figures
from calcsight.evaluation.strata import ParticleStratum
from calcsight.terms.errors import PredictionsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Sensitivity alone and with the prior, at one allowed number of false marks.

    Parameters
    ----------
    rule, per : str
        Codes of the hit rule and of the denominator.
    at : float
        Allowed false marks for each unit of the denominator.
    alone, with_prior : tuple of float
        (value, low, high), with the intervals of every other figure; nan = could not be measured.
    difference : tuple of float
        (value, low, high): 95 % percentile bootstrap by patient, drawn on the same patients for
        both; nan where every draw gives the same difference, or all targets are one patient's.
    targets, views, patients : int
    """

    rule: str
    per: str
    at: float
    alone: tuple[float, float, float]
    with_prior: tuple[float, float, float]
    difference: tuple[float, float, float]
    targets: int
    views: int
    patients: int


def gains(
    alone: Ruled,
    with_prior: Ruled,
    denominator: Denominator,
    allowed: Sequence[float],
    stratum: ParticleStratum | None = None,
) -> tuple[Gain, ...]:
    """Measure sensitivity both ways, and the difference, at each allowed number of false marks.

    Parameters
    ----------
    alone, with_prior : Ruled
        The same views under the same rule, on the same draws.
    denominator : Denominator
    allowed : sequence of float
    stratum : ParticleStratum or None
        Of the targets; None = all.

    Raises
    ------
    PredictionsError
        When the two are not of the same views.
    """
    names = [[case.true.name for case in one.cases] for one in (alone, with_prior)]
    if names[0] != names[1]:
        raise PredictionsError("two evaluations of different views", "the same views in both")
    first, second = (_drawn(one, denominator, allowed, stratum) for one in (alone, with_prior))
    told = [
        sensitivity_figures(one, denominator, allowed, (stratum,)) for one in (alone, with_prior)
    ]
    hits = alone.hits(stratum)
    lone = int((hits.targets > 0).sum()) < 2
    return tuple(
        Gain(
            rule=alone.rule.code,
            per=denominator.code,
            at=float(at),
            alone=_three(told[0][number]),
            with_prior=_three(told[1][number]),
            difference=_difference(second[:, number] - first[:, number], lone),
            targets=int(hits.targets.sum()),
            views=len(alone.at),
            patients=patients_of(alone),
        )
        for number, at in enumerate(allowed)
    )


def _drawn(
    ruled: Ruled,
    denominator: Denominator,
    allowed: Sequence[float],
    stratum: ParticleStratum | None,
) -> Numbers:
    """Return sensitivities (1 + draws, k): of everybody, then of each draw."""
    if denominator.problem(ruled.cases):
        return np.full((1, len(allowed)), np.nan)
    weights = np.concatenate([ruled.sample.everyone, ruled.sample.draws])
    false = ruled.false_marks(denominator)
    beyond = first_beyond(false, np.array(allowed, np.float64), weights)
    return sensitivity(ruled.hits(stratum), false, beyond, weights)


def _three(figure: Figure) -> tuple[float, float, float]:
    return (figure.value, figure.low, figure.high)


def _difference(drawn: Numbers, lone: bool) -> tuple[float, float, float]:
    """Return the value of everybody, with the interval that the draws give."""
    low, high = percentile_interval(drawn[1:])
    if lone or len(drawn) == 1 or np.ptp(drawn[1:]) == 0.0:
        low = high = UNKNOWN
    return (float(drawn[0]), low, high)


def every_gain(
    data_set: DataSet, alone: Predictions, with_prior: Predictions, draws: tuple[int, int]
) -> tuple[Gain, ...]:
    """Measure the gain under every rule that can be measured, where figures are stated.

    Parameters
    ----------
    data_set : DataSet
    alone, with_prior : Predictions
        Of the same views.
    draws : tuple of int
        Replicates and seed of the bootstrap, as `evaluate` takes them.
    """
    cases = [cases_of(data_set, one) for one in (alone, with_prior)]
    samples = [sample_of(one, *draws) for one in cases]
    found: list[Gain] = []
    for rule in every_rule():
        of_particles = isinstance(rule, ParticleRule)
        marked = alone.particles if of_particles else alone.groups
        if not marked or any(rule.problem(one) for one in cases):
            continue
        both = [under(rule, sample) for sample in samples]
        for denominator, allowed in PARTICLE_POINTS if of_particles else GROUP_POINTS:
            found += gains(both[0], both[1], denominator, allowed)
    return tuple(found)
