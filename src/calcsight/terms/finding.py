"""One finding through time: what was seen, said, done and found out, as records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.biopsy import Biopsy
from calcsight.terms.errors import FollowUpError
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.signed import (
    each_once,
    refuse_blank,
    refuse_no_uid,
    refuse_too_many,
    refuse_unsigned,
)


class Recommendation(StrEnum):
    """What a person recommends next; `text` says what it means."""

    ROUTINE = "routine"
    SHORT_INTERVAL = "short_interval"
    MORE_VIEWS = "more_views"
    BIOPSY = "biopsy"
    CONSULTATION = "consultation"
    TREATMENT = "treatment"

    @property
    def text(self) -> str:
        """The words a reader sees."""
        return _RECOMMENDED[self]


class AssociatedFinding(StrEnum):
    """What else a person saw with the calcifications; the software looks for none of it."""

    NONE = "none"
    MASS = "mass"
    ASYMMETRY = "asymmetry"
    DISTORTION = "distortion"


class End(StrEnum):
    """Why a finding is followed no longer, other than a reader's routine screening."""

    TREATED = "treated"
    CONSULTED = "consulted"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    DIED = "died"
    ENTERED_IN_ERROR = "entered_in_error"

    @property
    def text(self) -> str:
        """The words a reader sees."""
        return _ENDS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What one mammogram shows at the place of a finding.

    Parameters
    ----------
    mammogram_uid : str
        SOP Instance UID, or another name that is not a person's.
    exam_uid : str
        Study Instance UID or such a name; "" = unknown: the view stands for its exam.
    acquired_on : date
    laterality, view
    exam_kind : ExamKind
        Category 3 is never given from screening views alone.
    group : int or None
        Number of the group in its reading; None = marked by a person, or nothing there.
    row, column : float or None
        Centre, in that file's own frame; None = nothing there.
    count : int or None
        Calcifications; None = not counted, 0 = looked for and none found.
    extent_mm : float or None
    change : Change or None
        Against the prior it was compared with; None = not compared.

    Raises
    ------
    FollowUpError
        Without the name of its mammogram, or with half a place or a number that cannot be.
    """

    mammogram_uid: str
    exam_uid: str = ""
    acquired_on: date
    laterality: Laterality = Laterality.UNKNOWN
    view: View = View.UNKNOWN
    exam_kind: ExamKind = ExamKind.SCREENING
    group: int | None = None
    row: float | None = None
    column: float | None = None
    count: int | None = None
    extent_mm: float | None = None
    change: Change | None = None

    def __post_init__(self) -> None:
        refuse_blank(self.mammogram_uid, "an appearance without the name of its mammogram")
        if (self.row is None) != (self.column is None):
            raise FollowUpError("an appearance with half a place", "row and column, or neither")
        if self.group is not None and self.group < 1:
            raise FollowUpError(f"the group number {self.group}", "a number from 1")
        if self.count is not None and self.count < 0:
            raise FollowUpError(f"a count of {self.count}", "a number from 0, or none: unknown")
        if self.extent_mm is not None and not 0.0 <= self.extent_mm < float("inf"):
            raise FollowUpError(f"an extent of {self.extent_mm} mm", "a length, or none: unknown")

    @property
    def exam(self) -> str:
        """The exam it is of; the mammogram itself where the exam is unknown."""
        return self.exam_uid or self.mammogram_uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a person made of a finding on one exam; a program never makes one.

    Parameters
    ----------
    reader_id : str
    at : datetime
        With its offset from UTC.
    scheme, scheme_version, category : str
        Category as the scheme prints it: "3", "4B", "R3".
    recommendation : Recommendation
    exam_uid : str
        Exam that was assessed; "" = unknown.
    exam_on : date or None
        Its day; None = unknown: then the day on which it was assessed stands for it.
    exam_kind : ExamKind or None
        None = not stated.
    due_on : date or None
        A day that the reader named; None = the intervals of the settings.
    associated : AssociatedFinding or None
        None = not stated.

    Raises
    ------
    FollowUpError
        Without a reader, a zone of the time, a scheme, its version or a category; when the exam
        was made after it was assessed, or what is due lies before.
    """

    reader_id: str
    at: datetime
    scheme: str
    scheme_version: str
    category: str
    recommendation: Recommendation
    exam_uid: str = ""
    exam_on: date | None = None
    exam_kind: ExamKind | None = None
    due_on: date | None = None
    associated: AssociatedFinding | None = None

    def __post_init__(self) -> None:
        refuse_unsigned(self.reader_id, self.at, "an assessment")
        for name in ("scheme", "scheme_version", "category"):
            refuse_blank(getattr(self, name), f"an assessment without its {name}")
        if self.exam_on is not None and self.exam_on > self.at.date():
            raise FollowUpError(
                f"an assessment of {self.at.date()} of an exam of {self.exam_on}",
                "an exam that is not from after its assessment",
            )
        if self.due_on is not None and self.due_on < self.assessed_day:
            raise FollowUpError(
                f"something due on {self.due_on}, before the exam of {self.assessed_day}",
                "a later day",
            )

    @property
    def assessed_day(self) -> date:
        """Day of the exam, or of the assessment where that is unknown."""
        return self.exam_on or self.at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """That a finding is followed no longer here, and who said so.

    Parameters
    ----------
    end : End
    reader_id : str
    at : datetime
        With its offset from UTC.
    taken_back_on : date or None
        From this day on it is as if it had not been said: the woman came back.

    Raises
    ------
    FollowUpError
        Without a person or a zone of the time, or taken back before it was said.
    """

    end: End
    reader_id: str
    at: datetime
    taken_back_on: date | None = None

    def __post_init__(self) -> None:
        refuse_unsigned(self.reader_id, self.at, "an ending")
        if self.taken_back_on is not None and self.taken_back_on < self.at.date():
            raise FollowUpError(
                f"an ending of {self.at.date()} taken back on {self.taken_back_on}", "a later day"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of one breast through time: records alone, whatever order they came in.

    What they come to (state, outcome, what is due) follows from them and from a day; it is never
    stored beside them, so that it cannot say otherwise.

    Parameters
    ----------
    id : str
        Short, the same over all exams.
    tracking_uid : str
        A DICOM UID, the same over all exams.
    laterality : Laterality
    appearances : tuple of Appearance
        Over views and exams; sorted by day.
    assessments : tuple of Assessment
        Sorted by time.
    biopsies : tuple of Biopsy
        Sorted by day.
    endings : tuple of Ending
        Sorted by time.

    Raises
    ------
    FollowUpError
        Without an id or a UID; when a record is of the other side or of another finding; when two
        records of one mammogram or biopsy say different things; with more than 20 biopsies.
    """

    id: str
    tracking_uid: str
    laterality: Laterality
    appearances: tuple[Appearance, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    biopsies: tuple[Biopsy, ...] = ()
    endings: tuple[Ending, ...] = ()

    def __post_init__(self) -> None:
        refuse_blank(self.id, "a finding without an id")
        refuse_no_uid(self.tracking_uid, f"the tracking UID of the finding {self.id}:")
        object.__setattr__(self, "appearances", each_once(self.appearances, _by_day))
        object.__setattr__(self, "assessments", each_once(self.assessments, _by_time))
        object.__setattr__(self, "biopsies", each_once(self.biopsies, _by_biopsy))
        object.__setattr__(self, "endings", each_once(self.endings, _by_ending))
        self._refuse_another_side()
        refuse_too_many(self.biopsies, "biopsies of one finding")
        _refuse_twice([one.id for one in self.biopsies], "biopsies", self.id)
        _refuse_twice([_place_of(one) for one in self.appearances], "appearances", self.id)

    def _refuse_another_side(self) -> None:
        """Refuse what is of the other breast, or of another finding."""
        sides = {one.laterality for one in self.appearances}
        sides |= {one.laterality for one in self.biopsies}
        other = sides - {self.laterality, Laterality.UNKNOWN}
        if other and self.laterality is not Laterality.UNKNOWN:
            raise FollowUpError(
                f"the finding {self.id} of side {self.laterality} with a record of side "
                f"{min(other)}",
                "records of its own side",
            )
        if len(other) > 1:
            raise FollowUpError(f"the finding {self.id} with records of both sides", "one side")
        strange = [one for one in self.biopsies if one.finding_id != self.id]
        if strange:
            raise FollowUpError(
                f"the biopsy {strange[0].id} of the finding {strange[0].finding_id} in {self.id}",
                "biopsies of its own",
            )


def _refuse_twice(names: list[str], what: str, finding_id: str) -> None:
    """Refuse two different records under one name."""
    twice = sorted(one for one, times in Counter(names).items() if times > 1)
    if twice:
        raise FollowUpError(
            f"the finding {finding_id} with two {what} of {twice[0]}",
            "one record of each",
            "put the later record in the place of the earlier one",
        )


def _place_of(one: Appearance) -> str:
    """Name a group of a mammogram; a finding may have several where it split."""
    return one.mammogram_uid if one.group is None else f"{one.mammogram_uid} group {one.group}"


def _by_day(one: Appearance) -> tuple[date, str, str, str]:
    """Order appearances by day."""
    return (one.acquired_on, one.exam, _place_of(one), repr(one))


def _by_time(one: Assessment) -> tuple[datetime, str, str]:
    """Order assessments by time."""
    return (one.at, one.reader_id, repr(one))


def _by_biopsy(one: Biopsy) -> tuple[date, str, str]:
    """Order biopsies by day."""
    return (one.performed_on, one.id, repr(one))


def _by_ending(one: Ending) -> tuple[datetime, str, str]:
    """Order endings by time."""
    return (one.at, one.end.value, repr(one))


_RECOMMENDED: Mapping[Recommendation, str] = MappingProxyType(
    {
        Recommendation.ROUTINE: "routine screening",
        Recommendation.SHORT_INTERVAL: "another mammogram after a short interval",
        Recommendation.MORE_VIEWS: "more views, or earlier mammograms to compare with",
        Recommendation.BIOPSY: "a biopsy",
        Recommendation.CONSULTATION: "a consultation about what to do next",
        Recommendation.TREATMENT: "treatment of a cancer that pathology has shown",
    }
)
_ENDS: Mapping[End, str] = MappingProxyType(
    {
        End.TREATED: "Treatment of the cancer is complete.",
        End.CONSULTED: "What happens next was settled in a consultation.",
        End.DECLINED: "The woman declined what was recommended.",
        End.TRANSFERRED: "Another place follows her now.",
        End.DIED: "The woman has died.",
        End.ENTERED_IN_ERROR: "The finding was recorded by mistake.",
    }
)
