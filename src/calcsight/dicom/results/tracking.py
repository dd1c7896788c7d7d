"""Names by which one finding is known in every result, and at every date."""

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.pathway.tracking import tracking_uid
from calcsight.terms.calcification import Calcification
from calcsight.terms.finding_records import Appearance
from calcsight.terms.group import Group


def group_tracking_uid(exam: ExamResult, view: ViewResult, group: Group) -> str:
    """Return the tracking UID of a group: that of its comparisons, else of its first appearance.

    A group that was followed from a prior keeps its UID; a first one gets the UID that a timeline
    or a later comparison gives it, too (`calcsight.pathway.tracking`).
    """
    for changed in exam.changes:
        if changed.comparison.current.mammogram.uid == view.source.sop_uid:
            for change in changed.comparison.groups:
                if group.number in change.current and change.tracking_uid:
                    return change.tracking_uid
    return tracking_uid(
        Appearance(
            mammogram_uid=view.source.sop_uid,
            acquired_on=exam.created_at.date(),  # not part of the name
            group=group.number,
            row=group.row,
            column=group.column,
        )
    )


def particle_tracking_uid(view: ViewResult, particle: Calcification) -> str:
    """Return the tracking UID of one calcification, by its image and its place to 0.1 px."""
    return hashed_uid("particle", view.source.sop_uid, f"{particle.row:.1f} {particle.column:.1f}")
