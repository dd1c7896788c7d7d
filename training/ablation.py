"""What each part of the learned judge buys: the same views, fewer parts, one more at a time.

    python -m training.ablation --out DIR

fits four networks on the same views by a short schedule, each with one part more, scores them, the
first stage and the shipped judge on simulated views of other women, and writes
docs/results/ablation.md. About a quarter of an hour on 2 cores; --full takes the shipped schedule.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.accuracy import chosen_views, measure
from benchmarks.page import machine, table
from calcsight.evaluation.denominators import PER_VIEW
from calcsight.evaluation.figures import REPLICATES, Figure
from calcsight.evaluation.group_rules import GROUP_RULES
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.ruled import under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.sensitivities import sensitivity_figures
from calcsight.evaluation.strata import contrast_between
from calcsight.models import DEFAULT_MODEL, load_judge, model_card
from training.exporting import Fitted, export
from training.first_stage import first_stage
from training.fit_learned import (
    LEAST_FIRST,
    VALIDATED_FROM,
    Plan,
    Sampler,
    fit_in_rounds,
    validate,
    views_to_fit,
)
from training.network import Parts
from training.thresholds import operating_points

PAGE = Path(__file__).parents[1] / "docs" / "results" / "ablation.md"
# Women that nothing was fitted to, mined from or validated on.
SCORED_FROM = 60_000
SCORED_VIEWS = 120
SHORT = Plan(views=240, mined=120, validated=80, rounds=1, epochs=5)
SEED = 20260103
FALSE_PARTICLES = (0.5, 2.0, 5.0)
FALSE_GROUPS = (0.1, 0.5)


def variants(plan: Plan) -> dict[str, Plan]:
    """Return the networks in the order in which they gain parts."""
    return {
        "features": replace(plan, parts=Parts(fine=False, context=False), rounds=0),
        "fine": replace(plan, parts=Parts(context=False), rounds=0),
        "fine-context": replace(plan, rounds=0),
        "fine-context-hard": plan,
    }


def train_all(out: Path, plan: Plan) -> dict[str, str]:
    """Fit each network once; return what to score, by what it is called on the page."""
    folders = {name: out / name for name in variants(plan)}
    if not all(folder.is_dir() for folder in folders.values()):
        first = first_stage()
        sample = Sampler(first, plan.jobs)
        samples = views_to_fit(plan, sample, None)
        specs = list(chosen_views("training", plan.validated, VALIDATED_FROM)[0])
        views = sample(specs, "validation")
        for name, lesser in variants(plan).items():
            started = time.monotonic()
            network = fit_in_rounds(lesser, sample, samples)
            validation = validate(network, views)
            points = operating_points(validation)
            minutes = (time.monotonic() - started) / 60
            export(
                Fitted(network, validation, points, lesser, first, LEAST_FIRST, None, minutes),
                folders[name],
            )
    return {
        "first stage alone (`classical-1`)": "classical-1",
        "a network over the measured features": str(folders["features"]),
        "with the fine field": str(folders["fine"]),
        "with the context field": str(folders["fine-context"]),
        "with hard negatives": str(folders["fine-context-hard"]),
        f"the shipped judge, `{DEFAULT_MODEL}`: the same, all of the schedule": DEFAULT_MODEL,
    }


def figures_of(model: str, jobs: int) -> list[Figure]:
    """Score one judge."""
    specs, _ = chosen_views("training", SCORED_VIEWS, SCORED_FROM)
    outcomes = measure(specs, model, jobs)
    sample = sample_of([outcome.case for outcome in outcomes], REPLICATES, SEED)
    particles, groups = under(PARTICLE_RULES[0], sample), under(GROUP_RULES[0], sample)
    over = (contrast_between(3.0),)
    return [
        *sensitivity_figures(particles, PER_VIEW, FALSE_PARTICLES, over),
        *sensitivity_figures(groups, PER_VIEW, FALSE_GROUPS),
    ]


def report(scored: dict[str, list[Figure]], plan: Plan) -> str:
    """Write the page."""
    some = next(iter(scored.values()))
    head = ("judge", *(figure.name for figure in some))
    rows = [
        (name, *(f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" for f in figures))
        for name, figures in scored.items()
    ]
    shipped = load_judge(DEFAULT_MODEL)
    about = [
        "- command: `python -m training.ablation --out DIR`",
        f"- {SCORED_VIEWS} simulated views by the rules of the training set, of women (from number "
        f"{SCORED_FROM}) that nothing was fitted to, mined from or validated on; same families",
        f"- the four networks: fitted to {plan.views} views, {plan.epochs} epochs; the last also "
        f"to the hard negatives of {plan.rounds * plan.mined} normal views; the shipped one: "
        f"{model_card(DEFAULT_MODEL)['training']['plan']}",
        f"- shipped: {shipped.name}, digest {shipped.digest[:16]}",
        f"- particles: {PARTICLE_RULES[0].words}; {some[0].n}",
        f"- groups: {GROUP_RULES[0].words}; {some[-1].n}; each at the highest score at which it "
        "is one by the primary rule",
        f"- {PER_VIEW.words}; intervals: {some[0].interval}, seed {SEED}",
        f"- {machine()}",
    ]
    return "# What each part bought\n\n" + "\n".join(about) + "\n\n" + table(head, rows) + "\n"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="keeps the lesser networks")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--full", action="store_true", help="by the shipped schedule, two hours")
    wanted = parser.parse_args()
    plan = replace(Plan() if wanted.full else SHORT, jobs=wanted.jobs)
    judges = train_all(wanted.out, plan)
    scored = {name: figures_of(model, wanted.jobs) for name, model in judges.items()}
    PAGE.write_text(report(scored, plan), encoding="utf-8")


if __name__ == "__main__":
    main()
