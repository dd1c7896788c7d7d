"""Which attributes a de-identified file keeps. Whatever is not named here is removed.

The Basic Application Level Confidentiality Profile (DICOM PS3.15 E.2 and table E.1-1) lists what
has to go; new attributes and private ones come every year. Here it is the other way round: a
short list of what a mammogram is read by stays, module by module, and nothing else. What the
table would remove and stands here all the same is kept under an option of E.3, which the file
names (`OPTIONS`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.datadict import tag_for_keyword

# CID 7050, De-identification Method: what is claimed, and why each may be.
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "113100": "Basic Application Confidentiality Profile",
        # The coded reason of the exam, in a standard scheme, stays; every free text goes.
        "113105": "Clean Descriptors Option",
        "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
        # Age (90 and above as 90) and sex.
        "113108": "Retain Patient Characteristics Option",
    }
)

_IMAGE = (
    "SpecificCharacterSet ImageType SOPClassUID SyntheticData Modality PresentationIntentType "
    "ConversionType QualityControlImage BurnedInAnnotation LossyImageCompression "
    "LossyImageCompressionRatio LossyImageCompressionMethod SpatialLocationsPreserved "
    "SeriesNumber AcquisitionNumber InstanceNumber ImagesInAcquisition "
    "ReferencedFrameNumber ReferencedSOPClassUID FrameType PixelPresentation "
    "VolumetricProperties VolumeBasedCalculationTechnique"
)
_PIXELS = (
    "SamplesPerPixel PhotometricInterpretation PlanarConfiguration NumberOfFrames Rows Columns "
    "PixelAspectRatio BitsAllocated BitsStored HighBit PixelRepresentation "
    "SmallestImagePixelValue LargestImagePixelValue PixelPaddingValue PixelPaddingRangeLimit "
    "PixelIntensityRelationship PixelIntensityRelationshipSign RescaleIntercept RescaleSlope "
    "RescaleType ModalityLUTType WindowCenter WindowWidth VOILUTFunction PresentationLUTShape "
    "LUTDescriptor LUTData"
)
_SPACING = (
    "ImagerPixelSpacing PixelSpacing PixelSpacingCalibrationType NominalScannedPixelSpacing "
    "EstimatedRadiographicMagnificationFactor DistanceSourceToDetector DistanceSourceToPatient "
    "DetectorElementPhysicalSize DetectorElementSpacing DetectorBinning DetectorActiveShape "
    "DetectorActiveDimensions DetectorActiveOrigin FieldOfViewShape FieldOfViewDimensions "
    "FieldOfViewOrigin FieldOfViewRotation FieldOfViewHorizontalFlip SliceThickness "
    "SpacingBetweenSlices SpatialResolution RotationOfScannedFilm"
)
_PROJECTION = (
    "ImageLaterality Laterality FrameLaterality PatientOrientation ViewPosition "
    "BodyPartExamined OrganExposed BreastImplantPresent PartialView PatientPosition "
    "PositionerType PositionerMotion PositionerPrimaryAngle PositionerSecondaryAngle "
    "PositionerPrimaryAngleDirection DetectorPrimaryAngle DetectorSecondaryAngle "
    "ImagePositionPatient ImageOrientationPatient"
)
_EXPOSURE = (
    "KVP ExposureTime ExposureTimeInuS XRayTubeCurrent XRayTubeCurrentInuA Exposure ExposureInuAs "
    "AveragePulseWidth RadiationSetting RadiationMode FocalSpots AnodeTargetMaterial "
    "FilterMaterial FilterThicknessMinimum FilterThicknessMaximum Grid BodyPartThickness "
    "CompressionForce CompressionPressure CompressionContactArea RelativeXRayExposure "
    "ExposureIndex TargetExposureIndex DeviationIndex ExposureControlMode ExposureStatus "
    "EntranceDose EntranceDoseInmGy OrganDose HalfValueLayer RectificationType Sensitivity "
    "ImageAndFluoroscopyAreaDoseProduct"
)
# Makes of devices, no serial numbers, names or places of a department (table E.1-1 keeps these).
_EQUIPMENT = (
    "Manufacturer ManufacturerModelName SoftwareVersions DetectorManufacturerName "
    "DetectorManufacturerModelName DetectorType DetectorConfiguration DetectorTemperature "
    "DetectorConditionsNominalFlag TomoType TomoClass TomoAngle TomoLayerHeight "
    "NumberOfTomosynthesisSourceImages"
)
_CODE = "CodeValue LongCodeValue CodingSchemeDesignator CodingSchemeVersion CodeMeaning"

_SEQUENCES = (
    "ViewCodeSequence ViewModifierCodeSequence AnatomicRegionSequence "
    "AnatomicRegionModifierSequence PartialViewCodeSequence RequestAttributesSequence "
    "ReasonForRequestedProcedureCodeSequence ModalityLUTSequence VOILUTSequence "
    "ReferencedImageSequence SourceImageSequence PurposeOfReferenceCodeSequence "
    "DerivationCodeSequence SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence "
    "PixelMeasuresSequence FrameAnatomySequence FrameContentSequence PlanePositionSequence "
    "PlaneOrientationSequence FrameVOILUTSequence PixelValueTransformationSequence "
    "XRay3DFrameTypeSequence DerivationImageSequence"
)
_UIDS = (
    "SOPInstanceUID StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID "
    "SynchronizationFrameOfReferenceUID ReferencedSOPInstanceUID IrradiationEventUID "
    "SOPInstanceUIDOfConcatenationSource ConcatenationUID DimensionOrganizationUID"
)
# Of the patient's own visits alone. A day that many files share (a calibration, an export, the
# digitising of an archive) is moved by as many days as there are patients: whoever knows it, or
# one of them, knows when all of them came.
_DATES = (
    "StudyDate SeriesDate AcquisitionDate ContentDate AcquisitionDateTime "
    "FrameAcquisitionDateTime FrameReferenceDateTime"
)
# Exposures are put in order and paired by them.
_TIMES = "StudyTime SeriesTime AcquisitionTime ContentTime"

# Present, though empty, in every image (type 2).
EMPTIED = (
    "AccessionNumber ReferringPhysicianName StudyID StudyDate StudyTime PatientBirthDate "
    "PatientSex Manufacturer SeriesNumber InstanceNumber"
).split()
# Sequences that an image must have, if only empty (type 2); what they held may name somebody.
MAY_BE_EMPTY = frozenset({"ViewModifierCodeSequence"})
# Present where the original has them, with nothing of what it said there (type 2 and 1C).
DUMMIES: Mapping[str, str | tuple[()]] = MappingProxyType(
    {"AcquisitionContextSequence": (), "PixelSpacingCalibrationDescription": "removed"}
)
# Schemes whose codes mean the same everywhere (PS3.16 section 8); a local one may hold anything.
PUBLIC_SCHEMES = frozenset("SCT SRT SNM3 99SDM DCM UCUM LN RADLEX FMA BI NCIt UMLS".split())


def _tags(keywords: str) -> frozenset[int]:
    return frozenset(int(tag_for_keyword(one) or 0) for one in keywords.split())


KEPT_TAGS = _tags(" ".join((_IMAGE, _PIXELS, _SPACING, _PROJECTION, _EXPOSURE, _EQUIPMENT, _CODE)))
SEQUENCE_TAGS = _tags(_SEQUENCES)
UID_TAGS = _tags(_UIDS)
DATE_TAGS = _tags(_DATES)
TIME_TAGS = _tags(_TIMES)
