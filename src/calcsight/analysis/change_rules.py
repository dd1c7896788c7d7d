"""What became of a lesion: the rules of change, in the order in which they are asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from calcsight.analysis.group_measures import Shared
from calcsight.terms.comparison import LinkKind, Measure, MeasuredChange, NotComparable
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change, FiredRule
from calcsight.terms.morphology import Morphology

# What says that a lesion grew or shrank, in words; density follows from number and extent.
_SAYING = {
    Measure.COUNT: ("number", "", 0),
    Measure.EXTENT_MM: ("extent", " mm", 1),
    Measure.MEAN_DIAMETER_MM: ("mean diameter of the same particles", " mm", 2),
}

Decision = tuple[Change | None, tuple[FiredRule, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of one lesion at both dates.

    Parameters
    ----------
    kind : LinkKind
        How its groups belong together; APPEARED or DISAPPEARED = one date has no group there.
    shared : Shared
    measures : tuple of MeasuredChange
    new_types : tuple of Morphology
    least_count : int
        So many particles make a group.
    """

    kind: LinkKind
    shared: Shared
    measures: tuple[MeasuredChange, ...]
    new_types: tuple[Morphology, ...]
    least_count: int

    def measure(self, measure: Measure) -> MeasuredChange:
        """Return one of the measures."""
        return next(one for one in self.measures if one.measure is measure)


def change_of(seen: Seen, settings: ComparisonSettings) -> Decision:
    """Say what became of a lesion, and why.

    1. **new**: the prior has no group there; fewer than `new_share` of the particles were there
       before, and fewer than make a group; and either as many as make a group have appeared, or
       the number rose beyond its band.
    2. **resolved**: the current mammogram has no group there; at most `resolved_share` of the
       particles are left; and as many as make a group are gone, or the number fell beyond its band.
    3. None, uncertain: one date has no group there, and next to nothing of it is surely there at
       either date: marks of chance come and go.
    4. **increased**: number, extent or diameter rose beyond its band, or suspicious shapes came in;
       whatever else fell. A lesion that grows in one way is not settled by shrinking in another.
    5. **decreased**: number, extent or diameter fell beyond its band, and nothing rose.
    6. **stable**: everything lies within its band.

    Parameters
    ----------
    seen : Seen
    settings : ComparisonSettings

    Returns
    -------
    (Change or None, tuple of FiredRule)
    """
    one_sided = {LinkKind.APPEARED: _new, LinkKind.DISAPPEARED: _resolved}.get(seen.kind)
    found = one_sided(seen, settings) if one_sided else None
    if found is not None:
        return found
    rising, falling = tuple(_rising(seen)), tuple(_falling(seen))
    old = tuple(_threshold_alone(seen))
    if rising:
        return Change.INCREASED, (*old, *rising, *falling)
    uncounted = tuple(_uncounted(seen))
    if falling:
        return Change.DECREASED, (*old, *falling, *uncounted)
    words = "Number, extent and size lie within their bands of repetition."
    return Change.STABLE, (*old, FiredRule(code="within_bands", words=words), *uncounted)


def _new(seen: Seen, settings: ComparisonSettings) -> Decision | None:
    """Judge a group where the prior has none; None = enough was there before."""
    shared = seen.shared
    count = seen.measure(Measure.COUNT)
    if shared.now and shared.before >= min(settings.new_share * shared.now, seen.least_count):
        return None
    if shared.appeared < seen.least_count and not (count.beyond and shared.now > shared.before):
        return None, (_uncertain(),)
    words = (
        f"{shared.appeared} of {shared.now} particles have no counterpart in the prior "
        "mammogram, which shows this place and no group there."
    )
    return Change.NEW, (FiredRule(code="new_group", words=words),)


def _resolved(seen: Seen, settings: ComparisonSettings) -> Decision | None:
    """Judge a group where the current mammogram has none; None = enough is left."""
    shared = seen.shared
    count = seen.measure(Measure.COUNT)
    if shared.now > settings.resolved_share * shared.before:
        return None
    if shared.gone < seen.least_count and not (count.beyond and shared.now < shared.before):
        return None, (_uncertain(),)
    words = (
        f"{shared.gone} of {shared.before} particles of the prior mammogram are not found in the "
        "current one, which shows this place."
    )
    return Change.RESOLVED, (FiredRule(code="resolved_group", words=words),)


def _uncertain() -> FiredRule:
    """Say that nothing can be said."""
    return FiredRule(code="uncertain", words=NotComparable.UNCERTAIN.text)


def _rising(seen: Seen) -> Iterator[FiredRule]:
    """Say everything that raises."""
    for one in seen.measures:
        if one.measure in _SAYING and one.beyond and (one.difference or 0.0) > 0.0:
            yield FiredRule(code=f"more_{one.measure.value}", words=_said(one, "rose"))
    if seen.new_types:
        names = ", ".join(shape.value.replace("_", " ") for shape in seen.new_types)
        yield FiredRule(
            code="new_types",
            words=f"Particles that appeared have suspicious shapes that were not there: {names}.",
        )


def _falling(seen: Seen) -> Iterator[FiredRule]:
    """Say everything that fell."""
    for one in seen.measures:
        if one.measure in _SAYING and one.beyond and (one.difference or 0.0) < 0.0:
            yield FiredRule(code=f"less_{one.measure.value}", words=_said(one, "fell"))


def _uncounted(seen: Seen) -> Iterator[FiredRule]:
    """Say of marks that were left out that they would have decided, had they been counted."""
    count = seen.measure(Measure.COUNT)
    if count.band is None or count.difference is None:
        return
    if count.difference + seen.shared.uncounted > count.band[1]:
        words = (
            f"Marks that only the current mammogram lists and that are not counted, each more "
            f"probably no calcification: {seen.shared.uncounted}. If they are calcifications, the "
            "number rose beyond its band."
        )
        yield FiredRule(code="uncounted", words=words)


def _threshold_alone(seen: Seen) -> Iterator[FiredRule]:
    """Say that particles were there on both sides of making a group."""
    if seen.kind is LinkKind.APPEARED:
        words = (
            f"{seen.shared.before} of its particles were there before, too few or too faint for a "
            "group of their own."
        )
        yield FiredRule(code="no_group_before", words=words)
    if seen.kind is LinkKind.DISAPPEARED:
        words = (
            f"{seen.shared.now} of its particles are still there, too few or too faint for a group "
            "of their own."
        )
        yield FiredRule(code="no_group_now", words=words)


def _said(one: MeasuredChange, verb: str) -> str:
    """Say one number beyond its band."""
    name, unit, places = _SAYING[one.measure]
    low, high = one.band or (0.0, 0.0)
    end = high if (one.difference or 0.0) > 0.0 else low
    return (
        f"The {name} {verb} from {one.prior:.{places}f}{unit} to {one.current:.{places}f}{unit}; "
        f"its band of repetition ends at a difference of {abs(end):.{max(places, 1)}f}{unit}."
    )
