"""Fit the forms that use the prior, on simulated series, from seeds alone.

    python -m training.fit_with_prior --women 40 --write

Series of TUNING families and seeds are drawn, each with particles as `series_set` draws them and
again with faint ones, read by the shipped judge, registered and linked as a comparison does.
What repeats: among linked candidates a logistic form over both scores, brought to the scale of
the judge by the form fitted over the score of those without a link. What is new: a logistic form
over `newness.NEW_NAMES`. Nothing of the TEST seeds is touched.
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

import calcsight.analysis.with_prior_weights
from calcsight.analysis.newness import NEW_NAMES, new_features
from calcsight.evaluation.cases import Case
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.prior_pairs import compared
from calcsight.evaluation.reading_views import listing
from calcsight.evaluation.simulated_series import new_particles, pair_of_visits
from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.comparison import Comparison
from calcsight.terms.errors import CalcsightError
from calcsight.terms.judge import Judge
from calcsight.terms.settings import Settings

PENALTY = 1.0
# Contrast of the faint ones, in SD of the simulation; a set of their own beside the usual ones.
FAINT_SD = (2.0, 7.0)
# Women of the faint sets are others than those of the usual ones.
FAINT_FROM = 1000
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The candidates of one current view: features, and what they truly are."""

    features: Numbers
    true: NDArray[np.bool_]
    new: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic form of plain features."""

    weights: tuple[float, ...]
    bias: float


def faint(spec: SeriesSpec) -> SeriesSpec:
    """Return the same series with faint particles."""
    histories = tuple(
        replace(one, plan=replace(one.plan, contrast_sd=FAINT_SD)) for one in spec.histories
    )
    return replace(spec, histories=histories)


def labelled(series: SimulatedSeries, judge: Judge, settings: Settings) -> Labelled | None:
    """Read and compare two visits; None when they could not be compared."""
    pair = pair_of_visits(series)
    now, before = (read(visit.mammogram, judge, settings) for visit in series.visits[1::-1])
    comparison = compared(now, before, settings)
    if comparison.not_comparable is not None or not comparison.current.calcifications:
        return None
    matched = PARTICLE_RULES[0].judge(
        Case(true=pair[0], found=found_in(comparison.current, pair[0].name))
    )
    if matched is None:
        return None
    features, shown = features_of(comparison)
    true = matched.matched >= 0
    new = true & np.append(new_particles(series), False)[matched.matched]
    return Labelled(features=features[shown], true=true[shown], new=new[shown])


def features_of(comparison: Comparison) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return what both forms weigh, of every candidate."""
    if comparison.registration is None:
        raise ValueError("not registered")
    return new_features(
        comparison.current, comparison.prior, comparison.registration, comparison.links
    )


def fit_repeated(samples: Sequence[Labelled]) -> tuple[Fit, int, int]:
    """Fit what a link with a candidate of the prior is worth, on the scale of the judge."""
    rows = np.concatenate([one.features for one in samples])
    true = np.concatenate([one.true for one in samples])
    linked = rows[:, 1] > 0
    alone = logistic(rows[~linked][:, :1], true[~linked])
    both = logistic(rows[linked][:, [0, 2]], true[linked])
    # The score that a candidate without a link would need to be as probable.
    scale = alone.weights[0]
    weights = tuple(one / scale for one in both.weights)
    fitted = Fit(weights=weights, bias=(both.bias - alone.bias) / scale)
    return fitted, int(linked.sum()), int(true[linked].sum())


def fit_new(samples: Sequence[Labelled]) -> tuple[Fit, int, int]:
    """Fit how surely a candidate is a calcification that the prior does not show."""
    rows = np.concatenate([one.features for one in samples])
    new = np.concatenate([one.new for one in samples])
    return logistic(rows, new), len(new), int(new.sum())


def logistic(rows: Numbers, truths: NDArray[np.bool_]) -> Fit:
    """Fit by maximum likelihood with a ridge on standardised weights; told in plain units."""
    means, sds = rows.mean(axis=0), rows.std(axis=0)
    sds = np.where(sds > 0.0, sds, 1.0)
    standard = (rows - means) / sds

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        odds = standard @ parameters[1:] + parameters[0]
        value = np.logaddexp(0.0, np.where(truths, -odds, odds)).sum()
        wrong = 1.0 / (1.0 + np.exp(-odds)) - truths
        slope = standard.T @ wrong + PENALTY * parameters[1:]
        ridge = 0.5 * PENALTY * float((parameters[1:] ** 2).sum())
        return float(value) + ridge, np.concatenate([[wrong.sum()], slope])

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[1:] / sds
    return Fit(weights=tuple(weights.tolist()), bias=float(found[0] - weights @ means))


def gather(women: int) -> list[Labelled]:
    """Draw, read and compare the tuning series, the usual and the faint ones."""
    judge, settings = load_judge(), listing(Settings())
    specs = [
        *series_set(Families.TUNING, women),
        *map(faint, series_set(Families.TUNING, women, start=FAINT_FROM)),
    ]
    samples: list[Labelled] = []
    for spec in specs:
        try:
            one = labelled(simulate_series(spec), judge, settings)
        except CalcsightError as error:
            print(f"left out: {spec.woman}: {error}", file=sys.stderr)
            continue
        samples += [] if one is None else [one]
    return samples


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; with `--write`, put the numbers into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=40)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(arguments)
    samples = gather(said.women)
    repeated, linked, true = fit_repeated(samples)
    new, candidates, appeared = fit_new(samples)
    print(f"repeated: score {repeated.weights[0]:.3f}, prior {repeated.weights[1]:.3f}, "
          f"bias {repeated.bias:.3f}; {linked} linked, {true} true")  # fmt: skip
    for name, weight in zip(NEW_NAMES, new.weights, strict=True):
        print(f"{name:16} {weight:7.3f}")
    print(f"bias {new.bias:.3f}; {candidates} candidates, {appeared} new")
    if said.write:
        counts = {
            "women": 2 * said.women,
            "pairs that were compared": len(samples),
            "candidates": candidates,
            "candidates that are linked": linked,
            "candidates that are new calcifications": appeared,
        }
        write(repeated, new, counts)
    return 0


def write(repeated: Fit, new: Fit, counts: dict[str, int]) -> None:
    """Put the numbers into the module of weights."""
    path = Path(calcsight.analysis.with_prior_weights.__file__)
    text = path.read_text(encoding="utf-8")
    lines = ",\n".join(f'    "{key}": {value}' for key, value in counts.items())
    values = {
        "FITTED_ON": f"{{\n{lines},\n}}",
        "REPEATED_WEIGHTS": _tuple(repeated.weights),
        "REPEATED_BIAS": f"{repeated.bias:.4f}",
        "NEW_WEIGHTS": _tuple(new.weights),
        "NEW_BIAS": f"{new.bias:.4f}",
    }
    for name, value in values.items():
        pattern = rf"^{name}(: [^=]+)? = (\{{[^}}]*\}}|\([^)]*\)|[-\d.]+)$"
        text, found = re.subn(pattern, f"{name} = {value}", text, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f"{path.name} has no {name}")
    path.write_text(text, encoding="utf-8")


def _tuple(values: Sequence[float]) -> str:
    return f"({', '.join(f'{one:.4f}' for one in values)})"


if __name__ == "__main__":
    sys.exit(main())
