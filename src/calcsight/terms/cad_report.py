"""What a report of a computer says of mammograms: marks of any maker's CAD, as they stand there.

A report is another program's word, not a reading: nothing of it is measured or judged again.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.report_mark import (
    Algorithm,
    CompositeFeature,
    ReportCode,
    ReportMark,
    ReportNumber,
)


class ReportKind(StrEnum):
    """Which kind of report was read."""

    MAMMOGRAPHY_CAD = "mammography_cad"
    MEASUREMENTS = "measurements"


class TaskKind(StrEnum):
    """What a program did: it looked for something, or it analysed something."""

    DETECTION = "detection"
    ANALYSIS = "analysis"


class TaskStatus(StrEnum):
    """How it went (DICOM CID 6042)."""

    SUCCEEDED = "succeeded"
    PARTIALLY = "partially_succeeded"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    NOT_STATED = "not_stated"


class ReportDoubt(StrEnum):
    """What of a report could not be taken over; `text` says it in a sentence."""

    VALUES_LEFT_OUT = "values_left_out"
    LEADS_NOWHERE = "leads_nowhere"
    LEADS_IN_A_CIRCLE = "leads_in_a_circle"
    MARK_WITHOUT_IMAGE = "mark_without_image"
    MARK_WITHOUT_PLACE = "mark_without_place"
    MARK_ON_TWO_IMAGES = "mark_on_two_images"
    WORDS_WITHHELD = "words_withheld"
    FREE_TEXT_NOT_READ = "free_text_not_read"

    @property
    def text(self) -> str:
        """One sentence."""
        return _SENTENCES[self]


# What CID 6047 says of all algorithms together.
_SUMMARIES = {
    "111241": TaskStatus.SUCCEEDED,
    "111242": TaskStatus.SUCCEEDED,
    "111245": TaskStatus.FAILED,
}
_UNMARKED = {
    TaskStatus.SUCCEEDED: "nothing is marked",
    TaskStatus.PARTIALLY: "nothing is marked; part of the detection failed on this image",
    TaskStatus.FAILED: "detection failed on this image",
    TaskStatus.NOT_ATTEMPTED: "not said to have been looked at",
    TaskStatus.NOT_STATED: "nothing is marked; the report does not say whether it was looked at",
}
_SENTENCES = {
    ReportDoubt.VALUES_LEFT_OUT: "Values that are damaged, or that nothing can be, were left out.",
    ReportDoubt.LEADS_NOWHERE: "A reference leads to no item.",
    ReportDoubt.LEADS_IN_A_CIRCLE: "References lead in a circle; they were not followed.",
    ReportDoubt.MARK_WITHOUT_IMAGE: "A mark names no image.",
    ReportDoubt.MARK_WITHOUT_PLACE: "A mark states no place.",
    ReportDoubt.MARK_ON_TWO_IMAGES: "One mark has places on two images; the first was kept.",
    ReportDoubt.WORDS_WITHHELD: "Words were withheld: a name or number of the patient is in them.",
    ReportDoubt.FREE_TEXT_NOT_READ: "The report holds free text, which is not read.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportImage:
    """An image that a report refers to.

    Parameters
    ----------
    uid : str
        SOP Instance UID.
    sop_class_uid : str
        "" = not stated.
    laterality, view
        As the report says.
    acquired_on : datetime.date or None
        Day of the image's study or content.
    """

    uid: str
    sop_class_uid: str = ""
    laterality: Laterality = Laterality.UNKNOWN
    view: View = View.UNKNOWN
    acquired_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An assessment or a follow-up that stands in the report: its maker's word, not calcsight's.

    Parameters
    ----------
    about : ReportCode
        What is stated: assessment category, recommended follow-up ...
    words : ReportCode or None
    value : ReportNumber or None
        Where a number is stated, such as an interval.
    on : datetime.date or None
        Where a day is stated.
    marks : tuple of int
        Numbers of the marks that it is about; empty = the exam as a whole.
    """

    about: ReportCode
    words: ReportCode | None = None
    value: ReportNumber | None = None
    on: date | None = None
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a program looked for, or analysed.

    Parameters
    ----------
    kind : TaskKind
    what : ReportCode
    status : TaskStatus
    algorithms : tuple of Algorithm
    image_uids : tuple of str
        Images it concerns; empty = not stated.
    """

    kind: TaskKind
    what: ReportCode
    status: TaskStatus
    algorithms: tuple[Algorithm, ...]
    image_uids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CadReport:
    """One report of a computer on mammograms.

    Parameters
    ----------
    uid : str
        SOP Instance UID of the report.
    study_uid : str or None
    kind : ReportKind
    manufacturer, model, software_version : str
        "" = not stated.
    summary : ReportCode or None
        What the report says of its whole: whether all algorithms succeeded, and found.
    detections, analyses : TaskStatus or None
        Summary of detections, and of analyses; None = not stated.
    tasks : tuple of Task
    images : tuple of ReportImage
    marks : tuple of ReportMark
    composites : tuple of CompositeFeature
    statements : tuple of Statement
    algorithms : tuple of Algorithm
        Every one named anywhere in the report, each once.
    doubts : tuple of ReportDoubt
    """

    uid: str
    study_uid: str | None
    kind: ReportKind
    manufacturer: str
    model: str
    software_version: str
    summary: ReportCode | None
    detections: TaskStatus | None
    analyses: TaskStatus | None
    tasks: tuple[Task, ...]
    images: tuple[ReportImage, ...]
    marks: tuple[ReportMark, ...]
    composites: tuple[CompositeFeature, ...]
    statements: tuple[Statement, ...]
    algorithms: tuple[Algorithm, ...]
    doubts: tuple[ReportDoubt, ...]

    @property
    def made_by(self) -> str:
        """Maker, model and version in words."""
        version = f"version {self.software_version}" if self.software_version else ""
        parts = dict.fromkeys(filter(None, (self.manufacturer, self.model, version)))
        return ", ".join(parts) or "a maker who is not named"

    def looked_at(self, uid: str, whats: frozenset[str] = frozenset()) -> TaskStatus:
        """Tell how detection went on one image: an image without marks may not have been read.

        Parameters
        ----------
        uid : str
            SOP Instance UID.
        whats : frozenset of str
            Code values of the findings asked about; empty = whatever was looked for.

        Returns
        -------
        TaskStatus
            NOT_ATTEMPTED where tasks name their images and this is none of them; NOT_STATED
            where the report leaves open which images went wrong.
        """
        mine = [
            one
            for one in self.tasks
            if one.kind is TaskKind.DETECTION and (not whats or one.what.value in whats)
        ]
        if any(one.image_uids for one in mine):
            return _together([one.status for one in mine if uid in one.image_uids])
        if self.detections not in (None, TaskStatus.PARTIALLY):
            return self.detections
        if mine and self.detections is None:
            together = _together([one.status for one in mine])
        else:
            summary = self.summary.value if self.summary else ""
            together = _SUMMARIES.get(summary, TaskStatus.NOT_STATED)
        return TaskStatus.NOT_STATED if together is TaskStatus.PARTIALLY else together

    def image(self, uid: str) -> ReportImage | None:
        """Return the image of a UID; None when the report does not refer to it."""
        return next((one for one in self.images if one.uid == uid), None)

    def marks_on(self, uid: str) -> tuple[ReportMark, ...]:
        """Return the marks on one image, in the order of the report."""
        return tuple(one for one in self.marks if one.image_uid == uid)


def unmarked_words(status: TaskStatus) -> str:
    """Say why an image has no mark: found none is one thing, not looked at another."""
    return _UNMARKED[status]


def _together(statuses: list[TaskStatus]) -> TaskStatus:
    """Join how several tasks went."""
    if not statuses:
        return TaskStatus.NOT_ATTEMPTED
    if len(set(statuses)) == 1:
        return statuses[0]
    return TaskStatus.PARTIALLY
