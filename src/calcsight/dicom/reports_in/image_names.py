"""Which file of a folder is which image: reports name images by UID, data sets by file."""

from pathlib import Path

from calcsight.dicom.files import opened_file
from calcsight.dicom.header import is_uid
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.terms.errors import InputRefused, PredictionsError, UsageError


def image_names(folder: Path) -> dict[str, str]:
    """Return the path, relative to the folder, of every DICOM image below it by its UID.

    Files that are no DICOM are passed over: a folder of a data set holds others, too.

    Raises
    ------
    UsageError
        When it is no folder.
    PredictionsError
        When two files hold one image.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", "the folder of the images")
    found: dict[str, str] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        uid, name = _uid(path), path.relative_to(folder).as_posix()
        if uid is None:
            continue
        if uid in found:
            raise PredictionsError(
                f"{found[uid]} and {name} of one image", "one file for each image"
            )
        found[uid] = name
    return found


def _uid(path: Path) -> str | None:
    """Return the SOP Instance UID of a file; None when it has none."""
    try:
        if not looks_like_dicom(path):
            return None
        with opened_file(path) as file:
            uid = file.header.text("SOPInstanceUID")
    except InputRefused:
        return None
    return uid if is_uid(uid) else None
