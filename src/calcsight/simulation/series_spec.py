"""What a simulated series is made from: one view of one breast at several dates."""

from dataclasses import dataclass
from datetime import date

from calcsight.simulation.families import Families, check_seed
from calcsight.simulation.histories import History
from calcsight.simulation.repeated import Seen
from calcsight.simulation.spec import ViewSpec
from calcsight.simulation.warps import Position
from calcsight.terms.calendar_months import months_later
from calcsight.terms.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSpec:
    """One visit.

    Parameters
    ----------
    seed : int
        Of its noise, redrawn tissue, markers and of how particles look from another side.
    months : int
        Calendar months since the first visit.
    pitch_mm : float
        Distance between pixel centres.
    look : str
        How the signal is stored; one of `looks.look_named`, film excepted.
    position : Position
    seen : Seen
    room_mm : tuple of float
        Air below and beyond the breast that this detector shows more than the reference does.
    """

    seed: int
    months: int
    pitch_mm: float
    look: str
    position: Position
    seen: Seen
    room_mm: tuple[float, float] = (4.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSpec:
    """One view of one breast at several dates; the same spec gives the same bytes.

    Parameters
    ----------
    reference : ViewSpec
        The breast in the frame in which it is drawn: woman, side, view, tissue, outlines; of
        fine tissue, without particles of its own.
    first_on : datetime.date
        Day of the first visit.
    visits : tuple of VisitSpec
        In the order of time.
    histories : tuple of History
        Groups and single particles; ids of groups are 1, 2, ... in this order.
    most_stretch : float
        0.06-0.3: between no two visits is any place of the breast stretched or shrunk by more;
        local fields that would are made weaker, all by the same factor.

    Raises
    ------
    UsageError
        When there is no visit, months do not rise, seeds belong to the other half or occur twice,
        or a history is not of as many visits.
    """

    reference: ViewSpec
    first_on: date
    visits: tuple[VisitSpec, ...]
    histories: tuple[History, ...] = ()
    most_stretch: float = 0.15

    def __post_init__(self) -> None:
        months = [visit.months for visit in self.visits]
        if not months or months[0] != 0 or sorted(set(months)) != months:
            raise UsageError(f"visits at months {months}", "0 first, then rising")
        seeds = [self.reference.seed]
        for visit in self.visits:
            seeds += [visit.seed, visit.position.seed]
        for seed in seeds:
            check_seed(seed, self.families)
        if len(set(seeds)) != len(seeds):
            raise UsageError("a seed that occurs twice in a series", "its own for everything")
        if any(len(one.counts) != len(self.visits) for one in self.histories):
            raise UsageError("a history of other visits", f"counts of {len(self.visits)} visits")
        if not 0.06 <= self.most_stretch <= 0.3:
            raise UsageError(f"a largest stretch of {self.most_stretch}", "0.06 to 0.3")
        if self.reference.groups or self.reference.isolated:
            raise UsageError("a reference with particles of its own", "particles in `histories`")

    @property
    def families(self) -> Families:
        """Which half of the random families everything belongs to."""
        return self.reference.families

    @property
    def woman(self) -> str:
        """Name of the woman, shared by nothing else."""
        return self.reference.woman

    @property
    def dates(self) -> tuple[date, ...]:
        """Day of each visit."""
        return tuple(months_later(self.first_on, visit.months) for visit in self.visits)
