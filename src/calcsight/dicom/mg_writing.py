"""Digital mammography images out: simulated views as real DICOM MG files.

The same pixels and header always give the same bytes: no clock, no random UID.
"""

import io
import uuid
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    ExplicitVRLittleEndian,
    JPEGLosslessSV1,
)
from pydicom.valuerep import format_number_as_ds

from calcsight.dicom.codes import BREAST, LEFT, MODIFIERS, REASONS, RIGHT, VIEWS, Code
from calcsight.safe_writing import write_bytes
from calcsight.terms.errors import UnsupportedPixelsError, UsageError
from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier
from calcsight.terms.version import VERSION

WRITER_UID = "2.25.276316953811471325462116158461271217837"


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


def write_mg(
    path: Path,
    pixels: NDArray[np.uint16],
    header: MgHeader,
    compression: Compression = Compression.JPEG_LOSSLESS,
) -> None:
    """Write one view as a DICOM Digital Mammography X-Ray Image.

    Parameters
    ----------
    path : Path
        Written whole or not at all; an older file of that name is replaced.
    pixels : array (rows, columns), uint16
        The file's own frame, as `header.patient_orientation` says.
    header : MgHeader
    compression : Compression

    Raises
    ------
    UnsupportedPixelsError
        When the pixels are not two-dimensional uint16 below 2**bits_stored.
    UsageError
        When the header cannot be written as DICOM (unknown side, a view without a code ...).
    OutputError
        When the file cannot be written.
    """
    _check(pixels, header)
    dataset = Dataset()
    _add_identity(dataset, header)
    _add_equipment(dataset, header)
    _add_projection(dataset, header)
    _add_geometry(dataset, header, pixels.shape)
    _add_pixels(dataset, pixels, header, compression)
    write_bytes(path, _as_file(dataset, compression))


def _check(pixels: NDArray[np.uint16], header: MgHeader) -> None:
    """Refuse what this writer cannot say in DICOM."""
    if pixels.ndim != 2 or pixels.dtype != np.uint16 or not 8 < header.bits_stored <= 16:
        raise UnsupportedPixelsError(
            f"pixels with {pixels.ndim} dimensions of type {pixels.dtype}, "
            f"{header.bits_stored} bits stored",
            "two-dimensional uint16 pixels of 9 to 16 bits",
        )
    if int(pixels.max(initial=0)) >> header.bits_stored:
        raise UnsupportedPixelsError(
            f"a pixel value of {int(pixels.max())}", f"values below 2**{header.bits_stored}"
        )
    unknown = [m for m in header.modifiers if m not in MODIFIERS]
    if header.view not in VIEWS or unknown or header.laterality is Laterality.UNKNOWN:
        raise UsageError(
            f"laterality {header.laterality}, view {header.view}, modifiers {unknown}",
            "a side, a view and modifiers with a DICOM code",
        )
    if header.intent is Intent.UNKNOWN:
        raise UsageError("no presentation intent", "for presentation or for processing")


def _add_identity(dataset: Dataset, header: MgHeader) -> None:
    """Patient, study, series and instance."""
    day, moment = header.acquired_on.strftime("%Y%m%d"), header.acquired_at.strftime("%H%M%S")
    processed = header.intent is Intent.FOR_PRESENTATION
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["DERIVED" if processed else "ORIGINAL", "PRIMARY", ""]
    dataset.SOPClassUID = (
        DigitalMammographyXRayImageStorageForPresentation
        if processed
        else DigitalMammographyXRayImageStorageForProcessing
    )
    dataset.SOPInstanceUID = header.sop_uid
    for event in ("Study", "Series", "Acquisition", "Content"):
        setattr(dataset, f"{event}Date", day)
        setattr(dataset, f"{event}Time", moment)
    dataset.AccessionNumber = ""
    dataset.Modality = "MG"
    dataset.PresentationIntentType = "FOR PRESENTATION" if processed else "FOR PROCESSING"
    dataset.ReferringPhysicianName = ""
    dataset.PatientName = f"Simulated^{header.patient_id}"
    dataset.PatientID = header.patient_id
    dataset.PatientBirthDate = ""
    dataset.PatientSex = "F"
    dataset.PatientAge = "060Y"
    dataset.StudyInstanceUID = header.study_uid
    dataset.SeriesInstanceUID = header.series_uid
    dataset.StudyID = "1"
    dataset.SeriesNumber = header.instance_number
    dataset.InstanceNumber = header.instance_number
    if header.exam_kind is not None:
        request = Dataset()
        request.RequestedProcedureID = "1"
        request.ReasonForRequestedProcedureCodeSequence = _coded(REASONS[header.exam_kind][0])
        request.ScheduledProcedureStepID = "1"
        dataset.RequestAttributesSequence = Sequence([request])


def _add_equipment(dataset: Dataset, header: MgHeader) -> None:
    """Say plainly that no machine took this picture."""
    dataset.Manufacturer = "calcsight"
    dataset.ManufacturerModelName = "simulated mammogram"
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = VERSION
    dataset.DetectorType = "DIRECT"
    dataset.DetectorConfiguration = "AREA"
    dataset.DetectorID = "SIMULATED"
    dataset.DateOfLastDetectorCalibration = header.acquired_on.strftime("%Y%m%d")
    dataset.TimeOfLastDetectorCalibration = "000000"
    dataset.QualityControlImage = "NO"
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"


def _add_projection(dataset: Dataset, header: MgHeader) -> None:
    """Which breast, seen from where."""
    dataset.BodyPartExamined = "BREAST"
    dataset.AnatomicRegionSequence = _coded(BREAST)
    side = RIGHT if header.laterality is Laterality.RIGHT else LEFT
    dataset.AnatomicRegionSequence[0].AnatomicRegionModifierSequence = _coded(side)
    dataset.ImageLaterality = header.laterality.value
    dataset.PatientOrientation = list(header.patient_orientation)
    dataset.ViewCodeSequence = _coded(VIEWS[header.view])
    dataset.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence(
        [item for m in header.modifiers for item in _coded(MODIFIERS[m][0])]
    )
    dataset.OrganExposed = "BREAST"
    dataset.BreastImplantPresent = "NO"
    dataset.PartialView = "NO"
    dataset.AcquisitionContextSequence = Sequence([])


def _add_geometry(dataset: Dataset, header: MgHeader, shape: tuple[int, ...]) -> None:
    """Distances, at the detector and in the breast."""
    dataset.PositionerType = "MAMMOGRAPHIC"
    dataset.PositionerPrimaryAngle = "0"
    dataset.PositionerPrimaryAngleDirection = ""
    spacing = [format_number_as_ds(float(mm)) for mm in header.imager_spacing_mm]
    dataset.ImagerPixelSpacing = spacing
    dataset.DetectorElementSpacing = spacing
    dataset.DetectorElementPhysicalSize = spacing
    dataset.FieldOfViewShape = "RECTANGLE"
    dataset.FieldOfViewDimensions = [
        max(1, round(n * mm)) for n, mm in zip(shape, header.imager_spacing_mm, strict=True)
    ]
    if header.magnification_factor is not None:
        factor = format_number_as_ds(float(header.magnification_factor))
        dataset.EstimatedRadiographicMagnificationFactor = factor


def _add_pixels(
    dataset: Dataset, pixels: NDArray[np.uint16], header: MgHeader, compression: Compression
) -> None:
    """Pixel description, how to show them, and the pixels themselves."""
    presented = header.intent is Intent.FOR_PRESENTATION
    dark = header.dark_is_dense
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if dark else "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored = header.bits_stored
    dataset.HighBit = header.bits_stored - 1
    dataset.PixelRepresentation = 0
    dataset.PixelIntensityRelationship = header.relationship.value
    dataset.PixelIntensityRelationshipSign = 1 if dark else -1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.PresentationLUTShape = "INVERSE" if dark else "IDENTITY"
    if presented:
        lowest, highest = int(pixels.min()), int(pixels.max())
        dataset.WindowCenter = format_number_as_ds((lowest + highest) / 2.0)
        dataset.WindowWidth = str(max(1, highest - lowest))
    if compression is Compression.NONE:
        dataset.PixelData = np.ascontiguousarray(pixels, dtype="<u2").tobytes()
        dataset["PixelData"].VR = "OW"
    else:
        stream: Any = imagecodecs.jpeg8_encode(
            np.ascontiguousarray(pixels),
            lossless=True,
            predictor=1,
            bitspersample=header.bits_stored,
        )
        dataset.PixelData = encapsulate([bytes(stream)])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True


def _coded(code: Code) -> Sequence:
    """Return a code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme
    item.CodeMeaning = code.meaning
    return Sequence([item])


def _as_file(dataset: Dataset, compression: Compression) -> bytes:
    """Return the bytes of a DICOM file with this data set."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = (
        ExplicitVRLittleEndian if compression is Compression.NONE else JPEGLosslessSV1
    )
    meta.ImplementationClassUID = UID(WRITER_UID)
    meta.ImplementationVersionName = f"CALCSIGHT_{VERSION}"[:16]
    buffer = io.BytesIO()
    file = FileDataset(buffer, dataset, file_meta=meta, preamble=bytes(128))
    file.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
