"""Stored pixels out of a frame's bytes, by transfer syntax, through imagecodecs directly.

imagecodecs is several times faster here than the plugins of pydicom and decodes 12-bit JPEG.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from calcsight.dicom.codestreams import StreamInfo, has_end, jpeg2000_info, jpeg_info
from calcsight.dicom.header import Header, is_uid
from calcsight.intake import foreign_errors_as
from calcsight.terms.errors import TruncatedError, UndecodableError, UnsupportedPixelsError

_ROOT = "1.2.840.10008.1.2"
_PLAIN = frozenset({"", _ROOT, f"{_ROOT}.1", f"{_ROOT}.1.99", f"{_ROOT}.2"})
_RLE = f"{_ROOT}.5"
_JPEG_LOSSY = frozenset(f"{_ROOT}.4.{n}" for n in (50, 51))
_MAYBE_LOSSY = frozenset(f"{_ROOT}.4.{n}" for n in (81, 91, 203))

Decoder = Callable[..., Any]
Reader = Callable[[bytes], StreamInfo | None]

_CODECS: Mapping[str, tuple[Decoder, Reader]] = MappingProxyType(
    {
        **{f"{_ROOT}.4.{n}": (imagecodecs.jpeg8_decode, jpeg_info) for n in (50, 51, 57, 70)},
        **{f"{_ROOT}.4.{n}": (imagecodecs.jpegls_decode, jpeg_info) for n in (80, 81)},
        # OpenJPEG for HTJ2K too: OpenJPH is twice as fast, but reads a cut stream as whole.
        **{
            f"{_ROOT}.4.{n}": (imagecodecs.jpeg2k_decode, jpeg2000_info)
            for n in (90, 91, 201, 202, 203)
        },
    }
)


def refuse_undecodable(header: Header) -> None:
    """Refuse a transfer syntax that no decoder here knows, before pixels are read.

    Raises
    ------
    UndecodableError
    """
    syntax = header.transfer_syntax
    if syntax not in _PLAIN and syntax != _RLE and syntax not in _CODECS:
        raise UndecodableError(
            f"transfer syntax {syntax}" if is_uid(syntax) else "an unknown transfer syntax",
            "uncompressed, RLE, JPEG, JPEG-LS, JPEG 2000 or HTJ2K pixels",
            "convert the file without loss to one of these",
        )


def is_lossy(header: Header) -> bool:
    """Tell whether the pixels went through a compression with loss.

    JPEG Baseline and Extended always lose. JPEG-LS, JPEG 2000 and HTJ2K in their general forms
    may, and then count as lossy unless the header says that nothing was lost.
    """
    syntax, stated = header.transfer_syntax, header.text("LossyImageCompression")
    if syntax in _JPEG_LOSSY or stated == "01":
        return True
    return syntax in _MAYBE_LOSSY and stated != "00"


def decode(header: Header, data: bytes, little_endian: bool) -> NDArray[Any]:
    """Decode one grey frame.

    Parameters
    ----------
    header : Header
        Rows, columns and bits that passed `calcsight.dicom.kinds`.
    data : bytes
        One frame, plain or compressed.
    little_endian : bool
        Byte order of plain 16-bit pixels.

    Returns
    -------
    array (rows, columns), uint8 or uint16
        Stored words as they are, little-endian; signed values as two's complement.

    Raises
    ------
    UndecodableError
        When the stream is damaged or is not the image the header describes.
    TruncatedError
        When it has no end.
    """
    shape = (header.whole("Rows", 0), header.whole("Columns", 0))
    syntax = header.transfer_syntax
    if syntax in _CODECS:
        return _compressed(data, shape, *_CODECS[syntax])
    if syntax == _RLE:
        with foreign_errors_as(_damaged()):
            data = bytes(
                imagecodecs.dicomrle_decode(data, f"<u{header.whole('BitsAllocated', 16) // 8}")
            )
        little_endian = True
    return _plain(data, shape, header.whole("BitsAllocated", 16), little_endian)


def _plain(data: bytes, shape: tuple[int, int], bits: int, little_endian: bool) -> NDArray[Any]:
    if len(data) < shape[0] * shape[1] * bits // 8:
        raise _damaged()
    order = "<" if little_endian else ">"
    words = np.frombuffer(data, dtype=f"{order}u{bits // 8}", count=shape[0] * shape[1])
    return words.reshape(shape).astype(words.dtype.newbyteorder("<"), copy=False)


def _compressed(
    data: bytes, shape: tuple[int, int], decoder: Decoder, reader: Reader
) -> NDArray[Any]:
    info = reader(data)
    if info is None or (info.rows, info.columns) != shape:
        raise _damaged()
    if info.components != 1 or info.bits > 16:
        raise UnsupportedPixelsError(
            f"{info.components} components of {info.bits} bits", "one of at most 16 bits"
        )
    if not has_end(data):
        raise TruncatedError(
            "compressed pixels without their end mark", "the whole stream", "copy the file again"
        )
    with foreign_errors_as(_damaged()):
        decoded: NDArray[Any] = np.asarray(decoder(data))
    if decoded.shape != shape or decoded.dtype.kind not in "ui" or decoded.dtype.itemsize > 2:
        raise _damaged()
    words = decoded.view(f"u{decoded.dtype.itemsize}")
    # No checksum guards a JPEG stream: a sample beyond its precision is what damage leaves.
    if not info.signed and int(words.max()) >> info.bits:
        raise _damaged()
    return words


def _damaged() -> UndecodableError:
    return UndecodableError(
        "compressed pixels that are damaged or are not the image the header describes",
        "one whole compressed grey frame",
        "copy or export the file again",
    )
