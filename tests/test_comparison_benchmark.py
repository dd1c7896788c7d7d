"""What the benchmark of comparison counts, on pairs made by hand."""

import numpy as np
from tests.analysis.compared import reading_of, registration_of
from tests.analysis.test_group_changes import TEN, sure

from benchmarks.comparison_figures import (
    BY_COUNTS,
    NOT_FOUND,
    Told,
    added_counts,
    calibration,
    confusion,
    f1_of,
    false_groups,
    false_pair,
    link_counts,
    outcomes,
    right_counts,
    share,
    told_of,
    within_bands,
)
from calcsight.terms.comparison import Measure
from calcsight.terms.guidance import Change
from training.compared_pairs import LabelledPair, LabelledReading

NOWHERE = -1


def read(places: np.ndarray, ids: list[int], groups: tuple[int, ...], sd: float) -> LabelledReading:
    return LabelledReading(
        reading=reading_of(sure(places)),
        identity=np.array(ids, np.intp),
        groups=groups,
        contrasts_sd=dict.fromkeys(range(20), sd),
    )


def told(
    now: LabelledReading, before: LabelledReading, fates: dict[int, Change], woman: str = "w-0000"
) -> Told:
    return told_of(
        LabelledPair(woman=woman, current=now, prior=before, fates=fates), registration_of()
    )


def same(sd: float = 9.0, fates: dict[int, Change] | None = None, woman: str = "w-0000") -> Told:
    """Ten particles at both dates, of group 1."""
    reading = read(TEN, list(range(10)), (1,), sd)
    return told(reading, reading, {1: Change.STABLE} if fates is None else fates, woman)


def test_links_between_marks_of_one_particle_are_right() -> None:
    assert link_counts(same()) == (10, 10, 20)
    precision, recall, f1 = f1_of([same()])
    assert (precision, recall) == ("10/10 = 1.000", "10/20 = 0.500")
    assert f1.startswith("0.667 (")


def test_links_between_marks_of_two_particles_are_wrong() -> None:
    reading = read(TEN, list(range(10)), (1,), 9.0)
    crossed = read(TEN, [1, 0, *range(2, 10)], (1,), 9.0)
    assert link_counts(told(reading, crossed, {}))[:2] == (8, 10)


def test_faint_particles_are_neither_right_nor_wrong() -> None:
    assert link_counts(same(sd=5.9)) == (0, 0, 0)


def test_what_is_told_of_a_planted_group_is_compared_with_its_fate() -> None:
    right, wrong = same(), same(fates={1: Change.NEW})
    missed = same(fates={7: Change.RESOLVED})
    assert outcomes(right) == [(Change.STABLE, "stable")]
    assert outcomes(wrong) == [(Change.NEW, "stable")]
    assert outcomes(missed) == [(Change.RESOLVED, NOT_FOUND)]
    assert [right_counts(one) for one in (right, wrong, missed)] == [(1, 1), (0, 1), (0, 0)]
    table = confusion([right, wrong, missed])
    assert [row[0] for row in table] == [one.value for one in Change]
    assert sum(int(cell) for row in table for cell in row[1:]) == 3


def test_a_false_change_is_one_told_of_an_unchanged_woman() -> None:
    nothing = LabelledReading(
        reading=reading_of([]), identity=np.zeros(0, np.intp), groups=(), contrasts_sd={}
    )
    new = read(TEN[:5], [NOWHERE] * 5, (NOWHERE,), 9.0)
    false = told(new, nothing, {})
    assert (false_pair(same()), false_pair(false)) == ((False, 1), (True, 1))
    assert (false_groups(same()), false_groups(false)) == ((0, 1), (1, 1))
    # Of a woman who changes it is no false change.
    assert false_pair(same(fates={1: Change.NEW})) == (0, 0)


def test_added_groups_are_those_of_the_women_to_whom_one_was_added() -> None:
    nothing = read(TEN[:0], [], (), 9.0)
    new = read(TEN[:5], list(range(5)), (1,), 9.0)
    fates = {1: Change.NEW}
    assert added_counts(told(new, nothing, fates, "w-0012")) == (1, 1)
    assert added_counts(told(new, nothing, fates, "w-0015")) == (0, 0)
    assert added_counts(same(woman="w-0012")) == (0, 0)


def test_coverage_counts_women_of_whom_every_group_lies_within() -> None:
    assert within_bands(Measure.COUNT)(same()) == (True, 1)
    more = told(read(TEN, list(range(10)), (1,), 9.0), read(TEN[:5], list(range(5)), (1,), 9.0), {})
    assert within_bands(Measure.COUNT)(more) == (False, 1)
    assert within_bands(Measure.MEAN_DIAMETER_MM)(more) == (True, 1)


def test_shares_are_by_woman_and_say_when_all_agree() -> None:
    women = [same(), same(fates={1: Change.NEW}), same()]
    words = share(women, right_counts)
    assert words.startswith("2/3 = 66.7 % (")
    assert BY_COUNTS not in words
    assert BY_COUNTS in share(women[:1], right_counts)
    assert share([], right_counts) == "none"


def test_calibration_counts_links_of_planted_particles_by_what_they_state() -> None:
    rows = calibration([same()])
    assert sum(int(row[1]) for row in rows) == 10
    assert {row[3] for row in rows} == {"1.000"}
    reading, crossed = read(TEN, list(range(10)), (1,), 9.0), read(TEN, [-1] * 10, (1,), 9.0)
    assert {row[3] for row in calibration([told(reading, crossed, {})])} == {"0.000"}
    assert calibration([told(crossed, crossed, {})]) == []
