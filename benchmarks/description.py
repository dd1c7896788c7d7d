"""Measure the words for shapes and distributions on carved groups that no fit and no tuning saw.

    python -m benchmarks.description      writes docs/results/description.md and its pictures

Nothing may be chosen by looking at the result.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2

from benchmarks import description_page
from benchmarks.described import Described, describe_view
from benchmarks.description_graded import graded_features
from benchmarks.worsened import PLAIN, WORSENINGS
from calcsight.models import load_judge
from calcsight.models.describing import load_describer
from calcsight.simulation.sets import from_rows
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.views import simulate_view
from calcsight.terms.judge import Describer, Judge

HERE = Path(__file__).parent
DEFINITION = HERE / "description_test_set.jsonl"
# Every ninth woman's views are read once more for each way of making them worse.
WORSE_EVERY = 9


def frozen_views() -> tuple[ViewSpec, ...]:
    """Return the views of the committed set."""
    lines = DEFINITION.read_text(encoding="utf-8").splitlines()
    return from_rows(json.loads(line) for line in lines)


def measured_views(
    specs: Sequence[ViewSpec], judge: Judge, describer: Describer
) -> Iterator[tuple[str, Described]]:
    """Describe every view as it is, and some made worse; yield what was done and what came."""
    women = list(dict.fromkeys(spec.woman for spec in specs))
    worse = set(women[::WORSE_EVERY])
    for number, spec in enumerate(specs, start=1):
        simulated = simulate_view(spec)
        for worsening in WORSENINGS if spec.woman in worse else (PLAIN,):
            yield worsening.name, describe_view(simulated, judge, describer, worsening)
        sys.stderr.write(f"\r{number}/{len(specs)} views   ")
        sys.stderr.flush()
    sys.stderr.write("\n")


def measure(
    specs: Sequence[ViewSpec], judge: Judge, describer: Describer
) -> dict[str, list[Described]]:
    """Return what was described, by what was done to the image."""
    by_name: dict[str, list[Described]] = {worsening.name: [] for worsening in WORSENINGS}
    for name, described in measured_views(specs, judge, describer):
        by_name[name].append(described)
    return by_name


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--women", type=int, help="only the first so many; nothing is written")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    judge, describer = load_judge(), load_describer()
    specs = frozen_views()
    if wanted.women:
        chosen = set(list(dict.fromkeys(spec.woman for spec in specs))[: wanted.women])
        specs = tuple(spec for spec in specs if spec.woman in chosen)
    described = measure(specs, judge, describer)
    graded = graded_features()
    text = description_page.page(specs, described, graded, (judge, describer))
    if wanted.women:
        print(text)
        return
    description_page.write(text, described[PLAIN.name], graded)


if __name__ == "__main__":
    main()
