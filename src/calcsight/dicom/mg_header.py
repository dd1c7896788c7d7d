"""What the header of a written mammogram says."""

import uuid
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier


class Compression(StrEnum):
    """How the pixels are stored; both without loss."""

    NONE = "explicit_little_endian"
    JPEG_LOSSLESS = "jpeg_lossless_sv1"


class PixelRelationship(StrEnum):
    """How FOR PROCESSING pixels relate to the X-ray beam, (0028,1040)."""

    LIN = "LIN"
    LOG = "LOG"


@dataclass(frozen=True, slots=True, kw_only=True)
class MgHeader:
    """What the header of a written mammogram says.

    Parameters
    ----------
    study_uid, series_uid, sop_uid : str
        See `hashed_uid`; the same exam shares the study, each view has its own other two.
    laterality : Laterality
        LEFT or RIGHT.
    view : View
        One of CID 4014 (see `calcsight.dicom.codes.VIEWS`).
    modifiers : tuple of ViewModifier
    patient_orientation : tuple of str
        Where the rows and where the columns run, (0020,0020), e.g. ("A", "R") for a left CC
        with the chest wall left; see `calcsight.dicom.directions.usual_orientation`.
    imager_spacing_mm : tuple of float
        Distance between rows and between columns **at the detector**, mm.
    magnification_factor : float or None
        Estimated radiographic magnification factor; None leaves the attribute out. The
        spacing in the breast is the imager spacing over this factor.
    acquired_on, acquired_at : datetime.date, datetime.time
    patient_id : str
        Of a patient who does not exist.
    intent : Intent
        FOR_PRESENTATION or FOR_PROCESSING.
    bits_stored : int
        8 < bits <= 16; every pixel value must be below 2**bits.
    dark_is_dense : bool
        MONOCHROME1 for presentation; higher value = more X-rays (sign +1) for processing.
    relationship : PixelRelationship
        For processing only.
    exam_kind : ExamKind or None
        Written as the coded reason of the request; None leaves it out.
    instance_number : int
    """

    study_uid: str
    series_uid: str
    sop_uid: str
    laterality: Laterality
    view: View
    patient_orientation: tuple[str, str]
    imager_spacing_mm: tuple[float, float]
    acquired_on: date
    acquired_at: time = time(12, 0)
    modifiers: tuple[ViewModifier, ...] = ()
    magnification_factor: float | None = 1.0
    patient_id: str = "SIMULATED-1"
    intent: Intent = Intent.FOR_PRESENTATION
    bits_stored: int = 12
    dark_is_dense: bool = False
    relationship: PixelRelationship = PixelRelationship.LOG
    exam_kind: ExamKind | None = None
    instance_number: int = 1


def hashed_uid(*parts: str) -> str:
    """Return a UID that depends on `parts` alone (ITU-T X.667: 2.25 and a version 5 UUID)."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, chr(31).join(parts)).int}"
