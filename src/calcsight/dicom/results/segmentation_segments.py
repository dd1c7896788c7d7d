"""Which particles are one segment, and the image that numbers them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.finding_codes import CALCIFICATION_GROUP, SINGLE_CALCIFICATION
from calcsight.dicom.results.exam_result import ExamResult, ViewResult
from calcsight.dicom.results.rasterised import pixels_of
from calcsight.dicom.results.tracking import group_tracking_uids
from calcsight.dicom.results.view_wording import outside_groups
from calcsight.terms.calcification import Calcification


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Particles that are one segment.

    Parameters
    ----------
    label : str
    code : Code
        What they are.
    particles : tuple of Calcification
    tracking_uid : str or None
        None = they are no one finding.
    """

    label: str
    code: Code
    particles: tuple[Calcification, ...]
    tracking_uid: str | None = None


def segments_of(exam: ExamResult, view: ViewResult) -> tuple[Segment, ...]:
    """Return a segment for each group, by its number, and one for the rest."""
    reading = view.reading
    if reading is None:
        return ()
    known = group_tracking_uids(exam)
    made = [
        Segment(
            label=f"Group {group.number}",
            code=CALCIFICATION_GROUP,
            particles=tuple(reading.calcifications[place] for place in group.members),
            tracking_uid=known[view.source.sop_uid, group.number],
        )
        for group in sorted(reading.groups, key=lambda one: one.number)
    ]
    alone = tuple(one for _, one in outside_groups(view))
    if alone:
        label = "Calcifications outside groups"
        made.append(Segment(label=label, code=SINGLE_CALCIFICATION, particles=alone))
    return tuple(made)


def together(segments: Sequence[Segment]) -> Segment:
    """Return all particles of a view as one segment."""
    return Segment(
        label="Calcifications",
        code=codes.SCT.CalcificationOfBreast,
        particles=tuple(one for segment in segments for one in segment.particles),
    )


def labels_of(segments: Sequence[Segment], shape: tuple[int, int]) -> NDArray[np.unsignedinteger]:
    """Return the number of the segment at each pixel, 0 = none.

    A pixel that two segments claim goes to the first.

    Parameters
    ----------
    segments : sequence of Segment
        Numbered from 1 in this order.
    shape : tuple of int
        (rows, columns) of the file's own frame.

    Returns
    -------
    array (rows, columns), uint8 or, above 255 segments, uint16
    """
    labels = np.zeros(shape, np.uint8 if len(segments) <= np.iinfo(np.uint8).max else np.uint16)
    for number, segment in reversed(list(enumerate(segments, start=1))):
        for particle in segment.particles:
            labels[pixels_of(particle, shape)] = number
    return labels
