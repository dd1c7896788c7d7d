"""What the software measured at the place of a finding, found again by its tracking UID."""

from collections.abc import Iterator
from dataclasses import dataclass

from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.pathway.tracking import tracking_uid
from calcsight.terms.comparison import GroupChange
from calcsight.terms.finding_records import Appearance
from calcsight.terms.group import Group


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredGroup:
    """One group of one view that is the finding.

    Parameters
    ----------
    view : ViewResult
    group : Group
        Places in the file's own frame of the view.
    change : GroupChange or None
        Against the prior; None = not compared.
    """

    view: ViewResult
    group: Group
    change: GroupChange | None = None


def measured_groups(exam: ExamResult, uid: str) -> Iterator[MeasuredGroup]:
    """Yield each group that a reading of the exam has of a finding, once.

    A finding that is followed is known by what a comparison says of it; one that is new to the
    exam by the name that its first appearance gives it.
    """
    changed = dict(_changed(exam, uid))
    for view in exam.read_views:
        for group in view.reading.groups if view.reading else ():
            key = (view.source.sop_uid, group.number)
            if key in changed or _named(exam, view, group) == uid:
                yield MeasuredGroup(view=view, group=group, change=changed.get(key))


def _changed(exam: ExamResult, uid: str) -> Iterator[tuple[tuple[str, int], GroupChange]]:
    """Yield each group of the exam that a comparison takes for the finding."""
    for one in exam.changes:
        for change in one.comparison.groups:
            for number in change.current if change.tracking_uid == uid else ():
                yield (one.comparison.current.mammogram.uid, number), change


def _named(exam: ExamResult, view: ViewResult, group: Group) -> str:
    """Return the UID of a group that first appears here."""
    return tracking_uid(
        Appearance(
            mammogram_uid=view.source.sop_uid,
            acquired_on=exam.created_at.date(),
            group=group.number,
            row=group.row,
            column=group.column,
        )
    )
