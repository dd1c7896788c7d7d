"""A data set and somebody's findings in, every figure and curve out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calcsight.evaluation.afroc import afroc_points
from calcsight.evaluation.cases import Case, DataSet, Numbers, Predictions
from calcsight.evaluation.denominators import PER_CM2, PER_NORMAL, PER_VIEW, Denominator
from calcsight.evaluation.figures import REPLICATES, Figure, with_honest_interval
from calcsight.evaluation.froc import curve_points, operating_score
from calcsight.evaluation.group_rules import GROUP_RULES, GroupRule
from calcsight.evaluation.joining import cases_of
from calcsight.evaluation.particle_rules import PARTICLE_RULES, ParticleRule
from calcsight.evaluation.ruled import Rule, Ruled, under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.segmentation import outline_figures
from calcsight.evaluation.sensitivities import (
    area_figures,
    clean_figures,
    sensitivity_figures,
    what_of,
)
from calcsight.evaluation.sizes import diameter_figures
from calcsight.evaluation.strata import particle_strata, view_strata

# Where the literature states its figures.
PARTICLE_POINTS = ((PER_VIEW, (1.0, 5.0, 10.0, 50.0)), (PER_NORMAL, (1.0, 5.0, 10.0, 50.0)),
                   (PER_CM2, (0.4, 1.0)))  # fmt: skip
_GROUP_FALSE = (0.05, 0.1, 0.13, 0.21, 0.5, 1.0, 2.0)
GROUP_POINTS = ((PER_VIEW, _GROUP_FALSE), (PER_NORMAL, _GROUP_FALSE))
# False particles a view at which sizes are compared.
SIZES_AT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """A rule, and why it could not be measured ("" = it was)."""

    of: str
    code: str
    words: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnCurve:
    """A curve over all views.

    Parameters
    ----------
    kind : str
        `froc` or `wafroc`.
    of, rule_code, per : str
        As in `Figure`.
    points : array (c, 3)
        Score; false marks for each unit, or share of normal views with one; (weighted) share of
        targets hit. Sensitivity is level between the corners of a FROC.
    """

    kind: str
    of: str
    rule_code: str
    per: str
    points: Numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """Everything that was measured.

    Parameters
    ----------
    data_set : DataSet
    predictions : Predictions
    cases : tuple of Case
        In the order of the data set.
    seed, replicates : int
        Of the bootstrap.
    rules : tuple of RuleUse
        Every rule; none is left out silently.
    primary : mapping of str to str
        Code of the first rule of `particles`, and of `groups`, that could be measured.
    figures : tuple of Figure
    curves : tuple of DrawnCurve
    """

    data_set: DataSet
    predictions: Predictions
    cases: tuple[Case, ...]
    seed: int
    replicates: int
    rules: tuple[RuleUse, ...]
    primary: dict[str, str]
    figures: tuple[Figure, ...]
    curves: tuple[DrawnCurve, ...]


def evaluate(
    data_set: DataSet,
    predictions: Predictions,
    *,
    seed: int = 1,
    replicates: int = REPLICATES,
    watch: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Measure a detector's findings under every rule.

    Parameters
    ----------
    data_set : DataSet
    predictions : Predictions
        One `FoundView` for each view of the data set.
    seed, replicates : int
        Of the bootstrap; the same numbers give the same figures.
    watch : callable
        Told the code of each rule when it is done.

    Raises
    ------
    PredictionsError
        When views and predictions do not belong together.
    """
    cases = cases_of(data_set, predictions)
    sample = sample_of(cases, replicates, seed)
    uses: list[RuleUse] = []
    figures: list[Figure] = []
    curves: list[DrawnCurve] = []
    primary: dict[str, str] = {}
    for rule in every_rule():
        reason = _problem(rule, cases, predictions)
        of = what_of(rule)
        uses.append(
            RuleUse(of=of, code=rule.code, words=rule.words, source=rule.source, reason=reason)
        )
        if not reason:
            ruled = under(rule, sample)
            figures += _figures(ruled)
            curves += _curves(ruled)
            if of not in primary:
                primary[of] = rule.code
                figures += _of_primary(ruled, seed, replicates)
        watch(rule.code)
    return Evaluation(
        data_set=data_set,
        predictions=predictions,
        cases=tuple(cases),
        seed=seed,
        replicates=replicates,
        rules=tuple(uses),
        primary=primary,
        figures=tuple(with_honest_interval(figure) for figure in figures),
        curves=tuple(curves),
    )


def every_rule() -> tuple[Rule, ...]:
    """Return all rules, those of particles first; the strictest first among their kind."""
    return (*PARTICLE_RULES, *GROUP_RULES)


def _problem(rule: Rule, cases: Sequence[Case], predictions: Predictions) -> str:
    """Say why a rule cannot be measured; "" when it can."""
    marks = predictions.particles if isinstance(rule, ParticleRule) else predictions.groups
    if not marks:
        return f"the predictions hold no {what_of(rule)} (which is not the same as none found)"
    if isinstance(rule, GroupRule) and rule.by_particle and not predictions.particles:
        return "the predictions hold no particles"
    return rule.problem(cases)


def _points(rule: Rule) -> tuple[tuple[Denominator, tuple[float, ...]], ...]:
    """Return where sensitivity is stated."""
    return PARTICLE_POINTS if isinstance(rule, ParticleRule) else GROUP_POINTS


def _figures(ruled: Ruled) -> list[Figure]:
    """Measure everything under one rule: all views first, then strata of targets and views."""
    figures: list[Figure] = []
    of_particles = isinstance(ruled.rule, ParticleRule)
    strata = particle_strata(ruled.cases) if of_particles else [None]
    for denominator, allowed in _points(ruled.rule):
        figures += sensitivity_figures(ruled, denominator, allowed, strata)
    if not of_particles:
        figures += clean_figures(ruled, _GROUP_FALSE)
    figures += area_figures(ruled)
    for stratum in view_strata(ruled.cases):
        some = ruled.only(stratum)
        for denominator, allowed in _points(ruled.rule):
            figures += sensitivity_figures(some, denominator, allowed, views=stratum.name)
        figures += area_figures(some, stratum.name)
    return figures


def _of_primary(ruled: Ruled, seed: int, replicates: int) -> list[Figure]:
    """Measure what needs one rule only: sizes and outlines of particles."""
    if not isinstance(ruled.rule, ParticleRule):
        return []
    false, hits = ruled.false_marks(PER_VIEW), ruled.hits()
    points = dict(PARTICLE_POINTS)[PER_VIEW]
    scores = [(at, operating_score(hits, false, at)) for at in points]
    score = operating_score(hits, false, SIZES_AT)
    return [
        *diameter_figures(ruled, score, seed=seed, replicates=replicates),
        *outline_figures(ruled.sample, scores, ruled.rule.words),
    ]


def _curves(ruled: Ruled) -> list[DrawnCurve]:
    """Draw the FROC on each denominator that can be counted on, and the wAFROC."""
    of, code, hits = what_of(ruled.rule), ruled.rule.code, ruled.hits()
    drawn = [
        ("froc", one.code, curve_points(hits, ruled.false_marks(one)))
        for one in (PER_VIEW, PER_NORMAL, PER_CM2)
        if not one.problem(ruled.cases)
    ]
    weighted = afroc_points(ruled.normals(), ruled.lesions(weighted=True))
    drawn.append(("wafroc", PER_NORMAL.code, weighted))
    return [
        DrawnCurve(kind=kind, of=of, rule_code=code, per=per, points=points)
        for kind, per, points in drawn
        if len(points)
    ]
