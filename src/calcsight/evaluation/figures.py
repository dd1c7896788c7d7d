"""Measured figures, each with its rule, its denominator, its n and its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calcsight.evaluation.froc import ViewTally, draw_curve, operating_score, sensitivity_at
from calcsight.evaluation.hits import GROUP_RULE, PARTICLE_RULE
from calcsight.evaluation.intervals import bootstrap_interval, wilson_interval
from calcsight.evaluation.marks import Numbers, ScoredView
from calcsight.evaluation.tallies import (
    Stratum,
    group_tallies,
    matched_diameters,
    particle_tallies,
)

_BY_WOMAN = "95 % percentile bootstrap by woman"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Parameters
    ----------
    name : str
    value, low, high : float
        nan = could not be measured.
    n : str
        How many of what.
    rule, denominator, interval : str
        In words.
    """

    name: str
    value: float
    low: float
    high: float
    n: str
    rule: str
    denominator: str
    interval: str


def particle_figure(
    views: Sequence[ScoredView],
    stratum: tuple[str, Stratum],
    false: float,
    normals: bool,
    seed: int,
) -> Figure:
    """Measure particle sensitivity at `false` false marks a view; `stratum` = (name, which)."""
    tallies = particle_tallies(views, stratum[1], normals)
    return _sensitivity(f"particles, {stratum[0]}", tallies, false, PARTICLE_RULE, seed)


def group_figure(views: Sequence[ScoredView], false: float, normals: bool, seed: int) -> Figure:
    """Measure group sensitivity at `false` false groups a view."""
    return _sensitivity("groups", group_tallies(views, normals), false, GROUP_RULE, seed)


def _sensitivity(
    name: str, tallies: Sequence[ViewTally], false: float, rule: str, seed: int
) -> Figure:
    """Measure sensitivity at a fixed number of false marks a view."""
    curve = draw_curve(tallies)
    low, high = bootstrap_interval(
        lambda weights: sensitivity_at(curve, false, weights), len(curve.women), seed
    )
    counted = sum(t.counts for t in tallies)
    which = "views" if counted == len(tallies) else "normal views"
    return Figure(
        name=f"{name}: sensitivity at {false:g} false a view",
        value=sensitivity_at(curve, false),
        low=low,
        high=high,
        n=f"{int(curve.targets.sum())} targets, {len(curve.women)} women",
        rule=rule,
        denominator=f"false marks: mean over {counted} {which}",
        interval=_BY_WOMAN,
    )


def false_figure(
    views: Sequence[ScoredView], lowest_score: float, normals: bool, seed: int
) -> Figure:
    """Measure false particles a view at a fixed score."""
    tallies = [t for t in particle_tallies(views, normals_only=normals) if t.counts]
    counts = np.array([float((t.false_scores >= lowest_score).sum()) for t in tallies])
    value, low, high = _mean_by_woman(counts, [t.woman for t in tallies], seed)
    return Figure(
        name=f"false particles a view at score {lowest_score:.4f}",
        value=value,
        low=low,
        high=high,
        n=f"{len(tallies)} views",
        rule=PARTICLE_RULE,
        denominator="normal views" if normals else "all views",
        interval=_BY_WOMAN,
    )


def clean_normals_figure(groups_on_normals: Mapping[str, int], operating_point: str) -> Figure:
    """Count normal views without any group; the mapping is view name to number of groups."""
    total = len(groups_on_normals)
    clean = sum(count == 0 for count in groups_on_normals.values())
    low, high = wilson_interval(clean, total)
    return Figure(
        name=f"normal views without any group at {operating_point}",
        value=clean / total if total else float("nan"),
        low=low,
        high=high,
        n=f"{clean} of {total} normal views",
        rule="no group by the primary rule",
        denominator="normal views",
        interval="95 % Wilson (views taken as independent)",
    )


def diameter_figures(views: Sequence[ScoredView], lowest_score: float, seed: int) -> list[Figure]:
    """Measure diameter errors (measured minus true) of matched particles, by true size."""
    true_mm, measured_mm, women = matched_diameters(views, lowest_score)
    errors = measured_mm - true_mm
    figures: list[Figure] = []
    for low_mm, high_mm in ((0.1, 0.2), (0.2, 0.3), (0.3, 0.5), (0.5, 1.01)):
        inside = (true_mm >= low_mm) & (true_mm < high_mm)
        names = [w for w, kept in zip(women, inside, strict=True) if kept]
        for what, values in (("mean", errors), ("mean absolute", np.abs(errors))):
            value, low, high = _mean_by_woman(values[inside], names, seed)
            figures.append(
                Figure(
                    name=f"{what} diameter error, true {low_mm:g}-{high_mm:.2g} mm (mm)",
                    value=value,
                    low=low,
                    high=high,
                    n=f"{int(inside.sum())} matched particles",
                    rule=f"{PARTICLE_RULE}; score >= {lowest_score:.4f}",
                    denominator="matched particles; true = maximum Feret of the drawn outline",
                    interval=_BY_WOMAN,
                )
            )
    return figures


def agreement_figure(indices: Sequence[float], women: Sequence[str], seed: int) -> Figure:
    """Average the adjusted Rand index of groups, given the true particles, over views.

    Simulated groups are planted whole by the rule of five within 10 mm and apart from each other
    (`simulation.planting`), so this checks the grouping code; it says nothing about groups
    whose borders are in doubt.
    """
    value, low, high = _mean_by_woman(np.array(indices, dtype=np.float64), women, seed)
    return Figure(
        name="adjusted Rand index of groups, given the true particles",
        value=value,
        low=low,
        high=high,
        n=f"{len(indices)} views",
        rule="primary rule on the true particles, planted so that it holds and groups lie "
        "14 mm apart; an isolated one is a group of its own",
        denominator="mean over views with at least two particles",
        interval=_BY_WOMAN,
    )


def score_at(views: Sequence[ScoredView], false: float) -> float:
    """Return the score at which all views have at most `false` false particles on average."""
    return operating_score(draw_curve(particle_tallies(views)), false)


def _mean_by_woman(values: Numbers, women: Sequence[str], seed: int) -> tuple[float, float, float]:
    """Return the mean of all values and its interval over resampled women."""
    if len(values) == 0:
        return float("nan"), float("nan"), float("nan")
    names, position = np.unique(np.array(women), return_inverse=True)
    sums = np.bincount(position, weights=values, minlength=len(names))
    counts = np.bincount(position, minlength=len(names)).astype(float)
    low, high = bootstrap_interval(
        lambda weight: float((weight * sums).sum() / (weight * counts).sum()), len(names), seed
    )
    return float(values.mean()), low, high
