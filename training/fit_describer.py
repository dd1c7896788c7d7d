"""Fit the describer on simulated views, from seeds alone, and write it into the package.

    python -m training.fit_describer --write        remakes the shipped describer
    python -m training.fit_describer --out DIR      writes it elsewhere
    ... --spread-only                               keeps the network and the pool that ship, and
                                                    fits anew what names distributions

No real image is read. Women of fitting, calibrating and reporting are others each, all of the
TUNING families; what the describer does on shapes it has never seen is measured elsewhere.
"""

import argparse
import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from calcsight.analysis.group_shape import OpinionPool
from calcsight.analysis.learned_describer import SHAPES
from calcsight.analysis.spread_model import SpreadModel
from calcsight.simulation.casting_shapes import shapes_set, vessels_set
from calcsight.simulation.spec import ViewSpec
from training.described_groups import KnownGroup, fit_pool, known_groups
from training.described_views import ShownView, show_all
from training.fit_spread import SpreadPlan, distribution_figures, fit_spreads
from training.named_lists import Run, named_lists
from training.shape_exporting import (
    FittedDescriber,
    export_describer,
    export_spread,
    shipped_network,
)
from training.shape_figures import naming_figures, per_shape_f1
from training.shape_learning import (
    Lesson,
    ShapeSchedule,
    evidence_for,
    fit_shapes,
    lessons_of,
    temperature_of,
)
from training.shape_network import CalibratedShapes, ShapeNetwork

Numbers = NDArray[np.float64]

# Women of each use start here; none is shared (see `shapes_set`). To so many of them comes one with
# finely calcified vessels (`vessels_set`).
_TO_A_VESSEL = 9
CALIBRATED_FROM, REPORTED_FROM = 40_000, 60_000
_CONTRASTS_SD = ((2.0, 4.0), (4.0, 8.0), (8.0, 15.0), (15.0, 99.0))
_LISTS = ("sensitive", "balanced", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriberPlan:
    """How much of everything; the defaults made the shipped describer.

    Parameters
    ----------
    views, calibrated, reported : int
        Women to fit to, to calibrate with, and to report on.
    lenders : int
        Of the women to fit to, the first so many lend to `training.laid_groups`.
    epochs, jobs, threads, seed : int
    """

    views: int = 1400
    calibrated: int = 200
    reported: int = 120
    lenders: int = 270
    epochs: int = 7
    jobs: int = 2
    threads: int = 2
    seed: int = 1


def cast(views: int, start: int = 0) -> tuple[ViewSpec, ...]:
    """Return so many views of every kind, and a ninth of that of vessels."""
    return (*shapes_set(views, start), *vessels_set(views // _TO_A_VESSEL, start))


def shown(specs: Sequence[ViewSpec], what: str, jobs: int, kept: Path | None) -> list[ShownView]:
    """Simulate views and list their calcifications; those kept in a folder are not made again."""
    views = len(specs)
    place = kept / f"{specs[0].name}-{views}.pickle" if kept else None
    if place and place.exists():
        found: list[ShownView] = pickle.loads(place.read_bytes())
        return found
    started, made = time.monotonic(), []
    for done, one in enumerate(show_all(specs, jobs), 1):
        made.append(one)
        left = (time.monotonic() - started) / done * (views - done)
        print(f"\r{what}: {done}/{views} views, {left:.0f} s left   ", end="", flush=True)
    print()
    if place:
        place.write_bytes(pickle.dumps(made, protocol=4))
    return made


def probabilities_of(evidence: Numbers, temperature: float) -> Numbers:
    """Return probabilities (n, len(SHAPES))."""
    scaled = evidence / temperature
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def run_of(network: ShapeNetwork, temperature: float) -> Run:
    """Return what runs a network that was just fitted."""
    shapes = CalibratedShapes(network, temperature).eval()

    def run(
        pictures: Sequence[NDArray[np.float32]],
        features: NDArray[np.float32],
        places_mm: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        with torch.inference_mode():
            inputs = [torch.from_numpy(one) for one in (*pictures, features, places_mm)]
            return np.asarray(shapes(*inputs).numpy(), np.float32)

    return run


def groups_of(views: Sequence[ShownView], run: Run) -> list[KnownGroup]:
    """Group every list of every view."""
    return [group for one in named_lists(views, run) for group in known_groups(one)]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """All particles of some lists that were matched whole."""

    listing: NDArray[np.str_]
    shape: NDArray[np.intp]
    contrast_sd: NDArray[np.float32]
    evidence: Numbers

    @classmethod
    def of(cls, lessons: Sequence[Lesson], network: ShapeNetwork) -> "Described":
        """Run the network."""
        evidence = np.concatenate(evidence_for(network, lessons))
        shape = np.concatenate([one.shape for one in lessons])
        exact = np.concatenate([one.exact for one in lessons]) & (shape >= 0)
        listing = np.concatenate([np.full(len(one.shape), one.listing) for one in lessons])
        contrast = np.concatenate([one.contrast_sd for one in lessons])
        return cls(listing[exact], shape[exact], contrast[exact], evidence[exact])


def particle_figures(found: Described, temperature: float) -> dict[str, Any]:
    """Return figures for each kind of list, each shape, and each range of contrast."""
    rows = probabilities_of(found.evidence, temperature)
    figures: dict[str, Any] = {}
    for name in _LISTS:
        at = found.listing == name
        figures[name] = naming_figures(found.shape[at], rows[at])
        f1 = per_shape_f1(found.shape[at], rows[at].argmax(axis=1), len(SHAPES))
        figures[name]["f1"] = {
            str(one): round(v, 3) for one, v in zip(SHAPES, f1, strict=True) if not np.isnan(v)
        }
        figures[name]["top_1_by_contrast_sd"] = {
            f"{low:g}-{high:g}": round(float((rows[k].argmax(axis=1) == found.shape[k]).mean()), 3)
            for low, high in _CONTRASTS_SD
            if (k := at & (found.contrast_sd >= low) & (found.contrast_sd < high)).any()
        }
    return figures


def group_figures(
    groups: Sequence[KnownGroup], pool: OpinionPool, spread: SpreadModel
) -> dict[str, Any]:
    """Return figures of shape and distribution for each kind of list."""
    figures: dict[str, Any] = {}
    for name in (*_LISTS, "planted"):
        some = [one for one in groups if one.listing == name]
        shaped = [one for one in some if one.shape is not None]
        lying = [one for one in some if one.distribution is not None and len(one.probabilities) > 4]
        pooled = np.array([pool(one.probabilities) for one in shaped])
        words = spread(np.array([one.spread for one in lying]))
        figures[name] = {
            "shape": naming_figures(np.array([one.shape for one in shaped], np.intp), pooled),
            "distribution": distribution_figures([one.distribution or 0 for one in lying], words),
        }
    return figures


def fit_describer(plan: DescriberPlan, kept: Path | None) -> FittedDescriber:
    """Fit, calibrate, pool and report."""
    started = time.monotonic()
    torch.set_num_threads(plan.threads)
    views = shown(cast(plan.views), "views", plan.jobs, kept)
    calibrated = shown(cast(plan.calibrated, CALIBRATED_FROM), "calibration", plan.jobs, kept)
    reported = shown(cast(plan.reported, REPORTED_FROM), "report", plan.jobs, kept)
    network = fit_shapes(lessons_of(views), ShapeSchedule(epochs=plan.epochs, seed=plan.seed))
    found = Described.of(lessons_of(calibrated), network)
    temperature = temperature_of(found.evidence, found.shape)
    run = run_of(network, temperature)
    spread = fit_spreads(
        SpreadPlan(), run, _paired(plan, views), partial(_laid, jobs=plan.jobs, kept=kept)
    )
    fitted = FittedDescriber(
        network=network,
        temperature=temperature,
        pool=fit_pool(groups_of(calibrated, run)),
        spread=spread.model,
        plan=plan,
        figures={},
        reference=_smallest(lessons_of(reported)),
        minutes=(time.monotonic() - started) / 60.0,
    )
    particles = particle_figures(Described.of(lessons_of(reported), network), temperature)
    groups = group_figures(groups_of(reported, run), fitted.pool, fitted.spread)
    fitted.figures.update(
        women=len(reported), particles=particles, groups=groups, layouts=spread.figures
    )
    return fitted


def fit_spread_only(plan: DescriberPlan, kept: Path | None, out: Path | None, write: bool) -> None:
    """Fit anew what names distributions, with the network and the pool that ship."""
    torch.set_num_threads(plan.threads)
    run, pool = shipped_network()
    views = shown(cast(plan.lenders), "views", plan.jobs, kept)
    reported = shown(cast(plan.reported, REPORTED_FROM), "report", plan.jobs, kept)
    spread = fit_spreads(
        SpreadPlan(), run, _paired(plan, views), partial(_laid, jobs=plan.jobs, kept=kept)
    )
    groups = group_figures(groups_of(reported, run), pool, spread.model)
    print({name: one["distribution"] for name, one in groups.items()}, spread.figures)
    if out or write:
        export_spread(spread.model, {"groups": groups, "layouts": spread.figures}, out)


def _paired(plan: DescriberPlan, views: Sequence[ShownView]) -> list[tuple[ViewSpec, ShownView]]:
    """Return the views that lend, with their specs."""
    of_name = {view.name: view for view in views}
    return [(spec, of_name[spec.name]) for spec in cast(plan.lenders)]


def _laid(specs: Sequence[ViewSpec], what: str, jobs: int, kept: Path | None) -> list[ShownView]:
    """Show views of layouts."""
    return shown(specs, what, jobs, kept)


def _smallest(lessons: Sequence[Lesson]) -> Lesson:
    """Return the shortest list of at least a dozen calcifications of three shapes."""
    some = [one for one in lessons if len(one.shape) >= 12 and len(set(one.shape.tolist())) > 3]
    return min(some, key=lambda one: len(one.shape))


def main() -> None:
    """Run from the command line."""
    usual = DescriberPlan()
    parser = argparse.ArgumentParser(description=__doc__)
    for name in DescriberPlan.__dataclass_fields__:
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep simulated views here")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write model and card here")
    parser.add_argument("--write", action="store_true", help="write into the package")
    parser.add_argument("--spread-only", action="store_true", help="keep the network that ships")
    given = vars(parser.parse_args())
    kept, out, write = (given.pop(name) for name in ("keep", "out", "write"))
    if given.pop("spread_only"):
        fit_spread_only(DescriberPlan(**given), kept, out, write)
        return
    fitted = fit_describer(DescriberPlan(**given), kept)
    print(f"{fitted.minutes:.1f} minutes")
    print(fitted.figures)
    if out or write:
        export_describer(fitted, out)


if __name__ == "__main__":
    main()
