"""One finding over all dates as a drawing: laid out here, SVG in the template."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

Point = Mapping[str, Any]

WIDTH, HEIGHT = 460.0, 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 26.0, 26.0, 40.0
# Labels of dates nearer than this would lie on each other.
_LEAST_APART = 66.0
_STEPS = (2, 4, 6, 8, 10, 12, 16, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One date.

    Parameters
    ----------
    x : float
    y : float or None
        None = not comparable at that date, or nothing was there to have an extent.
    low, high : float or None
        Ends of the band, as places on the drawing.
    text, day : str
        The value and the date; a day that has no room is "".
    said : str
        The whole in words.
    """

    x: float
    y: float | None
    low: float | None
    high: float | None
    text: str
    day: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChart:
    """One number of a finding over all dates.

    Parameters
    ----------
    title : str
    points : tuple of ChartPoint
    lines : tuple of str
        Paths through what is known.
    ticks : tuple of (float, str)
        Heights and their labels.
    base : float
        Height of 0.
    """

    title: str
    points: tuple[ChartPoint, ...]
    lines: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    base: float
    width: float = WIDTH
    height: float = HEIGHT


def course_charts(points: Sequence[Point]) -> tuple[CourseChart, ...]:
    """Lay out number and extent of one finding.

    Parameters
    ----------
    points : sequence of mapping
        As `comparison.json` holds them, oldest first.

    Returns
    -------
    tuple of CourseChart
        None of what has no number at any date.
    """
    wanted = (
        ("Calcifications", "count", "count_band", 0),
        ("Extent, mm", "extent_mm", "extent_band_mm", 1),
    )
    return tuple(
        _chart(title, points, (value, band), decimals)
        for title, value, band, decimals in wanted
        if any(one[value] is not None for one in points)
    )


def _chart(
    title: str, points: Sequence[Point], keys: tuple[str, str], decimals: int
) -> CourseChart:
    """Lay out one number."""
    value, band = keys
    known = [one[value] for one in points if one[value] is not None]
    tops = [one[band][1] for one in points if one[band] is not None]
    highest = _round_top(max([*known, *tops, 1.0]))
    places = _across(points)
    laid = [_point(one, x, keys, highest, decimals) for one, x in zip(points, places, strict=True)]
    return CourseChart(
        title=title,
        points=tuple(_with_room(laid)),
        lines=tuple(_lines(laid)),
        ticks=tuple(
            (_height(part * highest, highest), f"{part * highest:g}") for part in (0.0, 0.5, 1.0)
        ),
        base=_height(0.0, highest),
    )


def _point(
    one: Point, x: float, keys: tuple[str, str], highest: float, decimals: int
) -> ChartPoint:
    """Lay out one date."""
    value, band = one[keys[0]], one[keys[1]]
    day = one["acquired_on"] or "date unknown"
    if value is None:
        text, said = ("none", "none there") if one["count"] == 0 else ("?", "not comparable")
        return ChartPoint(
            x=x, y=None, low=None, high=None, text=text, day=day, said=f"{day}: {said}"
        )
    text = f"{value:.{decimals}f}"
    around = f" ({band[0]:.1f} to {band[1]:.1f})" if band else ""
    return ChartPoint(
        x=x,
        y=_height(value, highest),
        low=_height(band[0], highest) if band else None,
        high=_height(band[1], highest) if band else None,
        text=text,
        day=day,
        said=f"{day}: {text}{around}",
    )


def _across(points: Sequence[Point]) -> list[float]:
    """Place dates by their distance in time; at even steps when one is unknown."""
    days = [
        date.fromisoformat(one["acquired_on"]) if one["acquired_on"] else None for one in points
    ]
    known = [day.toordinal() for day in days if day is not None]
    span = max(known) - min(known) if known else 0
    if len(known) == len(points) and span:
        shares = [(day - min(known)) / span for day in known]
    else:
        shares = [number / max(len(points) - 1, 1) for number in range(len(points))]
    return [round(_LEFT + 18 + share * (WIDTH - _LEFT - _RIGHT - 36), 1) for share in shares]


def _height(value: float, highest: float) -> float:
    """Return y of a value."""
    return round(HEIGHT - _BOTTOM - value / highest * (HEIGHT - _TOP - _BOTTOM), 1)


def _round_top(value: float) -> float:
    """Return a number of few digits that is no less; its half has few digits, too."""
    power = 10.0 ** math.floor(math.log10(value / 2))
    return next(step * power for step in _STEPS if step * power >= value)


def _lines(points: Sequence[ChartPoint]) -> list[str]:
    """Join neighbours in time that are both known."""
    return [
        f"M{one.x} {one.y}L{other.x} {other.y}"
        for one, other in itertools.pairwise(points)
        if one.y is not None and other.y is not None
    ]


def _with_room(points: Sequence[ChartPoint]) -> list[ChartPoint]:
    """Leave out days that would lie on a later one; the last always stands."""
    kept: list[ChartPoint] = []
    free = math.inf
    for one in reversed(points):
        fits = one.x <= free
        free = one.x - _LEAST_APART if fits else free
        kept.append(one if fits else replace(one, day=""))
    return kept[::-1]
