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

from benchmarks.page import machine, table
from calcsight.evaluation.figures import Figure, group_figure, particle_figure
from calcsight.evaluation.froc import ViewTally
from calcsight.evaluation.hits import PARTICLE_REACH_MM, match_particles
from calcsight.evaluation.marks import FoundMarks, ScoredView, TrueMarks
from calcsight.evaluation.simulated import found_marks, scored_view
from calcsight.evaluation.tallies import (
    Stratum,
    contrast_at_least,
    every_particle,
    particle_tallies,
)
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.pictures.loading import load_picture
from calcsight.reading import read
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
LISTING = Settings(operating_point=OperatingPoint.SENSITIVE, min_score=0.0)
STRATA: tuple[tuple[str, Stratum], ...] = (
    ("over 6 SD", contrast_at_least(6.0)),
    ("over 3 SD (all)", every_particle),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One view with particles in it.

    Parameters
    ----------
    scored : ScoredView
        Every mark that hits no inserted particle is false.
    new_only : ScoredView
        The same without what the untouched view already shows at the balanced point.
    sd_ratios : tuple of float
        At each particle, plain ring SD over robust noise SD.
    untouched : int
        Marks on the untouched view at the balanced point.
    """

    scored: ScoredView
    new_only: ScoredView
    sd_ratios: tuple[float, ...] = ()
    untouched: int = 0


def true_marks(truth: Truth, pitch_mm: float) -> TrueMarks:
    """Bring truth into millimetres."""
    places = [(p.row, p.column) for p in truth.particles]
    return TrueMarks(
        places_mm=np.array(places, dtype=np.float64).reshape(-1, 2) * pitch_mm,
        diameters_mm=np.array([p.diameter_mm for p in truth.particles], dtype=np.float64),
        contrasts_sd=np.array([p.contrast_sd for p in truth.particles], dtype=np.float64),
        groups=np.array([p.group or 0 for p in truth.particles], dtype=np.int64),
        hulls_mm={g.number: g.hull * pitch_mm for g in truth.groups},
    )


def at_least(found: FoundMarks, score: float) -> FoundMarks:
    """Return the marks of at least this score, without groups."""
    kept = found.scores >= score
    return FoundMarks(
        places_mm=found.places_mm[kept],
        diameters_mm=found.diameters_mm[kept],
        scores=found.scores[kept],
        groups=(),
    )


def without_earlier(found: FoundMarks, earlier: FoundMarks, true: TrueMarks) -> FoundMarks:
    """Leave out marks and groups that `earlier` already has.

    A mark goes when it hits no inserted particle and a mark of `earlier` lies within 0.35 mm; a
    group goes when none of its members hits and at least half of them went.
    """
    hits = match_particles(found.places_mm, found.scores, true.places_mm) >= 0
    gone = np.zeros(len(hits), dtype=bool)
    if len(earlier.places_mm) and len(hits):
        apart = np.hypot(*(found.places_mm[:, None] - earlier.places_mm[None]).transpose(2, 0, 1))
        gone = ~hits & (apart.min(axis=1) <= PARTICLE_REACH_MM)
    kept = np.cumsum(~gone) - 1
    groups = tuple(
        replace(g, members=tuple(int(kept[m]) for m in g.members if not gone[m]))
        for g in found.groups
        if hits[list(g.members)].any() or 2 * gone[list(g.members)].sum() < len(g.members)
    )
    return FoundMarks(
        places_mm=found.places_mm[~gone],
        diameters_mm=found.diameters_mm[~gone],
        scores=found.scores[~gone],
        groups=groups,
    )


def measure_inserted(
    mammogram: Mammogram, spec: ViewSpec, seed: int, judge: Judge, untouched: FoundMarks
) -> Measured:
    """Insert the particles of `spec` into a mammogram, read it, and score it."""
    hand = Hand(families=Families.TEST, outlines=spec.outlines, blur=spec.blur)
    planned = plan_insertion(mammogram, spec.groups, seed, hand, spec.isolated)
    inserted = insert(mammogram, planned, seed, hand)
    assert mammogram.spacing is not None
    pitch_mm = mammogram.spacing.mean_mm
    true = true_marks(inserted.truth, pitch_mm)
    found = found_marks(read(inserted.mammogram, judge, LISTING), pitch_mm)
    view = ScoredView(
        name=f"{mammogram.uid} {spec.name}",
        woman=mammogram.uid,
        normal=False,
        true=true,
        found=found,
    )
    shown = at_least(untouched, judge.operating_points[OperatingPoint.BALANCED])
    ratios = [
        local_sd(mammogram.orientation.to_file(mammogram.pixels), p.row, p.column, pitch_mm)
        / p.background_sd
        for p in inserted.truth.particles
    ]
    return Measured(
        scored=view,
        new_only=replace(view, found=without_earlier(found, shown, true)),
        sd_ratios=tuple(ratios),
        untouched=len(shown.scores),
    )


def on_real(files: Sequence[Path], specs: Sequence[ViewSpec], judge: Judge) -> list[Measured]:
    """Insert into each file in turn, the particles of one spec each time."""
    measured: list[Measured] = []
    for number, path in enumerate(files):
        mammogram = load_picture(path, Stated(spacing_mm=SPACING_MM))
        mammogram = replace(mammogram, uid=path.name)
        untouched = found_marks(read(mammogram, judge, LISTING), SPACING_MM)
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
        untouched = found_marks(read(mammogram, judge, LISTING), spec.pitch_mm)
        measured.append(measure_inserted(mammogram, spec, SEEDS_FROM + at, judge, untouched))
        told(f"simulated, inserted {len(measured)}/{len(specs)}")
    return measured


def as_planted(specs: Sequence[ViewSpec], judge: Judge) -> list[Measured]:
    """Read the views of the fixed test set as they are."""
    measured: list[Measured] = []
    for spec in specs:
        view = simulate_view(spec)
        scored = scored_view(view, read(view.mammogram(), judge, LISTING))
        measured.append(Measured(scored=scored, new_only=scored))
        told(f"simulated {len(measured)}/{len(specs)}")
    return measured


def told(words: str) -> None:
    """Say on standard error how far the measurement is."""
    sys.stderr.write(f"\r{words}   ")
    sys.stderr.flush()


def all_figures(views: Sequence[ScoredView]) -> list[Figure]:
    """Compute the figures of `benchmarks.accuracy` that need no normal view."""
    particles = [
        particle_figure(views, stratum, false, False, SEED)
        for stratum in STRATA
        for false in FALSE_PARTICLES
    ]
    return particles + [group_figure(views, false, False, SEED) for false in FALSE_GROUPS]


def at_points(views: Sequence[ScoredView], judge: Judge) -> list[tuple[str, str]]:
    """Return sensitivity and false marks a view at the judge's own operating points."""
    rows: list[tuple[str, str]] = []
    for point in (OperatingPoint.SCREENING, OperatingPoint.BALANCED, OperatingPoint.SENSITIVE):
        threshold = judge.operating_points[point]
        for name, stratum in STRATA:
            tallies = particle_tallies(views, stratum)
            hit = sum(int((t.hit_scores >= threshold).sum()) for t in tallies)
            targets = sum(t.targets for t in tallies)
            rows.append((f"{point}: particles {name}", f"{hit / targets:.3f} ({hit}/{targets})"))
        false = false_at(particle_tallies(views), threshold)
        rows.append((f"{point}: false particles a view", f"{false:.1f}"))
    return rows


def false_at(tallies: Sequence[ViewTally], threshold: float) -> float:
    """Return false marks a view at a score."""
    return float(np.mean([(t.false_scores >= threshold).sum() for t in tallies]))


def compared(
    head: tuple[str, ...],
    columns: Sequence[Sequence[ScoredView]],
    judge: Judge,
) -> str:
    """Write the figures of several sets of views side by side."""
    figures = [all_figures(views) for views in columns]
    rows = [
        (row[0].name, *(f"{f.value:.3f} ({f.low:.3f}-{f.high:.3f})" for f in row))
        for row in zip(*figures, strict=True)
    ]
    points = [at_points(views, judge) for views in columns]
    rows += [(row[0][0], *(value for _, value in row)) for row in zip(*points, strict=True)]
    counts = ("targets", *(f"{f[4].n.split(',')[0]} particles, {f[-1].n.split(',')[0]} groups"
                           for f in figures))  # fmt: skip
    return table(head, [_counted(counts), *rows])


def _counted(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Shorten "12 targets particles" to "12 particles"."""
    return tuple(cell.replace(" targets", "") for cell in cells)


def by_file(measured: Sequence[Measured], judge: Judge) -> str:
    """Write one row a file: what its untouched view shows, and what was found in it."""
    rows: list[tuple[str, ...]] = []
    balanced = judge.operating_points[OperatingPoint.BALANCED]
    for name in dict.fromkeys(m.scored.woman for m in measured):
        mine = [m for m in measured if m.scored.woman == name]
        tallies = particle_tallies([m.scored for m in mine])
        new = particle_tallies([m.new_only for m in mine])
        hit = sum(int((t.hit_scores >= balanced).sum()) for t in tallies)
        targets = sum(t.targets for t in tallies)
        rows.append(
            (
                name,
                str(len(mine)),
                str(mine[0].untouched),
                f"{hit}/{targets}",
                f"{false_at(tallies, balanced):.1f}",
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
    columns: list[list[ScoredView]] = [[m.scored for m in run] for run in runs]
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
