"""Benign or suspicious: marked calcifications told apart without and with the prior.

The labels are the data set's own: a calcification is what its case is. Features and classifier
are this project's; see docs/evaluation.md for what of the published protocol is not known here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.spatial import cKDTree

from calcsight.analysis.newness import newness
from calcsight.analysis.with_prior import log_odds
from calcsight.evaluation.cases import Case, DataSet, Flags, FoundView, Numbers
from calcsight.evaluation.figures import Measured
from calcsight.evaluation.leave_one_out import accuracy, area_under_roc, leave_one_patient_out
from calcsight.evaluation.particle_rules import PARTICLE_RULES, ParticleRule
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import Comparison
from calcsight.terms.reading import Reading

ALONE_NAMES = (
    "score",
    "contrast",
    "diameter",
    "elongation",
    "circularity",
    "solidity",
    "neighbours",
)
PRIOR_NAMES = ("score_with_prior", "repeated", "contrast_gained", "newness")
LABEL = "case"
_SUSPICIOUS, _NORMAL = "suspicious", "normal"
_NEAR_MM = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """How well benign and suspicious calcifications are told apart, with some features.

    Parameters
    ----------
    features : tuple of str
    accuracy, area : Measured
        Share on the right side of one half; area under the ROC curve. By patient.
    benign, suspicious, patients : int
        Calcifications of either label, and patients.
    """

    features: tuple[str, ...]
    accuracy: Measured
    area: Measured
    benign: int
    suspicious: int
    patients: int


class MeasuredPair(Protocol):
    """What was found in a view, and what was measured of each mark."""

    @property
    def alone(self) -> FoundView:
        """The marks."""

    @property
    def alone_features(self) -> Numbers:
        """Array (marks, len(ALONE_NAMES))."""

    @property
    def prior_features(self) -> Numbers:
        """Array (marks, len(PRIOR_NAMES))."""


def alone_features(reading: Reading) -> Numbers:
    """Measure every calcification of a reading, array (n, len(ALONE_NAMES)); nan = unknown."""
    ones = reading.calcifications
    if not ones:
        return np.zeros((0, len(ALONE_NAMES)))
    own = np.array([one.score for one in ones])
    shapes = np.array(
        [
            (
                _log(one.contrast_to_noise),
                _log(one.diameter_mm),
                one.elongation,
                one.circularity,
                one.solidity,
            )
            for one in ones
        ]
    )
    near = _neighbours(reading, own >= reading.provenance.threshold)
    return np.column_stack([log_odds(own), shapes, near])


def prior_features(comparison: Comparison, count: int) -> Numbers:
    """Say what the prior adds, array (count, len(PRIOR_NAMES)); nan = unknown.

    Parameters
    ----------
    comparison : Comparison
    count : int
        Calcifications of the whole reading, of which the compared ones come first.
    """
    features = np.full((count, len(PRIOR_NAMES)), np.nan)
    scores = np.array(comparison.scores_with_prior, np.float64)
    if comparison.registration is None or not len(scores):
        return features
    current, prior = comparison.current, comparison.prior
    features[: len(scores), 0] = log_odds(scores)
    features[: len(scores), 1] = 0.0
    for one in comparison.links:
        if one.current and one.prior:
            before = max(_contrast(prior.calcifications[at]) for at in one.prior)
            for at in one.current:
                features[at, 1] = 1.0
                features[at, 2] = _log(_contrast(current.calcifications[at]) / before)
    new = newness(current, prior, comparison.registration, comparison.links)
    chances = np.array([np.nan if one is None else one for one in new])
    features[: len(scores), 3] = np.where(np.isfinite(chances), log_odds(chances), np.nan)
    return features


def told_both_ways(
    truth: DataSet, found: Sequence[MeasuredPair], draws: tuple[int, int]
) -> tuple[Classified, ...]:
    """Tell calcifications apart alone, then with the prior; empty where both kinds are not judged.

    Parameters
    ----------
    truth : DataSet
        The later views.
    found : sequence of MeasuredPair
        One for each view.
    draws : tuple of int
        Replicates and seed of the bootstrap.
    """
    cases = [Case(true=v, found=one.alone) for v, one in zip(truth.views, found, strict=True)]
    rule = next((one for one in PARTICLE_RULES if not one.problem(cases)), None)
    if rule is None:
        return ()
    alone = [one.alone_features for one in found]
    both = [np.concatenate([one.alone_features, one.prior_features], axis=1) for one in found]
    told = (
        tell_apart(cases, alone, ALONE_NAMES, rule, draws),
        tell_apart(cases, both, (*ALONE_NAMES, *PRIOR_NAMES), rule, draws),
    )
    return tuple(one for one in told if one is not None)


def tell_apart(
    cases: Sequence[Case],
    features: Sequence[Numbers],
    names: tuple[str, ...],
    rule: ParticleRule,
    draws: tuple[int, int],
) -> Classified | None:
    """Tell found calcifications apart by leave-one-patient-out; None without both kinds.

    Parameters
    ----------
    cases : sequence of Case
        Views whose stratum `case` says `suspicious` or `normal`.
    features : sequence of array (marks, k)
        Of the marks of each.
    names : tuple of k str
    rule : ParticleRule
        Says which marks lie on true calcifications; no other is judged.
    draws : tuple of int
        Replicates and seed of the bootstrap.
    """
    rows: list[Numbers] = []
    positive: list[Flags] = []
    patients: list[str] = []
    for case, measured in zip(cases, features, strict=True):
        verdict, label = rule.judge(case), case.true.strata.get(LABEL)
        if verdict is None or label not in (_SUSPICIOUS, _NORMAL) or not len(measured):
            continue
        hit = measured[verdict.matched >= 0]
        rows.append(hit)
        positive.append(np.full(len(hit), label == _SUSPICIOUS))
        patients += [case.true.patient] * len(hit)
    whole = np.concatenate([np.zeros((0, len(names))), *rows])
    labels = np.concatenate([np.zeros(0, dtype=bool), *positive])
    chances = leave_one_patient_out(whole, labels, patients) if len(labels) else np.zeros(0)
    known = np.isfinite(chances)
    # A share of one kind alone would say nothing of telling two apart.
    if len(np.unique(labels[known])) < 2:
        return None
    owners = [one for one, keep in zip(patients, known, strict=True) if keep]
    return Classified(
        features=names,
        accuracy=accuracy(chances[known], labels[known], owners, draws),
        area=area_under_roc(chances[known], labels[known], owners, draws),
        benign=int((~labels[known]).sum()),
        suspicious=int(labels[known].sum()),
        patients=len(set(owners)),
    )


def _contrast(one: Calcification) -> float:
    return max(one.contrast_to_noise, 1e-3)


def _log(value: float | None) -> float:
    return math.nan if value is None or value <= 0.0 else math.log(value)


def _neighbours(reading: Reading, sure: Flags) -> Numbers:
    """Return log(1 + n) of other calcifications within 5 mm; nan when the spacing is unknown."""
    spacing = reading.mammogram.file_spacing
    if spacing is None:
        return np.full(len(sure), np.nan)
    places = np.array([(one.row, one.column) for one in reading.calcifications])
    places = places * np.array([spacing.row_mm, spacing.column_mm])
    if not sure.any():
        return np.zeros(len(sure))
    counts = cKDTree(places[sure]).query_ball_point(places, _NEAR_MM, return_length=True)
    return np.log1p(np.asarray(counts, np.float64) - sure)
