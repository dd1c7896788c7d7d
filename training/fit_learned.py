"""Fit the learned judge on simulated views, from seeds alone, and write it into the package.

    python -m training.fit_learned --write                        remakes the shipped weights
    python -m training.fit_learned --extra-normals DIR --out DIR  with normals of your own

No real image is read unless --extra-normals names some, and then the card says so. Views of
training, mining and validation are other women each; the test sets have other seeds and other
families of tissue, particle outlines and blur.
"""

import argparse
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from calcsight.analysis.judging import ClassicalJudge
from calcsight.simulation.sets import training_set
from calcsight.simulation.spec import ViewSpec
from calcsight.terms.settings import Settings
from training.exporting import Fitted, export
from training.extra_normals import extra_normals
from training.first_stage import first_stage
from training.learning import Schedule, calibrated, evidence_of, fit, new_network
from training.network import CandidateNetwork, Parts
from training.samples import Samples, Simulated, joined, sample_all, simulated_samples
from training.thresholds import Validation, operating_points

# Women of each use start here; none is shared (see `training_set`).
MINED_FROM = 20_000
VALIDATED_FROM = 40_000
# What the first stage scores lower goes no further, in training as in reading.
LEAST_FIRST = 0.0005
# A candidate of a mined normal view is hard when the network so far gives it this evidence.
HARD_EVIDENCE = -4.0
EASY_KEPT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything; the defaults made the shipped weights.

    Parameters
    ----------
    views, mined, validated : int
        Views to train on, normal views to mine in each round, views to calibrate with.
    rounds : int
        Rounds of mining.
    epochs : int
        Epochs of the last fit; those before take a third of it.
    parts : Parts
    jobs, seed : int
    """

    views: int = 800
    mined: int = 300
    validated: int = 240
    rounds: int = 2
    epochs: int = 9
    parts: Parts = field(default_factory=Parts)
    jobs: int = 2
    seed: int = 1


class Sampler:
    """Simulates and samples views with one first stage; says how far it is."""

    def __init__(self, first: ClassicalJudge, jobs: int) -> None:
        self.first = first
        self._sample = partial(
            simulated_samples, first=first, settings=Settings(), least_first=LEAST_FIRST
        )
        self._jobs = jobs

    def __call__(self, specs: list[ViewSpec], what: str) -> list[Simulated]:
        """Sample views."""
        started, made = time.monotonic(), []
        for done, one in enumerate(sample_all(specs, self._sample, self._jobs), 1):
            made.append(one)
            left = (time.monotonic() - started) / done * (len(specs) - done)
            print(f"\r{what}: {done}/{len(specs)} views, {left:.0f} s left   ", end="", flush=True)
        print()
        return made


def mine(network: CandidateNetwork, normals: Samples, seed: int) -> Samples:
    """Keep what the network takes for calcifications, and a few easy ones of each view."""
    rng = np.random.default_rng(seed)
    evidence = evidence_of(network, normals)
    kept = evidence >= HARD_EVIDENCE
    for name in np.unique(normals.view):
        easy = np.flatnonzero((normals.view == name) & ~kept)
        kept[rng.permutation(easy)[:EASY_KEPT]] = True
    return normals.at(kept)


def without_calcifications(specs: tuple[ViewSpec, ...]) -> list[ViewSpec]:
    """Return the same views with nothing planted."""
    return [replace(spec, groups=(), isolated=0) for spec in specs]


def views_to_fit(plan: Plan, sample: Sampler, more: Samples | None) -> Samples:
    """Sample the views to train on, and say how many of their particles get that far."""
    base = sample(list(training_set(plan.views)), "views")
    say_what_was_cut(base)
    return joined([one.samples for one in base] + ([more] if more is not None else []))


def fit_in_rounds(plan: Plan, sample: Sampler, samples: Samples) -> CandidateNetwork:
    """Fit to all candidates first, then with the hardest of ever more normal views."""
    for turn in range(plan.rounds + 1):
        last = turn == plan.rounds
        epochs = plan.epochs if last else max(1, plan.epochs // 3)
        positive = int((samples.labels == 1).sum())
        print(f"round {turn}: {len(samples)} candidates, {positive} particles, {epochs} epochs")
        device = "cuda" if torch.cuda.is_available() else "cpu"
        network = new_network(samples, plan.parts, plan.seed)
        network = fit(network, samples, Schedule(epochs=epochs, seed=plan.seed, device=device))
        if not last:
            start = MINED_FROM + turn * plan.mined
            normals = without_calcifications(training_set(plan.mined, start))
            found = joined([one.samples for one in sample(normals, "normals")])
            hard = mine(network, found, plan.seed)
            print(f"kept {len(hard)} of {len(found)} candidates of normals")
            samples = joined([samples, hard])
    return network


def validate(network: CandidateNetwork, views: list[Simulated]) -> Validation:
    """Calibrate on validation views and choose the operating points there."""
    samples = joined([one.samples for one in views])
    evidence = evidence_of(network, samples)
    slope, offset = calibrated(evidence, samples.labels)
    scores = 1.0 / (1.0 + np.exp(-(slope * evidence + offset)))
    normals = {one.spec.name for one in views if not len(one.planted_sd)}
    return Validation(
        samples=samples,
        scores=scores,
        normals=tuple(sorted(normals)),
        slope=slope,
        offset=offset,
    )


def say_what_was_cut(views: list[Simulated]) -> None:
    """Print how many particles never reach the network, by contrast."""
    planted = np.concatenate([one.planted_sd for one in views])
    reached = np.concatenate([one.samples.contrast_sd[one.samples.labels == 1] for one in views])
    cut = np.concatenate([one.cut_sd for one in views])
    for low, high in ((2.0, 3.0), (3.0, 6.0), (6.0, 12.0), (12.0, 99.0)):
        print(
            f"particles of {low:g}-{high:g} SD: {_within(planted, low, high)} planted, "
            f"{_within(reached, low, high)} reach the network, "
            f"{_within(cut, low, high)} cut by the first stage"
        )


def _within(values: NDArray[np.float32], low: float, high: float) -> int:
    return int(((values >= low) & (values < high)).sum())


def main() -> None:
    """Train, calibrate, choose operating points, export."""
    usual = Plan()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=usual.views)
    parser.add_argument("--mined", type=int, default=usual.mined)
    parser.add_argument("--validated", type=int, default=usual.validated)
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    parser.add_argument("--jobs", type=int, default=usual.jobs)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--extra-normals", type=Path, metavar="DIR")
    parser.add_argument("--spacing-mm", type=float, help="of --extra-normals without a header")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write model and card here")
    parser.add_argument("--write", action="store_true", help="write into the package")
    given = vars(parser.parse_args())
    folder, spacing_mm, out, write = (
        given.pop(name) for name in ("extra_normals", "spacing_mm", "out", "write")
    )
    if write and folder:
        parser.error("--write ships a model without real images; use --out with --extra-normals")
    started = time.monotonic()
    plan = Plan(**given)
    first = first_stage()
    more = extra_normals(folder, spacing_mm, first, LEAST_FIRST) if folder else None
    sample = Sampler(first, plan.jobs)
    network = fit_in_rounds(plan, sample, views_to_fit(plan, sample, more))
    views = sample(list(training_set(plan.validated, VALIDATED_FROM)), "validation")
    validation = validate(network, views)
    points = operating_points(validation)
    minutes = (time.monotonic() - started) / 60.0
    fitted = Fitted(network, validation, points, plan, first, LEAST_FIRST, folder, minutes)
    print(f"{minutes:.1f} minutes")
    if out or write:
        export(fitted, out)


if __name__ == "__main__":
    main()
