"""The numbers a distribution is named from: who counts as a piece of one spread, and who not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.analysis.test_appearance import PITCH_MM, breast, one_at

from calcsight.analysis.spread import SPREAD_NAMES, spread_numbers
from calcsight.analysis.spread_model import SpreadModel
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


def test_marks_that_are_probably_none_bend_no_line_and_are_no_kin() -> None:
    line = row_of(8)
    dust = [
        replace(one_at(row, column), score=0.05)
        for row, column in ((340.0, 120.0), (255.0, 170.0), (200.0, 60.0))
    ]
    shapes = sure_of(Morphology.AMORPHOUS, 11)
    alone = numbers(range(8), [replace(one, score=0.9) for one in line], shapes[:8])
    ones = [*(replace(one, score=0.9) for one in line), *dust]
    among = numbers(range(10), ones, shapes)
    for name in ("group_log_width", "pieces_log_count", "wide_log_extent", "kin_log_hull_share"):
        assert among[name] == pytest.approx(alone[name])
    assert among["core_share_of_group"] == pytest.approx(0.8)


def fan(inwards: bool) -> list[Calcification]:
    """Three rows that part on their way from the nipple, or on their way to it."""
    found, tip = [], breast()
    for angle in (-0.3, -0.15, 0.0, 0.15, 0.3):
        for step in range(1, 8):
            away = (8 - step if inwards else step) * 25.0
            column = tip.tip_column - 40.0 - step * 25.0
            found.append(one_at(tip.tip_row + away * np.sin(angle), column))
    return found


def test_a_fan_that_opens_from_the_nipple_is_told_from_one_that_opens_to_it() -> None:
    shapes = sure_of(Morphology.AMORPHOUS, 35)
    outwards, inwards = (numbers(range(35), fan(way), shapes) for way in (False, True))
    assert outwards["group_widens"] > 0.3 > -0.3 > inwards["group_widens"]
    assert outwards["group_fan_over_turned"] > 0.1 > -0.1 > inwards["group_fan_over_turned"]
    assert outwards["group_fan"] > 0.1


def test_what_lies_through_the_breast_reaches_both_halves_and_a_piece_does_not() -> None:
    rng = np.random.default_rng(4)
    rows = rng.uniform(60.0, 540.0, 120)
    ones = [one_at(row, rng.uniform(10.0, 200.0)) for row in rows]
    shapes = sure_of(Morphology.ROUND_PUNCTATE, 120)
    whole = numbers(range(120), ones, shapes)
    upper = [at for at, row in enumerate(rows) if row < 180.0]
    piece = numbers(upper, [ones[at] for at in range(120)], shapes)
    lone = numbers(range(len(upper)), [ones[at] for at in upper], shapes[: len(upper)])
    assert whole["kin_reached_of_lesser_half"] > 0.4
    assert lone["kin_reached_of_lesser_half"] < 0.1
    assert piece["wide_reached_of_lesser_half"] == pytest.approx(
        whole["wide_reached_of_lesser_half"]
    )


def test_the_model_gives_probabilities_and_nothing_far_out_decides_alone() -> None:
    count, words = len(SPREAD_NAMES), len(Distribution)
    rng = np.random.default_rng(2)
    layers = (
        (rng.normal(0.0, 0.3, (count, 7)), rng.normal(0.0, 0.3, 7)),
        (rng.normal(0.0, 0.3, (7, words)), np.zeros(words)),
    )
    model = SpreadModel(
        centre=np.zeros(count), scale=np.ones(count), networks=(layers,), temperature=1.5
    )
    found = model(np.full(count, 3.0))
    assert found.sum() == pytest.approx(1.0)
    assert model(np.full(count, 1e9)) == pytest.approx(found)
    both = model(np.stack([np.full(count, 3.0), np.zeros(count)]))
    assert both[0] == pytest.approx(found)
    assert both[1].sum() == pytest.approx(1.0)
