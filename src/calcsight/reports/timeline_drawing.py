"""A finding's line of time as a drawing: laid out here, SVG in the template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from calcsight.reports.timeline_rows import (
    RowKind,
    TimelineRow,
    appearance_words,
    step_words,
)
from calcsight.terms.finding import Finding
from calcsight.terms.finding_standing import FindingStanding
from calcsight.terms.mammogram import view_name

WIDTH, LEFT, RIGHT = 1080.0, 112.0, 24.0
# Heights of the lanes: counts over time, then a line each for what people did and what is due.
COUNT_TOP, COUNT_HEIGHT = 46.0, 84.0
LANE_HEIGHT = 34.0
LANES = (
    ("assessed", frozenset({RowKind.ASSESSMENT, RowKind.ENDING})),
    ("tissue", frozenset({RowKind.BIOPSY, RowKind.PATHOLOGY, RowKind.CONCORDANCE})),
    ("due", frozenset({RowKind.DUE})),
)
HEIGHT = COUNT_TOP + COUNT_HEIGHT + LANE_HEIGHT * len(LANES) + 44.0
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_LABELS_Y = (-6.0, 15.0)
# Labels nearer than this would run into each other; the table below has every word.
_LABEL_ROOM = 76.0
_LEAST_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A mark with its label ("" = no room for one) and the words a pointer shows."""

    x: float
    y: float
    label: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The counts of one view, joined; `label_y` keeps the numbers of two views apart."""

    name: str
    colour: str
    label_y: float
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a step is due: a bar from its opening to the day on which it is lost."""

    x: float
    width: float
    due_x: float
    lost_x: float
    y: float
    standing: str
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDrawing:
    """Everything that the template draws for one finding.

    Parameters
    ----------
    ticks : tuple of (float, str)
        Where a year or a month begins.
    now_x : float
        The day that is asked about.
    """

    ticks: tuple[tuple[float, str], ...]
    now_x: float
    most: int
    courses: tuple[Course, ...]
    lanes: tuple[tuple[str, float], ...]
    dots: tuple[Dot, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Days along the drawing."""

    first: date
    days: int

    def place(self, day: date) -> float:
        """Return where a day stands, px."""
        share = (day - self.first).days / self.days
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def laid_out_time(
    finding: Finding, standing: FindingStanding, rows: Sequence[TimelineRow]
) -> TimeDrawing:
    """Lay out the line of time of one finding.

    Parameters
    ----------
    finding : Finding
    standing : FindingStanding
    rows : sequence of TimelineRow
        As the table below shows them.
    """
    days = [row.on for row in rows] + [standing.on]
    days += [day for one in standing.steps for day in (one.opens_on, one.lost_from)]
    axis = _axis(min(days), max(days))
    courses, most = _courses(finding, standing.on, axis)
    tops = {name: COUNT_TOP + COUNT_HEIGHT + LANE_HEIGHT * n for n, (name, _) in enumerate(LANES)}
    return TimeDrawing(
        ticks=tuple(_ticks(axis)),
        now_x=axis.place(standing.on),
        most=most,
        courses=courses,
        lanes=tuple((name, top + LANE_HEIGHT / 2 + 6) for name, top in tops.items()),
        dots=tuple(
            dot
            for name, kinds in LANES
            if name != "due"
            for dot in _dots([row for row in rows if row.kind in kinds], axis, tops[name])
        ),
        windows=tuple(_windows(standing, axis, tops["due"])),
    )


def _axis(first: date, last: date) -> _Axis:
    """Return an axis with some room on both sides."""
    span = max((last - first).days, _LEAST_DAYS)
    room = timedelta(days=max(10, span // 20))
    begin = first - room if first - date.min > room else first
    return _Axis(first=begin, days=span + 2 * room.days)


def _ticks(axis: _Axis) -> Iterator[tuple[float, str]]:
    """Yield where years begin, and their halves when the axis is short."""
    months = (1,) if axis.days > 6 * 366 else (1, 7) if axis.days > 2 * 366 else (1, 4, 7, 10)
    last = axis.first.toordinal() + axis.days
    for year in range(axis.first.year, date.fromordinal(min(last, date.max.toordinal())).year + 1):
        for month in months:
            day = date(year, month, 1)
            if axis.first <= day and day.toordinal() <= last:
                yield axis.place(day), f"{year}" if month == 1 else f"{year}-{month:02}"


def _courses(finding: Finding, on: date, axis: _Axis) -> tuple[tuple[Course, ...], int]:
    """Lay out the counts of each view, and return the highest."""
    known = [one for one in finding.appearances if one.acquired_on <= on and one.count is not None]
    most = max((one.count or 0 for one in known), default=0)
    names = sorted({view_name(one.laterality, one.view) for one in known})
    courses = []
    for number, name in enumerate(names):
        own = [one for one in known if view_name(one.laterality, one.view) == name]
        dots = tuple(
            Dot(
                x=axis.place(one.acquired_on),
                y=_height(one.count or 0, most),
                label=str(one.count),
                words=f"{one.acquired_on}: {appearance_words(one)}",
                kind=one.change.value if one.change else "",
            )
            for one in own
        )
        path = "".join(f"{'M' if n == 0 else 'L'}{dot.x} {dot.y}" for n, dot in enumerate(dots))
        courses.append(
            Course(
                name=name,
                colour=_COLOURS[number % len(_COLOURS)],
                label_y=_LABELS_Y[number % len(_LABELS_Y)],
                path=path,
                dots=dots,
            )
        )
    return tuple(courses), most


def _height(count: int, most: int) -> float:
    """Return where a count stands, px; 0 at the bottom."""
    return round(COUNT_TOP + COUNT_HEIGHT * (1 - count / max(most, 1)), 1)


def _dots(rows: Sequence[TimelineRow], axis: _Axis, top: float) -> Iterator[Dot]:
    """Lay out the marks of one lane; a label that has no room before the next is left out."""
    places = [axis.place(row.on) for row in rows]
    room = [later - earlier for earlier, later in pairwise([*places, WIDTH])]
    for row, x, free in zip(rows, places, room, strict=True):
        yield Dot(
            x=x,
            y=top + LANE_HEIGHT / 2 + 2,
            label=_short(row) if free >= _LABEL_ROOM else "",
            words=f"{row.on}: {row.words}",
            kind=row.kind.value,
        )


def _short(row: TimelineRow) -> str:
    """Name a mark in one or two words: "category 3", "benign"."""
    if row.kind is RowKind.ASSESSMENT:
        return row.words.partition(" (")[0]
    if row.kind in (RowKind.PATHOLOGY, RowKind.CONCORDANCE):
        return row.words.partition(": ")[2].partition(" (")[0].partition(", says")[0]
    return row.kind.value


def _windows(standing: FindingStanding, axis: _Axis, top: float) -> Iterator[Window]:
    """Lay out each step."""
    for one in standing.steps:
        start, end = axis.place(one.opens_on), axis.place(one.lost_from)
        yield Window(
            x=start,
            width=round(end - start, 1),
            due_x=axis.place(one.due_on),
            lost_x=end,
            y=top + 8,
            standing=one.standing.value,
            label=one.standing.text,
            words=f"{one.due_on}: {step_words(one)}",
        )
