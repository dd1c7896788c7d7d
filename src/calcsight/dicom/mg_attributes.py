"""The attributes of a written mammogram, module by module of the MG object.

Source: DICOM PS3.3 A.26 (Digital Mammography X-Ray Image) and the modules it names.
"""

from pydicom import Dataset, Sequence
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
)
from pydicom.valuerep import format_number_as_ds

from calcsight.dicom.codes import BREAST, LEFT, MODIFIERS, REASONS, RIGHT, VIEWS, Code
from calcsight.dicom.mg_header import MgHeader
from calcsight.terms.mammogram import Intent, Laterality
from calcsight.terms.version import VERSION


def add_identity(dataset: Dataset, header: MgHeader) -> None:
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


def add_equipment(dataset: Dataset, header: MgHeader) -> None:
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


def add_projection(dataset: Dataset, header: MgHeader) -> None:
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


def add_geometry(dataset: Dataset, header: MgHeader, shape: tuple[int, ...]) -> None:
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


def _coded(code: Code) -> Sequence:
    """Return a code sequence of one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme
    item.CodeMeaning = code.meaning
    return Sequence([item])
