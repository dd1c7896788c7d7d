"""Measure links, change and bands on simulated series of TEST families and seeds.

    python -m benchmarks.comparison
    CALCSIGHT_DATA=... python -m benchmarks.comparison     the same, and real views laid out anew

writes docs/results/comparison.md. Weights and bands were fitted on TUNING families and seeds.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.comparison_figures import (
    BY_COUNTS,
    DECIDING,
    NOT_FOUND,
    NOT_SHOWN,
    UNCERTAIN,
    Told,
    added_counts,
    calibration,
    confusion,
    f1_of,
    false_groups,
    false_pair,
    of_fate,
    right_counts,
    share,
    told_of,
    within_bands,
)
from benchmarks.page import machine, named, table
from calcsight import load
from calcsight.analysis import linking_weights, repeatability
from calcsight.assembly import interpreter_for
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.followed import FollowedView
from calcsight.simulation.series import simulate_series
from calcsight.simulation.series_real import real_series
from calcsight.simulation.series_sets import real_spec, repetition_set, series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.comparison import Measure
from calcsight.terms.errors import CalcsightError
from calcsight.terms.guidance import Change
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.registration import Registration
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE
from training.compared_pairs import (
    LabelledPair,
    given,
    labelled,
    labelled_pair,
    registered,
    with_error,
)

PAGE = Path(__file__).parents[1] / "docs" / "results" / "comparison.md"
WOMEN, REPETITIONS = 160, 50
# Women before these were looked at while rules were made.
FIRST_WOMAN, FIRST_REPETITION = 100, 60
EXTRA_ERROR_MM = 1.2
REAL_TIMES, SPACING_MM = 5, 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One woman, or one real view laid out anew.

    Parameters
    ----------
    pair : LabelledPair
        As read.
    truly : LabelledPair
        The planted particles in the place of the marks.
    registration : Registration
    """

    pair: LabelledPair
    truly: LabelledPair
    registration: Registration

    def told(self, extra_error_mm: float = 0.0) -> Told:
        """Tell what was read, as it is or with an error added to the registration."""
        seed = int("".join(letter for letter in self.pair.woman if letter.isdigit()))
        return told_of(self.pair, with_error(self.registration, seed, extra_error_mm))


class Reader:
    """What production reads with."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.judge: Judge = load_judge()
        self.interpreter: Interpreter = interpreter_for(self.settings)

    def measured(self, woman: str, series: FollowedView) -> Measured:
        """Read and register the first two visits."""
        before, now = (
            labelled(visit, self.judge, self.settings, self.interpreter)
            for visit in series.visits[:2]
        )
        truly = given(series.visits[1], now), given(series.visits[0], before)
        return Measured(
            pair=labelled_pair(woman, series, (now, before)),
            truly=labelled_pair(woman, series, truly),
            registration=registered((now.reading, before.reading), self.settings),
        )


def measured_set(specs: Sequence[SeriesSpec], reader: Reader) -> Iterator[Measured]:
    """Draw and read every woman of a set."""
    for number, spec in enumerate(specs, start=1):
        print(f"\r{number}/{len(specs)} {spec.woman}   ", end="", file=sys.stderr)
        yield reader.measured(spec.woman, simulate_series(spec))
    print(file=sys.stderr)


def measured_real(folder: Path, reader: Reader) -> Iterator[Measured]:
    """Lay every full-field view out anew, several times; a woman is named by its file."""
    paths = sorted((folder / "full-field").glob("*.png"))
    for at, path in enumerate(paths):
        view = load(path, spacing_mm=SPACING_MM, **_side_and_view(path))
        for number in range(at * REAL_TIMES, (at + 1) * REAL_TIMES):
            try:
                series = real_series(view, real_spec(Families.TEST, view, number))
            except CalcsightError as error:
                print(f"left out: {path.name}, {number}: {error}", file=sys.stderr)
                continue
            yield reader.measured(f"{path.stem}-{number}", series)


def _side_and_view(path: Path) -> dict[str, str]:
    """Read side and view from the name of a file."""
    parts = path.stem.upper().split("_")
    said = {"laterality": next((part for part in parts if part in ("L", "R")), "L")}
    said["view"] = next((part for part in parts if part in ("CC", "MLO")), "CC")
    return said


def page(series: Sequence[Measured], repeated: Sequence[Measured], real: Sequence[Measured]) -> str:
    """Write the page."""
    kept = [[one for one in group if one.registration.succeeded] for group in (series, repeated)]
    told = [[one.told() for one in group] for group in kept]
    parts = [
        _head(series, repeated, kept),
        "## Links of particles\n\nRule: particles planted at both dates with more than 6 SD at "
        "both; a mark is of a particle when it lies within 0.35 mm, one to one; a link is right "
        "when both its ends are marks of one particle.",
        table(("women", "precision", "recall", "F1 (95 % by woman)"), _link_rows(kept, told)),
        "The second row adds a smooth error of 1.2 mm SD along each axis to the registration: "
        "simulated tissue is easier to follow than a woman's. The third links the planted "
        "particles themselves.",
        "Stated probability against truth, links made of a mark of any planted particle, series as "
        "read:",
        table(("probability", "links", "mean stated", "share right"), calibration(told[0])),
        "## Change of groups\n\nPlanted groups; what is told of one is the change of the groups "
        "found that at least half of their members make its own. The truth is what was drawn: "
        "increased or decreased by at least 1.5 times and 3 particles, or 1.3 times in size.",
        table(("figure", "share (95 % by woman; † by count)"), _change_rows(told)),
        "Truth (rows) against what is told, series, planted groups:",
        table(
            ("", *(one.value for one in Change), UNCERTAIN, NOT_SHOWN, NOT_FOUND),
            confusion(told[0]),
        ),
        "## Bands\n\n" + _bands_said(),
        table(("every group of a woman within", "women (95 % interval)"), _band_rows(told[1])),
    ]
    return "\n\n".join([*parts, *_real_part(real)]) + "\n"


def _head(
    series: Sequence[Measured], repeated: Sequence[Measured], kept: Sequence[Sequence[Measured]]
) -> str:
    lost = len(series) + len(repeated) - sum(map(len, kept))
    fitted = ", ".join(f"{number} {what}" for what, number in linking_weights.FITTED_ON.items())
    return (
        "# Links, change and bands on simulated series\n\n"
        f"`python -m benchmarks.comparison`, {SOFTWARE}; judge {named(load_judge())} at its "
        f"balanced point; {machine()}.\n\n"
        f"{len(series)} women of TEST families and seeds at two dates (`series_sets.series_set`) "
        f"and {len(repeated)} mammographed twice without any change (`repetition_set`); {lost} "
        "pairs were not comparable because registration failed, and are left out below. How "
        "breasts are moved, pressed and seen anew, and what becomes of groups, is a choice of the "
        "simulation: these figures say that links and rules do what they should, not how well "
        "they do in a clinic.\n\n"
        f"The women before number {FIRST_WOMAN} of the series and {FIRST_REPETITION} of the "
        "repetitions are left out: figures of theirs were looked at while bands and rules were "
        "made (which led to bands that follow the breast's stretch, and to saying nothing of "
        "places under plates and over-exposure). Those measured here chose nothing, but were "
        "measured twice: in between, large groups that grow and lesions that marks of chance "
        "parted were mended on groups made by hand and on tuning women.\n\n"
        f"Weights of links were fitted on other women, of TUNING families ({fitted}). Intervals "
        f"are the middle 95 % over women drawn with replacement; what {BY_COUNTS} marks is "
        "Wilson's interval of the counts, where all women agree."
    )


def _link_rows(
    kept: Sequence[Sequence[Measured]], told: Sequence[Sequence[Told]]
) -> list[tuple[str, ...]]:
    moved = [one.told(EXTRA_ERROR_MM) for one in kept[0]]
    truly = [told_of(one.truly, one.registration) for one in kept[0]]
    return [
        ("series, as read", *f1_of(told[0])),
        ("series, registration 1.2 mm worse", *f1_of(moved)),
        ("series, planted particles given", *f1_of(truly)),
        ("repetitions, as read", *f1_of(told[1])),
    ]


def _change_rows(told: Sequence[Sequence[Told]]) -> list[tuple[str, str]]:
    both = [*told[0], *told[1]]
    return [
        ("series: class of change right, of groups found", share(told[0], right_counts)),
        *(
            (f"series: {fate.value} told as {fate.value}", share(told[0], of_fate(fate)))
            for fate in Change
        ),
        ("a group of 5 added to an unchanged woman told as new", share(told[0], added_counts)),
        ("unchanged women of whom any change is told", share(both, false_pair)),
        ("groups told of unchanged women, told as changed", share(both, false_groups)),
    ]


def _bands_said() -> str:
    fitted = ", ".join(f"{number} {what}" for what, number in repeatability.FITTED_ON.items())
    half = repeatability.half_width
    rows = [
        (
            str(count),
            f"{half(Measure.COUNT, count, count):.1f}",
            f"{half(Measure.EXTENT_MM, 10.0, count):.1f}",
            f"{100 * half(Measure.MEAN_DIAMETER_MM, 1.0, count):.0f} %",
            f"{100 * half(Measure.DENSITY_PER_CM2, 1.0, count):.0f} %",
        )
        for count in (5, 10, 20, 40)
    ]
    return (
        f"Half widths, fitted on {fitted} of TUNING families so that number, extent and mean "
        "diameter of every group of 97 % of the breasts lie within theirs at once:\n\n"
        + table(("particles", "number", "extent of 10 mm, mm", "mean diameter", "density"), rows)
        + "\n\nCoverage on the repetitions of TEST families:"
    )


def _band_rows(told: Sequence[Told]) -> list[tuple[str, str]]:
    return [
        *((one.value, share(told, within_bands(one))) for one in Measure),
        ("number, extent and mean diameter", share(told, within_bands(*DECIDING))),
    ]


def _real_part(real: Sequence[Measured]) -> list[str]:
    if not real:
        return []
    told = [one.told() for one in real if one.registration.succeeded]
    return [
        "## Real views laid out anew\n\n"
        f"{len(real)} pairs made of the full-field views (a few views of two women, each "
        f"{REAL_TIMES} times): both visits are warped, their noise is made anew, and particles "
        "are put in (`series_real.real_series`); calcifications of the views' own are there at "
        "both dates and are not in the truth. Coarse tissue is the same at both, so registration "
        "is easier than in truth. "
        f"{len(real) - len(told)} were not registered. Two women say nothing of others: intervals "
        "are over pairs and far too narrow.",
        table(("pairs", "precision", "recall", "F1"), [("as read", *f1_of(told))]),
        table(
            ("figure", "share"),
            [
                ("class of change right, of groups found", share(told, right_counts)),
                ("new told as new", share(told, of_fate(Change.NEW))),
                ("unchanged pairs of which any change is told", share(told, false_pair)),
            ],
        ),
        table(
            ("", *(one.value for one in Change), UNCERTAIN, NOT_SHOWN, NOT_FOUND), confusion(told)
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--women", type=int, default=WOMEN)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    said = parser.parse_args(arguments)
    reader = Reader()
    series = list(measured_set(series_set(Families.TEST, said.women, FIRST_WOMAN), reader))
    unchanged = repetition_set(Families.TEST, said.repetitions, FIRST_REPETITION)
    repeated = list(measured_set(unchanged, reader))
    data = os.environ.get("CALCSIGHT_DATA")
    real = list(measured_real(Path(data), reader)) if data else []
    PAGE.write_text(page(series, repeated, real), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
