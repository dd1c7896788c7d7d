"""Fit the bands of change on breasts that were simulated twice and did not change.

    python -m training.fit_repeatability --women 150 --write

Women of TUNING families and seeds (`series_sets.repetition_set`) are drawn twice with new noise,
position, compression and partly another detector, read, registered and linked. For each measure
the form of `repeatability.half_width` is fitted as a quantile regression of the size of the
difference [1]_, at the lowest quantile, the same for all, at which of n groups 0.95 (n + 1) have
every measure that decides within its band. Nothing of the TEST families and seeds is touched.

References
----------
.. [1] R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46 (1978) 33-50.
"""

import argparse
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

import calcsight.analysis.repeatability
from calcsight.analysis.group_changes import group_changes
from calcsight.analysis.linking import link
from calcsight.analysis.repeatability import parts
from calcsight.simulation.families import Families
from calcsight.simulation.series_sets import repetition_set
from calcsight.terms.comparison import GroupChange, Measure
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.registration import Registration
from training.compared_pairs import LabelledPair, drawn_pairs

COVERED = 0.95
DECIDING = (Measure.COUNT, Measure.EXTENT_MM, Measure.MEAN_DIAMETER_MM)
LEVELS = tuple(np.arange(0.95, 0.9951, 0.0025))
_ROUNDING = 1e-9
Widths = dict[Measure, tuple[float, float]]
Numbers = NDArray[np.float64]


def unchanged_groups(pairs: Iterable[tuple[LabelledPair, Registration]]) -> list[GroupChange]:
    """Return what is told of every group of breasts that did not change and has both dates."""
    settings = ComparisonSettings()
    told: list[GroupChange] = []
    for pair, registration in pairs:
        now, before = pair.current.reading, pair.prior.reading
        links = link(now, before, registration, settings)
        told += group_changes(now, before, registration, links, settings)
    return [one for one in told if one.measures and all(count_of(one))]


def count_of(change: GroupChange) -> tuple[float, float]:
    """Return the number of particles before and now."""
    count = next(one for one in change.measures if one.measure is Measure.COUNT)
    return (count.prior or 0.0, count.current or 0.0)


def differences(changes: Sequence[GroupChange], measure: Measure) -> tuple[Numbers, Numbers]:
    """Return how far off the middle of its band each group is (n,), nan = not measured.

    And the parts (n, 2) that the width of the band is made of.
    """
    away, made = [], []
    for change in changes:
        one = next(one for one in change.measures if one.measure is measure)
        if one.difference is None or one.band is None:
            away.append(math.nan)
            made.append((math.nan, math.nan))
            continue
        away.append(abs(one.difference - sum(one.band) / 2.0))
        value = ((one.prior or 0.0) + (one.current or 0.0)) / 2.0
        made.append(parts(measure, value, sum(count_of(change)) / 2.0))
    return np.array(away), np.array(made).reshape(-1, 2)


def fitted_widths(changes: Sequence[GroupChange]) -> Widths:
    """Fit all bands at the lowest quantile at which enough groups lie within all that decide."""
    sizes = {measure: differences(changes, measure) for measure in Measure}
    for level in LEVELS:
        widths = {measure: _quantile_form(*sizes[measure], level) for measure in Measure}
        within = np.ones(len(changes), bool)
        for measure in DECIDING:
            away, made = sizes[measure]
            within &= np.isnan(away) | (away <= made @ np.array(widths[measure]) + _ROUNDING)
        if within.sum() >= COVERED * (len(changes) + 1):
            return widths
    raise ValueError(f"{len(changes)} groups are too few to cover {COVERED:g} of them")


def _quantile_form(away: Numbers, made: Numbers, level: float) -> tuple[float, float]:
    """Fit away = a * part + b * other part at one quantile, neither below 0."""
    known = np.isfinite(away)
    count = int(known.sum())
    cost = np.concatenate([[0.0, 0.0], np.full(count, level), np.full(count, 1.0 - level)])
    over, under = np.eye(count), -np.eye(count)
    rows = np.hstack([made[known], over, under])
    found = linprog(cost, A_eq=rows, b_eq=away[known], bounds=(0, None))
    return (float(found.x[0]), float(found.x[1]))


def write_widths(widths: Mapping[Measure, tuple[float, float]], on: Mapping[str, int]) -> None:
    """Put the fitted numbers in the place of the old ones."""
    path = Path(calcsight.analysis.repeatability.__file__)
    rows = "".join(
        f"    Measure.{measure.name}: ({a:.4f}, {b:.4f}),\n" for measure, (a, b) in widths.items()
    )
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r"(?ms)^(HALF_WIDTHS: [^=]*= \{\n).*?^\}", lambda found: found[1] + rows + "}", text
    )
    text = re.sub(r"(?ms)^(FITTED_ON: [^=]*= ).*?\}", lambda found: found[1] + repr(dict(on)), text)
    path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; with `--write`, put the numbers into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(arguments)
    pairs = list(drawn_pairs(repetition_set(Families.TUNING, said.women)))
    changes = unchanged_groups(pairs)
    widths = fitted_widths(changes)
    for measure, (fixed, growing) in widths.items():
        print(f"{measure.value:18} {fixed:.4f} {growing:.4f}")
    print(f"{len(pairs)} pairs, {len(changes)} groups")
    if said.write:
        write_widths(widths, {"women": len(pairs), "groups": len(changes)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
