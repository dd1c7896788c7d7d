"""A DICOM file in, a mammogram out. Import this module late: it brings pydicom."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.orientation import orientation_with_chest_wall, side_contacts
from calcsight.dicom.decoding import decode, refuse_undecodable
from calcsight.dicom.directions import chest_wall_in_file, orientation_from, tells_top
from calcsight.dicom.files import opened_file
from calcsight.dicom.grey import grey_of, looked_up, sampled
from calcsight.dicom.header import Header, is_uid
from calcsight.dicom.kinds import Kind, intent_of, kind_of, refuse_other_pixels
from calcsight.dicom.spacing import spacing_in_breast
from calcsight.dicom.tomosynthesis import with_functional_groups
from calcsight.dicom.views import (
    dates_of,
    exam_kind_of,
    laterality_of,
    modifiers_of,
    view_of,
    warnings_of,
)
from calcsight.intake import agreed, pixel_digest, uid_from
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Laterality, Mammogram, View, ViewModifier
from calcsight.terms.orientation import Orientation
from calcsight.terms.spacing import Spacing
from calcsight.terms.stated import Stated

T = TypeVar("T")


def load_dicom(path: Path, stated: Stated) -> Mammogram:
    """Read one DICOM mammogram, or film or capture of one.

    Parameters
    ----------
    path : Path
    stated : Stated
        What the user says; it fills what the header leaves out and may not contradict it.

    Returns
    -------
    Mammogram
        Dense = bright, chest wall left, float32. Pixels linear in the X-ray beam come as
        -1000 ln(beam intensity), all others in the file's own grey values or their negative.

    Raises
    ------
    UnreadableFileError, NotAnImageError, NotAMammogramError, UnsupportedPixelsError
    ImageTooLargeError, UndecodableError, TruncatedError, BlankImageError, SpacingError
        The file is refused.
    ContradictionError
        The user and the header say different things.
    """
    with opened_file(path) as file:
        header = with_functional_groups(file.header)
        kind = kind_of(header)
        refuse_other_pixels(header)
        refuse_undecodable(header)
        facts = _facts(header, kind, stated)
        size = header.whole("Rows", 0) * header.whole("Columns", 0)
        data = file.frame_bytes(size * header.whole("BitsAllocated", 16) // 8)
    stored = decode(header, data, file.little_endian)
    intent = intent_of(header)
    grey = grey_of(header, stored, intent)
    orientation, doubts = _orientation(header, facts, grey.table[sampled(stored)])
    digest = pixel_digest(stored)
    uid = header.text("SOPInstanceUID")
    return Mammogram(
        uid=uid if is_uid(uid) else uid_from(digest),
        pixels=looked_up(grey.table, orientation.to_reading(stored)),
        spacing=_in_reading_frame(facts.spacing, orientation),
        laterality=facts.laterality,
        view=facts.view,
        modifiers=facts.modifiers,
        intent=intent,
        exam_kind=facts.exam_kind,
        orientation=orientation,
        acquired_on=facts.acquired_on,
        magnification_factor=facts.magnification_factor,
        limitations=tuple(dict.fromkeys((*facts.limitations, *grey.limitations, *doubts))),
        pixel_digest=digest,
        exam_uid=facts.exam_uid,
        patient_key=header.patient_key,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What header and user say together, before any pixel is read."""

    spacing: Spacing | None
    magnification_factor: float | None
    laterality: Laterality
    view: View
    modifiers: tuple[ViewModifier, ...]
    exam_kind: ExamKind
    acquired_on: date | None
    exam_uid: str | None
    limitations: tuple[Limitation, ...]


def _facts(header: Header, kind: Kind, stated: Stated) -> _Facts:
    """Join header and user; a contradiction is an error."""
    modifiers = modifiers_of(header)
    found = spacing_in_breast(
        header,
        magnified=ViewModifier.MAGNIFICATION in modifiers,
        stated_mm=stated.spacing_mm,
    )
    laterality = agreed("laterality", laterality_of(header), _known(stated.laterality))
    view = agreed("view", view_of(header), _known(stated.view))
    unknown = {
        Limitation.UNKNOWN_SPACING: found.spacing is None,
        Limitation.LATERALITY_UNKNOWN: laterality is None,
        Limitation.VIEW_UNKNOWN: view is None,
    }
    return _Facts(
        spacing=found.spacing,
        magnification_factor=found.magnification_factor,
        laterality=laterality or Laterality.UNKNOWN,
        view=view or View.UNKNOWN,
        modifiers=modifiers,
        exam_kind=agreed("exam", exam_kind_of(header), stated.exam_kind) or ExamKind.SCREENING,
        acquired_on=_day(header, kind, stated.acquired_on),
        exam_uid=agreed("exam_uid", _study(header), stated.exam_uid),
        limitations=(
            *(limitation for limitation, present in unknown.items() if present),
            *found.limitations,
            *warnings_of(header, kind),
        ),
    )


def _known(said: T | None) -> T | None:
    """Take a stated "unknown" as nothing said."""
    return None if said in (Laterality.UNKNOWN, View.UNKNOWN) else said


def _day(header: Header, kind: Kind, stated: date | None) -> date | None:
    """Return the day of acquisition; the dates of a digitised film may be those of the scan."""
    days = dates_of(header)
    if stated is not None and (kind is Kind.FILM or stated in days):
        return stated
    return agreed("date", days[0] if days else None, stated)


def _study(header: Header) -> str | None:
    """Return the study's UID; what is no UID may be a person's name and is not taken."""
    uid = header.text("StudyInstanceUID")
    return uid if is_uid(uid) else None


def _orientation(
    header: Header, facts: _Facts, sample: NDArray[np.float32]
) -> tuple[Orientation, tuple[Limitation, ...]]:
    """Take PatientOrientation unless it is missing or the pixels show that it cannot be."""
    contacts = side_contacts(sample)
    directions = header.texts.get("PatientOrientation", ())
    stated = orientation_from(directions, facts.laterality)
    if stated is not None and not contacts.speak_against(chest_wall_in_file(stated)):
        upright = tells_top(directions, facts.view)
        return stated, () if upright else (Limitation.TOP_NOT_STATED,)
    return (
        orientation_with_chest_wall(contacts.chest_wall),
        (Limitation.ORIENTATION_FROM_PIXELS,),
    )


def _in_reading_frame(spacing: Spacing | None, orientation: Orientation) -> Spacing | None:
    """Swap rows and columns where the picture is transposed."""
    if spacing is None or not orientation.transposed:
        return spacing
    return replace(spacing, row_mm=spacing.column_mm, column_mm=spacing.row_mm)
