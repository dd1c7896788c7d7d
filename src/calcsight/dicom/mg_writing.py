"""Digital mammography images out: simulated views as real DICOM MG files.

The same pixels and header always give the same bytes: no clock, no random UID.
"""

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEGLosslessSV1
from pydicom.valuerep import format_number_as_ds

from calcsight.dicom.codes import MODIFIERS, VIEWS
from calcsight.dicom.mg_attributes import (
    add_equipment,
    add_geometry,
    add_identity,
    add_projection,
)
from calcsight.dicom.mg_header import Compression, MgHeader, PixelRelationship, hashed_uid
from calcsight.dicom.part10 import file_bytes
from calcsight.safe_writing import write_bytes
from calcsight.terms.errors import UnsupportedPixelsError, UsageError
from calcsight.terms.mammogram import Intent, Laterality

__all__ = ["Compression", "MgHeader", "PixelRelationship", "hashed_uid", "write_mg"]


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
    add_identity(dataset, header)
    add_equipment(dataset, header)
    add_projection(dataset, header)
    add_geometry(dataset, header, pixels.shape)
    _add_pixels(dataset, pixels, header, compression)
    syntax = ExplicitVRLittleEndian if compression is Compression.NONE else JPEGLosslessSV1
    write_bytes(path, file_bytes(dataset, syntax))


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
