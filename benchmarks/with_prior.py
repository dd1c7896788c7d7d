"""Measure detection with and without the prior, and the subtraction, on series of TEST seeds.

    python -m benchmarks.with_prior --women 55

writes docs/results/with-prior.md and its picture. Nothing was fitted on these women.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.page import machine, named, table
from calcsight.analysis.fine_detail import detailed_pair
from calcsight.analysis.newness import newness
from calcsight.analysis.subtraction import subtracted
from calcsight.analysis.with_prior_weights import FITTED_ON
from calcsight.evaluation.cases import Case, FoundView
from calcsight.evaluation.denominators import PER_VIEW
from calcsight.evaluation.figures import Measured, mean_by_patient
from calcsight.evaluation.froc import curve_points
from calcsight.evaluation.particle_rules import PARTICLE_RULES
from calcsight.evaluation.predictions_json import found_in
from calcsight.evaluation.prior_gain import Gain, gains
from calcsight.evaluation.prior_pairs import compared, with_scores
from calcsight.evaluation.reading_views import listing
from calcsight.evaluation.ruled import Ruled, under
from calcsight.evaluation.sample import sample_of
from calcsight.evaluation.simulated_series import new_particles, of_new_alone, pair_of_visits
from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.comparison import Comparison
from calcsight.terms.errors import CalcsightError
from calcsight.terms.judge import Judge
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE
from training.fit_with_prior import FAINT_FROM, FAINT_SD, faint

PAGE = Path(__file__).parents[1] / "docs" / "results" / "with-prior.md"
PICTURE = PAGE.with_suffix(".svg")
SEED, REPLICATES = 20261122, 2000
RULE = PARTICLE_RULES[0]
ALLOWED = (0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
FATES = ("stayed", "new", "gone")
# Particles that show with so many SD are looked at, and much is left of one from this share on.
SHOWN_SD = 4.0
LEFT_SHARE = 0.5
_AROUND_MM = 0.4
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Woman:
    """One current view with what was found, and what the subtraction left of each particle."""

    case: Case
    new: Flags
    with_prior: Numbers
    newness: Numbers
    failed: str
    # Rows of (fate, before in SD, left in SD, left pixel against pixel in SD).
    left: tuple[tuple[int, float, float, float], ...]
    seconds: float


def measured(spec: SeriesSpec, judge: Judge, settings: Settings) -> Woman:
    """Draw, read and compare the visits of one woman."""
    series = simulate_series(spec)
    pair = pair_of_visits(series)
    now, before = (read(visit.mammogram, judge, settings) for visit in series.visits[1::-1])
    comparison = compared(now, before, settings)
    found = found_in(now, pair[0].name)
    own = found.scores
    left: tuple[tuple[int, float, float, float], ...] = ()
    seconds, new = float("nan"), own.copy()
    if comparison.not_comparable is None:
        left, seconds = _subtraction(series, comparison)
        new = _newness(own, comparison)
    return Woman(
        case=Case(true=replace(pair[0], mammogram=None), found=replace(found, groups=())),
        new=new_particles(series),
        with_prior=with_scores(own, comparison),
        newness=new,
        failed="" if comparison.not_comparable is None else comparison.not_comparable.value,
        left=left,
        seconds=seconds,
    )


def _newness(own: Numbers, comparison: Comparison) -> Numbers:
    """Rank by newness; what was too weak to be compared comes last, in its order."""
    if comparison.registration is None:
        raise ValueError("not registered")
    ranked = np.array(own) - 1.0
    found = newness(comparison.current, comparison.prior, comparison.registration, comparison.links)
    # Where the prior shows nothing, nothing is known of newness: the score alone ranks it.
    ranked[: len(found)] = [
        score if one is None else one for score, one in zip(own[: len(found)], found, strict=True)
    ]
    return ranked


def _subtraction(
    series: SimulatedSeries, comparison: Comparison
) -> tuple[tuple[tuple[int, float, float, float], ...], float]:
    """Measure what is left of each particle after the subtraction."""
    registration = comparison.registration
    if registration is None:
        raise ValueError("not registered")
    prior, current = (visit.mammogram for visit in series.visits)
    begun = time.perf_counter()
    picture = subtracted(current, prior, registration)
    seconds = time.perf_counter() - begun
    plain = subtracted(current, prior, registration, tolerance_mm=0.0)
    details = detailed_pair(current, prior)
    ids = [set(visit.identity) for visit in series.visits]
    rows = []
    for at, (visit, other) in enumerate(zip(series.visits, ids[::-1], strict=True)):
        view, detail = visit.mammogram, details[1 - at]
        for one, identity in zip(visit.truth.particles, visit.identity, strict=True):
            if at == 0 and identity in other:
                continue
            fate = 0 if identity in other else (1 if at == 1 else 2)
            place = view.orientation.points_to_reading(
                np.array([[one.row, one.column]]), view.shape
            )
            shown = _strongest(detail.detail, (place + 0.5) / detail.step - 0.5, detail.pitch_mm[0])
            if at == 0:
                place = _carried(series, place, (view, current))
            pitch_mm = _pitch(current)
            rows.append(
                (
                    fate,
                    shown,
                    _strongest(picture, place, pitch_mm),
                    _strongest(plain, place, pitch_mm),
                )
            )
    return tuple(rows), seconds


def _carried(
    series: SimulatedSeries, place: Numbers, views: tuple[Mammogram, Mammogram]
) -> Numbers:
    """Carry a pixel of the prior truly over to the current view."""
    return series.carry(place * _pitch(views[0]), 0, 1) / _pitch(views[1])


def _pitch(mammogram: Mammogram) -> float:
    if mammogram.spacing is None:
        raise ValueError("unknown spacing")
    return mammogram.spacing.mean_mm


def _strongest(image: NDArray[np.float32], place: Numbers, pitch_mm: float) -> float:
    """Return the value farthest from 0 around a place; 0 beyond the image."""
    row, column = np.rint(place.reshape(2)).astype(int).tolist()
    reach = max(1, round(_AROUND_MM / pitch_mm))
    near = image[
        max(0, row - reach) : max(0, row + reach + 1),
        max(0, column - reach) : max(0, column + reach + 1),
    ]
    return float(near.flat[int(np.abs(near).argmax())]) if near.size else 0.0


def ruled(cases: Sequence[Case], scores: Sequence[Numbers] | None = None) -> Ruled:
    """Judge all views, with other scores when they are given."""
    told = [
        case
        if scores is None
        else Case(true=case.true, found=replace(case.found, scores=scores[at]))
        for at, case in enumerate(cases)
    ]
    return under(RULE, sample_of(told, REPLICATES, SEED))


def of_new(women: Sequence[Woman], scores: Sequence[Numbers], drop_old: bool) -> Ruled:
    """Judge all views with new particles alone as targets."""
    cases = []
    for one, ranked in zip(women, scores, strict=True):
        found: FoundView = replace(one.case.found, scores=ranked)
        cases.append(of_new_alone(Case(one.case.true, found), one.new, RULE, drop_old))
    return under(RULE, sample_of(cases, REPLICATES, SEED))


@dataclass(frozen=True, slots=True)
class Part:
    """One set of women, and the curves measured on it: title, alone, with the prior."""

    name: str
    women: list[Woman]
    left_out: int
    curves: tuple[tuple[str, Ruled, Ruled], ...]


def part(name: str, specs: Sequence[SeriesSpec], judge: Judge, settings: Settings) -> Part:
    """Measure one set."""
    women: list[Woman] = []
    left_out = 0
    for number, spec in enumerate(specs):
        try:
            women.append(measured(spec, judge, settings))
        except CalcsightError as error:
            print(f"left out: {spec.woman}: {error}", file=sys.stderr)
            left_out += 1
        if number % 10 == 9:
            print(f"{name}: {number + 1} of {len(specs)}", file=sys.stderr)
    return Part(name, women, left_out, curves_of(women))


def curves_of(women: Sequence[Woman]) -> tuple[tuple[str, Ruled, Ruled], ...]:
    """Judge every view alone and with the prior, for all particles and for new ones."""
    cases = [one.case for one in women]
    own = [one.case.found.scores for one in women]
    new = [one.newness for one in women]
    return (
        ("every particle", ruled(cases), ruled(cases, [one.with_prior for one in women])),
        ("new particles, marks on old ones false", of_new(women, own, False),
         of_new(women, new, False)),
        ("new particles, marks on old ones neither", of_new(women, own, True),
         of_new(women, new, True)),
    )  # fmt: skip


def gain_rows(found: Sequence[Gain]) -> list[tuple[str, ...]]:
    """Write the gains as rows."""
    return [
        (f"{one.at:g}", _three(one.alone), _three(one.with_prior), _three(one.difference, "+"))
        for one in found
    ]


def _three(values: tuple[float, float, float], sign: str = "") -> str:
    value, low, high = (100.0 * one for one in values)
    if not np.isfinite(low) or low == high:
        return f"{value:{sign}.1f} (every draw the same)"
    return f"{value:{sign}.1f} ({low:{sign}.1f} to {high:{sign}.1f})"


def operating_rows(alone: Ruled, both: Ruled, judge: Judge) -> list[tuple[str, ...]]:
    """Write what is found, and what is falsely marked, at the judge's own thresholds."""
    rows = []
    for point, threshold in judge.operating_points.items():
        cells = [str(point)]
        for one in (alone, both):
            hits = [(case.true.patient, float(score >= threshold))
                    for case, verdict in zip(one.cases, one.verdicts, strict=True)
                    for score in verdict.hit_scores[verdict.targets]]  # fmt: skip
            false = [float((verdict.false_scores >= threshold).sum()) for verdict in one.verdicts]
            found = _share(np.array([hit for _, hit in hits]), [owner for owner, _ in hits])
            marks = mean_by_patient(
                np.array(false), [case.true.patient for case in one.cases], SEED, REPLICATES
            )
            cells += [found, f"{marks.value:.2f} ({marks.low:.2f} to {marks.high:.2f})"]
        rows.append(tuple(cells))
    return rows


def subtraction_rows(women: Sequence[Woman]) -> list[tuple[str, ...]]:
    """Write what the subtraction leaves, by fate, intervals by woman."""
    rows: list[tuple[str, ...]] = []
    for fate, name in enumerate(FATES):
        marks = [(one.case.true.patient, *row[1:]) for one in women for row in one.left
                 if row[0] == fate and row[1] >= SHOWN_SD]  # fmt: skip
        owners = [str(mark[0]) for mark in marks]
        shown, left, plain = (np.array([float(mark[at]) for mark in marks]) for at in (1, 2, 3))
        rows.append(
            (
                name,
                f"{len(marks)} in {len(set(owners))}",
                f"{np.median(shown):.1f}",
                f"{np.median(left):.1f}",
                _share(_kept(left, shown, name), owners),
                _share(_kept(plain, shown, name), owners),
            )
        )
    return rows


def _kept(values: Numbers, shown: Numbers, name: str) -> Numbers:
    """Tell of which particles much is left: of the right sign, of what stayed of either."""
    sign = -1.0 if name == "gone" else 1.0
    strength = np.abs(values) if name == "stayed" else sign * values
    return (strength >= LEFT_SHARE * shown).astype(np.float64)


def _share(kept: Numbers, owners: Sequence[str]) -> str:
    measured_: Measured = mean_by_patient(kept, owners, SEED, REPLICATES)
    return _three((measured_.value, measured_.low, measured_.high))


def draw(parts: Sequence[Part]) -> None:
    """Draw the curves."""
    import matplotlib  # noqa: PLC0415 - only here

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "calcsight", "font.size": 9})
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(
        len(parts), 3, figsize=(10.5, 3.4 * len(parts)), sharey=True, squeeze=False
    )
    for row, one in zip(axes, parts, strict=True):
        for axis, (title, alone, both) in zip(row, one.curves, strict=True):
            for said, ruled_, colour in (
                ("alone", alone, "#0072b2"),
                ("with the prior", both, "#d55e00"),
            ):
                points = curve_points(ruled_.hits(), ruled_.false_marks(PER_VIEW))
                axis.step(points[:, 1], points[:, 2], where="post", color=colour, label=said)
            axis.set(
                xscale="log", xlim=(0.02, 10.0), ylim=(0.0, 1.0), title=f"{one.name}:\n{title}"
            )
            axis.title.set_fontsize(8)
            axis.grid(visible=True, alpha=0.3)
            axis.set_xlabel("false particles a view")
        row[0].set_ylabel("sensitivity")
    axes[0, 0].legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(PICTURE, metadata={"Date": None})


def page(parts: Sequence[Part], judge: Judge) -> str:
    """Write the page."""
    fitted = ", ".join(f"{count} {name}" for name, count in FITTED_ON.items())
    seconds = [one.seconds for each in parts for one in each.women if np.isfinite(one.seconds)]
    lines = [
        "# Detection with and without the prior, and the subtraction",
        f"`python -m benchmarks.with_prior --women {len(parts[0].women) + parts[0].left_out}`, "
        f"{SOFTWARE}; judge {named(judge)}; {machine()}.",
        "Two visits of simulated series of TEST families and seeds: other compression, position, "
        "noise, exposure and in part another maker's look, fine tissue partly redrawn "
        "([how](../simulation.md)). The current view is read alone, and with the scores that its "
        "prior gives; registration and links are those of every comparison. Where new particles "
        "alone are targets, marks are ranked by their score, and with the prior by their newness. "
        "How: [how comparison works](../how-comparison-works.md). Two sets of women: "
        "particles as `series_set` draws them, and other women with faint ones "
        f"({FAINT_SD[0]:g} to {FAINT_SD[1]:g} SD). Weights were fitted on other women, of tuning "
        f"families ({fitted}).",
        f"Hit: {RULE.words}. {PER_VIEW.words.capitalize()}; everything listed. Sensitivity in per "
        "cent; intervals are the middle 95 % over women drawn with replacement "
        f"({REPLICATES} draws), those of a difference on the same women for both.",
        f"![FROC curves]({PICTURE.name})",
    ]
    for one in parts:
        failed = [w.failed for w in one.women if w.failed]
        lines += [
            f"## {one.name[0].upper()}{one.name[1:]}",
            f"{len(one.women)} women, {one.left_out} left out; {len(failed)} pairs could not be "
            "compared and keep the scores of the view alone.",
        ]
        for title, alone, both in one.curves:
            found = gains(alone, both, PER_VIEW, ALLOWED)
            head = f"{title[0].upper()}{title[1:]} ({found[0].targets} targets):"
            columns = ("false a view", "alone", "with the prior", "difference")
            lines += [head, table(columns, gain_rows(found))]
        lines += [
            "Every particle at the judge's own thresholds: found in per cent, and false marks a "
            "view. Scores only rise, so both do:",
            table(
                ("point", "found alone", "false alone", "found with prior", "false with prior"),
                operating_rows(one.curves[0][1], one.curves[0][2], judge),
            ),
            "Subtraction (particles that show with "
            f"{SHOWN_SD:g} SD and more in the fine detail of their own view; what stayed may have "
            "grown or shrunk; the last column takes pixel from pixel after the same local shifts "
            "and the same factor of brightness):",
            table(
                (
                    "particles",
                    "n in women",
                    "median before, SD",
                    "median left, SD",
                    f"{100 * LEFT_SHARE:g} % and more left, %",
                    "the same, without tolerance, %",
                ),
                subtraction_rows(one.women),
            ),
        ]
    lines += [
        f"One subtraction takes {np.median(seconds):.2f} s (median), "
        f"{max(seconds):.2f} s at most, one thread.",
        READ_SO,
    ]
    return "\n\n".join(lines) + "\n"


READ_SO = """## How to read this

- The judge sees a simulated particle's neighbourhood and is hard to improve on these views: what
  the prior adds to finding **every** particle is small, and where an interval of a difference
  holds 0 nothing is shown at all.
- What a prior is for is to tell **what is new**. Alone, every old particle ranks as high as a new
  one; that column is no fair rival, and says only how far a list by score is from a list by
  newness. The fair question is the third table of each set: marks on old particles count for
  neither, and what is left is whether noise is told from new calcium.
- A new particle is never scored lower with the prior than without it, by construction.
- Tissue of the two visits is partly the same drawing, and look-alikes that stay (fibrous nodes,
  crossing vessels, clips) are simple. Real tissue changes more, and real look-alikes are more and
  other: on real pairs the gain may be smaller."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, draw and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=55)
    said = parser.parse_args(arguments)
    judge, settings = load_judge(), listing(Settings())
    sets = (
        ("particles as drawn", series_set(Families.TEST, said.women)),
        ("faint particles",
         [faint(one) for one in series_set(Families.TEST, said.women, start=FAINT_FROM)]),
    )  # fmt: skip
    parts = [part(name, specs, judge, settings) for name, specs in sets]
    draw(parts)
    PAGE.write_text(page(parts, judge), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
