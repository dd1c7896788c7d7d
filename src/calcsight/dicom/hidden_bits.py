"""Bits of pixel data that no pixel uses: old files draw overlays there, names among them.

Source: DICOM PS3.5 section 8.1.1 (bits allocated, stored and high) and PS3.3 C.9.2 as it stood
before 2004 (overlays embedded in pixel data).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from calcsight.dicom.beside_pixels import start_of_value, stream_in
from calcsight.dicom.codestreams import jpeg2000_info, jpeg_info
from calcsight.dicom.decoding import decode
from calcsight.dicom.files import WholeFile
from calcsight.dicom.header import plain_header
from calcsight.terms.errors import IdentifierLeftError

_WORD_BITS = 16
_BIG_ENDIAN = "1.2.840.10008.1.2.2"


def refuse_hidden_bits(whole: WholeFile) -> None:
    """Refuse 16-bit pixels, plain or compressed, with something in bits beside the stored ones.

    Copies of the sign of signed pixels are nothing.

    Raises
    ------
    IdentifierLeftError
    UndecodableError, TruncatedError, UnsupportedPixelsError
        When a compressed stream is damaged.
    """
    header = whole.header
    allocated, stored, high = (
        _whole(header, one) for one in ("BitsAllocated", "BitsStored", "HighBit")
    )
    if allocated != _WORD_BITS or not 0 < stored < allocated:
        return
    words = _words(whole, stored)
    shift = high + 1 - stored
    if not 0 <= shift <= allocated - stored:
        return
    used = ((1 << stored) - 1) << shift
    if _whole(header, "PixelRepresentation") == 1:
        above = (((1 << _WORD_BITS) - 1) << (high + 1)) & ((1 << _WORD_BITS) - 1)
        copied = ((words >> high) & 1 == 1) & (words & np.uint16(above) == above)
        words = np.where(copied, words & ~np.uint16(above), words)
    if (words & ~np.uint16(used)).any():
        raise IdentifierLeftError(
            "something in bits that no pixel uses: an overlay drawn there could name the patient",
            "pixel data with nothing but pixels",
            "export the picture without overlays in its pixel data",
        )


def _words(whole: WholeFile, stored: int) -> NDArray[Any]:
    """Return the words of the frame as they are coded; none where the codec has no more bits."""
    header, stream = whole.header, stream_in(whole.pixels)
    if stream is not None:
        info = jpeg_info(stream) or jpeg2000_info(stream)
        if info is not None and info.bits <= stored:
            return np.empty(0, np.uint16)
        return decode(plain_header(header, whole.transfer_syntax), stream, True)
    order = ">" if whole.transfer_syntax == _BIG_ENDIAN else "<"
    count = _whole(header, "Rows") * _whole(header, "Columns")
    start = start_of_value(whole.pixels)
    return np.frombuffer(whole.pixels[start : start + 2 * count], f"{order}u2")


def _whole(header: Dataset, keyword: str) -> int:
    try:
        return int(header.get(keyword) or 0)
    except (TypeError, ValueError, OverflowError):
        return 0
