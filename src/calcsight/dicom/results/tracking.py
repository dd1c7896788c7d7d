"""Names by which one finding is known in every result, and at every date."""

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.lesions import lesions_of
from calcsight.terms.calcification import Calcification
from calcsight.terms.comparison import GroupKey


def group_tracking_uids(exam: ExamResult) -> dict[GroupKey, str]:
    """Return the tracking UID of every group, by the UID of its image and its number."""
    return {
        (one.view.source.sop_uid, one.group.number): one.tracking_uid
        for lesion in lesions_of(exam)
        for one in lesion.seen
    }


def particle_tracking_uid(view: ViewResult, particle: Calcification) -> str:
    """Return the tracking UID of one calcification, by its image and its place to 0.1 px."""
    return hashed_uid("particle", view.source.sop_uid, f"{particle.row:.1f} {particle.column:.1f}")
