"""Measure places and matches on simulated pairs of views of TEST seeds.

    python -m benchmarks.matching

writes docs/results/matching.md. Nothing was fitted on these women.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.page import machine, named, table
from calcsight.analysis.both_views import place_from_both
from calcsight.analysis.clock import Front, clock_hour, quadrant
from calcsight.analysis.likeness import ShownGroup
from calcsight.analysis.matching import match, match_probabilities
from calcsight.analysis.matching_weights import FITTED_ON
from calcsight.analysis.settling import lie_of, settled_probability
from calcsight.assembly import interpreter_for
from calcsight.evaluation.intervals import wilson_interval
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.pair_casting import pair_set
from calcsight.simulation.pairs import PairSpec
from calcsight.simulation.truth import Kind
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.errors import CalcsightError
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Describer, Judge
from calcsight.terms.mammogram import View
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE
from training.pair_samples import LabelledView, read_pair, same_lesion
from training.true_pairs import true_pair

PAGE = Path(__file__).parents[1] / "docs" / "results" / "matching.md"
WOMEN, LATERAL_WOMEN = 60, 40
TRUE_WOMEN = 80
SEED, REPLICATES = 20261122, 2000
SETTINGS = DescriptionSettings()
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)

Counts = tuple[float, float]
# Marks an interval that is not by woman.
BY_COUNTS = "†"

NIPPLES_BY_EYE = """On three real oblique views whose nipple is in profile or carries a marker, the
stand-in lies this far above the nipple (rows, mm; by eye, two women, so no more than a check of
the direction). They are why the chest wall leans; nothing else was chosen by them:

| view | chest wall upright, as before | leaning by 20 degrees |
| --- | --- | --- |
| `MG1_J2KI` (0.045 mm assumed) | 18 | -4 |
| `b_L_MLO_cropped` | 19 | 0 |
| `b_R_MLO_cropped` | 25 | 0 |

The two PNGs do not state what lies on top, so that the chest wall stays upright in a reading of
them; the second column is what a file that states it would get."""


@dataclass(frozen=True, slots=True)
class WomanRead:
    """One woman's pair as it was read."""

    spec: PairSpec
    views: tuple[LabelledView, ...]


def read_women(
    women: int, second: View, judge: Judge, interpreter: Interpreter
) -> tuple[list[WomanRead], int]:
    """Draw and read pairs with lesions; also return how many women were left out."""
    found, refused = [], 0
    for spec in pair_set(Families.TEST, women, second=second):
        if not spec.lesions:
            continue
        try:
            found.append(WomanRead(spec, read_pair(spec, judge, Settings(), interpreter)))
        except CalcsightError as error:
            print(f"left out: {spec.woman}: {error}", file=sys.stderr)
            refused += 1
    return found, refused


def share(women: Sequence[WomanRead], count: Callable[[WomanRead], Counts]) -> str:
    """Write a share as k/n with the 95 % interval: a bootstrap over women.

    Wilson's on the counts, and marked as such, where all women agree.
    """
    counts = np.array([count(one) for one in women], dtype=np.float64).reshape(-1, 2)
    total = counts.sum(axis=0)
    if not total[1]:
        return "none"
    if total[0] in (0, total[1]):
        # Women who all agree give a bootstrap nothing to vary.
        low, high = wilson_interval(int(total[0]), int(total[1]))
        return f"{_worded(total, low, high)} {BY_COUNTS}"
    rng = np.random.default_rng(SEED)
    drawn = counts[rng.integers(0, len(counts), (REPLICATES, len(counts)))].sum(axis=1)
    shares = drawn[:, 0] / np.where(drawn[:, 1] > 0, drawn[:, 1], np.nan)
    low, high = np.nanpercentile(shares, (2.5, 97.5))
    return _worded(total, low, high)


def _worded(total: NDArray[np.float64], low: float, high: float) -> str:
    return (
        f"{total[0]:.0f}/{total[1]:.0f} = {100 * total[0] / total[1]:.1f} % "
        f"({100 * low:.1f}-{100 * high:.1f})"
    )


def shown(view: LabelledView, words: bool) -> list[ShownGroup]:
    """Return a view's groups, with the describer's words for shapes or none."""
    groups = [one.shown for one in view.groups]
    return groups if words else [replace(one, morphology=None) for one in groups]


def outcome(woman: WomanRead, words: bool) -> dict[str, Counts]:
    """Count how the matches of one woman fare."""
    first, second = (shown(view, words) for view in woman.views)
    pairs = {one.first: one.second for one in match(first, second, SETTINGS)}
    in_both = right = wrong = missed = 0
    for i, one in enumerate(woman.views[0].groups):
        partner = next(
            (j for j, other in enumerate(woman.views[1].groups) if same_lesion(one, other)), None
        )
        if partner is None:
            continue
        in_both += 1
        right += pairs.get(i) == partner
        taken = pairs.get(i, partner) != partner or (
            partner in pairs.values() and pairs.get(i) != partner
        )
        wrong += taken
        missed += pairs.get(i) != partner and not taken
    alone = [
        (at, j)
        for at, view in enumerate(woman.views)
        for j, one in enumerate(view.groups)
        if not any(same_lesion(one, other) for other in woman.views[1 - at].groups)
    ]
    falsely = sum(j in (pairs if at == 0 else pairs.values()) for at, j in alone)
    true_pairs = sum(
        same_lesion(woman.views[0].groups[i], woman.views[1].groups[j]) for i, j in pairs.items()
    )
    return {
        "right": (right, in_both),
        "wrong": (wrong, in_both),
        "missed": (missed, in_both),
        "alone": (falsely, len(alone)),
        "true": (true_pairs, len(pairs)),
    }


def matched_rows(women: Sequence[WomanRead], words: bool) -> list[tuple[str, str]]:
    """Return the rows of one table of matches."""
    names = {
        "right": "lesions found in both views: matched rightly",
        "wrong": "matched with another group",
        "missed": "not matched",
        "alone": "groups without a partner: matched nevertheless",
        "true": "matches that are right",
    }
    return [
        (name, share(women, lambda woman, key=key: outcome(woman, words)[key]))  # type: ignore[misc]
        for key, name in names.items()
    ]


def calibration_rows(women: Sequence[WomanRead]) -> list[tuple[str, ...]]:
    """Return stated against true probability over all pairs of groups."""
    chances, truths = [], []
    for woman in women:
        first, second = (shown(view, words=True) for view in woman.views)
        for i, row in enumerate(match_probabilities(first, second, SETTINGS)):
            for j, chance in enumerate(row):
                chances.append(float(chance))
                truths.append(same_lesion(woman.views[0].groups[i], woman.views[1].groups[j]))
    said, true = np.array(chances), np.array(truths)
    rows = []
    for low, high in pairwise(BINS):
        held = (said >= low) & ((said < high) | (high == 1.0))
        if held.any():
            rows.append(
                (
                    f"{low:g}-{high:g}",
                    str(int(held.sum())),
                    f"{said[held].mean():.2f}",
                    f"{true[held].mean():.2f}",
                )
            )
    brier = float(((said - true) ** 2).mean()) if len(said) else float("nan")
    return [*rows, ("all (Brier score)", str(len(said)), f"{brier:.3f}", "")]


def true_pairs(women: Sequence[WomanRead]) -> list[tuple[WomanRead, int, int, int]]:
    """Return (woman, group of the first view, of the second, lesion) of all lesions in both."""
    return [
        (woman, i, j, one.lesion)
        for woman in women
        for i, one in enumerate(woman.views[0].groups)
        for j, other in enumerate(woman.views[1].groups)
        if same_lesion(one, other) and one.lesion is not None
    ]


def rule_rows(women: Sequence[WomanRead]) -> list[tuple[str, ...]]:
    """Measure how far the distances to the nipple of one lesion differ between its views."""
    behind, along = [], []
    for woman, i, j, _ in true_pairs(women):
        a, b = woman.views[0].groups[i].shown.location, woman.views[1].groups[j].shown.location
        behind.append((a.behind_nipple_mm or 0.0) - (b.behind_nipple_mm or 0.0))
        along.append((a.nipple_distance_mm or 0.0) - (b.nipple_distance_mm or 0.0))
    rows: list[tuple[str, ...]] = []
    for name, values in (("behind the nipple", behind), ("straight to the nipple", along)):
        size = np.abs(values)
        rows.append(
            (
                name,
                str(len(values)),
                f"{np.std(values):.1f}",
                f"{np.median(size):.1f}",
                f"{np.percentile(size, 90):.1f}",
            )
        )
    return rows


def place_rows(women: Sequence[WomanRead]) -> list[tuple[str, str]]:
    """Measure places from both views against the truth in space."""

    def places(woman: WomanRead) -> dict[str, Counts]:
        counts = {"quadrant": [0, 0], "near": [0, 0], "hour": [0, 0], "one view": [0, 0]}
        for _, i, j, lesion in true_pairs([woman]):
            _, outer, up = woman.spec.lesions[lesion].place_mm
            truth = Front(outer_mm=outer, up_mm=up)
            true_hour = clock_hour(truth, woman.spec.laterality)
            a, b = woman.views[0].groups[i].shown, woman.views[1].groups[j].shown
            both = place_from_both(
                (a.view, a.location), (b.view, b.location), woman.spec.laterality, SETTINGS
            )
            if both.clock_hours is not None:
                counts["quadrant"][1] += 1
                counts["quadrant"][0] += both.region is quadrant(truth, SETTINGS)
                apart = abs(both.clock_hours[0] - true_hour)
                apart = min(apart, 12 - apart)
                for key, most in (("hour", 0), ("near", 1)):
                    counts[key][1] += 1
                    counts[key][0] += apart <= most
            for one in (a, b):
                if one.location.clock_hours is not None and np.hypot(outer, up) > 20.0:
                    counts["one view"][1] += 1
                    counts["one view"][0] += true_hour in one.location.clock_hours
        return {key: (value[0], value[1]) for key, value in counts.items()}

    names = {
        "quadrant": "quadrant, half or centre from both views is the true one",
        "hour": "clock hour from both views is the true one",
        "near": "clock hour from both views is at most one hour off",
        "one view": "true hour is among those of one view (20 mm or more off the axis)",
    }
    return [
        (name, share(women, lambda woman, key=key: places(woman)[key]))  # type: ignore[misc]
        for key, name in names.items()
    ]


def milk_rows(women: Sequence[WomanRead]) -> list[tuple[str, str]]:
    """Measure how often milk of calcium is named from the change between CC and lateral."""

    def named(woman: WomanRead, milk: bool) -> Counts:
        hits = total = 0
        for _, i, j, _ in true_pairs([woman]):
            first, second = woman.views[0].groups[i], woman.views[1].groups[j]
            if (first.kind is Kind.MILK_OF_CALCIUM) is not milk:
                continue
            above = lie_of(first.shown.members, woman.views[0].mammogram)
            side = lie_of(second.shown.members, woman.views[1].mammogram)
            total += 1
            hits += (
                above is not None
                and side is not None
                and settled_probability(above, side) >= SETTINGS.least_probability
            )
        return (hits, total)

    return [
        ("milk of calcium: named", share(women, lambda woman: named(woman, milk=True))),
        ("any other kind: named milk of calcium", share(women, lambda w: named(w, milk=False))),
    ]


def nipple_rows(women: Sequence[WomanRead]) -> list[tuple[str, ...]]:
    """Measure the stand-in for the nipple against the true one."""
    rows: list[tuple[str, ...]] = []
    for at, name in ((0, "CC"), (1, "oblique")):
        errors = np.array([woman.views[at].nipple_error_mm for woman in women])
        away = np.hypot(*errors.T)
        rows.append(
            (
                name,
                str(len(away)),
                f"{np.median(away):.1f}",
                f"{np.percentile(away, 90):.1f}",
                f"{away.max():.1f}",
            )
        )
    return rows


def true_women(women: int, second: View) -> list[WomanRead]:
    """Group the true particles of pairs with lesions, with nothing drawn or read."""
    specs = pair_set(Families.TEST, women, second=second)
    return [WomanRead(spec, true_pair(spec)) for spec in specs if spec.lesions]


def _head(
    women: tuple[Sequence[WomanRead], Sequence[WomanRead]], refused: int, read_by: tuple[str, str]
) -> list[str]:
    """Say who was drawn and read, by what, and how the intervals come about."""
    (oblique, lateral), (judge, describer) = women, read_by
    fitted = ", ".join(f"{number} {what}" for what, number in FITTED_ON.items())
    return [
        "# Places and matches on simulated pairs",
        f"`python -m benchmarks.matching`, {SOFTWARE}; judge {judge} at its balanced point; "
        f"describer {describer}; {machine()}.",
        f"Pairs of TEST families and seeds, women with at least one lesion: {len(oblique)} with CC "
        f"and MLO, {len(lateral)} with CC and ML; {refused} more were left out because the breast "
        "that is found did not hold every particle. Views are drawn and read; a group is of the "
        "lesion that half of its members belong to. How a breast is rolled, pressed and pulled "
        "differently in its two views is a choice of the simulation "
        "([how](../location-and-matching.md)), no measurement of women: these figures say that "
        "the rules do what they should, not how well they do in a clinic.",
        f"The weights were fitted on other women, of tuning families ({fitted}), with words of "
        "a stand-in that is right in 85 of 100 groups, so that they depend on no describer.",
        "Intervals are the middle 95 % over women drawn with replacement. Where all women agree "
        f"there is nothing to draw: what {BY_COUNTS} marks is Wilson's interval of the counts, "
        "which takes the findings of one woman as independent and so is rather too narrow.",
    ]


def page(
    oblique: Sequence[WomanRead],
    lateral: Sequence[WomanRead],
    true: tuple[Sequence[WomanRead], Sequence[WomanRead]],
    refused: int,
    read_by: tuple[Judge, Describer],
) -> str:
    """Write the whole page."""
    lesion_head = ("figure", f"share (95 % interval by woman; {BY_COUNTS} by count)")
    judge, describer = (named(one) for one in read_by)
    parts = [
        *_head((oblique, lateral), refused, (judge, describer)),
        "## The rule of equal depth",
        "Difference between the two views of one lesion, mm, nipple as found:",
        table(
            ("distance", "lesions", "SD", "median size", "90 % under"),
            rule_rows([*oblique, *lateral]),
        ),
        "## Matches",
        "Rule: pairs of `match_probability` and more, one to one.",
        "CC and MLO, **without words for shapes**:",
        table(lesion_head, matched_rows(oblique, words=False)),
        f"CC and MLO, with the words of {describer}, as a reading matches them:",
        table(lesion_head, matched_rows(oblique, words=True)),
        "CC and ML, with the same describer's words. Five of thirteen lesions of these women are "
        "milk of calcium, which by its nature looks unlike itself in the two views:",
        table(lesion_head, matched_rows(lateral, words=True)),
        f"Given the true particles, without words, CC and MLO ({len(true[0])} women):",
        table(lesion_head, matched_rows(true[0], words=False)),
        f"The same, CC and ML ({len(true[1])} women):",
        table(lesion_head, matched_rows(true[1], words=False)),
        "Calibration, as read, all pairs of groups of a woman, CC and MLO and CC and ML, with the "
        "describer's words:",
        table(
            ("probability", "pairs", "mean stated", "share of one lesion"),
            calibration_rows([*oblique, *lateral]),
        ),
        "## Places",
        "CC and MLO of lesions found in both:",
        table(lesion_head, place_rows(oblique)),
        "CC and ML:",
        table(lesion_head, place_rows(lateral)),
        "## Milk of calcium",
        "CC and ML of one lesion; named from `least_probability` on:",
        table(lesion_head, milk_rows(lateral)),
        "Given the true particles:",
        table(lesion_head, milk_rows(true[1])),
        "## Stand-in for the nipple",
        "Distance of the point farthest from the chest wall from the true nipple, mm. The "
        "simulation draws the nipple at that very point of the skin line, so this measures the "
        "outline that is found, not women whose nipple lies elsewhere:",
        table(("view", "views", "median", "90 % under", "largest"), nipple_rows(oblique)),
        NIPPLES_BY_EYE,
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the pairs and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=WOMEN)
    parser.add_argument("--lateral-women", type=int, default=LATERAL_WOMEN)
    parser.add_argument("--true-women", type=int, default=TRUE_WOMEN)
    said = parser.parse_args(arguments)
    judge, interpreter = load_judge(), interpreter_for(Settings())
    oblique, some = read_women(said.women, View.MLO, judge, interpreter)
    lateral, others = read_women(said.lateral_women, View.ML, judge, interpreter)
    true = (true_women(said.true_women, View.MLO), true_women(said.true_women, View.ML))
    text = page(oblique, lateral, true, some + others, (judge, interpreter.describer))
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
