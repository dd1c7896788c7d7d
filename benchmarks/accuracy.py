"""Measure detection, sizes and groups on the committed simulated test set.

    python -m benchmarks.accuracy                              the fixed test set
    python -m benchmarks.accuracy --set wide                   the wide one
    python -m benchmarks.accuracy --set training --views 40    views to tune on, printed only

Figures of the test sets go to README.md. Nothing may be chosen by looking at them.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from benchmarks.page import machine, table, write_part
from calcsight.evaluation.cases import Case
from calcsight.evaluation.denominators import PER_NORMAL, PER_VIEW
from calcsight.evaluation.figures import (
    REPLICATES,
    Figure,
    agreement_figure,
    clean_normals_figure,
)
from calcsight.evaluation.froc import operating_score
from calcsight.evaluation.group_rules import GROUP_RULES
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.reading_views import found_by, listing
from calcsight.evaluation.ruled import under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.sensitivities import false_figure, sensitivity_figures
from calcsight.evaluation.simulated import group_agreement, true_view
from calcsight.evaluation.sizes import diameter_figures
from calcsight.evaluation.strata import (
    ParticleStratum,
    both,
    contrast_between,
    diameter_between,
    every_particle,
)
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.reading import read
from calcsight.simulation.sets import definition_digest, from_rows, training_set, tuning_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.views import simulate_view
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

HERE = Path(__file__).parent
FROZEN = {"fixed": HERE / "accuracy_test_set.jsonl", "wide": HERE / "wide_test_set.jsonl"}
RESULTS = {"fixed": HERE / "accuracy.json", "wide": HERE / "wide_accuracy.json"}
SEED = 20260101
FALSE_PARTICLES = (1.0, 2.0, 5.0, 10.0)
FALSE_GROUPS = (0.1, 0.5, 1.0, 2.0)
SIZE_ERROR_AT = 2.0

# Everything is listed, and groups reach down to the most sensitive point, for whole curves.
LISTING = listing(Settings())
POINTS = (OperatingPoint.SCREENING, OperatingPoint.BALANCED, OperatingPoint.SENSITIVE)

# The strictest of each.
PARTICLE_RULE, GROUP_RULE = PARTICLE_RULES[0], GROUP_RULES[0]

OVER_6_SD = contrast_between(6.0)
STRATA: tuple[tuple[str, ParticleStratum], ...] = (
    ("over 6 SD", OVER_6_SD),
    ("over 3 SD", contrast_between(3.0)),
    ("all", every_particle()),
)
BY_SIZE: tuple[tuple[str, ParticleStratum], ...] = tuple(
    (f"over 6 SD, {low:g}-{high:g} mm", both(OVER_6_SD, diameter_between(low, high)))
    for low, high in ((0.1, 0.2), (0.2, 0.4), (0.4, 1.01))
)
SIZES_MM = (0.1, 0.2, 0.3, 0.5, 1.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one view gave: everything the figures need, and nothing large."""

    case: Case
    groups: dict[str, int]
    agreement: float | None
    seconds: float


def measure_view(spec: ViewSpec, model: str) -> Outcome:
    """Simulate one view, read it, and keep what the figures need."""
    cv2.setNumThreads(1)
    judge = load_judge(model)
    view = simulate_view(spec)
    mammogram = view.mammogram()
    started = time.perf_counter()
    found = found_by(judge, mammogram, spec.name, LISTING)
    seconds = time.perf_counter() - started
    groups: dict[str, int] = {}
    if not view.truth.particles:
        for point in POINTS:
            settings = Settings(operating_point=point)
            groups[point.value] = len(read(mammogram, judge, settings).groups)
    return Outcome(
        case=Case(true=true_view(view), found=found),
        groups=groups,
        agreement=group_agreement(view, mammogram, LISTING),
        seconds=seconds,
    )


def measure(specs: Sequence[ViewSpec], model: str, jobs: int) -> list[Outcome]:
    """Measure all views in `jobs` processes; progress goes to standard error."""
    started = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        waiting = {pool.submit(measure_view, spec, model): spec.name for spec in specs}
        for done, future in enumerate(as_completed(waiting), start=1):
            outcomes[waiting[future]] = future.result()
            left = (time.monotonic() - started) / done * (len(specs) - done)
            sys.stderr.write(f"\r{done}/{len(specs)} views, about {left:.0f} s left   ")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return [outcomes[spec.name] for spec in specs]


def all_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Compute every figure of the report."""
    sample = sample_of([outcome.case for outcome in outcomes], REPLICATES, SEED)
    particles, groups = under(PARTICLE_RULE, sample), under(GROUP_RULE, sample)
    figures: list[Figure] = []
    for per in (PER_VIEW, PER_NORMAL):
        for name, stratum in (*STRATA, *BY_SIZE):
            false = FALSE_PARTICLES if (name, stratum) in STRATA else (SIZE_ERROR_AT,)
            measured = sensitivity_figures(particles, per, false, (stratum,))
            figures += [replace(f, name=f.name.replace(f.stratum, name, 1)) for f in measured]
        figures += sensitivity_figures(groups, per, FALSE_GROUPS)
    for point in POINTS:
        counts = {o.case.true.name: o.groups[point.value] for o in outcomes if o.case.true.normal}
        figures.append(clean_normals_figure(counts, point.value))
    lowest = operating_score(particles.hits(), particles.false_marks(PER_VIEW), SIZE_ERROR_AT)
    figures += [false_figure(particles, lowest, per, SEED) for per in (PER_VIEW, PER_NORMAL)]
    figures += diameter_figures(particles, lowest, SIZES_MM, SEED)
    agreeing = [(o.agreement, o.case.true.patient) for o in outcomes if o.agreement is not None]
    indices, women = [a for a, _ in agreeing], [w for _, w in agreeing]
    return [*figures, agreement_figure(indices, women, SEED)]


def as_table(figures: Sequence[Figure]) -> str:
    """Write the figures as a markdown table."""
    head = ("figure", "value", "95 % interval", "n", "rule", "denominator", "interval by")
    rows = [
        (f.name, _number(f.value), f"{_number(f.low)} to {_number(f.high)}", f.n, f.rule,
         f.denominator, f.interval)
        for f in figures
    ]  # fmt: skip
    return table(head, rows)


def _number(value: float) -> str:
    """Write a figure; nan is said in words."""
    return "not measurable" if math.isnan(value) else f"{value:.3f}"


def as_json(figures: Sequence[Figure], about: dict[str, str]) -> str:
    """Write the figures and what made them as JSON; nan becomes null."""
    kept = ("name", "value", "low", "high", "n", "rule", "denominator", "interval")
    rows = [{key: known(getattr(figure, key)) for key in kept} for figure in figures]
    return json.dumps({"about": about, "figures": rows}, indent=1, allow_nan=False) + "\n"


def known(value: float | str) -> float | str | None:
    """Return what was measured; None = could not be."""
    return None if isinstance(value, float) and math.isnan(value) else value


def chosen_views(name: str, views: int, start: int) -> tuple[tuple[ViewSpec, ...], str]:
    """Return the views of a set, and the set in words."""
    if name in FROZEN:
        lines = FROZEN[name].read_text(encoding="utf-8").splitlines()
        specs = from_rows(json.loads(line) for line in lines)
        return specs, f"{name} test set, {len(specs)} views"
    drawn = {"tuning": tuning_set, "training": training_set}[name](views, start)
    return drawn, f"{len(drawn)} {name} views from woman {start}"


def facts(outcomes: Sequence[Outcome], specs: Sequence[ViewSpec], model: str) -> dict[str, str]:
    """Say what was measured with what."""
    judge = load_judge(model)
    seconds = sorted(outcome.seconds for outcome in outcomes)
    return {
        "set_digest": definition_digest(tuple(specs)),
        "software": SOFTWARE,
        "judge": judge.name,
        "judge_digest": judge.digest,
        "settings_digest": LISTING.digest,
        "groups": "each at the highest score at which it is one, by the primary rule",
        "bootstrap": f"1000 replicates over women, seed {SEED}",
        "seconds_a_view_median": f"{seconds[len(seconds) // 2]:.2f}",
        "machine": machine(),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", choices=[*FROZEN, "tuning", "training"], default="fixed")
    parser.add_argument("--views", type=int, default=40, metavar="N", help="of tuning or training")
    parser.add_argument("--start", type=int, default=0, metavar="W", help="first woman of these")
    parser.add_argument(
        "--model", default=DEFAULT_MODEL, help="name or folder, default %(default)s"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes, default %(default)s")
    parser.add_argument("--json", type=Path, help="write the figures here and no page")
    wanted = parser.parse_args()
    specs, name = chosen_views(wanted.set, wanted.views, wanted.start)
    outcomes = measure(specs, wanted.model, wanted.jobs)
    sys.stderr.write("figures and intervals ...\n")
    figures = all_figures(outcomes)
    about = {"set": name, **facts(outcomes, specs, wanted.model)}
    words = "\n".join(f"- {key.replace('_', ' ')}: {value}" for key, value in about.items())
    report = f"{words}\n\n{as_table(figures)}"
    print(report)
    if wanted.json:
        wanted.json.write_text(as_json(figures, about), encoding="utf-8")
    elif wanted.set in FROZEN:
        RESULTS[wanted.set].write_text(as_json(figures, about), encoding="utf-8")
        write_part(wanted.set, report)


if __name__ == "__main__":
    main()
