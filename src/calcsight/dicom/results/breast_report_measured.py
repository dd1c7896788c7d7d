"""What the software measured at the place of a finding, found again by its tracking UID."""

from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.lesions import SeenGroup, lesions_of
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.morphology import Morphology


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


def shape_of(group: Group) -> Morphology | None:
    """Return what a group is called by its shape; None = not described, or not to be classified."""
    return group.description.morphology.label if group.description else None


def distribution_of(group: Group) -> Distribution | None:
    """Return how a group lies: by its description where there is one; None = cannot be told."""
    return group.description.distribution.label if group.description else group.distribution
