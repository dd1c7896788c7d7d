"""Solve the likeness of questions from the entries and examples that ship.

    python -m training.fit_likeness --write

A quarter of a minute. Whenever an entry's title, names or questions change, or an example, it is solved again;
a test says when that was forgotten.
"""

import argparse
from pathlib import Path

from calcsight.patient.examples import load_examples, own_examples
from calcsight.patient.knowledge_files import load_knowledge_base
from calcsight.patient.likeness import Likeness, fitted
from calcsight.patient.likeness_file import LIKENESS_FILE, likeness_bytes

PLACE = Path(__file__).parents[1] / "src" / "calcsight" / "patient" / LIKENESS_FILE


def solved() -> Likeness:
    """Return the likeness of the texts as they are now."""
    return fitted([*own_examples(load_knowledge_base()), *load_examples()])


def main() -> None:
    """Solve, and write when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help=f"write {PLACE.name}")
    given = parser.parse_args()
    likeness = solved()
    content = likeness_bytes(likeness)
    print(
        f"{len(likeness.outcomes)} outcomes, {likeness.weights.shape[0]} runs, {len(content)} bytes"
    )
    if given.write:
        PLACE.write_bytes(content)


if __name__ == "__main__":
    main()
