"""When a watched finding is due: every boundary to the day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from calcsight.pathway.schedule import (
    KeptBy,
    PlannedStep,
    Visit,
    due_steps,
    next_step,
    planned_by_rule,
)
from calcsight.terms.calendar_months import months_later
from calcsight.terms.errors import FollowUpError, SettingsError
from calcsight.terms.follow_up import DueStanding, DueStep, FollowUpSettings
from calcsight.terms.guidance import Guidance

SETTINGS = FollowUpSettings()
EXAM = date(2024, 1, 15)
MOSTLY = hypothesis_settings(deadline=None, max_examples=200, derandomize=True)
NOT_DUE, DUE, OVERDUE, LOST, KEPT, MISSED = DueStanding


def exams(*days: date) -> list[Visit]:
    return [Visit(on=one, name=f"exam of {one}", kind=KeptBy.EXAM) for one in days]


def steps(on: date, *seen: date, start: date = EXAM, **more: Any) -> tuple[DueStep, ...]:
    chosen = FollowUpSettings(**more)
    return due_steps(planned_by_rule(start, chosen), exams(*seen), on, chosen)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 8, 30), 6, date(2025, 2, 28)),
        (date(2024, 8, 28), 6, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 10, 31), 1, date(2024, 11, 30)),
        (date(2025, 1, 31), -2, date(2024, 11, 30)),
        (date(2025, 2, 28), -2, date(2024, 12, 28)),
        (date(2024, 1, 15), 0, date(2024, 1, 15)),
    ],
)
def test_calendar_months_are_clamped(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


@pytest.mark.parametrize(("day", "months"), [(date(9999, 8, 31), 6), (date(1, 1, 1), -1)])
def test_a_day_beyond_the_calendar_is_refused(day: date, months: int) -> None:
    with pytest.raises(FollowUpError, match="calendar"):
        months_later(day, months)


def test_the_first_and_the_last_year_of_the_calendar_are_taken() -> None:
    assert months_later(date(9999, 6, 30), 6) == date(9999, 12, 30)
    assert months_later(date(1, 3, 31), -2) == date(1, 1, 31)


@MOSTLY
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_later_keeps_the_day_or_is_the_last_of_its_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day


def test_the_usual_steps_are_those_of_the_register(guidance: Guidance) -> None:
    held = {name: guidance.claims[name].value for name in guidance.claims}
    claims = ("follow-up.first", "follow-up.second", "follow-up.last")
    assert SETTINGS.months == tuple(held[name] for name in claims)
    assert SETTINGS.opens_before_months == held["our-choice.due-before"]
    assert SETTINGS.overdue_after_days == held["our-choice.due-after"]
    assert SETTINGS.lost_after_months == held["our-choice.lost-after"]
    units = {name: guidance.claims[name].unit for name in guidance.claims}
    assert units["our-choice.due-after"] == "days"
    assert {units[name] for name in (*claims, "our-choice.lost-after")} == {"months"}


def test_steps_are_due_six_twelve_and_twenty_four_months_after_the_exam() -> None:
    due = [one.due_on for one in steps(EXAM, start=date(2023, 8, 31))]
    assert due == [date(2024, 2, 29), date(2024, 8, 31), date(2025, 8, 31)]
    assert [one.number for one in steps(EXAM)] == [1, 2, 3]


# The first step of an exam of 15 January 2024 is due on 15 July.
@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2024, 1, 15), NOT_DUE),
        (date(2024, 5, 14), NOT_DUE),
        (date(2024, 5, 15), DUE),
        (date(2024, 7, 14), DUE),
        (date(2024, 7, 15), DUE),
        (date(2024, 7, 16), DUE),
        (date(2024, 8, 14), DUE),
        (date(2024, 8, 15), OVERDUE),
        (date(2024, 10, 14), OVERDUE),
        (date(2024, 10, 15), LOST),
        (date(2030, 1, 1), LOST),
    ],
)
def test_each_boundary_of_a_step_to_the_day(on: date, standing: DueStanding) -> None:
    assert steps(on)[0].standing is standing


@pytest.mark.parametrize(
    ("number", "opens", "last_due", "lost"),
    [
        (1, date(2024, 12, 28), date(2025, 3, 30), date(2025, 5, 28)),
        (2, date(2025, 6, 30), date(2025, 9, 30), date(2025, 11, 30)),
        (3, date(2026, 6, 30), date(2026, 9, 30), date(2026, 11, 30)),
    ],
)
def test_boundaries_after_a_last_day_of_a_month(
    number: int, opens: date, last_due: date, lost: date
) -> None:
    start, one_day = date(2024, 8, 31), timedelta(days=1)

    def standing(on: date) -> DueStanding:
        return steps(on, start=start)[number - 1].standing

    assert [standing(opens - one_day), standing(opens)] == [NOT_DUE, DUE]
    assert [standing(last_due), standing(last_due + one_day)] == [DUE, OVERDUE]
    assert [standing(lost - one_day), standing(lost)] == [OVERDUE, LOST]


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        (date(2024, 1, 15), False),
        (date(2024, 5, 14), False),
        (date(2024, 5, 15), True),
        (date(2024, 7, 15), True),
        (date(2024, 8, 15), True),
        (date(2024, 10, 14), True),
        (date(2024, 10, 15), False),
    ],
)
def test_an_exam_keeps_a_step_from_its_opening_until_it_is_lost(seen: date, kept: bool) -> None:
    first = steps(date(2024, 11, 1), seen)[0]
    assert (first.standing is KEPT) is kept
    assert first.kept_on == (seen if kept else None)
    assert first.kept_by == (f"exam of {seen}" if kept else "")


def test_an_exam_of_a_later_day_is_not_known_yet() -> None:
    seen = date(2024, 7, 20)
    assert steps(date(2024, 7, 19), seen)[0].standing is DUE
    assert steps(date(2024, 7, 20), seen)[0].standing is KEPT


def test_a_step_is_missed_and_no_longer_lost_once_she_is_seen_again() -> None:
    seen = date(2024, 10, 20)
    assert steps(date(2024, 10, 19), seen)[0].standing is LOST
    assert [one.standing for one in steps(seen, seen)] == [MISSED, NOT_DUE, NOT_DUE]


def test_an_exam_on_the_day_of_loss_finds_it_missed() -> None:
    seen = date(2024, 10, 15)
    assert steps(seen)[0].standing is LOST
    assert steps(seen, seen)[0].standing is MISSED


def test_the_next_step_is_the_first_that_is_waited_for() -> None:
    after_first = steps(date(2024, 8, 1), date(2024, 7, 10))
    assert next_step(after_first) == after_first[1]
    lost = steps(date(2024, 12, 1))
    assert [one.standing for one in lost[:2]] == [LOST, DUE]
    assert next_step(lost) == lost[0]
    kept = steps(date(2026, 2, 1), date(2024, 7, 1), date(2025, 1, 10), date(2026, 1, 20))
    assert [one.standing for one in kept] == [KEPT, KEPT, KEPT]
    assert next_step(kept) is None


def test_one_exam_keeps_one_step_although_two_are_open() -> None:
    close = steps(date(2024, 4, 20), date(2024, 4, 15), months=(3, 4))
    assert [one.standing for one in close] == [KEPT, DUE]
    both = steps(date(2024, 5, 20), date(2024, 4, 15), date(2024, 5, 15), months=(3, 4))
    assert [one.kept_on for one in both] == [date(2024, 4, 15), date(2024, 5, 15)]


def test_a_step_never_opens_before_the_exam_it_counts_from() -> None:
    first = steps(EXAM, months=(1, 12))[0]
    assert first.opens_on == EXAM
    assert steps(EXAM, EXAM, months=(1, 12))[0].kept_on is None


def test_a_withdrawn_step_stands_in_the_history_only_if_it_was_kept_or_lost() -> None:
    first, second, _ = planned_by_rule(EXAM, SETTINGS)
    later = date(2026, 1, 1)

    def history(withdrawn: date, *seen: date) -> list[DueStanding]:
        gone = [
            PlannedStep(
                counted_from=one.counted_from,
                months=one.months,
                due_on=one.due_on,
                withdrawn_on=withdrawn,
            )
            for one in (first, second)
        ]
        return [one.standing for one in due_steps(gone, exams(*seen), later, SETTINGS)]

    assert history(date(2024, 7, 20), date(2024, 7, 20)) == [KEPT]
    assert history(date(2024, 7, 20), date(2024, 7, 21)) == []
    assert history(date(2024, 10, 14)) == []
    assert history(date(2024, 10, 15)) == [LOST]


def test_tissue_keeps_a_biopsy_that_was_planned_and_an_exam_does_not() -> None:
    plan = PlannedStep(
        counted_from=EXAM, months=None, due_on=date(2024, 2, 1), kept_by=KeptBy.TISSUE
    )
    taken = Visit(on=EXAM, name="biopsy", kind=KeptBy.TISSUE)
    seen = exams(date(2024, 1, 20))
    assert due_steps([plan], seen, date(2024, 2, 1), SETTINGS)[0].standing is DUE
    assert due_steps([plan], [taken, *seen], date(2024, 2, 1), SETTINGS)[0].kept_by == "biopsy"


@MOSTLY
@given(
    st.dates(date(2000, 1, 1), date(2050, 12, 31)),
    st.integers(0, 1200),
    st.lists(st.integers(1, 1200), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_exams_says_nothing_and_a_kept_step_stays_kept(
    start: date, on: int, seen: list[int], mixed: Any
) -> None:
    days = [start + timedelta(days=one) for one in seen]
    asked = start + timedelta(days=on)
    found = steps(asked, *days, start=start)
    mixed.shuffle(days)
    assert steps(asked, *days, start=start) == found
    later = steps(asked + timedelta(days=40), *days, start=start)
    for now, then in zip(found, later, strict=True):
        if now.standing in {KEPT, MISSED}:
            assert then == now
    kept = [one.kept_on for one in found if one.kept_on]
    assert len(kept) == len(set(kept))


@MOSTLY
@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)), st.integers(0, 1200))
def test_an_unkept_step_only_ever_moves_on(start: date, on: int) -> None:
    ranks = [NOT_DUE, DUE, OVERDUE, LOST]
    asked = start + timedelta(days=on)
    today = steps(asked, start=start)
    tomorrow = steps(asked + timedelta(days=1), start=start)
    for now, then in zip(today, tomorrow, strict=True):
        assert ranks.index(then.standing) - ranks.index(now.standing) in (0, 1)


@pytest.mark.parametrize(
    "stated",
    [
        {"months": ()},
        {"months": (6, 6)},
        {"months": (12, 6)},
        {"months": (0,)},
        {"months": (6.0,)},
        {"months": (True,)},
        {"months": (121,)},
        {"opens_before_months": -1},
        {"overdue_after_days": -1},
        {"overdue_after_days": float("nan")},
        {"lost_after_months": 0},
        {"overdue_after_days": 84},
        {"overdue_after_days": 28, "lost_after_months": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="follow_up"):
        FollowUpSettings(**stated)


def test_settings_at_their_limits_are_taken() -> None:
    widest = FollowUpSettings(months=(1, 120), opens_before_months=0, overdue_after_days=83)
    assert (widest.months, widest.overdue_after_days) == ((1, 120), 83)
