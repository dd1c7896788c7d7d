"""The files of the store: where an instance is, what it says it is, and its digest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from calcsight.dicom.files import opened_file
from calcsight.dicom.header import is_uid
from calcsight.intake import opened
from calcsight.node.configuration import INSTANCES
from calcsight.records.entries import Entry
from calcsight.terms.errors import InputRefused, NotAnImageError

INCOMING = "incoming"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an instance is, by UIDs alone."""

    sop_class_uid: str
    sop_uid: str
    study_uid: str
    transfer_syntax_uid: str


def identity_of(path: Path) -> Identity:
    """Read the UIDs of a file; the pixels are left alone.

    Raises
    ------
    InputRefused
        When it is no DICOM file, or lacks a UID that it must have.
    """
    with opened_file(path) as file:
        header = file.header
    found = Identity(
        sop_class_uid=header.text("SOPClassUID"),
        sop_uid=header.text("SOPInstanceUID"),
        study_uid=header.text("StudyInstanceUID"),
        transfer_syntax_uid=header.transfer_syntax,
    )
    # They become names of files, too.
    if not all(map(is_uid, (found.sop_class_uid, found.sop_uid, found.study_uid))):
        raise NotAnImageError("a data set without UIDs of its own", "class, instance and study")
    return found


def instance_file(study_uid: str, sop_uid: str) -> str:
    """Return where an instance is kept, relative to the folder of the node."""
    return f"{INSTANCES}/{study_uid}/{sop_uid}.dcm"


def data_set_digest(path: Path) -> str:
    """Return the SHA-256 of what follows the file meta information, hexadecimal.

    Raises
    ------
    UnreadableFileError, NotAnImageError
    """
    digest = hashlib.sha256()
    with opened(path) as file:
        file.seek(_heading_length(file))
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_stored(folder: Path, entry: Entry) -> bool:
    """Tell whether the file of an entry is whole: there, with the digest of its row."""
    try:
        return data_set_digest(folder / entry.file) == entry.digest
    except InputRefused:
        return False


def _heading_length(file: BinaryIO) -> int:
    """Return how many bytes come before the data set: (0002,0000) says how long the meta is."""
    start = file.read(144)
    if len(start) < 144 or start[128:140] != b"DICM\x02\x00\x00\x00UL\x04\x00":
        raise NotAnImageError("a file without file meta information", "a DICOM file (PS3.10)")
    return 144 + int.from_bytes(start[140:144], "little")
