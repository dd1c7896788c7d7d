"""When a watched finding is due, overdue or lost: calendar months, counted from the exam."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from calcsight.terms.calendar_months import months_later
from calcsight.terms.follow_up import DueStanding, DueStep, FollowUpSettings


class KeptBy(Enum):
    """What keeps a planned step."""

    EXAM = "exam"
    TISSUE = "tissue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step as it was planned, whatever came of it.

    Parameters
    ----------
    counted_from : date
        The exam, or the biopsy, from which it counts; what keeps it comes later than an exam.
    months : int or None
        None = the reader named `due_on`.
    due_on : date
    kept_by : KeptBy
    named_on : date or None
        When the reader named the day; what came before cannot have kept it. None = by the rule.
    withdrawn_on : date or None
        On this day a person planned otherwise, or tissue was taken; it stands in the history if
        it was kept or lost by then, and is forgotten if not.
    """

    counted_from: date
    months: int | None
    due_on: date
    kept_by: KeptBy = KeptBy.EXAM
    named_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A day on which the finding was seen, or tissue of it was taken."""

    on: date
    name: str
    kind: KeptBy


def planned_by_rule(counted_from: date, settings: FollowUpSettings) -> tuple[PlannedStep, ...]:
    """Return the steps of a short-interval follow-up that starts on a day."""
    return tuple(
        PlannedStep(counted_from=counted_from, months=m, due_on=months_later(counted_from, m))
        for m in settings.months
    )


def due_steps(
    planned: Sequence[PlannedStep],
    visits: Sequence[Visit],
    on: date,
    settings: FollowUpSettings,
) -> tuple[DueStep, ...]:
    """Return every step with where it stands on a day.

    A step is kept by the first visit from its opening day to the day before it is lost; one
    visit keeps one step, the earliest that is open. Visits after `on` are not known yet.

    Parameters
    ----------
    planned : sequence of PlannedStep
    visits : sequence of Visit
        In any order; several on one day count once.
    on : date
    settings : FollowUpSettings

    Returns
    -------
    tuple of DueStep
        By their days, numbered from 1.
    """
    ordered = sorted(planned, key=lambda one: (one.due_on, one.counted_from))
    steps = [_opened(one, settings) for one in ordered]
    known = sorted((one for one in visits if one.on <= on), key=lambda one: (one.on, one.name))
    for kind in KeptBy:
        days = {one.on: one for one in reversed(known) if one.kind is kind}
        for day in sorted(days):
            _keep_one(steps, ordered, days[day])
    seen = [one.on for one in known if one.kind is KeptBy.EXAM]
    standing = [_with_standing(step, on, seen) for step in steps]
    remembered = [
        step
        for step, plan in zip(standing, ordered, strict=True)
        if plan.withdrawn_on is None
        or plan.withdrawn_on > on
        or step.kept_on is not None
        or step.lost_from <= plan.withdrawn_on
    ]
    return tuple(replace(one, number=number) for number, one in enumerate(remembered, 1))


def next_step(steps: Sequence[DueStep]) -> DueStep | None:
    """Return the first step that is neither kept nor missed; None = nothing is waited for."""
    over = {DueStanding.KEPT, DueStanding.MISSED}
    return next((one for one in steps if one.standing not in over), None)


def _opened(plan: PlannedStep, settings: FollowUpSettings) -> DueStep:
    """Return a step with its days, not kept yet."""
    opens = months_later(plan.due_on, -settings.opens_before_months)
    lost = months_later(plan.due_on, settings.lost_after_months)
    return DueStep(
        number=0,
        counted_from=plan.counted_from,
        months=plan.months,
        due_on=plan.due_on,
        opens_on=max(opens, plan.counted_from),
        overdue_from=plan.due_on + timedelta(days=settings.overdue_after_days + 1),
        lost_from=lost,
        standing=DueStanding.NOT_DUE,
    )


def _keep_one(steps: list[DueStep], planned: Sequence[PlannedStep], visit: Visit) -> None:
    """Mark the earliest open step that a visit keeps, if there is one."""
    for at, (step, plan) in enumerate(zip(steps, planned, strict=True)):
        later = visit.on > plan.counted_from or plan.kept_by is KeptBy.TISSUE
        later = later and visit.on >= (plan.named_on or visit.on)
        stood = plan.withdrawn_on is None or visit.on <= plan.withdrawn_on
        open_then = step.opens_on <= visit.on < step.lost_from and step.kept_on is None
        if plan.kept_by is visit.kind and later and stood and open_then:
            steps[at] = replace(step, kept_on=visit.on, kept_by=visit.name)
            return


def _with_standing(step: DueStep, on: date, seen: Sequence[date]) -> DueStep:
    """Return a step with where it stands on a day."""
    if step.kept_on is not None:
        standing = DueStanding.KEPT
    elif on >= step.lost_from:
        later = any(day >= step.lost_from for day in seen)
        standing = DueStanding.MISSED if later else DueStanding.LOST
    elif on >= step.overdue_from:
        standing = DueStanding.OVERDUE
    elif on >= step.opens_on:
        standing = DueStanding.DUE
    else:
        standing = DueStanding.NOT_DUE
    return replace(step, standing=standing)
