"""What the software measured at the place of a finding, found again by its tracking UID."""

from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.lesions import SeenGroup, lesions_of


def seen_of(exam: ExamResult, uid: str) -> tuple[SeenGroup, ...]:
    """Return the groups of a finding, in every view of the exam that shows it.

    Parameters
    ----------
    exam : ExamResult
    uid : str
        Its tracking UID; that of one of two groups that are one lesion names both.
    """
    return tuple(
        one
        for lesion in lesions_of(exam)
        if any(each.tracking_uid == uid for each in lesion.seen)
        for one in lesion.seen
    )
