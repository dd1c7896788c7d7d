"""What a whole run of comparisons says, what matters most first, in as few sentences as will do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from calcsight.reports.comparison_entries import Compared, ComparedPair, told_first
from calcsight.reports.comparison_wording import (
    STABLE_IS_NOT_BENIGN,
    bands_come_from,
    change_words,
    dates_of,
    group_sentence,
    no_group_sentence,
    pair_name,
    since,
    unpaired_name,
    view_of,
)
from calcsight.reports.wording import NOT_LOOKED_FOR, number_of
from calcsight.terms.comparison import GroupChange
from calcsight.terms.guidance import Change

Told = tuple[ComparedPair, GroupChange]
Key = TypeVar("Key")
Held = TypeVar("Held")

_GROWING = (Change.NEW, Change.INCREASED)
# In this order they are told. Of more than so many, the number alone is.
_ORDER: tuple[tuple[Change | None, int], ...] = (
    (Change.NEW, 12),
    (Change.INCREASED, 12),
    (None, 12),
    (Change.RESOLVED, 12),
    (Change.DECREASED, 12),
    (Change.STABLE, 2),
)


_TALLIED: Mapping[Change | None, str] = MappingProxyType(
    {
        Change.NEW: "new",
        Change.INCREASED: "increased",
        None: "cannot be told",
        Change.RESOLVED: "no longer found",
        Change.DECREASED: "decreased",
        Change.STABLE: "stable",
    }
)


def statement_of(compared: Compared, band_factor: float = 1.0) -> list[str]:
    """Say in plain sentences what changed, what could not be compared and what was not looked for.

    First what is new and what increased since the most recent prior of each view that can be
    compared, or since an older one alone; then what cannot be told, what went and what is stable;
    then, in one sentence for each exam, what the older priors say.

    Parameters
    ----------
    compared : Compared
    band_factor : float
        The setting `comparison.band_factor`.
    """
    first = [compared.pairs[at] for at in told_first(_keys(compared))]
    recent = [one for one in first if one.comparison.not_comparable is None]
    older = [one for one in compared.pairs if one not in first]
    groups = [(pair, group) for pair in recent for group in pair.comparison.groups]
    slow = _slowly_growing(groups, older)
    return [
        *_by_dates(recent),
        *(one for change, most in _ORDER for one in _of_change(change, [*groups, *slow], most)),
        *_not_compared(compared),
        *_without_groups(recent),
        *_against_older([one for one in older if not _failed(one)]),
        *_unpaired(compared),
        *_explained(compared, band_factor),
    ]


def _keys(compared: Compared) -> Iterator[tuple[str, bool]]:
    """Yield of each pair its current image, and whether it was compared."""
    for one in compared.pairs:
        yield one.current_image, not _failed(one)


def _failed(pair: ComparedPair) -> bool:
    """Tell whether a pair could not be compared."""
    return pair.comparison.not_comparable is not None


def _by_dates(pairs: Sequence[ComparedPair]) -> Iterator[str]:
    """Name the views compared, those of the same two days together."""
    for dates, views in _together((dates_of(one), view_of(one)) for one in pairs):
        yield f"{', '.join(views)}: {dates}"


def _of_change(change: Change | None, groups: Iterable[Told], most: int) -> Iterator[str]:
    """Tell the groups of one change, or how many they are."""
    told = [one for one in groups if one[1].change is change]
    if len(told) <= most:
        yield from (_sentence(pair, group) for pair, group in told)
        return
    views = _together((view_of(pair), group.number) for pair, group in told)
    where = ", ".join(f"{len(numbers)} in {view}" for view, numbers in views)
    yield f"{number_of(len(told), 'group')} {change_words(change, len(told))}: {where}."


def _sentence(pair: ComparedPair, group: GroupChange) -> str:
    """Tell one group."""
    return f"{view_of(pair)}: over {since(pair.comparison.days)}, {group_sentence(group)}"


def _slowly_growing(recent: Sequence[Told], older: Sequence[ComparedPair]) -> list[Told]:
    """Return groups that grew since an older prior, and not beyond the band since the last one.

    Of each the most recent such prior is told.
    """
    seen = {(p.current_image, at) for p, one in recent if _grew(one) for at in one.current}
    found: list[Told] = []
    for pair in older:
        for one in pair.comparison.groups:
            places = {(pair.current_image, at) for at in one.current}
            if _grew(one) and not places & seen:
                found.append((pair, one))
                seen |= places
    return found


def _grew(group: GroupChange) -> bool:
    """Tell whether there is more of it than there was."""
    return group.change in _GROWING


def _not_compared(compared: Compared) -> Iterator[str]:
    """Say which pairs were not compared, those of one reason together."""
    failed = [one for one in compared.pairs if _failed(one)]
    for why, names in _together((one.comparison.not_comparable, pair_name(one)) for one in failed):
        yield f"{'; '.join(names)} were not compared. {why.text if why else ''}"


def _unpaired(compared: Compared) -> Iterator[str]:
    """Say which inputs were compared with nothing, those of one reason together."""
    for why, names in _together((one.why, unpaired_name(one)) for one in compared.unpaired):
        verb = "was" if len(names) == 1 else "were"
        yield f"{', '.join(names)} {verb} not compared. {why.text}"


def _without_groups(pairs: Sequence[ComparedPair]) -> Iterator[str]:
    """Name the views that show no group at either date."""
    without = [one for one in pairs if not one.comparison.groups]
    for told, views in _together((no_group_sentence(one), view_of(one)) for one in without):
        yield f"{', '.join(views)}: {told}"


def _against_older(pairs: Sequence[ComparedPair]) -> Iterator[str]:
    """Say in one sentence what each older exam says."""
    for (day, ago), views in _together((_day(one), _tally(one)) for one in pairs):
        yield f"Beside the older prior of {day}, {ago} before: {'; '.join(views)}."


def _day(pair: ComparedPair) -> tuple[str, str]:
    """Return the day of the prior and how long ago it was."""
    day = pair.comparison.prior.mammogram.acquired_on
    return (day.isoformat() if day else "an unknown day", since(pair.comparison.days))


def _tally(pair: ComparedPair) -> str:
    """Count the groups of one pair by their change."""
    groups = pair.comparison.groups
    counts = [(change, sum(one.change is change for one in groups)) for change, _ in _ORDER]
    told = [f"{count} {_TALLIED[change]}" for change, count in counts if count]
    return f"{view_of(pair)} {', '.join(told) or 'no group'}"


def _explained(compared: Compared, band_factor: float) -> Iterator[str]:
    """Say what the words above do not mean."""
    groups = [group for one in compared.pairs for group in one.comparison.groups]
    if any(group.change is Change.STABLE for group in groups):
        yield STABLE_IS_NOT_BENIGN
    if any(one.band for group in groups for one in group.measures):
        yield bands_come_from(band_factor)
    yield f"{NOT_LOOKED_FOR[0].upper()}{NOT_LOOKED_FOR[1:]}."


def _together(pairs: Iterable[tuple[Key, Held]]) -> list[tuple[Key, list[Held]]]:
    """Put what has the same key together, in the order in which the keys come."""
    found: dict[Key, list[Held]] = {}
    for key, held in pairs:
        found.setdefault(key, []).append(held)
    return list(found.items())
