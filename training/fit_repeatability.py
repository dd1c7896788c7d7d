"""Fit the bands of change on breasts that were simulated twice and did not change.

    python -m training.fit_repeatability --women 150 --write

Women of TUNING families and seeds (`series_sets.repetition_set`, those whose second mammogram is
of another maker's detector) are drawn twice with new noise, position and compression, read,
registered and linked. For each measure the form of `repeatability.half_width` is fitted as a
quantile regression of the size of the difference [1]_, at the lowest quantile, the same for all, at
which of n breasts 0.95 (n + 1) have every measure that decides, of every group, within its band.
Nothing of the TEST families and seeds is touched.

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
from calcsight.analysis.repeatability import half_width, parts
from calcsight.simulation.families import Families
from calcsight.simulation.series_sets import repetition_set
from calcsight.simulation.series_spec import SeriesSpec
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


def unchanged_groups(
    pairs: Iterable[tuple[LabelledPair, Registration]],
) -> list[list[GroupChange]]:
    """Return what is told of the groups of each breast that did not change, both dates known."""
    settings = ComparisonSettings()
    found = []
    for pair, registration in pairs:
        now, before = pair.current.reading, pair.prior.reading
        links = link(now, before, registration, settings)
        told = group_changes(now, before, registration, links, settings)
        found.append([one for one in told if one.measures and all(count_of(one))])
    return [groups for groups in found if groups]


def count_of(change: GroupChange) -> tuple[float, float]:
    """Return the number of particles before and now."""
    count = next(one for one in change.measures if one.measure is Measure.COUNT)
    return (count.prior or 0.0, count.current or 0.0)


def differences(changes: Sequence[GroupChange], measure: Measure) -> tuple[Numbers, Numbers]:
    """Return how far beyond no change each group is (n,), nan = not measured.

    And the parts (n, 2) that the width of the band is made of. A drift of sizes is no change.
    """
    away, made = [], []
    for change in changes:
        one = next(one for one in change.measures if one.measure is measure)
        if one.difference is None or one.band is None:
            away.append(math.nan)
            made.append((math.nan, math.nan))
            continue
        value, count = ((one.prior or 0.0) + (one.current or 0.0)) / 2.0, sum(count_of(change)) / 2
        half = half_width(measure, value, count)
        below, above = one.band[0] + half, one.band[1] - half
        away.append(max(below - one.difference, one.difference - above, 0.0))
        made.append(parts(measure, value, count))
    return np.array(away), np.array(made).reshape(-1, 2)


def fitted_widths(breasts: Sequence[Sequence[GroupChange]]) -> Widths:
    """Fit all bands at the lowest quantile at which enough breasts lie within all that decide."""
    changes = [one for groups in breasts for one in groups]
    of_breast = np.repeat(np.arange(len(breasts)), [len(groups) for groups in breasts])
    sizes = {measure: differences(changes, measure) for measure in Measure}
    for level in LEVELS:
        widths = {measure: _quantile_form(*sizes[measure], level) for measure in Measure}
        beyond = np.zeros(len(changes), bool)
        for measure in DECIDING:
            away, made = sizes[measure]
            beyond |= away > made @ np.array(widths[measure]) + _ROUNDING
        within = len(breasts) - len(set(of_breast[beyond]))
        if within >= COVERED * (len(breasts) + 1):
            return widths
    raise ValueError(f"{len(breasts)} breasts are too few to cover {COVERED:g} of them")


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


def two_makers(spec: SeriesSpec) -> bool:
    """Tell whether the first two visits are of detectors of two makers."""
    before, now = spec.visits[:2]
    return (before.look, before.pitch_mm) != (now.look, now.pitch_mm)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; with `--write`, put the numbers into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(arguments)
    women = repetition_set(Families.TUNING, said.women)
    pairs = drawn_pairs(one for one in women if two_makers(one))
    breasts = unchanged_groups(pairs)
    widths = fitted_widths(breasts)
    for measure, (fixed, growing) in widths.items():
        print(f"{measure.value:18} {fixed:.4f} {growing:.4f}")
    groups = sum(map(len, breasts))
    print(f"{len(breasts)} women, {groups} groups")
    if said.write:
        write_widths(widths, {"women": len(breasts), "groups": groups})
    return 0


if __name__ == "__main__":
    sys.exit(main())
