"""A small mammogram as MG, with a name in its header that must stay in its file."""

from datetime import date
from pathlib import Path

import numpy as np
import pydicom
from tests.conftest import breast_pixels

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.mg_writing import Compression, MgHeader, write_mg
from calcsight.terms.mammogram import Laterality, View

STUDY_UID = hashed_uid("study of dicomweb")


def write_image(path: Path, name: str, patient: str = "", study: str = STUDY_UID) -> str:
    """Write one left CC view and return its SOP Instance UID."""
    header = MgHeader(
        study_uid=study,
        series_uid=hashed_uid("series", study),
        sop_uid=hashed_uid("image", study, name),
        laterality=Laterality.LEFT,
        view=View.CC,
        patient_orientation=("A", "R"),
        imager_spacing_mm=(0.1, 0.1),
        acquired_on=date(2024, 1, 15),
    )
    write_mg(path, breast_pixels().clip(0, 4095).astype(np.uint16), header, Compression.NONE)
    if patient:
        dataset = pydicom.dcmread(path)
        dataset.PatientName = f"{patient}^{patient}"
        dataset.PatientID = patient
        dataset.save_as(path)
    return header.sop_uid
