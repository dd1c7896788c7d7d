"""Tell by content, never by suffix, whether a file may be DICOM. Imports no pydicom."""

from pathlib import Path

from calcsight.intake import first_bytes

_PREAMBLE = 128
_FIRST_GROUPS = (b"\x02\x00", b"\x08\x00")
_IMPLICIT_LENGTH_LIMIT = 4096


def looks_like_dicom(path: Path) -> bool:
    """Tell whether a file starts like DICOM, with or without the 128-byte preamble.

    Raises
    ------
    UnreadableFileError
        When the file cannot be opened (missing, a folder, no permission, a link loop).
    """
    start = first_bytes(path, _PREAMBLE + 4)
    if start[_PREAMBLE:] == b"DICM":
        return True
    if start[:2] not in _FIRST_GROUPS or len(start) < 8:
        return False
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    length = int.from_bytes(start[4:8], "little")
    return explicit or (length < _IMPLICIT_LENGTH_LIMIT and start[3] == 0)
