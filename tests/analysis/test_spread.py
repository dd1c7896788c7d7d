"""The numbers a distribution is named from: who counts as a piece of one spread, and who not."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.analysis.test_appearance import PITCH_MM, breast, one_at

from calcsight.analysis.spread import SPREAD_NAMES, SpreadModel, spread_numbers, terms
from calcsight.terms.calcification import Calcification
from calcsight.terms.distribution import Distribution
from calcsight.terms.morphology import Morphology

WORDS = list(Morphology)
Rows = NDArray[np.float64]


def sure_of(shape: Morphology, count: int) -> Rows:
    made: Rows = np.full((count, len(WORDS)), 0.005)
    made[:, WORDS.index(shape)] = 1.0 - 0.005 * (len(WORDS) - 1)
    return made


def flat(count: int) -> Rows:
    return np.full((count, len(WORDS)), 1.0 / len(WORDS))


def row_of(count: int, step_px: float = 20.0, row: float = 300.0) -> list[Calcification]:
    return [one_at(row, 80.0 + step_px * at) for at in range(count)]


def numbers(
    members: Sequence[int], ones: Sequence[Calcification], shapes: Rows
) -> dict[str, float]:
    found = spread_numbers(members, ones, shapes, breast(), PITCH_MM)
    assert np.isfinite(found).all()
    return dict(zip(SPREAD_NAMES, found.tolist(), strict=True))


def test_a_row_is_long_and_narrow_and_runs_towards_the_nipple() -> None:
    ones = row_of(8)
    found = numbers(range(8), ones, sure_of(Morphology.AMORPHOUS, 8))
    assert np.exp(found["group_log_count"]) == pytest.approx(8.0)
    assert np.exp(found["group_log_extent"]) == pytest.approx(14.0, rel=0.01)
    assert found["group_log_extent_over_width"] > 3.0
    assert found["group_towards_nipple"] == pytest.approx(1.0, abs=1e-6)
    assert found["group_share_of_pieces"] == 1.0


def test_alike_calcifications_a_step_away_are_pieces_and_others_are_not() -> None:
    near, far = row_of(6), [one_at(300.0, 80.0 + 20 * 5 + 120.0)]
    ones = [*near, *far]
    alike = sure_of(Morphology.AMORPHOUS, 7)
    unlike = np.vstack([sure_of(Morphology.AMORPHOUS, 6), sure_of(Morphology.RIM, 1)])
    assert np.exp(numbers(range(6), ones, alike)["pieces_log_count"]) == pytest.approx(7.0)
    assert np.exp(numbers(range(6), ones, unlike)["pieces_log_count"]) == pytest.approx(6.0)
    farther = [*near, one_at(300.0, 80.0 + 20 * 5 + 140.0)]
    assert np.exp(numbers(range(6), farther, alike)["pieces_log_count"]) == pytest.approx(6.0)
    assert numbers(range(6), farther, alike)["kin_beyond_10_mm"] == pytest.approx(np.log(2.0))


def test_members_of_which_nothing_can_be_said_bend_no_line() -> None:
    line = row_of(8)
    strays = [one_at(340.0, 120.0), one_at(255.0, 170.0)]
    shapes = np.vstack([sure_of(Morphology.FINE_LINEAR_BRANCHING, 8), flat(2)])
    alone = numbers(range(8), line, shapes[:8])
    among = numbers(range(10), [*line, *strays], shapes)
    for name in ("group_log_width", "group_log_extent", "pieces_log_width"):
        assert among[name] == pytest.approx(alone[name])
    unknown = numbers(range(10), [*line, *strays], flat(10))
    assert unknown["group_log_width"] > alone["group_log_width"] + 1.0


def test_two_in_one_place_have_finite_numbers() -> None:
    numbers([0, 1], [one_at(300.0, 100.0)] * 2, sure_of(Morphology.SKIN, 2))


def test_the_model_gives_probabilities_and_nothing_far_out_decides_alone() -> None:
    count = len(SPREAD_NAMES)
    size = len(terms(np.zeros(count)))
    rng = np.random.default_rng(2)
    model = SpreadModel(
        centre=np.zeros(count),
        scale=np.ones(count),
        weights=rng.normal(0.0, 0.1, (size, len(Distribution))),
    )
    found = model(np.full(count, 3.0))
    assert found.sum() == pytest.approx(1.0)
    assert model(np.full(count, 1e9)) == pytest.approx(found)
