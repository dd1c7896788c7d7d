"""The figures of the description benchmark, worked by hand, and one small run through it."""

import importlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calcsight.models import load_judge
from calcsight.models.describing import load_describer
from calcsight.simulation.description_sets import description_test_set
from calcsight.simulation.graded import GRADED_COUNT, Graded, graded_series
from calcsight.simulation.outlines import max_feret
from calcsight.simulation.truth import Kind
from calcsight.simulation.views import simulate_view
from calcsight.terms.errors import UsageError
from calcsight.terms.morphology import Morphology

ROOT = Path(__file__).parents[1]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.description_metrics")


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.described")


def answers(
    figures: ModuleType, truth: list[int], rows: list[list[float]], women: str = ""
) -> object:
    n = len(truth)
    return figures.Answers(
        women=np.array(list(women or "abcdefghij"[:n])),
        truth=np.array(truth),
        probabilities=np.array(rows, dtype=np.float64),
        contrast_sd=np.ones(n),
        diameter_mm=np.ones(n),
        count=np.ones(n, dtype=np.intp),
        film=np.zeros(n, dtype=np.bool_),
    )


# Two of word 0 (one called 1), two of word 1 (both right), one of word 2 (called 0).
TRUTH = [0, 0, 1, 1, 2]
ROWS = [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.0, 0.9, 0.1], [0.1, 0.8, 0.1], [0.45, 0.2, 0.35]]


def test_confusion_precision_recall_and_f1_by_hand(figures: ModuleType) -> None:
    table = figures.confusion(answers(figures, TRUTH, ROWS), np.ones(5))
    assert table.tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 0]]
    precision, recall, f1 = figures.precision_recall_f1(table)
    assert precision.tolist() == pytest.approx([1 / 2, 2 / 3, 0])
    assert recall.tolist() == pytest.approx([1 / 2, 1, 0])
    assert f1.tolist() == pytest.approx([1 / 2, 4 / 5, 0])


def test_macro_figures_leave_out_words_that_were_never_planted(figures: ModuleType) -> None:
    rows = [[*row, 0.0] for row in ROWS]
    one = answers(figures, TRUTH, rows)
    assert figures.macro_f1(one, np.ones(5)) == pytest.approx((0.5 + 0.8 + 0.0) / 3)
    assert figures.macro_recall(one, np.ones(5)) == pytest.approx(0.5)
    assert np.isnan(figures.precision_recall_f1(figures.confusion(one, np.ones(5)))[2][3])


def test_a_row_that_counts_twice_counts_twice(figures: ModuleType) -> None:
    weights = np.array([2.0, 1.0, 1.0, 1.0, 0.0])
    one = answers(figures, TRUTH, ROWS)
    assert figures.confusion(one, weights)[0].tolist() == [2, 1, 0]
    assert figures.top(1)(one, weights) == pytest.approx(4 / 5)


def test_top_two_by_hand(figures: ModuleType) -> None:
    one = answers(figures, TRUTH, ROWS)
    assert figures.top(1)(one, np.ones(5)) == pytest.approx(3 / 5)
    # The second is 0's runner-up, the fifth is 2's: both are the second likeliest.
    assert figures.top(2)(one, np.ones(5)) == pytest.approx(1.0)
    assert figures.top(2)(answers(figures, [2], [[0.5, 0.3, 0.2]]), np.ones(1)) == 0.0


def test_abstaining_leaves_the_least_sure_out(figures: ModuleType) -> None:
    one = answers(figures, TRUTH, ROWS)
    assert figures.error()(one, np.ones(5)) == pytest.approx(2 / 5)
    # The least sure row (0.45) is wrong; without it 1 of 4 is, and without the next 0 of 3.
    assert figures.error_when_abstaining(0.2)(one, np.ones(5)) == pytest.approx(1 / 4)
    assert figures.error_when_abstaining(0.4)(one, np.ones(5)) == pytest.approx(0.0)
    # A tenth of five rows is half of the least sure one: 1.5 wrong of 4.5.
    assert figures.error_when_abstaining(0.1)(one, np.ones(5)) == pytest.approx(1.5 / 4.5)
    assert figures.fall_of_error(0.2)(one, np.ones(5)) == pytest.approx(1 - 0.25 / 0.4)


def test_the_fall_of_no_error_is_not_measurable(figures: ModuleType) -> None:
    one = answers(figures, [0, 1], [[0.9, 0.1], [0.2, 0.8]])
    assert np.isnan(figures.fall_of_error(0.1)(one, np.ones(2)))
    assert str(figures.measured(one, figures.fall_of_error(0.1), 20)) == "not measurable"


def test_calibration_error_by_hand(figures: ModuleType) -> None:
    # Bin 0.6-0.7: sure 0.65, half right. Bin 0.9-1: sure 0.95 and 1.0, both right.
    rows = [[0.65, 0.35], [0.65, 0.35], [0.95, 0.05], [1.0, 0.0]]
    one = answers(figures, [0, 1, 0, 0], rows)
    weight, sure, right = figures.calibration(one, np.ones(4))
    assert weight[6] == 2
    assert weight[9] == 2
    assert sure[9] == pytest.approx(0.975)
    assert right[6] == pytest.approx(0.5)
    expected = (2 * 0.15 + 2 * 0.025) / 4
    assert figures.calibration_error(one, np.ones(4)) == pytest.approx(expected)


def test_intervals_draw_women_and_not_rows(figures: ModuleType) -> None:
    right, wrong = [1.0, 0.0], [0.0, 1.0]
    many = answers(figures, [0] * 8, [right] * 4 + [wrong] * 4, women="aaaabbbb")
    one = figures.measured(many, figures.top(1), 400)
    # Two women, one all right and one all wrong: draws give 0, a half, or 1.
    assert (one.value, one.low, one.high, one.n, one.women) == (0.5, 0.0, 1.0, 8, 2)


def test_what_every_row_agrees_on_has_an_interval_by_row_that_is_marked(
    figures: ModuleType,
) -> None:
    agreed = answers(figures, [0] * 4, [[1.0, 0.0]] * 4, "aabb")
    hit = figures.measured(agreed, figures.top(1), 50)
    # Wilson: z^2 / (n + z^2) beside the end that was reached.
    assert (hit.high, hit.by_row) == (1.0, True)
    assert hit.low == pytest.approx(1.0 - 3.8415 / (4 + 3.8415), abs=1e-4)
    assert str(hit) == "1.000 (0.510-1.000) †"
    assert str(figures.measured(agreed, figures.error(), 50)) == "0.000 (0.000-0.490) †"


def test_a_figure_that_every_draw_repeats_has_no_interval(figures: ModuleType) -> None:
    agreed = answers(figures, [0] * 4, [[1.0, 0.0]] * 4, "aabb")
    assert figures.measured(agreed, figures.f1_of(0), 50).written(digits=2) == "1.00 (-)"
    halves = answers(figures, [0, 0], [[1.0, 0.0], [0.0, 1.0]], "aa")
    assert str(figures.measured(halves, figures.top(1), 50)) == "0.500 (-)"


def test_every_kind_has_one_word_and_milk_its_own(described: ModuleType) -> None:
    assert set(described.SHAPE_OF) == set(Kind)
    assert set(described.SHAPE_OF.values()) == set(Morphology)
    assert described.SHAPE_OF[Kind.PUNCTATE] is Morphology.ROUND_PUNCTATE
    assert described.SHAPE_OF[Kind.FINE_LINEAR] is Morphology.FINE_LINEAR_BRANCHING


def test_a_graded_series_starts_alike_and_ends_unlike() -> None:
    sizes = graded_series(Graded.SIZE, (40.0, 30.0), 5, 4)
    shapes = graded_series(Graded.SHAPE, (40.0, 30.0), 5, 4)
    spread = [np.std([p.diameter_mm for p in planned.particles]) for planned in sizes]
    assert spread[0] == 0.0
    assert all(a < b for a, b in pairwise(spread))
    for series in (sizes, shapes):
        places = [np.array([p.place_mm for p in planned.particles]) for planned in series]
        assert len(places[0]) == GRADED_COUNT
        assert all(np.array_equal(places[0], one) for one in places)
    assert len({p.diameter_mm for planned in shapes for p in planned.particles}) == 1
    round_ones = [p.unit for p in shapes[0].particles]
    assert all(np.hypot(*unit.T) == pytest.approx(0.5, abs=0.01) for unit in round_ones)
    last = [float(np.hypot(*p.unit.T).min()) for p in shapes[-1].particles]
    assert max(last) - min(last) > 0.1
    assert all(max_feret(p.unit) == pytest.approx(1.0) for p in shapes[-1].particles)
    with pytest.raises(UsageError, match="1 steps"):
        graded_series(Graded.SIZE, (40.0, 30.0), 5, 1)


def test_worse_images_are_as_much_worse_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    worsened = importlib.import_module("benchmarks.worsened")
    spec = replace(description_test_set()[0], groups=(), isolated=0, rows=500, look="raw-log")
    mammogram = simulate_view(spec).mammogram()
    before = worsened.fine_noise_map(mammogram.pixels, spec.pitch_mm)
    inside = (slice(200, 300), slice(40, 120))
    noisy, scale = worsened.Worsening(name="", noise=2.0).applied(mammogram)
    after = worsened.fine_noise_map(noisy.pixels, spec.pitch_mm)
    assert scale == 1.0
    assert np.median(after[inside] / before[inside]) == pytest.approx(2.0, rel=0.2)
    coarse, scale = worsened.Worsening(name="", pitch_mm=0.17).applied(mammogram)
    assert scale == pytest.approx(spec.pitch_mm / 0.17)
    assert coarse.spacing is not None
    assert coarse.spacing.mean_mm == 0.17
    assert coarse.pixels.mean() == pytest.approx(mammogram.pixels.mean(), rel=0.01)
    same, scale = worsened.PLAIN.applied(mammogram)
    assert np.array_equal(same.pixels, mammogram.pixels)
    assert scale == 1.0


def test_noise_of_known_sd_is_measured_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    worsened = importlib.import_module("benchmarks.worsened")
    noise = np.random.default_rng(1).normal(0.0, 3.0, (400, 400)).astype(np.float32)
    assert np.median(worsened.fine_noise_map(noise, 0.1)) == pytest.approx(3.0, rel=0.05)


def test_a_view_is_described_both_ways_and_gathered(
    described: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    gathered = importlib.import_module("benchmarks.description_answers")
    worsened = importlib.import_module("benchmarks.worsened")
    spec = replace(description_test_set()[0], rows=900)
    simulated = simulate_view(spec)
    one = described.describe_view(simulated, load_judge(), load_describer(), worsened.PLAIN)
    truth = simulated.truth
    assert one.particles == truth.particles
    assert len(one.at_true[0]) >= 0.9 * len(truth.particles)
    assert [called.planted for called in one.at_true[1]] == [g.number for g in truth.groups]
    for called in (*one.at_true[0], *one.at_detected[0], *one.at_true[1]):
        assert called.shape.sum() == pytest.approx(1.0, abs=1e-3)
    hit = [called.planted for called in one.at_detected[0]]
    assert len(hit) == len(set(hit))
    planted, found, groups, held = gathered.planted_and_found([one], "at_true", lambda _: True)
    assert (planted, groups) == (len(truth.particles), len(truth.groups))
    assert (found, held) == (len(one.at_true[0]), len(one.at_true[1]))
    shapes = gathered.particle_shapes([one], "at_true")
    milk = sum(truth.particles[c.planted].kind is Kind.MILK_OF_CALCIUM for c in one.at_true[0])
    assert len(shapes) == len(one.at_true[0]) - milk
    assert set(shapes.women) == {spec.woman}
