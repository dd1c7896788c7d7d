"""The numbers of one lesion at both dates, counted by links, with their bands."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from calcsight.analysis.frames import mm_of
from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret
from calcsight.analysis.listed import Numbers
from calcsight.analysis.repeatability import half_width
from calcsight.terms.comparison import LinkKind, Measure, MeasuredChange, ParticleLink
from calcsight.terms.comparison_settings import ComparisonSettings
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration

_MM2_PER_CM2 = 100.0
# As the density of a group in a reading is taken.
_HULL_MARGIN_MM = 0.5
# So many other particles are trusted half.
_FEW = 6
_MOST_DRIFT_MM = 0.1
NO_DRIFT: Mapping[Measure, float] = MappingProxyType({})
_OF_A_GROUP = (Measure.EXTENT_MM, Measure.DENSITY_PER_CM2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The particles of one lesion.

    Parameters
    ----------
    links : tuple of ParticleLink
        Its particles whose place both views show: those at both dates, and those at one date
        that are surely enough there at all.
    uncounted : int
        Marks that only the current reading lists, and that were left out.
    """

    links: tuple[ParticleLink, ...]
    uncounted: int = 0

    @classmethod
    def of(cls, links: Sequence[ParticleLink], least: float) -> "Shared":
        """Leave out what is at one date alone with a smaller probability than `least`.

        Marks that are no calcification seldom return at the same place: what is seen at one date
        alone is more often such a mark than what is seen twice.
        """
        shown = [one for one in links if one.kind is not LinkKind.NOT_SHOWN]
        kept = [one for one in shown if (one.current and one.prior) or one.probability >= least]
        now = sum(not one.prior for one in shown) - sum(not one.prior for one in kept)
        return cls(links=tuple(kept), uncounted=now)

    @property
    def before(self) -> int:
        """How many were there before; the pieces of one count once."""
        return sum(bool(one.prior) for one in self.links)

    @property
    def now(self) -> int:
        """How many are there now; the pieces of one count once."""
        return sum(bool(one.current) for one in self.links)

    @property
    def appeared(self) -> int:
        """How many are there now and were not."""
        return sum(not one.prior for one in self.links)

    @property
    def gone(self) -> int:
        """How many were there and are not now."""
        return sum(not one.current for one in self.links)

    @property
    def lasting(self) -> tuple[ParticleLink, ...]:
        """Those that were outlined as one particle at both dates."""
        return tuple(one for one in self.links if one.kind is LinkKind.LINKED)


def size_drift_mm(
    links: Sequence[ParticleLink], held: Set[int], both: tuple[Reading, Reading]
) -> float:
    """Return how much larger the same particles look now, by all that are not of the lesion, mm.

    Sharpness, pitch and processing differ between detectors, and make everything look larger or
    smaller by about as much.

    Parameters
    ----------
    links : sequence of ParticleLink
    held : set of int
        Positions in `links` of the lesion itself.
    both : tuple of Reading

    Returns
    -------
    float
        The median over the others, drawn towards 0 where they are few; never more than a blur
        can do.
    """
    larger = [
        _diameter(both[0], one.current[0]) - _diameter(both[1], one.prior[0])
        for at, one in enumerate(links)
        if one.kind is LinkKind.LINKED and at not in held
    ]
    if not larger:
        return 0.0
    drawn_mm = float(np.median(larger)) * len(larger) / (len(larger) + _FEW)
    return float(np.clip(drawn_mm, -_MOST_DRIFT_MM, _MOST_DRIFT_MM))


def stretch_mm(shared: Shared, both: tuple[Reading, Reading], registration: Registration) -> float:
    """Return how much larger the prior's extent becomes when it is laid over the current view, mm.

    A breast that is pressed otherwise shows the same particles farther apart, or nearer.
    """
    listed = [at for one in shared.links for at in one.prior]
    if not listed:
        return 0.0
    before_mm = _outlines_mm(both[1], listed)
    there_mm = registration.in_current(before_mm)
    return maximum_feret(convex_hull(there_mm)) - maximum_feret(convex_hull(before_mm))


def measured_changes(
    shared: Shared,
    both: tuple[Reading, Reading],
    settings: ComparisonSettings,
    drifts_mm: Mapping[Measure, float] = NO_DRIFT,
) -> tuple[MeasuredChange, ...]:
    """Measure one lesion at both dates.

    A particle is of the lesion when it counts at either date, and is counted at a date when that
    reading lists it, however faint: so nothing comes or goes by crossing a threshold. The mean
    diameter is of the particles that are there at both dates. Extent and density have a band only
    where both dates have as many particles as make a group: those of a few loose ones jump with
    every one of them.

    Parameters
    ----------
    shared : Shared
    both : tuple of Reading
        Current and prior.
    settings : ComparisonSettings
    drifts_mm : mapping of Measure to float
        What everything in view does, and this lesion with it (`size_drift_mm`, `stretch_mm`); the
        band reaches from no drift to this one.
    """
    now, before = _values(shared, both[0], of=0), _values(shared, both[1], of=1)
    count = (shared.now + shared.before) / 2.0
    changes = [_changed(measure, before[measure], now[measure]) for measure in Measure]
    loose = min(shared.now, shared.before) < both[0].groupings[0].rule.minimum_count
    return tuple(
        one
        if loose and one.measure in _OF_A_GROUP
        else _banded(one, count, settings.band_factor, drifts_mm.get(one.measure, 0.0))
        for one in changes
    )


def _values(shared: Shared, reading: Reading, of: int) -> dict[Measure, float | None]:
    """Measure it at one date."""
    sides = [(one.current, one.prior)[of] for one in shared.links]
    listed = [at for side in sides for at in side]
    found: dict[Measure, float | None] = dict.fromkeys(Measure)
    found[Measure.COUNT] = float(sum(map(bool, sides)))
    lasting = [(one.current, one.prior)[of][0] for one in shared.lasting]
    if lasting:
        found[Measure.MEAN_DIAMETER_MM] = float(np.mean([_diameter(reading, at) for at in lasting]))
    if listed:
        hull_mm = convex_hull(_outlines_mm(reading, listed))
        grown_mm2 = hull_area(hull_mm, _HULL_MARGIN_MM)
        found[Measure.EXTENT_MM] = maximum_feret(hull_mm)
        found[Measure.DENSITY_PER_CM2] = len(listed) / grown_mm2 * _MM2_PER_CM2
    return found


def _changed(measure: Measure, prior: float | None, current: float | None) -> MeasuredChange:
    """Set one number beside its prior."""
    difference = percent = None
    if prior is not None and current is not None:
        difference = current - prior
        percent = 100.0 * difference / prior if prior else None
    return MeasuredChange(
        measure=measure,
        prior=prior,
        current=current,
        difference=difference,
        percent=percent,
        band=None,
    )


def _banded(one: MeasuredChange, count: float, factor: float, drift_mm: float) -> MeasuredChange:
    """Say what repetition alone does to it, whether or not it drifted as all else does."""
    if one.prior is None or one.current is None:
        return one
    half = factor * half_width(one.measure, (one.prior + one.current) / 2.0, count)
    return replace(one, band=(min(drift_mm, 0.0) - half, max(drift_mm, 0.0) + half))


def _diameter(reading: Reading, at: int) -> float:
    """Return the diameter of one particle, mm."""
    return reading.calcifications[at].diameter_mm or float("nan")


def _outlines_mm(reading: Reading, listed: Sequence[int]) -> Numbers:
    """Return all points of some particles' outlines, mm, reading frame."""
    outlines = [reading.calcifications[at].outline for at in listed]
    return mm_of(np.concatenate(outlines), reading.mammogram)
