"""The records of a finding: what was seen of it, what a person said, why it is not followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from calcsight.terms.errors import FollowUpError
from calcsight.terms.guidance import Change
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.signed import (
    refuse_blank,
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
