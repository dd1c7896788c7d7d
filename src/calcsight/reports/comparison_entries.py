"""What the outputs of a comparison are made from: pairs of views with the names of their files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from calcsight.analysis.group_measures import Shared
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import (
    Comparison,
    Course,
    Frame,
    GroupChange,
    LinkKind,
    NotComparable,
    ParticleLink,
)
from calcsight.terms.mammogram import Projection
from calcsight.terms.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedPair:
    """One current view against one prior view, and what their files are called.

    Parameters
    ----------
    number : int
        1, 2, ... in one document.
    comparison : Comparison
    current_image, prior_image : str
        Paths relative to the input arguments.
    link_probability : float
        The setting `comparison.link_probability`.
    """

    number: int
    comparison: Comparison
    current_image: str
    prior_image: str
    link_probability: float

    def image(self, frame: Frame) -> str:
        """Name the file whose own frame is meant."""
        return self.current_image if frame is Frame.CURRENT else self.prior_image

    def groups_of_links(self) -> dict[int, GroupChange]:
        """Return the group of each link that belongs to one, by the link's position."""
        return {at: group for group in reversed(self.comparison.groups) for at in group.links}

    def counted(self, links: tuple[int, ...]) -> dict[LinkKind, int]:
        """Count by their kind the links that the numbers of a group count, and those not shown."""
        held = [self.comparison.links[position] for position in links]
        kinds = [
            one.kind
            for one in held
            if one.kind is LinkKind.NOT_SHOWN or counts(one, self.link_probability)
        ]
        return {kind: kinds.count(kind) for kind in LinkKind}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnpairedView:
    """An input that was compared with nothing.

    Parameters
    ----------
    image : str
    frame : Frame
        Of which exam it is.
    why : NotComparable
    view : Projection or None
        None = it could not be read.
    """

    image: str
    frame: Frame
    why: NotComparable
    view: Projection | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Everything that one run compared.

    Parameters
    ----------
    pairs : tuple of ComparedPair
        By current view, the most recent prior first.
    unpaired : tuple of UnpairedView
    courses : tuple of Course
        Findings over all dates.
    images : mapping of str to str
        Path of each input by the UID of its mammogram.
    """

    pairs: tuple[ComparedPair, ...]
    unpaired: tuple[UnpairedView, ...]
    courses: tuple[Course, ...]
    images: Mapping[str, str]

    @property
    def not_comparable(self) -> NotComparable | None:
        """Why nothing at all could be compared; None when something was."""
        reasons = [one.comparison.not_comparable for one in self.pairs]
        if None in reasons:
            return None
        return next(iter([*reasons, *(one.why for one in self.unpaired)]), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkEntry:
    """What a row of `links.csv` is made from: one particle at each date, where there is one.

    Parameters
    ----------
    pair : ComparedPair
    position : int
        Of the link in `Comparison.links`.
    current, prior : int or None
        Position of the particle in the calcifications of each reading.
    group : GroupChange or None
        The group it belongs to.
    """

    pair: ComparedPair
    position: int
    current: int | None
    prior: int | None
    group: GroupChange | None

    @property
    def link(self) -> ParticleLink:
        """The link itself."""
        return self.pair.comparison.links[self.position]

    @property
    def current_particle(self) -> Calcification | None:
        """The particle in the current view."""
        return _particle(self.pair.comparison.current, self.current)

    @property
    def prior_particle(self) -> Calcification | None:
        """The particle in the prior view."""
        return _particle(self.pair.comparison.prior, self.prior)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangeEntry:
    """What a row of `changes.csv` is made from."""

    pair: ComparedPair
    group: GroupChange


def counts(link: ParticleLink, link_probability: float) -> bool:
    """Tell whether the numbers of a group count a particle; see `Shared`.

    What is seen at one date alone and is probably no calcification is left out of them.
    """
    return bool(Shared.of((link,), link_probability).links)


def told_first(pairs: Iterable[tuple[str, bool]]) -> list[int]:
    """Return the positions of the pairs that are told first: one of each current view.

    That is the one with its most recent prior; where that could not be compared, the most recent
    that could.

    Parameters
    ----------
    pairs : iterable of (str, bool)
        The current image of each, and whether it was compared; the most recent prior first.
    """
    chosen: dict[str, tuple[int, bool]] = {}
    for at, (image, was_compared) in enumerate(pairs):
        if image not in chosen or (was_compared and not chosen[image][1]):
            chosen[image] = (at, was_compared)
    return [at for at, _ in chosen.values()]


def link_entries(pair: ComparedPair) -> Iterator[LinkEntry]:
    """Yield each particle of each link once: of one that split or merged, each of the several."""
    groups = pair.groups_of_links()
    for position, link in enumerate(pair.comparison.links):
        for number in range(max(len(link.current), len(link.prior))):
            yield LinkEntry(
                pair=pair,
                position=position,
                current=_nth(link.current, number),
                prior=_nth(link.prior, number),
                group=groups.get(position),
            )


def change_entries(pair: ComparedPair) -> Iterator[ChangeEntry]:
    """Yield each group of a pair."""
    for group in pair.comparison.groups:
        yield ChangeEntry(pair=pair, group=group)


def _nth(positions: tuple[int, ...], number: int) -> int | None:
    """Return one of several; where there are fewer, the last stands beside each of the others."""
    return positions[min(number, len(positions) - 1)] if positions else None


def _particle(reading: Reading, position: int | None) -> Calcification | None:
    """Return a particle of a reading."""
    return None if position is None else reading.calcifications[position]
