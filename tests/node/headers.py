"""Images of a study by headers made to order, without pixels."""

from pathlib import Path
from typing import Any

from pydicom import Dataset, config
from pydicom import Sequence as DicomSequence

from calcsight.dicom.codes import MODIFIERS
from calcsight.dicom.kinds import FOR_PRESENTATION, FOR_PROCESSING
from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.source import source_from
from calcsight.node.stored_images import StoredImage, described
from calcsight.terms.mammogram import ViewModifier

RAW, SHOWN = FOR_PROCESSING, FOR_PRESENTATION
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
TOMO = "1.2.840.10008.5.1.4.1.1.13.1.3"


def image(name: str, sop_class: str = SHOWN, **fields: Any) -> StoredImage:
    """Describe an image by a header made to order; None leaves an attribute out."""
    header = Dataset()
    values: dict[str, Any] = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": hashed_uid(name),
        "StudyInstanceUID": hashed_uid("study"),
        "SeriesInstanceUID": hashed_uid("series", name),
        "Modality": "MG",
        "ImageLaterality": "L",
        "ViewPosition": "CC",
        "AcquisitionDate": "20240229",
        "AcquisitionTime": "101112",
        "Rows": 600,
        "Columns": 500,
    }
    modifiers = fields.pop("modifiers", ())
    sources = fields.pop("sources", ())
    with config.disable_value_validation():
        for keyword, value in (values | fields).items():
            if value is not None:
                setattr(header, keyword, value)
    if sources:
        header.SourceImageSequence = DicomSequence([reference(one) for one in sources])
    header.ViewModifierCodeSequence = DicomSequence([coded(one) for one in modifiers])
    return described(Path(f"{name}.dcm"), source_from(header))


def reference(name: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = RAW, hashed_uid(name)
    return item


def coded(modifier: ViewModifier) -> Dataset:
    code = MODIFIERS[modifier][0]
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme
    item.CodeMeaning = code.meaning
    return item
