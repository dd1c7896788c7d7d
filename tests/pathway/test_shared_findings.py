"""A finding that CC and MLO show has one tracking UID."""

from dataclasses import replace

from tests.analysis.test_courses import CURRENT, change, comparison, prior

from calcsight.pathway.shared_findings import shared, tracking_of
from calcsight.terms.comparison import Series

CC, MLO, OTHER = ("1.1", 1), ("1.2", 3), ("1.2", 4)


def test_what_one_view_knows_the_other_knows() -> None:
    assert shared({CC: "2.25.1"}, [(CC, MLO)]) == {CC: "2.25.1", MLO: "2.25.1"}
    assert shared({MLO: "2.25.1"}, [(CC, MLO)]) == {CC: "2.25.1", MLO: "2.25.1"}
    assert shared({}, [(CC, MLO)]) == {}


def test_two_findings_followed_apart_stay_apart() -> None:
    apart = {CC: "2.25.1", MLO: "2.25.2", OTHER: "2.25.3"}
    assert shared(apart, [(CC, MLO)]) == apart


def test_every_group_of_a_tracked_series_is_known_after_it() -> None:
    before = prior(2023)
    one = comparison(before, replace(change((3, 9)), prior=(1, 2)))
    series = Series(comparisons=(one,), courses=())
    told = tracking_of(series, {(before.mammogram.uid, 2): "2.25.9", OTHER: "2.25.3"})
    assert told == {
        OTHER: "2.25.3",
        (before.mammogram.uid, 1): "2.25.7",
        (before.mammogram.uid, 2): "2.25.9",
        (CURRENT.mammogram.uid, 1): "2.25.7",
    }
