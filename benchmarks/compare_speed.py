"""Time the comparison of one pair, stage by stage and as a whole command.

    python -m benchmarks.compare_speed

writes its part of benchmarks/README.md. Both views are as large as that of `make bench`.
"""

import argparse
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2

from benchmarks import page, stages
from benchmarks.commands import child, command
from benchmarks.speed import reference_ms
from benchmarks.view import PITCH_MM, ROWS
from calcsight import comparing
from calcsight.analysis.subtraction import subtracted
from calcsight.assembly import interpreter_for
from calcsight.batch.simulating import Occasion, PhantomFormat, write_exam
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.terms.settings import Settings

STEPS = ("register", "link", "group_changes", "weigh_changed", "scores_with_prior", "newness")


def large_series() -> SimulatedSeries:
    """Return one woman at two dates, at the size of a full-field view."""
    spec = series_set(Families.TUNING, 1, start=90)[0]
    visits = tuple(replace(one, pitch_mm=PITCH_MM) for one in spec.visits)
    reference = replace(spec.reference, rows=ROWS, pitch_mm=PITCH_MM)
    return simulate_series(replace(spec, reference=reference, visits=visits))


def stage_seconds(series: SimulatedSeries, runs: int) -> dict[str, float]:
    """Compare the pair `runs` times; return the median of each stage."""
    judge, settings = load_judge(), Settings()
    interpreter = interpreter_for(settings)
    before, now = (one.mammogram for one in series.visits[:2])
    plain: dict[str, Any] = {name: getattr(comparing, name) for name in ("read", *STEPS)}
    spent: dict[str, list[float]] = {}
    try:
        for _ in range(runs + 1):
            watch = stages.Watch()
            for name, step in plain.items():
                setattr(comparing, name, watch.around(name, step))
            found = watch.around("pixels to comparison", comparing.compare)(
                now, before, judge, settings, interpreter
            )
            watch.around("subtracted (pictures only)", subtracted)(now, before, found.registration)
            for name, seconds in watch.spent.items():
                spent.setdefault(name, []).append(seconds)
    finally:
        for name, step in plain.items():
            setattr(comparing, name, step)
    return {name: statistics.median(values[1:]) for name, values in spent.items()}


def whole_command(series: SimulatedSeries, folder: Path, runs: int) -> tuple[float, float]:
    """Run `calcsight compare` on the pair as files; return seconds (median) and the most MB."""
    files = []
    for one in series.visits[:2]:
        place = folder / one.acquired_on.isoformat()
        place.mkdir()
        occasion = Occasion(on=one.acquired_on, exam=place.name, seed=0, series=series.spec.woman)
        [name, *_] = write_exam(place, PhantomFormat.DICOM, [one.view], occasion)
        files.append(str(place / name))
    before, now = files
    words = [command(), "compare", now, before, "--out", str(folder / "out"), "--overwrite"]
    spent = [child(words) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in spent), max(most for _, most in spent)


def main() -> None:
    """Measure, print, and write the page's part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs behind each median")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    series = large_series()
    reference = reference_ms(max(options.runs, 5))
    by_stage = stage_seconds(series, options.runs)
    with tempfile.TemporaryDirectory(prefix="calcsight-speed-") as folder:
        seconds, most = whole_command(series, Path(folder), options.runs)
    again = reference_ms(max(options.runs, 5))
    shapes = " and ".join(
        f"{rows} x {columns}" for rows, columns in (v.mammogram.shape for v in series.visits[:2])
    )

    def said(value: float) -> tuple[str, str]:
        return f"{1000 * value:.0f}", f"{1000 * value / reference:.1f}"

    rows = [(name, *said(value)) for name, value in by_stage.items()]
    text = "\n".join(
        [
            f"{page.machine()}. Reference blur: {reference:.0f} ms before, {again:.0f} ms after. "
            f"Views of {shapes} pixels ({PITCH_MM} mm). Medians of {options.runs} runs; `read` is "
            f"both readings together, down to faint candidates. The whole cold command, from two "
            f"DICOM files to JSON, tables and the page: {seconds:.2f} s, at most {most:.0f} MB.",
            "",
            page.table(("stage", "ms", "in reference blurs"), rows),
        ]
    )
    print(text)
    if not options.dry:
        page.write_part("compare", text)


if __name__ == "__main__":
    main()
