"""The header of an image whose results are written: patient and study are repeated from it."""

from pathlib import Path

from pydicom import Dataset
from pydicom.dataelem import DataElement

from calcsight.dicom.files import header_without_pixels
from calcsight.dicom.header import is_uid, plain_header
from calcsight.dicom.kinds import could_be_mammogram, kind_of
from calcsight.dicom.results.exam_result import SourceImage
from calcsight.terms.errors import InputRefused, NotAMammogramError, NotAnImageError

_NEEDED = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_OVERLAYS = range(0x6000, 0x6100)


def source_image(path: Path) -> SourceImage:
    """Read the header of one DICOM image for its results.

    Parameters
    ----------
    path : Path

    Returns
    -------
    SourceImage

    Raises
    ------
    UnreadableFileError
        When the operating system does not give the bytes.
    NotAnImageError
        When no DICOM header can be read, or one that names no study, series or instance: no
        result can refer to it.
    ImageTooLargeError
        When a deflated file grows without end.
    """
    return source_from(header_without_pixels(path))


def source_from(dataset: Dataset) -> SourceImage:
    """Take the header of a data set in memory; see `source_image`."""
    return SourceImage(header=_named(_public(dataset)))


def could_be_view(source: SourceImage) -> bool:
    """Tell whether an object that was refused may be a mammogram all the same.

    Results of an earlier run, and images of something else, are no views that could not be read:
    no report on the mammograms says anything of them.
    """
    if not could_be_mammogram(source.sop_class_uid, str(source.header.get("Modality") or "")):
        return False
    try:
        kind_of(plain_header(source.header, ""))
    except NotAMammogramError:
        return False
    except InputRefused:
        return True
    return True


def _public(dataset: Dataset) -> Dataset:
    """Return every attribute that can be converted, without private ones, overlays and pixels."""
    kept = Dataset()
    for tag in sorted(dataset.keys()):
        if tag.is_private or tag.group in _OVERLAYS or tag.group in (0x0002, 0x7FE0):
            continue
        element = _converted(dataset, tag)
        if element is not None:
            kept.add(element)
    return kept


def _converted(dataset: Dataset, tag: int) -> DataElement | None:
    """Return one element; None when the file's bytes cannot be converted."""
    try:
        element: DataElement = dataset[tag]
        if element.VR == "SQ":
            element = DataElement(element.tag, "SQ", [_public(item) for item in element.value])
    except Exception:  # noqa: BLE001 - what pydicom raises on damaged values is an open list
        return None
    return element


def _named(dataset: Dataset) -> Dataset:
    """Refuse a header to which no result can refer."""
    missing = [one for one in _NEEDED if not is_uid(str(dataset.get(one, "")))]
    if missing:
        raise NotAnImageError(
            f"a DICOM header without a valid {' and '.join(missing)}",
            "the UIDs of class, instance, series and study, which results refer to",
            "export the file again",
        )
    return dataset
