"""Figures of curves: sensitivity at fixed false marks, areas, average precision."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calcsight.evaluation.afroc import AFROC_WORDS, WAFROC_WORDS, areas
from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.denominators import PER_NORMAL, PER_VIEW, Denominator
from calcsight.evaluation.figures import (
    UNKNOWN,
    Figure,
    mean_by_patient,
    measured_share,
    share_figure,
    with_honest_interval,
)
from calcsight.evaluation.froc import first_beyond, operating_score, sensitivity, taken_at
from calcsight.evaluation.intervals import BY_PATIENT, percentile_interval
from calcsight.evaluation.particle_rules import ParticleRule
from calcsight.evaluation.precision import AVERAGE_PRECISION_WORDS, average_precision
from calcsight.evaluation.ruled import Rule, Ruled, patients_of, targets_of
from calcsight.evaluation.strata import ParticleStratum

_NO_TARGETS = "no target"


def what_of(rule: Rule) -> str:
    """Return `particles` or `groups`."""
    return "particles" if isinstance(rule, ParticleRule) else "groups"


def sensitivity_figures(
    ruled: Ruled,
    denominator: Denominator,
    allowed: Sequence[float],
    strata: Sequence[ParticleStratum | None] = (None,),
    views: str = "all",
) -> list[Figure]:
    """Measure sensitivity at each allowed number of false marks, for each stratum of targets.

    Parameters
    ----------
    ruled : Ruled
    denominator : Denominator
    allowed : sequence of float
        False marks for each unit of the denominator.
    strata : sequence of ParticleStratum or None
        None = every target. False marks do not depend on it.
    views : str
        Name of the stratum of views in `ruled`.
    """
    draws, everyone = ruled.sample.draws, ruled.sample.everyone
    false, points = ruled.false_marks(denominator), np.array(allowed, dtype=np.float64)
    problem = denominator.problem(ruled.cases)
    beyond = [] if problem else [first_beyond(false, points, w) for w in (everyone, draws)]
    figures: list[Figure] = []
    for stratum in strata:
        hits = ruled.hits(stratum)
        reason = problem or ("" if hits.targets.any() else _NO_TARGETS)
        value, drawn = np.full((1, len(points)), np.nan), np.full((1, len(points)), np.nan)
        if not reason:
            value, drawn = (
                sensitivity(hits, false, b, w)
                for b, w in zip(beyond, (everyone, draws), strict=True)
            )
        whole = _bare(ruled, denominator, stratum, views)
        for number, at in enumerate(allowed):
            score = UNKNOWN if reason else operating_score(hits, false, at)
            reached = UNKNOWN if reason else taken_at(false, int(beyond[0][0, number]))
            told = replace(whole, at=float(at), score=score, reached=reached, reason=reason)
            figures.append(_at(told, value[0, number], drawn[:, number]))
    return figures


def _bare(
    ruled: Ruled, denominator: Denominator, stratum: ParticleStratum | None, views: str
) -> Figure:
    """Say everything about a sensitivity but its value."""
    of, hits = what_of(ruled.rule), ruled.hits(stratum)
    targets = int(hits.targets.sum())
    return Figure(
        name=denominator.unit,
        value=UNKNOWN,
        low=UNKNOWN,
        high=UNKNOWN,
        n=_n(ruled, targets),
        rule=ruled.rule.words,
        denominator=denominator.words,
        interval=BY_PATIENT,
        measure="sensitivity",
        of=of,
        rule_code=ruled.rule.code,
        stratum=stratum.name if stratum is not None else views,
        per=denominator.code,
        targets=targets,
        views=sum(denominator.of_view(case) > 0 for case in ruled.cases),
        patients=patients_of(ruled),
        independent=int((hits.targets > 0).sum()),
    )


def _at(figure: Figure, value: float, drawn: Numbers) -> Figure:
    """Put a value with its interval into a figure whose name is still its unit."""
    low, high = percentile_interval(drawn)
    name = f"{figure.of}, {figure.stratum}: sensitivity at {figure.at:g} {figure.name}"
    at = replace(figure, name=name, value=float(value), low=low, high=high)
    return with_honest_interval(at)


def area_figures(ruled: Ruled, views: str = "all") -> list[Figure]:
    """Measure wAFROC, AFROC and average precision."""
    draws, everyone = ruled.sample.draws, ruled.sample.everyone
    normals, hits = ruled.normals(), ruled.hits()
    false = ruled.false_marks(PER_VIEW)
    no_targets = "" if hits.targets.any() else _NO_TARGETS
    no_normals = "" if len(normals.highest) else "no normal view, which the curve needs"
    figures: list[Figure] = []
    for code, words, weighted in (("wafroc", WAFROC_WORDS, True), ("afroc", AFROC_WORDS, False)):
        lesions, reason = ruled.lesions(weighted=weighted), no_targets or no_normals
        value, drawn = (
            (np.full(1, np.nan),) * 2
            if reason
            else (areas(normals, lesions, w) for w in (everyone, draws))
        )
        figures.append(_area(ruled, (code, words, views), value, drawn, reason))
    value, drawn = (
        (np.full(1, np.nan),) * 2
        if no_targets
        else (average_precision(hits, false, w) for w in (everyone, draws))
    )
    said = ("average_precision", AVERAGE_PRECISION_WORDS, views)
    return [*figures, _area(ruled, said, value, drawn, no_targets)]


_AREA_NAMES = (
    ("wafroc", "area under the weighted AFROC"),
    ("afroc", "area under the AFROC"),
    ("average_precision", "average precision"),
)


def _area(
    ruled: Ruled, said: tuple[str, str, str], value: Numbers, drawn: Numbers, reason: str
) -> Figure:
    """Make the figure of an area; `said` = (measure, words, stratum of views)."""
    measure, words, views = said
    low, high = percentile_interval(drawn)
    targets = targets_of(ruled.wanted())
    normal = measure != "average_precision"
    counted = PER_NORMAL if normal else PER_VIEW
    return Figure(
        name=f"{what_of(ruled.rule)}, {views}: {dict(_AREA_NAMES)[measure]}",
        value=float(value[0]),
        low=low,
        high=high,
        n=_n(ruled, targets),
        rule=ruled.rule.words,
        denominator=words,
        interval=BY_PATIENT,
        reason=reason,
        measure=measure,
        of=what_of(ruled.rule),
        rule_code=ruled.rule.code,
        stratum=views,
        per=counted.code,
        targets=targets,
        views=sum(counted.of_view(case) > 0 for case in ruled.cases),
        patients=patients_of(ruled),
        independent=int((ruled.hits().targets > 0).sum()),
    )


def clean_figures(ruled: Ruled, allowed: Sequence[float]) -> list[Figure]:
    """Count normal views without a false mark at the score of each allowed number a view."""
    false, hits, normals = ruled.false_marks(PER_NORMAL), ruled.hits(), ruled.normals()
    women = len(ruled.sample.patients)
    views = np.bincount(normals.patients, minlength=women).astype(np.float64)
    figures: list[Figure] = []
    for at in allowed:
        score = operating_score(hits, false, at)
        is_clean = normals.highest < score
        clean = np.bincount(normals.patients, is_clean, women).astype(np.float64)
        measured = measured_share(clean, views, ruled.sample.draws)
        name = f"normal views without a false group at {at:g} {PER_NORMAL.unit}"
        figure = share_figure(int(is_clean.sum()), len(is_clean), name, ruled.rule.words)
        figures.append(
            replace(
                figure,
                low=measured.low,
                high=measured.high,
                interval=BY_PATIENT,
                rule_code=ruled.rule.code,
                at=at,
                score=score,
                patients=int((views > 0).sum()),
            )
        )
    return figures


def false_figure(ruled: Ruled, lowest_score: float, per: Denominator, seed: int) -> Figure:
    """Measure false marks on each of the views that count, at a fixed score."""
    counted = [
        (float((verdict.false_scores >= lowest_score).sum()), case.true.patient)
        for case, verdict in zip(ruled.cases, ruled.verdicts, strict=True)
        if per.of_view(case)
    ]
    patients = [patient for _, patient in counted]
    measured = mean_by_patient(np.array([count for count, _ in counted]), patients, seed)
    return Figure(
        name=f"{per.unit.replace('false', f'false {what_of(ruled.rule)}')} at score "
        f"{lowest_score:.4f}",
        value=measured.value,
        low=measured.low,
        high=measured.high,
        n=f"{len(counted)} views",
        rule=ruled.rule.words,
        denominator=per.words,
        interval=BY_PATIENT,
        measure="false_marks",
        of=what_of(ruled.rule),
        rule_code=ruled.rule.code,
        per=per.code,
        score=lowest_score,
        views=len(counted),
        patients=len(set(patients)),
    )


def _n(ruled: Ruled, targets: int) -> str:
    """Write how many of what."""
    return f"{targets} targets, {len(ruled.at)} views, {patients_of(ruled)} patients"
