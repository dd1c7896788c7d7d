"""The columns of `changes.csv`: one row for each group of each pair of views."""

from collections.abc import Callable, Iterable

from calcsight.reports.columns import SEPARATOR, Cell, Column, Kind
from calcsight.reports.comparison_entries import ChangeEntry
from calcsight.terms.comparison import LinkKind, Measure, MeasuredChange
from calcsight.terms.mammogram import Mammogram

_C = Column[ChangeEntry]
_UNITS = {
    Measure.COUNT: "",
    Measure.EXTENT_MM: "mm",
    Measure.MEAN_DIAMETER_MM: "mm",
    Measure.DENSITY_PER_CM2: "1/cm2",
}


def _current(e: ChangeEntry) -> Mammogram:
    """Return the current mammogram."""
    return e.pair.comparison.current.mammogram


def _prior(e: ChangeEntry) -> Mammogram:
    """Return the prior mammogram."""
    return e.pair.comparison.prior.mammogram


def _day(mammogram: Mammogram) -> Cell:
    """Return the day of acquisition."""
    return mammogram.acquired_on.isoformat() if mammogram.acquired_on else None


def _held(e: ChangeEntry, measure: Measure) -> MeasuredChange | None:
    """Return what was measured of a group."""
    return next((one for one in e.group.measures if one.measure is measure), None)


def _measure_columns(measure: Measure) -> tuple[_C, ...]:
    """Return the columns of one measure at both dates, with its band."""
    name, unit = measure.value, _UNITS[measure]

    def column(part: str, meaning: str, of: str = unit) -> _C:
        whole = measure is Measure.COUNT and part != "percent"

        def value(e: ChangeEntry) -> Cell:
            held = _held(e, measure)
            found: float | None = getattr(held, part) if held else None
            return round(found) if whole and found is not None else found

        kind = Kind.WHOLE if whole else Kind.NUMBER
        return _C(name=f"{name}_{part}", kind=kind, unit=of, meaning=meaning, value=value)

    def beyond(e: ChangeEntry) -> Cell:
        held = _held(e, measure)
        return held.beyond if held else None

    def end(which: int, part: str) -> _C:
        def value(e: ChangeEntry) -> Cell:
            held = _held(e, measure)
            return held.band[which] if held and held.band else None

        return _C(
            name=f"{name}_band_{part}",
            kind=Kind.NUMBER,
            unit=unit,
            meaning=f"{'Lower' if which == 0 else 'Upper'} end of the band of repetition of that "
            "difference; empty when none was measured.",
            value=value,
        )

    return (
        column("prior", f"{name} of the group in the prior; empty without a group there."),
        column("current", f"{name} of the group now; empty without a group there."),
        column("difference", "Current less prior."),
        column("percent", "The difference in per cent of the prior.", "%"),
        end(0, "low"),
        end(1, "high"),
        _C(
            name=f"{name}_beyond",
            kind=Kind.YES_NO,
            unit="",
            meaning="Whether the difference lies beyond that band.",
            value=beyond,
        ),
    )


def _particles(kind: LinkKind, meaning: str) -> _C:
    """Return the column that counts the links of one kind."""
    return _C(
        name=f"particles_{kind.value}",
        kind=Kind.WHOLE,
        unit="",
        meaning=meaning,
        value=lambda e: e.pair.counted(e.group.links)[kind],
    )


def _text(name: str, meaning: str, value: Callable[[ChangeEntry], Cell]) -> _C:
    """Return a column of text."""
    return _C(name=name, kind=Kind.TEXT, unit="", meaning=meaning, value=value)


def _joined(parts: Iterable[object]) -> str:
    """Put several into one cell."""
    return SEPARATOR.join(str(one) for one in parts)


def _suggested(e: ChangeEntry) -> Cell:
    """Return what the rules suggest, its change known."""
    return e.group.weighing.suggestion.level.value if e.group.weighing else None


def _steps(e: ChangeEntry) -> Cell:
    """Return the codes of what usually follows."""
    weighing = e.group.weighing
    return None if weighing is None else _joined(step.code for step in weighing.steps)


CHANGE_COLUMNS: tuple[_C, ...] = (
    _C(
        name="pair",
        kind=Kind.WHOLE,
        unit="",
        meaning="Number of the pair of views in comparison.json.",
        value=lambda e: e.pair.number,
    ),
    _C(
        name="group",
        kind=Kind.WHOLE,
        unit="",
        meaning="1, 2, ... within one pair, those of the current view first.",
        value=lambda e: e.group.number,
    ),
    _text(
        "tracking_uid",
        "The same at every date at which the finding was followed; empty until it has one.",
        lambda e: e.group.tracking_uid,
    ),
    _text(
        "change",
        "new, increased, decreased, stable or resolved; empty: see not_comparable.",
        lambda e: e.group.change.value if e.group.change else None,
    ),
    _text(
        "not_comparable",
        "Why the change cannot be told; empty when it can.",
        lambda e: e.group.not_comparable.value if e.group.not_comparable else None,
    ),
    _C(
        name="row",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Row of its centre: 0-based pixel centres of the own frame of the file that "
        "`image` names.",
        value=lambda e: e.group.row,
        decimals=3,
    ),
    _C(
        name="column",
        kind=Kind.NUMBER,
        unit="px",
        meaning="Column of its centre, like row.",
        value=lambda e: e.group.column,
        decimals=3,
    ),
    _text("image", "The file that row and column are of.", lambda e: e.pair.image(e.group.frame)),
    _text(
        "frame",
        "current, or prior for what is there no more: whose file `image` is.",
        lambda e: e.group.frame.value,
    ),
    _text("laterality", "L, R or unknown.", lambda e: _current(e).laterality.value),
    _text("view", "Projection: CC, MLO, ... or unknown.", lambda e: _current(e).view.value),
    _text("current_image", "Path of the current input.", lambda e: e.pair.current_image),
    _text("prior_image", "Path of the prior input.", lambda e: e.pair.prior_image),
    _text("current_uid", "UID of the current mammogram.", lambda e: _current(e).uid),
    _text("prior_uid", "UID of the prior mammogram.", lambda e: _prior(e).uid),
    _text("current_date", "Its day of acquisition.", lambda e: _day(_current(e))),
    _text("prior_date", "Day of acquisition of the prior.", lambda e: _day(_prior(e))),
    _C(
        name="days",
        kind=Kind.WHOLE,
        unit="days",
        meaning="Between the two; empty when a date is unknown.",
        value=lambda e: e.pair.comparison.days,
    ),
    _text(
        "kind",
        "How the groups of both dates belong together: linked, appeared, disappeared, split, "
        "merged or not_shown.",
        lambda e: e.group.kind.value,
    ),
    _C(
        name="probability",
        kind=Kind.NUMBER,
        unit="",
        meaning="That it is one lesion at both dates, or that it appeared or disappeared, 0 to 1. "
        "It says nothing about malignancy.",
        value=lambda e: e.group.probability,
    ),
    _text(
        "current_groups",
        "Its numbers in groups of the current reading, separated by semicolons.",
        lambda e: _joined(e.group.current),
    ),
    _text(
        "prior_groups",
        "Its numbers in groups of the prior reading, separated by semicolons.",
        lambda e: _joined(e.group.prior),
    ),
    *(column for measure in Measure for column in _measure_columns(measure)),
    _particles(LinkKind.LINKED, "Particles of it that are counted at both dates as one each."),
    _particles(LinkKind.APPEARED, "Particles of it that are counted now and were not there."),
    _particles(LinkKind.DISAPPEARED, "Particles of it that were counted then and are not there."),
    _text(
        "new_types",
        "Shapes that its particles have now and had not, separated by semicolons.",
        lambda e: _joined(one.value for one in e.group.new_types),
    ),
    _text(
        "reasons",
        "Codes of the rules that decided the change, separated by semicolons.",
        lambda e: _joined(one.code for one in e.group.reasons),
    ),
    _text(
        "level",
        "What the rules suggest when the change is known; empty = not weighed. Only a person "
        "assigns it.",
        _suggested,
    ),
    _text("next_steps", "Codes of what usually follows, separated by semicolons.", _steps),
)
