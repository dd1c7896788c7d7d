"""The numbers of one lesion at both dates, counted by links, with their bands."""

from dataclasses import dataclass

import numpy as np

from calcsight.analysis.hull import convex_hull, hull_area, maximum_feret
from calcsight.analysis.listed import in_mm
from calcsight.analysis.repeatability import half_width
from calcsight.terms.comparison import LinkKind, Measure, MeasuredChange, ParticleLink
from calcsight.terms.reading import Reading

_MM2_PER_CM2 = 100.0
# As the density of a group in a reading is taken.
_HULL_MARGIN_MM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The particles of one lesion.

    Parameters
    ----------
    links : tuple of ParticleLink
        All of its particles whose place both views show.
    """

    links: tuple[ParticleLink, ...]

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


def measured_changes(
    shared: Shared, both: tuple[Reading, Reading], band_factor: float
) -> tuple[MeasuredChange, ...]:
    """Measure one lesion at both dates.

    A particle is of the lesion when it counts at either date, and is counted at a date when that
    reading lists it, however faint: so nothing comes or goes by crossing a threshold. The mean
    diameter is of the particles that are there at both dates.

    Parameters
    ----------
    shared : Shared
    both : tuple of Reading
        Current and prior.
    band_factor : float
        Bands are this many times the measured ones.
    """
    now, before = _values(shared, both[0], of=0), _values(shared, both[1], of=1)
    count = (shared.now + shared.before) / 2.0
    return tuple(
        _changed(measure, before[measure], now[measure], count, band_factor) for measure in Measure
    )


def _values(shared: Shared, reading: Reading, of: int) -> dict[Measure, float | None]:
    """Measure it at one date."""
    sides = [(one.current, one.prior)[of] for one in shared.links]
    listed = [at for side in sides for at in side]
    found: dict[Measure, float | None] = dict.fromkeys(Measure)
    found[Measure.COUNT] = float(sum(map(bool, sides)))
    lasting = [(one.current, one.prior)[of][0] for one in shared.lasting]
    if lasting:
        found[Measure.MEAN_DIAMETER_MM] = float(
            np.mean([reading.calcifications[at].diameter_mm or np.nan for at in lasting])
        )
    if listed:
        outlines = [reading.calcifications[at].outline for at in listed]
        hull_mm = convex_hull(in_mm(np.concatenate(outlines), reading.mammogram))
        grown_mm2 = hull_area(hull_mm, _HULL_MARGIN_MM)
        found[Measure.EXTENT_MM] = maximum_feret(hull_mm)
        found[Measure.DENSITY_PER_CM2] = len(listed) / grown_mm2 * _MM2_PER_CM2
    return found


def _changed(
    measure: Measure, prior: float | None, current: float | None, count: float, factor: float
) -> MeasuredChange:
    """Set one number beside its prior."""
    difference = percent = band = None
    if prior is not None and current is not None:
        difference = current - prior
        percent = 100.0 * difference / prior if prior else None
        half = factor * half_width(measure, (prior + current) / 2.0, count)
        band = (-half, half)
    return MeasuredChange(
        measure=measure,
        prior=prior,
        current=current,
        difference=difference,
        percent=percent,
        band=band,
    )
