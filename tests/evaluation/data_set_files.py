"""Tiny files in the true formats of data sets, for the tests of their adapters."""

import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

MG = "1.2.840.10008.5.1.4.1.1.1.2"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def write_dicom(path: Path, pixels: NDArray[Any], **attributes: Any) -> None:
    """Write pixels as an uncompressed DICOM file, a digital mammogram unless told otherwise."""
    data = Dataset()
    data.SOPClassUID = MG
    data.SOPInstanceUID = "1.2.3.4"
    data.Modality = "MG"
    data.BodyPartExamined = "BREAST"
    data.PhotometricInterpretation = "MONOCHROME2"
    data.SamplesPerPixel, data.PixelRepresentation = 1, 0
    data.Rows, data.Columns = pixels.shape
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit = data.BitsStored - 1
    for keyword, value in attributes.items():
        setattr(data, keyword, value)
    data.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    data["PixelData"].VR = "OW"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = data.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path.parent.mkdir(parents=True, exist_ok=True)
    FileDataset(str(path), data, file_meta=meta, preamble=bytes(128)).save_as(
        path, enforce_file_format=True
    )


def film(rows: int = 60, columns: int = 40) -> NDArray[np.uint16]:
    """Draw a bright half disc on a dark ground, chest wall left."""
    down, right = np.mgrid[:rows, :columns]
    inside = ((down - rows / 2) / (rows * 0.45)) ** 2 + (right / (columns * 0.8)) ** 2 < 1
    texture = 40 * np.sin(down * 0.9) * np.cos(right * 0.7)
    return np.where(inside, 2000 + texture, 100).astype(np.uint16)


def write_rois(path: Path, rois: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> None:
    """Write an OsiriX property list: name and (x, y) points of each region of interest."""
    marks = [
        {
            "Area": 0.0,
            "Center": "(0.0, 0.0, 0.0)",
            "IndexInImage": index,
            "Name": name,
            "NumberOfPoints": len(points),
            "Point_mm": ["(0.0, 0.0, 0.0)"] * len(points),
            "Point_px": [f"({x:f}, {y:f})" for x, y in points],
            "Type": 15,
        }
        for index, (name, points) in enumerate(rois)
    ]
    write_plist(path, {"Images": [{"ImageIndex": 0, "NumberOfROIs": len(marks), "ROIs": marks}]})


def write_plist(path: Path, document: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(plistlib.dumps(dict(document)))


def write_lines(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path
