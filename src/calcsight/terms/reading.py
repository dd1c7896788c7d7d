"""What reading one mammogram, or one exam, gives."""

from dataclasses import dataclass
from typing import Protocol

from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group, Grouping
from calcsight.terms.guidance import Weighing
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.limitation import Limitation
from calcsight.terms.location import Location
from calcsight.terms.mammogram import Mammogram, Projection
from calcsight.terms.matching import MatchRemark, NotMatched
from calcsight.terms.morphology import Morphology, Named
from calcsight.terms.track import Track

INTENDED_USE = (
    "Research, algorithm development, education and retrospective quality analysis on "
    "de-identified images. Not for diagnosis, screening, triage or treatment of any person."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpretedBy:
    """What described and weighed a reading.

    Parameters
    ----------
    describer, describer_digest : str
        Name with version, and SHA-256.
    vocabulary, population, scheme, policy : str
        Id and version of each, "bi-rads-2013-like 1".
    guidance_digest : str
        SHA-256 over those files and the claim register.
    """

    describer: str
    describer_digest: str
    vocabulary: str
    population: str
    scheme: str
    policy: str
    guidance_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a reading: enough to make it again.

    Parameters
    ----------
    software : str
        Name and version.
    judge : str
        Name and version of the judge.
    judge_digest, settings_digest, pixel_digest : str
        SHA-256, hexadecimal.
    input_uid : str
        UID of the mammogram.
    operating_point : OperatingPoint or None
        None when the judge was asked for no named point.
    threshold : float
        Score at or above which a candidate counts and may be grouped. `Settings.min_score`
        moves what is listed, never this.
    interpreted_by : InterpretedBy or None
        None = found and measured alone.
    """

    software: str
    judge: str
    judge_digest: str
    settings_digest: str
    input_uid: str
    pixel_digest: str
    operating_point: OperatingPoint | None
    threshold: float
    interpreted_by: InterpretedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """Calcifications and groups of one mammogram.

    An empty reading means: calcifications were looked for and none was found at this
    operating point. It never means negative or normal; `limitations` always says that masses,
    asymmetries and distortion were not looked for.

    Parameters
    ----------
    mammogram : Mammogram
        What was read (its pixels are in the reading frame).
    calcifications : tuple of Calcification
        By falling score; positions in the file's own frame.
    groupings : tuple of Grouping
        One for each rule in the settings, the primary rule first. Empty when the spacing is
        unknown, since every rule is in millimetres.
    breast_area_mm2 : float or None
        None when the spacing is unknown.
    limitations : tuple of Limitation
    provenance : Provenance
    tracks : tuple of Track
        Calcified vessels, surest first, the file's own frame. Empty also when the reading was
        not interpreted.
    weighing : Weighing or None
        Of the view as a whole; None = not interpreted.
    """

    mammogram: Mammogram
    calcifications: tuple[Calcification, ...]
    groupings: tuple[Grouping, ...]
    breast_area_mm2: float | None
    limitations: tuple[Limitation, ...]
    provenance: Provenance
    tracks: tuple[Track, ...] = ()
    weighing: Weighing | None = None

    @property
    def groups(self) -> tuple[Group, ...]:
        """Groups by the primary rule."""
        return self.groupings[0].groups if self.groupings else ()

    def without_pixels(self) -> "LeanReading":
        """Return what an exam needs of this reading."""
        return LeanReading(
            mammogram=self.mammogram.without_pixels(),
            calcifications=self.calcifications,
            groups=self.groups,
            limitations=self.limitations,
            provenance=self.provenance,
            weighing=self.weighing,
        )

    def group_number_of(self, position: int) -> int | None:
        """Return the number of the primary-rule group that holds a calcification, else None."""
        for group in self.groups:
            if position in group.members:
                return group.number
        return None


class SeenView(Protocol):
    """What an exam needs of one reading: everything but pixels."""

    @property
    def mammogram(self) -> Projection:
        """The view."""

    @property
    def calcifications(self) -> tuple[Calcification, ...]:
        """As in `Reading`."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """Groups by the primary rule."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeanReading:
    """A reading without pixels: small, and fit to cross processes; a `SeenView`.

    Parameters
    ----------
    mammogram : Projection
    calcifications, groups
        As in `Reading`, the file's own frame.
    limitations : tuple of Limitation
    provenance : Provenance or None
        None = of an image that stands twice in an exam, which holds nothing more.
    weighing : Weighing or None
    """

    mammogram: Projection
    calcifications: tuple[Calcification, ...]
    groups: tuple[Group, ...]
    limitations: tuple[Limitation, ...] = ()
    provenance: Provenance | None = None
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMatch:
    """Two groups that may be one lesion seen in two projections of one breast.

    Parameters
    ----------
    readings : tuple of int
        Positions in `ExamReading.readings`: the view from above first.
    groups : tuple of int
        Numbers of the groups in those readings.
    probability : float
        0-1, that they are one lesion.
    location : Location
        From both projections together.
    morphology : Named of Morphology
        From both; milk of calcium is possible only here, when a lateral view allows it.
    remarks : tuple of MatchRemark
        What a reader must know of it.
    weighing : Weighing or None
        None = not weighed.
    """

    readings: tuple[int, int]
    groups: tuple[int, int]
    probability: float
    location: Location
    morphology: Named[Morphology]
    remarks: tuple[MatchRemark, ...] = ()
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSummary:
    """What the views of one exam come to together.

    Parameters
    ----------
    matches : tuple of GroupMatch
        Groups taken for one lesion in two projections, most probable first; each group once.
    left_out : tuple of (int, NotMatched)
        Positions of the readings whose groups were not matched, rising, with the reason.
    weighing : Weighing
        Of the whole exam.
    """

    matches: tuple[GroupMatch, ...]
    left_out: tuple[tuple[int, NotMatched], ...]
    weighing: Weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamReading:
    """The readings of one exam.

    Parameters
    ----------
    uid : str
    readings : tuple of Reading
        In the order of the exam's mammograms.
    summary : ExamSummary or None
        None = not interpreted.
    """

    uid: str
    readings: tuple[Reading, ...]
    summary: ExamSummary | None = None
