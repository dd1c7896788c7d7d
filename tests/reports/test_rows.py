"""Rows as dicts are the rows of the tables."""

import pandas as pd

import calcsight
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view


def test_rows_are_dicts_and_make_a_table() -> None:
    mammogram = simulate_view(tuning_set(4)[2]).mammogram()
    reading = calcsight.read(mammogram)
    rows, groups = calcsight.calcification_rows(reading), calcsight.group_rows(reading, "a.png")
    assert len(rows) == len(reading.calcifications) > 0
    assert list(rows[0]) == [column.name for column in PARTICLE_COLUMNS]
    assert rows[0]["image"] == mammogram.uid
    assert rows[0]["diameter_mm"] == round(reading.calcifications[0].diameter_mm or 0.0, 4)
    assert len(groups) == len(reading.groups) > 0
    assert list(groups[0]) == [column.name for column in GROUP_COLUMNS]
    assert groups[0]["image"] == "a.png"
    assert pd.DataFrame(rows)["score"].is_monotonic_decreasing
