"""Measured figures, each with its rule, its denominator, its n and its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from calcsight.evaluation.cases import Numbers
from calcsight.evaluation.intervals import (
    BY_PATIENT,
    WILSON,
    draw_patients,
    percentile_interval,
    share,
    wilson_interval,
)

REPLICATES = 1000
UNKNOWN = float("nan")
CLEAN_NORMALS = "clean_normals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Parameters
    ----------
    name : str
        In words.
    value, low, high : float
        nan = could not be measured.
    n : str
        How many of what.
    rule, denominator, interval : str
        In words.
    reason : str
        Why it could not be measured; "" = it could.
    measure, of, rule_code, stratum, per : str
        For programs: `sensitivity`, `wafroc` ...; `particles` or `groups`; the codes of rule
        and denominator ("" = none).
    at, score, reached : float
        Allowed false marks, the score that they lead to, and the false marks that are then
        taken; nan = does not apply.
    targets, views, patients : int
        Targets; views and patients that the figure rests on.
    independent : int
        Patients with a target: what an interval that cannot be drawn falls back on.
    """

    name: str
    value: float
    low: float
    high: float
    n: str
    rule: str
    denominator: str
    interval: str
    reason: str = ""
    measure: str = ""
    of: str = ""
    rule_code: str = ""
    stratum: str = "all"
    per: str = ""
    at: float = UNKNOWN
    score: float = UNKNOWN
    reached: float = UNKNOWN
    targets: int = 0
    views: int = 0
    patients: int = 0
    independent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A value with its interval; nan = could not be measured."""

    value: float
    low: float
    high: float


def with_honest_interval(figure: Figure) -> Figure:
    """Replace an interval that draws of patients cannot give.

    Whoever hits all targets of three patients hits all of theirs in every draw, and one patient
    is the same in every draw: neither says how sure a figure is for the next patient.
    """
    if figure.interval != BY_PATIENT or figure.reason:
        return figure
    of_normals = figure.measure == CLEAN_NORMALS
    patients = figure.patients if of_normals else figure.independent
    if (patients or figure.patients) == 1:
        return replace(figure, low=UNKNOWN, high=UNKNOWN, interval="none: it rests on one patient")
    ends = figure.value in (0.0, 1.0) and figure.low == figure.high == figure.value
    if ends and patients:
        low, high = wilson_interval(round(figure.value * patients), patients)
        with_what = "normal views" if of_normals else "targets"
        words = f"95 % Wilson over {patients} patients with {with_what} (every draw gave the same)"
        return replace(figure, low=low, high=high, interval=words)
    return figure


def measured_share(parts: Numbers, wholes: Numbers, draws: Numbers) -> Measured:
    """Measure sum of parts over sum of wholes; both (patients,), draws (b, patients)."""
    value = float(share(parts, wholes, np.ones((1, len(parts))))[0])
    low, high = percentile_interval(share(parts, wholes, draws))
    return Measured(value=value, low=low, high=high)


def mean_by_patient(
    values: Numbers, patients: Sequence[str], seed: int, replicates: int = REPLICATES
) -> Measured:
    """Measure the mean of values; the patients who have any are resampled.

    Parameters
    ----------
    values : array (n,)
    patients : sequence of n str
    seed, replicates : int
    """
    if len(values) == 0:
        return Measured(value=UNKNOWN, low=UNKNOWN, high=UNKNOWN)
    names, position = np.unique(np.array(patients), return_inverse=True)
    sums = np.bincount(position, weights=values, minlength=len(names))
    counts = np.bincount(position, minlength=len(names)).astype(float)
    draws = draw_patients(len(names), replicates, seed)
    low, high = percentile_interval((draws @ sums) / (draws @ counts))
    return Measured(value=float(values.mean()), low=low, high=high)


def clean_normals_figure(groups_on_normals: Mapping[str, int], operating_point: str) -> Figure:
    """Count normal views without any group; the mapping is view name to number of groups."""
    clean = sum(count == 0 for count in groups_on_normals.values())
    return share_figure(
        clean,
        len(groups_on_normals),
        f"normal views without any group at {operating_point}",
        "no group by the primary rule",
    )


def share_figure(count: int, total: int, name: str, rule: str) -> Figure:
    """Make the figure of a plain share of the normal views."""
    low, high = wilson_interval(count, total)
    return Figure(
        name=name,
        value=count / total if total else UNKNOWN,
        low=low,
        high=high,
        n=f"{count} of {total} normal views",
        rule=rule,
        denominator="normal views",
        interval=WILSON,
        reason="" if total else "the data set holds no normal view",
        measure=CLEAN_NORMALS,
        of="groups",
        per="per_normal_view",
        views=total,
    )


def agreement_figure(indices: Sequence[float], patients: Sequence[str], seed: int) -> Figure:
    """Average the adjusted Rand index of groups, given the true particles, over views.

    Simulated groups are planted whole by the rule of five within 10 mm and apart from each other
    (`simulation.planting`), so this checks the grouping code; it says nothing about groups
    whose borders are in doubt.
    """
    measured = mean_by_patient(np.array(indices, dtype=np.float64), patients, seed)
    return Figure(
        name="adjusted Rand index of groups, given the true particles",
        value=measured.value,
        low=measured.low,
        high=measured.high,
        n=f"{len(indices)} views",
        rule="primary rule on the true particles, planted so that it holds and groups lie "
        "14 mm apart; an isolated one is a group of its own",
        denominator="mean over views with at least two particles",
        interval=BY_PATIENT,
        measure="adjusted_rand_index",
        of="groups",
    )
