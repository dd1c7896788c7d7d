"""One view of one breast at several dates, drawn or real, with exact truth."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from calcsight.simulation.histories import History
from calcsight.simulation.series_places import Whereabouts
from calcsight.simulation.truth import Truth
from calcsight.simulation.warps import Points
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import Mammogram


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DatedView:
    """What was made at one date.

    Parameters
    ----------
    acquired_on : datetime.date
    mammogram : Mammogram
        Reading frame, as a loader would hand it over; its own uid and exam uid.
    truth : Truth
        What was planted and is there at this date, the file's own frame.
    identity : tuple of int
        For each particle of `truth` its id: one id is one particle over all visits.
    groups : tuple of int
        For each group of `truth` its id over all visits.
    """

    acquired_on: date
    mammogram: Mammogram
    truth: Truth
    identity: tuple[int, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowedView:
    """One view of one breast at several dates.

    Parameters
    ----------
    visits : tuple of DatedView
        In the order of time.
    whereabouts : Whereabouts
        Where the same place of the breast lies at each visit.
    histories : dict of int to History
        What was planted, by id; groups for which there was no room are not in it.
    """

    visits: tuple[DatedView, ...]
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

    def shifted(self, days: int) -> Self:
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
