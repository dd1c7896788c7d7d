"""What became of every group between two mammograms of one breast."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calcsight.analysis.change_rules import Seen, change_of
from calcsight.analysis.group_links import JoinedGroups, joined_groups
from calcsight.analysis.group_measures import Shared, measured_changes, size_drift_mm, stretch_mm
from calcsight.analysis.group_shape import suspicion_rank
from calcsight.terms.comparison import (
    Frame,
    GroupChange,
    LinkKind,
    Measure,
    NotComparable,
    ParticleLink,
)
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.guidance import Change, FiredRule
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

_SUSPICIOUS_FROM = 2
# Where less of a lesion than this is shown by both views, nothing is said of its change.
_SHOWN_SHARE = 0.5
# What a group that one date alone has is called, unless its particles are at both dates.
_ALONE = {LinkKind.APPEARED: Change.NEW, LinkKind.DISAPPEARED: Change.RESOLVED}


def group_changes(
    current: Reading,
    prior: Reading,
    registration: Registration,
    links: Sequence[ParticleLink],
    settings: ComparisonSettings,
) -> tuple[GroupChange, ...]:
    """Say of every group of the primary rule, at either date, what became of it.

    Parameters
    ----------
    current, prior : Reading
    registration : Registration
    links : sequence of ParticleLink
        As `linking.link` gives them for these two readings.
    settings : ComparisonSettings

    Returns
    -------
    tuple of GroupChange
        Current groups first, in their order, then the prior's that are there no more. `weighing`
        is None: rules of category are applied elsewhere.
    """
    both = (current, prior)
    joined = joined_groups(both, registration, links, settings)
    return tuple(
        _told(number, one, both, registration, links, settings)
        for number, one in enumerate(joined, start=1)
    )


def _told(
    number: int,
    joined: JoinedGroups,
    both: tuple[Reading, Reading],
    registration: Registration,
    links: Sequence[ParticleLink],
    settings: ComparisonSettings,
) -> GroupChange:
    """Tell one lesion's change."""
    members = _members(both[0], joined.current), _members(both[1], joined.prior)
    held = [
        at
        for at, one in enumerate(links)
        if members[0].intersection(one.current) or members[1].intersection(one.prior)
    ]
    shown = [links[at] for at in held if links[at].kind is not LinkKind.NOT_SHOWN]
    frame, row, column = _centre(both, [links[at] for at in held])
    bare = GroupChange(
        number=number,
        kind=LinkKind.NOT_SHOWN,
        current=joined.current,
        prior=joined.prior,
        row=row,
        column=column,
        frame=frame,
        change=None,
        not_comparable=NotComparable.NOT_SHOWN,
        probability=1.0 - len(shown) / len(held),
        measures=(),
        links=tuple(held),
        reasons=(FiredRule(code="not_shown", words=NotComparable.NOT_SHOWN.text),),
    )
    if len(shown) < _SHOWN_SHARE * len(held):
        return bare
    shared = Shared.of(shown, settings.link_probability)
    drifts_mm = {
        Measure.MEAN_DIAMETER_MM: size_drift_mm(links, set(held), both),
        Measure.EXTENT_MM: stretch_mm(shared, both, registration),
    }
    seen = Seen(
        kind=joined.kind,
        shared=shared,
        measures=measured_changes(shared, both, settings, drifts_mm),
        new_types=_new_types(both, shared.links, settings.new_type_count),
        least_count=both[0].groupings[0].rule.minimum_count,
    )
    change, reasons = change_of(seen, settings)
    lasts = joined.kind in _ALONE and change not in (None, _ALONE[joined.kind])
    kind = LinkKind.LINKED if lasts else joined.kind
    told = replace(
        bare,
        kind=kind,
        change=change,
        not_comparable=NotComparable.UNCERTAIN if change is None else None,
        probability=_probability(joined, shown, kind),
        measures=seen.measures,
        new_types=seen.new_types,
        reasons=reasons,
    )
    return _where_it_was(told, both, shown) if change is Change.RESOLVED else told


def _where_it_was(
    gone: GroupChange, both: tuple[Reading, Reading], shown: Sequence[ParticleLink]
) -> GroupChange:
    """Place what has resolved in the prior, although a few of its particles may be left."""
    frame, row, column = _centre(both, [replace(one, current=()) for one in shown])
    return replace(gone, frame=frame, row=row, column=column)


def _members(reading: Reading, numbers: tuple[int, ...]) -> set[int]:
    """Gather the members of several groups."""
    return {at for group in reading.groups if group.number in numbers for at in group.members}


def _probability(joined: JoinedGroups, shown: Sequence[ParticleLink], kind: LinkKind) -> float:
    """Return how probably it is one lesion at both dates, or truly there at one alone."""
    if joined.probability:
        return joined.probability
    alone = kind in _ALONE
    chances = [one.probability for one in shown if (not one.current or not one.prior) is alone]
    return float(np.mean(chances)) if chances else 0.0


def _centre(
    both: tuple[Reading, Reading], held: Sequence[ParticleLink]
) -> tuple[Frame, float, float]:
    """Return the mean place of its particles: in the current file, the prior's for what is gone."""
    now = [both[0].calcifications[at] for one in held for at in one.current]
    before = [both[1].calcifications[at] for one in held for at in one.prior]
    frame = Frame.CURRENT if now else Frame.PRIOR
    ones = now or before
    return (
        frame,
        float(np.mean([one.row for one in ones])),
        float(np.mean([one.column for one in ones])),
    )


def _new_types(
    both: tuple[Reading, Reading], shown: Sequence[ParticleLink], least: int
) -> tuple[Morphology, ...]:
    """Return suspicious shapes of particles that appeared, which no particle had before.

    A particle that lasts and is now called otherwise does not count: so do words waver.
    """
    appeared = [at for one in shown if not one.prior for at in one.current]
    now = Counter(_shape(both[0], at) for at in appeared)
    before = {_shape(both[1], at) for one in shown for at in one.prior}
    return tuple(
        shape
        for shape in Morphology
        if now[shape] >= least and shape not in before and suspicion_rank(shape) >= _SUSPICIOUS_FROM
    )


def _shape(reading: Reading, at: int) -> Morphology | None:
    """Return the word for the shape of one particle that counts; None = none was given."""
    one = reading.calcifications[at]
    counts = one.score >= reading.provenance.threshold
    return one.morphology.label if one.morphology is not None and counts else None
