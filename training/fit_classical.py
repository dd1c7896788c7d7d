"""Fit the classical judge on simulated tuning views, from seeds alone.

    python -m training.fit_classical --views 300 --jobs 2 --write

A quarter more views are planted with coarse pieces, rods, rims and vessels, and another quarter
with tight groups of fine specks: the sets' own particles end at 1 mm and keep 0.5 mm apart.

No real image and no view of the fixed test set is touched: `tuning_set` draws other seeds and
other families of background, particle shape and blur. The last third of the women is held
back: the operating points are chosen on them, not on the views the weights were fitted on.
"""

import argparse
import hashlib
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from scipy.optimize import minimize

import calcsight.models
from calcsight.analysis.circles import joined_circles
from calcsight.analysis.judging import SHAPE_NAMES, judged_features
from calcsight.analysis.surroundings import feature_names
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.spec import GroupPlan, ViewSpec
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.distribution import Distribution
from calcsight.terms.settings import BI_RADS_RULE, Settings
from training.samples import labelled, look_at

Weights = dict[str, Any]

# Weaker candidates than a reading looks at teach what noise is like.
WEAKEST_SD = 4.0
# Names of the sets' own views hold this many dashes; those of the views beside hold more.
PLAIN_DASHES = 3
# Tuning views from here on are planted with coarse kinds.
COARSE_FROM = 5000
# And from here on with tight groups of fine specks.
TIGHT_FROM = 6000
NAME = "classical-1"
# Each operating point keeps this share of the particles over 6 SD of the held-back women. Shares
# of particles travel better from simulated to real views than rates of false marks, which
# depend on every texture the simulation lacks.
KEPT_SHARE = {"screening": 0.97, "balanced": 0.99, "sensitive": 0.997}
STRONG_SD = 6.0
# Women held back for the operating points.
HELD_BACK = 1 / 3


def _coarse(
    kind: Kind, count: int, diameter_mm: tuple[float, float], distribution: Distribution
) -> GroupPlan:
    return GroupPlan(
        kind=kind,
        distribution=distribution,
        count=count,
        diameter_mm=diameter_mm,
        contrast_sd=(5.0, 35.0),
    )


COARSE = (
    _coarse(Kind.ROUND, 1, (0.9, 3.5), Distribution.GROUPED),
    _coarse(Kind.ROUND, 2, (0.8, 2.5), Distribution.GROUPED),
    _coarse(Kind.RIM, 1, (1.5, 6.0), Distribution.GROUPED),
    _coarse(Kind.POPCORN, 1, (2.0, 7.0), Distribution.GROUPED),
    _coarse(Kind.DYSTROPHIC, 2, (1.0, 5.0), Distribution.GROUPED),
    _coarse(Kind.LARGE_ROD, 3, (1.5, 6.0), Distribution.LINEAR),
    _coarse(Kind.VASCULAR, 24, (0.3, 2.0), Distribution.LINEAR),
)


@dataclass(frozen=True)
class Sample:
    """Candidates of one view: features, labels (1 particle, 0 not, -1 left out), places."""

    woman: str
    features: np.ndarray
    labels: np.ndarray
    contrast: np.ndarray
    places_mm: np.ndarray
    planted: int
    extra: bool


def coarse_specs(views: int, start: int) -> list[ViewSpec]:
    """Return tuning views with one to three coarse kinds each, of 1 to 6 mm."""
    specs = []
    for number, spec in enumerate(tuning_set(views, start)):
        rng = np.random.default_rng((spec.seed, 77))
        kinds = rng.choice(len(COARSE), size=int(rng.integers(1, 4)), replace=False)
        specs.append(
            replace(
                spec,
                name=f"{spec.name}-coarse-{number}",
                groups=tuple(COARSE[k] for k in kinds),
                isolated=2,
            )
        )
    return specs


def tight_specs(views: int, start: int) -> list[ViewSpec]:
    """Return tuning views with two or three tight groups of fine, mostly faint specks."""
    specs = []
    for number, spec in enumerate(tuning_set(views, start)):
        rng = np.random.default_rng((spec.seed, 79))
        groups = tuple(
            GroupPlan(
                kind=Kind(str(rng.choice([Kind.PUNCTATE, Kind.FINE_PLEOMORPHIC]))),
                distribution=Distribution.GROUPED,
                count=int(rng.integers(7, 20)),
                diameter_mm=(0.1, 0.35),
                contrast_sd=(3.0, 14.0),
                tightness=float(rng.uniform(0.45, 0.8)),
            )
            for _ in range(int(rng.integers(2, 4)))
        )
        specs.append(replace(spec, name=f"{spec.name}-tight-{number}", groups=groups))
    return specs


def sample(spec: ViewSpec) -> Sample:
    """Simulate one view and label its candidates."""
    cv2.setNumThreads(1)
    settings = Settings.from_mapping({"detection": {"minimum_response_sd": WEAKEST_SD}})
    simulated = simulate_view(spec)
    mammogram = simulated.mammogram()
    view, candidates, particles = look_at(mammogram, settings)
    features = judged_features(view, candidates, particles)
    truth = simulated.truth.particles
    labels, contrast, places = labelled(mammogram, particles, truth)
    return Sample(
        spec.woman,
        features,
        labels,
        contrast,
        places,
        len(truth),
        spec.name.count("-") > PLAIN_DASHES,
    )


def fit(features: np.ndarray, labels: np.ndarray, ridge: float) -> Weights:
    """Fit the quadratic logistic form by penalised maximum likelihood."""
    centre, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    z = np.clip((features - centre) / scale, -4, 4)
    upper = np.triu_indices(z.shape[1])
    design = np.hstack([np.ones((len(z), 1)), z, z[:, upper[0]] * z[:, upper[1]]])
    design = design.astype(np.float32)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        evidence = design @ w.astype(np.float32)
        p = 1 / (1 + np.exp(-evidence))
        value = float(np.logaddexp(0, np.where(labels, -evidence, evidence)).sum(dtype=np.float64))
        slope = design.T @ (p - labels).astype(np.float32)
        return value + ridge * float(w[1:] @ w[1:]), slope.astype(float) + np.r_[
            0.0, 2 * ridge * w[1:]
        ]

    start = np.zeros(design.shape[1])
    start[0] = -3.0
    w = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 400}).x
    k = z.shape[1]
    quadratic = np.zeros((k, k))
    quadratic[upper] = w[1 + k :]
    return {
        "centre": centre.tolist(),
        "scale": scale.tolist(),
        "intercept": float(w[0]),
        "linear": w[1 : 1 + k].tolist(),
        "quadratic": quadratic.tolist(),
    }


def scores(weights: Weights, features: np.ndarray) -> np.ndarray:
    """Score features as `ClassicalJudge.score` does."""
    z = np.clip((features - np.array(weights["centre"])) / np.array(weights["scale"]), -4, 4)
    curved = np.einsum("ni,ij,nj->n", z, np.array(weights["quadratic"]), z, optimize=True)
    evidence = weights["intercept"] + z @ np.array(weights["linear"]) + curved
    return np.asarray(1 / (1 + np.exp(-evidence)))


def operating_points(weights: Weights, held: list[Sample]) -> dict[str, float]:
    """Choose the scores that keep the stated shares of strong particles of held-back women."""
    strong = np.concatenate(
        [scores(weights, s.features)[(s.labels == 1) & (s.contrast > STRONG_SD)] for s in held]
    )
    return {
        name: round(float(np.quantile(strong, 1 - share)), 4) for name, share in KEPT_SHARE.items()
    }


def report(weights: Weights, held: list[Sample]) -> None:
    """Print what the held-back women show.

    The operating points were chosen on these very women: their shares of hits follow from that
    and measure nothing. Accuracy is what `benchmarks/accuracy.py` finds on other views.
    """
    print(f"held back: {len(held)} views of {len({s.woman for s in held})} women")
    for name, threshold in weights["operating_points"].items():
        hit = strong = strong_hit = weak = weak_hit = false = lone = grouped = 0
        for s in held:
            kept = scores(weights, s.features) >= threshold
            false += int((kept & (s.labels == 0)).sum())
            hit += int((kept & (s.labels == 1)).sum())
            strong_hit += int((kept & (s.labels == 1) & (s.contrast > STRONG_SD)).sum())
            weak_hit += int((kept & (s.labels == 1) & (s.contrast <= STRONG_SD)).sum())
            strong += int((s.contrast > STRONG_SD).sum())
            weak += int(((s.contrast <= STRONG_SD) & (s.labels == 1)).sum())
            if s.planted == 0:
                lone += 1
                grouped += bool(joined_circles(s.places_mm[kept], BI_RADS_RULE))
        planted = sum(s.planted for s in held)
        print(
            f"{name}: score {threshold:.3f}, false/view {false / len(held):.2f}, "
            f"hits {hit}/{planted}, of candidates over 6 SD {strong_hit}/{strong}, "
            f"under {weak_hit}/{weak}, views without particles with a group {grouped}/{lone}"
        )


def main() -> None:
    """Fit, choose operating points, write the weights and pin their digest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ridge", type=float, default=50.0)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    specs = [
        *tuning_set(arguments.views),
        *coarse_specs(arguments.views // 4, start=COARSE_FROM),
        *tight_specs(arguments.views // 4, start=TIGHT_FROM),
    ]
    samples = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for number, one in enumerate(pool.map(sample, specs, chunksize=2), 1):
            samples.append(one)
            print(f"\r{number}/{len(specs)} views", end="", file=sys.stderr)
    print(file=sys.stderr)
    plain = [s for s in samples if not s.extra]
    women = list(dict.fromkeys(s.woman for s in plain))
    last = set(women[round(len(women) * (1 - HELD_BACK)) :])
    held = [s for s in plain if s.woman in last]
    used = [s for s in samples if s.woman not in last]
    features = np.concatenate([s.features for s in used])
    labels = np.concatenate([s.labels for s in used])
    clear = labels >= 0
    print(f"fitted on {len(used)} views: {clear.sum()} candidates, {(labels == 1).sum()} particles")
    weights = fit(features[clear], labels[clear].astype(float), arguments.ridge)
    names = [*feature_names(Settings().detection), *SHAPE_NAMES]
    weights = {
        "name": NAME,
        "features": names,
        "operating_points": operating_points(weights, held),
        **weights,
    }
    report(weights, held)
    if arguments.write:
        write(weights)


def write(weights: Weights) -> None:
    """Write the weights beside the adapter and pin their SHA-256 in it."""
    folder = Path(calcsight.models.__file__).parent
    content = json.dumps(weights, indent=1, sort_keys=True).encode()
    (folder / f"{NAME}.json").write_bytes(content)
    adapter = folder / "shipped.py"
    pinned = re.sub(
        rf'("{NAME}": )"[0-9a-f]*"',
        rf'\1"{hashlib.sha256(content).hexdigest()}"',
        adapter.read_text(),
    )
    adapter.write_text(pinned)
    print(f"wrote {NAME}.json")


if __name__ == "__main__":
    main()
