"""The page on simulation says what the code draws, and shows all of it."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from calcsight.simulation.kinds import kind_rules
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "images" / "types"
MOST_BYTES = 600_000


def rows() -> dict[str, list[str]]:
    """Return the cells of each table row by its second cell."""
    text = (DOCS / "simulation.md").read_text(encoding="utf-8")
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ![")]
    return {row[1]: row for row in cells}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_numbers_of_each_kind_are_those_it_is_planted_with(kind: Kind) -> None:
    rule, row = kind_rules()[kind], rows()[kind.value]
    assert row[2] == f"{rule.diameter_mm[0]:g}-{rule.diameter_mm[1]:g}"
    assert row[3] == f"{rule.contrast_sd[0]:g}-{rule.contrast_sd[1]:g}"
    assert row[4] == f"{rule.count[0]}-{rule.count[1]}"
    assert row[7].split(", ") == [d.value for d in rule.distributions]
    assert "[1]" in row[8]


def test_every_kind_and_distribution_is_shown_in_small_files() -> None:
    wanted = {*(k.value for k in Kind), *(d.value for d in Distribution), "milk_of_calcium_mlo"}
    files = sorted(PICTURES.glob("*.png"))
    assert {path.stem for path in files} == wanted
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    for path in files:
        pixels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert pixels is not None
        assert np.asarray(pixels).std() > 5
    assert {name for row in rows().values() for name in (row[1],)} == wanted - {
        "milk_of_calcium_mlo"
    }
