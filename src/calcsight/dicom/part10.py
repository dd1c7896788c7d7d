"""A data set as the bytes of a DICOM file (PS3.10); no clock, no random UID."""

import io

from pydicom import Dataset, FileDataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian

from calcsight.dicom.mg_header import hashed_uid
from calcsight.terms.version import VERSION

IMPLEMENTATION_CLASS_UID = hashed_uid("calcsight")
IMPLEMENTATION_VERSION_NAME = f"CALCSIGHT_{VERSION}"[:16]


def file_bytes(dataset: Dataset, transfer_syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Return the bytes of a file with this data set, which is left as it was.

    Parameters
    ----------
    dataset : Dataset
        With SOP class and instance UID; its pixels, if any, encoded in `transfer_syntax`.
    transfer_syntax : str
        UID.
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    buffer = io.BytesIO()
    file = FileDataset(
        buffer,
        dataset,
        file_meta=meta,
        preamble=bytes(128),
        is_little_endian=transfer_syntax != ExplicitVRBigEndian,
    )
    file.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
