"""Measure detection of simulated particles put into real views, beside simulated ones.

    CALCSIGHT_DATA=... python -m benchmarks.semi_real        writes docs/results/semi-real.md

The particles are those of the fixed test set's views (TEST families, the same plans), put into
the full-field views by `simulation.insertion`. Nothing may be chosen by looking at the result.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.page import machine, table
from calcsight.evaluation.cases import Case, FoundView, TrueView
from calcsight.evaluation.denominators import PER_VIEW
from calcsight.evaluation.figures import REPLICATES, Figure
from calcsight.evaluation.group_rules import GROUP_RULES
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.reading_views import found_by, listing
from calcsight.evaluation.ruled import Ruled, under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.sensitivities import sensitivity_figures
from calcsight.evaluation.simulated import planted_groups, planted_particles, true_view
from calcsight.evaluation.strata import ParticleStratum, contrast_between, every_particle
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.pictures.loading import load_picture
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.insertion import Hand, insert, local_sd, plan_insertion
from calcsight.simulation.sets import test_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.truth import Truth
from calcsight.simulation.views import simulate_view
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated
from calcsight.terms.version import SOFTWARE

PAGE = Path(__file__).parents[1] / "docs" / "results" / "semi-real.md"
FOLDER = "full-field"
SPACING_MM = 0.07
TIMES = 8
SEED = 20260101
SEEDS_FROM = TEST_SEEDS_FROM + 900_000_000
FALSE_PARTICLES = (1.0, 2.0, 5.0, 10.0)
FALSE_GROUPS = (0.1, 0.5, 1.0, 2.0)
LISTING = listing(Settings())
EARLIER_REACH_MM = 0.35
# The strictest of each, as in `benchmarks.accuracy`.
PARTICLE_RULE, GROUP_RULE = PARTICLE_RULES[0], GROUP_RULES[0]
STRATA: tuple[tuple[str, ParticleStratum], ...] = (
    ("over 6 SD", contrast_between(6.0)),
    ("over 3 SD (all)", every_particle()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One view with particles in it.

    Parameters
    ----------
    case : Case
        Every mark that hits no inserted particle is false.
    new_only : Case
        The same without what the untouched view already shows at the balanced point.
    sd_ratios : tuple of float
        At each particle, plain ring SD over robust noise SD.
    untouched : int
        Marks on the untouched view at the balanced point.
    """

    case: Case
    new_only: Case
    sd_ratios: tuple[float, ...] = ()
    untouched: int = 0


def truth_of(truth: Truth, name: str, patient: str, pitch_mm: float) -> TrueView:
    """Gather the truth of one view with inserted particles."""
    return TrueView(
        name=name,
        patient=patient,
        spacing_mm=(pitch_mm, pitch_mm),
        particles=planted_particles(truth),
        regions=planted_groups(truth),
        normal=False,
    )


def at_least(found: FoundView, score: float) -> FoundView:
    """Return the marks of at least this score, without groups."""
    return replace(_kept(found, found.scores >= score), groups=())


def without_earlier(case: Case, earlier: FoundView) -> FoundView:
    """Leave out marks and groups that `earlier` already has.

    A mark goes when it hits no inserted particle and a mark of `earlier` lies within 0.35 mm; a
    group goes when none of its members hits and at least half of them went.
    """
    found = case.found
    verdict = PARTICLE_RULE.judge(case)
    assert verdict is not None
    assert case.true.spacing_mm is not None
    hits = verdict.matched >= 0
    gone = np.zeros(len(hits), dtype=bool)
    if len(earlier.places_px) and len(hits):
        steps = (found.places_px[:, None] - earlier.places_px[None]) * case.true.spacing_mm
        gone = ~hits & (np.hypot(steps[..., 0], steps[..., 1]).min(axis=1) <= EARLIER_REACH_MM)
    kept = np.cumsum(~gone) - 1
    groups = tuple(
        replace(g, members=tuple(int(kept[m]) for m in g.members if not gone[m]))
        for g in found.groups
        if hits[list(g.members)].any() or 2 * gone[list(g.members)].sum() < len(g.members)
    )
    return replace(_kept(found, ~gone), groups=groups)


def _kept(found: FoundView, kept: NDArray[np.bool_]) -> FoundView:
    """Keep some of the marks; the groups are left as they were."""
    return replace(
        found,
        places_px=found.places_px[kept],
        scores=found.scores[kept],
        diameters_mm=found.diameters_mm[kept],
        outlines_px=tuple(o for o, k in zip(found.outlines_px, kept, strict=True) if k),
    )


def measure_inserted(
    mammogram: Mammogram, spec: ViewSpec, seed: int, judge: Judge, untouched: FoundView
) -> Measured:
    """Insert the particles of `spec` into a mammogram, read it, and score it."""
    hand = Hand(families=Families.TEST, outlines=spec.outlines, blur=spec.blur)
    planned = plan_insertion(mammogram, spec.groups, seed, hand, spec.isolated)
    inserted = insert(mammogram, planned, seed, hand)
    assert mammogram.spacing is not None
    pitch_mm = mammogram.spacing.mean_mm
    name = f"{mammogram.uid} {spec.name}"
    case = Case(
        true=truth_of(inserted.truth, name, mammogram.uid, pitch_mm),
        found=found_by(judge, inserted.mammogram, name, LISTING),
    )
    shown = at_least(untouched, judge.operating_points[OperatingPoint.BALANCED])
    ratios = [
        local_sd(mammogram.orientation.to_file(mammogram.pixels), p.row, p.column, pitch_mm)
        / p.background_sd
        for p in inserted.truth.particles
    ]
    return Measured(
        case=case,
        new_only=Case(true=case.true, found=without_earlier(case, shown)),
        sd_ratios=tuple(ratios),
        untouched=len(shown.scores),
    )


def on_real(files: Sequence[Path], specs: Sequence[ViewSpec], judge: Judge) -> list[Measured]:
    """Insert into each file in turn, the particles of one spec each time."""
    measured: list[Measured] = []
    for number, path in enumerate(files):
        mammogram = load_picture(path, Stated(spacing_mm=SPACING_MM))
        mammogram = replace(mammogram, uid=path.name)
        untouched = found_by(judge, mammogram, path.name, LISTING)
        for at in range(number, len(specs), len(files)):
            measured.append(
                measure_inserted(mammogram, specs[at], SEEDS_FROM + at, judge, untouched)
            )
            told(f"real {len(measured)}/{len(specs)}")
    return measured


def on_simulated(specs: Sequence[ViewSpec], judge: Judge) -> list[Measured]:
    """Insert the same particles into the same women's simulated views without any."""
    measured: list[Measured] = []
    for at, spec in enumerate(specs):
        mammogram = simulate_view(replace(spec, groups=(), isolated=0)).mammogram()
        mammogram = replace(mammogram, uid=spec.woman)
        untouched = found_by(judge, mammogram, spec.name, LISTING)
        measured.append(measure_inserted(mammogram, spec, SEEDS_FROM + at, judge, untouched))
        told(f"simulated, inserted {len(measured)}/{len(specs)}")
    return measured


def as_planted(specs: Sequence[ViewSpec], judge: Judge) -> list[Measured]:
    """Read the views of the fixed test set as they are."""
    measured: list[Measured] = []
    for spec in specs:
        view = simulate_view(spec)
        found = found_by(judge, view.mammogram(), spec.name, LISTING)
        case = Case(true=true_view(view), found=found)
        measured.append(Measured(case=case, new_only=case))
        told(f"simulated {len(measured)}/{len(specs)}")
    return measured


def told(words: str) -> None:
    """Say on standard error how far the measurement is."""
    sys.stderr.write(f"\r{words}   ")
    sys.stderr.flush()


def all_figures(cases: Sequence[Case]) -> list[Figure]:
    """Compute the figures of `benchmarks.accuracy` that need no normal view."""
    sample = sample_of(cases, REPLICATES, SEED)
    particles, groups = under(PARTICLE_RULE, sample), under(GROUP_RULE, sample)
    figures: list[Figure] = []
    for name, stratum in STRATA:
        for figure in sensitivity_figures(particles, PER_VIEW, FALSE_PARTICLES, (stratum,)):
            told = f"particles, {name}: sensitivity at {figure.at:g} false a view"
            figures.append(replace(figure, name=told))
    for figure in sensitivity_figures(groups, PER_VIEW, FALSE_GROUPS):
        told = f"groups: sensitivity at {figure.at:g} false a view"
        figures.append(replace(figure, name=told))
    return figures


def at_points(cases: Sequence[Case], judge: Judge) -> list[tuple[str, str]]:
    """Return sensitivity and false marks a view at the judge's own operating points."""
    ruled = judged(cases)
    rows: list[tuple[str, str]] = []
    for point in (OperatingPoint.SCREENING, OperatingPoint.BALANCED, OperatingPoint.SENSITIVE):
        threshold = judge.operating_points[point]
        for name, stratum in STRATA:
            hit, targets = hits_at(ruled, threshold, stratum)
            rows.append((f"{point}: particles {name}", f"{hit / targets:.3f} ({hit}/{targets})"))
        rows.append((f"{point}: false particles a view", f"{false_at(ruled, threshold):.1f}"))
    return rows


def judged(cases: Sequence[Case]) -> Ruled:
    """Judge views by the particle rule, for counts that need no interval."""
    return under(PARTICLE_RULE, sample_of(cases, 1, SEED))


def hits_at(
    ruled: Ruled, threshold: float, stratum: ParticleStratum | None = None
) -> tuple[int, int]:
    """Return targets hit at a score, and targets."""
    hit = targets = 0
    for verdict, wanted in zip(ruled.verdicts, ruled.wanted(stratum), strict=True):
        hit += int((verdict.hit_scores[wanted] >= threshold).sum())
        targets += int(wanted.sum())
    return hit, targets


def false_at(ruled: Ruled, threshold: float) -> float:
    """Return false marks a view at a score."""
    return float(np.mean([(v.false_scores >= threshold).sum() for v in ruled.verdicts]))


def compared(
    head: tuple[str, ...],
    columns: Sequence[Sequence[Case]],
    judge: Judge,
) -> str:
    """Write the figures of several sets of views side by side."""
    figures = [all_figures(cases) for cases in columns]
    rows = [
        (row[0].name, *(f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" for f in row))
        for row in zip(*figures, strict=True)
    ]
    points = [at_points(cases, judge) for cases in columns]
    rows += [(row[0][0], *(value for _, value in row)) for row in zip(*points, strict=True)]
    counts = (f"{row[4].targets} particles, {row[-1].targets} groups" for row in figures)
    return table(head, [("targets", *counts), *rows])


def by_file(measured: Sequence[Measured], judge: Judge) -> str:
    """Write one row a file: what its untouched view shows, and what was found in it."""
    rows: list[tuple[str, ...]] = []
    balanced = judge.operating_points[OperatingPoint.BALANCED]
    for name in dict.fromkeys(m.case.true.patient for m in measured):
        mine = [m for m in measured if m.case.true.patient == name]
        every, new = judged([m.case for m in mine]), judged([m.new_only for m in mine])
        hit, targets = hits_at(every, balanced)
        rows.append(
            (
                name,
                str(len(mine)),
                str(mine[0].untouched),
                f"{hit}/{targets}",
                f"{false_at(every, balanced):.1f}",
                f"{false_at(new, balanced):.1f}",
            )
        )
    head = (
        "file",
        "insertions",
        "marks on the untouched view",
        "inserted particles found",
        "false marks a view",
        "of them new",
    )
    return table(head, rows)


NOTES = """\
Rules. Particle: centroids within 0.35 mm, one mark to one particle, by falling score. Group: its
centre in the true group's hull and at least 2 of its particles hit. Every other mark is false.
Sensitivity at N false marks a view is taken at the lowest score that leaves at most N on the mean
of these views, in brackets the 95 % percentile interval over resampled women (A, B) or files (C,
D). There are six files of two women in C and D: their interval says how much these six differ,
and nothing about other women, detectors or makers.

**The real views' own calcifications count as false marks in column C.** Nobody has marked them;
they are exam-level images. Column D leaves out the marks that the judge shows on the untouched
view at its balanced point (and groups of which no member is an inserted particle and at least half
the members are such marks); weaker marks on tissue still count as false in D. It flatters where
what was left out is no calcification. The truth lies between C and D.

A: the fixed test set's own views that have calcifications. B: the particles of the same plans put
by `insert` into the same women's simulated views without any. C, D: the same plans put into the
real views. B against A is what the insertion changes; C and D against B is what real tissue, real
detectors and a maker's processing change. Spacing of the real views is taken as 0.07 mm, their
grey scale is unknown, and contrast is stated in robust local noise SD (`local_noise.noise_sd`),
while A states it in the plain SD of the same ring. By the ratio above, the plain SD is the larger
one, so a particle of the same stated contrast is fainter in B, C and D than in A.
"""


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="judge, default %(default)s")
    parser.add_argument("--times", type=int, default=TIMES, help="insertions a view")
    wanted = parser.parse_args()
    data = os.environ.get("CALCSIGHT_DATA")
    files = sorted(Path(data, FOLDER).glob("*.png")) if data else []
    if not files:
        raise SystemExit(f"no PNG in {FOLDER} of CALCSIGHT_DATA, which must name the real images")
    cv2.setNumThreads(1)
    judge = load_judge(wanted.model)
    specs = [spec for spec in test_set() if spec.groups][: wanted.times * len(files)]
    runs = [as_planted(specs, judge), on_simulated(specs, judge), on_real(files, specs, judge)]
    sys.stderr.write("\nfigures and intervals ...\n")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(report(runs, judge, wanted.times), encoding="utf-8")


def middle_ratio(measured: Sequence[Measured]) -> float:
    """Return the median over all particles of plain ring SD over robust noise SD."""
    return float(np.median([ratio for one in measured for ratio in one.sd_ratios]))


def report(runs: Sequence[Sequence[Measured]], judge: Judge, times: int) -> str:
    """Write the whole page."""
    planted, simulated, real = runs
    columns: list[list[Case]] = [[m.case for m in run] for run in runs]
    columns.append([m.new_only for m in real])
    about = (
        f"- command: `python -m benchmarks.semi_real --model {judge.name} --times {times}`, "
        "with CALCSIGHT_DATA set\n"
        f"- {SOFTWARE}, judge {judge.name} (digest {judge.digest[:16]}), "
        f"settings {LISTING.digest[:16]}\n"
        f"- {len(planted)} views in each column, bootstrap seed {SEED}, "
        f"insertion seeds from {SEEDS_FROM}\n"
        f"- median of plain ring SD over robust noise SD at the particles: "
        f"{middle_ratio(simulated):.2f} in simulated views (B), "
        f"{middle_ratio(real):.2f} in real ones (C)\n"
        f"- {machine()}\n"
    )
    head = (
        "figure",
        "A: simulated",
        "B: inserted into simulated",
        "C: inserted into real",
        "D: C without marks shown before",
    )
    return (
        "# Simulated particles in real views\n\n"
        f"{about}\n{compared(head, columns, judge)}\n\n{NOTES}\n"
        f"## By file, at the balanced point\n\n{by_file(real, judge)}\n"
    )


if __name__ == "__main__":
    main()
