"""Who is in the sets of series: halves kept apart, the range that was asked for, every fate."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest

from calcsight.simulation import series_casting
from calcsight.simulation.families import TEST_SEEDS_FROM, Families
from calcsight.simulation.fine_tissue import fine_tissue_families
from calcsight.simulation.pair_casting import pair_set
from calcsight.simulation.series_exams import exam_series
from calcsight.simulation.series_sets import real_spec, repetition_set, series_set
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.terms.errors import UsageError
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.spacing import Spacing, SpacingSource

VIEW = Mammogram(
    uid="view",
    pixels=np.eye(64, dtype=np.float32),
    spacing=Spacing(row_mm=0.1, column_mm=0.1, source=SpacingSource.STATED),
    laterality=Laterality.LEFT,
    view=View.CC,
)
# Nobody changes these: what is measured on was drawn so before anything was measured on it.
SERIES_DIGEST = "80dab4882778aa90eac29f13b254bcd00595deab029d7e824c55bc32b8ce18c4"
REPETITION_DIGEST = "e5c8ef9625c8a9be42b131858c4a98359ea6d1786b9a4fabfa1d406daac1c158"


def seeds(specs: tuple[SeriesSpec, ...]) -> set[int]:
    return {
        seed
        for spec in specs
        for seed in (
            spec.reference.seed,
            spec.reference.woman_seed,
            *(one for visit in spec.visits for one in (visit.seed, visit.position.seed)),
        )
    }


def test_no_seed_is_in_two_sets() -> None:
    sets = [
        seeds(series_set(Families.TUNING, 40)),
        seeds(series_set(Families.TEST, 40)),
        seeds(series_set(Families.TUNING, 40, start=40, visits=4)),
        seeds(repetition_set(Families.TUNING, 40)),
        seeds(repetition_set(Families.TEST, 40)),
        seeds(exam_series(0, 8)),
        seeds(exam_series(1, 8)),
        seeds(exam_series(2**31 - 1, 8)),
        seeds(tuple(real_spec(families, VIEW, n) for families in Families for n in range(40))),
        {
            seed
            for families in Families
            for pair in pair_set(families, 4)
            for view in pair.breasts
            for seed in (view.seed, view.woman_seed)
        },
    ]
    assert sum(len(one) for one in sets) == len(set().union(*sets))
    # The last exam still lies below the first woman of the sets.
    assert max(sets[7]) < min(sets[0])


@pytest.mark.parametrize("families", list(Families))
def test_a_set_is_as_wide_as_its_description(families: Families) -> None:
    specs = series_set(families, 60)
    turns, shifts = [], []
    for spec in specs:
        first, second = spec.visits
        assert (first.look, first.pitch_mm) != (second.look, second.pitch_mm)
        assert 0.3 <= first.seen.redrawn <= 0.7
        assert spec.reference.background in fine_tissue_families(families)
        assert (spec.reference.seed >= TEST_SEEDS_FROM) == (families is Families.TEST)
        turns.append(abs(first.position.rotation_deg - second.position.rotation_deg))
        shifts.append(np.subtract(first.position.shift_mm, second.position.shift_mm))
    assert 6.0 < max(turns) <= 8.0
    assert 8.0 < np.hypot(*np.array(shifts).T).max() <= 10.0
    fates = Counter(fate for spec in specs for one in spec.histories for fate in one.fates)
    assert {Change.STABLE, Change.NEW, Change.RESOLVED, Change.INCREASED, Change.DECREASED} <= set(
        fates
    )


def test_of_ten_women_two_have_exactly_one_group_of_five_more() -> None:
    specs = series_set(Families.TEST, 10, start=20)
    kinds: Counter[str] = Counter()
    for spec in specs:
        fates = [one.fates[0] for one in spec.histories]
        added = [one for one in spec.histories if one.fates[0] is Change.NEW]
        if not fates:
            kinds["bare"] += 1
        elif set(fates) == {Change.STABLE}:
            kinds["unchanged"] += 1
        elif (
            len(added) == 1
            and added[0].plan.count == 5
            and fates.count(Change.STABLE) + 1 == len(fates)
        ):
            kinds["added"] += 1
    assert kinds["bare"] == 1
    assert kinds["unchanged"] >= 2
    assert kinds["added"] >= 2


def test_repetitions_change_nothing_but_how_the_breast_lies_and_is_seen() -> None:
    specs = repetition_set(Families.TUNING, 20)
    for number, spec in enumerate(specs):
        assert {fate for one in spec.histories for fate in one.fates} == {Change.STABLE}
        first, second = spec.visits
        assert first.seen.gland == second.seen.gland == 1.0
        assert first.seen.patchy == second.seen.patchy == 0.0
        assert first.position != second.position
        same = (first.look, first.pitch_mm) == (second.look, second.pitch_mm)
        assert same == (number % 2 == 0)


def test_women_that_are_skipped_are_the_first_ones() -> None:
    assert series_set(Families.TEST, 3, start=2) == series_set(Families.TEST, 5)[2:]


def test_over_many_visits_a_group_may_go_on_growing() -> None:
    specs = series_set(Families.TUNING, 150, visits=4)
    runs = [one.fates for spec in specs for one in spec.histories]
    assert any(list(fates).count(Change.INCREASED) > 1 for fates in runs)
    assert any(list(fates).count(Change.DECREASED) > 1 for fates in runs)


@pytest.mark.parametrize(("women", "start", "visits"), [(0, 0, 2), (1, -1, 2), (1, 0, 1)])
def test_a_set_of_nobody_is_refused(women: int, start: int, visits: int) -> None:
    with pytest.raises(UsageError):
        series_set(Families.TUNING, women, start, visits)


def test_the_limits_are_those_of_two_sides() -> None:
    assert 2 * series_casting.MOST_SHIFT_MM == 10.0
    assert 2 * series_casting.MOST_ROTATION_DEG == 8.0


def digest(specs: tuple[SeriesSpec, ...]) -> str:
    text = json.dumps([asdict(spec) for spec in specs], default=str, sort_keys=True)
    # Processors differ in the last digits of a logarithm.
    rounded = json.loads(text, parse_float=lambda digits: f"{float(digits):.8g}")
    return hashlib.sha256(json.dumps(rounded, sort_keys=True).encode()).hexdigest()


def test_what_is_measured_on_is_drawn_as_it_was_when_it_was_fixed() -> None:
    assert digest(series_set(Families.TEST, 100)) == SERIES_DIGEST
    assert digest(repetition_set(Families.TEST, 100)) == REPETITION_DIGEST
