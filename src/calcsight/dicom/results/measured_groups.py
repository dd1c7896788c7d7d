"""What the software measured at the place of a finding, found again by its tracking UID.

Codes of change: DICOM PS3.16, CID 6002.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.lesions import SeenGroup, lesions_of, own_uid
from calcsight.terms.comparison import GroupChange, Measure
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.guidance import Change
from calcsight.terms.morphology import Morphology

_CHANGES: Mapping[Change, Code] = MappingProxyType(
    {
        Change.NEW: codes.cid6002.NewFinding,
        Change.STABLE: codes.cid6002.NoSignificantChangesInTheFinding,
    }
)
# What is less, and what is more.
_DIFFERENCES: Mapping[Measure, tuple[Code, Code]] = MappingProxyType(
    {
        Measure.COUNT: (
            codes.cid6002.DecreaseInNumberOfCalcifications,
            codes.cid6002.IncreaseInNumberOfCalcifications,
        ),
        Measure.EXTENT_MM: (codes.cid6002.DecreaseInSize, codes.cid6002.IncreaseInSize),
    }
)


def seen_of(exam: ExamResult, uid: str) -> tuple[SeenGroup, ...]:
    """Return the groups of a finding, in every view of the exam that shows it.

    Parameters
    ----------
    exam : ExamResult
    uid : str
        Its tracking UID: the one that a comparison carries on, or the one that the group has by
        this exam alone. That of one of two groups that are one lesion names both.
    """
    return tuple(
        one
        for lesion in lesions_of(exam)
        if any(uid in {each.tracking_uid, own_uid(each.view, each.group)} for each in lesion.seen)
        for one in lesion.seen
    )


def shape_of(group: Group) -> Morphology | None:
    """Return what a group is called by its shape; None = not described, or not to be classified."""
    return group.description.morphology.label if group.description else None


def distribution_of(group: Group) -> Distribution | None:
    """Return how a group lies: by its description where there is one; None = cannot be told."""
    return group.description.distribution.label if group.description else group.distribution


def change_codes(change: GroupChange | None) -> Iterator[Code]:
    """Yield what changed since the prior by more than repetition explains."""
    if change is None or change.change is None:
        return
    if change.change in _CHANGES:
        yield _CHANGES[change.change]
        return
    for one in change.measures:
        if one.beyond and one.difference and one.measure in _DIFFERENCES:
            yield _DIFFERENCES[one.measure][one.difference > 0]
