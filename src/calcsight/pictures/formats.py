"""PNG and TIFF headers, judged before a pixel is decoded, and the decoding.

Sources: PNG (Third Edition), W3C; TIFF Revision 6.0; BigTIFF.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from calcsight.intake import MOST_PIXELS, foreign_errors_as, opened, refuse_too_large
from calcsight.terms.errors import (
    ImageTooLargeError,
    NotAnImageError,
    TruncatedError,
    UndecodableError,
    UnsupportedPixelsError,
)

PNG_START = b"\x89PNG\r\n\x1a\n"
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_PNG_KINDS = {2: "colour", 3: "a palette", 4: "grey with transparency", 6: "colour"}
_MOST_BYTES = 4 * MOST_PIXELS
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_SAMPLES, _FORMAT = 277, 339
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q"}
_LOSSY_COMPRESSIONS = frozenset({6, 7, 33003, 33005, 34712, 34892, 50001, 50002})
_MOST_TAGS = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """Pixels as stored.

    Parameters
    ----------
    pixels : array (rows, columns)
        uint8, uint16, int8, int16 or float.
    zero_is_white : bool
        TIFF WhiteIsZero.
    lossy : bool
        Compressed with loss.
    """

    pixels: NDArray[Any]
    zero_is_white: bool = False
    lossy: bool = False


def read_picture(path: Path) -> Picture:
    """Read a grey PNG or TIFF of 8 or 16 bits, or a grey TIFF of floating-point numbers.

    Raises
    ------
    UnreadableFileError, NotAnImageError, UnsupportedPixelsError, ImageTooLargeError
    TruncatedError, UndecodableError
    """
    with opened(path) as file:
        start = file.read(33)
        if start.startswith(PNG_START):
            _judge_png(start)
            return Picture(pixels=_decoded(imagecodecs.png_decode, _checked_png(_whole(file))))
        if not start.startswith(TIFF_STARTS):
            raise NotAnImageError(
                "a file that is neither PNG nor TIFF", "a DICOM, PNG or TIFF file"
            )
        with foreign_errors_as(_damaged("TIFF")):
            tags = _tiff_tags(file)
        _judge_tiff(tags)
        return Picture(
            pixels=_decoded(imagecodecs.tiff_decode, _whole(file)),
            zero_is_white=tags.get(_PHOTOMETRIC) == 0,
            lossy=tags.get(_COMPRESSION) in _LOSSY_COMPRESSIONS,
        )


def _whole(file: BinaryIO) -> bytes:
    """Return all bytes of a file that is not larger than any allowed picture can be."""
    file.seek(0)
    data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ImageTooLargeError("a file larger than its picture can be", f"{_MOST_BYTES} bytes")
    return data


def _decoded(decoder: Any, data: bytes) -> NDArray[Any]:
    """Decode, and refuse what is not one grey picture of finite numbers."""
    with foreign_errors_as(_damaged("picture")):
        pixels: NDArray[Any] = np.asarray(decoder(data))
    if pixels.ndim != 2 or pixels.dtype.kind not in "uif":
        raise UnsupportedPixelsError(
            f"pixels with {pixels.ndim} dimensions of type {pixels.dtype}", "one grey picture"
        )
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise UnsupportedPixelsError("pixels that are NaN or infinite", "finite grey values")
    return pixels


def _judge_png(start: bytes) -> None:
    """Judge by the first chunk, which holds size, depth and kind of colour."""
    if len(start) < 33 or start[12:16] != b"IHDR":
        raise _damaged("PNG")
    columns, rows, bits, colour = struct.unpack(">IIBB", start[16:26])
    refuse_too_large(rows, columns)
    if colour in _PNG_KINDS:
        raise _not_grey(f"a PNG in {_PNG_KINDS[colour]}")
    if bits not in (8, 16):
        raise _not_grey(f"a PNG of {bits} bit{'s' if bits > 1 else ''}")


def _checked_png(data: bytes) -> bytes:
    """Check every chunk's CRC, which the decoder does not; and that the last one is there."""
    position = len(PNG_START)
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        body = memoryview(data)[position + 4 : position + 8 + length]
        crc = data[position + 8 + length : position + 12 + length]
        if len(crc) < 4:
            break
        if zlib.crc32(body) != int.from_bytes(crc, "big"):
            raise _damaged("PNG")
        if data[position + 4 : position + 8] == b"IEND":
            return data
        position += 12 + length
    raise TruncatedError("a PNG that ends early", "the whole file", "copy the file again")


def _judge_tiff(tags: Mapping[int, int]) -> None:
    """Judge by the tags of the first page; `tags[0]` is the offset of the next."""
    rows, columns = tags.get(_HEIGHT, 0), tags.get(_WIDTH, 0)
    if rows < 1 or columns < 1:
        raise _damaged("TIFF")
    refuse_too_large(rows, columns)
    if tags[0]:
        raise UnsupportedPixelsError(
            "a TIFF of several pages", "one page", "save each view as a file of its own"
        )
    if tags.get(_SAMPLES, 1) != 1 or tags.get(_PHOTOMETRIC, 1) not in (0, 1):
        raise _not_grey("a TIFF in colour")
    bits, numbers = tags.get(_BITS, 1), tags.get(_FORMAT, 1)
    if (numbers in (1, 2) and bits not in (8, 16)) or numbers not in (1, 2, 3):
        raise _not_grey(f"a TIFF of {bits} bit{'s' if bits > 1 else ''}")


def _tiff_tags(file: BinaryIO) -> dict[int, int]:
    """Return the first value of each whole-number tag of the first page."""
    file.seek(0)
    start = file.read(16)
    order = "<" if start[:2] == b"II" else ">"
    big = start[2:4] in (b"+\0", b"\0+")
    offset = struct.unpack(f"{order}Q" if big else f"{order}I", start[8:16] if big else start[4:8])
    file.seek(offset[0])
    counter, entry, last = ("Q", "HHQ", "Q") if big else ("H", "HHI", "I")
    (count,) = struct.unpack(order + counter, file.read(struct.calcsize(order + counter)))
    field = struct.calcsize(order + last)
    tags: dict[int, int] = {}
    for _ in range(min(count, _MOST_TAGS)):
        tag, kind, _number = struct.unpack(order + entry, file.read(struct.calcsize(order + entry)))
        value = file.read(field)
        if kind in _INTEGERS:
            size = struct.calcsize(order + _INTEGERS[kind])
            tags[tag] = int(struct.unpack(order + _INTEGERS[kind], value[:size])[0])
    (tags[0],) = struct.unpack(order + last, file.read(field))
    return tags


def _not_grey(found: str) -> UnsupportedPixelsError:
    return UnsupportedPixelsError(
        found, "one grey picture of 8 or 16 bits", "export the original grey values"
    )


def _damaged(what: str) -> UndecodableError:
    return UndecodableError(
        f"a damaged {what}", "a picture that can be decoded", "copy or export the file again"
    )
