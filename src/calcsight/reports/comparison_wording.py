"""The plain sentences of what changed, the same in every output."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from calcsight.analysis.repeatability import COVERED
from calcsight.reports.comparison_entries import ComparedPair, UnpairedView
from calcsight.reports.wording import counted_calcifications, number_of
from calcsight.terms.comparison import Frame, GroupChange, Measure, MeasuredChange
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import view_name

_DAYS_OF_A_MONTH = 365.25 / 12
# Shorter spans are said in days.
_LEAST_MONTHS = 3
STABLE_IS_NOT_BENIGN = "That a group is stable does not say what it is."
_BANDS_COME_FROM = (
    f"Band of repetition: of {COVERED:.0%} of simulated breasts that did not change, mammographed "
    "a second time, no group differs by more. No pair of real mammograms stands behind it."
)

_NAMES: Mapping[Measure, str] = MappingProxyType(
    {
        Measure.COUNT: "calcifications",
        Measure.EXTENT_MM: "extent",
        Measure.MEAN_DIAMETER_MM: "mean diameter",
        Measure.DENSITY_PER_CM2: "density",
    }
)
_UNITS: Mapping[Measure, tuple[str, int]] = MappingProxyType(
    {
        Measure.COUNT: ("", 0),
        Measure.EXTENT_MM: (" mm", 1),
        Measure.MEAN_DIAMETER_MM: (" mm", 2),
        Measure.DENSITY_PER_CM2: (" per cm²", 1),
    }
)
_VERBS: Mapping[Change | None, tuple[str, str]] = MappingProxyType(
    {
        Change.NEW: ("is new", "are new"),
        Change.INCREASED: ("increased", "increased"),
        Change.DECREASED: ("decreased", "decreased"),
        Change.STABLE: ("is stable", "are stable"),
        Change.RESOLVED: ("is no longer found", "are no longer found"),
        None: ("cannot be told", "cannot be told"),
    }
)


def since(days: int | None) -> str:
    """Say how long the two mammograms lie apart: "14 months", "40 days"."""
    if days is None:
        return "an unknown time"
    months = round(days / _DAYS_OF_A_MONTH)
    return number_of(months, "month") if months >= _LEAST_MONTHS else number_of(days, "day")


def pair_statement(pair: ComparedPair) -> list[str]:
    """Say in plain sentences what changed between two views."""
    comparison = pair.comparison
    name = view_of(pair)
    if comparison.not_comparable is not None:
        return [not_compared_sentence(pair)]
    told = [f"{name}: {dates_of(pair)}"]
    if not comparison.groups:
        return [*told, f"{name}: {no_group_sentence(pair)}"]
    opening = f"{name}: over {since(comparison.days)}"
    return [*told, *(f"{opening}, {group_sentence(one)}" for one in comparison.groups)]


def not_compared_sentence(pair: ComparedPair) -> str:
    """Say why a pair was not compared."""
    why = pair.comparison.not_comparable
    return f"{pair_name(pair)} were not compared. {why.text if why else ''}"


def pair_name(pair: ComparedPair) -> str:
    """Name the view and both files of a pair."""
    return f"{view_of(pair)}: {pair.current_image} and {pair.prior_image}"


def no_group_sentence(pair: ComparedPair) -> str:
    """Say that there is no group, and how many calcifications lie outside any; small letter."""
    now, then = (
        counted_calcifications(one) for one in (pair.comparison.current, pair.comparison.prior)
    )
    told = "no group of calcifications at either date, at this operating point"
    if not now and not then:
        return f"{told}."
    return f"{told}; {number_of(now, 'single calcification')} now, {then or 'none'} then."


def group_sentence(group: GroupChange) -> str:
    """Say what became of one group; starts with a small letter."""
    if group.change is None:
        why = group.not_comparable.text if group.not_comparable else ""
        return f"the change of group {group.number} cannot be told. {why}".strip()
    told = [f"group {group.number} {change_words(group.change)}"]
    numbers = "; ".join(_numbers(one) for one in _worth_saying(group))
    types = ", ".join(one.value.replace("_", " ") for one in group.new_types)
    told += [numbers] if numbers else []
    told += [f"shapes it had not: {types}"] if types else []
    return f"{told[0]}{': ' if told[1:] else ''}{'; '.join(told[1:])}."


def change_words(change: Change | None, count: int = 1) -> str:
    """Say what became of one group or of several: "is new", "are new"."""
    return _VERBS[change][count != 1]


def unpaired_name(one: UnpairedView) -> str:
    """Name an input that was compared with nothing: file, exam and view."""
    which = "current" if one.frame is Frame.CURRENT else "prior"
    name = view_name(one.view.laterality, one.view.view) if one.view else "not read"
    return f"{one.image} ({which}, {name})"


def amount(measure: Measure, value: float | None) -> str:
    """Write a number of a group with its unit; an unknown one is a dash, never 0."""
    unit, decimals = _UNITS[measure]
    return "–" if value is None else f"{_as_stored(value):,.{decimals}f}{unit}"


def signed(measure: Measure, value: float | None, least_decimals: int = 0) -> str:
    """Write a difference with its sign."""
    if value is None:
        return "–"
    unit, decimals = _UNITS[measure]
    decimals = max(decimals, least_decimals)
    rounded = round(_as_stored(value), decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded):,.{decimals}f}{unit}"


def band_text(measure: Measure, band: Sequence[float] | None) -> str:
    """Write a band of repetition: "±2.5", or both ends where it is wider on one side.

    That of a number has a decimal, too: rounded, it could seem to hold what lies beyond it.
    """
    if band is None:
        return "not measured"
    low, high = (signed(measure, end, least_decimals=1) for end in band)
    if low[1:] == high[1:] and band[0] <= 0 <= band[1]:
        return f"±{high[1:]}"
    return f"{low} to {high}"


def bands_come_from(factor: float) -> str:
    """Say what a band of repetition is, and what it was measured on.

    Parameters
    ----------
    factor : float
        The setting `comparison.band_factor`.
    """
    if factor == 1.0:
        return _BANDS_COME_FROM
    return f"{_BANDS_COME_FROM} Here each is taken {factor:g} times as wide."


def _as_stored(value: float) -> float:
    """Round as `comparison.json` does: a sentence and a table made from it say the same."""
    return round(value, 4)


def measure_name(measure: Measure) -> str:
    """Name what is compared of a group."""
    return _NAMES[measure]


def _numbers(one: MeasuredChange) -> str:
    """Write one measure at both dates, and the band of its difference."""
    if one.measure is Measure.COUNT:
        then = "no group" if one.prior is None else f"{one.prior:,.0f}" if one.prior else "none"
        said = f"{_counted(one.current)} now, {then} then"
    else:
        now, then = amount(one.measure, one.current), amount(one.measure, one.prior)
        said = f"{measure_name(one.measure)} {now} now, {then} then"
    if one.band is None or one.difference is None:
        return said
    return f"{said} (band of repetition {band_text(one.measure, one.band)})"


def _counted(count: float | None) -> str:
    """Write how many calcifications; None = there was no group to count."""
    return "no group" if count is None else number_of(round(count), "calcification")


def _worth_saying(group: GroupChange) -> list[MeasuredChange]:
    """Return the number of calcifications, and of what goes on, all else beyond its band."""
    alone = group.change in (Change.NEW, Change.RESOLVED)
    return [
        one for one in group.measures if one.measure is Measure.COUNT or (one.beyond and not alone)
    ]


def view_of(pair: ComparedPair) -> str:
    """Name side and view of the current mammogram: "L CC"."""
    mammogram = pair.comparison.current.mammogram
    return view_name(mammogram.laterality, mammogram.view)


def dates_of(pair: ComparedPair) -> str:
    """Say which two days are compared, as far as they are known."""
    now, then = (
        one.mammogram.acquired_on for one in (pair.comparison.current, pair.comparison.prior)
    )
    if now is None or then is None:
        return "a date is not known, so neither is the time between the two mammograms."
    days = pair.comparison.days
    exact = "" if days is None else f", {number_of(days, 'day')} before"
    return f"the mammogram of {now} beside that of {then}{exact}."
