"""One finding over all dates: what each comparison says of it, in one line of time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.frames import mm_of, points_of_mm
from calcsight.terms.comparison import (
    Comparison,
    Course,
    CoursePoint,
    Frame,
    GroupChange,
    Measure,
    MeasuredChange,
)
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

# Groups that are gone are one finding at several dates when their places, carried over to the
# current view, lie this near to each other.
_SAME_PLACE_MM = 10.0


def courses(comparisons: Sequence[Comparison]) -> tuple[Course, ...]:
    """Put what was found at each date into one line of time for each finding.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Of one current reading, oldest prior first.

    Returns
    -------
    tuple of Course
        Groups of the current reading first, in its order, those that every comparison tells of
        as one in one course; then what is there no more. A date at which the place cannot be
        compared has no number, not 0. The current number is that of the latest comparison that
        could count; where none could, of the group as it was read.
    """
    if not comparisons:
        return ()
    current = comparisons[-1].current
    there = [
        tuple(_change_of(one, group.number) for one in comparisons) for group in current.groups
    ]
    # Groups that every comparison tells of as one are one finding.
    once = {tuple(map(id, changes)): changes for changes in there}
    return tuple(
        _course(comparisons, changes)
        for changes in (*once.values(), *_gone(comparisons))
        if any(changes)
    )


Changes = tuple[GroupChange | None, ...]


def _change_of(comparison: Comparison, number: int) -> GroupChange | None:
    """Return what a comparison says of a group of the current reading."""
    return next((one for one in comparison.groups if number in one.current), None)


def _gone(comparisons: Sequence[Comparison]) -> list[Changes]:
    """Gather the groups that are there no more, the same place together."""
    found: list[tuple[NDArray[np.float64], dict[int, GroupChange]]] = []
    for at, comparison in reversed(list(enumerate(comparisons))):
        for group in comparison.groups:
            if group.current or comparison.registration is None:
                continue
            here_mm = _here_mm(group, comparison, comparison.registration)
            near = [
                known
                for place, known in found
                if at not in known and np.linalg.norm(place - here_mm) <= _SAME_PLACE_MM
            ]
            if near:
                near[0][at] = group
            else:
                found.append((here_mm, {at: group}))
    return [tuple(known.get(at) for at in range(len(comparisons))) for _, known in found]


def _here_mm(
    group: GroupChange, comparison: Comparison, registration: Registration
) -> NDArray[np.float64]:
    """Return the place of a group in the current view, (down, right), mm, reading frame."""
    place = [(group.row, group.column)]
    if group.frame is Frame.CURRENT:
        return np.asarray(mm_of(place, comparison.current.mammogram)[0])
    there_mm = mm_of(place, comparison.prior.mammogram)
    return np.asarray(registration.in_current(there_mm)[0])


def _course(comparisons: Sequence[Comparison], changes: Changes) -> Course:
    """Return one finding's course: each prior, then the current date."""
    told = [one for one in reversed(changes) if one is not None]
    counted = next((one for one in told if _measured(one, Measure.COUNT)), told[0])
    points = [_before(*pair) for pair in zip(comparisons, changes, strict=True)]
    return Course(
        tracking_uid=told[0].tracking_uid,
        points=(*points, _now(comparisons[-1].current, counted)),
    )


def _before(comparison: Comparison, change: GroupChange | None) -> CoursePoint:
    """Return what there was at the date of a prior."""
    known = change is not None and change.not_comparable is None
    place = _place_before(comparison, change) if change is not None and known else None
    count = _measured(change, Measure.COUNT)
    extent = _measured(change, Measure.EXTENT_MM)
    return CoursePoint(
        acquired_on=comparison.prior.mammogram.acquired_on,
        mammogram_uid=comparison.prior.mammogram.uid,
        row=None if place is None else place[0],
        column=None if place is None else place[1],
        count=_whole(count.prior) if known and count else None,
        extent_mm=extent.prior if known and extent else None,
        count_band=_around(count, None if count is None else count.prior) if known else None,
        extent_band_mm=_around(extent, None if extent is None else extent.prior) if known else None,
    )


def _now(current: Reading, change: GroupChange) -> CoursePoint:
    """Return what there is now."""
    count, extent = _measured(change, Measure.COUNT), _measured(change, Measure.EXTENT_MM)
    here = change.frame is Frame.CURRENT
    own = [group for group in current.groups if group.number in change.current]
    count_now = _whole(count.current) if count else None
    extent_now = extent.current if extent else None
    if not count and len(own) == 1:
        count_now, extent_now = own[0].count, own[0].extent_mm
    return CoursePoint(
        acquired_on=current.mammogram.acquired_on,
        mammogram_uid=current.mammogram.uid,
        row=change.row if here else None,
        column=change.column if here else None,
        count=count_now,
        extent_mm=extent_now,
        count_band=_around(count, None if count is None else count.current),
        extent_band_mm=_around(extent, None if extent is None else extent.current),
    )


def _place_before(comparison: Comparison, change: GroupChange) -> tuple[float, float] | None:
    """Return where it lay in the prior's own frame; None when there was nothing of it."""
    numbers = {group.number: group for group in comparison.prior.groups}
    own = [numbers[number] for number in change.prior if number in numbers]
    if own:
        return own[0].row, own[0].column
    count = _measured(change, Measure.COUNT)
    if change.frame is Frame.PRIOR:
        return change.row, change.column
    if comparison.registration is None or not count or not count.prior:
        return None
    here_mm = mm_of([(change.row, change.column)], comparison.current.mammogram)
    there_mm = comparison.registration.in_prior(here_mm)
    row, column = points_of_mm(there_mm, comparison.prior.mammogram)[0]
    return float(row), float(column)


def _measured(change: GroupChange | None, measure: Measure) -> MeasuredChange | None:
    measures = () if change is None else change.measures
    return next((one for one in measures if one.measure is measure), None)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _around(measured: MeasuredChange | None, value: float | None) -> tuple[float, float] | None:
    """Return what repetition alone might make of a value, never below 0."""
    if measured is None or measured.band is None or value is None:
        return None
    low, high = measured.band
    return max(0.0, value + low), value + high
