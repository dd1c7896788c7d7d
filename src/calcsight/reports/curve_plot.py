"""Curves as a drawing that needs no program to be seen: laid out here, SVG in the template."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 620.0, 430.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 14.0, 12.0, 52.0
# The colours of Okabe and Ito, told apart by most eyes, with dashes for those and for print.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4")
_FROC_RANGES = {
    ("particles", "per_cm2"): (0.01, 10.0),
    ("groups", "per_cm2"): (0.0001, 1.0),
    ("particles", ""): (0.1, 100.0),
    ("groups", ""): (0.01, 10.0),
}
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve: its path, and how it is told apart."""

    rule: str
    path: str
    colour: str
    dash: str
    legend_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """An interval at one place."""

    x: float
    low: float
    high: float
    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A tick of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePlot:
    """A laid-out plot; the template turns it into SVG.

    Parameters
    ----------
    title, x_label, y_label : str
    lines : tuple of Line
    whiskers : tuple of Whisker
        Intervals of the primary rule.
    x_ticks, y_ticks : tuple of Tick
    """

    title: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    whiskers: tuple[Whisker, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """From false marks to a place in the drawing."""

    low: float
    high: float
    logarithmic: bool

    def place(self, value: float) -> float:
        """Return x; what lies outside goes to the edge."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            part = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Return the ticks: decades, or fifths."""
        if not self.logarithmic:
            values = [self.low + (self.high - self.low) * fifth / 5 for fifth in range(6)]
        else:
            first, last = round(math.log10(self.low)), round(math.log10(self.high))
            values = [10.0**power for power in range(first, last + 1)]
        return tuple(Tick(at=self.place(value), label=f"{value:g}") for value in values)


def laid_out_curves(
    curves: Sequence[Entry], figures: Sequence[Entry], primary: str, words: tuple[str, str, str]
) -> CurvePlot | None:
    """Lay out curves of one kind and denominator; None when there are none.

    Parameters
    ----------
    curves : sequence of mapping
        Of `evaluation.json`.
    figures : sequence of mapping
        Those whose intervals are drawn, of the primary rule.
    primary : str
        Code of the rule that is drawn first: the dashes of one that equals it lie on it.
    words : tuple of str
        Title and labels of x and y.
    """
    if not curves:
        return None
    froc = curves[0]["kind"] == "froc"
    axis = _axis(curves[0])
    lines = [
        Line(
            rule=one["rule"],
            path=_path(one["points"], axis, froc),
            colour=_COLOURS[number % len(_COLOURS)],
            dash=_DASHES[number % len(_DASHES)],
            legend_y=round(HEIGHT - BOTTOM - 14 - 17 * (len(curves) - 1 - number), 1),
        )
        for number, one in enumerate(curves)
    ]
    return CurvePlot(
        title=words[0],
        x_label=words[1],
        y_label=words[2],
        lines=tuple(sorted(lines, key=lambda line: line.rule != primary)),
        whiskers=tuple(_whisker(one, axis) for one in figures if one["low"] is not None),
        x_ticks=axis.ticks(),
        y_ticks=tuple(Tick(at=_height(fifth / 5), label=f"{fifth / 5:g}") for fifth in range(6)),
    )


def _axis(curve: Entry) -> _Axis:
    """Choose the axis: the same for every detector, so that pages can be laid side by side."""
    if curve["kind"] != "froc":
        return _Axis(low=0.0, high=1.0, logarithmic=False)
    per = "per_cm2" if curve["per"] == "per_cm2" else ""
    low, high = _FROC_RANGES[curve["of"], per]
    return _Axis(low=low, high=high, logarithmic=True)


def _height(share: float) -> float:
    """Return y of a share of targets."""
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _path(points: Sequence[Sequence[float | None]], axis: _Axis, steps: bool) -> str:
    """Draw a curve; a FROC is level until the next false mark brings more targets."""
    written: list[str] = []
    before = (math.nan, math.nan)
    for _, false, hit in points:
        here = (axis.place(false or 0.0), _height(hit or 0.0))
        if here == before:
            continue
        if not written:
            written.append(f"M{here[0]} {here[1]}")
        else:
            written.append(f"H{here[0]}V{here[1]}" if steps else f"L{here[0]} {here[1]}")
        before = here
    if steps:
        written.append(f"H{axis.place(axis.high)}")
    return "".join(written)


def _whisker(one: Entry, axis: _Axis) -> Whisker:
    """Draw the interval of one figure."""
    return Whisker(
        x=axis.place(one["at"]),
        low=_height(one["low"]),
        high=_height(one["high"]),
        y=_height(one["value"]),
        label=f"{one['name']}: {one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})",
    )
