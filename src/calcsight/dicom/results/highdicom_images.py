"""What highdicom is given of an image, and what is taken of the object that it makes.

highdicom writes a patient's name that it doubts into the log, refuses a sex or a character set
that it does not know, and stamps objects with the time of day. So it gets an image without a
patient, of the plainest class, and the patient, the study, UIDs and times are put in afterwards.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from pydicom import Dataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

from calcsight.dicom.mg_header import hashed_uid
from calcsight.dicom.results.exam_result import ExamResult, SourceImage
from calcsight.dicom.results.header import (
    DEVICE_SERIAL_NUMBER,
    MANUFACTURER,
    MODEL_NAME,
    ResultSeries,
    created_in_zone,
    result_header,
)
from calcsight.terms.version import VERSION

# Software: a family name alone, which needs its delimiter (PS3.5 6.2.1).
_CREATOR = f"{MODEL_NAME}^"
# What highdicom is told of who made an object.
MADE_BY: Mapping[str, Any] = MappingProxyType(
    {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": MODEL_NAME,
        "software_versions": VERSION,
        "device_serial_number": DEVICE_SERIAL_NUMBER,
        "content_creator_name": _CREATOR,
        "content_label": "CALCIFICATIONS",
    }
)
_LOSSY = ("LossyImageCompressionRatio", "LossyImageCompressionMethod")
STAND_IN_CLASS = DigitalMammographyXRayImageStorageForPresentation


def unnamed_image(source: SourceImage) -> Dataset:
    """Return what highdicom must know of an image: its UIDs and size; no patient, no pixels.

    Parameters
    ----------
    source : SourceImage
    """
    made = Dataset()
    made.SOPClassUID = STAND_IN_CLASS
    made.SOPInstanceUID = source.sop_uid
    made.SeriesInstanceUID = source.series_uid
    made.StudyInstanceUID = source.study_uid
    made.Modality = "MG"
    made.Rows, made.Columns = source.shape
    made.SamplesPerPixel = 1
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyID"):
        setattr(made, keyword, "")
    for keyword in ("AccessionNumber", "StudyDate", "StudyTime", "ReferringPhysicianName"):
        setattr(made, keyword, "")
    if source.header.get("LossyImageCompression") == "01":
        _add_loss(made, source.header)
    return made


def _add_loss(made: Dataset, header: Dataset) -> None:
    """Repeat that the pixels were compressed with loss, by what method and how much."""
    made.LossyImageCompression = "01"
    for keyword in _LOSSY:
        try:
            setattr(made, keyword, deepcopy(header[keyword].value))
        except (KeyError, ValueError):  # not stated, or not in a way that can be repeated
            continue


def finished(
    exam: ExamResult, series: ResultSeries, source: SourceImage, made: Dataset, *parts: str
) -> Dataset:
    """Return the object with patient, study, UIDs and times; what was made gives the rest.

    Parameters
    ----------
    exam : ExamResult
    series : ResultSeries
    source : SourceImage
        The image that it was made of by `unnamed_image`.
    made : Dataset
        Made by highdicom.
    parts : str
        As in `result_uids`.
    """
    whole = result_header(exam, series, *parts)
    for element in made:
        if element.tag not in whole:
            whole.add(element)
    name_class(whole, source)
    for item in whole.get("ContributingEquipmentSequence", ()):
        item.ContributionDateTime = created_in_zone(exam).strftime("%Y%m%d%H%M%S")
    return whole


def name_class(made: Dataset, source: SourceImage) -> None:
    """Let every reference to an image name its class, where it named the one that stood in."""
    for item in _items(made):
        if item.get("ReferencedSOPInstanceUID") == source.sop_uid:
            item.ReferencedSOPClassUID = source.sop_class_uid


def organisation_uid(instance_uid: str) -> str:
    """Return a Dimension Organization UID, which highdicom draws at random, of one object."""
    return hashed_uid("dimensions", instance_uid)


def _items(dataset: Dataset) -> Iterator[Dataset]:
    """Yield a data set and all items within it."""
    yield dataset
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _items(item)
