"""The part of a DICOM header that intake needs, as plain values.

Only the attributes named here are ever taken from a file: names, numbers and dates of birth
never get into memory as values, so that no message can repeat them. Of the patient's number a
one-way hash is kept, by which two files can be told to name different patients.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydicom import Dataset, Sequence, config
from pydicom.datadict import tag_for_keyword

TEXTS = (
    "SOPClassUID SOPInstanceUID StudyInstanceUID Modality PresentationIntentType ImageType "
    "ConversionType BodyPartExamined DetectorType ViewPosition PatientOrientation ImageLaterality "
    "Laterality PhotometricInterpretation PixelIntensityRelationship PixelSpacingCalibrationType "
    "BreastImplantPresent PartialView BurnedInAnnotation LossyImageCompression "
    "AcquisitionDate ContentDate StudyDate CodeValue CodingSchemeDesignator FrameType "
    "FrameLaterality"
).split()
NUMBERS = (
    "Rows Columns NumberOfFrames SamplesPerPixel BitsAllocated BitsStored HighBit "
    "PixelRepresentation PixelPaddingValue PixelPaddingRangeLimit PixelIntensityRelationshipSign "
    "RescaleSlope RescaleIntercept ImagerPixelSpacing PixelSpacing NominalScannedPixelSpacing "
    "EstimatedRadiographicMagnificationFactor DistanceSourceToDetector DistanceSourceToPatient "
    "LUTDescriptor LUTData NumberOfTomosynthesisSourceImages"
).split()
SEQUENCES = (
    "ViewCodeSequence ViewModifierCodeSequence RequestAttributesSequence "
    "ReasonForRequestedProcedureCodeSequence AnatomicRegionSequence ModalityLUTSequence "
    "SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PixelMeasuresSequence "
    "FrameAnatomySequence PixelValueTransformationSequence XRay3DFrameTypeSequence"
).split()
_HASHED = ("PatientID", "IssuerOfPatientID")
# Free texts that may name a patient: one question is put to them, and they are forgotten.
ASKED = ("SeriesDescription", "ProtocolName", "DerivationDescription")
WANTED_TAGS = [
    int(tag_for_keyword(k) or 0) for k in (*TEXTS, *NUMBERS, *SEQUENCES, *_HASHED, *ASKED)
]
# Makers' names for a view computed from tomosynthesis.
_SYNTHESISED = re.compile(
    r"\b([CS][- ]?VIEW|V[- ]?PREVIEW|(INSIGHT|INTELLIGENT|GENERATED|TOMO|SYN\w*)[-_ ]?2D|S2D"
    r"|SYNTH|SYNTHETIC|SYNTHESI[SZ]ED)\b"
)

_MOST_ITEMS = 64
_DEEPEST = 4
_UID = re.compile(r"[0-9][0-9.]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Plain values by DICOM keyword; what is absent or unreadable is simply not there.

    Parameters
    ----------
    texts : mapping of str to tuple of str
        Stripped, upper case.
    numbers : mapping of str to tuple of float
        Finite.
    sequences : mapping of str to tuple of Header
    transfer_syntax : str
        UID, "" when unknown.
    patient_key : str or None
        SHA-256 of the patient's number and its issuer; None when there is no number.
    called_synthesised : bool
        A description calls the image by a maker's name for a view computed from tomosynthesis.
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    numbers: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sequences: Mapping[str, tuple["Header", ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    transfer_syntax: str = ""
    patient_key: str | None = field(default=None, repr=False)
    called_synthesised: bool = False

    def text(self, keyword: str) -> str:
        """First value, "" when absent."""
        values = self.texts.get(keyword, ())
        return values[0] if values else ""

    def number(self, keyword: str) -> float | None:
        """First value, None when absent."""
        values = self.numbers.get(keyword, ())
        return values[0] if values else None

    def whole(self, keyword: str, default: int) -> int:
        """First value as a whole number, or the default when absent."""
        value = self.number(keyword)
        return default if value is None else int(value)

    def items(self, keyword: str) -> tuple["Header", ...]:
        """Items of a sequence, empty when absent."""
        return self.sequences.get(keyword, ())


def plain_header(dataset: Dataset, transfer_syntax: str) -> Header:
    """Take the wanted values out of a data set; values that cannot be converted are left out."""
    with config.disable_value_validation():
        return _plain(dataset, transfer_syntax, _DEEPEST)


def is_uid(text: str) -> bool:
    """Tell whether a text is a UID, and so may appear in a message."""
    return _UID.fullmatch(text) is not None


def is_synthesised_name(text: str) -> bool:
    """Tell whether a text, in upper case, calls a view computed from tomosynthesis."""
    return _SYNTHESISED.search(text) is not None


def _plain(dataset: Dataset, transfer_syntax: str, depth: int) -> Header:
    texts = {keyword: _texts(_value(dataset, keyword)) for keyword in TEXTS}
    numbers = {keyword: _numbers(_value(dataset, keyword)) for keyword in NUMBERS}
    sequences = {keyword: _value(dataset, keyword) for keyword in SEQUENCES if depth}
    return Header(
        texts={keyword: values for keyword, values in texts.items() if any(values)},
        numbers={keyword: values for keyword, values in numbers.items() if values},
        sequences={
            keyword: tuple(_plain(item, "", depth - 1) for item in value[:_MOST_ITEMS])
            for keyword, value in sequences.items()
            if isinstance(value, Sequence)
        },
        transfer_syntax=transfer_syntax,
        patient_key=_patient_key(dataset),
        called_synthesised=any(
            is_synthesised_name(text)
            for keyword in ASKED
            for text in _texts(_value(dataset, keyword))
        ),
    )


def _patient_key(dataset: Dataset) -> str | None:
    """Hash the patient's number, which itself goes no further."""
    number, issuer = ("".join(_texts(_value(dataset, keyword))[:1]) for keyword in _HASHED)
    return (
        hashlib.sha256(f"{issuer}\\{number}".encode(errors="backslashreplace")).hexdigest()
        if number
        else None
    )


def _value(dataset: Dataset, keyword: str) -> Any:
    """Convert one value; None when absent, and when the file's bytes cannot be converted."""
    try:
        return dataset.get(keyword)
    except Exception:  # noqa: BLE001 - what pydicom raises on damaged values is an open list
        return None


def _texts(value: Any) -> tuple[str, ...]:
    """Return the values as stripped upper-case texts."""
    if value is None:
        return ()
    parts = [value] if isinstance(value, str) or not isinstance(value, Iterable) else value
    return tuple(str(part).strip(" \0").upper() for part in parts)


def _numbers(value: Any) -> tuple[float, ...]:
    """Return the values as finite numbers; one that is none empties the whole."""
    if value is None or value == "":
        return ()
    if isinstance(value, bytes):
        value = [b[0] + 256 * b[1] for b in zip(value[::2], value[1::2], strict=False)]
    parts = [value] if isinstance(value, str) or not isinstance(value, Iterable) else value
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()
