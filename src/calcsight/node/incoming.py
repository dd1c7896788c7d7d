"""A data set while it comes in: to a temporary file, hashed on the way, never more than allowed."""

import hashlib
import io
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from calcsight.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from calcsight.node.disk_room import Room
from calcsight.node.statuses import StoreStatus

_MOST_IN_MEMORY = 4 << 20
_TAKEN_AT_ONCE = 1 << 20
Heading = Callable[[], bytes | None]


class TooMuchError(Exception):
    """A peer sent more of something than anyone needs to."""


class BoundedBytes(io.BytesIO):
    """Bytes in memory, up to a limit."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Append bytes.

        Raises
        ------
        TooMuchError
        """
        if self.tell() + len(data) > _MOST_IN_MEMORY:
            raise TooMuchError
        return super().write(data)


class IncomingObject(BoundedBytes):
    """The data set of one message, in the order of its fragments.

    pynetdicom writes into a BytesIO; that of a C-STORE goes to a file here, and what is beyond
    the limit, or finds no room, is dropped as it comes: `refusal` says so. The data set of
    another message stays in memory.

    Parameters
    ----------
    folder : Path
        Of temporary files, on the same disk as the store.
    room : Room
    most_bytes : int
        Of one data set.
    heading : callable
        Asked at the first fragment: what stands before the data set in its file, or None when
        the message is no C-STORE.
    """

    def __init__(self, folder: Path, room: Room, most_bytes: int, heading: Heading) -> None:
        super().__init__()
        self.size = 0
        self.refusal: StoreStatus | None = None
        self._folder, self._room, self._most, self._heading = folder, room, most_bytes, heading
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._begun = self._in_memory = False
        self._taken = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Take one fragment."""
        if not self._begun:
            self._begin()
        if self._in_memory:
            return super().write(data)
        self.size += len(data)
        if self.size > self._most:
            self._drop(StoreStatus.TOO_LARGE)
        if self.refusal is None:
            self._keep(data)
        return len(data)

    @property
    def digest(self) -> str:
        """SHA-256 of what came, hexadecimal."""
        return self._hash.hexdigest()

    def durable(self) -> Path:
        """Synchronise and close the file; return where it is.

        Raises
        ------
        OSError
        """
        if self._file is None or self._path is None:
            raise FileNotFoundError
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())
        return self._path

    def kept(self) -> None:
        """Forget the file: it has its final name."""
        self._room.give_back(self._taken - self.size)
        self._path, self._taken = None, 0

    def discard(self) -> None:
        """Remove the file unless it was kept, and give its room back."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._room.give_back(self._taken)
            self._path, self._taken = None, 0

    def _begin(self) -> None:
        """Decide where fragments go, and write what stands before them."""
        self._begun = True
        heading = self._heading()
        if heading is None:
            self._in_memory = True
            return
        self._path = self._folder / f"{uuid.uuid4().hex}.part"
        try:
            self._file = self._path.open("xb")
            self._file.write(heading)
        except OSError:
            self._drop(StoreStatus.OUT_OF_RESOURCES)

    def _keep(self, data: bytes) -> None:
        """Write a fragment, when there is room."""
        self._hash.update(data)
        while self._taken < self.size:
            if not self._room.take(_TAKEN_AT_ONCE):
                self._drop(StoreStatus.OUT_OF_RESOURCES)
                return
            self._taken += _TAKEN_AT_ONCE
        try:
            if self._file is not None:
                self._file.write(data)
        except OSError:
            self._drop(StoreStatus.OUT_OF_RESOURCES)

    def _drop(self, why: StoreStatus) -> None:
        """Remove what came and take no more of it."""
        if self.refusal is None:
            self.refusal = why
            self.discard()


def file_heading(sop_class_uid: str, sop_uid: str, transfer_syntax_uid: str) -> bytes:
    """Return preamble and file meta information of a received data set (PS3.10 section 7.1)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_uid)
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    buffer = DicomBytesIO()
    buffer.write(bytes(128) + b"DICM")
    write_file_meta_info(buffer, meta)
    return bytes(buffer.getvalue())
