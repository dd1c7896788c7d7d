"""What is suggested of simulated screening views: `python -m benchmarks.suggestions`.

Reads the wide simulated test set at the `balanced` point and counts the level of each view; writes
docs/results/suggestions.md. No rule was chosen by these figures.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.page import machine, named, table
from calcsight.assembly import interpreter_for
from calcsight.models import load_judge
from calcsight.reading import read
from calcsight.simulation.sets import wide_test_set
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.views import simulate_view
from calcsight.terms.guidance import Level
from calcsight.terms.settings import Settings
from calcsight.terms.share import wilson_interval
from calcsight.terms.version import SOFTWARE

PAGE = Path(__file__).parents[1] / "docs" / "results" / "suggestions.md"
HEAD = """\
# What is suggested of simulated screening views

How often a screening view ends as each of the three things that may be said of one, at the
`balanced` point with the shipped settings. The views are those of the wide simulated test set:
every second woman has no calcification at all, yet look-alikes, vessels, ligaments, film dirt.
Every group of a suspicious or round shape makes a view *incomplete*; among screened women such
groups are far rarer than here, so that only the row of plain views says something about
screening, and of simulated views alone. Intervals: Wilson, views taken as independent; two views
of one woman are not.
"""
LEVELS = (Level.NO_CALCIFICATION_FINDING, Level.TYPICALLY_BENIGN_ONLY, Level.INCOMPLETE)


def level_of(spec: ViewSpec) -> tuple[str, Level]:
    """Draw and read one view; return what it holds and what is suggested of it."""
    settings = Settings()
    simulated = simulate_view(spec)
    reading = read(simulated.mammogram(), load_judge(), settings, interpreter_for(settings))
    assert reading.weighing is not None
    what = "planted calcifications" if simulated.truth.particles else "plain views"
    medium = "film" if simulated.look.medium.value == "film" else "digital"
    return f"{what}, {medium}", reading.weighing.suggestion.level


def main() -> int:
    """Count, and write the page."""
    counted: dict[str, Counter[Level]] = {}
    specs = wide_test_set()
    with ProcessPoolExecutor(2) as pool:
        for number, (what, level) in enumerate(pool.map(level_of, specs), 1):
            counted.setdefault(what, Counter())[level] += 1
            print(f"\r{number} of {len(specs)} views", end="", file=sys.stderr)
    print(file=sys.stderr)
    judge, describer = load_judge(), interpreter_for(Settings()).describer
    lines = [(what, str(levels.total()), *shares(levels)) for what, levels in counted.items()]
    made = (
        f"- command: `python -m benchmarks.suggestions`\n- {SOFTWARE}; judge {named(judge)}, "
        f"describer {named(describer)}\n"
        f"- {machine()}\n"
    )
    names = (level.value.replace("_", " ") for level in LEVELS)
    page = f"{HEAD}\n{made}\n{table(('views', 'n', *names), sorted(lines))}\n"
    PAGE.write_text(page, encoding="utf-8")
    print(page)
    return 0


def shares(levels: Counter[Level]) -> tuple[str, ...]:
    """Write the share of each level with its interval."""
    total = levels.total()
    said = []
    for level in LEVELS:
        low, high = wilson_interval(levels[level], total)
        said.append(f"{levels[level]} ({100 * low:.0f}-{100 * high:.0f} %)")
    return tuple(said)


if __name__ == "__main__":
    sys.exit(main())
