"""Fit the bands of change on breasts that were simulated twice and did not change.

    python -m training.fit_repeatability --women 150 --write

Women of TUNING families and seeds are drawn twice with new noise, position and compression, and
most by another detector, read, registered and linked: those of `series_sets.repetition_set`, and
those of `series_set` of whom no group changes. For each measure the form of
`repeatability.half_width` is fitted as a quantile regression of the size of the difference [1]_, at
the lowest quantile at which it holds all groups of 1 - 0.03 / 3 of the breasts: so that, of 97 % of
the breasts, all three measures that decide, of every group, lie within their bands (Bonferroni).
It is 97 and not 95 % since marks of chance change groups, too, and both together are to change
hardly one breast of twenty. Nothing of the TEST families and seeds is touched.

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
from calcsight.analysis.repeatability import COVERED, half_width, parts
from calcsight.simulation.families import Families
from calcsight.simulation.series_sets import repetition_set, series_set
from calcsight.terms.comparison import GroupChange, Measure
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change
from calcsight.terms.registration import Registration
from training.compared_pairs import LabelledPair, drawn_pairs

DECIDING = (Measure.COUNT, Measure.EXTENT_MM, Measure.MEAN_DIAMETER_MM)
LEVELS = (0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)
_ROUNDING = 1e-9
# What the form may not fall below: no single particle makes a change, and misses add up in groups
# larger than any that was drawn; no extent is measured better than to two pixels of the coarsest
# detector.
LEAST = {Measure.COUNT: (1.0, 0.3), Measure.EXTENT_MM: (0.2, 0.0)}
Widths = dict[Measure, tuple[float, float]]
Numbers = NDArray[np.float64]


def unchanged_groups(
    pairs: Iterable[tuple[LabelledPair, Registration]],
) -> list[list[GroupChange]]:
    """Return what is told of the groups of each breast that did not change, both dates known.

    Breasts of which any group changes are left out.
    """
    settings = ComparisonSettings()
    found = []
    for pair, registration in pairs:
        if set(pair.fates.values()) - {Change.STABLE}:
            continue
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
    """Fit each band at the lowest quantile at which it holds all groups of enough breasts.

    Raises
    ------
    ValueError
        When the highest quantile does not.
    """
    changes = [one for groups in breasts for one in groups]
    of_breast = np.repeat(np.arange(len(breasts)), [len(groups) for groups in breasts])
    enough = (1.0 - (1.0 - COVERED) / len(DECIDING)) * len(breasts)
    widths: Widths = {}
    for measure in Measure:
        away, made = differences(changes, measure)
        for level in LEVELS:
            width = _quantile_form(away, made, level, LEAST.get(measure, (0.0, 0.0)))
            beyond = away > made @ np.array(width) + _ROUNDING
            if len(breasts) - len(set(of_breast[beyond])) >= enough:
                widths[measure] = width
                break
        else:
            raise ValueError(f"no band of {measure.value} covers enough of {len(breasts)} breasts")
    return widths


def _quantile_form(
    away: Numbers, made: Numbers, level: float, least: tuple[float, float]
) -> tuple[float, float]:
    """Fit away = a * part + b * other part at one quantile, neither below its least."""
    known = np.isfinite(away)
    count = int(known.sum())
    cost = np.concatenate([[0.0, 0.0], np.full(count, level), np.full(count, 1.0 - level)])
    over, under = np.eye(count), -np.eye(count)
    rows = np.hstack([made[known], over, under])
    limits = [(one, None) for one in least] + [(0.0, None)] * (2 * count)
    found = linprog(cost, A_eq=rows, b_eq=away[known], bounds=limits)
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
    women = (
        *repetition_set(Families.TUNING, said.women),
        *series_set(Families.TUNING, said.women),
    )
    breasts = unchanged_groups(drawn_pairs(women))
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
