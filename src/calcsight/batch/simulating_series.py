"""Simulated exams of one woman at several dates as files, with what links them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from calcsight.batch.folder import SERIES_FILE, prepare_folder
from calcsight.batch.simulating import Occasion, PhantomFormat, write_exam
from calcsight.reports.json_text import json_text
from calcsight.reports.series_truth import series_document
from calcsight.safe_writing import write_text
from calcsight.simulation.series import SimulatedSeries, simulate_series
from calcsight.simulation.series_exams import exam_series


def simulate_dates(
    output: Path,
    phantom_format: PhantomFormat,
    seed: int,
    dates: int,
    overwrite: bool,
    watch: Callable[[str], None],
) -> list[str]:
    """Simulate exams of one woman, one folder for each date, and write what links them.

    Each folder is what `simulate` writes; `series.json` says which particle and which group of
    one exam is which of another, what became of each group, and where the same places of the
    breast lie.

    Parameters
    ----------
    output : Path
    phantom_format : PhantomFormat
    seed : int
        The same seed gives the same bytes.
    dates : int
        2 to 8.
    overwrite : bool
        Clear the folder of an earlier run's files.
    watch : callable
        Told the name of each view when it is drawn at all dates.

    Returns
    -------
    list of str
        Names of all files, below `output`.

    Raises
    ------
    UsageError
        When another number of dates is asked for.
    OutputNotEmptyError, OutputError
    """
    specs = exam_series(seed, dates)
    prepare_folder(output, overwrite)
    series = []
    for spec in specs:
        series.append(simulate_series(spec))
        # Drawing takes longer than writing.
        watch(spec.reference.name)
    files: list[str] = []
    images: list[list[str]] = [[] for _ in series]
    for at, day in enumerate(specs[0].dates):
        folder = output / day.isoformat()
        prepare_folder(folder, overwrite)
        written = _write_date(folder, phantom_format, series, at, seed)
        for names, name in zip(images, written, strict=False):
            names.append(f"{folder.name}/{name}")
        files += [f"{folder.name}/{name}" for name in written]
    write_text(output / SERIES_FILE, json_text(series_document(series, images, seed)))
    return [*files, SERIES_FILE]


def _write_date(
    folder: Path,
    phantom_format: PhantomFormat,
    series: Sequence[SimulatedSeries],
    at: int,
    seed: int,
) -> list[str]:
    """Write the exam of one date, and return the names of its files."""
    woman, day = series[0].spec.woman, series[0].spec.dates[at]
    occasion = Occasion(on=day, exam=f"{woman}-{day.isoformat()}", seed=seed, series=woman)
    return write_exam(folder, phantom_format, [one.visits[at].view for one in series], occasion)
