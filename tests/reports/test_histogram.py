"""Size histograms count every particle once, on the right side of each edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcsight.reports.histogram import laid_out_histogram, size_bars


def test_edges_belong_to_the_bar_above() -> None:
    bars = size_bars([0.1, 0.29999, 0.3, 0.7, 1.1])
    counts = {bar.low_mm: bar.count for bar in bars if bar.count}
    assert counts == {0.1: 1, 0.2: 1, 0.3: 1, 0.7: 1, 1.1: 1}


def test_large_ones_share_one_open_bar() -> None:
    *_, last = size_bars([2.95, 3.0, 7.5])
    assert (last.low_mm, last.high_mm, last.count) == (3.0, None, 2)


@given(st.lists(st.floats(0.0, 20.0), max_size=60))
def test_every_particle_is_counted_once(diameters_mm: list[float]) -> None:
    bars = size_bars(diameters_mm)
    assert sum(bar.count for bar in bars) == len(diameters_mm)
    assert [bar.low_mm for bar in bars] == sorted(bar.low_mm for bar in bars)


def test_the_drawing_scales_to_the_highest_bar_and_marks_the_thresholds() -> None:
    histogram = laid_out_histogram([0.25, 0.25, 0.65], [0.5, 1.0])
    assert histogram is not None
    tall, short = histogram.bars
    assert tall.height == pytest.approx(histogram.base - histogram.top)
    assert short.height == pytest.approx(tall.height / 2)
    assert [mark.label for mark in histogram.thresholds] == ["0.5", "1"]
    assert tall.x < histogram.thresholds[0].x < short.x < histogram.thresholds[1].x


def test_nothing_to_count_is_no_histogram() -> None:
    assert laid_out_histogram([], [0.5]) is None
