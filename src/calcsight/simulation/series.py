"""One woman's breast at several dates, with exact truth."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from calcsight.simulation.histories import History
from calcsight.simulation.repeated import Anatomy, draw_again, draw_anatomy
from calcsight.simulation.series_particles import Planting, at_visit, plan_histories
from calcsight.simulation.series_places import Whereabouts, field_of, seen_everywhere
from calcsight.simulation.series_spec import SeriesSpec
from calcsight.simulation.truth import Truth
from calcsight.simulation.views import SimulatedView, view_of
from calcsight.simulation.warps import Points
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Mammogram


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit:
    """What was made at one date.

    Parameters
    ----------
    acquired_on : datetime.date
    view : SimulatedView
        As stored, in the frame a file would have.
    mammogram : Mammogram
        Reading frame, as a loader would hand it over; its own uid and exam uid.
    truth : Truth
        What is there at this date, the file's own frame.
    identity : tuple of int
        For each particle of `truth` its id: one id is one particle over all visits.
    groups : tuple of int
        For each group of `truth` its id over all visits.
    """

    acquired_on: date
    view: SimulatedView
    mammogram: Mammogram
    truth: Truth
    identity: tuple[int, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedSeries:
    """One view of one breast at several dates.

    Parameters
    ----------
    spec : SeriesSpec
    visits : tuple of Visit
        In the order of time.
    whereabouts : Whereabouts
        Where the same place of the breast lies at each visit.
    histories : dict of int to History
        What was planted, by id; groups for which there was no room are not in it.
    """

    spec: SeriesSpec
    visits: tuple[Visit, ...]
    whereabouts: Whereabouts
    histories: dict[int, History]

    @property
    def fates(self) -> dict[int, tuple[Change | None, ...]]:
        """For the id of each group, what became of it between each visit and the next.

        None = not there at either. By the rule of `histories.fate`; particles alone are not in
        it.
        """
        return {number: one.fates for number, one in self.histories.items() if one.plan.count > 1}

    def fate(self, group: int, from_visit: int, to_visit: int) -> Change | None:
        """Say what became of a group from one visit to a later one.

        Raises
        ------
        UsageError
            When the two visits together make no clear change, though each step does.
        """
        return self.histories[group].between(from_visit, to_visit)

    def shifted(self, days: int) -> "SimulatedSeries":
        """Return the same series with every date moved by the same number of days.

        As when a patient's files are de-identified: the intervals stay, to the day.
        """
        moved = timedelta(days=days)
        return replace(
            self,
            visits=tuple(
                replace(
                    visit,
                    acquired_on=visit.acquired_on + moved,
                    mammogram=replace(visit.mammogram, acquired_on=visit.acquired_on + moved),
                )
                for visit in self.visits
            ),
        )

    def carry(self, places_mm: Points, from_visit: int, to_visit: int) -> Points:
        """Return where the same tissue lies at another visit: the truth of a registration.

        Parameters
        ----------
        places_mm : array (n, 2)
            (down, right) in mm from the first pixel's centre, reading frame.
        from_visit, to_visit : int
            Positions in `visits`.

        Returns
        -------
        array (n, 2), float64
            The same way; it may lie outside the picture.
        """
        return self.whereabouts.carry(places_mm, from_visit, to_visit)

    def landmarks(self, visit: int) -> Points:
        """Return some 40 places of the breast that every visit shows, as this visit shows them.

        The same tissue in the same order at every visit; (down, right) in mm from the first
        pixel's centre, reading frame.
        """
        return self.whereabouts.landmarks(visit)


def simulate_series(spec: SeriesSpec) -> SimulatedSeries:
    """Simulate one view of a breast at several dates; the same spec gives the same bytes.

    The anatomy is drawn once, in a frame that no visit has. Each visit sees it through a warp of
    its own (`warps`), with fine tissue partly redrawn (`repeated`), and with noise, exposure,
    detector and look of its own.

    Parameters
    ----------
    spec : SeriesSpec

    Raises
    ------
    UsageError
        When the spec names a family that its half of the families does not have, or a tissue that
        is not fine.
    """
    anatomy = draw_anatomy(spec.reference)
    whereabouts = seen_everywhere(anatomy, spec)
    planting = plan_histories(anatomy, spec, whereabouts)
    visits = tuple(
        _visit(anatomy, spec, whereabouts, planting, number) for number in range(len(spec.visits))
    )
    return SimulatedSeries(
        spec=spec, visits=visits, whereabouts=whereabouts, histories=planting.histories
    )


def _visit(
    anatomy: Anatomy, spec: SeriesSpec, where: Whereabouts, planting: Planting, number: int
) -> Visit:
    """Draw one visit."""
    visit, on = spec.visits[number], spec.dates[number]
    shape = field_of(anatomy, visit)
    view_spec = replace(
        spec.reference,
        name=f"{spec.reference.name}-{on.isoformat()}",
        seed=visit.seed,
        pitch_mm=visit.pitch_mm,
        rows=shape[0],
        look=visit.look,
    )
    warp = where.warps[number]
    background = draw_again(anatomy, view_spec, warp, shape, visit.seen)
    shown = at_visit(planting, warp, visit.seed, number)
    view = view_of(np.random.default_rng((visit.seed, 3)), view_spec, background, shown.planned)
    mammogram = replace(view.mammogram(), acquired_on=on, exam_uid=f"{spec.woman}-{on.isoformat()}")
    return Visit(
        acquired_on=on,
        view=view,
        mammogram=mammogram,
        truth=view.truth,
        identity=shown.identity,
        groups=shown.groups,
    )
