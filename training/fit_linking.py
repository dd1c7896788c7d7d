"""Fit the weights that link particles and groups of two dates, on simulated series.

    python -m training.fit_linking --women 150 --write

Series of TUNING families and seeds are drawn, read by the shipped judge and registered. Three
logistic forms are fitted: are two particles one; does a particle without a link truly stand alone;
are two groups one. Nothing of the TEST families and seeds is touched.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import calcsight.analysis.link_probability
import calcsight.analysis.linking_weights
from calcsight.analysis.group_links import group_features
from calcsight.analysis.link_probability import (
    LINK_NAMES,
    alone_features,
    company_of,
    link_features,
)
from calcsight.analysis.linking import link
from calcsight.analysis.listed import Listed
from calcsight.analysis.local_shift import nearness
from calcsight.simulation.families import Families
from calcsight.simulation.series_sets import repetition_set, series_set
from calcsight.terms.comparison import LinkKind
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.registration import Registration
from training.compared_pairs import LabelledPair, drawn_pairs
from training.fit_matching import Fit, logistic_fit

# Pairs farther apart than this teach nothing.
_FARTHEST_MM = 3.0
_ONE_PLACE_MM = 1.0
# Simulated tissue is easier to follow than a woman's: half of the pairs get an error like this.
EXTRA_ERROR_MM = 1.2
LINK_SIGNS = (-1, -1, -1, -1, -1, 1, 1, -1, -1)
ALONE_SIGNS = (1, 1, 1, 1)
GROUP_SIGNS = (1, 1)


@dataclass(frozen=True, slots=True)
class Samples:
    """What is learned from: numbers, and whether they belong together."""

    rows: list[NDArray[np.float64]] = field(default_factory=list)
    truths: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(self, rows: NDArray[np.float64], truths: NDArray[np.bool_]) -> None:
        """Add some."""
        self.rows.append(rows)
        self.truths.append(truths)

    def fitted(self, signs: Sequence[int]) -> Fit:
        """Fit the form."""
        return logistic_fit(np.concatenate(self.rows), np.concatenate(self.truths), signs)


def link_samples(pairs: Iterable[tuple[LabelledPair, Registration]]) -> Samples:
    """Take all pairs of particles that lie near each other.

    Two marks that are no planted particle and lie at one place may well be one structure of the
    breast, seen twice: they are left out.
    """
    samples = Samples()
    for pair, registration in pairs:
        now, before = Listed.of(pair.current.reading), Listed.of(pair.prior.reading)
        if not len(now) or not len(before):
            continue
        near = nearness(now, before, registration.in_current(before.places_mm))
        ids = pair.current.identity, pair.prior.identity
        same = (ids[0][:, None] == ids[1][None]) & (ids[0][:, None] >= 0)
        unknown = (ids[0][:, None] < 0) & (ids[1][None] < 0) & (near.residual_mm <= _ONE_PLACE_MM)
        close = (near.residual_mm <= _FARTHEST_MM) & ~unknown
        samples.add(link_features(near, now, before)[close], same[close])
    return samples


def alone_samples(pairs: Iterable[tuple[LabelledPair, Registration]]) -> Samples:
    """Take members without a link; true is what the other date has not."""
    samples = Samples()
    for pair, registration in pairs:
        both = pair.current, pair.prior
        links = link(pair.current.reading, pair.prior.reading, registration, ComparisonSettings())
        for side, kind in enumerate((LinkKind.APPEARED, LinkKind.DISAPPEARED)):
            members = {at for group in both[side].reading.groups for at in group.members}
            alone = [(one.current or one.prior)[0] for one in links if one.kind is kind]
            at = np.array([one for one in alone if one in members], np.intp)
            listed = Listed.of(both[side].reading)
            linked = set(range(len(listed))) - set(alone)
            true = set(both[side].contrasts_sd) - set(both[1 - side].contrasts_sd)
            samples.add(
                alone_features(listed, company_of(both[side].reading, linked))[at],
                np.array([int(one) in true for one in both[side].identity[at]], bool),
            )
    return samples


def group_samples(pairs: Iterable[tuple[LabelledPair, Registration]]) -> Samples:
    """Take all pairs of groups that share a link or ground."""
    samples = Samples()
    for pair, registration in pairs:
        both = pair.current.reading, pair.prior.reading
        links = link(*both, registration, ComparisonSettings())
        for g, one in zip(pair.current.groups, both[0].groups, strict=True):
            for h, other in zip(pair.prior.groups, both[1].groups, strict=True):
                features = group_features((one, other), both, registration, links)
                if features.any():
                    samples.add(features[None], np.array([g == h and g >= 0]))
    return samples


def write_forms(forms: dict[str, Fit], women: int) -> None:
    """Put the fitted numbers in the place of the old ones."""
    path = Path(calcsight.analysis.linking_weights.__file__)
    links, alone, groups = forms["links"], forms["alone"], forms["groups"]
    values = {
        "FITTED_ON": repr(
            {
                "women": women,
                "pairs of particles": links.samples,
                "pairs that are one": links.positives,
                "particles without a link": alone.samples,
                "truly alone": alone.positives,
                "pairs of groups": groups.samples,
                "groups that are one": groups.positives,
            }
        ),
        "LINK_MEANS": numbers(links.means),
        "LINK_SDS": numbers(links.sds),
        "LINK_WEIGHTS": numbers(links.weights),
        "LINK_BIAS": f"{links.bias:.4f}",
        "ALONE_WEIGHTS": numbers(alone.weights / alone.sds),
        "ALONE_BIAS": f"{alone.bias - float(alone.weights / alone.sds @ alone.means):.4f}",
        "GROUP_WEIGHTS": numbers(groups.weights / groups.sds),
        "GROUP_BIAS": f"{groups.bias - float(groups.weights / groups.sds @ groups.means):.4f}",
    }
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text = re.sub(rf"(?ms)^({name}(?:: [^=]+)? = ).*?(?=^[A-Z#]|\Z)", rf"\g<1>{value}\n", text)
    path.write_text(text, encoding="utf-8")


def numbers(values: NDArray[np.float64]) -> str:
    """Write numbers as a tuple."""
    return "(" + ", ".join(f"{value:.4f}" for value in values) + ")"


def fit_all(pairs: Sequence[tuple[LabelledPair, Registration]]) -> dict[str, Fit]:
    """Fit all three forms; the later ones rest on the links that the first one makes."""
    links = link_samples(pairs).fitted(LINK_SIGNS)
    for name, value in (
        ("LINK_MEANS", links.means),
        ("LINK_SDS", links.sds),
        ("LINK_WEIGHTS", links.weights),
        ("LINK_BIAS", links.bias),
    ):
        setattr(calcsight.analysis.link_probability, name, value)
    return {
        "links": links,
        "alone": alone_samples(pairs).fitted(ALONE_SIGNS),
        "groups": group_samples(pairs).fitted(GROUP_SIGNS),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; with `--write`, put the numbers into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(arguments)
    pairs = [
        *drawn_pairs(series_set(Families.TUNING, said.women), EXTRA_ERROR_MM),
        *drawn_pairs(repetition_set(Families.TUNING, said.women), EXTRA_ERROR_MM),
    ]
    forms = fit_all(pairs)
    for name, weight in zip(LINK_NAMES, forms["links"].weights, strict=True):
        print(f"{name:18} {weight:7.3f}")
    for name, form in forms.items():
        print(f"{name}: {form.samples} samples, {form.positives} of them true")
    if said.write:
        write_forms(forms, len(pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
