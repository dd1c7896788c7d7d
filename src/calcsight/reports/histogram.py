"""How many particles of which size: a small drawing that needs no program to be seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_BIN_MM = 0.1
_LEAST_BINS = 12
_MOST_BINS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Particles with `low_mm <= diameter < high_mm`; the last bar may be open (None)."""

    low_mm: float
    high_mm: float | None
    count: int


def size_bars(diameters_mm: Sequence[float]) -> tuple[Bar, ...]:
    """Count diameters in bins of 0.1 mm, from 0 to at least 1.2 mm.

    Parameters
    ----------
    diameters_mm : sequence of float
        Each >= 0.

    Returns
    -------
    tuple of Bar
        Rising; from 3 mm on everything is one open bar. The counts add up to the number of
        diameters.
    """
    # Divided and rounded first: 0.3 / 0.1 is just below 3, and a 0.3 mm disc is no 0.2 one.
    places = [math.floor(round(diameter / _BIN_MM, 9)) for diameter in diameters_mm]
    last = max([_LEAST_BINS - 1, *places])
    bins = min(last + 1, _MOST_BINS + 1)
    counts = [0] * bins
    for place in places:
        counts[min(place, bins - 1)] += 1
    return tuple(
        Bar(
            low_mm=round(number * _BIN_MM, 1),
            high_mm=None if number == _MOST_BINS else round((number + 1) * _BIN_MM, 1),
            count=count,
        )
        for number, count in enumerate(counts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBar:
    """A bar with its place in the drawing, in the drawing's own units."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something at one size: a tick of the axis or a threshold."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """A laid-out histogram; the template turns it into SVG.

    Parameters
    ----------
    width, height : float
        Of the drawing.
    base : float
        y of the axis.
    bars : tuple of DrawnBar
        Empty bars are left out.
    ticks, thresholds : tuple of Mark
    highest : int
        Largest count.
    top : float
        y of the largest count.
    """

    width: float
    height: float
    base: float
    top: float
    bars: tuple[DrawnBar, ...]
    ticks: tuple[Mark, ...]
    thresholds: tuple[Mark, ...]
    highest: int


def laid_out_histogram(
    diameters_mm: Sequence[float], thresholds_mm: Sequence[float]
) -> Histogram | None:
    """Lay out the histogram of some diameters; None when there are none."""
    if not diameters_mm:
        return None
    bars = size_bars(diameters_mm)
    width, base, top, left = 480.0, 138.0, 22.0, 26.0
    step = (width - left - 16.0) / len(bars)
    highest = max(bar.count for bar in bars)
    drawn = tuple(
        DrawnBar(
            bar=bar,
            x=round(left + number * step + 1.0, 2),
            y=round(base - (base - top) * bar.count / highest, 2),
            width=round(step - 2.0, 2),
            height=round((base - top) * bar.count / highest, 2),
        )
        for number, bar in enumerate(bars)
        if bar.count
    )
    every = 2 if len(bars) <= 16 else 5
    ticks = tuple(
        Mark(x=round(left + number * step, 2), label=f"{number * _BIN_MM:.1f}")
        for number in range(0, len(bars) + 1, every)
    )
    thresholds = tuple(
        Mark(x=round(left + threshold / _BIN_MM * step, 2), label=f"{threshold:g}")
        for threshold in thresholds_mm
        if threshold <= len(bars) * _BIN_MM
    )
    return Histogram(
        width=width,
        height=172.0,
        base=base,
        top=top,
        bars=drawn,
        ticks=ticks,
        thresholds=thresholds,
        highest=highest,
    )
