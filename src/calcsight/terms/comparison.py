"""What changed between two mammograms of one breast in one view."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.guidance import Change, FiredRule, Weighing
from calcsight.terms.morphology import Morphology
from calcsight.terms.reading import Reading
from calcsight.terms.registration import Registration


class NotComparable(StrEnum):
    """Why two views, or a place in them, cannot be compared; `text` is the sentence shown."""

    ANOTHER_PATIENT = "another_patient"
    SAME_IMAGE = "same_image"
    PRIOR_IS_LATER = "prior_is_later"
    LATERALITY_UNKNOWN = "laterality_unknown"
    ANOTHER_BREAST = "another_breast"
    VIEW_UNKNOWN = "view_unknown"
    ANOTHER_VIEW = "another_view"
    MAGNIFICATION = "magnification"
    PART_OF_BREAST = "part_of_breast"
    TURNED_VIEW = "turned_view"
    IMPLANT = "implant"
    SPACING_UNKNOWN = "spacing_unknown"
    REGISTRATION_FAILED = "registration_failed"
    NO_COUNTERPART = "no_counterpart"
    REFUSED = "refused"
    NOT_SHOWN = "not_shown"
    UNCERTAIN = "uncertain"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _WHY[self]


class LinkKind(StrEnum):
    """How a particle or a group goes on from the prior mammogram to the current one."""

    LINKED = "linked"
    APPEARED = "appeared"
    DISAPPEARED = "disappeared"
    SPLIT = "split"
    MERGED = "merged"
    NOT_SHOWN = "not_shown"


class Frame(StrEnum):
    """Whose file's own frame a place is in."""

    CURRENT = "current"
    PRIOR = "prior"


class Measure(StrEnum):
    """What is compared of a group; the value is the name of the field."""

    COUNT = "count"
    EXTENT_MM = "extent_mm"
    MEAN_DIAMETER_MM = "mean_diameter_mm"
    DENSITY_PER_CM2 = "density_per_cm2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticleLink:
    """One particle, or several that became one, at both dates.

    Parameters
    ----------
    kind : LinkKind
    current, prior : tuple of int
        Positions in the calcifications of each reading: one each when LINKED; none in the prior
        when APPEARED; none in the current when DISAPPEARED; several in the current when SPLIT, in
        the prior when MERGED. NOT_SHOWN: the other view does not show its place.
    probability : float
        0-1, that the kind is right.
    residual_mm : float or None
        How far the prior's particle, carried over, lies from the current one, after the local
        shift was taken out; None where there is only one of them.
    """

    kind: LinkKind
    current: tuple[int, ...]
    prior: tuple[int, ...]
    probability: float
    residual_mm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredChange:
    """One number of a group at both dates, and what repetition alone does to it.

    Counted by links: a particle is of the group when it counts at either date, and is there at a
    date when that reading lists it, however faint. What is listed at one date alone is left out
    where it is probably no calcification. The mean diameter is of the particles at both dates.

    Parameters
    ----------
    measure : Measure
    prior, current : float or None
        None = there was no such number at that date.
    difference, percent : float or None
        Current less prior; in per cent of the prior, None where that is 0 or unknown.
    band : tuple of float or None
        (low, high): of a stated share of unchanged breasts that are mammographed twice, number,
        extent and mean diameter of every group differ by no more, as fitted on simulated
        repetitions; None = no band was measured for it.
    """

    measure: Measure
    prior: float | None
    current: float | None
    difference: float | None
    percent: float | None
    band: tuple[float, float] | None

    @property
    def beyond(self) -> bool:
        """The difference is more than repetition explains."""
        if self.difference is None or self.band is None:
            return False
        return not self.band[0] <= self.difference <= self.band[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChange:
    """One group, and what became of it.

    Parameters
    ----------
    number : int
        1, 2, ... within one comparison: groups of the current reading first, in its order.
    tracking_uid : str
        The same at every date at which the finding was followed; "" until one is given.
    kind : LinkKind
        How the groups of the two readings belong together.
    current, prior : tuple of int
        Numbers of the groups in each reading; none in the prior where particles there made no
        group.
    row, column : float
        Its centre, in the file's own frame of `frame`: the prior's for what is there no more.
    frame : Frame
    change : Change or None
        None = cannot be told; `not_comparable` says why.
    not_comparable : NotComparable or None
    probability : float
        0-1, that it is one lesion at both dates; for what appeared or disappeared, that it did.
    measures : tuple of MeasuredChange
    new_types : tuple of Morphology
        Shapes that particles have now and had not.
    links : tuple of int
        Positions in `Comparison.links` of its particles.
    reasons : tuple of FiredRule
        What decided the change, in words.
    weighing : Weighing or None
        Of the current group, its change known; None = nothing there now, or not interpreted.
    """

    number: int
    tracking_uid: str = ""
    kind: LinkKind
    current: tuple[int, ...]
    prior: tuple[int, ...]
    row: float
    column: float
    frame: Frame
    change: Change | None
    not_comparable: NotComparable | None = None
    probability: float
    measures: tuple[MeasuredChange, ...]
    new_types: tuple[Morphology, ...] = ()
    links: tuple[int, ...] = ()
    reasons: tuple[FiredRule, ...] = ()
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The current mammogram of one view against one prior.

    Parameters
    ----------
    current, prior : Reading
        Each of its own mammogram alone. Both list down to `comparison.weak_score`, so that what
        is faint at one date can be linked with what is plain at the other; groups are those of
        the operating point.
    days : int or None
        Between the exams; None = a date is unknown.
    not_comparable : NotComparable or None
        Then there are no links and no groups: nothing is said of change.
    registration : Registration or None
        None when there was nothing to lay over each other; kept when it failed, with its quality.
    links : tuple of ParticleLink
        Every listed particle of either reading is in exactly one.
    groups : tuple of GroupChange
    scores_with_prior : tuple of float
        For each calcification of the current reading, 0-1: its score when the prior is known.
        The reading itself is not changed by it.
    newness : tuple of (float or None)
        For each calcification of the current reading, 0-1: how surely it is one that the prior
        does not show; None = the prior does not show its place.
    weighing : Weighing or None
        Of the current view, its changes known; None = not interpreted or not comparable.
    settings_digest : str
        SHA-256 of the settings.
    """

    current: Reading
    prior: Reading
    days: int | None
    not_comparable: NotComparable | None
    registration: Registration | None = None
    links: tuple[ParticleLink, ...] = ()
    groups: tuple[GroupChange, ...] = ()
    scores_with_prior: tuple[float, ...] = ()
    newness: tuple[float | None, ...] = ()
    weighing: Weighing | None = None
    settings_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """One finding at one date.

    Parameters
    ----------
    acquired_on : date or None
    mammogram_uid : str
    row, column : float or None
        Its centre in that file's own frame; None = nothing there.
    count : int or None
        Calcifications; None = the place is not comparable at that date, 0 = none was found.
    extent_mm : float or None
    count_band, extent_band_mm : tuple of float or None
        (low, high) around the value: what repetition alone would give.
    """

    acquired_on: date | None
    mammogram_uid: str
    row: float | None
    column: float | None
    count: int | None
    extent_mm: float | None
    count_band: tuple[float, float] | None = None
    extent_band_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One finding over all dates compared, oldest first.

    Parameters
    ----------
    tracking_uid : str
    points : tuple of CoursePoint
        The last is of the current mammogram.
    """

    tracking_uid: str
    points: tuple[CoursePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """The current mammogram against each of its priors, oldest prior first.

    Parameters
    ----------
    comparisons : tuple of Comparison
        The last is against the most recent prior, and is the one that is told first.
    courses : tuple of Course
    """

    comparisons: tuple[Comparison, ...]
    courses: tuple[Course, ...]


GroupKey = tuple[str, int]  # UID of the mammogram, number of the group in its reading


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBefore:
    """What is known of a woman before her mammograms are compared.

    Parameters
    ----------
    same_patient : bool
        A person vouches that all are of one woman, whatever the files' patient numbers say.
    tracking : mapping of (str, int) to str
        Tracking UIDs of findings that are followed already, by mammogram and group.
    """

    same_patient: bool = False
    tracking: Mapping[GroupKey, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired:
    """A view of the current exam, or of a prior one, that was not compared.

    Parameters
    ----------
    prior : int or None
        Position in `ExamComparison.priors`: of a current view, the prior exam that has no such
        view; of a prior view, its own exam.
    frame : Frame
        Whether it is a view of the current or of the prior exam.
    position : int
        In that exam's readings.
    why : NotComparable
    """

    prior: int
    frame: Frame
    position: int
    why: NotComparable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExamComparison:
    """The current exam against its prior exams, view by view.

    Parameters
    ----------
    current_uid : str
    prior_uids : tuple of str
        Oldest first.
    current : tuple of Reading
    priors : tuple of tuple of Reading
        Of each prior exam.
    views : tuple of Series
        One for each view of the current exam that any prior exam has too, in its order.
    unpaired : tuple of Unpaired
    """

    current_uid: str
    prior_uids: tuple[str, ...]
    current: tuple[Reading, ...]
    priors: tuple[tuple[Reading, ...], ...]
    views: tuple[Series, ...]
    unpaired: tuple[Unpaired, ...]


_WHY: Mapping[NotComparable, str] = MappingProxyType(
    {
        NotComparable.ANOTHER_PATIENT: (
            "The two files name different patients: nothing is compared between women."
        ),
        NotComparable.SAME_IMAGE: "Both are the same image.",
        NotComparable.PRIOR_IS_LATER: "The prior was made after the current mammogram.",
        NotComparable.LATERALITY_UNKNOWN: "Left or right breast is not stated for both.",
        NotComparable.ANOTHER_BREAST: "One is of the left, the other of the right breast.",
        NotComparable.VIEW_UNKNOWN: "The view is not stated for both.",
        NotComparable.ANOTHER_VIEW: "The two are different projections of the breast.",
        NotComparable.MAGNIFICATION: (
            "One is a magnification view: sharpness and field differ too much to say what changed."
        ),
        NotComparable.PART_OF_BREAST: "One shows only a part of the breast.",
        NotComparable.TURNED_VIEW: "The breast was rolled, turned or pushed aside for one of them.",
        NotComparable.IMPLANT: "There is an implant, which moves tissue more than can be followed.",
        NotComparable.SPACING_UNKNOWN: "The pixel spacing of one of them is unknown.",
        NotComparable.REGISTRATION_FAILED: (
            "The two could not be laid over each other well enough to say what changed."
        ),
        NotComparable.NO_COUNTERPART: (
            "The other exam has no such view of this breast, or none that is not compared already."
        ),
        NotComparable.REFUSED: "This image, or its counterpart, could not be read.",
        NotComparable.NOT_SHOWN: "The other mammogram does not show this place.",
        NotComparable.UNCERTAIN: (
            "Too few of its marks are surely calcifications to say whether they are new or gone."
        ),
    }
)
