"""From a path to a header and the bytes of one frame, reading no more than is needed.

The header is taken first and can be judged before a single pixel is read; no length that a
damaged or hostile file states is believed beyond the size of the file.
"""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from calcsight.dicom.header import WANTED_TAGS, Header, plain_header
from calcsight.intake import MOST_PIXELS, foreign_errors_as, opened
from calcsight.terms.errors import (
    ImageTooLargeError,
    NotAnImageError,
    TruncatedError,
    UndecodableError,
    UnsupportedPixelsError,
)

_FLOAT_PIXELS, _DOUBLE_PIXELS, _PIXELS = 0x7FE00008, 0x7FE00009, 0x7FE00010
_ITEM, _DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_EXPLICIT_LITTLE_META = b"\x02\x00\x10\x00UI\x14\x001.2.840.10008.1.2.1\0"
_UNDEFINED = 0xFFFFFFFF
_MOST_INFLATED = 4 * MOST_PIXELS
_CHUNK = 1 << 20
# Of the largest headers (a frame of functional groups for each of 200 slices) a tenth of these.
_MOST_READS = 300_000
_MOST_SEQUENCE_BYTES = 3_000_000


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A DICOM file whose header was read; the file stands at its pixels.

    Parameters
    ----------
    header : Header
    file : binary file
    little_endian : bool
        Byte order of the data set.
    """

    header: Header
    file: BinaryIO
    little_endian: bool

    def frame_bytes(self, expected: int) -> bytes:
        """Return the bytes of the one frame: plain pixels, or one compressed stream.

        Parameters
        ----------
        expected : int
            Size of the frame without compression, bytes.

        Raises
        ------
        TruncatedError
            When the file ends before the pixels do, or holds none.
        UndecodableError
            When the pixel data are not laid out as DICOM lays them out.
        UnsupportedPixelsError
            When the pixels are floating-point numbers.
        """
        length = self._pixel_length()
        if length != _UNDEFINED:
            return self._plain_bytes(min(length, expected), expected)
        return self._stream(most=4 * expected + _CHUNK)

    def _pixel_length(self) -> int:
        start = self.file.read(8)
        order: Any = "little" if self.little_endian else "big"
        group, element = (int.from_bytes(start[i : i + 2], order) for i in (0, 2))
        tag = group << 16 | element
        if tag in (_FLOAT_PIXELS, _DOUBLE_PIXELS):
            raise UnsupportedPixelsError(
                "floating-point pixels", "whole numbers of 8 or 16 bits", "convert the file"
            )
        if tag != _PIXELS or len(start) < 8:
            raise _truncated("a header without pixel data behind it")
        if start[4:6] in (b"OB", b"OW", b"UN"):
            return int.from_bytes(self.file.read(4), order)
        return int.from_bytes(start[4:8], order)

    def _plain_bytes(self, count: int, expected: int) -> bytes:
        data = self.file.read(count)
        if len(data) < expected:
            raise _truncated(f"{len(data)} bytes of pixels")
        return data

    def _stream(self, most: int) -> bytes:
        """Join the fragments of the one frame; the first item is the offset table."""
        fragments: list[bytes] = []
        total = 0
        first = True
        while (start := self.file.read(8))[:4] == _ITEM:
            length = int.from_bytes(start[4:8], "little")
            total += length
            if total > most:
                raise UndecodableError(
                    "compressed pixels many times larger than the image", "one compressed frame"
                )
            fragment = self.file.read(length)
            if len(fragment) < length:
                raise _truncated("compressed pixels that end early")
            if not first:
                fragments.append(fragment)
            first = False
        if start and start[:4] != _DELIMITER:
            raise UndecodableError("damaged compressed pixel data", "items as DICOM lays them out")
        return fragments[0] if len(fragments) == 1 else b"".join(fragments)


@contextmanager
def opened_file(path: Path) -> Iterator[OpenedFile]:
    """Open a DICOM file and read its header.

    Raises
    ------
    UnreadableFileError
        When the operating system does not give the bytes.
    NotAnImageError
        When no DICOM header can be read.
    ImageTooLargeError
        When a deflated file grows beyond 400 MB.
    """
    with opened(path) as raw:
        yield _with_header(raw)


def header_without_pixels(path: Path) -> Dataset:
    """Return every attribute that comes before the pixels.

    It names a patient: it goes into results, and never into a message, a log or a file name.

    Raises
    ------
    UnreadableFileError, NotAnImageError, ImageTooLargeError
        As `opened_file`.
    """
    with opened(path) as raw, foreign_errors_as(_unreadable_header()):
        dataset = read_partial(bounded(raw), _at_pixels, force=True)
        _refuse_long_sequences(dataset)
        dataset.decode()
        return dataset


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A DICOM file taken apart.

    Parameters
    ----------
    header : Dataset
        Every attribute that comes before the pixels; it names a patient.
    pixels : bytes
        The element of the pixel data as it stands in the file, with its tag and length; what
        comes after it is left out. Empty when there is none.
    transfer_syntax : str
        UID of how both are encoded; a deflated file comes inflated.
    """

    header: Dataset = field(repr=False)
    pixels: bytes = field(repr=False)
    transfer_syntax: str


def header_and_pixels(path: Path) -> WholeFile:
    """Take a file apart without touching its pixel data.

    Raises
    ------
    UnreadableFileError, NotAnImageError, ImageTooLargeError
        As `opened_file`.
    TruncatedError
        When the file ends before its pixel data do.
    UndecodableError
        When compressed pixel data are not laid out as DICOM lays them out.
    """
    with opened(path) as raw, foreign_errors_as(_unreadable_header()):
        file = bounded(raw)
        header = read_partial(file, _at_pixels, force=True)
        _refuse_long_sequences(header)
        implicit, little_endian = header.original_encoding
        stated = str(header.file_meta.get("TransferSyntaxUID", ""))
        header.decode()
        pixels = _pixel_element(file.read(), bool(implicit), little_endian is not False)
    plain = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    usable = stated and stated != DeflatedExplicitVRLittleEndian
    return WholeFile(header, pixels, stated if usable else str(plain))


def _pixel_element(data: bytes, implicit: bool, little_endian: bool) -> bytes:
    """Cut off what follows the element that a file stands at."""
    if not data:
        return b""
    order: Any = "little" if little_endian else "big"
    long = not implicit and data[4:6] in (b"OB", b"OW", b"UN", b"OF", b"OD")
    start = 12 if long else 8
    length = int.from_bytes(data[start - 4 : start], order)
    if not long and not implicit:
        length = int.from_bytes(data[6:8], order)
    if length != _UNDEFINED:
        if len(data) < start + length:
            raise _truncated(f"{len(data) - start} bytes of pixels")
        return data[: start + length]
    position = start
    while (item := data[position : position + 8])[:4] == _ITEM:
        position += 8 + int.from_bytes(item[4:], "little")
    if item[:4] != _DELIMITER:
        raise _truncated("compressed pixels without their end")
    return data[: position + 8]


def _unreadable_header() -> NotAnImageError:
    return NotAnImageError(
        "a file whose DICOM header cannot be read", "a DICOM file", "export it again"
    )


def _with_header(raw: BinaryIO) -> OpenedFile:
    """Read the header up to the pixels."""
    with foreign_errors_as(_unreadable_header()):
        file = bounded(raw)
        dataset = read_partial(file, _at_pixels, force=True, specific_tags=WANTED_TAGS)
        _refuse_long_sequences(dataset)
        header = plain_header(dataset, str(dataset.file_meta.get("TransferSyntaxUID", "")))
        little_endian = dataset.original_encoding[1] is not False
    return OpenedFile(header, file, little_endian)


def _at_pixels(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag in (_FLOAT_PIXELS, _DOUBLE_PIXELS, _PIXELS)


def _refuse_long_sequences(dataset: Dataset) -> None:
    """Refuse sequences of many megabytes, which pydicom would take apart when they are asked for.

    Raises
    ------
    NotAnImageError
    """
    if _sequence_bytes(dataset) > _MOST_SEQUENCE_BYTES:
        raise _endless_header()


def _sequence_bytes(dataset: Dataset) -> int:
    """Count the bytes of sequences that are not taken apart yet."""
    total = 0
    for element in dataset.values():
        if isinstance(element, RawDataElement):
            # Of an implicit VR, and of an unknown one, any may turn out to be a sequence.
            total += len(element.value or b"") if element.VR in ("SQ", "UN", None) else 0
        elif element.VR == "SQ":
            total += sum(_sequence_bytes(item) for item in element.value)
    return total


def _endless_header() -> NotAnImageError:
    return NotAnImageError(
        "a DICOM header of far more elements than any image has", "an image", "export it again"
    )


def _inflated(file: Any) -> Any:
    """Return a deflated file as a plain one in memory, any other file as it is.

    pydicom would inflate without bounds; a file of 1 MB can hold 1 GB.
    """
    start = file.read(1024)
    file.seek(0)
    if DeflatedExplicitVRLittleEndian.encode() not in start:
        return file
    length_of_meta = int.from_bytes(start[140:144], "little")
    file.seek(144 + length_of_meta)
    plain = io.BytesIO()
    plain.write(bytes(128) + b"DICM" + _EXPLICIT_LITTLE_META)
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    # Of what follows the end of a stream nothing is ever consumed.
    while not inflating.eof and (chunk := inflating.unconsumed_tail or file.read(_CHUNK)):
        plain.write(inflating.decompress(chunk, _CHUNK))
        if plain.tell() > _MOST_INFLATED:
            raise ImageTooLargeError(
                "a deflated file that grows without end", f"at most {_MOST_INFLATED} bytes"
            )
    plain.seek(0)
    return _Clamped(plain)


class _Clamped:
    """A file that never allocates more for a read than it has left, and is not read forever.

    Every element takes two reads or more: megabytes of zeros are a million elements of no length.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._reads = 0
        self._size = file.seek(0, io.SEEK_END)
        file.seek(0)
        self.tell = file.tell
        self.seek = file.seek

    def read(self, count: int = -1) -> bytes:
        self._reads += 1
        if self._reads > _MOST_READS:
            raise _endless_header()
        left = max(0, self._size - self._file.tell())
        return self._file.read(left if count < 0 else min(count, left))


def _truncated(found: str) -> TruncatedError:
    return TruncatedError(found, "all the pixels the header promises", "copy the file again")


def bounded(file: BinaryIO) -> Any:
    """Return a file that allocates no more than it holds; a deflated one as a plain one.

    Raises
    ------
    ImageTooLargeError
        When a deflated file grows beyond 400 MB.
    NotAnImageError
        While it is read: when it holds far more elements than any image.
    """
    return _inflated(_Clamped(file))
