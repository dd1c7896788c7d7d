"""The plain sentences of what changed, the same in every output."""

from collections.abc import Mapping
from types import MappingProxyType

from calcsight.reports.comparison_entries import Compared, ComparedPair, UnpairedView
from calcsight.reports.wording import NOT_LOOKED_FOR, number_of
from calcsight.terms.comparison import Frame, GroupChange, Measure, MeasuredChange
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import view_name

_DAYS_OF_A_MONTH = 365.25 / 12
# Shorter spans are said in days.
_LEAST_MONTHS = 3
STABLE_IS_NOT_BENIGN = "That a group is stable does not say what it is."

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
_VERBS: Mapping[Change, str] = MappingProxyType(
    {
        Change.NEW: "is new",
        Change.INCREASED: "increased",
        Change.DECREASED: "decreased",
        Change.STABLE: "is stable within what repetition alone changes",
        Change.RESOLVED: "is no longer found",
    }
)


def since(days: int | None) -> str:
    """Say how long the two mammograms lie apart: "14 months", "40 days"."""
    if days is None:
        return "an unknown time"
    months = round(days / _DAYS_OF_A_MONTH)
    return number_of(months, "month") if months >= _LEAST_MONTHS else number_of(days, "day")


def statement_of(compared: Compared) -> list[str]:
    """Say in plain sentences what changed over all pairs, and what was not looked for."""
    told = [sentence for pair in compared.pairs for sentence in pair_statement(pair)]
    told += [unpaired_sentence(one) for one in compared.unpaired]
    if any(group.change is Change.STABLE for one in compared.pairs for group in _groups(one)):
        told.append(STABLE_IS_NOT_BENIGN)
    return [*told, f"{NOT_LOOKED_FOR[0].upper()}{NOT_LOOKED_FOR[1:]}."]


def pair_statement(pair: ComparedPair) -> list[str]:
    """Say in plain sentences what changed between two views."""
    comparison = pair.comparison
    name = _view(pair)
    if comparison.not_comparable is not None:
        return [
            f"{name}: {pair.current_image} and {pair.prior_image} were not compared. "
            f"{comparison.not_comparable.text}"
        ]
    told = [f"{name}: {_dates(pair)}"]
    if not comparison.groups:
        return [*told, f"{name}: no group of calcifications at either date, at this threshold."]
    opening = f"{name}: over {since(comparison.days)}"
    return [*told, *(f"{opening}, {group_sentence(one)}" for one in comparison.groups)]


def group_sentence(group: GroupChange) -> str:
    """Say what became of one group; starts with a small letter."""
    if group.change is None:
        why = group.not_comparable.text if group.not_comparable else ""
        return f"group {group.number} cannot be compared. {why}".strip()
    told = [f"group {group.number} {_VERBS[group.change]}"]
    numbers = "; ".join(_numbers(one) for one in _worth_saying(group))
    types = ", ".join(one.value.replace("_", " ") for one in group.new_types)
    told += [numbers] if numbers else []
    told += [f"shapes it had not: {types}"] if types else []
    return f"{told[0]}{': ' if told[1:] else ''}{'; '.join(told[1:])}."


def unpaired_sentence(one: UnpairedView) -> str:
    """Say why an input was compared with nothing."""
    which = "current" if one.frame is Frame.CURRENT else "prior"
    name = view_name(one.view.laterality, one.view.view) if one.view else "not read"
    return f"{one.image} ({which}, {name}) was not compared. {one.why.text}"


def amount(measure: Measure, value: float | None) -> str:
    """Write a number of a group with its unit; an unknown one is a dash, never 0."""
    unit, decimals = _UNITS[measure]
    return "–" if value is None else f"{value:,.{decimals}f}{unit}"


def signed(measure: Measure, value: float | None) -> str:
    """Write a difference with its sign."""
    if value is None:
        return "–"
    unit, decimals = _UNITS[measure]
    rounded = round(value, decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded):,.{decimals}f}{unit}"


def measure_name(measure: Measure) -> str:
    """Name what is compared of a group."""
    return _NAMES[measure]


def _numbers(one: MeasuredChange) -> str:
    """Write one measure at both dates, and what repetition alone does to it."""
    if one.measure is Measure.COUNT:
        said = f"{_counted(one.current)} now, {_counted(one.prior)} then"
    else:
        now, then = amount(one.measure, one.current), amount(one.measure, one.prior)
        said = f"{measure_name(one.measure)} {now} now, {then} then"
    if one.band is None or one.difference is None:
        return said
    return f"{said} (repetition alone would change this by {_band(one.measure, one.band)})"


def _counted(count: float | None) -> str:
    """Write how many calcifications; None = there was no group to count."""
    return "no group" if count is None else number_of(round(count), "calcification")


def _band(measure: Measure, band: tuple[float, float]) -> str:
    """Write a band: at most so much where it is as wide on both sides."""
    low, high = (signed(measure, end) for end in band)
    if low[1:] == high[1:] and band[0] <= 0 <= band[1]:
        return f"at most {high.lstrip('+±')}"
    return f"{low} to {high}"


def _worth_saying(group: GroupChange) -> list[MeasuredChange]:
    """Return the number of calcifications, and of what goes on, all else beyond its band."""
    alone = group.change in (Change.NEW, Change.RESOLVED)
    return [
        one for one in group.measures if one.measure is Measure.COUNT or (one.beyond and not alone)
    ]


def _groups(pair: ComparedPair) -> tuple[GroupChange, ...]:
    """Return the groups of a pair."""
    return pair.comparison.groups


def _view(pair: ComparedPair) -> str:
    """Name side and view of the current mammogram."""
    mammogram = pair.comparison.current.mammogram
    return view_name(mammogram.laterality, mammogram.view)


def _dates(pair: ComparedPair) -> str:
    """Say which two days are compared, as far as they are known."""
    now, then = (
        one.mammogram.acquired_on for one in (pair.comparison.current, pair.comparison.prior)
    )
    if now is None or then is None:
        return "a date is not known, so neither is the time between the two mammograms."
    days = pair.comparison.days
    exact = "" if days is None else f", {number_of(days, 'day')} before"
    return f"the mammogram of {now} beside that of {then}{exact}."
