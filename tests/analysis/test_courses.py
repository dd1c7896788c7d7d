"""One finding through several comparisons."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.conftest import COLUMNS, PITCH_MM, hand_made_reading
from tests.terms.test_registration import registration

from calcsight.analysis.courses import courses
from calcsight.analysis.frames import mm_of, points_of_mm
from calcsight.terms.comparison import (
    Comparison,
    Frame,
    GroupChange,
    LinkKind,
    Measure,
    MeasuredChange,
    NotComparable,
)
from calcsight.terms.guidance import Change
from calcsight.terms.reading import Reading

STILL = registration(np.zeros((2, 30, 30)), np.zeros((2, 30, 30)))
CURRENT = hand_made_reading()


def prior(year: int, groups: bool = True) -> Reading:
    mammogram = replace(CURRENT.mammogram, uid=f"1.{year}", acquired_on=date(year, 3, 1))
    groupings = CURRENT.groupings if groups else ()
    return replace(CURRENT, mammogram=mammogram, groupings=groupings)


def measured(measure: Measure, before: float | None, now: float | None) -> MeasuredChange:
    return MeasuredChange(
        measure=measure,
        prior=before,
        current=now,
        difference=None if before is None or now is None else now - before,
        percent=None,
        band=(-2.0, 2.0),
    )


def change(count: tuple[float | None, float | None], **said: Any) -> GroupChange:
    usual: dict[str, Any] = {
        "number": 1,
        "tracking_uid": "2.25.7",
        "kind": LinkKind.LINKED,
        "current": (1,),
        "prior": (1,),
        "row": CURRENT.groups[0].row,
        "column": CURRENT.groups[0].column,
        "frame": Frame.CURRENT,
        "change": Change.INCREASED,
        "probability": 0.9,
        "measures": (measured(Measure.COUNT, *count), measured(Measure.EXTENT_MM, 4.0, 5.2)),
    }
    return GroupChange(**{**usual, **said})


def comparison(before: Reading, *groups: GroupChange, **said: Any) -> Comparison:
    usual: dict[str, Any] = {
        "current": CURRENT,
        "prior": before,
        "days": None,
        "not_comparable": None,
        "registration": STILL,
        "groups": groups,
    }
    return Comparison(**{**usual, **said})


def test_each_date_gives_its_own_number_with_its_band() -> None:
    (course,) = courses(
        [comparison(prior(2022), change((3, 9))), comparison(prior(2023), change((6, 9)))]
    )
    assert course.tracking_uid == "2.25.7"
    assert [one.count for one in course.points] == [3, 6, 9]
    assert [one.count_band for one in course.points] == [(1.0, 5.0), (4.0, 8.0), (7.0, 11.0)]
    assert [one.extent_mm for one in course.points] == [4.0, 4.0, 5.2]
    assert [one.acquired_on for one in course.points] == [
        date(2022, 3, 1),
        date(2023, 3, 1),
        CURRENT.mammogram.acquired_on,
    ]
    assert course.points[0].row == CURRENT.groups[0].row


def test_a_date_that_cannot_be_compared_has_no_number_and_one_without_it_has_zero() -> None:
    failed = comparison(
        prior(2022), not_comparable=NotComparable.REGISTRATION_FAILED, registration=None
    )
    new = change((0, 9), kind=LinkKind.APPEARED, prior=(), change=Change.NEW)
    unseen = change((None, 9), change=None, not_comparable=NotComparable.NOT_SHOWN, prior=())
    (course,) = courses(
        [failed, comparison(prior(2023), unseen), comparison(prior(2024, groups=False), new)]
    )
    assert [one.count for one in course.points] == [None, None, 0, 9]
    assert [one.row is None for one in course.points] == [True, True, True, False]
    assert course.points[2].count_band == (0.0, 2.0)


def test_particles_that_were_there_without_a_group_have_a_place_before() -> None:
    (course,) = courses([comparison(prior(2023, groups=False), change((3, 9), prior=()))])
    assert course.points[0].count == 3
    assert course.points[0].row == pytest.approx(CURRENT.groups[0].row)
    assert course.points[0].column == pytest.approx(CURRENT.groups[0].column)


def gone(row: float, column: float) -> GroupChange:
    return change(
        (6, 0),
        number=2,
        kind=LinkKind.DISAPPEARED,
        current=(),
        row=row,
        column=column,
        frame=Frame.PRIOR,
        change=Change.RESOLVED,
    )


def test_what_is_there_no_more_is_one_finding_at_all_its_dates() -> None:
    empty = replace(CURRENT, groupings=())
    found = courses(
        [
            comparison(prior(2021), gone(100.0, 100.0), current=empty),
            comparison(prior(2022), gone(110.0, 104.0), gone(350.0, 300.0), current=empty),
        ]
    )
    assert [[one.count for one in course.points] for course in found] == [[6, 6, 0], [None, 6, 0]]
    assert found[0].points[-1].row is None


def test_what_left_a_few_particles_is_still_one_finding_at_all_its_dates() -> None:
    """A group that is no more has its place in the current file where some of it is left."""
    away = registration(np.full((2, 30, 30), 30.0), np.full((2, 30, 30), -30.0))
    here = mm_of([(110.0, 104.0)], CURRENT.mammogram)
    row, column = points_of_mm(away.in_prior(here), CURRENT.mammogram)[0]
    left = replace(gone(110.0, 104.0), frame=Frame.CURRENT, change=Change.DECREASED)
    empty = replace(CURRENT, groupings=())
    found = courses(
        [
            comparison(prior(2021), gone(row, column), current=empty, registration=away),
            comparison(prior(2022), left, current=empty, registration=away),
        ]
    )
    assert [[one.count for one in course.points] for course in found] == [[6, 6, 0]]


def test_what_no_prior_shows_has_its_number_of_today() -> None:
    unseen = change(
        (None, None),
        change=None,
        not_comparable=NotComparable.NOT_SHOWN,
        prior=(),
        measures=(),
    )
    (course,) = courses([comparison(prior(2023), unseen)])
    own = CURRENT.groups[0]
    assert [one.count for one in course.points] == [None, own.count]
    assert course.points[-1].extent_mm == own.extent_mm
    assert course.points[-1].count_band is None
    (course,) = courses([comparison(prior(2022), change((3, 9))), comparison(prior(2023), unseen)])
    assert [one.count for one in course.points] == [3, None, 9]


def test_a_group_that_fell_into_two_is_one_course() -> None:
    first = CURRENT.groups[0]
    second = replace(first, number=2)
    grouping = replace(CURRENT.groupings[0], groups=(first, second))
    now = replace(CURRENT, groupings=(grouping,))
    split = change((9, 9), kind=LinkKind.SPLIT, current=(1, 2))
    (course,) = courses([comparison(prior(2023), split, current=now)])
    assert [one.count for one in course.points] == [9, 9]


def test_no_comparison_no_course() -> None:
    assert courses([]) == ()


def test_places_in_mm_are_of_the_reading_frame() -> None:
    place = mm_of([(10.0, 20.0)], CURRENT.mammogram)
    assert place == pytest.approx(np.array([(1.0, (COLUMNS - 1 - 20) * PITCH_MM)]))
    assert points_of_mm(place, CURRENT.mammogram) == pytest.approx(np.array([(10.0, 20.0)]))
