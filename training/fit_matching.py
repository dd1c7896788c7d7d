"""Fit the weights that match groups of two projections, on simulated pairs, from seeds alone.

    python -m training.fit_matching --women 70 --lateral-women 27 --write

Pairs of TUNING families and seeds are drawn, read by the shipped judge, and every pair of groups
of a woman is one sample: are they of one lesion? The words for shapes are those of a stand-in
(`pair_samples.stand_in_words`); in half of the women there are none, so that both weights are
learned with and without them. A second form, of milk of calcium, is fitted on the groups of a CC
and a lateral view that truly are one lesion. Nothing of the TEST seeds is touched.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import calcsight.analysis.matching_weights
from calcsight.analysis.likeness import LIKENESS_NAMES, unlikeness
from calcsight.analysis.settling import lie_of
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.pair_casting import pair_set
from calcsight.simulation.truth import Kind
from calcsight.terms.description_settings import DescriptionSettings
from calcsight.terms.errors import CalcsightError
from calcsight.terms.mammogram import View
from calcsight.terms.settings import Settings
from training.pair_samples import LabelledView, read_pair, same_lesion, stand_in_words

SEED = 20261122
WORDLESS_SHARE = 0.5
PENALTY = 1.0
# Share of milk of calcium among lesions; simulated lateral views hold far more. Our choice.
MILK_SHARE = 0.1

Pair = Sequence[LabelledView]


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic form of standardised numbers."""

    means: NDArray[np.float64]
    sds: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    samples: int
    positives: int


def read_women(women: int, second: View) -> list[Pair]:
    """Draw and read the tuning pairs; a woman whose lesions leave the found breast is left out."""
    judge, settings = load_judge(), Settings()
    pairs: list[Pair] = []
    for spec in pair_set(Families.TUNING, women, second=second):
        try:
            pairs.append(read_pair(spec, judge, settings))
        except CalcsightError as error:
            print(f"left out: {spec.woman}: {error}", file=sys.stderr)
    return pairs


def fit_matching(pairs: Sequence[Pair]) -> Fit:
    """Fit the probability that two groups are one lesion."""
    rng = np.random.default_rng(SEED)
    settings = DescriptionSettings()
    rows, truths = [], []
    for pair in pairs:
        silent = rng.random() < WORDLESS_SHARE
        worded = [
            [
                replace(one.shown, morphology=None if silent else stand_in_words(one, rng))
                for one in view.groups
            ]
            for view in pair
        ]
        for i, first in enumerate(pair[0].groups):
            for j, second in enumerate(pair[1].groups):
                rows.append(unlikeness(worded[0][i], worded[1][j], settings))
                truths.append(same_lesion(first, second))
    # Groups that differ more are never likelier to be one lesion.
    return logistic_fit(np.array(rows), np.array(truths), signs=[-1] * len(LIKENESS_NAMES))


def fit_settling(pairs: Sequence[Pair]) -> Fit:
    """Fit the probability of milk of calcium from how particles lie in a CC and a lateral view."""
    rows, truths = [], []
    for pair in pairs:
        for first in pair[0].groups:
            for second in pair[1].groups:
                if not same_lesion(first, second):
                    continue
                above = lie_of(first.shown.members, pair[0].mammogram)
                side = lie_of(second.shown.members, pair[1].mammogram)
                if above is not None and side is not None:
                    rows.append([above.roundness, side.levelness, above.levelness])
                    truths.append(first.kind is Kind.MILK_OF_CALCIUM)
    # Rounder from above, more level from the side, less level from above.
    fitted = logistic_fit(np.array(rows), np.array(truths), signs=[1, 1, -1])
    held = fitted.positives / fitted.samples
    moved = np.log(MILK_SHARE / (1.0 - MILK_SHARE)) - np.log(held / (1.0 - held))
    return replace(fitted, bias=fitted.bias + float(moved))


def logistic_fit(rows: NDArray[np.float64], truths: NDArray[np.bool_], signs: Sequence[int]) -> Fit:
    """Fit by maximum likelihood with a ridge, each weight of its sign; unknown = the mean."""
    known = np.isfinite(rows).any(axis=0)
    means = np.where(known, np.nanmean(np.where(known, rows, 0.0), axis=0), 0.0)
    sds = np.where(known, np.nanstd(np.where(known, rows, 0.0), axis=0), 1.0)
    sds = np.where(sds > 0.0, sds, 1.0)
    standard = np.nan_to_num((rows - means) / sds, nan=0.0)

    def loss(parameters: NDArray[np.float64]) -> float:
        odds = standard @ parameters[1:] + parameters[0]
        ridge = 0.5 * PENALTY * float((parameters[1:] ** 2).sum())
        return float(np.logaddexp(0.0, np.where(truths, -odds, odds)).sum()) + ridge

    start = np.zeros(rows.shape[1] + 1)
    limits = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in signs)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=limits)
    return Fit(means, sds, found.x[1:], float(found.x[0]), len(truths), int(truths.sum()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; with `--write`, put the numbers into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=70)
    parser.add_argument("--lateral-women", type=int, default=27)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(arguments)
    oblique = read_women(said.women, View.MLO)
    lateral = read_women(said.lateral_women, View.ML)
    report(fit_matching([*oblique, *lateral]), fit_settling(lateral), said)
    return 0


def report(matching: Fit, settling: Fit, said: argparse.Namespace) -> None:
    """Print both fits, and write them when asked to."""
    for name, weight in zip(LIKENESS_NAMES, matching.weights, strict=True):
        print(f"{name:16} {weight:7.3f}")
    print(f"{matching.samples} pairs of groups, {matching.positives} of one lesion")
    print(f"{settling.samples} lesions, {settling.positives} of milk of calcium")
    if said.write:
        path = Path(calcsight.analysis.matching_weights.__file__)
        path.write_text(_module(path.read_text(encoding="utf-8"), matching, settling, said))


def _module(text: str, matching: Fit, settling: Fit, said: argparse.Namespace) -> str:
    """Put the fitted numbers in the place of the old ones."""
    # The second form is kept on its own numbers, without means and SDs.
    raw = settling.weights / settling.sds
    values = {
        "FITTED_ON": repr(
            {
                "women drawn with CC and MLO": said.women,
                "women drawn with CC and ML": said.lateral_women,
                "pairs of groups": matching.samples,
                "pairs of one lesion": matching.positives,
                "lesions in CC and ML": settling.samples,
                "lesions of milk of calcium": settling.positives,
            }
        ),
        "MEANS": _tuple(matching.means),
        "SDS": _tuple(matching.sds),
        "WEIGHTS": _tuple(matching.weights),
        "BIAS": f"{matching.bias:.4f}",
        "SETTLED_WEIGHTS": _tuple(raw),
        "SETTLED_BIAS": f"{settling.bias - float(raw @ settling.means):.4f}",
    }
    for name, value in values.items():
        text = re.sub(rf"(?ms)^{name} = .*?(?=^[A-Z#]|\Z)", f"{name} = {value}\n", text)
    return text


def _tuple(numbers: NDArray[np.float64]) -> str:
    return "(" + ", ".join(f"{number:.4f}" for number in numbers) + ")"


if __name__ == "__main__":
    sys.exit(main())
